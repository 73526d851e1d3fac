"""The portal's pages over HTTP, without script: what they show, what their forms do, and what they keep out."""

import re
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from icalendar import Calendar

import frappe
from frappe.utils import add_days, today

from smooth_lms.cohorts import enrollment
from tests.support import factories
from tests.support.portal import ATTACK, Person
from tests.support.server import Server


def batch(**values) -> str:
	name = factories.make_batch(**values).name
	frappe.db.commit()
	return name


def row_of(cohort: str, member: str) -> frappe._dict | None:
	frappe.db.rollback()  # see what the server has committed
	fields = ["status", "source", "withdrawal_reason"]
	return frappe.db.get_value(
		"LMS Batch Enrollment", {"batch": cohort, "member": member}, fields, as_dict=True
	)


@pytest.fixture
def learner(server: Server) -> Person:
	return Person(server, factories.make_user(time_zone="UTC").name)


@pytest.fixture
def guest(server: Server) -> Person:
	return Person(server, None)


class TestDoors:
	@pytest.mark.parametrize(
		"path", ["/lms", "/lms/batches?tab=past&q=a b", "/lms/batches/x", "/lms/nothing"]
	)
	def test_a_guest_signs_in_and_comes_back(self, guest: Person, path: str) -> None:
		response = guest.get(path)
		assert response.status_code == 303
		login, _, back = response.headers["Location"].partition("?redirect-to=")
		assert login == "/lms/sign-in"
		assert unquote(unquote(back)) == path

	def test_an_account_without_a_role_in_training_is_told_what_to_do(self, server: Server) -> None:
		response = Person(server, factories.make_user(roles=()).name).get("/lms/batches")
		assert response.status_code == 403
		assert "ask your administrator for the role LMS Student" in response.text

	@pytest.mark.parametrize("path", ["/lms/nothing", "/lms/batches/no-such-cohort", "/lms/batches/a/b/c"])
	def test_what_does_not_exist_says_so_in_the_portals_look(self, learner: Person, path: str) -> None:
		response = learner.get(path)
		assert response.status_code == 404
		page = BeautifulSoup(response.text, "html.parser")
		assert page.h1.text == "Page not found"
		assert page.select_one("nav a[href='/lms/batches']")

	def test_a_draft_looks_like_nothing_to_learners_and_is_marked_for_moderators(
		self, server: Server, learner: Person
	) -> None:
		cohort = batch(published=0)
		assert learner.get(f"/lms/batches/{cohort}").status_code == 404
		moderator = Person(server, factories.make_user(roles=("Moderator",)).name)
		page = moderator.see(f"/lms/batches/{cohort}")
		assert page.select_one("main .chip").text.strip() == "Draft"
		assert "Manage at the desk" in page.text

	def test_other_methods_are_refused(self, learner: Person) -> None:
		token = learner.see("/lms/batches/" + batch()).select_one("input[name=csrf_token]")["value"]
		assert learner.post("/lms/batches", csrf_token=token).status_code == 405

	def test_an_answer_carries_its_policy_and_is_not_kept(self, learner: Person) -> None:
		headers = learner.get("/lms/batches").headers
		assert "script-src 'self' 'nonce-" in headers["Content-Security-Policy"]
		assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
		assert headers["Cache-Control"] == "private, no-store"

	def test_signing_out_ends_the_session(self, learner: Person) -> None:
		response = learner.press("/lms", "Sign out")
		assert response.headers["Location"].startswith("/lms/sign-in")
		assert learner.get("/lms").headers.get("Location", "").startswith("/lms/sign-in")


class TestTheShell:
	def test_language_direction_and_names(self, server: Server) -> None:
		english = Person(server, factories.make_user().name).see("/lms/batches")
		assert (english.html["lang"], english.html["dir"]) == ("en", "ltr")
		arabic = Person(server, factories.make_user(language="ar").name).see("/lms/batches")
		assert (arabic.html["lang"], arabic.html["dir"]) == ("ar", "rtl")

	def test_the_navigation_shows_where_one_is(self, learner: Person) -> None:
		page = learner.see("/lms/batches")
		(current,) = page.select(".sections [aria-current=page]")
		assert current["href"] == "/lms/batches"

	def test_files_carry_a_version_and_are_there(self, learner: Person) -> None:
		page = learner.see("/lms")
		addresses = [link["href"] for link in page.select("link")] + [page.select_one("script[src]")["src"]]
		addresses += re.findall(
			r"/assets/smooth_lms/js/portal/[^\"]+", str(page.select_one("[type=importmap]"))
		)
		assert len(addresses) >= 8
		for address in addresses:
			assert re.search(r"\?v=[0-9a-f]{10}$", address), address
			assert learner.get(address).status_code == 200

	def test_the_desk_is_offered_to_who_has_it(self, server: Server, learner: Person) -> None:
		assert "Open the desk" not in learner.get("/lms").text
		moderator = Person(server, factories.make_user(roles=("Moderator",)).name)
		assert "Open the desk" in moderator.get("/lms").text


