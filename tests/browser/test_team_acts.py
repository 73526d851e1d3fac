"""What managers do for their people, pressed in a browser."""

import re
from email import message_from_string
from email.policy import default

import pytest
from playwright.sync_api import expect

import frappe
from frappe.utils.password import update_password

from smooth_lms.base.notices import delivery
from smooth_lms.cohorts import enrollment, offers, withdrawal
from tests.browser.conftest import PATIENCE, OpenPage, every_look
from tests.browser.test_training import fits
from tests.support import factories

expect.set_options(timeout=PATIENCE)
SEAT = "LMS Batch Enrollment"


@pytest.fixture(scope="module")
def team(server) -> frappe._dict:
	"""A manager and the people who report to them."""
	(boss,) = factories.make_workforce(1)
	people = factories.make_workforce(4, reports_to=frappe.db.get_value("Employee", {"user_id": boss}))
	for user, name in zip(people, ("Ada Ahead", "Ben Behind", "Cleo Clear", "Dora Done"), strict=True):
		frappe.db.set_value("User", user, "full_name", name)
	frappe.db.commit()
	return frappe._dict(boss=boss, people=people)


def test_people_are_enrolled_after_a_preview(open_page: OpenPage, violations, team):
	batch = factories.make_batch(title=factories.unique("Safety week"), seat_count=2, enable_waitlist=1)
	enrollment.enroll(batch.name, team.people[3], source="Desk")
	frappe.db.commit()
	page = open_page(team.boss, "/lms/team")
	for name in ("Ada Ahead", "Ben Behind", "Dora Done"):
		page.get_by_role("checkbox", name=f"Choose {name}").check()
	page.get_by_label("With the people ticked").select_option("Enroll in a cohort")
	page.get_by_role("button", name="Go on").click()
	page.get_by_label("Cohort", exact=True).select_option(batch.name)
	expect(page.get_by_role("checkbox", name="Cleo Clear")).not_to_be_checked()
	page.get_by_role("button", name="Show what will happen").click()
	would = page.get_by_role("region", name="What will happen")
	for sentence in (
		"1 person gets a seat.",
		"1 person goes on the waitlist.",
		"1 person is in this cohort already.",
	):
		expect(would).to_contain_text(sentence)
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look
	page.get_by_role("button", name="Enroll 1, waitlist 1").click()
	expect(page.locator("[data-notice]")).to_contain_text("1 person is enrolled.")
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look
	frappe.db.rollback()
	rows = dict(frappe.get_all(SEAT, {"batch": batch.name}, ["member", "status"], as_list=True))
	ada, ben, _cleo, dora = team.people
	assert rows == {ada: "Enrolled", ben: "Waitlisted", dora: "Enrolled"}


def test_a_course_is_assigned_on_the_page_of_a_person(open_page: OpenPage, violations, team):
	course = factories.make_course()
	frappe.db.commit()
	page = open_page(team.boss, f"/lms/team/people/{team.people[2]}")
	page.get_by_role("link", name="Assign a course").click()
	expect(page.get_by_role("checkbox", name="Cleo Clear")).to_be_checked()
	page.get_by_label("Course", exact=True).select_option(course.name)
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look
	page.get_by_role("button", name="Assign", exact=True).click()
	expect(page.locator("[data-notice]")).to_contain_text("The course is assigned to 1 person.")
	page.get_by_role("link", name="Back to Team").click()
	row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Cleo Clear"))
	expect(row.locator("[data-label=Open]")).to_have_text("1")


def mailed_link(user: str) -> str:
	"""The address in the last mail about a request that went to somebody."""
	frappe.db.rollback()
	queue = frappe.qb.DocType("Email Queue")
	to = frappe.qb.DocType("Email Queue Recipient")
	rows = (
		frappe.qb.from_(queue)
		.join(to)
		.on(to.parent == queue.name)
		.select(queue.message)
		.where(to.recipient == user)
		.orderby(queue.creation, order=frappe.qb.desc)
		.limit(1)
	).run(pluck=True)
	text = message_from_string(rows[0], policy=default).get_body(("plain",)).get_content()
	return re.search(r"(/lms/requests/\w+)", text)[1]


