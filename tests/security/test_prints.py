"""Prints and PDFs: whatever text stands in a record and whatever format a reader names, nothing outside is fetched.

A small server on this machine takes the part of an address inside the network, and must see no request.
"""

import base64
import contextlib
import http.server
import io
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

import frappe
from frappe.utils import get_url, set_request
from frappe.utils.pdf import get_pdf
from frappe.utils.print_format import download_multi_pdf, download_pdf
from frappe.www.printview import get_html_and_style, get_rendered_template

from smooth_lms.base import prints
from smooth_lms.base.offline import ADDRESSES, is_own_file, offline
from smooth_lms.compliance import certificates, pdf
from smooth_lms.exceptions import PdfUnavailableError
from tests.security.test_texts import doctypes, runs
from tests.support.completions import certified_course, completed
from tests.support.factories import make_course, make_lesson, make_quiz, make_user, unique
from tests.support.server import Server

SUBMISSION, RESULT = "LMS Quiz Submission", "LMS Quiz Result"
FETCHES = {
	"a picture": '<img src="{0}">',
	"a picture in another case": "<IMG SRC='{0}'>",
	"a picture with sizes": '<img src="/files/a.png" srcset="{0} 2x">',
	"an open tag": "<img src={0} ",
	"a background": '<table background="{0}"><tr><td>x</td></tr></table>',
	"a style": '<p style="background:url({0})">x</p>',
	"a style with escapes": '<p style="background:\\75rl({0})">x</p>',
	"a style sheet": "<style>p {{ background: url({0}) }}</style><p>x</p>",
	"an import": '<style>@import "{0}";</style>',
	"an import with escapes": '<style>@\\69mport "{0}";</style>',
	"a font": "<style>@font-face {{ font-family: x; src: url('{0}') }} * {{ font-family: x }}</style><p>x</p>",
	"a linked style sheet": '<link rel="stylesheet" href="{0}">',
	"a frame": '<iframe src="{0}"></iframe>',
	"an object": '<object data="{0}"></object>',
	"an embedded file": '<embed src="{0}">',
	"a film": '<video src="{0}" poster="{0}"></video>',
	"a refresh": '<meta http-equiv="refresh" content="0; url={0}">',
	"an option of the program": '<meta name="pdfkit-post" content="x"><meta name="pdfkit-run-script" content="x">'
	'<img src="{0}">',
	"another base": '<base href="{0}"><img src="x.png">',
	"a drawing": '<svg width="9" height="9"><image xlink:href="{0}" width="9" height="9"/></svg>',
	"a drawing's paint": '<svg width="9" height="9"><rect width="9" height="9" fill="url({0}#x)"/></svg>',
	"a script": '<script>new Image().src = "{0}"</script>',
	"a handler": "<img src=/assets/none onerror=\"this.src='{0}'\">",
	"a button": '<form><input type="image" src="{0}"></form>',
	"a file of the server": '<iframe src="file:///etc/hostname"></iframe><img src="file:///etc/hostname"><img src="{0}">',
	"no protocol": '<img src="//{1}/x">',
	"backslashes": '<img src="/\\{1}/x"><img src="\\\\{1}\\x">',
	"blanks": '<img src=" \t{0}">',
	"a method of the site": '<img src="/api/method/ping"><img src="/files/../api/method/ping"><img src="{0}">',
}


@pytest.fixture(scope="module")
def listener() -> Iterator[SimpleNamespace]:
	"""A server that notes the paths it is asked for."""
	seen: list[str] = []

	class Handler(http.server.BaseHTTPRequestHandler):
		def do_GET(self) -> None:
			seen.append(self.path)
			self.send_response(200)
			self.end_headers()

		do_POST = do_HEAD = do_GET

		def log_message(self, *_args: object) -> None:
			pass

	server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
	threading.Thread(target=server.serve_forever, daemon=True).start()
	host = f"127.0.0.1:{server.server_port}"
	yield SimpleNamespace(host=host, address=f"http://{host}/x", seen=seen)
	server.shutdown()
	server.server_close()


def hostile(listener: SimpleNamespace) -> str:
	return "".join(text.format(listener.address, listener.host) for text in FETCHES.values())