class TestTheList:
	def test_the_address_carries_tab_search_and_filters(self, learner: Person) -> None:
		word = factories.unique("address")
		here = batch(title=f"{word} here", medium="Offline")
		batch(title=f"{word} there", medium="Online")
		page = learner.see(f"/lms/batches?tab=upcoming&q={word}&medium=Offline")
		titles = [link["href"] for link in page.select(".cohort__title a")]
		assert titles == [f"/lms/batches/{here}"]
		assert page.select_one("#q")["value"] == word
		assert page.select_one("#medium option[selected]")["value"] == "Offline"
		assert page.select_one("#results")["data-said"] == "1 cohort"
		past = page.select(".tabs a")[2]["href"]
		assert "tab=past" in past
		assert "medium=Offline" in past

	def test_pages_are_linked(self, learner: Person) -> None:
		word = factories.unique("paged")
		for index in range(25):
			factories.make_batch(title=f"{word} {index}", courses=0)
		frappe.db.commit()
		first = learner.see(f"/lms/batches?q={word}")
		assert len(first.select(".cohort")) == 24
		after = first.select_one("a[rel=next]")["href"]
		assert len(learner.see(after).select(".cohort")) == 1

	@pytest.mark.parametrize(
		("query", "heading"),
		[
			("q=nothing-is-called-this", "No cohort fits"),
			("tab=mine", "You are in no cohort yet"),
		],
	)
	def test_an_empty_list_says_what_to_do(self, learner: Person, query: str, heading: str) -> None:
		page = learner.see(f"/lms/batches?{query}")
		assert page.select_one(".empty h2").text == heading
		assert page.select_one(".empty a.button")


class TestEnrolling:
	def test_a_plain_form_enrolls_and_the_page_says_what_comes_next(self, learner: Person) -> None:
		cohort = batch()
		page = learner.follow(learner.press(f"/lms/batches/{cohort}", "Enroll"))
		assert row_of(cohort, learner.user).status == "Enrolled"
		assert row_of(cohort, learner.user).source == "Portal"
		assert "You are enrolled." in page.select_one("[role=status][data-notice]").text
		assert page.select_one(".standing").text.strip() == "Enrolled"
		assert "What happens next" in page.text
		assert page.select_one(f"a[href='/lms/batches/{cohort}/calendar.ics']")
		assert page.find("a", string="Withdraw")

	def test_twice_by_the_back_button_is_refused_in_place(self, learner: Person) -> None:
		cohort = batch()
		token = learner.see(f"/lms/batches/{cohort}").select_one("input[name=csrf_token]")["value"]
		learner.post(f"/lms/batches/{cohort}", csrf_token=token)
		response = learner.post(f"/lms/batches/{cohort}", csrf_token=token)
		assert response.status_code == 409
		alert = BeautifulSoup(response.text, "html.parser").select_one("[role=alert]")
		assert alert.text.strip() == "You are already enrolled for this cohort."

	def test_the_last_seat_goes_while_one_reads(self, learner: Person) -> None:
		cohort = batch(seat_count=1)
		token = learner.see(f"/lms/batches/{cohort}").select_one("input[name=csrf_token]")["value"]
		enrollment.enroll_many(cohort, factories.make_users(1), source="Desk")
		frappe.db.commit()
		response = learner.post(f"/lms/batches/{cohort}", csrf_token=token)
		page = BeautifulSoup(response.text, "html.parser")
		assert response.status_code == 409
		assert page.select_one("[role=alert]").text.strip() == "This cohort is full."
		assert page.select_one(".chip").text.strip() == "Full"
		assert row_of(cohort, learner.user) is None

	def test_a_full_cohort_offers_its_waitlist(self, learner: Person) -> None:
		cohort = batch(seat_count=1, enable_waitlist=1)
		enrollment.enroll_many(cohort, factories.make_users(1), source="Desk")
		frappe.db.commit()
		page = learner.follow(learner.press(f"/lms/batches/{cohort}", "Join waitlist"))
		assert row_of(cohort, learner.user).status == "Waitlisted"
		assert "You are number 1 on the waitlist." in page.text
		assert "You are on the waitlist." in page.select_one("[data-notice]").text

	def test_a_button_that_is_off_says_why_and_what_to_do(self, learner: Person) -> None:
		cohort = batch(allow_self_enrollment=0)
		page = learner.see(f"/lms/batches/{cohort}")
		button = page.select_one("button[aria-disabled=true]")
		reason = page.find(id=button["aria-describedby"]).text
		assert "Self enrollment is closed for this cohort." in reason
		assert "Ask the organizer" in reason

	@pytest.mark.parametrize("token", ["", "wrong"])
	def test_a_form_from_elsewhere_changes_nothing(self, learner: Person, token: str) -> None:
		cohort = batch()
		learner.see(f"/lms/batches/{cohort}")
		response = learner.post(f"/lms/batches/{cohort}", csrf_token=token)
		assert response.status_code != 303
		assert "You are enrolled" not in response.text
		assert row_of(cohort, learner.user) is None

	def test_not_even_in_a_session_that_has_no_token_yet(self, server: Server) -> None:
		user = factories.make_user().name
		cohort = batch()
		person = Person(server, user)
		_take_token(person)
		assert person.post(f"/lms/batches/{cohort}").status_code == 400
		assert row_of(cohort, user) is None

	def test_a_guest_cannot(self, guest: Person) -> None:
		cohort = batch()
		response = guest.post(f"/lms/batches/{cohort}")
		assert response.status_code == 303
		assert response.headers["Location"].startswith("/lms/sign-in")
		frappe.db.rollback()
		assert not frappe.db.exists("LMS Batch Enrollment", {"batch": cohort})


