"""Frappe's own doors, tried by everybody at a record of every DocType: a new one without a record fails here."""

import json

import pytest

import frappe
import frappe.client
import frappe.share
from frappe.model.rename_doc import update_document_title
from frappe.utils import today

from smooth_lms import hooks
from smooth_lms.compliance import retention
from smooth_lms.exceptions import HistoryError
from smooth_lms.permissions import doors, rows
from tests.security.asking import ask
from tests.security.records import FAR, RECORDS, Stage, doctypes, tables_of
from tests.support.factories import make_batch, make_course, make_employee, make_question, make_user, unique

INTRUDERS = ("nobody", "learner", "foreign", "manager", "hr", "limited_hr", "hr_manager")
"""Who has no right on the author's course and cohort, whatever else they may do."""


@pytest.fixture(scope="module")
def stage(_connection):
	frappe.set_user("Administrator")
	made = Stage()
	frappe.db.commit()
	return made


@pytest.fixture
def acting(stage):
	"""Sets the session's user to one of the stage's people."""

	def act(person):
		frappe.set_user(stage.people[person])
		frappe.clear_messages()

	return act


def refused(call, *args, **kwargs):
	"""Whether a door stays shut; what it wrote is undone."""
	frappe.db.savepoint("door")
	try:
		call(*args, **kwargs)
	except (frappe.PermissionError, frappe.DoesNotExistError, frappe.ValidationError):
		return True
	finally:
		frappe.db.rollback(save_point="door")
	return False


class TestTheStage:
	def test_has_a_record_of_each_doctype(self, stage):
		assert sorted(RECORDS) == doctypes()
		for doctype, name in stage.records.items():
			assert frappe.db.exists(doctype, name), doctype

	def test_has_a_row_in_each_table(self, stage):
		empty = [
			(doctype, field.fieldname)
			for doctype, name in stage.records.items()
			for field in tables_of(doctype)
			if not frappe.get_all(field.options, {"parent": name, "parenttype": doctype})
		]
		assert empty == []


class TestListsOfRows:
	def test_each_child_doctype_has_a_query_condition(self, monkeypatch):
		monkeypatch.setattr(rows, "rows_query", lambda doctype, user: (doctype, user))
		for doctype in doctypes(tables=True):
			path = hooks.permission_query_conditions.get(doctype)
			assert path, doctype
			# as the versions call it: newer ones name the DocType
			assert frappe.call(frappe.get_attr(path), "x@example.com") == (doctype, "x@example.com")
			told = frappe.call(frappe.get_attr(path), "x@example.com", doctype=doctype)
			assert told == (doctype, "x@example.com")

	@pytest.mark.parametrize("person", [*INTRUDERS, "author", "moderator", "self_service"])
	def test_show_rows_of_records_that_the_reader_may_list(self, stage, acting, person):
		wrong = []
		for doctype in doctypes(tables=True):
			for parent in rows.parents_of(doctype):
				acting(person)
				try:
					found = frappe.client.get_list(
						doctype,
						fields=["name", "parent"],
						parent=parent,
						limit_page_length=0,
						filters={"parenttype": parent},
					)
				except frappe.PermissionError:
					continue
				if frappe.get_meta(parent).issingle:
					continue
				seen = set(frappe.get_list(parent, pluck="name", limit=0))
				hidden = {row.parent for row in found} - seen
				if hidden:
					wrong.append((doctype, parent, len(hidden)))
		assert wrong == []

	@pytest.mark.parametrize("person", [*INTRUDERS, "self_service"])
	@pytest.mark.parametrize(
		("method", "naming"),
		[("frappe.client.get_list", "parent"), ("frappe.desk.reportview.get", "parent_doctype")],
	)
	def test_show_nothing_at_the_desks_doors(self, stage, acting, person, method, naming):
		shown = []
		for doctype in doctypes(tables=True):
			for parent in rows.parents_of(doctype):
				name = stage.records[parent]
				acting(person)
				if frappe.has_permission(parent, "read", doc=name):
					continue
				text = ask(
					method,
					doctype=doctype,
					fields=json.dumps(["name", "parent"]),
					filters=json.dumps({"parent": name, "parenttype": parent}),
					**{naming: parent},
				)
				if f'"{name}"' in text:
					shown.append((doctype, parent))
		assert shown == []

	def test_over_http_show_a_learner_none_of_somebody_elses(self, stage, server):
		"""All learners' addresses, as they were read."""
		session = server.session(stage.people["other"])
		answer = session.get(
			f"{server.url}/api/resource/LMS Learner Group",
			params={"parent": "LMS Learner", "fields": '["parent"]', "limit_page_length": 0},
		)
		assert answer.ok
		assert answer.json()["data"] == []


