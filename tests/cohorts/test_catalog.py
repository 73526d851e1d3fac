"""What readers see of cohorts: which ones, in what state, by which clock, with what button."""

from datetime import date, datetime, timedelta, timezone
from functools import partial

import pytest

import frappe
from frappe.utils import getdate

from smooth_lms.base import dates
from smooth_lms.cohorts import admission, cards, catalog, display, enrollment, facts, withdrawal
from smooth_lms.cohorts.catalog import Query
from smooth_lms.exceptions import CohortEndedError, UnknownBatchError
from tests.support import factories

UTC = timezone.utc


def names(user: str, **asked) -> list[str]:
	"""The cohorts of one test that `user` finds; other tests' cohorts share the site."""
	asked = {"page_size": 50, **asked}
	return [card["name"] for card in catalog.cohorts(Query.of(**asked), user)["cohorts"]]


def day(offset: int) -> date:
	"""The date so many days from now by the clock of the cohorts and readers here, which is UTC."""
	return datetime.now(UTC).date() + timedelta(days=offset)


def dated(values: dict) -> dict:
	"""`values` with whole numbers in fields of dates turned into the dates so many days from now."""
	return {key: day(value) if key.endswith(("_date", "_until")) else value for key, value in values.items()}


@pytest.fixture
def learner() -> str:
	return factories.make_user(time_zone="UTC").name


class TestWhoSeesWhat:
	def test_a_learner_finds_published_cohorts_only(self, learner: str) -> None:
		word = factories.unique("seen")
		published = factories.make_batch(title=f"{word} open")
		factories.make_batch(title=f"{word} draft", published=0)
		assert names(learner, search=word) == [published.name]

	def test_an_unpublished_cohort_is_as_good_as_none(self, learner: str) -> None:
		draft = factories.make_batch(published=0)
		with pytest.raises(UnknownBatchError, match=f"There is no cohort {draft.name}"):
			catalog.cohort(draft.name, learner)

	def test_who_is_in_a_cohort_keeps_seeing_it_when_it_is_unpublished(self, learner: str) -> None:
		batch = factories.make_batch()
		enrollment.enroll(batch.name, learner, source="Desk")
		batch.reload()
		batch.published = 0
		batch.save()
		assert batch.name in names(learner, tab="mine")
		shown = catalog.cohort(batch.name, learner)
		assert shown["is_draft"]
		assert shown["status"] == "Enrolled"

	def test_who_has_withdrawn_from_an_unpublished_cohort_does_not_see_it(self, learner: str) -> None:
		batch = factories.make_batch()
		enrollment.enroll(batch.name, learner, source="Desk")
		withdrawal.withdraw(batch.name, learner, reason=None)
		frappe.db.set_value("LMS Batch", batch.name, "published", 0)
		assert batch.name not in names(learner, tab="mine")
		with pytest.raises(UnknownBatchError):
			catalog.cohort(batch.name, learner)

	def test_the_instructor_and_the_moderator_see_a_draft(self, learner: str) -> None:
		teacher = factories.make_user(roles=("Batch Evaluator",)).name
		moderator = factories.make_user(roles=("Moderator",)).name
		draft = factories.make_batch(published=0, instructors=[{"instructor": teacher}])
		for user in (teacher, moderator):
			assert catalog.cohort(draft.name, user)["state"]["label"] == "Draft"


