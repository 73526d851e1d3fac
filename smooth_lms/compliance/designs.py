"""Which design a certificate has, and who issues it: decided once, when it is issued, and kept with it.

The course's own design comes first, then that of the person's company, then the one of LMS Settings. A certificate
keeps its design and issuer: a new head of training signs certificates from now on, not those of years ago.
"""

from collections.abc import Callable
from dataclasses import dataclass

import frappe

from smooth_lms.base.settings import setting

DOCTYPE = "LMS Certificate Design"


@dataclass(frozen=True, slots=True)
class Chosen:
	"""What a certificate keeps about its look."""

	design: str | None
	issuer: str | None


def chooser() -> Callable[[str | None, str | None], Chosen]:
	"""A function from a course's own design and a person's company to what applies. One query, for any number."""
	rows = frappe.get_all(DOCTYPE, fields=["name", "company", "issuer"], limit=0)
	issuers = {row.name: row.issuer for row in rows}
	of_company = {row.company: row.name for row in rows if row.company}
	general = setting("certificate_design")

	def choose(own: str | None, company: str | None) -> Chosen:
		design = next((each for each in (own, of_company.get(company), general) if each in issuers), None)
		issuer = issuers.get(design) or company or frappe.defaults.get_global_default("company")
		return Chosen(design, issuer or None)

	return choose
