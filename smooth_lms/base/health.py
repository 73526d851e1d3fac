"""What a site's set-up lacks, each finding with what to do: asked by LMS Settings, after a migration and by a command.

Each check is a function of its own, named by the hook `smooth_lms_health_checks`; a domain or another app adds one by
naming it there. Checks under `database` ask the database and the configuration only, so that a form may ask them;
those under `machine` also start programs, ask Redis and send requests.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import frappe
from frappe import _

DATABASE, MACHINE = "database", "machine"
MISSING, HINT, FACT = "Missing", "Hint", "Fact"
CHECKS = "smooth_lms_health_checks"


@dataclass(frozen=True, slots=True)
class Finding:
	"""What one check found.

	Args: level, MISSING for what people will run into, HINT for what may be meant, FACT for what is good to know;
	sentence, what is so; advice, what to do.
	"""

	level: str
	sentence: str
	advice: str = ""

	def __str__(self) -> str:
		return f"{self.sentence} {self.advice}".rstrip()


@dataclass(frozen=True, slots=True)
class Question:
	"""What the checks may need to know. Args: address, where people reach the site, such as https://learn.example."""

	address: str | None = None


def findings(*kinds: str, question: Question | None = None) -> list[Finding]:
	"""What the checks of some kinds found. A check that fails is a finding itself.

	Args: kinds, DATABASE and MACHINE.
	"""
	hooks = frappe.get_hooks(CHECKS)
	paths = [path for kind in kinds for path in hooks.get(kind, [])]
	return [finding for path in paths for finding in _found(path, question or Question())]


def _found(path: str, question: Question) -> Iterator[Finding]:
	try:
		answer: Iterable[Finding] = frappe.get_attr(path)(question)
		yield from answer
	except Exception as error:  # one that cannot be made hides none of the others
		yield Finding(
			MISSING,
			_("The check {0} could not be made: {1}").format(path, error),
			_("Mend what it says, or report it with the output of bench version."),
		)
