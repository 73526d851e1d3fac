"""Files of training records: nobody comes to another's file by naming it, and no file harms another.

The fields that hold the address of a file come from the meta; one without a row in `FIELDS` fails.
"""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

import frappe
from frappe.client import attach_file
from frappe.handler import execute_cmd
from frappe.utils import set_request

from smooth_lms.base import files
from smooth_lms.courses import versions
from tests.support.factories import (
	make_batch,
	make_course,
	make_employee,
	make_lesson,
	make_question,
	make_user,
	unique,
)
from tests.support.packages.build import make_package, package, upload

PEOPLE = ("learner", "author", "foreign", "hr", "hr_manager", "moderator")


@dataclass(frozen=True)
class Field:
	"""One field: which record of the world has it, and in which of its tables."""

	record: str
	table: str | None = None


FIELDS = {
	"LMS Course.image": Field("course"),
	"LMS Course.description": Field("course"),
	"Course Lesson.attachment": Field("file_lesson"),
	"Course Lesson.video_file": Field("film_lesson"),
	"Course Lesson.body": Field("lesson"),
	"Course Lesson Caption.file": Field("film_lesson", "captions"),
	"LMS Question.question": Field("question"),
	"LMS SCORM Package.package_file": Field("package"),
	"LMS Batch.batch_details": Field("batch"),
	"LMS Batch.image": Field("batch"),
	"LMS Batch.discussion_guidelines": Field("batch"),
	"Employee Compliance.evidence": Field("compliance"),
	"LMS Certificate Design.logo": Field("design"),
	"LMS Certificate Design.seal": Field("design"),
	"LMS Certificate Design.signature": Field("design"),
	"LMS Audit Export.export_file": Field("export"),
	"LMS Enrollment Run.input_file": Field("run"),
	"LMS Enrollment Run.rejected_file": Field("run"),
	"LMS Purge Request.record_file": Field("purge"),
}


class World:
	"""A course with everything in it, records that hold files, and people around them."""

	def __init__(self) -> None:
		self.learner = make_user().name
		self.author = make_user(roles=("Course Creator",)).name
		self.foreign = make_user(roles=("Course Creator",)).name
		self.hr = make_user(roles=("HR User",)).name
		self.hr_manager = make_user(roles=("HR Manager",)).name
		self.moderator = make_user(roles=("Moderator",)).name
		self.course = make_course(instructors=[{"instructor": self.author}]).name
		film = upload(b"film", f"{frappe.generate_hash()}.mp4").file_url
		plan = upload(b"plan", "plan.txt").file_url
		self.lesson = make_lesson(self.course).name
		self.film_lesson = make_lesson(self.course, "Video", video_file=film).name
		self.file_lesson = make_lesson(self.course, "File", attachment=plan).name
		self.question = make_question(self.course).name
		self.package = make_package(self.course, package({"one.txt": frappe.generate_hash()})).name
		self.batch = make_batch().name
		self.compliance = _compliance(make_employee().name)
		self.design = (
			frappe.get_doc({"doctype": "LMS Certificate Design", "title": unique("Design")}).insert().name
		)
		self.export = _bare("LMS Audit Export", certificates=1, status="Completed")
		self.run = _bare("LMS Enrollment Run", batch=self.batch, status="Failed")
		self.purge = _bare("LMS Purge Request", ended_before="2001-01-01", reason="x", status="Completed")
		self.secrets = {
			"uploaded": _secret(),
			"exported": _secret("LMS Audit Export", self.export),
			"evidence": _secret("Employee Compliance", _compliance(make_employee().name)),
		}


def _compliance(employee: str) -> str:
	kind = frappe.get_doc({"doctype": "Compliance Type", "compliance_type": frappe.generate_hash()}).insert()
	values = {"employee": employee, "compliance_type": kind.name, "status": "Pending"}
	return frappe.get_doc({"doctype": "Employee Compliance", **values}).insert().name


def _bare(doctype: str, **values: Any) -> str:
	doc = frappe.get_doc({"doctype": doctype, "requested_by": "Administrator", **values})
	doc.name = frappe.generate_hash(length=10)
	doc.db_insert()
	return doc.name


