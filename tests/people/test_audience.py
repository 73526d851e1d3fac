"""Audiences of courses and cohorts: what one reader is shown is what the audience says of everybody at once."""

from hypothesis import given, settings
from hypothesis import strategies as st

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.people import audience
from smooth_lms.permissions import shown
from tests.support.factories import (
	company,
	make_course,
	make_department,
	make_employee,
	make_learners,
	make_user,
	make_users,
	make_workforce,
	unique,
)

KINDS = ("Company", "Department", "Designation", "Branch", "LMS Learning Profile", "LMS Group")


class World:
	"""Companies, departments below each other, and people of every sort in them."""

	def __init__(self) -> None:
		top = make_department()
		below, apart = make_department(under=top), make_department(under=top)
		other = company("Smooth Other Company")
		made = {
			"Designation": [_made("Designation", "designation_name") for _ in range(2)],
			"Branch": [_made("Branch", "branch") for _ in range(2)],
			"LMS Learning Profile": [_made("LMS Learning Profile", "title") for _ in range(2)],
			"LMS Group": [_made("LMS Group", "title") for _ in range(2)],
		}
		self.values = {"Company": [company(), other], "Department": [top, below, apart], **made}
		(one, two), (here, there) = made["Designation"], made["Branch"]
		self.people = [
			make_workforce(1, department=top, designation=one, branch=here)[0],
			make_workforce(1, department=below, designation=two, branch=here)[0],
			make_workforce(1, department=apart, designation=two, company=other)[0],
			make_workforce(1, branch=there, company=other)[0],
			*make_users(2),
		]
		make_learners(self.people[:1], learning_profile=made["LMS Learning Profile"][0])
		make_learners(self.people[1:2], learning_profile=made["LMS Learning Profile"][1])
		# without an employee record: what the learner record says
		make_learners(self.people[4:5], source="Manual", company=other, department=below, job_title=one)
		for user, group in zip((self.people[0], self.people[4]), made["LMS Group"], strict=True):
			doc = frappe.get_doc("LMS Learner", user)
			doc.append("groups", {"group": group})
			doc.save()
		# two employments at a time
		twice = make_user().name
		make_employee(twice, department=top)
		second = make_employee(department=apart, company=other, designation=one).name
		frappe.db.set_value("Employee", second, "user_id", twice)  # HR's form allows one; imports do not ask
		self.people.append(twice)
		# neither HR nor a learner record knows them
		self.people.append(make_user().name)
		self.course = make_course(lessons=0, company=None).name


def _made(doctype: str, field: str) -> str:
	values = {"doctype": doctype, field: unique(doctype)}
	return frappe.get_doc(values).insert(ignore_permissions=True).name


line = st.tuples(
	st.sampled_from(["Include", "Include", "Exclude"]), st.sampled_from(KINDS), st.integers(0, 2)
)
single = st.tuples(st.sampled_from(["Pin", "Exempt"]), st.integers(0, 7), st.sampled_from([None, 0, -1]))


def test_a_reader_sees_what_the_audience_says_of_everybody():
	world = World()

	@given(
		lines=st.lists(line, max_size=4, unique_by=lambda row: row[1:]),
		singles=st.lists(single, max_size=2, unique_by=lambda row: row[1]),
		of_company=st.sampled_from([None, 0, 1]),
		apart=st.booleans(),
	)
	@settings(max_examples=25, deadline=None)
	def agree(lines, singles, of_company, apart):
		doc = frappe.get_doc("LMS Course", world.course)
		doc.set("audience", [])
		doc.set("exceptions", [])
		for effect, kind, number in lines:
			values = world.values[kind]
			doc.append("audience", {"effect": effect, "kind": kind, "value": values[number % len(values)]})
		rows = {(row.kind, row.value): row for row in doc.audience}
		doc.set("audience", list(rows.values()))
		for effect, number, until in singles:
			until = None if until is None else add_days(today(), until)
			row = {"effect": effect, "member": world.people[number % len(world.people)], "until": until}
			doc.append("exceptions", {**row, "reason": "x"})
		doc.company = None if of_company is None else world.values["Company"][of_company]
		frappe.db.set_single_value("LMS Settings", "own_company_only", int(apart))
		doc.save()
		out = audience.left_out(audience.of_shown(doc, getdate()), getdate(), world.people)
		for user in world.people:
			expected = user not in out
			assert shown.is_to(user, "LMS Course", world.course) is expected, (user, lines, singles)
		frappe.db.set_single_value("LMS Settings", "own_company_only", 0)

	agree()  # pylint: disable=no-value-for-parameter
