"""Every button of our desk, pressed as a person presses it: a dialog gets what it asks for and nothing else.

Something has to come of it: an answer of the server, a sentence why not, or another page. No button may be dead, and
none may lead to an error. A new button in a desk script needs a row here.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, expect

import frappe
from frappe.utils import add_days, today

import smooth_lms
from smooth_lms.base.rows import insert_rows
from smooth_lms.cohorts import enrollment
from smooth_lms.cohorts.requests import asking
from smooth_lms.training import decisions
from tests.browser.conftest import PATIENCE, OpenPage
from tests.support import factories
from tests.support.packages.build import make_package
from tests.support.scene import Scene, build
from tests.support.training import rows_of

expect.set_options(timeout=PATIENCE)

ASSIGNMENT, REVIEW, RUN = "LMS Training Assignment", "LMS Training Review", "LMS Training Run"
QUICK = {"Activate", "Change due date", "Enroll now", "Abort", "Continue", "Archive", "Leave out this time"}
"""Buttons that the quick suite presses, once each."""
MAKES_BUTTON = re.compile(
	r"(?:add_custom_button|add_inner_button|add_actions_menu_item)\(\s*__\(\"([^\"]+)\"\)|\bact\(__\(\"([^\"]+)\"\)"
	r"|^\t\t\[\s*__\(\"([^\"]+)\"\), (?:decision|answer)|_purge\", __\(\"([^\"]+)\"\)",
	re.MULTILINE,
)
FILL = """async values => {
	for (const field of Object.values(window.cur_dialog?.fields_dict || {})) {
		const {reqd, fieldname, fieldtype, options} = field.df;
		if (!reqd || field.get_value()) continue;
		const value = values[fieldname] || values[options] || values[fieldtype];
		if (!value) throw new Error(`nothing to fill ${fieldname} (${fieldtype} ${options}) with`);
		await window.cur_dialog.set_value(fieldname, value);
	}
}"""
DIALOG = ".modal.show"
PRIMARY = ".modal.show .btn-modal-primary:visible, .modal.show .btn-primary:visible"
SHOWN = ".desk-alert, .msgprint:visible"
NO_MAIL_ACCOUNT = 501
"""Frappe's status for a site without an outgoing account."""
Route = str


@pytest.fixture(scope="module")
def scene(server) -> Scene:
	made = build()
	roles = ("Moderator", "HR Manager", "System Manager")
	made.people["keeper"] = factories.make_user(roles=roles, first_name="Mona", last_name="Keeper").name
	frappe.db.commit()
	return made


# What there is to press a button on: each is made anew, since pressing changes it


def requirement(scene: Scene, **values) -> Route:
	return f"lms-training-requirement/{factories.make_requirement(**values).name}"


def active_requirement(scene: Scene) -> Route:
	doc = factories.make_requirement()
	doc.db_set("active", 1)
	return f"lms-training-requirement/{doc.name}"


def assigned(scene: Scene, **course) -> str:
	(user,) = factories.make_users(1)
	decisions.assign_course(factories.make_course(**course).name, [user], add_days(today(), 9))
	return rows_of(user)[0].name


def assignment(scene: Scene) -> Route:
	return f"lms-training-assignment/{assigned(scene)}"


def asked_for_time(scene: Scene) -> Route:
	name = assigned(scene)
	asks = {
		"extension_state": "Requested",
		"extension_until": add_days(today(), 30),
		"extension_reason": "Sea",
	}
	frappe.db.set_value(ASSIGNMENT, name, asks)
	return f"lms-training-assignment/{name}"


def licensed(scene: Scene) -> Route:
	return f"lms-training-assignment/{assigned(scene, licence_count=5)}"


def review(scene: Scene) -> Route:
	(user,) = factories.make_users(1)
	course = factories.make_course().name
	values = {
		"member": user,
		"member_name": "Rita Review",
		"course": course,
		"course_root": course,
		"requirement": factories.make_requirement(courses=[course]).name,
		"rule_key": factories.unique("key"),
		"kind": "The due date is past",
		"state": "Open",
		"open_mark": "1",
		"rule_due": add_days(today(), -9),
	}
	name = insert_rows(REVIEW, tuple(values), [tuple(values.values())])[0]
	return f"lms-training-review/{name}"


def run(doctype: str, status: str, **values) -> Callable[[Scene], Route]:
	def make(scene: Scene) -> Route:
		given = {key: value(scene) if callable(value) else value for key, value in values.items()}
		doc = frappe.get_doc(
			{"doctype": doctype, "status": status, "requested_by": scene.people["keeper"], **given}
		)
		doc.flags.ignore_mandatory = doc.flags.ignore_validate = doc.flags.ignore_links = True
		name = doc.insert(ignore_permissions=True).name
		frappe.db.set_value(doctype, name, "status", status)
		return f"{frappe.scrub(doctype).replace('_', '-')}/{name}"

	return make


