"""What people are told about cohorts."""

from smooth_lms.base.notices.events import (
	BELL,
	CALENDAR,
	INSTRUCTORS,
	LEARNERS,
	MAIL,
	MANAGERS,
	MODERATORS,
	Event,
)
from smooth_lms.marked import _

COHORTS, REQUESTS = _("Cohorts"), _("Requests")

ENROLLED = Event("cohort_enrolled", _("You have a seat"), COHORTS, (LEARNERS,), (MAIL,))
WAITLISTED = Event(
	"cohort_waitlisted",
	_("You are on the waitlist"),
	COHORTS,
	(LEARNERS,),
	(MAIL, BELL),
	compose="smooth_lms.cohorts.letters.waitlisted",
	personal=True,
	still="smooth_lms.cohorts.letters.who_waits",
)
WITHDRAWN = Event(
	"cohort_withdrawn",
	_("Somebody takes you out of a cohort"),
	COHORTS,
	(LEARNERS,),
	(MAIL, BELL),
	compose="smooth_lms.cohorts.letters.withdrawn",
	still="smooth_lms.cohorts.letters.who_is_out",
)
INVITATION = Event(
	"class_invitation",
	_("Invitations to classes, kept up to date"),
	COHORTS,
	(LEARNERS, INSTRUCTORS),
	(CALENDAR,),
	compose="smooth_lms.cohorts.letters.invitation",
)
CHANGED = Event(
	"class_changed",
	_("A class is moved or at another place"),
	COHORTS,
	(LEARNERS, INSTRUCTORS),
	(MAIL, BELL),
	compose="smooth_lms.cohorts.letters.changed",
	invited_by=INVITATION.key,
)
CANCELLED = Event(
	"class_cancelled",
	_("A class is cancelled"),
	COHORTS,
	(LEARNERS, INSTRUCTORS),
	(MAIL, BELL),
	compose="smooth_lms.cohorts.letters.cancelled",
	invited_by=INVITATION.key,
)
IN_A_WEEK = Event(
	"cohort_in_a_week",
	_("A cohort starts in a week"),
	COHORTS,
	(LEARNERS,),
	(MAIL,),
	compose="smooth_lms.cohorts.starting.cohort_starts",
	still="smooth_lms.cohorts.letters.who_has_a_seat",
)
TOMORROW = Event(
	"cohort_tomorrow",
	_("A cohort starts tomorrow"),
	COHORTS,
	(LEARNERS,),
	(MAIL, BELL),
	compose="smooth_lms.cohorts.starting.cohort_starts",
	still="smooth_lms.cohorts.letters.who_has_a_seat",
)
ROSTER = Event(
	"cohort_roster",
	_("A cohort that you teach starts tomorrow"),
	COHORTS,
	(INSTRUCTORS,),
	(MAIL, BELL),
	compose="smooth_lms.cohorts.starting.cohort_starts",
)
CLASS_SOON = Event(
	"class_soon",
	_("A class begins within the hour"),
	COHORTS,
	(LEARNERS, INSTRUCTORS),
	(MAIL, BELL),
	compose="smooth_lms.cohorts.starting.class_begins",
)
BELOW_MINIMUM = Event(
	"cohort_below_minimum",
	_("A cohort has fewer people than it needs"),
	COHORTS,
	(INSTRUCTORS, MODERATORS),
	(MAIL, BELL),
	compose="smooth_lms.cohorts.starting.below_minimum",
)
OFFERED = Event(
	"seat_offered",
	_("A seat is offered to you"),
	COHORTS,
	(LEARNERS,),
	(MAIL, BELL),
	compose="smooth_lms.cohorts.letters.offered",
	personal=True,
	still="smooth_lms.cohorts.letters.who_is_offered",
)
OFFER_EXPIRED = Event(
	"seat_offer_expired",
	_("The seat offered to you has gone to the next"),
	COHORTS,
	(LEARNERS,),
	(MAIL, BELL),
	compose="smooth_lms.cohorts.letters.offer_expired",
	still="smooth_lms.cohorts.letters.who_is_out",
)
REQUESTED = Event(
	"request_to_decide",
	_("Somebody asks for a seat or a course"),
	REQUESTS,
	(MANAGERS, MODERATORS),
	(MAIL, BELL),
	compose="smooth_lms.cohorts.requests.letters.asked",
)
REQUEST_APPROVED = Event(
	"request_approved",
	_("Your request is approved"),
	REQUESTS,
	(LEARNERS, MANAGERS),
	(MAIL, BELL),
	compose="smooth_lms.cohorts.requests.letters.approved",
	personal=True,
)
REQUEST_REFUSED = Event(
	"request_refused",
	_("Your request is refused"),
	REQUESTS,
	(LEARNERS, MANAGERS),
	(MAIL, BELL),
	compose="smooth_lms.cohorts.requests.letters.refused",
	personal=True,
)
REQUEST_EXPIRED = Event(
	"request_expired",
	_("Nobody has decided about your request"),
	REQUESTS,
	(LEARNERS, MANAGERS),
	(MAIL, BELL),
	compose="smooth_lms.cohorts.requests.letters.expired",
	personal=True,
)
OF_CLASSES = (INVITATION.key, CHANGED.key, CANCELLED.key)
"""The events about one class of a cohort, whose notices say what somebody knows of it."""
EVENTS = (
	ENROLLED,
	WAITLISTED,
	OFFERED,
	OFFER_EXPIRED,
	WITHDRAWN,
	INVITATION,
	CHANGED,
	CANCELLED,
	IN_A_WEEK,
	TOMORROW,
	CLASS_SOON,
	ROSTER,
	BELOW_MINIMUM,
	REQUESTED,
	REQUEST_APPROVED,
	REQUEST_REFUSED,
	REQUEST_EXPIRED,
)
