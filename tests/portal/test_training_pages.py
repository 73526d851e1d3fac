"""My learning and the team over HTTP, without script."""

import io
import shutil
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.cohorts import enrollment, withdrawal
from smooth_lms.compliance import certificates
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.training.assignments import ledger
from tests.support import factories
from tests.support.portal import ATTACK, Person
from tests.support.server import Server
from tests.support.training import DOCTYPE, activated, assign_to, complete, rows_of


@pytest.fixture
def team(server: Server) -> frappe._dict:
	"""A manager with two reports, one of them overdue, and one person below the other."""
	(boss,) = factories.make_workforce(1)
	late, fine = factories.make_workforce(2, reports_to=employee_of(boss))
	(below,) = factories.make_workforce(1, reports_to=employee_of(fine))
	for user, name in ((late, "Lena Late"), (fine, "Finn Fine"), (below, "Bela Below")):
		frappe.db.set_value("User", user, "full_name", name)
	people = [boss, late, fine, below]
	doc = activated(
		courses=2, exceptions=[{"member": each, "effect": "Pin", "reason": "Test"} for each in people]
	)
	assign_to(doc, people)
	rows = rows_of(late)
	frappe.db.set_value(DOCTYPE, rows[0].name, {"due_date": add_days(today(), -4), "status": "Overdue"})
	frappe.db.commit()
	return frappe._dict(doc=doc, boss=boss, late=late, fine=fine, below=below, overdue=rows[0].name)


@pytest.fixture
def server_without_programs(server: Server, tmp_path, monkeypatch) -> Iterator[Server]:
	"""The same site on a machine with hardly a program on it."""
	(tmp_path / "which").symlink_to(shutil.which("which"))
	monkeypatch.setenv("PATH", str(tmp_path))
	with Server(server.site, workers=1) as bare:
		yield bare


def employee_of(user: str) -> str:
	return frappe.db.get_value("Employee", {"user_id": user})


def words(page) -> str:
	return " ".join(page.select_one("#main").text.split())


def complete_all(user: str) -> list[str]:
	"""Complete everything that somebody has to do. Returns the courses."""
	courses = [row.course for row in rows_of(user)]
	for course in courses:
		complete(user, course)
	frappe.db.commit()
	return courses


def field(name: str, of: str = "extension_state"):
	frappe.db.rollback()
	return frappe.db.get_value(DOCTYPE, name, of)


