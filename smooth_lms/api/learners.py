"""Learners and the synchronization with HR over HTTP."""

from typing import Any
from urllib.parse import quote

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.api import arguments
from smooth_lms.api.arguments import checked
from smooth_lms.base.transactions import tried_again_on_deadlock
from smooth_lms.exceptions import NoUserAccountError
from smooth_lms.learners import adding, by_hand, editing
from smooth_lms.learners import why as explanation
from smooth_lms.learners import why_hidden as hidden
from smooth_lms.learners.sync import run as sync_run
from smooth_lms.learners.sync import status, undo
from smooth_lms.people import employees
from smooth_lms.training.reading import standing

MOST_AT_ONCE = 5_000
MOST_INVITED = 500


@frappe.whitelist(methods=["POST"])
@checked
def sync_now(dry_run: bool = False) -> dict[str, Any]:
	"""Start a synchronization with HR.

	Args: dry_run, only list what would happen.

	Returns `run`, the LMS Sync Run to watch. Raises SyncBusyError (409) when one is at work or held.
	"""
	permissions.require_sync_keeper()
	return {"run": sync_run.start(trigger="Person", dry_run=bool(frappe.utils.cint(dry_run)))}


@frappe.whitelist(methods=["GET", "POST"])
@checked
def sync_status(run: str | None = None) -> dict[str, Any]:
	"""How the synchronization stands: see `status.status`. Args: run, an LMS Sync Run; the newest by default."""
	if not permissions.may_see_sync():
		permissions.require_sync_keeper()
	return status.status(run)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def sync_card() -> str:
	"""Number Card: how long ago the last synchronization succeeded, in words; or `never`.

	Of an answer with a route, Frappe's card takes the value apart as a number.
	"""
	if not permissions.may_see_sync():
		permissions.require_sync_keeper()
	succeeded_on = status.last_success()
	return frappe.utils.pretty_date(succeeded_on) if succeeded_on else _("never")


@frappe.whitelist(methods=["POST"])
@checked
def approve_sync(run: str) -> None:
	"""Carry out a held run."""
	permissions.require_sync_keeper()
	sync_run.approve(run)


@frappe.whitelist(methods=["POST"])
@checked
def discard_sync(run: str) -> None:
	"""End a held run without having changed anybody."""
	permissions.require_sync_keeper()
	sync_run.discard(run)


@frappe.whitelist(methods=["POST"])
@checked
def abort_sync(run: str) -> None:
	"""Stop a run that is at work; what it has done stays."""
	permissions.require_sync_keeper()
	sync_run.abort(run)


@frappe.whitelist(methods=["POST"])
@checked
def continue_sync(run: str) -> None:
	"""Continue a run that failed or was aborted. Raises SyncBusyError (409) when another one is open."""
	permissions.require_sync_keeper()
	sync_run.resume(run)


@frappe.whitelist(methods=["POST"])
@checked
def undo_sync(run: str) -> None:
	"""Take back what a run has done, in the background. Moderators only: it may give seats beyond the limit."""
	permissions.require_moderator()
	undo.request(run)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def why(employee: str) -> dict[str, Any]:
	"""Why an employee has access to training or not: see `why.why`."""
	permissions.require_enroller()
	permissions.require_employee(employee)
	return explanation.why(employee)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def why_hidden(employee: str, doctype: str, name: str) -> dict[str, Any]:
	"""Why an employee does not see a course or cohort: see `why_hidden.why_hidden`.

	Args: doctype, LMS Course or LMS Batch; name, the record.
	"""
	permissions.require_enroller()
	permissions.require_employee(employee)
	user = employees.users_of([employee])
	if not user:
		raise NoUserAccountError(employee=employee)
	return hidden.why_hidden(user[0], doctype, name)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_employee_training(employee: str) -> dict[str, Any]:
	"""What the form of an employee shows of their training, to those who may read the employee.

	Returns `learner` (the status; None for nobody who learns), `path` (their page, as far as the caller may open it),
	and `open, overdue, done`, how many courses.
	"""
	permissions.require_login()
	permissions.require_employee(employee)
	user = frappe.db.get_value("Employee", employee, "user_id")
	learner = user and frappe.db.get_value("LMS Learner", user, "status")
	row = standing.rows_of({user: user}, standing.count(lambda member: member == user))[0] if learner else {}
	return {
		"learner": learner or None,
		"path": _page_of(user if learner else None),
		**{key: row.get(key, 0) for key in ("open", "overdue", "done")},
	}


def _page_of(user: str | None) -> str | None:
	me = frappe.session.user
	if user == me:
		return "/lms"
	if user and permissions.sees_people(me):
		return f"/lms/people/{quote(user, safe='@')}"
	if user and permissions.is_manager_of(me, user):
		return f"/lms/team/people/{quote(user, safe='@')}"
	return None


@frappe.whitelist(methods=["POST"])
@checked
def set_learning_profile(employees: list | str, profile: str | None = None) -> dict[str, int]:
	"""Give many employees a learning profile, or clear it.

	Args: employees, a list of Employee names; profile, an LMS Learning Profile, empty to clear.

	Returns `changed`. Raises PermissionError if one of them may not be changed by the caller, ProfileRefusedError if the
	caller may not give this profile, or one of them is the caller.
	"""
	names = _some(employees)
	permissions.require_employees(names)
	return {"changed": by_hand.set_profile(names, profile or None)}


