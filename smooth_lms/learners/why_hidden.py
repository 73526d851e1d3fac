"""Why a course or cohort is not shown to somebody, in sentences."""

from collections.abc import Collection, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from smooth_lms.base.reads import read_row, read_rows
from smooth_lms.base.settings import setting_number
from smooth_lms.people import audience
from smooth_lms.permissions import shown

TITLED = (shown.COURSE, shown.BATCH)


def find(about: str) -> tuple[str, str] | None:
	"""The course or cohort that somebody means by its name or its title: DocType and name."""
	for column in ("name", "title"):
		for doctype in TITLED:
			if row := read_row(doctype, ("name",), {column: about.strip()}):
				return doctype, row.name
	return None


def why_hidden(user: str, doctype: str, name: str) -> dict[str, Any]:
	"""Explain whether somebody sees a course or cohort.

	Args:
	        user: the User.
	        doctype: LMS Course or LMS Batch.
	        name: the record. Raises DoesNotExistError.

	Returns `title`, `shown` and `answer` (sentences).
	"""
	row = doctype in TITLED and read_row(doctype, ("title", "published"), {"name": name})
	if not row:
		frappe.throw(_("There is no course or cohort of this name."), frappe.DoesNotExistError)
	reasons = [] if row.published else [_("It is not published.")]
	if not shown.is_to(user, doctype, name):
		reasons += _reasons(user, doctype, name)
	answer = reasons or [_("It is shown to this person.")]
	return {"title": row.title, "shown": not reasons, "answer": answer}


def _reasons(user: str, doctype: str, name: str) -> list[str]:
	found = _own_reasons(user, doctype, name)
	if doctype == shown.BATCH:
		of_cohort = {"parenttype": doctype, "parent": name}
		courses = [row.course for row in read_rows("LMS Batch Course", ("course",), of_cohort)]
		for course in sorted(set(courses) - shown.among(user, shown.COURSE, courses)):
			title = frappe.get_cached_value(shown.COURSE, course, "title")
			reasons = _own_reasons(user, shown.COURSE, course)
			found += [_("Its course {0}: {1}").format(title, reason) for reason in reasons]
	return found


def _own_reasons(user: str, doctype: str, name: str) -> list[str]:
	own = {"parenttype": doctype, "parent": name}
	lines = read_rows(audience.LINES, ("effect", "kind", "value"), own, order="`idx`")
	single = read_rows(audience.SINGLE, ("effect", "member", "until", "reason"), own)
	company = read_row(doctype, ("company",), {"name": name}).company
	today = getdate()
	kept = audience.of_rows(lines, single, today)
	if user in kept.exempt:
		reason = next(row.reason for row in single if row.member == user)
		return [_("The person is left out by name: {0}").format(reason)]
	if user in kept.pinned:
		return []
	found = []
	if not kept.include and any(row.effect == audience.PIN for row in single):
		found.append(
			_("It is for people named one by one, and this person is not among them, or not any more.")
		)
	records = audience.records_of(user, today)
	if not records and (lines or company):
		found.append(_("Neither HR nor a learner record says where this person belongs: pin them by name."))
	for record in records:
		found += [each for each in _of_record(kept, record, company) if each not in found]
	return found


def _of_record(
	kept: audience.Audience, record: Mapping[str, Collection[str]], company: str | None
) -> list[str]:
	found = []
	for kind, values in kept.include.items():
		if not _meet(values, record.get(kind, ())):
			found.append(
				_("It is for {0}: {1}. The person has: {2}.").format(
					_(kind), ", ".join(values), ", ".join(sorted(record.get(kind, ()))) or _("nothing")
				)
			)
	for kind, values in kept.exclude.items():
		if _meet(values, record.get(kind, ())):
			left_out = [each for each in values if _meet([each], record.get(kind, ()))]
			found.append(_("It leaves out {0}: {1}.").format(_(kind), ", ".join(left_out)))
	apart = company and setting_number(audience.OWN_COMPANY) and "Company" not in kept.include
	if apart and not _meet([company], record.get("Company", ())):
		found.append(
			_("It belongs to {0}, and people see what belongs to their own company only.").format(company)
		)
	return found


def _meet(some: Collection[str], others: Collection[str]) -> bool:
	# as the database compares
	return not {each.casefold() for each in some}.isdisjoint(each.casefold() for each in others)
