"""Makes SCORM packages for tests, the way common authoring tools lay them out."""

import io
import zipfile
from collections.abc import Mapping, Sequence

import frappe

NAMESPACES = {
	"1.2": 'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"',
	"2004": 'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"'
	' xmlns:imsss="http://www.imsglobal.org/xsd/imsss"',
}
SCHEMA = {"1.2": "1.2", "2004": "2004 4th Edition"}
SCO_ATTRIBUTE = {"1.2": "adlcp:scormtype", "2004": "adlcp:scormType"}


def manifest(
	version: str = "1.2", parts: Sequence[tuple[str, str]] = (("A", "index.html"),), **put: str
) -> str:
	"""An imsmanifest.xml with so many SCOs: (identifier, start file).

	`put`: head (before the root element), metadata, item (inside every item).
	"""
	metadata = put.get(
		"metadata",
		f"<metadata><schema>ADL SCORM</schema><schemaversion>{SCHEMA[version]}</schemaversion></metadata>",
	)
	items = "".join(
		f'<item identifier="{name}" identifierref="R{name}"><title>Part {name}</title>{put.get("item", "")}</item>'
		for name, _href in parts
	)
	resources = "".join(
		f'<resource identifier="R{name}" type="webcontent" {SCO_ATTRIBUTE[version]}="sco" href="{href}"/>'
		for name, href in parts
	)
	return (
		f'<?xml version="1.0" encoding="UTF-8"?>{put.get("head", "")}'
		f'<manifest identifier="M" version="1" {NAMESPACES[version]}>{metadata}'
		f'<organizations default="O"><organization identifier="O"><title>Fire drill</title>{items}</organization>'
		f"</organizations><resources>{resources}</resources></manifest>"
	)


def package(files: Mapping[str, str | bytes] | None = None, **made: object) -> bytes:
	"""A zip with a manifest (see `manifest`) and files; index.html is there unless given."""
	content = {
		"imsmanifest.xml": manifest(**made),
		"index.html": "<html><head></head></html>",
		**(files or {}),
	}
	return zipped(list(content.items()))


def zipped(entries: Sequence[tuple[str | zipfile.ZipInfo, str | bytes]]) -> bytes:
	"""A zip of entries in order; names are taken as they are, whatever they say."""
	buffer = io.BytesIO()
	with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
		for name, data in entries:
			archive.writestr(name, data)
	return buffer.getvalue()


def upload(data: bytes, name: str = "package.zip"):
	"""A private File with the bytes. Returns the document."""
	values = {"doctype": "File", "file_name": name, "content": data, "is_private": 1}
	return frappe.get_doc(values).insert(ignore_permissions=True)


def make_package(course: str, data: bytes | None = None, **made: object):
	"""An LMS SCORM Package of a course."""
	file = upload(data or package(**made), f"{frappe.generate_hash(length=8)}.zip")
	values = {"doctype": "LMS SCORM Package", "course": course, "package_file": file.file_url}
	return frappe.get_doc(values).insert(ignore_permissions=True)


PAGE_12 = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Fire drill</title>
<script>
function findAPI(win) {
  var tries = 0;
  while (win.API == null && win.parent != null && win.parent != win && tries++ < 500) { win = win.parent; }
  return win.API;
}
var api = findAPI(window), out = {};
function start() {
  out.init = api.LMSInitialize("");
  out.name = api.LMSGetValue("cmi.core.student_name");
  out.entry = api.LMSGetValue("cmi.core.entry");
  out.bookmark = api.LMSGetValue("cmi.core.lesson_location");
  out.data = api.LMSGetValue("cmi.suspend_data");
  out.total = api.LMSGetValue("cmi.core.total_time");
  show();
}
function show() { document.getElementById("out").textContent = JSON.stringify(out); }
function halfway() {
  api.LMSSetValue("cmi.core.lesson_location", "slide-3");
  api.LMSSetValue("cmi.suspend_data", "seen=1,2,3;note=\\u00e4 & <b>");
  api.LMSSetValue("cmi.core.lesson_status", "incomplete");
  api.LMSSetValue("cmi.core.exit", "suspend");
}
function finish() {
  api.LMSSetValue("cmi.core.score.raw", "85");
  api.LMSSetValue("cmi.core.score.max", "100");
  api.LMSSetValue("cmi.core.lesson_status", "passed");
  out.finish = api.LMSFinish("");
  show();
}
localStorage.setItem("x", "1");
window.onload = start;
</script></head>
<body><h1>Fire drill</h1><pre id="out"></pre>
<button id="half" onclick="halfway()">Half</button><button id="done" onclick="finish()">Finish</button></body></html>"""

PAGE_2004 = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Fire drill</title>
<script>
function scan(win) {
  var tries = 0;
  while (win.API_1484_11 == null && win.parent != null && win.parent != win && tries++ < 500) { win = win.parent; }
  return win.API_1484_11;
}
function getAPI(win) {
  var found = null;
  if (win.parent != null && win.parent != win) { found = scan(win.parent); }
  if (found == null && win.opener != null) { found = scan(win.opener); }
  return found;
}
var api = getAPI(window), out = {};
window.onload = function () {
  out.init = api.Initialize("");
  out.entry = api.GetValue("cmi.entry");
  out.bookmark = api.GetValue("cmi.location");
  document.getElementById("out").textContent = JSON.stringify(out);
};
function halfway() {
  api.SetValue("cmi.location", "page-2");
  api.SetValue("cmi.exit", "suspend");
  api.SetValue("cmi.completion_status", "incomplete");
}
function finish() {
  api.SetValue("cmi.score.scaled", "0.9");
  api.SetValue("cmi.success_status", "passed");
  api.SetValue("cmi.completion_status", "completed");
  out.finish = api.Terminate("");
  document.getElementById("out").textContent = JSON.stringify(out);
}
</script></head>
<body><pre id="out"></pre><button id="half" onclick="halfway()">Half</button><button id="done" onclick="finish()">Finish</button></body></html>"""
