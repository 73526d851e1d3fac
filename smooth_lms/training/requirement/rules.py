"""Requirements as the assigner reads them: LMS Training Requirement, and mandatory courses by themselves."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import cint, get_system_timezone, getdate

from smooth_lms.base.periods import Period
from smooth_lms.base.settings import setting_number
from smooth_lms.courses import versions
from smooth_lms.exceptions import BrokenRequirementError
from smooth_lms.people import audience as people
from smooth_lms.people.audience import Audience
from smooth_lms.training.deciding.due import (
	AFTER_ASSIGNMENT,
	AFTER_COMPLETION,
	FROM_COMPLETION,
	Rule,
	today_in,
)

DOCTYPE = "LMS Training Requirement"
VALIDITY = ("validity_months", "validity_days")
MANDATORY = "mandatory"
"""The key of the one requirement that all mandatory courses make together."""
GRACE = "Give days from assignment"
RULE_FIELDS = (
	"due_rule",
	"due_days",
	"fixed_date",
	"when_unreachable",
	"grace_days",
	"recurrence_months",
	"window_days",
	"renew_from",
)
"""The fields of an LMS Training Requirement that make its due rule."""


@dataclass(frozen=True, slots=True)
class Subject:
	"""One course of a requirement. All versions of a course count; its newest published one is assigned."""

	root: str
	course: str
	title: str
	family: tuple[str, ...]
	rule: Rule
	licensed: frozenset[str] = frozenset()
	"""The versions of the family that have licences; a started attempt goes on in an older version."""


@dataclass(frozen=True, slots=True)
class Program:
	"""A requirement with everything that assigning needs."""

	key: str
	title: str
	today: date
	subjects: Mapping[str, Subject]
	audience: Audience
	requirement: str | None = None
	batch: str | None = None
	cancel_on_leaving: bool = True
	source: str = "Requirement"

	@property
	def licensed(self) -> set[str]:
		"""The courses, in any version, that have licences."""
		return set().union(*(subject.licensed for subject in self.subjects.values()))


def clock() -> datetime:
	"""The present moment, aware; the one clock of training."""
	return datetime.now(timezone.utc)


def today(zone_name: str | None = None) -> date:
	"""The date in a time zone (IANA), or in the site's."""
	return today_in(ZoneInfo(zone_name or get_system_timezone()), clock())


def active_keys() -> list[str]:
	"""What is assigned by rule now: active requirements that are not frozen, and the mandatory courses, if any."""
	found = frappe.get_all(
		DOCTYPE, filters={"active": 1, "frozen": 0}, pluck="name", order_by="name", limit=0
	)
	return [MANDATORY, *found] if has_mandatory() else found


def frozen_among(keys: Collection[str]) -> dict[str, str]:
	"""Which of these requirements cannot be carried out, and why."""
	rows = frappe.get_all(
		DOCTYPE,
		filters={"name": ["in", list(keys)], "active": 1, "frozen": 1},
		fields=["name", "frozen_reason"],
		order_by="name",
		limit=0,
	)
	return {row.name: row.frozen_reason for row in rows}


def has_mandatory() -> bool:
	"""Whether there are mandatory courses, or assignments that they have left behind."""
	return bool(
		frappe.db.exists("LMS Course", {"is_mandatory": 1, "published": 1})
		or frappe.db.exists("LMS Training Assignment", {"rule_key": MANDATORY, "open_mark": "1"})
	)


def load(key: str) -> Program:
	"""Read a requirement. Raises BrokenRequirementError when it cannot be carried out as it stands."""
	return _mandatory() if key == MANDATORY else of_requirement(frappe.get_doc(DOCTYPE, key))


def of_requirement(doc) -> Program:
	"""An LMS Training Requirement, saved or not. Raises BrokenRequirementError."""
	try:
		day = today(doc.timezone)
	except (KeyError, ValueError):
		reason = _("{0} is not a time zone: choose one such as Europe/Berlin.").format(doc.timezone)
		raise BrokenRequirementError(reason=reason) from None
	if wrong := people.problem(doc.audience):
		raise BrokenRequirementError(reason=wrong)
	subjects = _subjects([row.course for row in doc.courses])
	rule = rule_of(doc)
	return Program(
		key=doc.name,
		title=doc.title,
		today=day,
		subjects={row.root: _with_rule(row, rule) for row in subjects},
		audience=people.of_rows(doc.audience, doc.exceptions, day),
		requirement=doc.name,
		batch=doc.batch,
		cancel_on_leaving=bool(doc.cancel_on_leaving),
	)


