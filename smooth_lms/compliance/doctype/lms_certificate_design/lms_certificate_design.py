import re

import frappe
from frappe import _

from smooth_lms.base.guarded import GuardedDocument

HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")


class LMSCertificateDesign(GuardedDocument):
	"""How certificates look, and who signs them. See `compliance/designs.py` and `compliance/sheet.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		color: DF.Color | None
		company: DF.Link | None
		issuer: DF.Data | None
		layout: DF.Literal["Classic", "Modern", "Plain"]
		logo: DF.AttachImage | None
		page_size: DF.Literal["A4", "Letter"]
		seal: DF.AttachImage | None
		show_seal: DF.Check
		signature: DF.AttachImage | None
		signed_by: DF.Data | None
		signed_by_title: DF.Data | None
		statement: DF.SmallText | None
		title: DF.Data
	# end: auto-generated types

	begins_empty = ("company",)

	def validate(self) -> None:
		self.company = self.company or None  # unique, where there is one
		if self.color and not HEX.match(self.color):
			frappe.throw(_("The color has the form #RRGGBB, such as #1f3a5f: choose it with the picker."))
