"""What begins soon is told once, by the clock of the cohort, and not where it has changed meanwhile."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

import frappe
from frappe.utils import add_days, getdate, today
from frappe.utils.password import update_password

from smooth_lms.base.notices import delivery, ledger
from smooth_lms.cohorts import enrollment, live_classes, starting, withdrawal
from tests.support.calendars import mails_to
from tests.support.factories import forget_mail_accounts, make_batch, make_mail_account, make_user, unique

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def _stage(monkeypatch):
	make_mail_account()
	monkeypatch.setattr(frappe.local.db, "commit", lambda *_, **__: None)
	# what other tests have left is told nobody here
	frappe.db.sql("update `tabLMS Batch` set published = 0, tell_on = null")
	frappe.db.delete(ledger.DOCTYPE)
	monkeypatch.setattr(delivery, "next_moment", lambda now, *_args, **_more: now)
	yield
	frappe.db.rollback()
	forget_mail_accounts()


def learner(**values) -> str:
	user = make_user(**values).name
	update_password(user, "correct horse battery")
	return user


@pytest.fixture
def cohort():
	"""A cohort in Berlin that starts in a month, with a learner and an instructor."""
	teacher, user = learner(roles=("Batch Evaluator",)), learner()
	start = add_days(today(), 30)
	batch = make_batch(
		timezone="Europe/Berlin",
		start_date=start,
		end_date=add_days(start, 2),
		instructors=[{"instructor": teacher}],
	)
	enrollment.enroll(batch.name, user, source="Desk")
	return batch, user, teacher


def subjects(user: str) -> list[str]:
	return [mail["subject"] for mail in mails_to(user)]


def at(day, hour: int, minute: int = 0) -> datetime:
	return datetime.combine(getdate(day), time(hour, minute), tzinfo=BERLIN)


def tell(now: datetime) -> None:
	starting.tell(now)
	delivery.deliver()


@pytest.mark.parametrize(("ahead", "subject"), [(7, "In a week"), (1, "Tomorrow")])
def test_a_cohort_is_announced_once_from_the_morning_of_its_clock(cohort, ahead, subject):
	batch, user, _teacher = cohort
	day = add_days(batch.start_date, -ahead)
	tell(at(day, 5, 59))
	assert not subjects(user)
	for hour in (6, 7, 23):
		tell(at(day, hour))
	assert subjects(user) == [f"{subject}: {batch.title}"]


@pytest.mark.parametrize("ahead", [0, 2, 3, 6, 8])
def test_on_other_days_it_is_not(cohort, ahead):
	batch, user, teacher = cohort
	tell(at(add_days(batch.start_date, -ahead), 12))
	assert not subjects(user) + subjects(teacher)


def test_its_instructors_hear_how_many_come(cohort):
	batch, _user, teacher = cohort
	tell(at(add_days(batch.start_date, -1), 9))
	(mail,) = mails_to(teacher)
	assert mail["subject"] == f"You teach tomorrow: {batch.title}"
	assert "1 person has a seat" in mail.get_body(("plain",)).get_content()


def test_who_has_left_meanwhile_hears_nothing(cohort):
	batch, user, _teacher = cohort
	starting.tell(at(add_days(batch.start_date, -1), 9))
	withdrawal.withdraw(batch.name, user, reason=None)
	delivery.deliver()
	assert not any(subject.startswith("Tomorrow") for subject in subjects(user))


@pytest.mark.parametrize("change", [{"published": 0}, {"start_date": "moved"}])
def test_nor_does_anybody_where_it_starts_no_longer(cohort, change):
	batch, user, teacher = cohort
	day = add_days(batch.start_date, -1)
	starting.tell(at(day, 9))
	batch.reload()
	if "start_date" in change:
		change = {"start_date": add_days(batch.start_date, 1)}
	batch.update(change)
	batch.save()
	delivery.deliver()
	assert not subjects(user) + subjects(teacher)
	if "start_date" in change:
		tell(at(add_days(day, 1), 9))
		assert subjects(user) == [f"Tomorrow: {batch.title}"]


def test_a_class_is_announced_within_the_hour_before_it_begins(cohort):
	batch, user, teacher = cohort
	held = frappe.get_doc(
		{
			"doctype": "LMS Live Class",
			"title": unique("Class"),
			"batch": batch.name,
			"date": batch.start_date,
			"start_time": "10:00:00",
			"duration_minutes": 60,
			"place": "Room 4",
		}
	).insert(ignore_permissions=True)
	begins = live_classes.starts_at(held)
	told = ledger.DOCTYPE, {"event": "class_soon", "recipient": user}
	for minutes, expected in ((61, 0), (60, 1), (30, 1), (0, 1), (-5, 1)):
		tell(begins - timedelta(minutes=minutes))
		assert frappe.db.count(*told) == expected
	assert subjects(user) == subjects(teacher) == [f"Soon: {held.title}"]
	text = mails_to(user)[0].get_body(("plain",)).get_content()
	assert "Room 4" in text


@pytest.mark.parametrize("change", [{"cancelled": 1}, {"start_time": "12:00:00"}])
def test_one_that_has_changed_meanwhile_is_not(cohort, change):
	batch, user, _teacher = cohort
	values = {"title": "Class", "batch": batch.name, "date": batch.start_date, "duration_minutes": 60}
	held = frappe.get_doc({"doctype": "LMS Live Class", "start_time": "10:00:00", **values})
	held.insert(ignore_permissions=True)
	starting.tell(live_classes.starts_at(held) - timedelta(minutes=30))
	held.update(change)
	held.save()
	delivery.deliver()
	assert not subjects(user)


class TestMinimum:
	@pytest.fixture
	def short(self, cohort):
		"""The cohort needs two people and has one; the learner of L&D is a moderator."""
		batch, _user, teacher = cohort
		frappe.db.set_value("LMS Batch", batch.name, {"minimum_count": 2, "minimum_days": 5})
		return batch, teacher, learner(roles=("Moderator",))

	def told(self, batch) -> set[str]:
		filters = {"event": "cohort_below_minimum", "reference_name": batch.name}
		return set(frappe.get_all(ledger.DOCTYPE, filters, pluck="recipient", limit=0))

	def test_instructors_and_l_and_d_hear_once_that_too_few_come(self, short):
		batch, teacher, moderator = short
		for days, hour in ((6, 12), (5, 3)):
			starting.tell(at(add_days(batch.start_date, -days), hour))
			assert self.told(batch) == set()
		for days in (5, 4, 1):
			starting.tell(at(add_days(batch.start_date, -days), 9))
		assert {teacher, moderator} <= self.told(batch)
		assert frappe.db.count(ledger.DOCTYPE, {"event": "cohort_below_minimum", "recipient": teacher}) == 1
		delivery.deliver()
		assert f"Too few people: {batch.title}" in subjects(teacher)

	def test_where_enough_come_meanwhile_nobody_is_told(self, short):
		batch, teacher, _moderator = short
		starting.tell(at(add_days(batch.start_date, -3), 9))
		enrollment.enroll(batch.name, learner(), source="Desk")
		delivery.deliver()
		assert f"Too few people: {batch.title}" not in subjects(teacher)

	def test_enough_people_or_no_minimum_tell_nobody(self, short):
		batch, _teacher, _moderator = short
		for values in ({"minimum_count": 1}, {"minimum_count": 0}, {"minimum_count": 9, "published": 0}):
			frappe.db.set_value("LMS Batch", batch.name, values)
			starting.tell(at(add_days(batch.start_date, -3), 9))
			assert self.told(batch) == set()