class TestTheList:
	def test_tabs_split_by_the_moment_a_cohort_ends(self, learner: str) -> None:
		word = factories.unique("tabs")
		coming = factories.make_batch(title=f"{word} coming")
		over = factories.make_batch(title=f"{word} over", start_date=day(-9), end_date=day(-8))
		lasting = factories.make_batch(
			title=f"{word} to the end of today",
			start_date=day(-1),
			end_date=day(0),
			start_time="",
			end_time="",
		)
		enrollment.enroll(coming.name, learner, source="Desk")
		assert names(learner, search=word) == [lasting.name, coming.name]
		assert names(learner, search=word, tab="past") == [over.name]
		assert names(learner, search=word, tab="mine") == [coming.name]
		counts = catalog.cohorts(Query.of(search=word), learner)["counts"]
		assert counts == {"upcoming": 2, "mine": 1, "past": 1}

	def test_filters(self, learner: str) -> None:
		word = factories.unique("filters")
		category = frappe.get_doc({"doctype": "LMS Category", "category": word}).insert().name
		fitting = factories.make_batch(title=f"{word} a", medium="Hybrid", category=category, seat_count=2)
		other = factories.make_batch(title=f"{word} b", medium="Online", seat_count=1)
		enrollment.enroll(other.name, learner, source="Desk")
		assert names(learner, search=word, medium="Hybrid") == [fitting.name]
		assert names(learner, category=category) == [fitting.name]
		assert names(learner, search=word, free_seats=1) == [fitting.name]

	def test_search_takes_every_word_and_no_wildcards(self, learner: str) -> None:
		word = factories.unique("100% sure_thing").replace(" ", "-")
		batch = factories.make_batch(title=f"{word} leadership", description="Berlin office")
		assert names(learner, search=f"berlin {word}") == [batch.name]
		assert names(learner, search=f"paris {word}") == []
		assert names(learner, search=word.replace("100%", "1%")) == []
		assert names(learner, search=word.replace("_", "x")) == []

	def test_pages(self, learner: str) -> None:
		word = factories.unique("pages")
		made = [
			factories.make_batch(title=f"{word} {n}", courses=0, start_date=day(n), end_date=day(9)).name
			for n in range(1, 6)
		]
		second = catalog.cohorts(Query.of(search=word, page=2, page_size=2), learner)
		assert [card["name"] for card in second["cohorts"]] == made[2:4]
		assert (second["page"], second["pages"], second["total"]) == (2, 3, 5)
		beyond = catalog.cohorts(Query.of(search=word, page=99, page_size=2), learner)
		assert [card["name"] for card in beyond["cohorts"]] == made[4:]

	def test_a_page_costs_the_same_number_of_queries_however_many_cohorts(
		self, learner: str, statements
	) -> None:
		word = factories.unique("count")
		teacher = factories.make_user(roles=("Batch Evaluator",)).name
		courses = [factories.make_course().name for _ in range(2)]

		def make(number: int, tag: str) -> None:
			for index in range(number):
				batch = factories.make_batch(
					title=f"{word} {tag} {index}",
					courses=courses,
					instructors=[{"instructor": teacher}],
					seat_count=1,
					enable_waitlist=1,
					timezone=("UTC", "Europe/Berlin", "Asia/Kolkata")[index % 3],
				)
				if index % 2:
					enrollment.enroll_many(batch.name, [other, learner], source="Desk")

		other = factories.make_user().name
		make(5, "few")
		make(50, "many")
		spent = []
		for tag, number in (("few", 5), ("many", 50)):
			query = Query.of(search=f"{word} {tag}", page_size=50)
			catalog.cohorts(query, learner)
			with statements() as sent:
				assert len(catalog.cohorts(query, learner)["cohorts"]) == number
			spent.append(sent.total)
		assert spent[0] == spent[1]
		assert spent[0] <= 16

	def test_cards_are_worked_out_once_for_readers_who_see_the_same(self, learner: str, monkeypatch) -> None:
		made, make = [], cards.card
		monkeypatch.setattr(cards, "card", lambda row, *facts: made.append(row.name) or make(row, *facts))
		word = factories.unique("shared")
		batches = [factories.make_batch(title=f"{word} {number}", seat_count=3).name for number in range(2)]
		other, far = (factories.make_user(time_zone=zone).name for zone in ("UTC", "Asia/Kolkata"))
		asked, now = Query.of(search=word), datetime.now(UTC).replace(second=1)
		monkeypatch.setattr(
			cards.Reader, "of", lambda user: cards.Reader(user, display.reader_zone(user), now)
		)

		def seen(user: str) -> list[tuple[str, str]]:
			found = catalog.cohorts(asked, user)["cohorts"]
			return [(card["seats"]["label"], card["state"]["label"]) for card in found]

		assert seen(learner) == seen(other)
		assert sorted(made) == sorted(batches)
		catalog.cohorts(asked, far)
		assert len(made) == 4, "another clock, other words"
		enrollment.enroll(batches[0], other, source="Desk")
		made.clear()
		assert ("1 of 3 seats", "You're in") in seen(other)
		assert ("1 of 3 seats", "Open") in seen(learner)
		assert set(made) == {batches[0]}


