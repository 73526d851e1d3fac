"""What people of a cohort hear of it: invitations, changes and cancellations, each once, in their words and by their clock."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

import frappe
from frappe.utils import add_days, getdate, today
from frappe.utils.password import update_password

from smooth_lms.base.notices import choices, delivery, ledger
from smooth_lms.base.notices.events import BELL, CALENDAR, MAIL
from smooth_lms.cohorts import enrollment, telling, withdrawal
from smooth_lms.cohorts.notices import CHANGED, INVITATION, ROSTER, WAITLISTED, WITHDRAWN
from smooth_lms.patches.v0_2 import people_know_their_classes
from tests.support.calendars import Program, calendar_part, mails_to
from tests.support.factories import (
	forget_mail_accounts,
	make_batch,
	make_learners,
	make_mail_account,
	make_user,
	set_notice,
	unique,
)

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def _stage(monkeypatch):
	"""An outgoing account, a time of day at which people may be mailed, and one transaction for all."""
	make_mail_account()
	monkeypatch.setattr(frappe.local.db, "commit", lambda *_, **__: None)
	# what other tests have left is told nobody here
	frappe.db.sql("update `tabLMS Batch` set published = 0, tell_on = null")
	frappe.db.delete(ledger.DOCTYPE)
	monkeypatch.setattr(delivery, "next_moment", lambda now, *_args, **_more: now)
	yield
	frappe.db.rollback()
	forget_mail_accounts()
	frappe.clear_document_cache("LMS Settings", "LMS Settings")


def learner(**values) -> str:
	user = make_user(**values).name
	update_password(user, "correct horse battery")
	return user


def minutes_later() -> int:
	"""Let five minutes pass. Returns how many people were told something."""
	frappe.db.sql("update `tabLMS Batch` set tell_on = '2020-01-01' where tell_on is not null")
	frappe.db.sql("update `tabLMS Notice` set due_on = '2020-01-01' where status = 'Waiting'")
	before = frappe.db.count(ledger.DOCTYPE, {"status": "Sent"})
	telling.scheduled()
	return frappe.db.count(ledger.DOCTYPE, {"status": "Sent"}) - before


def make_class(batch, day: int = 4, at: str = "10:00:00", **values):
	values = {"title": unique("Class"), "duration_minutes": 90, "place": "Room 1", **values}
	values |= {"batch": batch.name, "date": add_days(today(), day), "start_time": at}
	return frappe.get_doc({"doctype": "LMS Live Class", **values}).insert(ignore_permissions=True)


def change(doc, **values) -> None:
	"""Save a cohort or class as somebody does who opens it now."""
	doc.reload()
	doc.update(values)
	doc.save()


def seat(batch, user: str | None = None) -> str:
	user = user or learner()
	enrollment.enroll(batch.name, user, source="Desk")
	return user


def program(user: str) -> Program:
	return Program(user).take(mails_to(user))


def subjects(user: str) -> list[str]:
	return [mail["subject"] for mail in mails_to(user)]


@pytest.fixture
def cohort():
	batch = make_batch(timezone="Europe/Berlin")
	return batch, make_class(batch)


class TestInvitations:
	def test_everybody_with_a_seat_and_who_teaches_is_invited_once(self, cohort):
		batch, held = cohort
		teacher = learner(roles=("Batch Evaluator",))
		batch.append("instructors", {"instructor": teacher})
		batch.save()
		people = [seat(batch), teacher]
		assert minutes_later() == 2
		assert minutes_later() == 0
		for user in people:
			(mail,) = mails_to(user)
			(entry,) = program(user).entries.values()
			assert mail["to"] == user
			assert mail["subject"] == f"Invitation: {batch.title}: {held.title}"
			day = getdate(held.date)
			assert entry["starts"] == datetime(day.year, day.month, day.day, 10, tzinfo=BERLIN)
			assert entry["ends"] - entry["starts"] == timedelta(minutes=90)
			assert (entry["place"], entry["zone"]) == ("Room 1", "Europe/Berlin")

	def test_a_moved_class_moves_in_the_calendar(self, cohort):
		batch, held = cohort
		user = seat(batch)
		minutes_later()
		held.start_time, held.place = "14:30:00", "Room 2"
		held.save()
		assert minutes_later() == 1
		(entry,) = program(user).entries.values()
		assert entry["starts"].strftime("%H:%M") == "14:30"
		assert entry["place"] == "Room 2"
		invited, moved = mails_to(user)
		assert moved["subject"] == f"Moved: {batch.title}: {held.title}"
		text = moved.get_body(("plain",)).get_content()
		assert "14:30–16:00 (Berlin)" in text
		assert "10:00–11:30 (Berlin)" in text
		# whichever mail arrives last
		assert Program(user).take([moved, invited]).entries.keys() == {*program(user).entries}
		assert Program(user).take([moved, invited]).times == program(user).times

	def test_a_change_that_is_undone_in_time_tells_nobody(self, cohort):
		batch, held = cohort
		user = seat(batch)
		minutes_later()
		for at in ("15:00:00", "10:00:00"):
			held.start_time = at
			held.save()
		assert minutes_later() == 0
		assert len(mails_to(user)) == 1

	def test_a_save_that_changes_nothing_tells_nobody(self, cohort):
		batch, held = cohort
		seat(batch)
		minutes_later()
		held.save()
		change(batch)
		assert minutes_later() == 0

	@pytest.mark.parametrize("way", ["cancelled", "deleted", "unpublished"])
	def test_a_class_that_does_not_take_place_leaves_the_calendar(self, cohort, way):
		batch, held = cohort
		other = make_class(batch, at="16:00:00")
		user = seat(batch)
		minutes_later()
		assert len(program(user).entries) == 2
		if way == "cancelled":
			held.cancelled = 1
			held.save()
		elif way == "deleted":
			held.delete()
		else:
			change(batch, published=0)
		minutes_later()
		left = [] if way == "unpublished" else [f"{batch.title}: {other.title}"]
		assert list(program(user).times) == left
		assert f"Cancelled: {batch.title}: {held.title}" in subjects(user)

	def test_a_cancelled_class_that_takes_place_after_all_comes_back(self, cohort):
		batch, held = cohort
		user = seat(batch)
		for cancelled in (0, 1, 0):
			held.cancelled = cancelled
			held.save()
			minutes_later()
		assert list(program(user).times) == [f"{batch.title}: {held.title}"]

	def test_whoever_leaves_is_rid_of_it_and_whoever_comes_back_has_it_again(self, cohort):
		batch, _held = cohort
		user, stays = seat(batch), seat(batch)
		minutes_later()
		withdrawal.withdraw(batch.name, user, reason=None)
		minutes_later()
		assert not program(user).entries
		assert program(stays).entries
		assert len(mails_to(stays)) == 1
		seat(batch, user)
		minutes_later()
		assert program(user).entries

	def test_a_second_change_before_the_first_is_sent_makes_one_mail(self, cohort):
		batch, held = cohort
		user = seat(batch)
		minutes_later()
		held.start_time = "12:17:00"
		held.save()
		frappe.db.sql("update `tabLMS Batch` set tell_on = '2020-01-01' where name = %s", batch.name)
		telling.tell(batch.name)
		change(held, start_time="13:00:00")
		assert minutes_later() == 1
		_invited, moved = mails_to(user)
		text = moved.get_body(("plain",)).get_content()
		assert "13:00–14:30 (Berlin)" in text
		assert "10:00–11:30 (Berlin)" in text
		assert ":17" not in text
		(entry,) = program(user).entries.values()
		assert entry["starts"].hour == 13

	def test_nothing_is_said_of_what_is_over(self):
		batch = make_batch(start_date=add_days(today(), -5), end_date=add_days(today(), 5))
		over = make_class(batch, day=-3)
		user = learner()
		enrollment.enroll(batch.name, user, source="Desk", override_reason="late")
		minutes_later()
		assert not mails_to(user)
		change(over, place="Room 9")
		assert minutes_later() == 0

	def test_a_cohort_without_classes_is_one_entry_each_day_at_the_same_time_of_its_clock(self):
		# the clocks in Berlin go forward in the night to Sunday 28 March 2027
		batch = make_batch(start_date="2027-03-26", end_date="2027-03-30", timezone="Europe/Berlin")
		user = seat(batch)
		minutes_later()
		(entry,) = program(user).entries.values()
		assert entry["title"] == batch.title
		assert entry["rule"] == {"FREQ": ["DAILY"], "COUNT": [5]}
		(zone,) = entry["calendar"].walk("VTIMEZONE")
		rules = zone.to_tz()
		starts = [
			datetime.combine(
				entry["starts"].date() + timedelta(days=day), entry["starts"].time(), tzinfo=rules
			)
			for day in range(5)
		]
		assert [start.astimezone(timezone.utc).hour for start in starts] == [8, 8, 7, 7, 7]
		assert (entry["starts"].hour, entry["ends"].hour) == (9, 17)

	def test_one_without_hours_takes_whole_days(self):
		batch = make_batch(start_time=None, end_time=None)
		user = seat(batch)
		minutes_later()
		(entry,) = program(user).entries.values()
		assert entry["starts"] == getdate(batch.start_date)
		assert entry["ends"] == getdate(add_days(batch.end_date, 1))

	def test_an_address_with_an_equals_sign_arrives_whole(self, cohort):
		batch, _held = cohort
		user = learner(email=f"a=3D{unique('x').replace(' ', '').lower()}@example.com")
		seat(batch, user)
		minutes_later()
		assert program(user).entries

	def test_an_update_of_the_app_invites_nobody_to_what_they_attend(self, cohort):
		batch, held = cohort
		user = seat(batch)
		people_know_their_classes.execute()
		assert minutes_later() == 0
		change(held, place="Room 7")
		assert minutes_later() == 1
		assert subjects(user) == [f"Another place: {batch.title}: {held.title}"]


class TestSeats:
	def test_whoever_is_taken_out_by_somebody_else_is_told(self, cohort):
		batch, _held = cohort
		user = seat(batch)
		withdrawal.withdraw(batch.name, user, reason="No time")
		minutes_later()
		assert subjects(user) == [f"You are no longer in {batch.title}"]
		assert WITHDRAWN.key in frappe.get_all(ledger.DOCTYPE, {"recipient": user}, pluck="event")

	def test_many_are_told_at_once(self, cohort):
		batch, _held = cohort
		users = [seat(batch) for _ in range(3)]
		withdrawal.withdraw_many(batch.name, users, reason=None)
		minutes_later()
		assert all(subjects(user) == [f"You are no longer in {batch.title}"] for user in users)

	def test_whoever_leaves_by_themselves_is_not(self, cohort):
		batch, _held = cohort
		user = seat(batch)
		frappe.set_user(user)
		withdrawal.withdraw(batch.name, user, reason=None)
		frappe.set_user("Administrator")
		minutes_later()
		assert not mails_to(user)

	def test_nor_whoever_is_back_in_time(self, cohort):
		batch, _held = cohort
		user = seat(batch)
		withdrawal.withdraw(batch.name, user, reason=None)
		seat(batch, user)
		minutes_later()
		assert not any("no longer" in subject for subject in subjects(user))

	def test_somebody_who_waits_hears_in_which_place(self):
		batch = make_batch(seat_count=1, enable_waitlist=1)
		seat(batch)
		first, second = learner(), learner()
		seat(batch, first)
		enrollment.enroll_many(batch.name, [second], source="Desk")
		minutes_later()
		for number, user in enumerate((first, second), start=1):
			(mail,) = mails_to(user)
			assert mail["subject"] == f"You are on the waitlist: {batch.title}"
			assert f"number {number} on its waitlist" in mail.get_body(("plain",)).get_content()
		assert WAITLISTED.personal


def moved(cohort, user: str) -> None:
	change(cohort[1], start_time="14:00:00")
	minutes_later()


class TestReaders:
	"""The same change, told to people who are in all kinds of states."""

	def told(self, user: str) -> tuple[bool, bool, bool]:
		"""Whether the change has come by mail, at the desk, and into the calendar."""
		mails = [mail for mail in mails_to(user) if "Moved" in mail["subject"]]
		assert len(mails) <= 1
		bells = frappe.get_all("Notification Log", {"for_user": user, "subject": ["like", "Moved:%"]})
		assert len(bells) <= 1
		return bool(mails), bool(bells), any(calendar_part(mail) is not None for mail in mails)

	@pytest.mark.parametrize(
		("mail", "bell", "calendar"),
		[(m, b, c) for m in (True, False) for b in (True, False) for c in (True, False)],
	)
	@pytest.mark.parametrize("by", ["person", "site"])
	def test_each_way_is_switched_off_for_itself(self, cohort, mail, bell, calendar, by):
		user = learner(roles=("LMS Student", "Course Creator"))
		seat(cohort[0], user)
		minutes_later()
		for key, way, wanted in (
			(CHANGED.key, MAIL, mail),
			(CHANGED.key, BELL, bell),
			(INVITATION.key, CALENDAR, calendar),
		):
			if by == "person":
				choices.choose(user, key, way, wanted)
			else:
				set_notice(key, **{way: int(wanted)})
		moved(cohort, user)
		# an invitation comes by mail, too
		assert self.told(user) == (mail or calendar, bell, calendar)

	def test_who_has_no_desk_gets_no_notice_there(self, cohort):
		user = seat(cohort[0])
		minutes_later()
		moved(cohort, user)
		assert self.told(user) == (True, False, True)

	@pytest.mark.parametrize("state", ["archived", "disabled"])
	def test_who_has_left_hears_nothing(self, cohort, state):
		user = seat(cohort[0])
		if state == "archived":
			make_learners([user], status="Archived")
		else:
			frappe.db.set_value("User", user, "enabled", 0)
		minutes_later()
		moved(cohort, user)
		assert not mails_to(user)

	def test_it_waits_until_there_is_a_password(self, cohort):
		user = make_user().name
		seat(cohort[0], user)
		minutes_later()
		assert not mails_to(user)
		update_password(user, "correct horse battery")
		ledger.release(user)
		minutes_later()
		assert program(user).entries

	def test_what_is_held_changes_with_what_it_is_about(self, cohort):
		user = make_user().name
		seat(cohort[0], user)
		minutes_later()
		moved(cohort, user)
		update_password(user, "correct horse battery")
		delivery.release_ready()
		minutes_later()
		(mail,) = mails_to(user)
		assert mail["subject"].startswith("Invitation: ")
		(entry,) = program(user).entries.values()
		assert entry["starts"].hour == 14

	def test_the_words_are_in_the_readers_language_and_the_times_by_their_clock(self, cohort):
		values = {"language": "de", "source_text": "Moved: {0}", "translated_text": "Verlegt: {0}"}
		frappe.get_doc({"doctype": "Translation", **values}).insert(ignore_permissions=True)
		german, english = learner(language="de", time_zone="Asia/Tokyo"), learner()
		for user in (german, english):
			seat(cohort[0], user)
		minutes_later()
		moved(cohort, german)
		in_german, in_english = mails_to(german)[-1], mails_to(english)[-1]
		assert in_german["subject"].startswith("Verlegt: ")
		assert in_english["subject"].startswith("Moved: ")
		assert "(Tokyo)" in in_german.get_body(("plain",)).get_content()
		assert program(german).times == program(english).times

	def test_who_wants_no_mail_of_the_site_at_all_gets_none(self, cohort):
		user = seat(cohort[0])
		frappe.get_doc({"doctype": "Email Unsubscribe", "email": user, "global_unsubscribe": 1}).insert(
			ignore_permissions=True
		)
		minutes_later()
		assert not mails_to(user)


class TestTemplates:
	def make(self, subject: str, text: str) -> str:
		values = {"name": unique("Template"), "subject": subject, "use_html": 1, "response_html": text}
		return frappe.get_doc({"doctype": "Email Template", **values}).insert().name

	def test_the_sites_words_replace_the_shipped_ones(self, cohort):
		set_notice(
			CHANGED.key, email_template=self.make("Neu: {{ title }}", "<p>{{ full_name }}, {{ when }}</p>")
		)
		users = [learner(first_name="Ada"), learner(first_name="Bo")]
		for user in users:
			seat(cohort[0], user)
		minutes_later()
		moved(cohort, users[0])
		for user, name in zip(users, ("Ada", "Bo"), strict=True):
			mail = mails_to(user)[-1]
			assert mail["subject"] == f"Neu: {cohort[0].title}: {cohort[1].title}"
			assert name in mail.get_body(("html",)).get_content()
			assert calendar_part(mail) is not None

	def test_one_with_an_error_is_written_down_and_the_shipped_words_go_out(self, cohort):
		name = self.make("x", "<p>{{ title }}</p>")
		frappe.db.set_value("Email Template", name, "response_html", "<p>{{ when.nothing.at_all }}</p>")
		frappe.clear_document_cache("Email Template", name)
		set_notice(CHANGED.key, email_template=name)
		user = seat(cohort[0])
		minutes_later()
		moved(cohort, user)
		assert subjects(user)[-1].startswith("Moved: ")
		assert frappe.db.exists("Error Log", {"reference_doctype": "Email Template", "reference_name": name})

	def test_a_letter_that_cannot_be_written_stops_no_other(self, cohort):
		user = seat(cohort[0])
		minutes_later()
		ledger.tell([ledger.Notice(ROSTER.key, user, "LMS Batch", cohort[0].name, "x", 0, "{}")])
		moved(cohort, user)
		assert subjects(user)[-1].startswith("Moved: ")
		(row,) = frappe.get_all(ledger.DOCTYPE, {"item": "x"}, ["status", "reason"])
		assert row.status == "Failed"
		assert row.reason


def test_a_job_that_ends_midway_goes_on_and_mails_nobody_twice(cohort, monkeypatch):
	users = [seat(cohort[0]) for _ in range(5)]
	monkeypatch.setattr(delivery, "CHUNK", 2)
	write, chunks = delivery._write, []

	def ends_midway(outcome):
		chunks.append(outcome)
		if len(chunks) == 2:
			frappe.db.savepoint("killed")
			write(outcome)
			frappe.db.rollback(save_point="killed")
			raise KeyboardInterrupt
		write(outcome)

	monkeypatch.setattr(delivery, "_write", ends_midway)
	with pytest.raises(KeyboardInterrupt):
		minutes_later()
	assert sum(len(mails_to(user)) for user in users) == 2
	minutes_later()
	assert all(len(mails_to(user)) == 1 for user in users)


def test_without_an_outgoing_account_they_wait(cohort, monkeypatch):
	user = seat(cohort[0])

	def refuse(*_args, **_more):
		raise frappe.OutgoingEmailError

	with monkeypatch.context() as patched:
		patched.setattr(delivery, "_mail", refuse)
		patched.setattr(frappe.local.db, "rollback", lambda *_, **__: None)
		assert minutes_later() == 0
	assert minutes_later() == 1
	assert mails_to(user)
