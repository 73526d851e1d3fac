import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.base.periods import require_one_unit


class ComplianceType(GuardedDocument):
	"""A kind of proof that employees need, and what counts as one. See `compliance/requirements.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from smooth_lms.compliance.doctype.compliance_type_course.compliance_type_course import (
			ComplianceTypeCourse,
		)
		from smooth_lms.compliance.doctype.compliance_type_quiz.compliance_type_quiz import ComplianceTypeQuiz

		category: DF.Data | None
		compliance_control_id: DF.Data | None
		compliance_type: DF.Data
		courses: DF.Table[ComplianceTypeCourse]
		description: DF.SmallText | None
		enabled: DF.Check
		mandatory: DF.Check
		quizzes: DF.Table[ComplianceTypeQuiz]
		renewal_days: DF.Int
		renewal_months: DF.Int
	# end: auto-generated types

	def validate(self) -> None:
		require_one_unit(self.renewal_months, self.renewal_days)
		for field, rows in (("course", self.courses), ("quiz", self.quizzes)):
			names = [row.get(field) for row in rows]
			twice = next((name for name in names if names.count(name) > 1), None)
			if twice:
				frappe.throw(_("{0} is listed twice: remove one of the rows.").format(escape_html(twice)))