class TestRowsByThemselves:
	@pytest.mark.parametrize("person", INTRUDERS)
	def test_are_decided_by_the_record_they_belong_to(self, stage, acting, person):
		"""Insert, change and delete a row of every table."""
		open_doors = []
		for doctype, name in stage.records.items():
			for field in tables_of(doctype):
				acting(person)
				if frappe.has_permission(doctype, "write", doc=name):
					continue
				row = frappe.get_all(
					field.options,
					{"parent": name, "parenttype": doctype, "parentfield": field.fieldname},
					pluck="name",
				)[0]
				stored = frappe.get_doc(field.options, row)
				values = stored.as_dict() | {"name": None, "__islocal": 1}
				doors = {
					"insert": lambda: frappe.get_doc(values).insert(),  # noqa: B023
					"save": lambda: frappe.get_doc(field.options, row).save(),  # noqa: B023
					"delete": lambda: frappe.delete_doc(field.options, row),  # noqa: B023
				}
				open_doors += [
					(doctype, field.fieldname, door) for door, call in doors.items() if not refused(call)
				]
		assert open_doors == []

	def test_a_foreign_author_does_not_become_an_instructor(self, stage, server):
		"""Over HTTP, as it was done."""
		course = stage.records["LMS Course"]
		answer = server.session(stage.people["foreign"]).post(
			f"{server.url}/api/resource/Course Instructor",
			json={
				"parent": course,
				"parenttype": "LMS Course",
				"parentfield": "instructors",
				"instructor": stage.people["foreign"],
			},
		)
		assert answer.status_code == 403
		key = {"parent": course, "instructor": stage.people["foreign"]}
		frappe.db.rollback()
		assert not frappe.db.exists("Course Instructor", key)

	def test_an_author_adds_changes_and_removes_a_row_of_their_own_course(self, acting, stage):
		course = stage.records["LMS Course"]
		acting("author")
		place = {"parent": course, "parenttype": "LMS Course", "parentfield": "instructors"}
		row = frappe.get_doc(
			{"doctype": "Course Instructor", **place, "instructor": stage.people["foreign"]}
		).insert()
		row.instructor = stage.people["moderator"]
		row.save()
		people = [each.instructor for each in frappe.get_doc("LMS Course", course).instructors]
		assert people == [stage.people["author"], stage.people["moderator"]]
		frappe.set_user("Administrator")
		frappe.delete_doc("Course Instructor", row.name)
		assert len(frappe.get_doc("LMS Course", course).instructors) == 1

	def test_a_row_is_checked_by_its_record(self, acting, stage):
		quiz = frappe.get_doc("LMS Quiz", stage.records["LMS Quiz"])
		acting("author")
		row = frappe.get_doc("LMS Quiz Question", quiz.questions[0].name)
		row.marks = -5
		assert refused(row.save)

	def test_a_row_does_not_move_to_another_record(self, acting, stage):
		mine = make_course(instructors=[{"instructor": stage.people["foreign"]}])
		stored = frappe.get_doc("LMS Course", stage.records["LMS Course"]).instructors[0]
		acting("foreign")
		row = frappe.get_doc("Course Instructor", stored.name)
		row.parent = mine.name
		assert refused(row.save)
		# and not by naming it among the rows of one's own
		doc = frappe.get_doc("LMS Course", mine.name)
		doc.append("instructors", {"name": stored.name, "instructor": stage.people["foreign"]})
		doc.save()
		assert frappe.db.get_value("Course Instructor", stored.name, "parent") == stage.records["LMS Course"]