def _secret(doctype: str | None = None, name: str | None = None, ending: str = ".txt") -> str:
	"""A private file, as Administrator uploads it. Returns its address."""
	values = {"attached_to_doctype": doctype, "attached_to_name": name} if doctype else {}
	content = f"secret {frappe.generate_hash()}"
	values |= {"file_name": f"{frappe.generate_hash(length=8)}{ending}", "content": content, "is_private": 1}
	return frappe.get_doc({"doctype": "File", **values}).insert().file_url


@pytest.fixture(scope="module")
def world(_connection):
	frappe.set_user("Administrator")
	made = World()
	frappe.db.commit()
	return made


def on_disk(url: str) -> Path:
	folder = "private" if url.startswith("/private/") else "public"
	return Path(frappe.get_site_path(folder, "files", url.rpartition("/files/")[2]))


def has_content(person: str, content: bytes) -> bool:
	"""Whether any File gives `person` these bytes."""
	before = frappe.session.user
	frappe.set_user(person)
	try:
		rows = frappe.get_all(
			"File", {"is_folder": 0}, ["name", "file_url"], order_by="creation desc", limit=60
		)
		return any(
			_bytes(row.file_url) == content and frappe.get_doc("File", row.name).is_downloadable()
			for row in rows
		)
	finally:
		frappe.set_user(before)


def _bytes(url: str | None) -> bytes | None:
	path = on_disk(url or "")
	return path.read_bytes() if path.is_file() else None


def attempt(person: str, act: Callable[[], Any]) -> str | None:
	"""What stopped `person`, if anything did. What is written stays until the test ends."""
	frappe.set_user(person)
	set_request(method="POST", path="/api/method/x")
	frappe.local.request_ip = "127.0.0.1"
	try:
		act()
	except (frappe.ValidationError, frappe.PermissionError, frappe.DoesNotExistError) as error:
		return f"{type(error).__name__}: {error}"
	finally:
		frappe.set_user("Administrator")
		frappe.clear_messages()
		del frappe.local.request
	return None


def file_fields() -> dict[str, Any]:
	modules = [name for name, app in frappe.local.module_app.items() if app == "smooth_lms"]
	titles = [row for row in frappe.get_all("Module Def", pluck="name") if frappe.scrub(row) in modules]
	found = {}
	for doctype in frappe.get_all("DocType", {"module": ["in", titles]}, pluck="name"):
		for field in frappe.get_meta(doctype).fields:
			if field.fieldtype in (
				"Attach",
				"Attach Image",
				"Text Editor",
				"HTML Editor",
				"Markdown Editor",
				"Image",
				"Signature",
			):
				found[f"{doctype}.{field.fieldname}"] = field
	return found


def name_it(world: World, key: str, url: str, way: str) -> None:
	"""Write the address into the field in one of the ways that there are."""
	field, fieldname = FIELDS[key], key.partition(".")[2]
	doctype = key.partition(".")[0] if not field.table else "Course Lesson"
	meta = frappe.get_meta(key.partition(".")[0]).get_field(fieldname)
	value = url if meta.fieldtype.startswith("Attach") else f'<p>Look: <img src="{url}"></p>'
	doc = frappe.get_doc(doctype, getattr(world, field.record))
	if way == "insert":
		doc = frappe.copy_doc(doc)
	if field.table and way == "row":
		row = {"doctype": key.partition(".")[0], "parent": doc.name, "parenttype": doctype}
		row |= {"parentfield": field.table, "language": "en", fieldname: value}
		frappe.get_doc(row).insert()
		return
	if field.table:
		doc.append(field.table, {"language": "en", "label": "English", fieldname: value})
	else:
		doc.set(fieldname, value)
	doc.save() if way == "save" else doc.insert()


