"""Where links and pictures of lessons lead: whether what they name is there, as far as can be known without fetching."""

import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import frappe
from frappe import _

from smooth_lms.base import files as stored_files
from smooth_lms.base import links
from smooth_lms.base.reads import read_rows

COURSES = "/lms/courses/"
WEB = ("http", "https")


@dataclass(frozen=True, slots=True)
class Known:
	"""What there is of what texts name."""

	courses: frozenset[str]
	"""Published ones."""
	lessons: dict[str, str]
	"""The course of each that learners see."""
	files: dict[str, frozenset[str]]
	"""By address of a private file, the lessons it belongs to."""


def known(addresses: Iterable[str]) -> Known:
	"""What there is of what these addresses name. Three statements."""
	paths = [path for address in addresses if (path := _path(address))]
	named = [_named(path) for path in paths if path.startswith(COURSES)]
	courses = tuple({course for course, _lesson in named})
	lessons = tuple({lesson for _course, lesson in named if lesson})
	private = tuple({path for path in paths if path.startswith(stored_files.PRIVATE)})
	live = {"name": lessons, "draft": 0, "retired_on": None}
	owners: dict[str, set[str]] = {}
	about = {"file_url": private, "attached_to_doctype": "Course Lesson"}
	for row in read_rows("File", ("file_url", "attached_to_name"), about):
		owners.setdefault(row.file_url, set()).add(row.attached_to_name)
	return Known(
		frozenset(row.name for row in read_rows("LMS Course", ("name",), {"name": courses, "published": 1})),
		{row.name: row.course for row in read_rows("Course Lesson", ("name", "course"), live)},
		{url: frozenset(names) for url, names in owners.items()},
	)


def trouble(address: str, lesson: frappe._dict, known: Known) -> str:
	"""What is wrong with an address in the text of a lesson (`name, course`); empty for nothing."""
	path = _path(address)
	if path is None:
		return outside_trouble(address)
	if path.startswith(COURSES):
		return _course_trouble(path, lesson, known)
	if path.startswith((stored_files.PRIVATE, stored_files.PUBLIC)):
		return _file_trouble(path, lesson, known)
	if not path:
		return _("A link leads nowhere: {0}").format(address) if address else _("A link has no address.")
	return ""


def outside_trouble(address: str) -> str:
	"""What is wrong with the form of an address elsewhere; empty for nothing, and for one without a host."""
	try:
		parts = urlsplit(address)
		host = parts.hostname or ""
	except ValueError:
		return _("This is no address: {0}").format(address)
	if parts.scheme not in WEB:
		return ""
	if not _is_public(host):
		return _("Learners cannot reach this address from outside: {0}").format(address)
	return ""


def _course_trouble(path: str, lesson: frappe._dict, known: Known) -> str:
	course, name = _named(path)
	if course != lesson.course and course not in known.courses:
		return _("A link leads to a course that is not published: {0}").format(path)
	if name and known.lessons.get(name) != course:
		return _("A link leads to a lesson that is not there: {0}").format(path)
	return ""


def _file_trouble(path: str, lesson: frappe._dict, known: Known) -> str:
	try:
		there = os.path.isfile(stored_files.disk_path(path))
	except frappe.DoesNotExistError:
		there = False
	if not there:
		return _("A file is gone: {0}").format(stored_files.shown_name(path))
	if path.startswith(stored_files.PRIVATE) and lesson.name not in known.files.get(path, ()):
		return _("A file belongs to another lesson, so learners cannot open it here: {0}").format(
			stored_files.shown_name(path)
		)
	return ""


def _path(address: str) -> str | None:
	"""The path of an address of this site; None for one elsewhere, and for mail and telephone."""
	try:
		parts = urlsplit(address)
		if parts.scheme not in ("", *WEB) or (parts.netloc and not _is_ours(parts.netloc)):
			return None
	except ValueError:
		return None
	return unquote(parts.path)


def _named(path: str) -> tuple[str, str]:
	course, _slash, lesson = path.removeprefix(COURSES).strip("/").partition("/")
	return course, lesson.partition("/")[0]


def _is_public(host: str) -> bool:
	try:
		return ipaddress.ip_address(host).is_global
	except ValueError:
		return "." in host.strip(".") and not host.endswith((".local", ".localhost", ".internal"))


def _is_ours(host: str) -> bool:
	"""Whether an address with this host leads here: by the configured name, or by the one that the author works under."""
	if host == urlsplit(links.absolute()).netloc:
		return True
	return bool(getattr(frappe.local, "request", None)) and links.is_for_host_of(f"//{host}")
