"""What the roster's rules speak about: people as HR, Frappe and we know them, and the changes between. No database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from smooth_lms.learners.sync.problems import Problem
from smooth_lms.people.presence import AWAY

ACTIVE, PENDING = "Active", "Pending"
CREATE, LINK, UPDATE, ARCHIVE, RESTORE = "Create", "Link", "Update", "Archive", "Restore"

LEFT, EXCLUDED, NO_PROFILE = "Left", "Excluded", "No learning profile"
GONE, OTHER_ACCOUNT, BY_HAND, UNDONE = "No longer in HR", "Other account", "By hand", "Undone"
NOT_YET = "Not yet"

KEEPS_SEATS = frozenset({*AWAY, OTHER_ACCOUNT})
"""Reasons after which a person may be back tomorrow, or is still here under another account."""
ENDED_FOR_GOOD = frozenset({LEFT, GONE})
ALWAYS_TAKEN = frozenset({"LMS Student", "LMS Team Viewer"})
"""Roles that an archived learner loses even if somebody gave them by hand."""
NEEDS_ACCOUNT = "System Manager"
STAYS_OPEN = "stays open"
"""What becomes of the account of a leaver that HR's word does not close."""
RENAME, KEEP_NAME = "rename", "keep"
"""What becomes of an account whose work e-mail HR has changed; KEEP_NAME where something is in the way."""


@dataclass(frozen=True, slots=True)
class Policy:
	"""What LMS Settings say, and the day it is."""

	today: date
	profiles_only: bool = False
	default_profile: str | None = None
	days_before: int = 0
	provision: bool = True
	disable_leavers: bool = True
	renames: bool = False
	"""Whether an account follows a work e-mail that HR changes."""
	profiles: Mapping[str, frozenset[str]] = field(default_factory=dict)
	"""Roles by learning profile."""
	regions: Mapping[str, str] = field(default_factory=dict)
	"""Content region by country."""


@dataclass(slots=True)
class Employee:
	"""An Employee record. `values` and `group` are read only for people whose learner is compared."""

	name: str
	full_name: str = ""
	status: str = ACTIVE
	user_id: str | None = None
	email: str | None = None
	"""The work e-mail, case-folded."""
	starts: date | None = None
	relieving: date | None = None
	separated: bool = False
	"""An Employee Separation was submitted."""
	onboarded: bool = False
	"""An Employee Onboarding was submitted."""
	excluded: bool = False
	keeps_access: bool = False
	"""HR said so when they left."""
	profile: str | None = None
	not_given: bool = False
	"""The profile was given by nobody who may give it; read only for people whose learner is compared."""
	manager: str | None = None
	department: str | None = None
	serial: str = ""
	"""Creation, to decide between equals: the older record wins."""
	lms_status: str = ""
	group: str | None = None
	"""The department, branch or cost centre that the learner's group follows."""
	values: dict[str, Any] = field(default_factory=dict)
	"""Learner fields that HR owns, by name."""


@dataclass(slots=True)
class Learner:
	"""An LMS Learner as it is."""

	user: str
	employee: str | None = None
	full_name: str = ""
	status: str = ACTIVE
	source: str = "Manual"
	reason: str | None = None
	archived_on: datetime | None = None
	profile: str | None = None
	approver: str | None = None
	approver_from_hr: bool = False
	region: str | None = None
	granted: frozenset[str] = frozenset()
	disabled_by_sync: bool = False
	account_from_sync: bool = False
	joined: bool = False
	department: str | None = None
	groups: frozenset[str] = frozenset()
	"""What the groups that came from HR follow."""
	values: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Account:
	"""A User as it is."""

	name: str
	enabled: bool = True
	standard: bool = True
	"""False for a custom User Type: Frappe resets the roles of these at every save."""
	roles: frozenset[str] = frozenset()
	names: Mapping[str, str | None] | None = None
	"""`first_name, last_name, full_name`; None where they were not read."""
	beyond: frozenset[str] = frozenset()
	"""Roles that neither training nor HR's records need: whoever gave them knows the account by another side."""


@dataclass(slots=True)
class Change:
	"""One person's changes. `before` and `after` are what LMS Sync Change keeps, and what undo reads."""

	action: str
	user: str
	employee: str | None
	full_name: str
	department: str | None
	reason: str | None
	before: dict[str, Any]
	after: dict[str, Any]

	@property
	def fields(self) -> dict[str, Any]:
		"""The learner's fields that get a new value."""
		return self.after.get("fields", {})


@dataclass(slots=True)
class Resolved:
	"""Which Employee record speaks for which account."""

	primary: dict[str, Employee] = field(default_factory=dict)
	"""By account, case-folded; the account may have to be made."""
	account_of: dict[str, str] = field(default_factory=dict)
	"""Account (case-folded) by Employee, whoever speaks for it."""
	problems: dict[str, Problem] = field(default_factory=dict)
	"""Why an Employee is left out, by Employee."""
