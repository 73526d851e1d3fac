"""Who may join a cohort: the rules as pure functions. Facts in, a refusal or None out. No database, no clock.

`enrollment.py` gathers the facts under the cohort's lock and acts on the answer. Whoever wants to show the
answer before (a preview, a button) asks the same functions with facts read without the lock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from smooth_lms.exceptions import (
	AlreadyEnrolledError,
	AlreadyWaitlistedError,
	ApprovalRequiredError,
	CohortEndedError,
	CohortFullError,
	CohortNotOpenError,
	CohortStartedError,
	CourseNotPublishedError,
	DisabledUserError,
	NotALearnerError,
	NotEnrolledError,
	OutsideAudienceError,
	PaymentRequiredError,
	Refusal,
	RuleRefusedError,
	SelfEnrollmentClosedError,
	UnknownUserError,
)

ENROLLED, WAITLISTED, COMPLETED, WITHDRAWN = "Enrolled", "Waitlisted", "Completed", "Withdrawn"
SEATED = (ENROLLED, COMPLETED)
"""The statuses that hold a seat: a person who completed the cohort sat in it."""


@dataclass(frozen=True, slots=True)
class Cohort:
	"""What the rules need to know of a cohort. Moments are aware datetimes."""

	name: str
	published: bool
	starts_at: datetime
	ends_at: datetime
	late_until: datetime | None
	seat_count: int
	"""0 = unlimited."""
	seats_taken: int
	waitlist_enabled: bool
	waitlist_count: int
	self_enrollment: bool
	paid: bool
	seats_held: int = 0
	"""For people whose request has not been decided."""
	requires_approval: bool = False
	unpublished_course: str | None = None
	"""The first course of the cohort that learners cannot see, if any."""

	@property
	def has_free_seat(self) -> bool:
		"""Whether the next person gets a seat. People who wait come before anybody new."""
		return not self.seat_count or self.seats_spoken_for < self.seat_count

	@property
	def seats_spoken_for(self) -> int:
		"""The seats that nobody new can get: taken, held for a request, or awaited."""
		return self.seats_taken + self.seats_held + self.waitlist_count

	def seat_for(self, member: "Member") -> bool:
		"""Whether this person gets a seat: there is a free one, or one is held for them."""
		return self.has_free_seat or member.holds_seat

	def with_one_more(self, status: str, member: "Member") -> "Cohort":
		"""The cohort after one more person got `status`; the seat that was held for them is no longer."""
		after = replace(self, seats_held=self.seats_held - member.holds_seat)
		if status == WAITLISTED:
			return replace(after, waitlist_count=self.waitlist_count + 1)
		return replace(after, seats_taken=self.seats_taken + 1)


@dataclass(frozen=True, slots=True)
class Member:
	"""What the rules need to know of a person."""

	user: str
	exists: bool = True
	enabled: bool = True
	is_learner: bool = True
	status: str | None = None
	"""Of the enrollment in this cohort; None without one."""
	has_paid: bool = False
	holds_seat: bool = False
	"""A seat is held for their request."""
	outside: bool = False
	"""The cohort is not meant for them: its audience, or that of a course, leaves them out."""


@dataclass(frozen=True, slots=True)
class Attempt:
	"""How somebody tries to get in."""

	now: datetime
	by_self: bool = False
	"""The person enrolls themselves, in the portal or by the API."""
	asks: bool = False
	"""They do not want to get in but to know whether they may ask for it."""
	by_manager: bool = False
	"""Their manager enrolls them, who may do no more than they could themselves."""
	override: bool = False
	"""A moderator gave a reason: audience, time and seats do not count."""
	off_waitlist: bool = False
	"""The person waits already and is to get a seat: waiting longer is no answer."""


Rule = Callable[[Cohort, Member, Attempt, Refusal | None], "Refusal | str | None"]
"""A rule of another app (hook `smooth_lms_admission_rules`) or of the site.

