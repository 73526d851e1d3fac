"""What a page function is given."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict


@dataclass(frozen=True)
class Visit:
	"""Who asks for a page, and with what."""

	user: str
	query: MultiDict
	form: MultiDict