def _moves(stage):
	"""For every kind of record that belongs to another: how an intruder would move it to their own."""
	mine = make_course(instructors=[{"instructor": stage.people["foreign"]}])
	chapter = frappe.db.get_value("Course Chapter", {"course": mine.name})
	batch = make_batch(courses=[mine.name], instructors=[{"instructor": stage.people["foreign"]}])
	to_course = {"course": mine.name}
	return {
		"LMS Question": to_course,
		"LMS Quiz": to_course,
		"LMS SCORM Package": to_course,
		"Course Chapter": to_course,
		"Course Lesson": {"chapter": chapter},
		"LMS Live Class": {"batch": batch.name, "date": batch.start_date, "course": None},
		"LMS Course": {"owner": stage.people["foreign"]},
	}


class TestMoving:
	def test_each_doctype_that_authors_and_evaluators_write_has_a_move(self, stage):
		frappe.set_user("Administrator")
		moves = _moves(stage)
		writing = {
			doctype
			for doctype in doctypes()
			for line in frappe.get_meta(doctype).permissions
			if line.role in ("Course Creator", "Batch Evaluator") and line.write and not line.permlevel
		}
		# attendance cannot be moved: its class is set once
		assert writing - {"LMS Category", "LMS Live Class Attendance"} == set(moves)

	@pytest.mark.parametrize("way", ["rest", "form"])
	def test_wants_rights_on_where_a_record_is(self, stage, server, way):
		frappe.set_user("Administrator")
		moves = _moves(stage)
		frappe.db.commit()
		session = server.session(stage.people["foreign"])
		moved = []
		for doctype, values in moves.items():
			name = stage.records[doctype]
			before = frappe.db.get_value(doctype, name, list(values), as_dict=True)
			values = {key: str(value) if value is not None else None for key, value in values.items()}
			if way == "rest":
				answer = session.put(f"{server.url}/api/resource/{doctype}/{name}", json=values)
			else:
				doc = frappe.get_doc(doctype, name).as_dict() | values
				answer = session.post(
					f"{server.url}/api/method/frappe.desk.form.save.savedocs",
					json={"doc": frappe.as_json(doc), "action": "Save"},
				)
			frappe.db.rollback()
			after = frappe.db.get_value(doctype, name, list(values), as_dict=True)
			if answer.ok or before != after:
				moved.append((doctype, answer.status_code))
		assert moved == []

	def test_wants_rights_on_where_it_goes(self, acting, stage):
		theirs = stage.records["LMS Course"]
		mine = make_course(instructors=[{"instructor": stage.people["foreign"]}])
		question = make_question(mine.name)
		acting("foreign")
		doc = frappe.get_doc("LMS Question", question.name)
		doc.course = theirs
		assert refused(doc.save)

	def test_an_author_moves_between_their_own(self, acting, stage):
		first, second = (make_course(instructors=[{"instructor": stage.people["foreign"]}]) for _ in range(2))
		question = make_question(first.name)
		acting("foreign")
		doc = frappe.get_doc("LMS Question", question.name)
		doc.course = second.name
		assert doc.save().course == second.name