def purge(status: str) -> Callable[[Scene], Route]:
	def make(scene: Scene) -> Route:
		doc = frappe.get_doc(
			{"doctype": "LMS Purge Request", "ended_before": "2001-01-01", "reason": "A test"}
		).insert()
		frappe.db.set_value(
			"LMS Purge Request", doc.name, {"status": status, "requested_by": "Administrator"}
		)
		return f"lms-purge-request/{doc.name}"

	return make


def export(status: str) -> Callable[[Scene], Route]:
	def make(scene: Scene) -> Route:
		doc = frappe.get_doc({"doctype": "LMS Audit Export", "certificates": 1}).insert()
		frappe.db.set_value("LMS Audit Export", doc.name, "status", status)
		return f"lms-audit-export/{doc.name}"

	return make


def seat(*, waits: bool = False) -> Callable[[Scene], Route]:
	def make(scene: Scene) -> Route:
		first, second = factories.make_users(2)
		batch = factories.make_batch(seat_count=1, enable_waitlist=1).name
		names = [enrollment.enroll(batch, user, source="Desk").name for user in (first, second)]
		return f"lms-batch-enrollment/{names[waits]}"

	return make


def asked_for(scene: Scene) -> Route:
	"""A request of somebody else that waits for a decision."""
	batch = factories.make_batch(requires_approval=1).name
	(user,) = factories.make_users(1)
	frappe.set_user(user)
	name = asking.ask_for_seat(batch, None)
	frappe.set_user("Administrator")
	return f"lms-enrollment-request/{name}"


def certificate(scene: Scene) -> Route:
	frappe.db.set_value("LMS Certificate", scene.certificate, "status", "Valid")
	return f"lms-certificate/{scene.certificate}"


def compliance(scene: Scene) -> Route:
	frappe.db.set_value("Employee Compliance", scene.compliance, {"verified_on": None, "verified_by": None})
	return f"employee-compliance/{scene.compliance}"


def learner(scene: Scene) -> Route:
	(user,) = factories.make_workforce(1)
	factories.make_learners([user])
	enrollment.enroll(factories.make_batch().name, user, source="Desk")
	return f"lms-learner/{user}"


def archived(scene: Scene) -> Route:
	route = learner(scene)
	frappe.db.set_value("LMS Learner", route.partition("/")[2], "status", "Archived")
	return route


def waiting(scene: Scene) -> Route:
	route = learner(scene)
	values = {"status": "Pending", "source": "Manual", "employee": None}
	frappe.db.set_value("LMS Learner", route.partition("/")[2], values)
	return route


def record(path: str) -> Callable[[Scene], Route]:
	return lambda scene: path.format(**{"user": scene.people["learner"], **scene.names})


def listed(make: Callable[[Scene], Route]) -> Callable[[Scene], Route]:
	"""The list with the one record in it."""

	def path(scene: Scene) -> Route:
		slug, _slash, name = make(scene).partition("/")
		return f"{slug}/view/list?name={name}"

	return path


def trusted(value: int) -> Callable[[Scene], Route]:
	"""A package that needs the portal's origin, trusted already or not."""

	def make(scene: Scene) -> Route:
		package = make_package(factories.make_course(lessons=0).name)
		package.db_set({"needs_frames": 1, "trusted": value})
		return f"lms-scorm-package/{package.name}"

	return make


def naming_hosts(scene: Scene) -> Route:
	"""A package that names a host which is not allowed."""
	package = make_package(factories.make_course(lessons=0).name)
	package.db_set("found_hosts", "code.jquery.com (jQuery)")
	return f"lms-scorm-package/{package.name}"