def test_a_seat_is_asked_for_and_approved(open_page: OpenPage, violations, team, outgoing_mail, monkeypatch):
	batch = factories.make_batch(title=factories.unique("Laser week"), requires_approval=1, seat_count=1)
	ada = team.people[0]
	for user in (ada, team.boss):
		update_password(user, "correct horse battery")
	frappe.db.commit()
	page = open_page(ada, f"/lms/batches/{batch.name}")
	page.get_by_label("Why do you want to take part?").fill("I work with it from January.")
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look
	page.get_by_role("button", name="Ask for a seat").click()
	expect(page.locator("[data-notice]")).to_contain_text("You have asked for a seat.")
	expect(page.get_by_text("Learner 0 decides by")).to_be_visible()
	expect(page.get_by_text("0 of 1 seats, 1 held")).to_be_visible()
	# the mail leads to a page where it is decided; opening it does nothing
	monkeypatch.setattr(delivery, "next_moment", lambda now, *_args, **_more: now)
	delivery.deliver()
	link = mailed_link(team.boss)
	decide = open_page(team.boss, link)
	expect(decide.get_by_text("I work with it from January.")).to_be_visible()
	for look in every_look(decide):
		assert violations(decide) == [], look
		assert fits(decide), look
	decide.goto("/lms/team")
	decide.get_by_role("region", name="Requests to decide").get_by_role("link", name="Ada Ahead").click()
	decide.get_by_role("button", name="Approve").click()
	expect(decide.locator("[data-notice]")).to_contain_text("Approved: they are enrolled")
	expect(decide.get_by_role("heading", name="Nothing to decide")).to_be_visible()
	page.goto(f"/lms/batches/{batch.name}")
	expect(page.get_by_text("What happens next")).to_be_visible()


def test_a_course_is_asked_for_refused_and_asked_for_again(open_page: OpenPage, violations, team):
	course = factories.make_course(requires_approval=1)
	frappe.db.commit()
	ben = team.people[1]
	page = open_page(ben, f"/lms/courses/{course.name}")
	page.get_by_role("button", name="Ask for this course").click()
	expect(page.locator("[data-notice]")).to_contain_text("You have asked for this course.")
	page.get_by_role("button", name="Take the request back").click()
	expect(page.locator("[data-notice]")).to_contain_text("Your request is taken back.")
	page.get_by_role("button", name="Ask for this course").click()
	expect(page.get_by_text("Asked for", exact=True)).to_be_visible()
	decide = open_page(team.boss, "/lms/requests")
	for look in every_look(decide):
		assert violations(decide) == [], look
		assert fits(decide), look
	decide.get_by_role("link", name="Ben Behind").click()
	decide.get_by_label("Why not?").fill("After the summer.")
	decide.get_by_role("button", name="Refuse").click()
	expect(decide.locator("[data-notice]")).to_contain_text("Refused.")
	page.reload()
	expect(page.get_by_text("Your request was refused: After the summer.")).to_be_visible()
	expect(page.get_by_role("button", name="Ask for this course")).to_be_visible()


def test_people_are_nominated_where_they_cannot_enroll(open_page: OpenPage, team):
	batch = factories.make_batch(title=factories.unique("By invitation"), allow_self_enrollment=0)
	frappe.db.commit()
	page = open_page(team.boss, f"/lms/team/enroll?batch={batch.name}")
	page.get_by_role("checkbox", name="Cleo Clear").check()
	page.get_by_role("button", name="Show what will happen").click()
	page.get_by_role("button", name="Nominate 1 person").click()
	expect(page.locator("[data-notice]")).to_contain_text("1 person is nominated: L&D decides.")
	moderator = factories.make_user(roles=("LMS Student", "Moderator")).name
	frappe.db.commit()
	desk = open_page(moderator, "/app/lms-enrollment-request?status=Open")
	desk.locator(".list-row-container", has_text="Cleo Clear").locator(".list-subject a").first.click()
	desk.get_by_role("button", name="Approve").click()
	expect(desk.locator(".title-area:visible .indicator-pill", has_text="Approved")).to_be_visible()
	frappe.db.rollback()
	assert frappe.db.exists(SEAT, {"batch": batch.name, "member": team.people[2], "status": "Enrolled"})


def test_an_offered_seat_is_accepted_and_another_goes_to_the_next(open_page: OpenPage, violations):
	batch = factories.make_batch(
		title=factories.unique("Fire week"), seat_count=1, enable_waitlist=1, confirm_offers=1
	)
	seated, late, quick = factories.make_users(3)
	for user in (seated, late, quick):
		enrollment.enroll(batch.name, user, source="Desk")
	withdrawal.withdraw(batch.name, seated, reason="x")
	frappe.db.commit()
	address = f"/lms/batches/{batch.name}"
	page = open_page(late, address)
	expect(page.get_by_text("A seat is offered to you")).to_be_visible()
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look
	key = {"batch": batch.name, "member": late}
	frappe.db.set_value(SEAT, key, "offered_until", "2020-01-01 00:00:00")
	frappe.db.commit()
	open_page.expected.append("Failed to load resource: the server responded with a status of 409")
	page.get_by_role("button", name="Accept the seat").click()
	expect(page.locator("[data-notice]")).to_contain_text("No seat is offered to you any more.")
	offers.pass_on()
	page = open_page(quick, address)
	page.get_by_role("button", name="Accept the seat").click()
	expect(page.locator("[data-notice]")).to_contain_text("You are enrolled.")
	expect(page.get_by_text("What happens next")).to_be_visible()
