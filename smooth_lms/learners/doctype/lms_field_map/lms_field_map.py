from smooth_lms.base.guarded import GuardedRow


class LMSFieldMap(GuardedRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		learner_field: DF.Literal[
			"first_name",
			"last_name",
			"language",
			"work_email",
			"company",
			"job_title",
			"department",
			"branch",
			"home_phone",
			"cell_phone",
			"address",
			"address_line_2",
			"city",
			"province",
			"country",
			"postal_code",
			"registration_date",
			"expiration_date",
			"notifications_enabled",
			"access_mode",
		]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		source: DF.Literal["Employee", "Address", "Company", "User", "Fixed value"]
		source_field: DF.Data | None
	# end: auto-generated types
