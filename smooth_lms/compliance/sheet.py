"""The certificate as a sheet of paper: a design of LMS Certificate Design filled in, as HTML for the PDF engine.

Everything that it shows is in it, pictures too, so that nothing is fetched. Sizes are those of the paper, because the
program for PDFs knows neither flexible boxes nor the height of a page.
"""

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

import frappe
from frappe import _
from frappe.utils import getdate
from frappe.utils.jinja_globals import is_rtl

from smooth_lms.base import dates, files
from smooth_lms.compliance import designs, printing
from smooth_lms.compliance.standing import standing_on

TEMPLATE = "templates/print/certificate.html"
MARGIN = 8
"""Millimetres around the sheet; what printers leave white."""
LARGEST = (1200, 600)
"""Pixels of a picture on paper; more only makes files heavy."""
COLOR = "#1f3a5f"
PORTRAIT = ("Plain",)
PAPERS = {"A4": (210, 297), "Letter": (216, 279)}
LONG_DATE = "long"
NAME_SIZES = ((22, 34), (34, 28), (52, 22), (80, 17))
TITLE_SIZES = ((34, 22), (60, 18), (110, 15))
"""Points of type for texts of up to so many characters; the last one less two for longer ones."""


@dataclass(frozen=True, slots=True)
class Paper:
	"""What a design is printed on."""

	size: str
	landscape: bool

	@property
	def millimetres(self) -> tuple[int, int]:
		"""Width and height within the margins."""
		short, long = (side - 2 * MARGIN for side in PAPERS[self.size])
		return (long, short) if self.landscape else (short, long)

	@property
	def options(self) -> dict[str, str]:
		"""What the program for PDFs is told."""
		return {"page-size": self.size, "orientation": "Landscape" if self.landscape else "Portrait"}


def paper_of(certificate: Any) -> Paper:
	"""The paper of a certificate's design."""
	return _paper(_design(certificate.get("design")))


def of_certificate(certificate: Any) -> str:
	"""The sheet of an LMS Certificate (document), as HTML."""
	return _render(_design(certificate.get("design")), certificate.as_dict())


def lms_certificate_sheet(certificate: Any) -> str:
	"""The same, for print formats (hook `jinja`)."""
	return of_certificate(certificate)


def sample(design: Any) -> tuple[str, Paper]:
	"""The sheet of an LMS Certificate Design (document) for somebody who does not exist, and its paper."""
	chosen = designs.chooser()(design.name, design.company)
	today = getdate()
	words = {
		"status": "Valid",
		"member_name": _("Name of the learner"),
		"course_title": _("Title of the course"),
		"issuer": design.issuer or design.company or chosen.issuer,
		"issue_date": today,
		"completed_on": today,
		"expiry_date": today.replace(year=today.year + 2, day=min(today.day, 28)),
		"verification_code": "00000-00000-00000-00000",
	}
	return _render(design, frappe._dict(words)), _paper(design)


def _design(name: str | None) -> Any:
	"""The design of that name; else the one of LMS Settings; else what a new one would be."""
	chosen = name or designs.chooser()(None, None).design
	if chosen and frappe.db.exists(designs.DOCTYPE, chosen):
		return frappe.get_cached_doc(designs.DOCTYPE, chosen)
	usual = frappe.db.get_single_value("Print Settings", "pdf_page_size")
	return frappe.get_doc(
		{
			"doctype": designs.DOCTYPE,
			"layout": "Classic",
			"page_size": usual if usual in PAPERS else "A4",
			"show_seal": 1,
		}
	)


def _paper(design: Any) -> Paper:
	return Paper(design.page_size if design.page_size in PAPERS else "A4", design.layout not in PORTRAIT)


def _render(design: Any, certificate: Mapping[str, Any]) -> str:
	standing = standing_on(getdate(), certificate["status"], certificate["expiry_date"])
	paper = _paper(design)
	width, height = paper.millimetres
	issuer = certificate["issuer"]
	return frappe.render_template(
		TEMPLATE,
		{
			"layout": design.layout.lower(),
			"width": width,
			"height": height,
			"margin": MARGIN,
			"direction": "rtl" if is_rtl() else "ltr",
			"color": design.color or COLOR,
			"issuer": issuer,
			"logo": _picture(design.logo) or _picture(_company_logo(issuer)),
			"void": {"valid": "", "expired": _("Expired")}.get(standing, _("No longer valid")),
			"holder": certificate["member_name"],
			"holder_size": _size(certificate["member_name"], NAME_SIZES),
			"course": certificate["course_title"],
			"course_size": _size(certificate["course_title"], TITLE_SIZES),
			"statement": design.statement,
			"control": certificate.get("compliance_control_id"),
			"completed": _day(certificate.get("completed_on") or certificate["issue_date"]),
			"issued": _day(certificate["issue_date"]),
			"expires": _day(certificate["expiry_date"]),
			"show_seal": design.show_seal,
			"seal": _picture(design.seal) if design.show_seal else None,
			"signature": _picture(design.signature),
			"signed_by": design.signed_by,
			"signed_by_title": design.signed_by_title,
			"code": certificate["verification_code"],
			"address": printing.lms_certificate_url(certificate["verification_code"]),
			"qr": printing.lms_certificate_qr(certificate["verification_code"]),
		},
	)


def _day(value: Any) -> str | None:
	return dates.day(getdate(value), LONG_DATE) if value else None


def _size(text: str | None, sizes: tuple[tuple[int, int], ...]) -> int:
	length = len(text or "")
	return next((points for most, points in sizes if length <= most), sizes[-1][1] - 2)


def _company_logo(company: str | None) -> str | None:
	if not company or not frappe.get_meta("Company").has_field("company_logo"):
		return None
	return frappe.db.get_value("Company", company, "company_logo")


def _picture(url: str | None) -> str | None:
	"""A picture that is stored here as a data address; None for what is none, or is gone."""
	stored = files.address(url)
	if not stored:
		return None
	try:
		with Image.open(files.disk_path(stored)) as picture:
			picture.thumbnail(LARGEST)
			content = io.BytesIO()
			picture.convert("RGBA").save(content, "PNG")
	except (OSError, ValueError, frappe.DoesNotExistError, Image.DecompressionBombError):
		return None  # a certificate without its logo is better than none
	return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()
