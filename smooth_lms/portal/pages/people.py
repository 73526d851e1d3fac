"""Everybody who learns, for moderators and HR: how they stand, who they are, why they have access."""

from typing import Any

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base.dates import day
from smooth_lms.base.spreadsheets import XLSX, write_workbook
from smooth_lms.cohorts import seats
from smooth_lms.compliance import certificates
from smooth_lms.learners import why_hidden
from smooth_lms.learners.why import why
from smooth_lms.people import employees
from smooth_lms.portal.answers import Answer, Download, Page
from smooth_lms.portal.pages import certificates as certificate_page
from smooth_lms.portal.pages import people_act, people_list
from smooth_lms.portal.visit import Visit
from smooth_lms.training.reading import courses, everyone, views, wording

ROOT = "/lms/people"
FIELDS = ("company", "department", "branch", "group", "status", "role")
STATUS_LABELS = {
	"": lambda: _("Not archived"),
	"Active": lambda: _("Active"),
	"Pending": lambda: _("Pending"),
	"Archived": lambda: _("Archived"),
}


def index(visit: Visit) -> Page:
	"""One page of the people; filters, order and page are in the address."""
	return _page(visit, notice=people_list.notice_of(visit))


def nudge(visit: Visit) -> Answer:
	"""Remind one person or those who are ticked, of this page at most; then show the same page again."""
	permissions.require_moderator()
	if visit.form.get("go"):
		return people_act.chosen(visit, _page)
	return people_list.nudge(visit, ROOT, _page)


def person(visit: Visit, member: str) -> Page:
	"""What there is to know about one person: training, cohorts, certificates, and why they have access or not."""
	done = people_act.notices().get(visit.query.get("done") or "")
	return _person(visit, member, notice=done or people_list.person_notice_of(visit))


def decide(visit: Visit, member: str) -> Answer:
	"""Answer somebody who asks for more time, or remind them; then show their page again."""
	permissions.require_learner(member)
	address = people_list.address_of(ROOT, member)
	if visit.form.get("decision") in people_act.ON_PERSON:
		permissions.require_moderator()
		return people_act.decided(visit, member, address, _person)
	return people_list.decide(visit, member, address, _person)


def export(visit: Visit) -> Download:
	"""Everybody who matches, as a CSV file for a spreadsheet."""
	permissions.require_people()
	rows = everyone.all_people(_query(visit))
	headings = [
		_("Name"),
		_("User"),
		_("Employee"),
		_("Company"),
		_("Department"),
		_("Learner"),
		_("Approver"),
	]
	headings += [
		_("Standing"),
		_("Open"),
		_("Overdue"),
		_("Due soon"),
		_("Done"),
		_("Next due"),
		_("Last active"),
	]
	fields = ("name", "member", "employee", "company", "department", "status", "approver")
	numbers = ("open", "overdue", "due_soon", "done", "next_due", "last_activity")
	cells = (
		[
			*(row[field] for field in fields),
			people_list.STATES[row["state"]](),
			*(row[field] for field in numbers),
		]
		for row in rows
	)
	return people_list.csv_file(headings, cells, "people.csv")


def export_workbook(visit: Visit) -> Download:
	"""Everybody who matches, and their courses with all dates, as an Excel file."""
	permissions.require_people()
	query = _query(visit)
	who = (_("Name"), _("User"), _("Employee"), _("Company"), _("Department"), _("Branch"), _("Groups"))
	access = (_("Learner"), _("Notified on"), _("Approver"))
	training = (_("Standing"), _("Open"), _("Overdue"), _("Done"), _("Next due"), _("Last active"))
	people = [(*who, *access, *training)]
	for row in everyone.all_people(query):
		first = [row[key] for key in ("name", "member", "employee", "company", "department", "branch")]
		second = [row[key] for key in ("status", "notified_on", "approver")]
		third = [row[key] for key in ("open", "overdue", "done", "next_due", "last_activity")]
		state = people_list.STATES[row["state"]]()
		people.append((*first, ", ".join(row["groups"]), *second, state, *third))
	content = write_workbook(
		{_("People"): people, _("Courses"): [courses.headings(), *everyone.courses_of(query)]}
	)
	return Download(content, "people.xlsx", XLSX)


def _page(visit: Visit, *, notice: str = "", alert: str = "") -> Page:
	permissions.require_people()
	query = _query(visit)
	used = {field: getattr(query, field) for field in FIELDS}
	used["approver"] = "none" if query.no_approver else ""
	found = everyone.people(query)
	for row in found["people"]:
		row["places"] = [row[field] for field in ("branch", "department") if row[field]] or [row["company"]]
		row["notified"] = day(row["notified_on"]) if row["notified_on"] else ""
	context = {
		**people_list.listed(ROOT, ROOT, found, query, used),
		"is_filtered": query.is_filtered,
		"has_places": True,
		"choices": everyone.choices(),
		"statuses": [(value, label()) for value, label in STATUS_LABELS.items()],
		"may_remind": permissions.is_moderator(),
		"roles": [(role, _(role)) for role in sorted(permissions.LEARNING_ROLES)],
		"actions": people_act.choices() if permissions.is_moderator() else (),
	}
	return Page("people.html", _("People"), context, section="people", notice=notice, alert=alert)


def _person(visit: Visit, member: str, *, notice: str = "", alert: str = "") -> Page:
	learner = permissions.require_learner(member)
	context = {
		"member": member,
		"learner": learner,
		"address": people_list.address_of(ROOT, member),
		"training": wording.grouped(views.everything_of(member)),
		"may_decide": permissions.is_moderator() and member != visit.user,
		"cohorts": [_cohort(row) for row in seats.of_member(member)],
		"certificates": [certificate_page.card(row) for row in certificates.of_member(member)],
		"why": _why(learner.employee),
		"about": _about(visit.query.get("about"), member),
		"group_titles": ", ".join(everyone.groups_of(member)),
		**people_act.of_person(learner),
	}
	title = learner.full_name or member
	return Page("people_person.html", title, context, section="people", notice=notice, alert=alert)


def _cohort(row: frappe._dict) -> dict[str, Any]:
	tone = {"Enrolled": "good", "Completed": "good", "Waitlisted": "waiting"}.get(row.status, "plain")
	return {
		"title": row.title or row.batch,
		"address": f"/lms/batches/{row.batch}",
		"starts": day(row.start_date) if row.start_date else "",
		"state": {"tone": tone, "label": _(row.status), "code": "state"},
	}


def _why(employee: str | None) -> dict[str, Any] | None:
	"""Why somebody has access or not, in sentences; None where HR does not know them or cannot be read."""
	if not employee or not employees.has_hr():
		return None
	try:
		return why(employee)
	except (frappe.DoesNotExistError, *employees.unreadable()):
		frappe.clear_last_message()
		return None


def _about(asked: str | None, member: str) -> dict[str, Any]:
	"""What the reader asks about a course or cohort that the person may not see: `asked`, `title` and `answer`."""
	asked = (asked or "").strip()[:140]
	found = why_hidden.find(asked) if asked else None
	told = why_hidden.why_hidden(member, *found) if found else {"title": "", "answer": []}
	if asked and not found:
		told = {"title": asked, "answer": [_("There is no course or cohort of this name.")]}
	return {"asked": asked, **told}


def _query(visit: Visit) -> everyone.PeopleQuery:
	asked = visit.query
	return everyone.PeopleQuery.of(
		**{field: asked.get(field) for field in FIELDS},
		no_approver=asked.get("approver") == "none",
		search=asked.get("q"),
		state=asked.get("state"),
		sort=asked.get("sort"),
		page=asked.get("page"),
	)
