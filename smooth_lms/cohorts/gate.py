"""One attempt to get people into one cohort: facts and rules put together, answers given in order of arrival."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import frappe
from frappe.core.doctype.server_script.server_script_utils import (
	get_server_script_map,
	run_server_script_for_doc_event,
)
from frappe.utils import get_datetime, get_system_timezone

from smooth_lms.cohorts import admission, facts, schedule
from smooth_lms.cohorts.admission import Attempt, Cohort
from smooth_lms.cohorts.facts import Candidate
from smooth_lms.exceptions import (
	NoUserAccountError,
	OutsideAudienceError,
	Refusal,
	RuleRefusedError,
	UnknownBatchError,
)
from smooth_lms.people.employees import people_by_employee
from smooth_lms.permissions import shown

DOCTYPE = "LMS Batch Enrollment"
SCRIPTED = {"before_insert": "Before Insert", "before_validate": "Before Validate", "validate": "Before Save"}
"""Document events at which a site's Server Script can refuse, or move the end of enrollment."""


@dataclass(frozen=True, slots=True)
class Decision:
	"""The answer for one person: a status, or a refusal."""

	status: str | None
	refusal: Refusal | None = None
	exceptions: tuple[Refusal, ...] = ()
	"""What a moderator's override set aside for this person."""


class Gate:
	"""Decides about people one after the other; each answer counts for the next."""

	def __init__(self, row: frappe._dict, attempt: Attempt) -> None:
		"""Args: row, the LMS Batch row (from `facts.lock` where the answers will be acted on); attempt."""
		self.row = row
		self.attempt = attempt
		self.courses = facts.courses_of([row.name])[row.name]
		self.cohort: Cohort = facts.cohort(row, self.courses)
		self.rules = [frappe.get_attr(path) for path in frappe.get_hooks("smooth_lms_admission_rules")]
		self.scripted = _has_scripts()

	@property
	def course_names(self) -> list[str]:
		return [course.course for course in self.courses]

	def candidates(self, asked: Collection[str]) -> dict[str, Candidate | Refusal]:
		"""The person behind each of `asked`, a User or an Employee; a refusal where there is no account."""
		found: dict[str, Candidate | Refusal] = dict(self._facts(asked))
		strangers = [name for name, candidate in found.items() if not candidate.member.exists]
		people = people_by_employee(strangers) if strangers else {}
		users = self._facts([p.user for p in people.values() if p.user]) if people else {}
		for name, person in people.items():
			found[name] = users[person.user] if person.user else NoUserAccountError(employee=name)
		return found

	def _facts(self, users: Collection[str]) -> dict[str, Candidate]:
		return facts.candidates(self.row, users, courses=self.course_names)

	def decide(self, candidate: Candidate, *, scripted: bool | None = None) -> Decision:
		"""Answer for one person and count them in.

		Args:
		        candidate: the person.
		        scripted: whether to run the site's Server Scripts here; by default when there are any. The
		                document's own save runs them itself.
		"""
		cohort = self.cohort
		if self.scripted if scripted is None else scripted:
			try:
				cohort = self.with_scripts(candidate)
			except frappe.ValidationError as error:
				frappe.clear_last_message()
				return Decision(None, RuleRefusedError(reason=str(error)))
		return self._answer(cohort, candidate)

	def decide_document(self, doc, candidate: Candidate) -> Decision:
		"""Answer for a document being saved, whose Server Scripts have run already."""
		return self._answer(with_late_end(self.cohort, doc, self.row.timezone), candidate)

	def with_scripts(self, candidate: Candidate) -> Cohort:
		"""The cohort as the site's Server Scripts see it for this person. Raises what they throw."""
		doc = frappe.get_doc({"doctype": DOCTYPE, "batch": self.cohort.name, "member": candidate.member.user})
		for event in SCRIPTED:
			run_server_script_for_doc_event(doc, event)
		return with_late_end(self.cohort, doc, self.row.timezone)

	def _answer(self, cohort: Cohort, candidate: Candidate) -> Decision:
		refused = admission.refusal(cohort, candidate.member, self.attempt, self.rules)
		if isinstance(refused, OutsideAudienceError) and self._is_hidden_from(candidate):
			refused = UnknownBatchError(batch=cohort.name)
		if refused:
			return Decision(None, refused)
		member = candidate.member
		status = admission.status_for(cohort, member, self.attempt)
		exceptions = tuple(admission.overridden(cohort, member, self.attempt))
		self.cohort = self.cohort.with_one_more(status, member)
		return Decision(status, exceptions=exceptions)

	def _is_hidden_from(self, candidate: Candidate) -> bool:
		"""Whether somebody who asks for themselves is not even shown the cohort: for them there is none."""
		user = candidate.member.user
		return self.attempt.by_self and not shown.is_to(user, "LMS Batch", self.cohort.name)


def with_late_end(cohort: Cohort, doc, zone_name: str | None) -> Cohort:
	"""Apply `doc.flags.admit_until`, with which a site's script says until when this person may be enrolled.

	A date and time by the clock of the cohort's time zone.
	"""
	until = get_datetime(doc.flags.admit_until) if doc.flags.admit_until else None
	if not until:
		return cohort
	moment = schedule.instant(until.date(), until.time(), zone_name or get_system_timezone())
	# the script's word replaces the cohort's own end of enrollment, and the end of the cohort if it is later
	return replace(cohort, late_until=moment, ends_at=max(cohort.ends_at, moment))


def distinct(members: Sequence[str]) -> list[str]:
	"""The members in order, each once, without regard to case and surrounding blanks."""
	seen: dict[str, str] = {}
	for member in members:
		cleaned = (member or "").strip()
		if cleaned:
			seen.setdefault(cleaned.lower(), cleaned)
	return list(seen.values())


def _has_scripts() -> bool:
	if not frappe.conf.server_script_enabled:
		return False
	events = get_server_script_map().get(DOCTYPE, {})
	return any(events.get(event) for event in SCRIPTED.values())