PICTURE = base64.b64decode(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
WAYS = ("save", "insert", "row")


def test_each_field_that_holds_a_file_has_a_row():
	assert sorted(file_fields()) == sorted(FIELDS)


def ending_for(key: str) -> str:
	"""What a file must end in that the field takes."""
	wanted = {"LMS SCORM Package.package_file": ".zip", "Course Lesson Caption.file": ".vtt"}
	return ".mp4" if "video" in key else wanted.get(key, ".png")


@pytest.mark.parametrize("key", sorted(FIELDS))
@pytest.mark.sweep(6)
def test_naming_a_file_gives_nobody_its_content(world, key):
	opened, ending = [], ending_for(key)
	secrets = {
		**world.secrets,
		"of the right kind": _secret("Employee Compliance", _compliance(make_employee().name), ending),
	}
	frappe.db.commit()
	for way in WAYS:
		if (way == "row") is not bool(FIELDS[key].table) and way == "row":
			continue
		for kind, url in secrets.items():
			content = on_disk(url).read_bytes()
			for person in PEOPLE:
				user = getattr(world, person)
				if has_content(user, content):
					continue
				said = attempt(user, lambda way=way, url=url: name_it(world, key, url, way))
				if has_content(user, content):
					opened.append((way, kind, person, said))
				assert on_disk(url).read_bytes() == content
				frappe.db.rollback()
	assert opened == []


@pytest.mark.parametrize("key", sorted(key for key in FIELDS if "Editor" not in key))
def test_a_public_file_in_use_stays_as_it_is(world, key):
	field = file_fields()[key]
	if not field.fieldtype.startswith("Attach") or field.read_only:
		return
	logo = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"logo{frappe.generate_hash()}{ending_for(key)}",
			"content": package(),
		}
	).insert()
	assert logo.file_url.startswith("/files/")
	for way in ("save", "insert"):
		attempt("Administrator", lambda way=way: name_it(world, key, logo.file_url, way))
		logo.reload()
		assert (logo.is_private, logo.attached_to_doctype) == (0, None)
		assert on_disk(logo.file_url).is_file()


OPEN_WITHOUT_FIELD = ("File POST", "File POST by host", "upload_file", "user picture", "File PUT", "mail")


@pytest.mark.parametrize("way", OPEN_WITHOUT_FIELD)
def test_another_file_for_the_same_address_opens_nothing(world, way):
	opened = []
	for kind in ("exported", "evidence"):
		url = world.secrets[kind]
		content = on_disk(url).read_bytes()
		for person in PEOPLE:
			user = getattr(world, person)
			if has_content(user, content):
				continue
			said = attempt(user, lambda url=url, user=user: _name_elsewhere(way, url, user))
			if has_content(user, content):
				opened.append((kind, person, said))
			assert on_disk(url).read_bytes() == content
			frappe.db.rollback()
	assert opened == []


def _name_elsewhere(way: str, url: str, user: str) -> None:
	if way == "File POST":
		for variant in (url, url.replace("/files/", "/files/./"), url.replace("/files/", "/files//")):
			frappe.get_doc({"doctype": "File", "file_url": variant, "is_private": 1}).insert()
	elif way == "File POST by host":
		frappe.get_doc({"doctype": "File", "file_url": frappe.utils.get_url(url), "is_private": 1}).insert()
	elif way == "upload_file":
		frappe.form_dict.update({"file_url": url, "is_private": 1, "file_name": "x.txt"})
		frappe.request.files = {}
		try:
			execute_cmd("upload_file")
		finally:
			frappe.local.form_dict = frappe._dict()
	elif way == "user picture":
		doc = frappe.get_doc("User", user)
		doc.user_image = url
		doc.save(ignore_permissions=True)
	elif way == "File PUT":
		own = frappe.get_doc({"doctype": "File", "file_name": "own.txt", "content": user, "is_private": 1})
		own.insert()
		own.file_url = url
		own.save()
	elif way == "mail":  # mails attach what is named, permissions ignored
		doc = {"doctype": "File", "file_url": url, "is_private": 1, "attached_to_doctype": "User"}
		frappe.get_doc({**doc, "attached_to_name": user}).save(ignore_permissions=True)


@pytest.mark.parametrize("key", sorted(FIELDS))
def test_only_who_may_change_a_record_attaches_files_to_it(world, key):
	field = FIELDS[key]
	doctype = key.partition(".")[0] if not field.table else "Course Lesson"
	name = getattr(world, field.record)
	wrong = []
	for person in PEOPLE:
		user = getattr(world, person)
		frappe.set_user(user)
		may = bool(frappe.get_doc(doctype, name).has_permission("write"))
		for way in (_attach, _post, _upload):
			did = attempt(user, lambda way=way: way(doctype, name)) is None
			if did is not may:
				wrong.append((person, way.__name__, did))
			frappe.db.rollback()
	assert wrong == []


def _attach(doctype: str, name: str) -> None:
	data = base64.b64encode(frappe.generate_hash().encode()).decode()
	attach_file("x.txt", data, doctype, name, decode_base64=True)