def foreign_addresses(html: str) -> list[str]:
	"""What a browser or the PDF program would fetch of a page, besides files of the site."""
	found = []
	for tag in BeautifulSoup(html, "html5lib").find_all(True):
		for name, value in tag.attrs.items():
			value = " ".join(value) if isinstance(value, list) else value
			named = name in ADDRESSES and tag.name != "a"
			if (named and not is_own_file(value)) or "url(" in value or name in ("srcset", "srcdoc"):
				found.append(str(tag)[:200])
		if tag.name in ("iframe", "object", "embed", "link", "base", "script", "video"):
			found.append(str(tag)[:200])
		if tag.name == "style" and ("@import" in str(tag) or "127.0.0.1" in str(tag)):
			found.append(str(tag)[:200])
	return found


@pytest.mark.parametrize("kind", FETCHES)
def test_nothing_outside_is_named_any_more(kind):
	text = FETCHES[kind].format("http://127.0.0.1:9/x", "127.0.0.1:9")
	html = offline(f"<div>before {text}</div><p>after</p>")
	assert foreign_addresses(html) == []
	assert runs(html) == []
	assert "127.0.0.1" not in html
	assert "before" in html
	assert offline(html) == html, "a second time finds nothing more"


@pytest.mark.parametrize("place", ["<head>{0}</head>", "<div>{0}</div>"])
def test_a_style_sheet_that_fetches_nothing_stays(place):
	rules = "p > b { color: red } @media print { .x { margin: 0 } }"
	assert f"<style>{rules}</style>" in offline(place.format(f"<style>{rules}</style>"))


def test_files_of_the_site_stay():
	picture = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>").decode()
	html = (
		f'<img src="/files/logo.png"><img src="{get_url()}/files/logo.png"><img src="/assets/x/a.png">'
		f'<img src="data:image/svg+xml;base64,{picture}"><p style="background: url(/files/b.png)">x</p>'
		'<a href="https://example.com">there</a>'
	)
	kept = offline(html)
	assert kept.count("<img src=") == 4
	assert "/files/b.png" in kept
	assert 'href="https://example.com"' in kept


@pytest.mark.parametrize(
	"inside",
	[
		"<image xlink:href='http://127.0.0.1/x'/>",
		"<style>@import 'http://127.0.0.1/x'</style>",
		"<rect fill='url(http://127.0.0.1/x)'/>",
	],
)
def test_a_drawing_that_reaches_out_is_no_picture(inside):
	encoded = base64.b64encode(f"<svg xmlns='http://www.w3.org/2000/svg'>{inside}</svg>".encode()).decode()
	assert not is_own_file(f"data:image/svg+xml;base64,{encoded}")


@pytest.mark.parametrize("doctype", doctypes())
def test_the_standard_format_of_every_doctype(doctype):
	"""Texts as a fault may have left them, in every field; files of the site's, too."""
	text = hostile(SimpleNamespace(address="http://127.0.0.1:9/x", host="127.0.0.1:9"))
	doc = frappe.get_doc({"doctype": doctype, "name": "x"})
	for part, meta in (
		(doc, doc.meta),
		*((doc, frappe.get_meta(df.options)) for df in doc.meta.get_table_fields()),
	):
		values = {}
		for df in meta.fields:
			if frappe.db.type_map.get(df.fieldtype, ("",))[0] in ("varchar", "text", "longtext"):
				values[df.fieldname] = "http://127.0.0.1:9/x.png" if "Attach" in df.fieldtype else text
		if meta is doc.meta:
			part.update(values)
		else:
			for table in doc.meta.get_table_fields():
				if table.options == meta.name:
					part.append(table.fieldname, values)
	doc.name = "x"
	frappe.flags.ignore_print_permissions = True
	try:
		html = get_rendered_template(doc, no_letterhead=True)
	finally:
		frappe.flags.ignore_print_permissions = False
	assert foreign_addresses(html) == []
	assert runs(html) == []


def test_records_of_other_apps_are_printed_as_ever():
	doc = frappe.get_doc({"doctype": "ToDo", "description": '<img src="https://example.com/x.png">'}).insert()
	assert "https://example.com/x.png" in get_rendered_template(doc, no_letterhead=True)


