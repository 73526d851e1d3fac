"""The addresses below a package's folder at which content of xAPI is started, asks and reports: see `content`."""

import html
import json
from collections.abc import Callable
from typing import TypeVar

from werkzeug.wrappers import Response

import frappe
from frappe import _

from smooth_lms.base.transactions import tried_again_on_deadlock
from smooth_lms.courses.scorm import address as scorm_address
from smooth_lms.courses.scorm.ticket import Ticket
from smooth_lms.courses.scorm.xapi import endpoint, identity, launch
from smooth_lms.courses.scorm.xapi.words import RequestRefusedError
from smooth_lms.exceptions import Refusal

ENDPOINT, FETCH, LAUNCH = launch.ENDPOINT, launch.FETCH, launch.LAUNCH
T = TypeVar("T")
UNKNOWN = launch.NOWHERE.rstrip("/")
LEFT = (
	"<!DOCTYPE html><title>{title}</title><p>{sentence}</p>"
	'<script>parent.postMessage({{scorm: "saved"}}, "*")</script>'
)
WITH_ORIGIN = """<!DOCTYPE html><title>…</title><script>
const [unknown, address] = [{unknown}, {address}];
const {{ origin }} = window.location;
window.location.replace(
	address.replaceAll(encodeURIComponent(unknown), encodeURIComponent(origin)).replaceAll(unknown, origin),
);
</script>"""


def _launched(ticket: Ticket, folder: str) -> Response | None:
	"""Start a part; None where nobody may any more."""
	visit = launch.visit_of(ticket, identity.new_session(), folder)
	try:
		address = _as_holder(
			ticket, lambda: launch.address(visit, folder, scorm_address.start_of(visit.part))
		)
	except RequestRefusedError:
		return None
	if not folder.startswith(UNKNOWN):
		return Response(status=302, headers={"Location": address})
	page = WITH_ORIGIN.format(unknown=_in_script(UNKNOWN), address=_in_script(address))
	# 203: see `content`
	return Response(page, 203, content_type="text/html; charset=utf-8")


def _in_script(text: str) -> str:
	return json.dumps(text).replace("<", "\\u003c")


def _left(_ticket: Ticket, _folder: str) -> Response:
	"""Where a part goes when it is left."""
	sentence = _("You have left this part. Go on in the lesson’s page; a window of its own can be closed.")
	page = LEFT.format(title=html.escape(_("Left")), sentence=html.escape(sentence))
	# 203: see `content`
	return Response(page, 203, content_type="text/html; charset=utf-8")


def token(ticket: Ticket, _text: str) -> Response:
	"""The answer to the request for a session's token."""
	found = launch.token(ticket, frappe.request.args.get("session", ""))
	return Response(json.dumps(found), content_type="application/json")


def answer(ticket: Ticket, folder: str) -> Response:
	"""The answer to a request of xAPI. Args: folder, the ticket's address with its origin."""
	_root, _mark, rest = frappe.request.path.partition(f"/{ENDPOINT}")
	return endpoint.answer(ticket, folder, rest, lambda act: _as_holder(ticket, act))


def _as_holder(ticket: Ticket, act: Callable[[], T]) -> T:
	"""Do something as the holder of a ticket, in a transaction of its own.

	Raises RequestRefusedError where the access has ended, and as `act`; nothing of it is kept then.
	"""
	before = frappe.session.user
	if before != ticket.user:  # a session that is theirs already would be another one afterwards
		frappe.set_user(ticket.user)

	@tried_again_on_deadlock
	def alone() -> T:
		# the enrollment's lock has to be the first thing of its transaction: see `run`
		frappe.db.rollback()
		return act()

	try:
		return alone()
	except (Refusal, frappe.PermissionError, frappe.DoesNotExistError) as refused:
		frappe.db.rollback()
		frappe.clear_messages()
		raise RequestRefusedError(403, "The access has ended.") from refused
	except RequestRefusedError:
		frappe.db.rollback()
		raise
	except Exception as error:
		frappe.db.rollback()
		frappe.log_error("xAPI request failed")
		raise RequestRefusedError(500, "The server could not do this.") from error
	finally:
		if before != ticket.user:
			frappe.set_user(before)


PAGES: dict[str, Callable[[Ticket, str], Response | None]] = {
	launch.LAUNCH: _launched,
	launch.RETURN: _left,
}
"""By address below the folder; None says that the ticket has ended."""
