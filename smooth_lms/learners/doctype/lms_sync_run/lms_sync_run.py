from smooth_lms.base.guarded import GuardedDocument


class LMSSyncRun(GuardedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		abort_requested: DF.Check
		approved: DF.Check
		archived: DF.Int
		attempt: DF.Int
		changes: DF.Int
		created: DF.Int
		decided_by: DF.Link | None
		decided_on: DF.Datetime | None
		dry_run: DF.Check
		duration: DF.Float
		employees: DF.Int
		enrolled: DF.Int
		error: DF.SmallText | None
		failed: DF.Int
		finished_on: DF.Datetime | None
		held_reason: DF.SmallText | None
		last_step_on: DF.Datetime | None
		licences_returned: DF.Int
		linked: DF.Int
		manager_loops: DF.SmallText | None
		planned: DF.Check
		processed: DF.Int
		requested_by: DF.Link | None
		restored: DF.Int
		seats_freed: DF.Int
		skipped: DF.Int
		skipped_people: DF.LongText | None
		started_on: DF.Datetime | None
		status: DF.Literal["Queued", "Running", "Held", "Completed", "Failed", "Aborted", "Undone"]
		trigger: DF.Literal["Schedule", "Person", "Event"]
		unchanged: DF.Int
		undoing: DF.Check
		updated: DF.Int
	# end: auto-generated types