class TestMyLearning:
	def test_says_what_is_next_and_how_one_stands(self, team, server):
		page = Person(server, team.late).see("/lms")
		assert "1 overdue" in page.select_one("header.title").text
		(row,) = page.select("section[aria-labelledby=do-next] .row")
		assert "4 days overdue" in row.text
		assert len(page.select("section[aria-labelledby=later] .row")) == 1

	def test_shows_courses_of_cohorts_too(self, server):
		user = factories.make_user().name
		begun, done = (factories.make_course(title=factories.unique(word)).name for word in ("Begun", "Done"))
		factories.make_batch(courses=[begun, done])
		course_enrollment.enroll({user: "Somebody"}, [begun, done])
		complete(user, done)
		frappe.db.set_value(
			"LMS Enrollment", {"member": user, "course": begun}, {"status": "In Progress", "progress": 40}
		)
		frappe.db.commit()
		page = Person(server, user).see("/lms")
		(row,) = page.select("section[aria-labelledby=do-next] .row")
		assert "Begun" in row.text
		assert "40 % done" in row.text
		assert "you joined this course" in row.text
		assert not row.select("a[href*=more-time]")
		(finished,) = page.select("section[aria-labelledby=done] .row")
		assert "Done" in finished.text

	def test_shows_what_was_just_enrolled_in_with_the_reason_and_start(self, server):
		user, own = factories.make_user().name, factories.make_course(title=factories.unique("Own")).name
		batch = factories.make_batch(title=factories.unique("Week"))
		enrollment.enroll(batch.name, user, source="Portal")
		course_enrollment.enroll({user: "Somebody"}, [own])
		frappe.db.commit()
		page = Person(server, user).see("/lms")
		rows = {
			row.select_one("h3").text: row for row in page.select("section[aria-labelledby=do-next] .row")
		}
		of_cohort = frappe.db.get_value("LMS Course", batch.courses[0].course, "title")
		assert set(rows) == {of_cohort, frappe.db.get_value("LMS Course", own, "title")}
		assert f"in the cohort {batch.title}" in rows[of_cohort].text
		for row in rows.values():
			assert "Start" in row.select_one(".button").text
		withdrawal.withdraw(batch.name, user, reason="x")
		frappe.db.commit()
		page = Person(server, user).see("/lms")
		assert len(page.select("section[aria-labelledby=do-next] .row")) == 1

	def test_has_one_main_button_and_that_is_the_most_urgent(self, team, server):
		page = Person(server, team.late).see("/lms")
		(main,) = page.select("#main a.button:not(.button--quiet)")
		assert main in page.select("section[aria-labelledby=do-next] .row:first-child a")
		assert len(page.select("#main .row a.button--quiet")) == 1
		done = complete_all(team.fine)
		page = Person(server, team.fine).see("/lms")
		assert done
		assert not page.select("#main a.button:not(.button--quiet)")

	def test_the_transcript_names_what_was_completed_with_its_certificate(self, server):
		user, course = (
			factories.make_user(first_name="Tara").name,
			factories.make_course(certification=1).name,
		)
		from smooth_lms.courses import enrollment

		enrollment.enroll({user: "Tara"}, [course])
		complete(user, course)
		row = frappe.db.get_value("LMS Enrollment", {"member": user})
		certificate = frappe.get_doc("LMS Certificate", certificates.issue(row))
		earlier = frappe.get_doc(
			{
				"doctype": "LMS Certificate",
				"member": user,
				"course": factories.make_course(title=ATTACK).name,
				"issue_date": "2019-05-04",
				"reason": "From the old system",
			}
		).insert()
		frappe.db.commit()
		page = Person(server, user).see("/lms/transcript")
		first, second = page.select("#main .row")
		assert first.select_one("a")["href"] == f"/lms/certificates/{certificate.verification_code}"
		assert second.select_one("a")["href"] == f"/lms/certificates/{earlier.verification_code}"
		assert "completed Sat 4 May 2019" in second.text
		assert "{{ 7*7 }}" in second.text  # 16 drops what a script element holds, too
		assert not second.select("script, img")
		assert page.select_one(".title a.button")["href"] == "/lms/transcript.pdf"

	def test_a_transcript_without_anything_says_what_will_be_there(self, server):
		page = Person(server, factories.make_user().name).see("/lms/transcript")
		assert "Nothing is completed yet" in words(page)
		assert not page.select("a[href$='.pdf']")

	@pytest.mark.skipif(not shutil.which("wkhtmltopdf"), reason="no wkhtmltopdf on this machine")
	def test_the_transcript_is_a_pdf(self, server):
		answer = Person(server, factories.make_user().name).get("/lms/transcript.pdf")
		assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
		assert answer.content.startswith(b"%PDF")

	def test_where_no_pdf_can_be_made_it_says_so(self, server_without_programs):
		answer = Person(server_without_programs, factories.make_user().name).get("/lms/transcript.pdf")
		assert answer.status_code == 503
		text = words(BeautifulSoup(answer.text, "html.parser"))
		assert "The PDF cannot be made: the program for it (wkhtmltopdf) is missing or does not work." in text
		assert "Traceback" not in text

	def test_what_was_assigned_is_shown_once(self, team, server):
		complete(team.fine, team.doc.courses[0].course)
		frappe.db.commit()
		page = Person(server, team.fine).see("/lms")
		assert len(page.select("section[aria-labelledby=done] .row")) == 1

	def test_asks_for_more_time_and_the_manager_gives_it(self, team, server):
		learner, boss = Person(server, team.late), Person(server, team.boss)
		until = add_days(today(), 10)
		answer = learner.press(
			f"/lms/more-time/{team.overdue}", "Ask for more time", until=until, reason="Trade fair"
		)
		page = learner.follow(answer)
		assert "Your manager has been asked" in words(page)
		assert "You asked for time until" in words(page)
		assert field(team.overdue) == "Requested"
		assert learner.get(f"/lms/more-time/{team.overdue}").status_code == 303  # once is enough
		assert "asks for more time" in words(boss.see("/lms/team?state=asking"))
		path = f"/lms/team/people/{team.late}"
		page = boss.see(path)
		assert "Trade fair" in words(page)
		answer = boss.press(path, f"Give more time: {title_of(team)}")
		assert "More time was given." in words(boss.follow(answer))
		assert (field(team.overdue), field(team.overdue, "due_date")) == ("Granted", getdate(until))

	@pytest.mark.parametrize(
		("until", "reason", "said"),
		[
			("", "x", "Choose the day until which you need."),
			("2020-01-01", "x", "is past"),
			("2099-01-01", " ", "Enter why you need more time."),
			("tomorrow", "x", "is not a date"),
		],
	)
	def test_says_what_is_wrong_and_keeps_what_was_typed(self, team, server, until, reason, said):
		learner = Person(server, team.late)
		answer = learner.press(
			f"/lms/more-time/{team.overdue}", "Ask for more time", until=until, reason=reason
		)
		assert answer.status_code == 409
		assert said in answer.text
		assert field(team.overdue) in (None, "")

	def test_only_for_oneself(self, team, server):
		assert Person(server, team.fine).get(f"/lms/more-time/{team.overdue}").status_code == 404
		stranger = Person(server, team.fine)
		own = rows_of(team.fine)[0].name
		token = stranger.see(f"/lms/more-time/{own}").select_one("main input[name=csrf_token]")["value"]
		form = {"until": "2099-01-01", "reason": "x", "csrf_token": token}
		assert stranger.post(f"/lms/more-time/{team.overdue}", **form).status_code == 404
		assert field(team.overdue) in (None, "")


