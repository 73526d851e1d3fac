"""The desk in a browser: enrolling from HR with a preview, files, forms, lists and the workspace."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

import frappe
from frappe.core.api.file import get_max_file_size

from smooth_lms.cohorts import enrollment
from smooth_lms.cohorts.importing import runs
from smooth_lms.setup.health import sizes
from tests.browser.conftest import PATIENCE, OpenPage
from tests.support import factories
from tests.support.hr import make_department, make_hr_user, make_many_employees

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def moderator() -> str:
	name = factories.make_user(roles=("Moderator",), first_name="Mona", last_name="Moderator").name
	frappe.db.commit()
	return name


def batch(**values) -> str:
	name = factories.make_batch(**values).name
	frappe.db.commit()
	return name


def statuses(cohort: str) -> dict[str, str]:
	frappe.db.rollback()  # see what the server has committed
	rows = frappe.get_all("LMS Batch Enrollment", {"batch": cohort}, ["member", "status"], limit=0)
	return {row.member: row.status for row in rows}


def work_off_runs() -> None:
	"""Do what a background worker would."""
	frappe.db.rollback()
	for run in frappe.get_all("LMS Enrollment Run", {"status": "Queued"}, pluck="name"):
		runs.perform(run)


def choose(field: Locator, value: str) -> None:
	"""Type into a field with suggestions and take the one that fits."""
	field.locator("input").click()
	field.locator("input").fill(value)
	field.locator("[role=listbox] > *", has_text=value).first.click()
	# suggestions that come late open once more, over what is to be clicked next, unless the field has lost the focus
	field.locator("input").blur()


def start_enrolling(page: Page, department: str) -> Locator:
	"""Open the dialog on a cohort's form and choose a department. Returns the dialog."""
	page.get_by_role("button", name="Enroll employees").click()
	dialog = page.locator(".smooth-enroll-dialog")
	expect(dialog).to_contain_text("Choose at least one filter")
	choose(dialog.locator("[data-fieldname=department]"), department)
	expect(dialog.locator(".smooth-preview")).to_be_visible()
	return dialog


def test_a_moderator_enrolls_from_hr_with_a_preview(open_page: OpenPage, moderator: str) -> None:
	team = make_department()
	first, second, disabled = factories.make_users(3)
	for user, name in ((first, "Ana"), (second, "Ben"), (disabled, "Cem"), (None, "Dora <i>")):
		factories.make_employee(user, first_name=name, department=team)
	frappe.db.set_value("User", disabled, "enabled", 0)
	cohort = batch(seat_count=1, enable_waitlist=1)
	page = open_page(moderator, f"/app/lms-batch/{cohort}")
	dialog = start_enrolling(page, team)
	rows = dialog.locator(".smooth-preview tbody tr")
	expect(rows).to_have_count(4)
	expect(rows.nth(0)).to_contain_text("Enroll")
	expect(rows.nth(1)).to_contain_text("Waitlist")
	expect(rows.nth(2)).to_contain_text("The user account is disabled: enable it first.")
	expect(rows.nth(3)).to_contain_text("has no user account: set Employee.user_id first.")
	expect(rows.nth(3)).to_contain_text("Dora <i>")
	button = dialog.locator(".btn-modal-primary")
	expect(button).to_have_text("Enroll 1, waitlist 1")
	rows.nth(0).get_by_role("checkbox").uncheck()
	expect(button).to_have_text("Enroll 1 person")
	expect(rows.nth(1).locator(".indicator-pill")).to_have_text("Enroll")  # the seat is theirs now
	rows.nth(0).get_by_role("checkbox").check()
	expect(rows.nth(1).locator(".indicator-pill")).to_have_text("Waitlist")
	button.click()
	expect(dialog.locator(".smooth-result")).to_contain_text("1 enrolled")
	expect(dialog.locator(".smooth-result")).to_contain_text("1 on the waitlist")
	assert statuses(cohort) == {first: "Enrolled", second: "Waitlisted"}
	dialog.get_by_role("button", name="Close").last.click()
	expect(page.locator(".form-dashboard")).to_contain_text("1 / 1 seats")
	expect(page.locator(".form-dashboard")).to_contain_text("1 on the waitlist")


