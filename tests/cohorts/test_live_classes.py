"""Live classes and the timetable: who sees a link when, attendance, and calendars read back."""

from datetime import datetime, timedelta

import pytest
from icalendar import Calendar

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.cohorts import calendar, catalog, enrollment, live_classes, schedule, timetable
from smooth_lms.exceptions import LiveClassClosedError, NotEnrolledError
from tests.support.factories import make_batch, make_user, make_users
from tests.support.marking import mark

LINK = "https://meet.example.com/abc"
HOST = "https://meet.example.com/host?zak=secret"


def make_class(batch, **values):
	doc = {
		"doctype": "LMS Live Class",
		"title": "Kick-off",
		"batch": batch.name,
		"date": batch.start_date,
		"start_time": "10:00:00",
		"duration_minutes": 60,
		"opens_minutes_before": 15,
		"join_url": LINK,
		"host_url": HOST,
		**values,
	}
	return frappe.get_doc(doc).insert()


@pytest.fixture
def clock(monkeypatch):
	def at(doc, minutes):
		monkeypatch.setattr(
			live_classes, "now_utc", lambda: live_classes.starts_at(doc) + timedelta(minutes=minutes)
		)

	return at


def seated(batch):
	user = make_user().name
	enrollment.enroll(batch.name, user, source="Desk")
	return user


class TestJoining:
	@pytest.mark.parametrize(
		("minutes", "opens"), [(-16, False), (-15, True), (0, True), (59, True), (60, False)]
	)
	def test_near_its_time_only(self, clock, minutes, opens):
		batch = make_batch()
		user, doc = seated(batch), make_class(batch)
		clock(doc, minutes)
		if opens:
			assert live_classes.join(doc.name, user) == LINK
		else:
			with pytest.raises(LiveClassClosedError):
				live_classes.join(doc.name, user)

	def test_not_for_others(self, clock):
		batch = make_batch(seat_count=1, enable_waitlist=1)
		seated(batch)
		waiting, doc = seated(batch), make_class(batch)
		clock(doc, 1)
		for user in (waiting, make_user().name, seated(make_batch())):
			with pytest.raises(LiveClassClosedError, match="not in the cohort"):
				live_classes.join(doc.name, user)
		with pytest.raises(LiveClassClosedError, match="not in the cohort"):
			live_classes.join("nothing", waiting)

	def test_not_once_cancelled(self, clock):
		batch = make_batch()
		user, doc = seated(batch), make_class(batch, cancelled=1)
		clock(doc, 1)
		with pytest.raises(LiveClassClosedError, match="cancelled"):
			live_classes.join(doc.name, user)

	def test_notes_attendance_once(self, clock):
		batch = make_batch()
		user, doc = seated(batch), make_class(batch)
		clock(doc, 1)
		live_classes.join(doc.name, user)
		live_classes.join(doc.name, user)
		(row,) = frappe.get_all(
			"LMS Live Class Attendance", filters={"member": user}, fields=["status", "batch"]
		)
		assert (row.status, row.batch) == ("Present", batch.name)

	def test_who_was_marked_absent_and_comes_is_present(self, clock):
		batch = make_batch()
		user, doc = seated(batch), make_class(batch)
		mark(doc.name, {user: "Absent"})
		clock(doc, 30)
		live_classes.join(doc.name, user)
		statuses = frappe.get_all("LMS Live Class Attendance", filters={"member": user}, pluck="status")
		assert statuses == ["Present"]


class TestLinks:
	def test_are_not_in_what_learners_read(self, clock):
		batch = make_batch()
		user, doc = seated(batch), make_class(batch, recording_url="https://video.example.com/r")
		clock(doc, -60)
		frappe.set_user(user)
		told = str(timetable.agenda(user)) + str(catalog.cohort(batch.name, user))
		assert LINK not in told
		assert HOST not in told
		assert "video.example.com" not in told
		assert not frappe.get_list("LMS Live Class") if frappe.has_permission("LMS Live Class") else True
		assert not frappe.has_permission("LMS Live Class", "read", doc=doc.name)

	def test_recording_comes_after_the_class(self, clock):
		batch = make_batch()
		user, doc = seated(batch), make_class(batch, recording_url="https://video.example.com/r")
		clock(doc, 61)
		assert "video.example.com" in str(timetable.agenda(user, past=True))

	@pytest.mark.parametrize("field", ["join_url", "host_url", "recording_url"])
	@pytest.mark.parametrize(
		"address", ["javascript:alert(1)", "http://x.example", "https://a@b.example", "data:x"]
	)
	def test_are_web_addresses(self, field, address):
		with pytest.raises(frappe.ValidationError):
			make_class(make_batch(), **{field: address})


