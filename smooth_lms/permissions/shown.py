"""To whom courses and cohorts are shown: one condition for lists of any length, and the same for one record.

The twin of `people/audience.py`, which asks for everybody at once. What an audience may ask of the reader is read once
for a request; after that each list costs one statement, whatever the number of courses. A cohort is shown to those to
whom all of its courses are shown as well: whoever gets in takes them.
"""

from collections.abc import Collection, Mapping

from pypika import Criterion

import frappe
from frappe.utils import getdate

from smooth_lms.base.settings import setting_number
from smooth_lms.base.sql import Seen, literal
from smooth_lms.people import audience
from smooth_lms.permissions.roles import HR_ROLES, has, is_moderator, sees_every_cohort

COURSE, BATCH = "LMS Course", "LMS Batch"
WITH_LINES = "select parent from `tabLMS Training Audience` where parenttype = '{doctype}'{among}"
INCLUDING = f"{WITH_LINES} and effect = 'Include'"
NAMING_COMPANIES = f"{INCLUDING} and kind = 'Company'"
MISSED = (
	f"{WITH_LINES} group by parent, effect, kind"
	" having (effect = 'Include' and max({matches}) = 0) or (effect = 'Exclude' and max({matches}) = 1)"
)
"""Whose lines leave a record out: a kind of which no included line matches, or an excluded line that does."""
NAMED = (
	"select parent from `tabLMS Training Exception` where parenttype = '{doctype}'{among}"
	" and effect = '{effect}' and member = {user} and (until is null or until >= '{today}')"
)
BY_NAME = (
	"select parent from `tabLMS Training Exception` where parenttype = '{doctype}'{among} and effect = 'Pin'"
	f" and parent not in ({INCLUDING})"
)
"""Those for people by name only. A person whose time is over does not open it to everybody."""
OWN = {
	COURSE: (
		"{table}.name in (select course from `tabLMS Enrollment` where member = {user} and withdrawn_on is null)",
		"{table}.name in (select parent from `tabCourse Instructor`"
		" where parenttype = 'LMS Course' and instructor = {user})",
		"{table}.name in (select link.course from `tabLMS Batch Course` link join `tabCourse Instructor` taught"
		" on taught.parent = link.parent and taught.parenttype = 'LMS Batch'"
		" where link.parenttype = 'LMS Batch' and taught.instructor = {user})",
		"{table}.owner = {user}",
	),
	BATCH: (
		"{table}.name in (select batch from `tabLMS Batch Enrollment` where member = {user} and status != 'Withdrawn')",
		"{table}.name in (select parent from `tabCourse Instructor`"
		" where parenttype = 'LMS Batch' and instructor = {user})",
	),
}
"""What somebody goes on seeing whatever the audience says: what they are in, teach or have made."""
WITH_HIDDEN = (
	"select link.parent from `tabLMS Batch Course` link join `tabLMS Course` taught on taught.name = link.course"
	" where link.parenttype = 'LMS Batch'{among} and not ({shown})"
)

Record = Mapping[str, Collection[str]]


def to(user: str, doctype: str, table: str = "", *, name: str = "") -> str:
	"""The condition of courses or cohorts that are shown to somebody, as SQL; empty where all are.

	It is about the audience alone: whether they are published is asked beside it.

	Args:
	        user: the reader.
	        doctype: LMS Course or LMS Batch.
	        table: what the statement calls the table.
	        name: the one record that it is asked about, which spares reading the audiences of the others.
	"""
	limited = _limited()
	if not limited or _sees_all(user, doctype) or (doctype == COURSE and COURSE not in limited):
		return ""
	return _condition(user, doctype, table or f"`tab{doctype}`", limited, name)


def criterion(user: str, doctype: str, table: str = "") -> Criterion:
	"""`to` as a condition of a query."""
	return Seen(to(user, doctype, table) or "true")


