"""What became of each person in a call that meets many."""

from collections import Counter
from dataclasses import dataclass, field

ENROLLED, WAITLISTED, ALREADY, REFUSED = "Enrolled", "Waitlisted", "Already enrolled", "Refused"
NOMINATED = "Nominated"
"""A manager has asked for a seat for them, and L&D decides. Only where managers act."""


@dataclass
class Report:
	"""Outcomes in the order asked."""

	batch: str
	rows: dict[str, dict] = field(default_factory=dict)

	def add(self, member: str, outcome: str, reason: str | None = None, name: str | None = None) -> None:
		"""Note the outcome for `member`, as it was asked for; a later note replaces an earlier one."""
		self.rows[member] = {"member": member, "member_name": name, "outcome": outcome, "reason": reason}

	def as_dict(self) -> dict:
		"""The report as callers and the API get it."""
		counts = Counter(row["outcome"] for row in self.rows.values())
		nominated = {"nominated": counts[NOMINATED]} if counts[NOMINATED] else {}
		return {
			"batch": self.batch,
			"total": len(self.rows),
			"enrolled": counts[ENROLLED],
			"waitlisted": counts[WAITLISTED],
			"already_enrolled": counts[ALREADY],
			"refused": counts[REFUSED],
			**nominated,
			"rows": list(self.rows.values()),
		}