class TestAttendance:
	def test_is_marked_for_people_of_the_cohort(self):
		batch = make_batch()
		one, two, stranger = seated(batch), seated(batch), make_user().name
		doc = make_class(batch)
		assert mark(doc.name, {one: "Present", two: "Absent", stranger: "Present"}) == 2
		assert mark(doc.name, {one: "Present", two: "Excused"}) == 1
		rows = frappe.get_all(
			"LMS Live Class Attendance",
			filters={"live_class": doc.name},
			fields=["member", "status"],
			as_list=True,
		)
		assert dict(rows) == {one: "Present", two: "Excused"}

	def test_is_for_who_runs_the_cohort(self):
		batch = make_batch()
		user, doc = seated(batch), make_class(batch)
		for who in (user, make_user(roles=("Batch Evaluator",)).name):
			frappe.set_user(who)
			with pytest.raises(frappe.PermissionError):
				mark(doc.name, {user: "Present"})
		frappe.set_user("Administrator")
		teacher = make_user(roles=("Batch Evaluator",)).name
		batch.append("instructors", {"instructor": teacher})
		batch.save()
		frappe.set_user(teacher)
		assert mark(doc.name, {user: "Present"}) == 1
		with pytest.raises(frappe.ValidationError, match="no attendance"):
			mark(doc.name, {user: "Sleeping"})


class TestClass:
	def test_lies_within_its_cohort(self):
		batch = make_batch()
		with pytest.raises(frappe.ValidationError, match="outside the cohort"):
			make_class(batch, date=add_days(batch.end_date, 1))

	def test_takes_the_clock_of_its_cohort(self):
		batch = make_batch(timezone="Europe/Berlin", start_date="2027-03-22", end_date="2027-04-02")
		winter = make_class(batch, date="2027-03-26")
		summer = make_class(batch, date="2027-03-29")
		assert live_classes.starts_at(winter) == datetime(2027, 3, 26, 9, tzinfo=schedule.UTC)
		assert live_classes.starts_at(summer) == datetime(2027, 3, 29, 8, tzinfo=schedule.UTC)


class TestTimetable:
	def test_has_own_cohorts_only_by_day(self):
		mine, other = make_batch(timetable=[session("Tour")]), make_batch(timetable=[session("Elsewhere")])
		user = seated(mine)
		make_class(mine)
		make_class(other, title="Not mine")
		days = timetable.agenda(user)
		assert [day["date"] for day in days] == [getdate(add_days(today(), 3))]
		assert [entry["title"] for entry in days[0]["entries"]] == ["Tour", "Kick-off"]

	def test_shows_the_readers_clock(self):
		batch = make_batch(timezone="Asia/Tokyo")
		user = seated(batch)
		frappe.db.set_value("User", user, "time_zone", "America/New_York")
		frappe.clear_document_cache("User", user)
		make_class(batch, start_time="09:00:00")
		(day,) = [d for d in timetable.agenda(user) if any(e["kind"] == "class" for e in d["entries"])]
		(entry,) = day["entries"]
		assert day["date"] == getdate(add_days(batch.start_date, -1))
		assert entry["at"]["hours"] in ("19:00–20:00", "20:00–21:00")
		assert entry["at"]["place"] == "New York"
		assert entry["at"]["there"].endswith(", 09:00–10:00")
		assert entry["at"]["there_place"] == "Tokyo"

	def test_takes_a_fixed_number_of_queries(self, statements):
		user = make_user().name
		counts = []
		for _ in range(2):
			batch = make_batch(timetable=[session("Tour")])
			enrollment.enroll(batch.name, user, source="Desk")
			make_class(batch)
			timetable.agenda(user)
			with statements() as sent:
				timetable.agenda(user)
			counts.append(sent.total)
		assert counts[0] == counts[1]


def session(subject):
	return {
		"date": add_days(today(), 3),
		"start_time": "09:00:00",
		"end_time": "09:30:00",
		"subject": subject,
	}