@pytest.mark.full
def test_a_reason_lets_a_moderator_make_an_exception(open_page: OpenPage, moderator: str) -> None:
	team = make_department()
	users = factories.make_users(2)
	for user in users:
		factories.make_employee(user, department=team)
	cohort = batch(seat_count=1)
	page = open_page(moderator, f"/app/lms-batch/{cohort}")
	dialog = start_enrolling(page, team)
	expect(dialog.locator(".smooth-preview")).to_contain_text("This cohort is full.")
	reason = dialog.locator("[data-fieldname=override_reason] input")
	reason.fill("The board decided")
	reason.blur()
	button = dialog.locator(".btn-modal-primary")
	expect(button).to_have_text("Enroll 2 people")
	button.click()
	expect(dialog.locator(".smooth-result")).to_contain_text("2 enrolled")
	assert set(statuses(cohort).values()) == {"Enrolled"}
	reasons = frappe.get_all("LMS Batch Enrollment", {"batch": cohort}, pluck="override_reason")
	assert sorted(map(str, reasons)) == ["None", "The board decided"]


def test_many_people_are_enrolled_by_a_run_with_progress(open_page: OpenPage) -> None:
	team = make_department()
	make_many_employees(120, department=team)
	hr = make_hr_user()
	cohort = batch()
	page = open_page(hr, f"/app/lms-batch/{cohort}")
	dialog = start_enrolling(page, team)
	expect(dialog).to_contain_text("100 of 120 shown")
	dialog.locator(".btn-modal-primary").click()
	expect(dialog.locator(".smooth-run")).to_be_visible()
	work_off_runs()
	expect(dialog.locator(".smooth-run")).to_contain_text("Done. 120 of 120 people")
	expect(dialog.locator("[data-count=enrolled]")).to_contain_text("120")
	assert len(statuses(cohort)) == 120
	dialog.locator(".smooth-run a").first.click()
	expect(page).to_have_url(re.compile(r"/app/lms-enrollment-run/LMS-RUN-"))
	expect(page.locator(".smooth-run").last).to_contain_text("Done. 120 of 120 people")


def test_a_file_is_imported_and_the_bad_rows_come_back(open_page: OpenPage, moderator: str) -> None:
	user = factories.make_user().name
	cohort = batch()
	page = open_page(moderator, f"/app/lms-batch/{cohort}")
	page.get_by_role("button", name="Import from file").click()
	dialog = page.locator(".modal:visible").last
	with page.expect_download() as download:
		dialog.get_by_role("button", name="Download a sample file").click()
	sample = download.value.path().read_text()
	assert '"Cohort","Member","Reason for the exception"' in sample
	assert cohort in sample
	dialog.get_by_role("button", name="Attach").click()
	content = f"Member\n{user}\nnobody@example.com\n".encode()
	page.locator(".file-uploader input[type=file]").set_input_files(
		{"name": "people.csv", "mimeType": "text/csv", "buffer": content}
	)
	page.locator(".modal:visible .btn-modal-primary", has_text="Upload").click()
	expect(dialog.locator(".attached-file-link")).to_be_visible()
	dialog.locator(".btn-modal-primary", has_text="Show a preview").click()
	preview = page.locator(".modal:visible", has_text="Preview: nothing is written yet")
	expect(preview).to_contain_text("Row 3")
	expect(preview).to_contain_text("There is no user nobody@example.com.")
	assert statuses(cohort) == {}
	preview.locator(".btn-modal-primary", has_text="Import 2 rows").click()
	expect(page.locator(".smooth-run")).to_be_visible()
	work_off_runs()
	progress = page.locator(".smooth-run")
	expect(progress).to_contain_text("There is no user nobody@example.com.")
	with page.expect_download() as download:
		progress.get_by_role("link", name="Download rejected rows").click()
	assert '"nobody@example.com","There is no user nobody@example.com."' in download.value.path().read_text()
	assert statuses(cohort) == {user: "Enrolled"}