def title_of(team) -> str:
	course = frappe.db.get_value(DOCTYPE, team.overdue, "course")
	return frappe.db.get_value("LMS Course", course, "title")


class TestTeam:
	def test_shows_who_is_behind_first(self, team, server):
		page = Person(server, team.boss).see("/lms/team")
		names = [each.text.strip() for each in page.select(".team__name a")]
		assert names == ["Lena Late", "Finn Fine"]
		assert len(Person(server, team.boss).see("/lms/team?tree=1").select(".team__name a")) == 3
		assert [
			each.text.strip()
			for each in Person(server, team.boss).see("/lms/team?state=behind").select(".team__name a")
		] == ["Lena Late"]

	def test_reminds_those_who_are_ticked(self, team, server, outgoing_mail):
		boss = Person(server, team.boss)
		token = boss.see("/lms/team").select_one("form.team input[name=csrf_token]")["value"]
		assert "Tick the people" in boss.post("/lms/team", csrf_token=token).text
		answer = boss.post("/lms/team?state=behind", csrf_token=token, member=team.late)
		assert "A reminder went to Lena Late." in words(boss.follow(answer))
		assert "state=behind" in answer.headers["Location"]
		assert field(team.overdue, "reminders") == 1
		assert "was reminded today already" in boss.post("/lms/team", csrf_token=token, only=team.late).text
		# one of two
		frappe.db.set_value(DOCTYPE, rows_of(team.fine)[0].name, "due_date", add_days(today(), 2))
		frappe.db.commit()
		both = boss.post("/lms/team", csrf_token=token, member=[team.late, team.fine])
		assert "1 reminder is on its way. 1 person was not reminded" in words(
			BeautifulSoup(both.text, "html.parser")
		)

	def test_strangers_cannot_be_reminded(self, team, server):
		boss = Person(server, team.fine)
		token = boss.see("/lms/team").select_one("form.team input[name=csrf_token]")["value"]
		assert boss.post("/lms/team", csrf_token=token, member=team.late).status_code == 403
		form = {"csrf_token": token, "decision": "grant", "assignment": team.overdue}
		assert boss.post(f"/lms/team/people/{team.late}", **form).status_code == 403

	def test_a_person_is_shown_to_those_above_only(self, team, server):
		path = f"/lms/team/people/{team.below}"
		assert Person(server, team.boss).get(path).status_code == 200
		assert Person(server, team.fine).get(path).status_code == 200
		for user in (team.late, team.below):
			assert Person(server, user).get(path).status_code == 403

	def test_names_are_text_and_cells_are_no_formulas(self, team, server):
		frappe.db.set_value("User", team.late, "full_name", ATTACK[:100])
		frappe.db.set_value("User", team.fine, "full_name", "=1+1")
		frappe.db.commit()
		boss = Person(server, team.boss)
		assert "<img src=x" not in boss.get("/lms/team").text
		assert "<img src=x" not in boss.get(f"/lms/team/people/{team.late}").text
		assert "'=1+1" in boss.get("/lms/team/export.csv").text

	def test_a_workbook_has_the_team_and_its_courses(self, team, server):
		boss = Person(server, team.boss)
		book = load_workbook(io.BytesIO(boss.get("/lms/team/export.xlsx?state=behind").content))
		assert book.sheetnames == ["Team", "Courses"]
		assert [row[1].value for row in book["Team"].iter_rows(min_row=2)] == [team.late]
		assert {row[1].value for row in book["Courses"].iter_rows(min_row=2)} == {team.late}

	def test_who_has_no_team_is_told_so(self, server):
		(user,) = factories.make_workforce(1)
		frappe.db.commit()
		assert "Nobody reports to you" in words(Person(server, user).see("/lms/team"))
		assert ledger.DOCTYPE