class TestCalendar:
	def test_of_all_cohorts_is_read_back(self):
		batch = make_batch(timezone="Europe/Berlin", start_date="2027-03-22", end_date="2027-04-02")
		user = seated(batch)
		make_class(batch, date="2027-03-26", title="Winter; time, \\ here")
		make_class(batch, date="2027-03-29", cancelled=1)
		days = make_batch(start_date="2027-05-03", end_date="2027-05-04")
		enrollment.enroll(days.name, user, source="Desk")
		token = calendar.feed_address(user).rpartition("/")[2].removesuffix(".ics")
		content = calendar.feed(token)
		assert LINK.encode() not in content
		events = Calendar.from_ical(content).walk("VEVENT")
		found = {str(e["SUMMARY"]): e for e in events}
		assert len({str(e["UID"]) for e in events}) == len(events) == 4
		winter = found[f"{batch.title}: Winter; time, \\ here"]
		assert winter["DTSTART"].dt == datetime(2027, 3, 26, 9, tzinfo=schedule.UTC)
		assert found[f"{batch.title}: Kick-off"]["STATUS"] == "CANCELLED"
		assert found[f"{batch.title}: Kick-off"]["DTSTART"].dt.hour == 8

	def test_of_one_cohort_is_for_people_in_it(self):
		batch = make_batch()
		make_class(batch)
		user = seated(batch)
		assert len(Calendar.from_ical(calendar.calendar_file(batch.name, user)).walk("VEVENT")) == 1
		with pytest.raises(NotEnrolledError):
			calendar.calendar_file(batch.name, make_user().name)

	def test_address_can_be_renewed_and_ends_with_the_account(self):
		user = make_user().name
		token = calendar.feed_address(user).rpartition("/")[2].removesuffix(".ics")
		assert calendar.feed_address(user).endswith(f"{token}.ics")
		assert calendar.feed(token)
		wrong_case = token.swapcase()
		with pytest.raises(frappe.DoesNotExistError):
			calendar.feed(wrong_case)
		renewed = calendar.renew_feed(user).rpartition("/")[2].removesuffix(".ics")
		with pytest.raises(frappe.DoesNotExistError):
			calendar.feed(token)
		frappe.db.set_value("User", user, "enabled", 0)
		with pytest.raises(frappe.DoesNotExistError):
			calendar.feed(renewed)

	@pytest.mark.parametrize("token", ["", "x", "None", "%", "' or 1=1 --", "x" * 60])
	def test_other_addresses_give_nothing(self, token):
		make_users(1)
		with pytest.raises(frappe.DoesNotExistError):
			calendar.feed(token)


class TestPages:
	def test_timetable_joining_and_calendar(self, server):
		batch = make_batch(start_date=today(), end_date=add_days(today(), 1), allow_self_enrollment=1)
		user = make_user().name
		enrollment.enroll(batch.name, user, source="Desk", override_reason="late")
		soon = datetime.now(schedule.UTC) + timedelta(minutes=5)
		doc = make_class(batch, date=soon.date(), start_time=soon.strftime("%H:%M:%S"), title="<b>Kick</b>")
		stranger = make_user().name
		frappe.db.commit()
		mine, theirs, guest = server.session(user), server.session(stranger), server.session()
		page = mine.get(f"{server.url}/lms/timetable").text
		assert "&lt;b&gt;Kick" in page
		assert LINK not in page
		form = {"csrf_token": mine.headers["X-Frappe-CSRF-Token"]}
		assert LINK in mine.post(f"{server.url}/lms/timetable/join/{doc.name}", data=form).text
		form["csrf_token"] = theirs.headers["X-Frappe-CSRF-Token"]
		refused = theirs.post(f"{server.url}/lms/timetable/join/{doc.name}", data=form)
		assert refused.status_code == 403
		assert LINK not in refused.text
		address = server.call(mine, "live_classes.get_calendar_address").json()["message"]
		path = "/lms/" + address.partition("/lms/")[2]
		feed = guest.get(server.url + path)
		assert feed.headers["Content-Type"].startswith("text/calendar")
		assert len(Calendar.from_ical(feed.content).walk("VEVENT")) == 1
		assert guest.get(f"{server.url}/lms/timetable/{'x' * 43}.ics").status_code == 404