def _take_token(person: Person) -> None:
	"""Make the session one that has been used by nothing but the API: Frappe gives those no token."""
	sid = person.session.cookies["sid"]
	row = frappe.db.sql("select sessiondata from tabSessions where sid = %s", sid)[0][0]
	data = frappe.parse_json(row) if row.startswith('{"') else frappe.safe_eval(row, {"frappe": frappe})
	data.pop("csrf_token", None)
	frappe.db.sql("update tabSessions set sessiondata = %s where sid = %s", (frappe.as_json(data), sid))
	frappe.db.commit()
	frappe.cache().hdel("session", sid)


class TestWithdrawing:
	def test_is_asked_for_and_done_without_script(self, learner: Person) -> None:
		cohort = batch(title=factories.unique("Leaving"))
		enrollment.enroll(cohort, learner.user, source="Desk")
		frappe.db.commit()
		ask = learner.see(f"/lms/batches/{cohort}").find("a", string="Withdraw")["href"]
		assert row_of(cohort, learner.user).status == "Enrolled"
		page = learner.follow(learner.press(ask, "Withdraw", reason="Moved to another team"))
		row = row_of(cohort, learner.user)
		assert (row.status, row.withdrawal_reason) == ("Withdrawn", "Moved to another team")
		assert "You have withdrawn." in page.select_one("[data-notice]").text
		assert page.find("button", string="Enroll")

	def test_from_the_waitlist(self, learner: Person) -> None:
		cohort = batch(seat_count=1, enable_waitlist=1)
		enrollment.enroll_many(cohort, [*factories.make_users(1), learner.user], source="Desk")
		frappe.db.commit()
		page = learner.see(f"/lms/batches/{cohort}/withdraw")
		assert page.h1.text == "Leave the waitlist?"
		page = learner.follow(learner.press(f"/lms/batches/{cohort}/withdraw", "Leave the waitlist"))
		assert "You have left the waitlist." in page.select_one("[data-notice]").text

	def test_who_is_not_in_is_sent_back(self, learner: Person) -> None:
		cohort = batch()
		assert learner.get(f"/lms/batches/{cohort}/withdraw").headers["Location"] == f"/lms/batches/{cohort}"


