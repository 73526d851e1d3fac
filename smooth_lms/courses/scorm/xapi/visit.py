"""One request of content: who asks in which session, and what they ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from smooth_lms.courses.scorm.ticket import Ticket
from smooth_lms.courses.scorm.xapi import identity, words


@dataclass(frozen=True, slots=True)
class Visit:
	"""What a request comes with; all of it but the ticket and what follows from it is untrusted."""

	ticket: Ticket
	session: str
	package: Any
	"""LMS SCORM Package."""
	part: Any
	"""A row of its parts."""
	method: str
	asked: Mapping[str, str] = field(default_factory=dict)
	"""Parameters of the address."""
	headers: Mapping[str, str] = field(default_factory=dict)
	"""By name in small letters."""
	body: bytes = b""
	address: str = ""
	"""Of the endpoint, as a path."""
	return_address: str = ""
	"""Where a part goes when it is left."""
	course: str = ""
	mode: str = words.BROWSE
	"""As it was launched: one of NORMAL, BROWSE, REVIEW."""

	@property
	def is_cmi5(self) -> bool:
		"""Whether the rules of cmi5 hold."""
		return self.package.scorm_version == "cmi5"

	@property
	def activity(self) -> str:
		"""The identifier of the part."""
		return identity.activity(self.package, self.part)

	@property
	def agent(self) -> dict[str, Any]:
		"""The learner, as this content knows them."""
		return identity.agent(self.ticket.user, is_cmi5=self.is_cmi5)

	def is_learner(self, said: Any) -> bool:
		"""Whether an Agent of a request is the learner."""
		return identity.is_learner(said, self.ticket.user, is_cmi5=self.is_cmi5)

	@property
	def key(self) -> dict[str, Any]:
		"""What all that is kept for the person at this part has in common."""
		return {
			"enrollment": self.ticket.enrollment,
			"lesson": self.ticket.lesson,
			"package": self.ticket.package,
		}

	@property
	def leaves_traces(self) -> bool:
		"""Authors look, and leave none."""
		return bool(self.ticket.enrollment)