BUTTONS: list[tuple[Callable[[Scene], Route], str]] = [
	(requirement, "Preview"),
	(requirement, "Activate"),
	(requirement, "Review list"),
	(active_requirement, "Assign now"),
	(active_requirement, "Stop"),
	(assignment, "Change due date"),
	(assignment, "Waive"),
	(assignment, "Cancel assignment"),
	(asked_for_time, "Grant more time"),
	(asked_for_time, "Refuse more time"),
	(licensed, "Take back"),
	(licensed, "Give to somebody else"),
	(review, "Assign with a due date"),
	(review, "Leave out this time"),
	(listed(assignment), "Change due date"),
	(listed(assignment), "Waive"),
	(listed(assignment), "Cancel assignment"),
	(listed(review), "Assign with a due date"),
	(listed(review), "Leave out this time"),
	(run(RUN, "Running"), "Abort"),
	(run(RUN, "Failed"), "Continue"),
	(run("LMS Certificate Run", "Running", batch=lambda scene: scene.batch), "Abort"),
	(run("LMS Certificate Run", "Failed", batch=lambda scene: scene.batch), "Continue"),
	(run("LMS Enrollment Run", "Running", batch=lambda scene: scene.batch), "Abort"),
	(run("LMS Enrollment Run", "Failed", batch=lambda scene: scene.batch), "Continue"),
	(run("LMS Enrollment Run", "Completed", batch=lambda scene: scene.batch), "Cohort"),
	(run("LMS Enrollment Run", "Completed", batch=lambda scene: scene.batch), "Enrollments"),
	(purge("Draft"), "Hand in"),
	(purge("Requested"), "Approve and purge"),
	(purge("Requested"), "Reject"),
	(purge("Running"), "Abort"),
	(purge("Failed"), "Continue"),
	(export("Running"), "Abort"),
	(export("Failed"), "Continue"),
	(run("LMS Sync Run", "Held"), "Changes"),
	(run("LMS Sync Run", "Held"), "Approve"),
	(run("LMS Sync Run", "Held"), "Discard"),
	(run("LMS Sync Run", "Running"), "Abort"),
	(run("LMS Sync Run", "Failed"), "Continue"),
	(run("LMS Sync Run", "Completed", processed=1), "Undo"),
	(record("lms-sync-run"), "Dry run"),
	(record("lms-sync-run"), "Synchronize now"),
	(certificate, "Public page"),
	(certificate, "PDF"),
	(certificate, "Correct the holder"),
	(certificate, "Revoke"),
	(record("lms-certificate"), "Issue for a cohort"),
	(compliance, "Verify"),
	(record("lms-batch/{batch}"), "Enroll employees"),
	(record("lms-batch/{batch}"), "Import from file"),
	(record("lms-batch/{batch}"), "Copy"),
	(record("lms-batch/{batch}"), "Attendance"),
	(record("lms-live-class/{live_class}"), "Attendance"),
	(record("lms-certificate-design/{design}"), "Preview"),
	(record("lms-batch/{batch}"), "Roster"),
	(record("lms-batch/{batch}"), "Headcount check"),
	(record("lms-batch/{batch}"), "Portal page"),
	(seat(waits=True), "Enroll now"),
	(seat(), "Withdraw"),
	(seat(), "Move to another cohort"),
	(seat(), "Send confirmation again"),
	(listed(seat()), "Send confirmation again"),
	(record("lms-batch-enrollment"), "Import from file"),
	(learner, "Why?"),
	(learner, "Open in People"),
	(learner, "Send a link to a new password"),
	(learner, "Archive"),
	(archived, "Bring back"),
	(record("lms-learner"), "Without approver"),
	(record("lms-learner"), "Add people"),
	(listed(waiting), "Approve"),
	(listed(learner), "Assign a course"),
	(listed(learner), "Put in a group"),
	(listed(learner), "Take out of a group"),
	(listed(learner), "Send invitation"),
	(listed(learner), "Archive"),
	(listed(learner), "Archive activity only"),
	(listed(archived), "Bring back"),
	(record("lms-course"), "Write courses"),
	(record("lms-course/{course}"), "See it in the portal"),
	(record("lms-course/{course}"), "Open the course builder"),
	(record("lms-course/{course}"), "New version"),
	(record("course-lesson/{lesson}"), "Back to the course"),
	(record("course-lesson/{lesson}"), "See it in the portal"),
	(record("lms-scorm-package/new"), "Upload package"),
	(naming_hosts, "Allow hosts"),
	(trusted(0), "Trust package"),
	(trusted(1), "End trust"),
	(asked_for, "Approve"),
	(asked_for, "Refuse"),
	(record("lms-course/{course}"), "Who sees it"),
	(record("employee/{employee}"), "Access Learning"),
	(record("employee/{employee}"), "Why?"),
	(listed(record("employee/{employee}")), "Learning profile"),
	(record("query-report/Course Access Gaps"), "Give access"),
	(record("query-report/Overdue Training"), "Mail me this weekly"),
	(record("query-report/Failed SCORM Results"), "Revoke"),
	(record("query-report/Failed SCORM Results"), "Keep"),
]
PRESSED_ELSEWHERE = {"Import good rows, return the rest"}
"""In test_desk.py."""


def test_every_button_has_its_row():
	scripts = Path(smooth_lms.__file__).parent.rglob("*.js")
	found = {
		next(filter(None, match.groups()))
		for script in scripts
		for match in MAKES_BUTTON.finditer(script.read_text())
	}
	assert len(found) > 40
	assert found - PRESSED_ELSEWHERE == {label for _make, label in BUTTONS}