def is_to(user: str, doctype: str, name: str) -> bool:
	"""Whether the audience of a course or cohort shows it to somebody; whether it is published is asked beside it."""
	return name in among(user, doctype, [name])


def among(user: str, doctype: str, names: Collection[str]) -> set[str]:
	"""Those of some courses or cohorts that are shown to somebody: see `to`. Names that do not exist are left out."""
	if not names:
		return set()
	one = next(iter(names)) if len(names) == 1 else ""
	condition = to(user, doctype, name=one)
	if not condition:
		return set(names)
	statement = f"select name from `tab{doctype}` where name in %(names)s and {condition}"
	# sql: texts of ours, see above
	return set(frappe.db.sql(statement, {"names": tuple(names)}, pluck=True))


def _condition(user: str, doctype: str, table: str, limited: Collection[str], name: str) -> str:
	common = {"doctype": doctype, "user": literal(user), "today": getdate().isoformat(), "table": table}
	common["among"] = f" and parent = {literal(name)}" if name else ""
	ways = [each.format(**common) for each in OWN[doctype]]
	wanted = [_meant_for(user, common)] if doctype in limited else []
	if doctype == BATCH and COURSE in limited:
		wanted.append(_courses_shown(user, table, name))
	return f"({' or '.join([*ways, '(' + ' and '.join(wanted) + ')'])})"


def _courses_shown(user: str, table: str, name: str) -> str:
	"""That no course of a cohort is hidden."""
	if not (hidden := to(user, COURSE, "taught")):
		return "true"
	one = f" and link.parent = {literal(name)}" if name else ""
	return f"{table}.name not in ({WITH_HIDDEN.format(among=one, shown=hidden)})"


def _meant_for(user: str, common: Mapping[str, str]) -> str:
	"""That the audience has a place for somebody."""
	named = {effect: NAMED.format(effect=effect, **common) for effect in (audience.PIN, audience.EXEMPT)}
	fits = " or ".join(_fits(record, common) for record in _records(user) or [None])
	return (
		f"{common['table']}.name not in ({named[audience.EXEMPT]}) and ({common['table']}.name in ({named[audience.PIN]})"
		f" or ({common['table']}.name not in ({BY_NAME.format(**common)}) and ({fits})))"
	)


def _fits(record: Record | None, common: Mapping[str, str]) -> str:
	"""That the lines fit one record of the reader; None for somebody without any, whom only an audience without lines fits."""
	table = common["table"]
	missed = WITH_LINES.format(**common)
	if record is not None:
		lines = [
			f"(kind = '{kind}' and value in ({', '.join(literal(each) for each in sorted(values))}))"
			for kind, values in record.items()
			if values
		]
		missed = MISSED.format(matches=" or ".join(lines) or "false", **common)
	found = f"{table}.name not in ({missed})"
	if not setting_number(audience.OWN_COMPANY):
		return f"({found})"
	mine = "".join(f", {literal(each)}" for each in sorted((record or {}).get("Company", ())))
	open_to_all = NAMING_COMPANIES.format(**common)
	return f"({found} and (ifnull({table}.company, '') in (''{mine}) or {table}.name in ({open_to_all})))"


def _sees_all(user: str, doctype: str) -> bool:
	if doctype == BATCH:
		return sees_every_cohort(user)
	return is_moderator(user) or has(user, HR_ROLES)


def _limited() -> set[str]:
	"""Of courses and cohorts those that have any audience on this site; with the companies kept apart both."""
	if setting_number(audience.OWN_COMPANY):
		return {COURSE, BATCH}
	return {doctype for doctype, field in audience.NOTED.items() if setting_number(field)}


def _records(user: str) -> list[dict[str, frozenset[str]]]:
	"""`audience.records_of`, read once for a web request; anew for whoever asks outside of one."""
	request = getattr(frappe.local, "request", None)
	known = request.environ.setdefault("smooth_lms.records", {}) if request else {}
	if user not in known:
		known[user] = audience.records_of(user, getdate())
	return known[user]
