"""The words for states, seats and answers of the door, as the portal and the API show them."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import frappe

from smooth_lms import exceptions
from smooth_lms.base.words import _, plural
from smooth_lms.cohorts import state
from smooth_lms.cohorts.admission import COMPLETED, ENROLLED, WAITLISTED, Cohort
from smooth_lms.cohorts.outcomes import REFUSED
from smooth_lms.exceptions import Refusal


def state_label(code: str, position: int | None = None) -> str:
	"""The words on a chip, such as `Full – waitlist open`."""
	if code == state.WAITING and position:
		return _("On the waitlist ({0})").format(position)
	return _(state.LABELS[code])


def courses_done() -> str:
	"""Of somebody who has completed all courses of a cohort that has not ended."""
	return _("Courses done, classes ahead")


def seats(cohort: Cohort) -> str:
	"""How many seats are taken: `12 of 15 seats`; `12 enrolled` where there is no limit."""
	if cohort.seat_count and cohort.seats_held:
		sentence = _("{0} of {1} seats, {2} held")
		return sentence.format(cohort.seats_taken, cohort.seat_count, cohort.seats_held)
	if cohort.seat_count:
		return _("{0} of {1} seats").format(cohort.seats_taken, cohort.seat_count)
	return _("{0} enrolled").format(cohort.seats_taken) if cohort.seats_taken else _("Nobody enrolled yet")


def waitlist(count: int) -> str:
	"""`3 on the waitlist`; empty when nobody waits."""
	return _("{0} on the waitlist").format(count) if count else ""


def medium(value: str | None) -> str:
	"""How a cohort is held, in the words of the reader."""
	match value:
		case "Online":
			return _("Online")
		case "Offline":
			return _("On site")
		case "Hybrid":
			return _("Online and on site")
	return value or ""


def button(status: str | None, outcome: str | None) -> str:
	"""The label of the one button.

	Args:
	        status: of the reader's enrollment, if any.
	        outcome: the status the door would give, or None if it refuses.
	"""
	if status == WAITLISTED:
		return _("On the waitlist")
	if status == COMPLETED:
		return _("Completed")
	if status == ENROLLED:
		return _("Enrolled")
	return _("Join waitlist") if outcome == WAITLISTED else _("Enroll")


def outcome_lines(report: Mapping[str, Any], *, done: bool) -> list[str]:
	"""What becomes of the people of a report of the door, one sentence for each outcome and each reason of a refusal.

	Args: report, see `outcomes.Report.as_dict`; done, whether it has happened.
	"""
	enrolled, waiting, already = (report[key] for key in ("enrolled", "waitlisted", "already_enrolled"))
	lines = []
	if enrolled and done:
		lines.append(plural(enrolled, _("1 person is enrolled."), _("{0} people are enrolled.")))
	elif enrolled:
		lines.append(plural(enrolled, _("1 person gets a seat."), _("{0} people get a seat.")))
	if waiting and done:
		lines.append(plural(waiting, _("1 person is on the waitlist."), _("{0} people are on the waitlist.")))
	elif waiting:
		sentences = _("1 person goes on the waitlist."), _("{0} people go on the waitlist.")
		lines.append(plural(waiting, *sentences))
	if already:
		sentences = _("1 person is in this cohort already."), _("{0} people are in this cohort already.")
		lines.append(plural(already, *sentences))
	numbers = [each for each in (enrolled, waiting, already) if each]
	told = [line.format(number) for line, number in zip(lines, numbers, strict=True)]
	if nominated := report.get("nominated"):
		sentences = _("1 person is nominated: L&D decides."), _("{0} people are nominated: L&D decides.")
		told.append(plural(nominated, *sentences).format(nominated))
	refused = Counter(row["reason"] for row in report["rows"] if row["outcome"] == REFUSED)
	for reason, number in refused.items():
		sentence = plural(number, _("1 person is refused: {1}"), _("{0} people are refused: {1}"))
		told.append(sentence.format(number, reason))
	return told


def enroll_button(report: Mapping[str, Any]) -> str:
	"""The label of the button below a preview, such as `Enroll 4, waitlist 7`; empty where nobody would get in."""
	enrolled, waiting = report["enrolled"], report["waitlisted"]
	if nominated := report.get("nominated"):
		return plural(nominated, _("Nominate 1 person"), _("Nominate {0} people")).format(nominated)
	if enrolled and waiting:
		return _("Enroll {0}, waitlist {1}").format(enrolled, waiting)
	if waiting:
		return plural(waiting, _("Waitlist 1 person"), _("Waitlist {0} people")).format(waiting)
	return plural(enrolled, _("Enroll 1 person"), _("Enroll {0} people")).format(enrolled) if enrolled else ""


def progress(status: str, percent: int) -> str:
	"""How far somebody is in a course: `40 % done`."""
	if status == "Completed":
		return _("Completed")
	return _("{0} % done").format(percent) if percent else _("Not started")


def advice(refused: Refusal) -> str:
	"""What somebody who was refused can do now; empty where the refusal says it."""
	elsewhere = _("Look for a later cohort, or ask the organizer.")
	ask = _("Ask the organizer of this cohort or your HR team to enroll you.")
	return {
		exceptions.CohortFullError: elsewhere,
		exceptions.CohortStartedError: elsewhere,
		exceptions.CohortEndedError: _("Look for an upcoming cohort."),
		exceptions.CohortNotOpenError: _("It opens when the organizer publishes it."),
		exceptions.SelfEnrollmentClosedError: ask,
		exceptions.ApprovalRequiredError: _("Your manager decides."),
		exceptions.PaymentRequiredError: _(
			"Ask the organizer how to pay. Your seat is confirmed after that."
		),
		exceptions.NotALearnerError: "",
		exceptions.CourseNotPublishedError: _("Please tell the organizer."),
	}.get(type(refused), "")


def initials(full_name: str | None) -> str:
	"""One or two letters for a person without a picture."""
	words = [word for word in (full_name or "").split() if word[0].isalnum()]
	letters = words[:1] + words[-1:] if len(words) > 1 else words
	return "".join(word[0] for word in letters).upper() or "?"


def picture(path: str | None) -> str | None:
	"""The address of a person's picture if everybody may load it; private files may not."""
	return path if path and path.startswith(("/files/", "/assets/", "https://")) else None


def own_name(user: str) -> str:
	"""The full name of `user`."""
	return frappe.get_cached_value("User", user, "full_name") or user
