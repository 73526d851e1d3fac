"""What became of each person in a call that meets many."""

from dataclasses import dataclass, field

ENROLLED, WAITLISTED, ALREADY, REFUSED = "Enrolled", "Waitlisted", "Already enrolled", "Refused"
OUTCOMES = (ENROLLED, WAITLISTED, ALREADY, REFUSED)


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
		counts = dict.fromkeys(OUTCOMES, 0)
		for row in self.rows.values():
			counts[row["outcome"]] += 1
		return {
			"batch": self.batch,
			"total": len(self.rows),
			"enrolled": counts[ENROLLED],
			"waitlisted": counts[WAITLISTED],
			"already_enrolled": counts[ALREADY],
			"refused": counts[REFUSED],
			"rows": list(self.rows.values()),
		}
