"""Absolute addresses: the configured name decides, never the Host header of a request."""

import ast
from pathlib import Path

import pytest

import frappe
from frappe.utils import get_host_name, set_request

from smooth_lms.base import links
from smooth_lms.cohorts import calendar
from smooth_lms.compliance import pdf, printing
from tests.support.factories import make_user
from tests.support.server import CHECKOUT

TAKES_THE_HOST = {
	"get_url",
	"get_url_to_form",
	"get_url_to_list",
	"get_url_to_report",
	"get_link_to_form",
	"get_host_name",
	"get_host_name_from_request",
	"host_url",
	"url_root",
}
EVIL = "evil.example"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch):
	"""A request with a Host header of its sender's, on a site that has no host_name unless one is given."""

	def ask(host: str = EVIL, host_name: str | None = None, **headers: str) -> None:
		monkeypatch.setitem(frappe.local.conf, "host_name", host_name)
		monkeypatch.setitem(frappe.local.conf, "hostname", None)
		# as on a bench in production: elsewhere Frappe adds the port of gunicorn
		monkeypatch.setitem(frappe.local.conf, "restart_supervisor_on_update", 1)
		set_request(method="GET", path="/", base_url=f"http://{host}", headers=headers)

	yield ask
	if hasattr(frappe.local, "request"):
		del frappe.local.request


def test_no_host_header_gets_into_an_address(asked) -> None:
	asked()
	request = frappe.local.request
	for address in (
		links.absolute("/lms"),
		links.form("LMS Batch", "week 12"),
		printing.lms_certificate_url("ABC"),
		calendar.feed_address(make_user().name),
	):
		assert EVIL not in address
		assert frappe.local.site in address
	assert frappe.local.request is request


def test_a_pdf_is_made_without_the_name_that_its_reader_wrote(asked, monkeypatch) -> None:
	"""The program that makes it would fetch pictures from there, and bring the reader's session along."""
	seen = {}
	monkeypatch.setattr(pdf, "get_pdf", lambda _page, options: seen.update(options, host=get_host_name()))
	asked()
	pdf.from_html("<p>x</p>")
	assert seen["bypass-proxy-for"] == seen["host"].partition(":")[0] == frappe.local.site


def test_the_configured_name_is_taken(asked) -> None:
	asked(host_name="https://learn.example")
	assert links.absolute("/lms") == "https://learn.example/lms"
	assert links.absolute() == "https://learn.example"
	assert links.form("LMS Batch", "week 12").startswith("https://learn.example/")
	assert links.path_of_form("LMS Batch", "week 12").endswith("/lms-batch/week%2012")
	assert printing.lms_certificate_url("ABC") == "https://learn.example/lms/certificates/ABC"


@pytest.mark.parametrize(
	("host", "known", "seen"),
	[
		("learn.example", "https://learn.example", "https://learn.example"),
		# a bench's nginx leaves the port out
		("learn.example", "http://learn.example:8001", "http://learn.example:8001"),
		("learn.example:8001", "http://learn.example:8001", "http://learn.example:8001"),
		("learn.example:9", "http://learn.example:8001", "http://learn.example:9"),
		("learn.example:443", "https://learn.example", "https://learn.example"),
		("other.example", "https://learn.example", "http://other.example:*"),
		("other.example", None, "http://other.example:*"),
		("other.example:8000", None, "http://other.example:8000"),
	],
)
def test_the_origin_of_a_request_as_policies_name_it(asked, host, known, seen) -> None:
	asked(host=host, host_name=known)
	assert links.origin_of_request() == seen
	asked(host=host, host_name="https://main.example")
	assert links.origin_of_request(known) == seen


@pytest.mark.parametrize("host", ["x:abc", "[::1", "a b", "x; script-src *"])
def test_a_host_header_that_is_none_harms_nobody(asked, host) -> None:
	asked(host_name="https://learn.example")
	frappe.local.request.environ["HTTP_HOST"] = host
	assert not links.is_sent_to("https://learn.example")
	assert links.origin_of_request() == "http://nowhere.invalid:*"


def test_all_addresses_of_the_app_are_made_in_one_place() -> None:
	found = []
	for path in sorted(Path(CHECKOUT, "smooth_lms").rglob("*.py")):
		if path.parts[-2:] == ("base", "links.py"):
			continue
		tree = ast.parse(path.read_text())
		# what a controller says about its DocType's fields
		fields = {
			each.target for each in ast.walk(tree) if isinstance(each, ast.AnnAssign) and not each.value
		}
		for node in ast.walk(tree):
			if node in fields:
				continue
			names = {getattr(node, "attr", None), getattr(node, "id", None)}
			if isinstance(node, ast.ImportFrom):
				names = {alias.name for alias in node.names}
			if names & TAKES_THE_HOST:
				found.append(f"{path.name}:{node.lineno}")
	for path in Path(CHECKOUT, "smooth_lms").rglob("*.html"):
		found += [path.name for name in TAKES_THE_HOST - {"host_url"} if name in path.read_text()]
	assert found == []


def test_a_page_asked_for_under_another_name_does_not_hand_it_on(server) -> None:
	user = make_user().name
	calendar.feed_address(user)
	frappe.db.commit()
	session = server.session(user)
	session.headers["Accept"] = "text/html"
	page = session.get(f"{server.url}/lms/timetable", headers={"Host": EVIL}, timeout=60)
	assert page.status_code == 200
	assert ".ics" in page.text, "a page without an absolute address proves nothing"
	assert EVIL not in page.text
