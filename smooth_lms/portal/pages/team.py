"""The training of the people who report to who is signed in: who is behind, a nudge, more time, a file."""

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base.spreadsheets import XLSX, write_workbook
from smooth_lms.cohorts.requests import reading
from smooth_lms.portal.answers import Answer, Download, Page
from smooth_lms.portal.pages import people_list, team_act
from smooth_lms.portal.visit import Visit
from smooth_lms.training.reading import courses, views, wording

ROOT, PERSON_ROOT = "/lms/team", "/lms/team/people"


def index(visit: Visit) -> Page:
	"""One page of the people; filters, order and page are in the address."""
	return _page(visit, notice=people_list.notice_of(visit))


def nudge(visit: Visit) -> Answer:
	"""Remind people, or go on to what else is to be done with those who are ticked; then show the same page again."""
	if visit.form.get("go"):
		return team_act.chosen(visit, _page)
	return people_list.nudge(visit, ROOT, _page)


def person(visit: Visit, member: str) -> Page:
	"""What one person has to do and has done, with what they ask."""
	return _person(visit, member, notice=people_list.person_notice_of(visit))


def decide(visit: Visit, member: str) -> Answer:
	"""Answer somebody who asks for more time, or remind them; then show their page again."""
	permissions.require_team_member(member)
	return people_list.decide(visit, member, people_list.address_of(PERSON_ROOT, member), _person)


def export(visit: Visit) -> Download:
	"""Everybody who matches, as a CSV file for a spreadsheet."""
	rows = views.whole_team(permissions.require_team(), _query(visit))
	headings = [_("Name"), _("User"), _("Open"), _("Overdue"), _("Due soon"), _("Done"), _("Next due")]
	fields = ("name", "member", "open", "overdue", "due_soon", "done", "next_due")
	cells = ([row[field] for field in fields] for row in rows)
	return people_list.csv_file(headings, cells, "team-training.csv")


def export_workbook(visit: Visit) -> Download:
	"""Everybody who matches, and their courses with all dates, as an Excel file."""
	manager, query = permissions.require_team(), _query(visit)
	headings = (_("Name"), _("User"), _("Standing"), _("Open"), _("Overdue"), _("Due soon"), _("Done"))
	people = [(*headings, _("Next due"))]
	for row in views.whole_team(manager, query):
		numbers = (row[key] for key in ("open", "overdue", "due_soon", "done", "next_due"))
		people.append((row["name"], row["member"], people_list.STATES[row["state"]](), *numbers))
	taken = [courses.headings(), *views.courses_of_team(manager, query)]
	content = write_workbook({_("Team"): people, _("Courses"): taken})
	return Download(content, "team-training.xlsx", XLSX)


def _person(visit: Visit, member: str, *, notice: str = "", alert: str = "") -> Page:
	permissions.require_team_member(member)
	name = frappe.db.get_value("User", member, "full_name") or member
	context = {
		"member": member,
		"address": people_list.address_of(PERSON_ROOT, member),
		"training": wording.grouped(views.everything_of(member)),
		"may_decide": member != visit.user,
		"links": team_act.links_for(member),
	}
	return Page("team_person.html", name, context, section="team", notice=notice, alert=alert)


def _page(visit: Visit, *, notice: str = "", alert: str = "") -> Page:
	manager = permissions.require_team()
	query = _query(visit)
	used = {"tree": "1" if query.whole_tree else ""}
	context = {
		**people_list.listed(ROOT, PERSON_ROOT, views.team(manager, query), query, used),
		"is_filtered": bool(query.search or query.state),
		"may_remind": True,
		"actions": team_act.choices(),
		"requests": reading.to_decide(visit.user),
	}
	return Page("team.html", _("Team"), context, section="team", notice=notice, alert=alert)


def _query(visit: Visit) -> views.TeamQuery:
	asked = visit.query
	return views.TeamQuery.of(
		whole_tree=asked.get("tree"),
		search=asked.get("q"),
		state=asked.get("state"),
		sort=asked.get("sort"),
		page=asked.get("page"),
	)