class TestTwinsOfTheRules:
	"""Conditions that the database checks have to agree with the rules that Python checks."""

	@pytest.mark.parametrize(
		("seats", "taken", "waiting"), [(0, 50, 0), (3, 2, 0), (3, 2, 1), (3, 3, 0), (3, 4, 0), (1, 0, 0)]
	)
	def test_free_seats(self, seats: int, taken: int, waiting: int) -> None:
		batch = factories.make_batch(seat_count=seats)
		counters = {"seats_taken": taken, "waitlist_count": waiting}
		frappe.db.set_value("LMS Batch", batch.name, counters)
		row = frappe.db.get_value("LMS Batch", batch.name, facts.COHORT_FIELDS, as_dict=True)
		assert _found(batch.name, facts.has_free_seat) == facts.cohort(row, []).has_free_seat

	@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "UTC"])
	@pytest.mark.parametrize("end_time", ["17:00:00", "00:30:00", ""])
	def test_ended(self, zone: str, end_time: str) -> None:
		batch = factories.make_batch(
			courses=0,
			start_date="2026-03-28",
			end_date="2026-03-28",
			start_time="00:10:00" if end_time else "",
			end_time=end_time,
			timezone=zone,
		).name
		row = frappe.db.get_value("LMS Batch", batch, facts.COHORT_FIELDS, as_dict=True)
		ends = facts.cohort(row, []).ends_at
		for seconds in (-30 * 3600, -1, 0, 1, 3600, 30 * 3600):
			now = ends + timedelta(seconds=seconds)
			refused = admission.timing_refusal(facts.cohort(row, []), now)
			assert isinstance(refused, CohortEndedError) == (seconds >= 0)
			assert _found(batch, partial(facts.has_ended, now=now)) == (seconds >= 0), seconds


def _found(batch: str, condition) -> bool:
	found = condition()
	statement = f"select 1 from `tabLMS Batch` cohort where cohort.name = %(batch)s and {found.text}"
	return bool(frappe.db.sql(statement, {"batch": batch, **found.values}))


class TestTheState:
	@pytest.mark.parametrize(
		("values", "taken", "label"),
		[
			({"seat_count": 10}, 0, "Open"),
			({"seat_count": 10}, 8, "Open"),
			({"seat_count": 10}, 9, "Filling up"),
			({"seat_count": 2, "enable_waitlist": 1}, 2, "Full – waitlist open"),
			({"seat_count": 2}, 2, "Full"),
			({"allow_self_enrollment": 0}, 0, "By invitation"),
			({"start_date": 1}, 0, "Starts tomorrow"),
			({"start_date": -1, "end_date": 1}, 0, "Started"),
			({"start_date": -3, "end_date": -2}, 0, "Ended"),
		],
	)
	def test_for_somebody_who_is_not_in(self, learner: str, values: dict, taken: int, label: str) -> None:
		batch = factories.make_batch(**dated(values))
		if taken:
			enrollment.enroll_many(batch.name, factories.make_users(taken), source="Desk")
		assert catalog.cohort(batch.name, learner)["state"]["label"] == label

	def test_for_somebody_who_is_in_or_waits(self, learner: str) -> None:
		batch = factories.make_batch(seat_count=1, enable_waitlist=1)
		first, second = factories.make_users(2)
		enrollment.enroll_many(batch.name, [first, second, learner], source="Desk")
		assert catalog.cohort(batch.name, first)["state"]["label"] == "You're in"
		waits = catalog.cohort(batch.name, learner)
		assert waits["state"]["label"] == "On the waitlist (2)"
		assert waits["seats"]["label"] == "1 of 1 seats"
		assert waits["seats"]["waitlist_label"] == "2 on the waitlist"
		withdrawal.withdraw(batch.name, second, reason=None)
		assert catalog.waitlist_position(batch.name, learner) == 1