def test_dialogs_ask_and_act_in_one_way():
	"""public/js/desk/acting.js keeps what was typed, leaves out what is empty and shows the server's sentence."""
	scripts = [path for path in Path(smooth_lms.__file__).parent.rglob("*.js") if path.name != "acting.js"]
	others = [path.name for path in scripts if re.search(r"frappe\.(prompt|confirm)\(", path.read_text())]
	assert others == []


class Answers:
	"""What the server answered to our methods while a page was open."""

	def __init__(self, page: Page) -> None:
		self.all: list[Response] = []
		page.on("response", self._note)

	def _note(self, response: Response) -> None:
		if "/api/method/smooth_lms" in response.url:
			self.all.append(response)

	def refusals(self) -> Iterator[Response]:
		return (each for each in self.all if not each.ok)


def rows() -> list:
	quick = set(QUICK)
	marked = []
	for make, label in BUTTONS:
		name = f"{label}-{len(marked)}"
		if label in quick:
			quick.remove(label)
			marked.append(pytest.param(make, label, id=name))
		else:
			marked.append(pytest.param(make, label, id=name, marks=pytest.mark.full))
	return marked


@pytest.mark.parametrize(("make", "label"), rows())
@pytest.mark.sweep(6)
def test_something_comes_of_every_button(open_page: OpenPage, scene: Scene, make, label: str) -> None:
	path = make(scene)
	frappe.db.commit()
	open_page.expected = [
		"Failed to load resource",
		"Traceback",
	]  # a refusal, which Frappe logs for developers
	page = open_page(scene.people["keeper"], f"/app/{path}")
	button = the_button(page, label, in_list="/view/list" in path)
	page.wait_for_load_state("networkidle")
	answers, before, opened = Answers(page), page.url, []
	page.context.on("page", lambda other: opened.append(other))
	button.click()

	def something_came() -> bool:
		return bool(answers.all or opened or page.url != before or page.locator(SHOWN).count())

	wait_until(page, lambda: something_came() or page.locator(DIALOG).count())
	dialog = page.locator(PRIMARY).last
	wait_until(page, dialog.is_visible, patience=1_000)
	page.wait_for_timeout(300)  # until it has opened
	if dialog.is_visible() and dialog.is_enabled() and "Attach" not in kinds(page):
		page.evaluate(FILL, fillings(scene))
		answers.all.clear()
		dialog.click()
		wait_until(page, something_came)
	wait_until(page, lambda: any(not each.ok for each in answers.all), patience=500)
	assert something_came() or page.locator(DIALOG).count(), "nothing came of it"
	for refusal in answers.refusals():
		assert refusal.status < 500 or refusal.status == NO_MAIL_ACCOUNT, refusal.text()
		assert "_server_messages" in refusal.text() or "_error_message" in refusal.text(), refusal.text()
		expect(page.locator(".msgprint:visible").first).to_be_visible()


def wait_until(page: Page, happened: Callable[[], object], *, patience: int = 5_000) -> None:
	"""Look again until something has happened; whoever needs to know looks afterwards."""
	for _turn in range(patience // 100):
		if happened():
			return
		page.wait_for_timeout(100)


def the_button(page: Page, label: str, *, in_list: bool):
	"""The button with this label; opens the menu it is in."""
	if in_list:
		page.locator(".list-row-container .list-row-checkbox").first.check()
		page.get_by_role("button", name="Actions").click()
		return page.locator(".actions-btn-group .dropdown-menu:visible li", has_text=label).first
	plain = page.get_by_role("button", name=label, exact=True)
	grouped = page.locator(".inner-group-button", has=page.locator(f'[data-label="{encoded(label)}"]'))
	expect(plain.or_(grouped).first).to_be_visible()
	if plain.count() and plain.first.is_visible():
		return plain.first
	grouped.locator("button").first.click()
	return grouped.locator(f'[data-label="{encoded(label)}"]').first


def encoded(label: str) -> str:
	return label.replace("?", "%3F").replace(" ", "%20")


def kinds(page: Page) -> list[str]:
	"""What the open dialog cannot do without."""
	script = "Object.values(window.cur_dialog?.fields_dict || {}).map(f => f.df.reqd && f.df.fieldtype)"
	return page.evaluate(script)


def fillings(scene: Scene) -> dict[str, str]:
	return {
		"Date": add_days(today(), 40),
		"Small Text": "The board decided",
		"Data": "1",
		"User": scene.people["other"],
		"LMS Batch": scene.other_batch,
		"LMS Course": scene.open_course,
		"LMS Group": scene.group,
		"LMS Learning Profile": frappe.db.get_value("LMS Learning Profile", {}) or "",
	}