class TestRenaming:
	@pytest.mark.parametrize("person", INTRUDERS)
	def test_wants_rights_on_the_record(self, stage, acting, person):
		for doctype, name in stage.records.items():
			acting(person)
			if frappe.get_meta(doctype).issingle or frappe.has_permission(doctype, "write", doc=name):
				continue
			assert refused(frappe.rename_doc, doctype, name, unique("renamed")), doctype
			assert refused(update_document_title, doctype=doctype, docname=name, name=unique("renamed"))

	@pytest.mark.parametrize("doctype", sorted(RECORDS))
	def test_merges_no_two_records_with_history(self, stage, doctype):
		"""Not even for an administrator, and not for a DocType that a site has made renameable."""
		frappe.set_user("Administrator")
		meta = frappe.get_meta(doctype)
		if meta.issingle or doctype in ("LMS Category", "LMS Content Region"):
			return
		others = frappe.get_all(doctype, {"name": ["!=", stage.records[doctype]]}, pluck="name", limit=1)
		other = others[0] if others else "x"
		assert refused(frappe.rename_doc, doctype, stage.records[doctype], other, merge=True, force=True)

	def test_merges_categories_for_those_who_may_write_both(self, acting):
		first, second = (
			frappe.get_doc({"doctype": "LMS Category", "category": unique("Category")}).insert().name
			for _ in range(2)
		)
		course = make_course(category=first)
		acting("moderator")
		frappe.rename_doc("LMS Category", first, second, merge=True)
		assert frappe.db.get_value("LMS Course", course.name, "category") == second

	def test_a_moderator_renames_a_course(self, acting):
		course = make_course()
		acting("moderator")
		name = frappe.rename_doc("LMS Course", course.name, f"{course.name}-new")
		assert frappe.db.exists("LMS Course", name)

	def test_accounts_with_history_are_not_merged(self, stage):
		other = make_user().name
		with pytest.raises(HistoryError):
			frappe.rename_doc("User", stage.people["learner"], other, merge=True)

	def test_employees_of_two_people_are_not_merged(self, stage):
		other = make_employee(make_user().name).name
		with pytest.raises(HistoryError):
			frappe.rename_doc("Employee", stage.scene.employee, other, merge=True)

	def test_two_employee_records_of_one_person_are_merged(self, stage):
		other = make_employee(status="Left", relieving_date=today()).name
		frappe.rename_doc("Employee", other, stage.scene.employee, merge=True)
		assert not frappe.db.exists("Employee", other)

	def test_each_doctype_that_names_member_and_employee_counts_as_history_of_both(self):
		naming = {
			doctype
			for doctype in doctypes()
			if {"member", "employee"} <= {field.fieldname for field in frappe.get_meta(doctype).fields}
		}
		assert naming == set(retention.OF_EMPLOYEES)


class TestTitles:
	METHOD = "frappe.desk.search.get_link_title"

	@pytest.mark.parametrize("person", [*INTRUDERS, "self_service"])
	def test_of_links_are_for_those_who_may_read_the_record(self, stage, acting, person):
		shown = []
		for doctype, name in stage.records.items():
			meta = frappe.get_meta(doctype)
			if meta.issingle or not meta.title_field:
				continue
			title = frappe.db.get_value(doctype, name, meta.title_field)
			acting(person)
			if not title or title == name or frappe.has_permission(doctype, "read", doc=name):
				continue
			if title in ask(self.METHOD, doctype=doctype, docname=name):
				shown.append(doctype)
		assert shown == []

	def test_over_http_a_learner_does_not_read_a_question(self, stage, server):
		question = stage.records["LMS Question"]
		arguments = {"doctype": "LMS Question", "docname": question}
		address = f"{server.url}/api/method/{self.METHOD}"
		told = {
			person: server.session(stage.people[person]).get(address, params=arguments).json()["message"]
			for person in ("learner", "author")
		}
		label = frappe.db.get_value("LMS Question", question, "label")
		assert told == {"learner": question, "author": label}


def rows_of(found: list | dict) -> list:
	"""The rows of what a record is linked with; Frappe 16 puts them beside the number of those left out."""
	return found["docs"] if isinstance(found, dict) else found


