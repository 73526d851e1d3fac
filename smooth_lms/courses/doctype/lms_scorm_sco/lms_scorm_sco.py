from smooth_lms.base.guarded import GuardedRow


class LMSSCORMSCO(GuardedRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		activity_id: DF.SmallText | None
		completion_threshold: DF.Data | None
		entitlement_key: DF.SmallText | None
		href: DF.Data | None
		identifier: DF.Data | None
		is_asset: DF.Check
		launch_data: DF.Text | None
		mastery_score: DF.Data | None
		move_on: DF.Data | None
		objectives: DF.LongText | None
		own_window: DF.Check
		parameters: DF.Data | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		shared_data: DF.LongText | None
		time_limit: DF.Data | None
		time_limit_action: DF.Data | None
		title: DF.Data | None
	# end: auto-generated types
