"""What lists show and what single records allow are the same thing, for every kind of reader."""

import pytest

import frappe

from smooth_lms import permissions
from smooth_lms.cohorts import enrollment
from tests.support.factories import company, make_batch, make_employee, make_user, make_users

PEOPLE_DOCTYPES = ("LMS Batch Enrollment", "LMS Enrollment")


class World:
	"""Two cohorts, two learners in each, an instructor of the first, and people of HR."""

	def __init__(self) -> None:
		self.instructor = make_user(roles=["Batch Evaluator"]).name
		self.author = make_user(roles=["Course Creator"]).name
		self.moderator = make_user(roles=["Moderator"]).name
		self.hr = make_user(roles=["HR User"]).name
		self.limited_hr = make_user(roles=["HR User"]).name
		self.nobody = make_user(roles=["Inbox User"]).name
		self.learner, self.other, self.third, self.external = (make_user().name for _ in range(4))
		self.mine = make_batch(instructors=[{"instructor": self.instructor}])
		self.theirs = make_batch()
		far = company("Far Away Branch")
		make_employee(self.learner)
		make_employee(self.other)
		make_employee(self.third, company=far)
		for batch, user in (
			(self.mine, self.learner),
			(self.mine, self.other),
			(self.theirs, self.third),
			(self.theirs, self.external),
		):
			enrollment.enroll(batch.name, user, source="Desk")
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": self.limited_hr,
				"allow": "Company",
				"for_value": far,
				"apply_to_all_doctypes": 1,
			}
		).insert()

	def seen(self, reader: str, doctype: str) -> set[str]:
		"""Members whose records a list shows to the reader."""
		frappe.set_user(reader)
		rows = frappe.get_list(
			doctype,
			filters={"batch": ["in", [self.mine.name, self.theirs.name]]},
			pluck="member",
			limit=0,
		)
		frappe.set_user("Administrator")
		return set(rows)


@pytest.fixture(scope="module")
def world(_connection):
	"""Made once and kept: accounts are dear, and these tests only look."""
	made = World()
	frappe.db.commit()
	return made


@pytest.mark.parametrize("doctype", PEOPLE_DOCTYPES)
def test_who_sees_whose_enrollments(world, doctype):
	everybody = {world.learner, world.other, world.third, world.external}
	assert world.seen(world.moderator, doctype) == everybody
	assert world.seen(world.hr, doctype) == everybody
	assert world.seen(world.limited_hr, doctype) == {world.third}
	assert world.seen(world.instructor, doctype) == {world.learner, world.other}
	assert world.seen(world.learner, doctype) == {world.learner}
	assert world.seen(world.external, doctype) == {world.external}


@pytest.mark.parametrize("doctype", PEOPLE_DOCTYPES)
def test_a_single_record_allows_what_the_list_shows(world, doctype):
	names = {"batch": ["in", [world.mine.name, world.theirs.name]]}
	docs = [frappe.get_doc(doctype, name) for name in frappe.get_all(doctype, filters=names, pluck="name")]
	for reader in (
		world.moderator,
		world.hr,
		world.limited_hr,
		world.instructor,
		world.learner,
		world.nobody,
	):
		try:
			shown = world.seen(reader, doctype)
		except frappe.PermissionError:
			shown = set()
		readable = {
			doc.member for doc in docs if frappe.has_permission(doctype, "read", doc=doc, user=reader)
		}
		assert readable == shown, reader


def test_nobody_without_a_role_lists_anything(world):
	for doctype in (*PEOPLE_DOCTYPES, "LMS Batch", "LMS Course", "LMS Payment", "LMS Enrollment Run"):
		with pytest.raises(frappe.PermissionError):
			world.seen(world.nobody, doctype)


@pytest.mark.parametrize("doctype", ["LMS Batch", "LMS Course", "LMS Enrollment Run", "LMS Settings"])
def test_learners_read_cohorts_and_courses_through_the_portal_only(world, doctype):
	"""The documents hold join links, guidelines and quiz answers; the portal shows what a reader may see."""
	assert not frappe.has_permission(doctype, "read", user=world.learner)


@pytest.mark.parametrize("ptype", ["write", "create", "delete"])
@pytest.mark.parametrize("doctype", [*PEOPLE_DOCTYPES, "LMS Payment"])
def test_learners_write_nothing_directly(world, doctype, ptype):
	assert not frappe.has_permission(doctype, ptype, user=world.learner)


def test_an_instructor_sees_their_own_cohorts(world):
	frappe.set_user(world.instructor)
	names = {world.mine.name, world.theirs.name}
	assert set(frappe.get_list("LMS Batch", pluck="name", limit=0)) & names == {world.mine.name}
	assert frappe.has_permission("LMS Batch", "read", doc=world.mine.name)
	assert not frappe.has_permission("LMS Batch", "read", doc=world.theirs.name)


def test_payments_are_private(world):
	values = {"doctype": "LMS Payment", "batch": world.mine.name, "amount": 5, "currency": "EUR"}
	own = frappe.get_doc({**values, "member": world.learner}).insert()
	other = frappe.get_doc({**values, "member": world.other}).insert()
	frappe.set_user(world.learner)
	shown = frappe.get_list("LMS Payment", pluck="name", limit=0)
	assert own.name in shown
	assert other.name not in shown
	assert frappe.has_permission("LMS Payment", "read", doc=own)
	assert not frappe.has_permission("LMS Payment", "read", doc=other)


def test_reach_of_hr_ends_at_the_employees_they_may_see(world):
	users = [world.learner, world.third, world.external]
	frappe.set_user(world.limited_hr)
	assert permissions.outside_reach(users) == {world.learner, world.external}
	frappe.set_user(world.learner)
	assert permissions.outside_reach(users) == set(users)
	frappe.set_user(world.moderator)
	assert permissions.outside_reach(users) == set()


def test_employee_self_service_users_are_learners():
	"""Frappe resets such users to that one role whenever they are saved."""
	(user,) = make_users(1, roles=["Employee Self Service"])
	assert permissions.is_learner(user)
	doc = enrollment.enroll(make_batch().name, user, source="Desk")
	frappe.set_user(user)
	assert frappe.get_list("LMS Batch Enrollment", pluck="name") == [doc.name]


def test_hr_rest_insert_outside_their_reach_is_refused(world):
	batch = make_batch()
	frappe.set_user(world.limited_hr)
	doc = frappe.get_doc({"doctype": "LMS Batch Enrollment", "batch": batch.name, "member": world.learner})
	with pytest.raises(frappe.PermissionError):
		doc.insert()
	frappe.get_doc({"doctype": "LMS Batch Enrollment", "batch": batch.name, "member": world.third}).insert()