@frappe.whitelist(methods=["GET", "POST"])
@checked
def leaving_means(employee: str) -> dict[str, Any]:
	"""What setting an employee to Left will do to their training: see `by_hand.leaving_means`."""
	permissions.require_employee(employee, "write")
	return by_hand.leaving_means(employee)


@frappe.whitelist(methods=["POST"])
@checked
def archive(learners: list | str, keep_seats: bool = False) -> dict[str, int]:
	"""Archive learners for good. For moderators.

	Args: learners, a list of Users; keep_seats, see `by_hand.archive`. Returns `changed`.
	"""
	permissions.require_moderator()
	return {"changed": by_hand.archive(_some(learners), keep_seats=keep_seats)}


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_archive_means(learners: list | str) -> dict[str, Any]:
	"""What archiving learners takes from them: see `by_hand.archive_means`. For moderators."""
	permissions.require_moderator()
	return by_hand.archive_means(_some(learners))


@frappe.whitelist(methods=["POST"])
@checked
def restore(learners: list | str) -> dict[str, int]:
	"""Bring archived learners back. For moderators. Args: learners, a list of Users. Returns `changed`."""
	permissions.require_moderator()
	return {"changed": by_hand.restore(_some(learners))}


@frappe.whitelist(methods=["POST"])
@checked
def put_in_group(learners: list | str, group: str) -> dict[str, int]:
	"""Put learners into a group that people made: see `by_hand.put_in_group`. For moderators. Returns `changed`."""
	permissions.require_moderator()
	return {"changed": by_hand.put_in_group(_some(learners), group)}


@frappe.whitelist(methods=["POST"])
@checked
def take_out_of_group(learners: list | str, group: str) -> dict[str, int]:
	"""Take learners out of a group that people made. For moderators. Returns `changed`."""
	permissions.require_moderator()
	return {"changed": by_hand.take_out_of_group(_some(learners), group)}


@frappe.whitelist(methods=["GET", "POST"])
@checked
def preview_adding(people: list | str) -> list[dict[str, Any]]:
	"""What adding people would do: `email, state, reason, employee` of each. For moderators. Args: as `add`."""
	permissions.require_moderator()
	return [_told(each) for each in adding.check(newcomers(arguments.mappings(people)))]


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def add(people: list | str, approve: bool = True, notify: bool = False) -> dict[str, Any]:
	"""Make people learners, with an account where they have none. For moderators.

	Args:
	        people: at most 200, each with `email, full_name, profile` (LMS Learning Profile) and `groups`.
	        approve: give them access at once.
	        notify: send the welcome mail, too.

	Returns `added, sent`, and `outcomes` as `preview_adding`.
	"""
	permissions.require_moderator()
	done = adding.add(newcomers(arguments.mappings(people)), approve=approve, notify=notify)
	return {**done, "outcomes": [_told(each) for each in done["outcomes"]]}


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def approve(learners: list | str, notify: bool = False) -> dict[str, int]:
	"""Give access to learners who wait for it: see `adding.approve_people`. For moderators."""
	permissions.require_moderator()
	return adding.approve_people(_some(learners, MOST_INVITED), notify=notify)


@frappe.whitelist(methods=["POST"])
@checked
def correct(
	learner: str, full_name: str | None = None, email: str | None = None, profile: str | None = None
) -> dict[str, str]:
	"""Correct a learner whom HR does not own: see `editing.correct`. For moderators. Returns `user`."""
	permissions.require_moderator()
	permissions.require_learner(learner)
	return {"user": editing.correct(learner, full_name=full_name, email=email, profile=profile)}


@frappe.whitelist(methods=["POST"])
@checked
def send_password_mail(learner: str) -> None:
	"""Mail a learner the link to a new password: see `editing.send_password_mail`. For moderators."""
	permissions.require_moderator()
	permissions.require_learner(learner)
	editing.send_password_mail(learner)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def archive_activity(learners: list | str) -> dict[str, int]:
	"""Put what learners have open behind them: see `editing.archive_activity`. For moderators."""
	permissions.require_moderator()
	return editing.archive_activity(_some(learners))


@frappe.whitelist(methods=["POST"])
@checked
def invite(learners: list | str) -> dict[str, int]:
	"""Send welcome mails to learners who have never signed in. For moderators. Returns `sent` and `skipped`."""
	permissions.require_moderator()
	return by_hand.invite(_some(learners, MOST_INVITED))


def newcomers(rows: list[dict[str, Any]]) -> list[adding.Newcomer]:
	"""People to add, from what a caller says. Raises ValidationError for what is no text."""
	found = []
	for number, row in enumerate(rows, 1):
		texts = [row.get(field) or "" for field in ("email", "full_name", "profile")]
		if not all(isinstance(text, str) for text in texts):
			frappe.throw(_("Pass a list of names and values."))
		email, full_name, profile = (text.strip()[:140] for text in texts)
		groups = tuple(arguments.names(row.get("groups") or []))
		line = frappe.utils.cint(row.get("line")) or number
		found.append(adding.Newcomer(email.casefold(), full_name, profile, groups, line))
	return found


def _told(outcome: adding.Outcome) -> dict[str, Any]:
	person = outcome.newcomer
	return {
		"line": person.line,
		"email": person.email,
		"full_name": person.full_name,
		"state": outcome.state,
		"reason": outcome.reason,
		"employee": outcome.employee,
	}


def _some(learners: list | str, most: int = MOST_AT_ONCE) -> list[str]:
	found = arguments.names(learners)
	if len(found) > most:
		frappe.throw(_("At most {0} people at once.").format(frappe.utils.cint(most)))
	return found