def test_one_person_by_the_form_and_what_can_be_done_then(open_page: OpenPage, moderator: str) -> None:
	first, second = (factories.make_user().name for _ in range(2))
	cohort, other = batch(seat_count=1, enable_waitlist=1), batch()
	enrollment.enroll(cohort, first, source="Desk")
	frappe.db.commit()
	page = open_page(moderator, f"/app/lms-batch-enrollment/new?batch={cohort}")
	title = frappe.db.get_value("LMS Batch", cohort, "title")
	expect(page.locator(".frappe-control[data-fieldname=batch] input").first).to_have_value(title)
	choose(page.locator(".frappe-control[data-fieldname=member]").first, second)
	name = frappe.db.get_value("User", second, "full_name")
	expect(page.locator(".frappe-control[data-fieldname=member_name]").first).to_contain_text(name)
	page.get_by_role("button", name="Save").click()
	expect(page.locator(".indicator-pill", has_text="Waitlisted").first).to_be_visible()
	page.get_by_role("button", name="Enroll now").click()
	dialog = page.locator(".modal:visible").last
	dialog.locator("textarea").fill("The board decided")
	dialog.locator(".btn-modal-primary").click()
	expect(page.locator(".indicator-pill", has_text="Enrolled").first).to_be_visible()
	assert statuses(cohort) == {first: "Enrolled", second: "Enrolled"}
	page.get_by_role("button", name="Move to another cohort").click()
	dialog = page.locator(".modal:visible").last
	choose(dialog.locator("[data-fieldname=to_batch]"), other)
	page.wait_for_function("name => cur_dialog.get_value('to_batch') === name", arg=other)
	dialog.locator(".btn-modal-primary").click()
	expect(page.get_by_text("Moved").first).to_be_visible()
	assert (statuses(cohort)[second], statuses(other)) == ("Withdrawn", {second: "Enrolled"})
	page.get_by_role("button", name="Withdraw").click()
	dialog = page.locator(".modal:visible").last
	dialog.locator("textarea").fill("On leave")
	dialog.locator(".btn-modal-primary").click()
	expect(page.locator(".indicator-pill", has_text="Withdrawn").first).to_be_visible()
	assert statuses(other) == {second: "Withdrawn"}


@pytest.mark.full
def test_confirmations_are_sent_again_for_chosen_rows(open_page: OpenPage, moderator: str) -> None:
	users = factories.make_users(2)
	cohort = batch()
	enrollment.enroll_many(cohort, users, source="Desk")
	frappe.db.set_value("LMS Batch Enrollment", {"batch": cohort}, "confirmation_due", 0)
	frappe.db.commit()
	page = open_page(moderator, f"/app/lms-batch-enrollment?batch={cohort}")
	boxes = page.locator(".list-row-container .list-row-checkbox")
	expect(boxes).to_have_count(2)
	boxes.first.check()
	page.get_by_role("button", name="Actions").click()
	page.get_by_text("Send confirmation again").click()
	page.locator(".modal:visible .btn-modal-primary, .modal:visible .btn-primary").last.click()
	expect(page.get_by_text("1 email is on its way.")).to_be_visible()


PAGES = {
	"/app/learning": "Enrollments per Week",
	"/app/lms-batch": "LMS Batch",
	"/app/lms-batch/view/calendar": "Month",
	"/app/lms-batch-enrollment": "LMS Batch Enrollment",
	"/app/lms-enrollment-run": "LMS Enrollment Run",
	"/app/query-report/Cohort Roster": "Cohort Roster",
	"/app/query-report/Headcount vs Enrollment?batch={batch}": "In the cohort",
}


@pytest.mark.parametrize("role", ["Moderator", "HR User"])
@pytest.mark.full
def test_pages_open_without_an_error(open_page: OpenPage, role: str) -> None:
	user, cohort = factories.make_user(roles=(role,)).name, batch(seat_count=3)
	page = open_page(user, "/lms")
	for path, text in PAGES.items():
		page.goto(path.format(batch=cohort))
		expect(page.get_by_text(text).first).to_be_visible()
		page.wait_for_load_state("networkidle")
		assert open_page.unexpected() == [], path


def test_the_list_shows_seats_and_states(open_page: OpenPage, moderator: str) -> None:
	word = factories.unique("states")
	cohort = batch(title=f"{word} full", seat_count=15, enable_waitlist=1)
	batch(title=f"{word} draft", published=0)
	enrollment.enroll_many(cohort, factories.make_users(2), source="Desk")
	frappe.db.commit()
	page = open_page(moderator, f'/app/lms-batch?title=["like","%{word}%"]')
	full = page.locator(".list-row-container", has_text=f"{word} full")
	expect(full).to_contain_text("2 / 15")
	expect(full).to_contain_text("Upcoming")
	expect(page.locator(".list-row-container", has_text=f"{word} draft")).to_contain_text("Draft")