class TestTheCalendarFile:
	def test_has_the_timetable_in_utc_with_places(self, learner: Person) -> None:
		word = factories.unique("Tools")
		cohort = batch(
			title=f"{word}; and, things",
			start_date="2040-07-02",
			end_date="2040-07-03",
			timezone="Europe/Berlin",
			timetable=[
				{
					"date": "2040-07-02",
					"start_time": "09:00:00",
					"end_time": "10:30:00",
					"subject": "Hello",
					"place": "Room 1",
				}
			],
		)
		enrollment.enroll(cohort, learner.user, source="Desk")
		frappe.db.commit()
		response = learner.get(f"/lms/batches/{cohort}/calendar.ics")
		assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
		(event,) = Calendar.from_ical(response.content).walk("VEVENT")
		assert event["SUMMARY"] == f"{word}; and, things: Hello"
		assert event["LOCATION"] == "Room 1"
		assert event.decoded("DTSTART").isoformat() == "2040-07-02T07:00:00+00:00"
		assert event.decoded("DTEND").isoformat() == "2040-07-02T08:30:00+00:00"

	def test_without_a_timetable_has_the_days(self, learner: Person) -> None:
		daily = batch(start_date="2040-03-30", end_date="2040-03-31", timezone="Asia/Tokyo")
		long = batch(start_date="2040-03-01", end_date="2040-05-31")
		for cohort in (daily, long):
			enrollment.enroll(cohort, learner.user, source="Desk")
		frappe.db.commit()
		days = Calendar.from_ical(learner.get(f"/lms/batches/{daily}/calendar.ics").content).walk("VEVENT")
		assert [day.decoded("DTSTART").isoformat() for day in days] == [
			"2040-03-30T00:00:00+00:00",
			"2040-03-31T00:00:00+00:00",
		]
		(whole,) = Calendar.from_ical(learner.get(f"/lms/batches/{long}/calendar.ics").content).walk("VEVENT")
		assert whole.decoded("DTSTART").isoformat() == "2040-03-01"
		assert whole.decoded("DTEND").isoformat() == "2040-06-01"

	def test_is_for_people_who_are_in(self, learner: Person) -> None:
		assert learner.get(f"/lms/batches/{batch()}/calendar.ics").status_code == 404


class TestHostileText:
	def test_stays_text_everywhere(self, server: Server, learner: Person) -> None:
		teacher = factories.make_user(first_name="Teacher").name
		category = factories.unique("Category") + ATTACK
		frappe.db.set_value("User", teacher, "full_name", ATTACK)
		frappe.db.set_value("User", learner.user, "full_name", ATTACK)
		frappe.get_doc({"doctype": "LMS Category", "category": factories.unique("C")}).insert()
		course = factories.make_course(short_introduction=ATTACK)
		made = factories.make_batch(
			courses=[course.name],
			instructors=[{"instructor": teacher}],
			timetable=[{"date": add_days(today(), 3), "subject": "s", "start_time": "", "end_time": ""}],
		)
		# as an import or another app could have written it, past every check of ours
		rich = (
			f"<p>fine</p>{ATTACK}<form action=/x><button>b</button></form><a href='javascript:alert(1)'>a</a>"
		)
		values = {"title": ATTACK, "description": ATTACK, "category": category, "medium": ATTACK}
		values |= {"batch_details": rich, "discussion_guidelines": rich}
		for field, value in values.items():
			frappe.db.set_value("LMS Batch", made.name, field, value)
		frappe.db.set_value("LMS Course", course.name, "title", ATTACK)
		frappe.db.set_value(
			"LMS Batch Timetable", {"parent": made.name}, {"subject": ATTACK, "place": f"https://x/{ATTACK}"}
		)
		enrollment.enroll(made.name, learner.user, source="Desk")
		frappe.db.commit()
		frappe.clear_cache(user=learner.user)
		frappe.clear_document_cache("User", learner.user)
		address = f"/lms/batches/{made.name}"
		try:
			for path in (
				"/lms",
				"/lms/batches?tab=mine",
				address,
				f"{address}/withdraw",
				f"/lms/batches?q={ATTACK}",
			):
				page = learner.see(path)
				assert ATTACK in page.text or ATTACK in str(page.select_one("#q")["value"]), path
				assert [s for s in page.select("script") if not (s.get("src") or s.get("nonce"))] == []
				assert page.select("[onerror], a[href^='javascript']") == []
				assert page.select("main .prose form, main .prose button, main .prose script") == []
		finally:
			frappe.delete_doc(
				"LMS Batch Enrollment", frappe.db.get_value("LMS Batch Enrollment", {"batch": made.name})
			)
			frappe.delete_doc("LMS Batch", made.name)
			frappe.db.commit()