class TestTheButton:
	@pytest.mark.parametrize(
		("values", "taken", "label", "reason"),
		[
			({}, 0, "Enroll", None),
			({"seat_count": 1, "enable_waitlist": 1}, 1, "Join waitlist", None),
			({"seat_count": 1}, 1, "Enroll", "This cohort is full."),
			({"allow_self_enrollment": 0}, 0, "Enroll", "Self enrollment is closed for this cohort."),
			(
				{"paid_batch": 1, "amount": 5, "currency": "EUR"},
				0,
				"Enroll",
				"Payment is required for this cohort.",
			),
			(
				{"start_date": -1, "end_date": 1},
				0,
				"Enroll",
				"This cohort has already started.",
			),
			(
				{
					"start_date": -1,
					"end_date": 2,
					"late_enrollment_until": 1,
				},
				0,
				"Enroll",
				None,
			),
		],
	)
	def test_says_what_the_door_says(
		self, learner: str, values: dict, taken: int, label: str, reason: str | None
	) -> None:
		batch = factories.make_batch(**dated(values))
		if taken:
			enrollment.enroll_many(batch.name, factories.make_users(taken), source="Desk")
		action = catalog.cohort(batch.name, learner)["action"]
		assert (action["label"], action["reason"]) == (label, reason)
		assert action["can_enroll"] is (reason is None)
		if reason:
			assert action["advice"]
			frappe.set_user(learner)
			with pytest.raises(frappe.ValidationError, match=reason):
				enrollment.enroll(batch.name, learner, source="Portal")

	def test_of_somebody_who_is_in_leads_out(self, learner: str) -> None:
		batch = factories.make_batch()
		doc = enrollment.enroll(batch.name, learner, source="Desk")
		action = catalog.cohort(batch.name, learner)["action"]
		assert action["label"] == "Enrolled"
		assert action["can_withdraw"]
		assert action["reason"] is None
		doc.reload()
		doc.status = "Completed"
		doc.save()
		action = catalog.cohort(batch.name, learner)["action"]
		assert (action["label"], action["can_withdraw"], action["can_enroll"]) == ("Completed", False, False)


class TestOneCohort:
	def test_places_and_guidelines_are_for_people_who_are_in(self, learner: str) -> None:
		batch = factories.make_batch(
			discussion_guidelines="<p>Be kind.</p>",
			timetable=[
				{
					"date": day(3),
					"start_time": "09:00:00",
					"end_time": "10:00:00",
					"subject": "Hello",
					"place": "https://meet.example.com/secret",
				}
			],
		)
		outside = catalog.cohort(batch.name, learner)
		assert outside["timetable"][0]["sessions"][0]["place"] is None
		assert outside["guidelines"] is None
		assert "secret" not in frappe.as_json(outside)
		enrollment.enroll(batch.name, learner, source="Desk")
		inside = catalog.cohort(batch.name, learner)
		assert inside["timetable"][0]["sessions"][0]["place"] == "https://meet.example.com/secret"
		assert inside["guidelines"] == "<p>Be kind.</p>"

	def test_the_timetable_is_grouped_by_day_and_sorted(self, learner: str) -> None:
		def row(offset: int, start: str, subject: str) -> dict:
			return {"date": day(offset), "start_time": start, "end_time": "18:00:00", "subject": subject}

		rows = [row(4, "09:00:00", "c"), row(3, "14:00:00", "b"), row(3, "09:00:00", "a")]
		batch = factories.make_batch(timetable=rows)
		days = catalog.cohort(batch.name, learner)["timetable"]
		assert [[session["subject"] for session in day["sessions"]] for day in days] == [["a", "b"], ["c"]]

	def test_own_progress(self, learner: str) -> None:
		batch = factories.make_batch(courses=2)
		enrollment.enroll(batch.name, learner, source="Desk")
		course = batch.courses[0].course
		frappe.db.set_value(
			"LMS Enrollment",
			{"member": learner, "course": course},
			{"progress": 40, "status": "In Progress"},
		)
		shown = catalog.cohort(batch.name, learner)["courses"]
		assert [each["progress"]["label"] for each in shown] == ["40 % done", "Not started"]

	def test_instructors_show_no_private_picture(self, learner: str) -> None:
		teacher = factories.make_user(
			first_name="Lucía", last_name="Ortega", user_image="/private/files/face.png"
		)
		batch = factories.make_batch(instructors=[{"instructor": teacher.name}])
		(shown,) = catalog.cohort(batch.name, learner)["instructors"]
		assert (shown["name"], shown["initials"], shown["image"]) == ("Lucía Ortega", "LO", None)