@pytest.mark.full
def test_data_import_offers_to_return_the_bad_rows(open_page: OpenPage) -> None:
	user = factories.make_user().name
	cohort = batch()
	content = f"Cohort,Member\n{cohort},{user}\n{cohort},nobody@example.com\n"
	file = frappe.get_doc({"doctype": "File", "file_name": "people.csv", "content": content, "is_private": 1})
	url = file.insert(ignore_permissions=True).file_url
	doc = frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": "LMS Batch Enrollment",
			"import_type": "Insert New Records",
			"import_file": url,
		}
	).insert()
	frappe.db.commit()
	page = open_page("Administrator", f"/app/data-import/{doc.name}")
	page.get_by_role("button", name="Import good rows, return the rest").click()
	expect(page.locator(".smooth-run")).to_be_visible()
	work_off_runs()
	expect(page.locator(".smooth-run")).to_contain_text("Done. 2 of 2 people")
	assert statuses(cohort) == {user: "Enrolled"}


def test_forms_say_how_large_a_file_may_be_and_what_the_site_lacks(open_page: OpenPage) -> None:
	limit = f"smaller than {get_max_file_size() // (1024 * 1024)} MB"
	frappe.cache.delete_value(sizes.REMEMBERED)
	page = open_page("Administrator", "/app/lms-scorm-package/new")
	field = page.locator("[data-fieldname=package_file] .help-box:visible")
	expect(field).to_contain_text("It is checked before anything is unpacked.")
	expect(field).to_contain_text(limit)
	expect(field).to_contain_text("512 MB")
	page.goto("/app/course-lesson/new")
	page.locator("[data-fieldname=lesson_type] select").select_option("Video")
	expect(page.locator("[data-fieldname=video_file] .help-box:visible")).to_contain_text(limit)
	page.goto("/app/lms-course/new")
	picture = page.locator("[data-fieldname=image] .help-box:visible")
	expect(picture).to_contain_text("JPEG, PNG, GIF or WebP. Files smaller than 10 MB.")
	page.goto("/app/lms-settings")
	warning = page.get_by_text("This site has no host_name")
	expect(warning.first).to_be_visible()


@pytest.mark.full
def test_unpublishing_asks_before_with_numbers(open_page: OpenPage, moderator: str) -> None:
	course = factories.make_course(is_mandatory=1).name
	cohort = factories.make_batch(courses=[course])
	(user,) = factories.make_users(1)
	enrollment.enroll(cohort.name, user, source="Desk")
	frappe.db.commit()
	page = open_page(moderator, f"/app/lms-course/{course}")
	published = page.get_by_role("checkbox", name="Published")
	save = page.get_by_role("button", name="Save", exact=True)
	published.uncheck()
	save.click()
	question = page.locator(".modal.show")
	expect(question).to_contain_text("1 person is in this course and has not completed it.")
	expect(question).to_contain_text("The course is mandatory")
	expect(question).to_contain_text(cohort.title)
	question.get_by_role("button", name="No").click()
	expect(question).to_be_hidden()
	frappe.db.rollback()
	assert frappe.db.get_value("LMS Course", course, "published")
	save.click()
	page.locator(".modal.show").get_by_role("button", name="Unpublish").click()
	expect(page.get_by_text("These cohorts use it")).to_be_visible()
	frappe.db.rollback()
	assert not frappe.db.get_value("LMS Course", course, "published")


def test_forms_say_what_the_web_server_takes_where_it_takes_less(open_page: OpenPage) -> None:
	frappe.cache.set_value(sizes.REMEMBERED, 5 * 1024 * 1024, expires_in_sec=600)
	page = open_page("Administrator", "/app/lms-course/new")
	picture = page.locator("[data-fieldname=image] .help-box:visible")
	expect(picture).to_contain_text("The web server before this site takes files smaller than 4 MB")
	page.locator("[data-fieldname=image]").get_by_role("button", name="Attach").click()
	large = {"name": "large.png", "mimeType": "image/png", "buffer": b"x" * 4 * 1024 * 1024}
	page.locator(".file-uploader input[type=file]").set_input_files(large)
	# Frappe's own sentence, with the number that counts
	expect(page.locator(".desk-alert").first).to_contain_text("4 MB")
	frappe.cache.delete_value(sizes.REMEMBERED)


def test_a_phones_picture_is_refused_with_the_formats_that_do(open_page: OpenPage) -> None:
	frappe.cache.delete_value(sizes.REMEMBERED)
	page = open_page("Administrator", "/app/lms-course/new")
	page.locator("[data-fieldname=image]").get_by_role("button", name="Attach").click()
	heic = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": b"\0\0\0\x18ftypheic" + b"\0" * 200}
	page.locator(".file-uploader input[type=file]").set_input_files(heic)
	page.get_by_role("button", name="Upload", exact=True).click()
	expect(page.get_by_text("JPEG, PNG, GIF or WebP", exact=False).last).to_be_visible()