It gets what the calendar says so far, a refusal or None, and returns what shall be said instead: None lets the
person pass the calendar, a Refusal or a sentence stops them. Accounts, duplicates, publication, payment and
seats are not its to lift.
"""


def account_refusal(member: Member) -> Refusal | None:
	"""Whether the person has a working learner account."""
	if not member.exists:
		return UnknownUserError(member=member.user)
	if not member.enabled:
		return DisabledUserError()
	if not member.is_learner:
		return NotALearnerError()
	return None


def duplicate_refusal(member: Member) -> Refusal | None:
	"""Whether the person is in already. Somebody who withdrew may come again."""
	if member.status in SEATED:
		return AlreadyEnrolledError()
	if member.status == WAITLISTED:
		return AlreadyWaitlistedError()
	return None


def withdrawal_refusal(status: str | None) -> Refusal | None:
	"""Whether somebody whose enrollment has `status` can leave: who sits in the cohort or waits for a seat."""
	return None if status in (ENROLLED, WAITLISTED) else NotEnrolledError()


def audience_refusal(member: Member, attempt: Attempt) -> Refusal | None:
	"""Whether the cohort is meant for the person. Who waits already, and whom a moderator has a reason for, may come."""
	if member.outside and not (attempt.override or attempt.off_waitlist):
		return OutsideAudienceError()
	return None


def opening_refusal(cohort: Cohort) -> Refusal | None:
	"""Whether the cohort and everything it unlocks can be seen."""
	if not cohort.published:
		return CohortNotOpenError()
	if cohort.unpublished_course:
		return CourseNotPublishedError(course=cohort.unpublished_course)
	return None


def timing_refusal(cohort: Cohort, now: datetime) -> Refusal | None:
	"""Whether the cohort still takes people at `now`."""
	if now >= cohort.ends_at:
		return CohortEndedError()
	if now >= cohort.starts_at and not (cohort.late_until and now < cohort.late_until):
		return CohortStartedError()
	return None


def calendar_refusal(
	cohort: Cohort, member: Member, attempt: Attempt, rules: Sequence[Rule] = ()
) -> Refusal | None:
	"""What the calendar and the rules of other apps say together."""
	found = None if attempt.override else timing_refusal(cohort, attempt.now)
	for rule in rules:
		answer = rule(cohort, member, attempt, found)
		found = RuleRefusedError(reason=answer) if isinstance(answer, str) else answer
	return found


def refusal(cohort: Cohort, member: Member, attempt: Attempt, rules: Sequence[Rule] = ()) -> Refusal | None:
	"""Why the person cannot join, or None. A person who may wait for a seat is not refused.

	The order is the order in which a person can do something about it: their account, their being in already,
	what the organizer decides, the calendar, the payment, the seats, and last what somebody else has to say.
	"""
	if found := account_refusal(member) or duplicate_refusal(member):
		return found
	# nobody learns about a cohort that is not for them whether it is open
	left_out = audience_refusal(member, attempt)
	found = (left_out if attempt.by_self else None) or opening_refusal(cohort) or left_out
	if found:
		return found
	if (attempt.by_self or attempt.by_manager) and not cohort.self_enrollment:
		return SelfEnrollmentClosedError()
	if found := calendar_refusal(cohort, member, attempt, rules):
		return found
	if cohort.paid and not member.has_paid:
		return PaymentRequiredError()
	may_wait = cohort.waitlist_enabled and not attempt.off_waitlist
	if not attempt.override and not cohort.seat_for(member) and not may_wait:
		return CohortFullError()
	if attempt.by_self and cohort.requires_approval and not attempt.asks:
		return ApprovalRequiredError()
	return None


def status_for(cohort: Cohort, member: Member, attempt: Attempt) -> str:
	"""The status somebody who was not refused gets."""
	return ENROLLED if attempt.override or cohort.seat_for(member) else WAITLISTED


def overridden(cohort: Cohort, member: Member, attempt: Attempt) -> list[Refusal]:
	"""What an override sets aside; empty if the person would have got in anyway."""
	if not attempt.override:
		return []
	found: list[Refusal | None] = [OutsideAudienceError()] if member.outside else []
	found.append(timing_refusal(cohort, attempt.now))
	if not cohort.seat_for(member):
		found.append(CohortFullError())
	return [each for each in found if each]


def promotion_refusal(cohort: Cohort, member: Member, now: datetime) -> Refusal | None:
	"""Why somebody on the waitlist cannot take a free seat, or None."""
	return (
		account_refusal(member)
		or opening_refusal(cohort)
		or timing_refusal(cohort, now)
		or (PaymentRequiredError() if cohort.paid and not member.has_paid else None)
	)