class TestSearches:
	@pytest.mark.parametrize("person", [*INTRUDERS, "self_service"])
	def test_find_and_count_only_what_a_list_shows(self, stage, acting, person):
		found = []
		for doctype, name in stage.records.items():
			acting(person)
			if frappe.get_meta(doctype).issingle or frappe.has_permission(doctype, "read", doc=name):
				continue
			if frappe.has_permission(doctype, "select") and not frappe.has_permission(doctype, "read"):
				continue  # for choosing in a form: names of all of them, and nothing that is in them
			filters = json.dumps({"name": name})
			for method in ("frappe.desk.search.search_link", "frappe.desk.search.search_widget"):
				text = ask(
					method,
					doctype=doctype,
					txt="",
					page_length=50,
					filters=filters,
					ignore_user_permissions=1,
				)
				if f'"{name}"' in text:
					found.append((doctype, method))
			for method in ("frappe.client.get_count", "frappe.desk.reportview.get_count"):
				if ask(method, doctype=doctype, filters=filters).startswith("[\n 1,"):
					found.append((doctype, method))
		assert found == []

	def test_find_what_a_list_shows(self, stage, acting):
		acting("author")
		name = stage.records["LMS Question"]
		filters = json.dumps({"name": name})
		assert name in ask("frappe.desk.search.search_link", doctype="LMS Question", txt="", filters=filters)
		assert ask("frappe.client.get_count", doctype="LMS Question", filters=filters).startswith("[\n 1,")

	@pytest.mark.parametrize("person", INTRUDERS)
	def test_links_lead_to_no_record_that_a_list_does_not_show(self, stage, acting, person):
		shown = []
		for doctype in ("LMS Course", "LMS Batch", "User"):
			name = stage.people["learner"] if doctype == "User" else stage.records[doctype]
			acting(person)
			text = ask("frappe.desk.form.linked_with.get", doctype=doctype, docname=name)
			linked = json.loads(text)[0] if text else {}
			told = {kind: found for kind, found in linked.items() if isinstance(found, dict)}
			assert not any(found["hidden_count"] for kind, found in told.items() if doors.is_ours(kind))
			shown += [
				(doctype, kind)
				for kind, record in stage.records.items()
				if record in [row["name"] for row in rows_of(linked.get(kind, ()))]
				and not frappe.has_permission(kind, "read", doc=record)
			]
		assert shown == []

	def test_over_everything_show_no_draft_to_a_stranger(self, stage, server):
		word = unique("Zanzibar").split()[1]
		batch = make_batch(title=f"Zanzibar {word}", published=0)
		frappe.utils.global_search.sync_global_search()
		frappe.db.commit()
		evaluator = make_user(roles=("Batch Evaluator",)).name
		frappe.db.commit()
		answers = {
			user: server.session(user)
			.post(f"{server.url}/api/method/frappe.utils.global_search.search", json={"text": word})
			.text
			for user in (evaluator, stage.people["moderator"])
		}
		assert batch.name not in answers[evaluator]

	@pytest.mark.parametrize("parameter", ["expand_links", "expand"])
	def test_a_link_is_not_expanded_into_the_record(self, stage, server, parameter):
		"""An employee's own compliance row links to a quiz submission, with its answers."""
		learner = stage.people["learner"]
		frappe.set_user("Administrator")
		row = frappe.db.get_value("Employee Compliance", {"member": learner})
		frappe.db.set_value(
			"Employee Compliance", row, "quiz_submission", stage.records["LMS Quiz Submission"]
		)
		frappe.db.commit()
		session = server.session(learner)
		address = f"{server.url}/api/resource/Employee Compliance"
		if parameter == "expand_links":
			answer = session.get(f"{address}/{row}", params={"expand_links": "true"})
		else:
			fields = '["name","quiz_submission"]'
			answer = session.get(address, params={"expand": '["quiz_submission"]', "fields": fields})
		assert answer.ok
		assert "correct_answer" not in answer.text
		assert "passing_percentage" not in answer.text


class TestSharing:
	@pytest.mark.parametrize("person", INTRUDERS)
	def test_gives_nobody_rights_on_what_is_not_theirs(self, stage, acting, person):
		for doctype, name in stage.records.items():
			acting(person)
			if frappe.has_permission(doctype, "share", doc=name):
				continue
			assert refused(frappe.share.add, doctype, name, user=stage.people[person], write=1), doctype

	def test_gives_no_right_that_the_sharer_has_not(self, stage, acting):
		name = stage.records["LMS Training Assignment"]
		frappe.share.add("LMS Training Assignment", name, user=stage.people["foreign"], share=1)
		acting("foreign")
		for rights in ({"write": 1}, {"write": 1, "share": 1}):
			assert refused(
				frappe.share.add, "LMS Training Assignment", name, user=stage.people["foreign"], **rights
			)
		frappe.share.add("LMS Training Assignment", name, user=stage.people["hr"])


def test_limited_people_are_limited(stage):
	assert frappe.db.get_value("User Permission", {"user": stage.people["limited_hr"]}, "for_value") == FAR
