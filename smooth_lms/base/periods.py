"""How long something is valid: months, which end on the same day of a month, or days."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

import frappe
from frappe import _


@dataclass(frozen=True, slots=True)
class Period:
	"""How long a completion is valid; nothing at all means for ever."""

	months: int = 0
	days: int = 0

	def __bool__(self) -> bool:
		return bool(self.months or self.days)

	@property
	def least_days(self) -> int:
		"""The days that it has at least, whenever it begins."""
		return self.months * 28 + self.days

	@property
	def most_days(self) -> int:
		"""The days that it has at most."""
		return self.months * 31 + self.days

	def after(self, start: date, times: int = 1) -> date:
		"""The day `times` periods after `start`, counted from `start` itself, so that month ends do not drift.

		A day that its month does not have is the last day of that month: a year after 29 February is 28 February, and
		four years after it is 29 February again.
		"""
		return start + relativedelta(months=self.months * times, days=self.days * times)


FOR_EVER = Period()


def require_one_unit(months: int | None, days: int | None) -> None:
	"""Raise ValidationError where a period was entered in both units."""
	if months and days:
		frappe.throw(_("Enter months or days, not both: set the other one to 0."))
