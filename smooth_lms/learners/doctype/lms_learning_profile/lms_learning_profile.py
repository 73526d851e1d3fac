import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base.guarded import GuardedDocument


class LMSLearningProfile(GuardedDocument):
	"""Roles in training that HR gives together. What it may grant and who may give it: `permissions/profiles.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from smooth_lms.learners.doctype.lms_learning_profile_role.lms_learning_profile_role import (
			LMSLearningProfileRole,
		)

		description: DF.SmallText | None
		given_by: DF.Literal["", "HR", "System Manager"]
		roles: DF.TableMultiSelect[LMSLearningProfileRole] | None
		title: DF.Data
	# end: auto-generated types

	def validate(self) -> None:
		if foreign := permissions.foreign_roles(row.role for row in self.roles):
			sentence = _("A learning profile grants learning roles only: take out {0}.")
			frappe.throw(sentence.format(frappe.utils.escape_html(", ".join(foreign))))
		if not self.given_by:
			grants_all = any(row.role == "Moderator" for row in self.roles)
			self.given_by = permissions.BY_SYSTEM_MANAGER if grants_all else permissions.BY_HR