@pytest.fixture
def submission(listener: SimpleNamespace) -> str:
	"""A submitted quiz whose texts were stored raw, as before they were cleaned."""
	from smooth_lms.api import quizzes
	from smooth_lms.courses import enrollment

	course = make_course(lessons=0).name
	lesson = make_lesson(course, "Quiz", quiz=make_quiz(course).name).name
	member = make_user().name
	enrollment.enroll({member: "Learner"}, [course])
	frappe.set_user(member)
	quizzes.start(lesson)
	name = frappe.db.get_value(SUBMISSION, {"member": member})
	quizzes.submit(name, {"0": "0"})
	frappe.set_user("Administrator")
	frappe.db.sql(
		f"update `tab{RESULT}` set answer = %s, choices = %s where parent = %s",
		[hostile(listener)] * 2 + [name],
	)
	frappe.db.sql(
		f"update `tab{SUBMISSION}` set member_name = %s where name = %s", ["<img src=x onerror=x>", name]
	)
	frappe.clear_document_cache(SUBMISSION, name)
	return name


@pytest.fixture
def formats() -> list[str | None]:
	"""The standard format, ours, and one that somebody wrote and that escapes nothing."""
	raw = frappe.get_doc(
		{
			"doctype": "Print Format",
			"name": unique("Raw"),
			"doc_type": SUBMISSION,
			"print_format_type": "Jinja",
			"custom_format": 1,
			"standard": "No",
			"html": "{% for row in doc.result %}<p>{{ row.answer }}</p>{% endfor %}",
		}
	).insert()
	return ["Standard", "Quiz Submission Detail", raw.name]


def test_the_listener_sees_what_frappe_alone_would_fetch(listener):
	get_pdf(f'<p>x</p><img src="{listener.address}-alone">', {"load-error-handling": "ignore"})
	assert set(listener.seen) == {"/x-alone"}
	listener.seen.clear()


