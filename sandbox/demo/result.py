"""What became of everybody, as a table for the terminal; read from the site, never remembered."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

import frappe
from frappe.utils import format_date, get_url

from sandbox.demo.cohorts import LABORATORY, NEW_HIRES
from smooth_lms.people import employees

LONGEST_NAME = 40


def table(roster: Sequence[Mapping[str, str]], starters: Sequence[Mapping[str, str]]) -> str:
	"""Everybody's outcome and the reason for it: Monday's starters first, then the others in HR."""
	started = [starter(row) for row in starters]
	numbers = {row["Employee Number"] for row in starters}
	others = [_colleague(row) for row in roster if row["Employee Number"] not in numbers]
	lines = [
		"Monday's starters, by the Employee Onboarding submitted for each:",
		*_aligned([("Person", "Company", "Outcome", "Why"), *started]),
		"",
		"The other people of the HR export:",
		*_aligned([("Person", "Company", "Outcome", "Why"), *others]),
		"",
		*(_cohort(title) for title in (NEW_HIRES, LABORATORY)),
		f"{len(started)} starters: {_counts(started)}. {len(others)} others: {_counts(others)}.",
	]
	return "\n".join(lines)


def logins(users: Mapping[str, str], password: str) -> str:
	"""Who can sign in, and where."""
	lines = [
		f"  {role:<10} {frappe.get_cached_value('User', user, 'full_name'):<18} {user:<36} {password}"
		for role, user in users.items()
	]
	return "\n".join([f"\nSign in at {get_url('/login')}", *lines])


def starter(row: Mapping[str, str]) -> tuple[str, ...]:
	"""One of Monday's starters as a row: person, company, outcome, reason."""
	fields = ["employee", "lms_state", "lms_note", "lms_enrolled_batch"]
	applicant = frappe.db.get_value("Job Applicant", {"email_id": row["Email"]}, "name")
	onboarding = frappe.db.get_value(
		"Employee Onboarding", {"job_applicant": applicant, "docstatus": 1}, fields, as_dict=True
	)
	outcome, reason = _outcome(onboarding) if onboarding else ("Cancelled", "The onboarding was cancelled.")
	return row["Applicant Name"], _place(row), outcome, reason


def _outcome(onboarding: frappe._dict) -> tuple[str, str]:
	if onboarding.lms_enrolled_batch:
		batch = onboarding.lms_enrolled_batch
		user = frappe.db.get_value("Employee", onboarding.employee, "user_id")
		enrollment = frappe.db.get_value(
			"LMS Batch Enrollment",
			{"batch": batch, "member": user},
			["status", "waitlist_position"],
			as_dict=True,
		)
		title = frappe.get_cached_value("LMS Batch", batch, "title")
		if enrollment.status == "Waitlisted":
			ahead = frappe.db.count(
				"LMS Batch Enrollment",
				{
					"batch": batch,
					"status": "Waitlisted",
					"waitlist_position": ["<", enrollment.waitlist_position],
				},
			)
			return "Waitlisted", f"{title}: all seats are taken, number {ahead + 1} on the waitlist"
		return enrollment.status, title
	if not onboarding.employee:
		return "Waiting", onboarding.lms_note or ""
	return "Refused", onboarding.lms_note or "The app has not looked at this onboarding yet."


def _colleague(row: Mapping[str, str]) -> tuple[str, ...]:
	employee = frappe.db.get_value("Employee", {"employee_number": row["Employee Number"]}, "name")
	account, reason = employees.new_hire(employee, None)
	name = " ".join(filter(None, (row["First Name"], row["Middle Name"], row["Last Name"])))
	outcome = ("Learner", row["Learning Profile"]) if account else ("No account", reason)
	return name, _place(row), *outcome


def _place(row: Mapping[str, str]) -> str:
	return row["Company"].removeprefix("Fernweg Instruments ")


def _cohort(title: str) -> str:
	batch = frappe.db.get_value(
		"LMS Batch",
		{"title": title},
		["name", "start_date", "start_time", "timezone", "seat_count", "seats_taken", "waitlist_count"],
		as_dict=True,
	)
	return (
		f"{title}: {batch.seats_taken} of {batch.seat_count} seats, {batch.waitlist_count} waiting. "
		f"Starts {format_date(batch.start_date, 'd MMM yyyy')} {str(batch.start_time)[:-3]} ({batch.timezone}).\n"
		f"  {get_url('/lms/batches/' + batch.name)}"
	)


def _counts(rows: Sequence[tuple[str, ...]]) -> str:
	return ", ".join(
		f"{count} {outcome.lower()}" for outcome, count in Counter(row[2] for row in rows).items()
	)


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
	"""The rows as lines, the columns one below the other."""
	short = [(_shortened(row[0]), *row[1:]) for row in rows]
	widths = [max(_width(row[column]) for row in short) for column in range(3)]
	lines = [
		"  " + "  ".join([*(_padded(row[column], widths[column]) for column in range(3)), row[3]]).rstrip()
		for row in short
	]
	return [lines[0], "  " + "─" * (sum(widths) + 8), *lines[1:]]


def _shortened(text: str) -> str:
	return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"


def _padded(text: str, width: int) -> str:
	return text + " " * (width - _width(text))


def _width(text: str) -> int:
	"""The columns that a text takes in a terminal: marks above letters take none, wide characters two."""
	return sum(
		0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
		for char in text
	)
