"""The cohorts of one person."""

import frappe


def of_member(user: str) -> list[dict]:
	"""The enrollments of a person, the newest first: `batch, title, status, source, enrolled_on, owner`."""
	taken, batch = frappe.qb.DocType("LMS Batch Enrollment"), frappe.qb.DocType("LMS Batch")
	return (
		frappe.qb.from_(taken)
		.join(batch)
		.on(batch.name == taken.batch)
		.select(
			taken.batch,
			batch.title,
			batch.start_date,
			taken.status,
			taken.source,
			taken.enrolled_on,
			taken.owner,
		)
		.where(taken.member == user)
		.orderby(taken.creation)
	).run(as_dict=True)[::-1]