class TestClocks:
	def test_dates_are_shown_by_the_readers_clock_and_the_cohorts(self) -> None:
		reader = factories.make_user(time_zone="Pacific/Kiritimati").name
		batch = factories.make_batch(
			start_date="2040-12-07", end_date="2040-12-08", timezone="Pacific/Pago_Pago"
		)
		shown = catalog.cohort(batch.name, reader)
		assert shown["when"]["days"] == "Sat 8 Dec – Sun 9 Dec 2040"
		assert shown["when"]["hours"] == "10:00–18:00"
		assert shown["when_there"] == {
			"days": "Fri 7 Dec – Sat 8 Dec 2040",
			"hours": "09:00–17:00",
			"place": "Pago Pago",
		}
		assert shown["starts_at"] == "2040-12-07T20:00:00+00:00"

	def test_one_line_is_enough_where_both_clocks_agree(self) -> None:
		reader = factories.make_user(time_zone="Europe/Paris").name
		batch = factories.make_batch(timezone="Europe/Berlin")
		shown = catalog.cohort(batch.name, reader)
		assert shown["when_there"] is None
		assert shown["when"]["hours"] == "09:00–17:00"

	def test_hours_that_pass_midnight_say_so(self) -> None:
		batch = frappe._dict(
			start_date=getdate("2026-12-07"),
			end_date=getdate("2026-12-07"),
			start_time="09:00:00",
			end_time="17:00:00",
			timezone="America/Los_Angeles",
		)
		assert display.clock_parts(batch, "Europe/Berlin")["hours"] == "18:00–02:00 (+1)"

	def test_whole_days_stay_the_cohorts(self) -> None:
		reader = factories.make_user(time_zone="Pacific/Pago_Pago").name
		batch = factories.make_batch(
			start_date="2040-12-07", end_date="2040-12-07", start_time="", end_time="", timezone="Asia/Tokyo"
		)
		shown = catalog.cohort(batch.name, reader)
		assert shown["when"]["days"] == "Fri 7 Dec 2040"
		assert shown["when_there"] is None
		assert shown["whole_days_in"] == "Tokyo"
		at_home = factories.make_user(time_zone="Asia/Seoul").name  # the same midnight
		assert catalog.cohort(batch.name, at_home)["whole_days_in"] is None

	@pytest.mark.parametrize("language", ["xx", "", "1!", "zh-TW", "ar"])
	def test_a_language_without_a_locale_is_no_error(self, language: str) -> None:
		before = frappe.local.lang
		try:
			frappe.local.lang = language
			assert "2026" in dates.day(getdate("2026-12-07"))
			assert "EEE" not in dates.day(getdate("2026-12-07"))
		finally:
			frappe.local.lang = before


class TestComingUp:
	def test_shows_what_is_next_and_what_is_waited_for(self, learner: str) -> None:
		later = factories.make_batch(start_date=day(5), end_date=day(6))
		sooner = factories.make_batch()
		full = factories.make_batch(seat_count=1, enable_waitlist=1)
		over = factories.make_batch(start_date=day(-3), end_date=day(-2))
		enrollment.enroll(full.name, factories.make_users(1)[0], source="Desk")
		for batch in (later, sooner, full):
			enrollment.enroll(batch.name, learner, source="Desk")
		enrollment.enroll(over.name, learner, source="Desk", override_reason="Was there")
		found = catalog.coming_up(learner)
		assert [card["name"] for card in found["enrolled"]] == [sooner.name, later.name]
		assert [card["name"] for card in found["waitlisted"]] == [full.name]
		assert found["enrolled"][0]["starts_in"] == "in 3 days"
