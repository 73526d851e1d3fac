import re

import frappe
from frappe import _

from smooth_lms.base.guarded import GuardedDocument

HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")


class LMSCertificateDesign(GuardedDocument):
	"""How certificates look, and who signs them. See `compliance/designs.py` and `compliance/sheet.py`."""

	def validate(self) -> None:
		self.company = self.company or None  # unique, where there is one
		if self.color and not HEX.match(self.color):
			frappe.throw(_("The color has the form #RRGGBB, such as #1f3a5f: choose it with the picker."))
