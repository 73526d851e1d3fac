"""Small things that reading imsmanifest.xml takes: names without their namespaces, texts without blanks."""

from xml.etree import ElementTree


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