@pytest.fixture
def reachable(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
	"""The site answers under its own address, from which the program reads the site's own files."""
	monkeypatch.setitem(frappe.local.conf, "host_name", server.url)


@pytest.mark.usefixtures("reachable")
def test_no_format_fetches_anything(listener, submission, formats):
	for name in formats:
		download_pdf(SUBMISSION, submission, format=name, no_letterhead=1)
		assert frappe.local.response.filecontent.startswith(b"%PDF")
		html = get_html_and_style(SUBMISSION, submission, print_format=name)["html"]
		assert foreign_addresses(html) == []
		assert runs(html) == []
	download_multi_pdf(SUBMISSION, f'["{submission}"]', format="Standard", no_letterhead=True)
	assert listener.seen == []


@pytest.mark.usefixtures("reachable")
def test_nor_do_our_own_pdfs(listener, submission):
	assert pdf.render(SUBMISSION, submission).startswith(b"%PDF")
	assert pdf.from_html(f"<!DOCTYPE html><html><body>{hostile(listener)}</body></html>").startswith(b"%PDF")
	name = certificates.issue(completed(make_user().name, certified_course().name))
	frappe.db.sql(
		"update `tabLMS Certificate` set course_title = %s where name = %s", [hostile(listener)[:140], name]
	)
	assert pdf.render("LMS Certificate", name).startswith(b"%PDF")
	assert listener.seen == []


def test_the_program_reaches_no_other_host_either(listener, monkeypatch):
	monkeypatch.setattr(pdf, "offline", lambda html: html)
	with contextlib.suppress(PdfUnavailableError):
		pdf.from_html(f'<p>x</p><img src="{listener.address}">', pdf.OPTIONS)
	assert listener.seen == []


class TestTheNewBuilder:
	"""Its formats render past the hook."""

	def make(self, **values) -> str:
		values = {"doctype": "Print Format", "name": unique("Beta"), "standard": "No", **values}
		return frappe.get_doc({**values, "print_format_builder_beta": 1, "format_data": "{}"}).insert().name

	def test_makes_no_format_for_our_doctypes(self):
		with pytest.raises(frappe.ValidationError, match="choose another format"):
			self.make(doc_type=SUBMISSION)

	@pytest.mark.parametrize(
		"asked", [SUBMISSION, f'{{"{SUBMISSION}": ["x"]}}', f'{{"doctype": "{SUBMISSION}"}}']
	)
	def test_formats_of_others_print_none_of_ours(self, asked):
		name = self.make(doc_type="ToDo")
		for argument in ("format", "print_format"):
			frappe.local.form_dict = frappe._dict({"doctype": asked, argument: name})
			with pytest.raises(frappe.ValidationError, match="choose another format"):
				prints.before_request()
		frappe.local.form_dict = frappe._dict({"doctype": "ToDo", "format": name})
		prints.before_request()

	@pytest.mark.parametrize(
		"beside",
		[
			{"format": "Standard"},
			{"format": "Standard", "doc": "ToDo"},
			{"doctype": "ToDo", "doc": SUBMISSION, "format": "Standard"},
			{"doctype": f'["{SUBMISSION}"]', "format": "Standard"},
			{"doctype": {SUBMISSION: ["x"]}, "format": "Standard"},
		],
	)
	def test_nor_beside_arguments_that_another_method_reads(self, beside):
		name = self.make(doc_type="ToDo")
		frappe.local.form_dict = frappe._dict(
			{"doctype": SUBMISSION, "name": "x", "print_format": name, **beside}
		)
		with pytest.raises(frappe.ValidationError, match="choose another format"):
			prints.before_request()


def test_a_quiz_submission_has_its_own_format():
	assert frappe.get_meta(SUBMISSION).default_print_format == "Quiz Submission Detail"


class TestForged:
	"""Frappe prints the document that a request brings along, in whatever format."""

	@pytest.fixture(scope="class")
	def certified(self, _connection):
		frappe.set_user("Administrator")
		learner = make_user().name
		certificate = certificates.issue(completed(learner, certified_course().name))
		frappe.db.commit()
		return SimpleNamespace(learner=learner, certificate=certificate)

	def forged(self, certified, **values):
		stored = frappe.get_doc("LMS Certificate", certified.certificate).as_dict(no_default_fields=False)
		return frappe.as_json({**stored, "member_name": "Forged Name", **values})

	@pytest.mark.parametrize("name", ["its own", "none", "unknown"])
	def test_certificates_show_what_is_stored(self, certified, door, name):
		names = {"its own": {}, "none": {"name": None, "__islocal": 1}, "unknown": {"name": "no-such"}}[name]
		doc = self.forged(certified, **names)
		session = door.session(certified.learner)
		formats = frappe.get_all("Print Format", {"doc_type": "LMS Certificate"}, pluck="name")
		assert formats
		told = {}
		for print_format in (*formats, "Standard"):
			for what, (path, given) in {
				"html": (
					"/api/method/frappe.www.printview.get_html_and_style",
					{"print_format": print_format},
				),
				"v2": (
					"/api/v2/method/frappe.www.printview.get_html_and_style",
					{"print_format": print_format},
				),
				"cmd": (
					"/",
					{"cmd": "frappe.www.printview.get_html_and_style", "print_format": print_format},
				),
				"page": ("/printview", {"format": print_format, "doctype": "LMS Certificate", "name": "x"}),
				"pdf": (
					"/api/method/frappe.utils.print_format.download_pdf",
					{"format": print_format, "doctype": "LMS Certificate", "name": certified.certificate},
				),
				"as dictionary": (
					"/api/method/frappe.www.printview.get_html_and_style",
					{"print_format": print_format, "as_json": True},
				),
			}.items():
				if "as_json" in given:
					answer = session.post(door.url + path, json={**given, "doc": doc}, timeout=120)
				else:
					answer = session.post(door.url + path, data={**given, "doc": doc}, timeout=120)
				text = pdf_text(answer.content) if answer.content.startswith(b"%PDF") else answer.text
				if "Forged" in text or answer.status_code >= 500:
					told[what, print_format] = answer.status_code
		assert told == {}

	def test_the_desk_prints_as_ever(self, certified, door):
		doc = frappe.get_doc("LMS Certificate", certified.certificate)
		path = "/api/method/frappe.www.printview.get_html_and_style"
		answer = door.session(certified.learner).post(
			door.url + path, data={"doc": doc.as_json(), "print_format": "Standard"}, timeout=60
		)
		assert answer.status_code == 200, answer.text[:500]
		assert doc.member_name in answer.json()["message"]["html"]

	def test_no_other_way_prints_other_values(self, certified, monkeypatch):
		doc = frappe.get_doc(frappe.parse_json(self.forged(certified)))
		set_request(method="POST", path="/")
		frappe.set_user(certified.learner)
		try:
			with pytest.raises(frappe.PermissionError):
				get_rendered_template(doc)
			stored = frappe.get_doc("LMS Certificate", certified.certificate)
			assert stored.member_name in get_rendered_template(stored)
		finally:
			del frappe.local.request
			frappe.set_user("Administrator")


def pdf_text(content: bytes) -> str:
	return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
