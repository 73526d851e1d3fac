"""In what state a cohort is for one reader: the chip on its card. Pure; the rules are `admission.py`'s."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from smooth_lms.cohorts import admission
from smooth_lms.cohorts.admission import COMPLETED, ENROLLED, WAITLISTED, Cohort
from smooth_lms.exceptions import CohortEndedError
from smooth_lms.marked import _

FEW_SEATS = 0.2
"""Below this share of free seats a cohort is filling up."""

DRAFT, YOURS, WAITING, DONE = "draft", "yours", "waiting", "done"
ENDED, STARTED, TODAY, TOMORROW = "ended", "started", "today", "tomorrow"
FULL, FULL_WAITLIST, INVITATION, FILLING, OPEN = "full", "full_waitlist", "invitation", "filling", "open"


@dataclass(frozen=True, slots=True)
class Tone:
	"""The four tones of a chip, and the plain one."""

	GOOD = "good"
	WARNING = "warning"
	BAD = "bad"
	WAITING = "waiting"
	PLAIN = "plain"


TONES = {
	DRAFT: Tone.PLAIN,
	YOURS: Tone.GOOD,
	WAITING: Tone.WAITING,
	DONE: Tone.GOOD,
	ENDED: Tone.PLAIN,
	STARTED: Tone.PLAIN,
	TODAY: Tone.WARNING,
	TOMORROW: Tone.WARNING,
	FULL: Tone.BAD,
	FULL_WAITLIST: Tone.WAITING,
	INVITATION: Tone.PLAIN,
	FILLING: Tone.WARNING,
	OPEN: Tone.GOOD,
}

LABELS = {
	DRAFT: _("Draft"),
	YOURS: _("You're in"),
	WAITING: _("On the waitlist"),
	DONE: _("Completed"),
	ENDED: _("Ended"),
	STARTED: _("Started"),
	TODAY: _("Starts today"),
	TOMORROW: _("Starts tomorrow"),
	FULL: _("Full"),
	FULL_WAITLIST: _("Full – waitlist open"),
	INVITATION: _("By invitation"),
	FILLING: _("Filling up"),
	OPEN: _("Open"),
}
"""The words on a chip, to be translated for who reads them."""


def state(cohort: Cohort, status: str | None, now: datetime, zone: tzinfo) -> str:
	"""The one word that tells a reader most about a cohort; whether they can enroll, only the door says.

	Args:
	        cohort: the facts.
	        status: of the reader's enrollment in it, if any.
	        now: an aware datetime.
	        zone: by whose clock it is today or tomorrow.
	"""
	if status == COMPLETED:
		return DONE
	if isinstance(admission.timing_refusal(cohort, now), CohortEndedError):
		return ENDED
	if status in (ENROLLED, WAITLISTED):
		return YOURS if status == ENROLLED else WAITING
	if admission.opening_refusal(cohort):
		return DRAFT
	if now >= cohort.starts_at:
		return STARTED
	if not cohort.has_free_seat:
		return FULL_WAITLIST if cohort.waitlist_enabled else FULL
	if not cohort.self_enrollment:
		return INVITATION
	days = (cohort.starts_at.astimezone(zone).date() - now.astimezone(zone).date()).days
	if days <= 1:
		return TOMORROW if days else TODAY
	return FILLING if _is_filling(cohort) else OPEN


def _is_filling(cohort: Cohort) -> bool:
	left = cohort.seat_count - cohort.seats_spoken_for
	return bool(cohort.seat_count) and left / cohort.seat_count < FEW_SEATS
