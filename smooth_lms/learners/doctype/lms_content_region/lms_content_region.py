from smooth_lms.base.guarded import GuardedDocument


class LMSContentRegion(GuardedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from smooth_lms.learners.doctype.lms_content_region_country.lms_content_region_country import (
			LMSContentRegionCountry,
		)

		countries: DF.TableMultiSelect[LMSContentRegionCountry] | None
		title: DF.Data
	# end: auto-generated types

	may_be_merged = True