def _post(doctype: str, name: str) -> None:
	values = {"attached_to_doctype": doctype, "attached_to_name": name, "is_private": 1, "file_name": "x.txt"}
	frappe.get_doc({"doctype": "File", "content": frappe.generate_hash(), **values}).insert()


def _upload(doctype: str, name: str) -> None:
	frappe.form_dict.update({"doctype": doctype, "docname": name, "is_private": 1, "file_name": "x.txt"})
	frappe.request.files = {"file": FileStorage(io.BytesIO(b"some text"), "x.txt")}
	try:
		execute_cmd("upload_file")
	finally:
		frappe.local.form_dict = frappe._dict()


@pytest.mark.parametrize(
	"change",
	[
		{"is_private": 0},
		{"attached_to_name": "other"},
		{"attached_to_doctype": "User", "attached_to_name": "own"},
		{"attached_to_doctype": None, "attached_to_name": None},
		{"content_hash": "x"},
		{"attached_to_field": "status"},
	],
)
def test_a_records_file_stays_with_it(world, change):
	url = world.secrets["evidence"]
	change = {key: world.hr_manager if value == "own" else value for key, value in change.items()}
	if change.get("attached_to_name") == "other":
		change["attached_to_name"] = world.compliance
	for user in (world.hr_manager, world.moderator):
		file = frappe.get_doc("File", {"file_url": url})
		file.update(change)
		assert attempt(user, file.save)
		frappe.db.rollback()


@pytest.mark.parametrize(
	"doctype", ["Employee Compliance", "LMS Audit Export", "LMS Course", "LMS Enrollment Run"]
)
def test_lists_show_files_of_the_records_one_may_read(world, doctype):
	record = {
		"Employee Compliance": world.compliance,
		"LMS Audit Export": world.export,
		"LMS Course": world.course,
		"LMS Enrollment Run": world.run,
	}[doctype]
	_secret(doctype, record)
	for person in PEOPLE:
		frappe.set_user(getattr(world, person))
		may = bool(frappe.get_doc(doctype, record).has_permission("read"))
		for filters in (
			{"attached_to_doctype": doctype, "attached_to_name": record},
			{"folder": "Home/Attachments"},
		):
			rows = frappe.get_list("File", filters=filters, fields=["attached_to_name"], limit=0)
			assert any(row.attached_to_name == record for row in rows) is may, person
		frappe.set_user("Administrator")


def test_who_lost_the_record_loses_the_file_they_uploaded(world):
	course = make_course(instructors=[{"instructor": world.foreign}])
	frappe.set_user(world.foreign)
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "answers.txt",
			"content": frappe.generate_hash(),
			"is_private": 1,
			"attached_to_doctype": "LMS Course",
			"attached_to_name": course.name,
		}
	).insert()
	assert file.is_downloadable()
	for role in frappe.get_all("Has Role", {"parent": world.foreign}, pluck="name"):
		frappe.db.set_value("Has Role", role, "role", "LMS Student")
	frappe.clear_cache(user=world.foreign)
	frappe.set_user(world.foreign)
	assert not frappe.get_doc("File", file.name).is_downloadable()
	frappe.db.rollback()
	frappe.clear_cache(user=world.foreign)


def test_zip_files_packs_nothing_that_the_reader_may_not_read(world):
	from frappe.core.api.file import zip_files

	name = frappe.db.get_value("File", {"file_url": world.secrets["evidence"]})
	before = frappe.response.get("filecontent")
	attempt(world.learner, lambda: zip_files(frappe.as_json([name])))
	packed = frappe.response.pop("filecontent", None)
	frappe.response.pop("type", None)
	assert packed == before or (b"secret" not in (packed or b"") and len(packed) < 60)


def test_nobody_writes_into_a_records_file(world):
	row = {"attached_to_doctype": "LMS SCORM Package", "attached_to_name": world.package}
	for user in (world.author, world.moderator, "Administrator"):
		for act in ("unzip", "optimize_file"):
			file = frappe.get_doc("File", row)
			before = on_disk(file.file_url).read_bytes()
			file.file_name, file.file_size = "x.png", 1  # what says to Frappe that it is a picture
			file.get_content = lambda: PICTURE
			assert attempt(user, getattr(file, act))
			assert on_disk(file.file_url).read_bytes() == before
			frappe.db.rollback()


