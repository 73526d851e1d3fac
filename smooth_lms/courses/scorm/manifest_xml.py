"""What reading a package's manifest takes: a look at its safety, names without namespaces, texts without blanks."""

import codecs
from xml.etree import ElementTree
from xml.parsers import expat

from frappe import _

from smooth_lms.exceptions import PackageRefusedError

LARGEST_MANIFEST = 4 * 1024 * 1024
DEEPEST = 60
MOST_ELEMENTS = 50_000


def root_of(data: bytes, name: str) -> ElementTree.Element:
	"""The root of a manifest. Args: data, its bytes; name, of its file.

	Raises PackageRefusedError for what is no XML, or none that is safe to read.
	"""
	data = _without_blanks(data)
	_check(data, name)
	return ElementTree.fromstring(data)


def local(tag: str) -> str:
	"""The name of an element, without its namespace."""
	return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: ElementTree.Element, name: str) -> ElementTree.Element | None:
	"""The first element of a name in another one."""
	return next((each for each in element if local(each.tag) == name), None)


def text(element: ElementTree.Element, name: str) -> str:
	"""The text of the first element of a name in another one."""
	found = child(element, name)
	return " ".join((found.text or "").split()) if found is not None else ""


def attribute(element: ElementTree.Element, name: str) -> str:
	"""The value of an attribute, whatever its capitals and namespace; empty for none."""
	return next((v for k, v in element.attrib.items() if local(k).lower() == name), "")


def _without_blanks(data: bytes) -> bytes:
	"""Some tools write an empty line before the declaration, which no parser takes."""
	mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
	return mark + data[len(mark) :].lstrip(b" \t\r\n")


def _check(data: bytes, name: str) -> None:
	"""Refuse what could make a parser work or read without end: document types, entities, depth, size."""
	if len(data) > LARGEST_MANIFEST:
		raise PackageRefusedError(_("{0} is too big: split the package into several.").format(name))
	depth = elements = 0

	def refuse(*_arguments: object) -> None:
		raise PackageRefusedError(
			_("{0} has a document type or entities, which are not allowed.").format(name)
		)

	def start(_name: str, _attributes: dict) -> None:
		nonlocal depth, elements
		depth, elements = depth + 1, elements + 1
		if depth > DEEPEST or elements > MOST_ELEMENTS:
			raise PackageRefusedError(_("{0} is nested too deeply or has too many elements.").format(name))

	def end(_name: str) -> None:
		nonlocal depth
		depth -= 1

	parser = expat.ParserCreate()
	parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
	parser.UnparsedEntityDeclHandler = parser.ExternalEntityRefHandler = refuse
	parser.StartElementHandler, parser.EndElementHandler = start, end
	try:
		parser.Parse(data, True)
	except (expat.ExpatError, LookupError, ValueError) as error:
		raise PackageRefusedError(_("{0} is not well-formed XML: {1}").format(name, error)) from error