def rule_of(doc) -> Rule:
	"""The due rule of an LMS Training Requirement."""
	grace = cint(doc.grace_days) if doc.when_unreachable == GRACE else None
	common = {"window_days": cint(doc.window_days), "grace_days": grace}
	months = cint(doc.recurrence_months)
	if doc.due_rule == AFTER_COMPLETION:
		# who has never done it gets as long as for a mandatory course
		period = Period(months=months) if months else Period(days=cint(doc.due_days))
		return Rule(AFTER_ASSIGNMENT, setting_number("mandatory_days"), period=period, **common)
	return Rule(
		doc.due_rule,
		cint(doc.due_days),
		getdate(doc.fixed_date) if doc.fixed_date else None,
		Period(months=months),
		renew_from=doc.renew_from or FROM_COMPLETION,
		**common,
	)


def rules_in_force() -> dict[tuple[str, str | None], Rule]:
	"""The rules that assign now, by key and by the first version of the course; None there means all courses.

	Two statements.
	"""
	rows = frappe.get_all(DOCTYPE, filters={"active": 1}, fields=["name", *RULE_FIELDS], limit=0)
	found: dict[tuple[str, str | None], Rule] = {(row.name, None): rule_of(row) for row in rows}
	courses = frappe.get_all(
		"LMS Course",
		filters={"is_mandatory": 1, "published": 1},
		fields=["name", "version_of", *VALIDITY],
		order_by="version asc, creation asc, name asc",
		limit=0,
	)
	# the newest version comes last and stays
	found.update(
		{(MANDATORY, row.version_of or row.name): _mandatory_rule(_validity(row)) for row in courses}
	)
	return found


def _mandatory() -> Program:
	courses = frappe.get_all(
		"LMS Course", filters={"is_mandatory": 1, "published": 1}, pluck="name", order_by="name", limit=0
	)
	subjects = {}
	for row in _subjects(courses) if courses else []:
		course = frappe.get_cached_value("LMS Course", row.course, VALIDITY, as_dict=True)
		subjects[row.root] = _with_rule(row, _mandatory_rule(_validity(course)))
	return Program(
		MANDATORY, _("Mandatory courses"), today(), subjects, Audience(), source="Mandatory course"
	)


def _validity(course: frappe._dict) -> Period:
	return Period(months=cint(course.validity_months), days=cint(course.validity_days))


def _mandatory_rule(validity: Period) -> Rule:
	return Rule(
		AFTER_ASSIGNMENT,
		setting_number("mandatory_days"),
		period=validity,
		window_days=min(setting_number("renewal_window_days"), max(validity.least_days - 1, 0)),
		grace_days=setting_number("mandatory_days"),
	)


def _subjects(courses: Collection[str]) -> list[Subject]:
	found = versions.roots(courses)
	for course in courses:
		if course not in found:
			raise BrokenRequirementError(reason=_("The course {0} does not exist any more.").format(course))
	if not found:
		raise BrokenRequirementError(reason=_("The requirement has no course."))
	families = versions.families(set(found.values()), ("title", "version", "published", "licence_count"))
	subjects = []
	for root, family in sorted(families.items()):
		published = [row for row in family if row.published]
		if not published:
			raise BrokenRequirementError(
				reason=_("The course {0} is not published.").format(family[-1].title or root)
			)
		newest = published[-1]
		names = tuple(row.name for row in family)
		licensed = frozenset(row.name for row in family if row.licence_count)
		subjects.append(Subject(root, newest.name, newest.title, names, Rule(), licensed))
	return subjects


def _with_rule(subject: Subject, rule: Rule) -> Subject:
	return Subject(subject.root, subject.course, subject.title, subject.family, rule, subject.licensed)