def test_equal_content_is_not_shared(world):
	content = frappe.generate_hash()
	values = {"doctype": "File", "file_name": "same.txt", "content": content, "is_private": 1}
	first = frappe.get_doc(values).insert()
	lesson = make_lesson(world.course, "File", attachment=first.file_url)
	second = frappe.get_doc(values).insert()
	third = frappe.get_doc(
		{**values, "attached_to_doctype": "Course Lesson", "attached_to_name": lesson.name}
	).insert()
	assert len({lesson.attachment, second.file_url, third.file_url}) == 3
	second.is_private = 0
	second.save()
	lesson.reload()
	assert lesson.attachment.startswith("/private/files/")
	assert frappe.db.get_value("File", {"file_url": lesson.attachment}, "is_private") == 1
	second.delete()
	third.delete()
	assert on_disk(lesson.attachment).read_text() == content


@pytest.mark.parametrize(
	"url",
	[
		"/files/../../site_config.json",
		"/private/files/../../site_config.json",
		"/files/%2e%2e/%2e%2e/site_config.json",
	],
)
def test_an_address_leads_nowhere_else(world, url):
	for user in (world.learner, world.author):
		assert attempt(user, lambda: frappe.get_doc({"doctype": "File", "file_url": url}).insert())
		frappe.db.rollback()


def test_packages_are_no_files_of_anybody(world):
	folder = frappe.db.get_value("LMS SCORM Package", world.package, "folder")
	url = f"/private/files/smooth_lms_scorm/{folder}/one.txt"
	for user in (world.learner, world.foreign, world.author):
		act = frappe.get_doc({"doctype": "File", "file_url": url, "is_private": 1}).insert
		assert attempt(user, act)
		frappe.db.rollback()


def test_an_upload_becomes_the_records_own_under_a_name_nobody_guesses(world):
	frappe.set_user(world.author)
	file = upload(b"mine", "report.txt")
	lesson = frappe.get_doc("Course Lesson", world.file_lesson)
	lesson.attachment = file.file_url
	lesson.save()
	assert files.OWN_NAME.search(lesson.attachment)
	assert files.shown_name(lesson.attachment) == "report.txt"
	row = frappe.get_doc("File", {"file_url": lesson.attachment})
	assert (row.name, row.attached_to_name, row.file_name) == (file.name, lesson.name, "report.txt")
	assert frappe.db.count("File", {"attached_to_name": lesson.name, "attached_to_field": "attachment"}) == 2
	frappe.db.commit()
	assert not on_disk(file.file_url).exists()
	assert on_disk(lesson.attachment).read_bytes() == b"mine"


def test_an_upload_comes_back_when_the_save_fails(world):
	file = upload(b"mine", f"{frappe.generate_hash()}.txt")
	frappe.db.commit()
	lesson = frappe.get_doc("Course Lesson", world.film_lesson)
	lesson.video_file = file.file_url  # not a film
	with pytest.raises(frappe.ValidationError):
		lesson.save()
	frappe.db.rollback()
	assert frappe.db.get_value("File", file.name, "file_url") == file.file_url
	assert on_disk(file.file_url).read_bytes() == b"mine"


def test_each_version_of_a_course_has_files_of_its_own(world):
	newer = versions.new_version(world.course)
	old = frappe.db.get_value("Course Lesson", world.file_lesson, "attachment")
	new = frappe.db.get_value("Course Lesson", {"course": newer.name, "lesson_type": "File"}, "attachment")
	assert new != old
	assert on_disk(new).read_bytes() == on_disk(old).read_bytes()
	assert frappe.db.get_value("File", {"file_url": new}, "attached_to_doctype") == "Course Lesson"


def test_private_files_of_other_records_are_left_to_frappe():
	"""Our hook is asked about every File of the site, and Frappe's versions differ in how it hears "not mine"."""
	owner, stranger = make_user(roles=("Moderator",)).name, make_user(roles=("Moderator",)).name
	frappe.set_user(owner)
	file = frappe.get_doc(
		{"doctype": "File", "file_name": "notes.txt", "content": frappe.generate_hash(), "is_private": 1}
	).insert()
	assert frappe.has_permission("File", "read", doc=file)
	assert not frappe.has_permission("File", "read", doc=file, user=stranger)
