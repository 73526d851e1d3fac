"""Every mail that the app writes, as HTML and as text, with values that are hostile or long."""

from collections.abc import Callable
from email import message_from_string, policy
from html.parser import HTMLParser

import pytest

import frappe
from frappe.utils import add_days, getdate, now, today

from smooth_lms.base.notices import delivery
from smooth_lms.cohorts import confirmation, enrollment, telling, withdrawal
from smooth_lms.training import reminders
from smooth_lms.training.reminders import Digest
from tests.support import factories

HOSTILE = '<b>Öl</b> & </title><script>alert(1)</script> "C_D" *x* {0} {{ 7 * 7 }} %s'
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 4
TEXTS = pytest.mark.parametrize("text", [HOSTILE, LONG], ids=["hostile", "long"])
ALLOWED = {"b", "strong", "p", "br", "a", "ul", "li"}
FRAMES = {
	"html",
	"head",
	"meta",
	"title",
	"body",
	"table",
	"tbody",
	"tr",
	"td",
	"div",
	"span",
	"img",
	"style",
}
"""What Frappe puts around every mail."""


class Shown(HTMLParser):
	"""What a reader of an HTML mail sees, and the tags it is made of."""

	def __init__(self, html: str) -> None:
		super().__init__()
		self.tags: set[str] = set()
		self.parts: list[str] = []
		self.unseen = False
		self.feed(html)

	def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
		self.tags.add(tag)
		self.unseen = tag in ("style", "title")

	def handle_endtag(self, tag: str) -> None:
		self.unseen = False

	def handle_data(self, data: str) -> None:
		if not self.unseen:
			self.parts.append(data)

	@property
	def text(self) -> str:
		return " ".join("".join(self.parts).split())


@pytest.fixture(autouse=True)
def _mail_account():
	factories.make_mail_account()
	yield
	frappe.db.rollback()
	factories.forget_mail_accounts()


def queued(doctype: str, name: str) -> tuple[Shown, str, str]:
	"""The HTML part, the text part and the subject of the one mail about a record."""
	rows = frappe.get_all(
		"Email Queue", {"reference_doctype": doctype, "reference_name": name}, pluck="message"
	)
	assert len(rows) == 1
	mail = message_from_string(rows[0], policy=policy.default)
	html, text = (mail.get_body((kind,)).get_content() for kind in ("html", "plain"))
	return Shown(html), text, mail["Subject"]


def confirmation_of(text: str) -> tuple[Shown, str, str]:
	instructor = factories.make_user(roles=("Course Creator",)).name
	course = factories.make_course(title=text[:130]).name
	batch = factories.make_batch(
		courses=[course], instructors=[{"instructor": instructor}], start_time="09:00:00"
	)
	doc = enrollment.enroll(batch.name, factories.make_user().name, source="Desk")
	frappe.db.set_value("User", instructor, "full_name", text)
	frappe.db.set_value("LMS Batch", batch.name, "title", text)
	frappe.db.set_value("LMS Batch Enrollment", doc.name, "member_name", text)
	frappe.db.set_value("LMS Batch Course", {"parent": batch.name}, "title", text)
	frappe.clear_document_cache("LMS Batch", batch.name)
	frappe.clear_document_cache("User", instructor)
	confirmation._queue_mail(frappe.get_doc("LMS Batch Enrollment", doc.name))
	return queued("LMS Batch Enrollment", doc.name)


def digest_of(text: str) -> tuple[Shown, str, str]:
	recipient = factories.make_user().name
	frappe.db.set_value("User", recipient, "full_name", text)
	row = frappe._dict(
		name="TA-0",
		member=recipient,
		member_name=text,
		course="a-course",
		title=text,
		due_date=getdate(today()),
	)
	late = frappe._dict(row, due_date=getdate(add_days(today(), -3)))
	reminders._send(recipient, Digest(own=[row, late], team=[late], escalated=[late]), getdate(today()))
	name = frappe.db.get_value(reminders.DIGEST, {"recipient": recipient})
	return queued(reminders.DIGEST, name)


def class_notice_of(text: str) -> tuple[Shown, str, str]:
	user = factories.make_user(last_login=now()).name
	batch = factories.make_batch(start_date=add_days(today(), 1)).name
	held = frappe.get_doc(
		{
			"doctype": "LMS Live Class",
			"title": "Class",
			"batch": batch,
			"date": add_days(today(), 1),
			"start_time": "09:00:00",
			"duration_minutes": 60,
		}
	).insert()
	enrollment.enroll(batch, user, source="Desk")
	telling.tell(batch, known_already=True)
	frappe.db.set_value("LMS Live Class", held.name, {"title": text[:140], "place": text[:140]})
	telling.tell(batch)
	delivery._next_chunk()
	return queued("LMS Batch", batch)


def seat_notice_of(text: str) -> tuple[Shown, str, str]:
	user = factories.make_user(last_login=now()).name
	batch = factories.make_batch(start_date=add_days(today(), 1)).name
	enrollment.enroll(batch, user, source="Desk")
	frappe.db.set_value("LMS Batch", batch, "title", text[:140])
	frappe.clear_document_cache("LMS Batch", batch)
	withdrawal.withdraw(batch, user, reason=None)
	frappe.db.set_value("LMS Notice", {"recipient": user}, "due_on", "2020-01-01")
	delivery._next_chunk()
	return queued("LMS Batch", batch)


MAILS = pytest.mark.parametrize(
	"make",
	[confirmation_of, digest_of, class_notice_of, seat_notice_of],
	ids=["confirmation", "digest", "class", "seat"],
)
Make = Callable[[str], tuple[Shown, str, str]]


@TEXTS
@MAILS
def test_the_reader_sees_what_was_written_and_no_markup(make: Make, text: str):
	html, plain, _subject = make(text)
	assert html.tags <= ALLOWED | FRAMES
	for shown in (html.text, " ".join(plain.split())):
		assert " ".join(text.split()) in shown
		rest = shown.replace(" ".join(text.split()), "")
		for sign in ("<", ">", "&lt;", "&amp;", "{0}", "{{", "\\", "**"):
			assert sign not in rest, sign


@MAILS
def test_addresses_stand_whole_in_the_text(make: Make):
	_html, plain, _subject = make(LONG)
	addresses = [word for word in plain.split() if word.startswith(("http://", "https://"))]
	assert addresses
	assert not any(sign in address for address in addresses for sign in "[]()<>\\")
