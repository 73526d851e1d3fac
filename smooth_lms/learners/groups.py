"""Groups that follow a department, branch or cost centre of HR, beside those that people made."""

from collections.abc import Collection, Mapping, Sequence

import frappe

from smooth_lms.base.rows import insert_rows, select_rows, set_value

LEARNER, MEMBER = "LMS Learner", "LMS Learner Group"


def assign(wanted: Mapping[str, Collection[str]]) -> None:
	"""Put learners into the groups that follow these records of HR; groups that a person chose stay.

	Args: wanted, the records by learner. A missing group is made.
	"""
	if not wanted:
		return
	followed = frappe.get_cached_doc("LMS Settings").groups_follow
	names = _groups(followed, {record for records in wanted.values() for record in records})
	frappe.db.sql(
		"delete from `tabLMS Learner Group` where parenttype = 'LMS Learner' and from_hr = 1 and parent in %s",
		[tuple(wanted)],
	)
	insert_rows(
		MEMBER,
		("parent", "parenttype", "parentfield", "group", "from_hr"),
		[
			(user, LEARNER, "groups", names[record], 1)
			for user in sorted(wanted)
			for record in sorted(wanted[user])
		],
	)


def add(learners: Sequence[str], group: str) -> list[str]:
	"""Put learners, whose rows are locked, into a group. Returns those who were not in it."""
	new = sorted(set(learners) - _in(learners, group))
	insert_rows(
		MEMBER,
		("parent", "parenttype", "parentfield", "group", "from_hr"),
		[(user, LEARNER, "groups", group, 0) for user in new],
	)
	return new


def remove(learners: Sequence[str], group: str) -> list[str]:
	"""Take learners, whose rows are locked, out of a group. Returns those who were in it."""
	gone = sorted(_in(learners, group))
	frappe.db.delete(MEMBER, {"parenttype": LEARNER, "group": group, "parent": ["in", gone or [""]]})
	return gone


def _in(learners: Sequence[str], group: str) -> set[str]:
	# a locking read: somebody else may have moved them since this transaction's first read
	where = {"parenttype": LEARNER, "group": group}
	return {
		parent for (parent,) in select_rows(MEMBER, ["parent"], {"parent": list(learners)}, where, lock=True)
	}


def _groups(followed: str, records: Collection[str]) -> dict[str, str]:
	"""The group of each record of HR, made where missing."""
	found = {
		row.followed_record: row.name
		for row in frappe.get_all(
			"LMS Group",
			filters={"source": "HR", "follows": followed, "followed_record": ["in", list(records) or [""]]},
			fields=["name", "followed_record"],
			order_by="creation desc",
			limit=0,
		)
	}
	for record in sorted(set(records) - set(found)):
		group = frappe.get_doc(
			{
				"doctype": "LMS Group",
				"title": record,
				"source": "HR",
				"follows": followed,
				"followed_record": record,
			}
		)
		found[record] = group.insert(ignore_permissions=True).name
	return found


def record_renamed(doctype: str, old: str, new: str) -> None:
	"""A department, branch or cost centre has another name now: its group goes with it."""
	names = frappe.get_all(
		"LMS Group", filters={"source": "HR", "follows": doctype, "followed_record": old}, pluck="name"
	)
	if names and not frappe.db.exists("LMS Group", {"follows": doctype, "followed_record": new}):
		set_value("LMS Group", names[0], {"followed_record": new, "title": new})
