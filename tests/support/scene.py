"""One site with one of everything, and the kinds of people who may or may not touch it."""

from dataclasses import dataclass, field

import frappe
from frappe.utils import add_days, add_months, today

from smooth_lms.api import quizzes
from smooth_lms.cohorts import enrollment
from smooth_lms.cohorts.requests import asking
from smooth_lms.compliance import certificates
from tests.support.completions import completed
from tests.support.factories import (
	make_batch,
	make_course,
	make_employee,
	make_learners,
	make_lesson,
	make_quiz,
	make_requirement,
	make_user,
	make_workforce,
	unique,
)
from tests.support.packages.build import make_package, upload

PEOPLE = (
	"guest",
	"nobody",  # an account without any role in training
	"learner",  # whom everything in the scene is about
	"other",  # a learner who is in no cohort
	"elsewhere",  # a learner in another cohort
	"foreign",  # instructor and evaluator of another course and cohort
	"manager",  # sees the training of a team the learner is not in
	"hr",  # HR User who may see the learner's employee record
	"moderator",
)


@dataclass
class Scene:
	"""Names of everything that calls need."""

	people: dict[str, str] = field(default_factory=dict)
	names: dict[str, str] = field(default_factory=dict)
	files: dict[str, str] = field(default_factory=dict)
	"""Addresses of private files by the field that holds them, such as `Course Lesson.attachment`."""

	def __getattr__(self, name: str) -> str:
		try:
			return self.names[name]
		except KeyError:
			raise AttributeError(name) from None


def build() -> Scene:
	"""Make the scene. The caller commits."""
	scene = Scene()
	learner = make_user().name
	employee = make_employee(learner)
	scene.people = {
		"guest": "Guest",
		"nobody": make_user(roles=()).name,
		"learner": learner,
		"other": make_user().name,
		"elsewhere": make_user().name,
		"foreign": make_user(roles=("Course Creator", "Batch Evaluator")).name,
		"manager": make_user(roles=("LMS Student", "LMS Team Viewer")).name,
		"hr": make_user(roles=("HR User",)).name,
		"moderator": make_user(roles=("Moderator",)).name,
	}
	boss = make_employee(scene.people["manager"])
	(scene.names["report"],) = make_workforce(1, reports_to=boss.name)
	_courses(scene)
	_cohorts(scene)
	_proofs(scene, employee.name)
	_training(scene, employee.name)
	_runs(scene)
	_requests(scene)
	_files(scene)
	return scene


def _courses(scene: Scene) -> None:
	course = make_course(certification=1, disable_self_learning=1).name
	quiz = make_quiz(course).name
	make_course(instructors=[{"instructor": scene.people["foreign"]}])
	scene.names |= {
		"course": course,
		"open_course": make_course().name,
		"lesson": (lesson := make_lesson(course)).name,
		"chapter": lesson.chapter,
		"earlier_text": _earlier_text(lesson),
		"question": frappe.get_all("LMS Quiz Question", {"parent": quiz}, pluck="question")[0],
		"quiz_lesson": make_lesson(course, "Quiz", quiz=quiz).name,
		"file_lesson": make_lesson(course, "File", attachment=upload(b"secret", "plan.txt").file_url).name,
		"package": (package := make_package(course).name),
		"scorm_lesson": make_lesson(course, "SCORM", scorm_package=package).name,
	}


def _earlier_text(lesson) -> str:
	"""An entry of a lesson's history."""
	lesson.body = "<p>Changed.</p>"
	lesson.save(ignore_permissions=True, ignore_version=False)
	return frappe.get_all("Version", {"docname": lesson.name}, pluck="name")[0]


def _cohorts(scene: Scene) -> None:
	batch = make_batch(courses=[scene.course], allow_self_enrollment=0)
	other = make_batch(courses=[scene.open_course], instructors=[{"instructor": scene.people["foreign"]}])
	draft = make_batch(published=0)
	enrollment.enroll(batch.name, scene.people["learner"], source="Desk")
	enrollment.enroll(other.name, scene.people["elsewhere"], source="Desk")
	access = {"course": scene.course, "member": scene.people["learner"]}
	live = frappe.get_doc(
		{
			"doctype": "LMS Live Class",
			"title": "Kick-off",
			"batch": batch.name,
			"date": batch.start_date,
			"start_time": "09:00:00",
			"duration_minutes": 60,
			"opens_minutes_before": 60 * 24 * 30,
			"join_url": "https://meet.example.com/abc",
		}
	).insert()
	key = {"batch": batch.name, "member": scene.people["learner"]}
	scene.names |= {
		"batch": batch.name,
		"other_batch": other.name,
		"draft": draft.name,
		"scorm_enrollment": frappe.db.get_value("LMS Enrollment", access),
		"live_class": live.name,
		"occasion": f"class-{live.name}",
		"seat": frappe.db.get_value("LMS Batch Enrollment", key),
	}


def _proofs(scene: Scene, employee: str) -> None:
	learner = scene.people["learner"]
	course = make_course(certification=1).name
	done = completed(learner, course)
	design = frappe.get_doc({"doctype": "LMS Certificate Design", "title": unique("Design")})
	scene.names["design"] = design.insert(ignore_permissions=True).name
	certificate = certificates.issue(done)
	frappe.set_user(learner)
	quizzes.start(scene.quiz_lesson)
	key = {"member": learner, "lesson": scene.quiz_lesson, "status": "In Progress"}
	submitted = frappe.db.get_value("LMS Quiz Submission", key)
	quizzes.submit(submitted, "{}")
	quizzes.start(scene.quiz_lesson)
	frappe.set_user("Administrator")
	submission = frappe.db.get_value("LMS Quiz Submission", key)
	purge = frappe.get_doc(
		{"doctype": "LMS Purge Request", "ended_before": add_months(today(), -200), "reason": "x"}
	).insert()
	export = frappe.get_doc({"doctype": "LMS Audit Export", "certificates": 1}).insert()
	scene.names |= {
		"employee": employee,
		"done": done,
		"certificate": certificate,
		"code": frappe.db.get_value("LMS Certificate", certificate, "verification_code"),
		"compliance": frappe.db.get_value("Employee Compliance", {"certificate": certificate}),
		"submission": submission,
		"submitted": submitted,
		"purge": purge.name,
		"export": export.name,
	}


def _training(scene: Scene, employee: str) -> None:
	requirement = make_requirement()
	assignment = frappe.get_doc(
		{
			"doctype": "LMS Training Assignment",
			"member": scene.people["learner"],
			"employee": employee,
			"course": scene.course,
			"due_date": add_days(today(), 20),
			"status": "Pending",
			"assigned_on": today(),
		}
	)
	assignment.insert(ignore_permissions=True)
	scene.names |= {
		"requirement": requirement.name,
		"assignment": assignment.name,
		"member": scene.people["learner"],
	}


def _runs(scene: Scene) -> None:
	for key, doctype, values in (
		("enrollment_run", "LMS Enrollment Run", {"batch": scene.batch, "status": "Failed"}),
		("certificate_run", "LMS Certificate Run", {"batch": scene.batch, "status": "Failed"}),
		("training_run", "LMS Training Run", {"status": "Failed"}),
		("sync_run", "LMS Sync Run", {"status": "Failed"}),
	):
		doc = frappe.get_doc({"doctype": doctype, **values, "requested_by": "Administrator"})
		doc.flags.ignore_mandatory = doc.flags.ignore_validate = doc.flags.ignore_links = True
		scene.names[key] = doc.insert(ignore_permissions=True).name
	learner = frappe.db.get_value("LMS Learner", scene.people["learner"]) or scene.people["learner"]
	(listed,) = make_workforce(1)
	make_learners([listed])
	group = frappe.get_doc({"doctype": "LMS Group", "title": unique("Matrix")}).insert(
		ignore_permissions=True
	)
	scene.names |= {"lms_learner": learner, "listed": listed, "group": group.name}


def attach_fields() -> set[tuple[str, str]]:
	"""Every field of the app that holds a file: (DocType, fieldname)."""
	field, doctype, module = (frappe.qb.DocType(each) for each in ("DocField", "DocType", "Module Def"))
	rows = (
		frappe.qb.from_(field)
		.join(doctype)
		.on(doctype.name == field.parent)
		.join(module)
		.on(module.name == doctype.module)
		.select(field.parent, field.fieldname)
		.where(field.fieldtype.isin(["Attach", "Attach Image"]) & (module.app_name == "smooth_lms"))
	).run()
	return set(rows)


def _requests(scene: Scene) -> None:
	"""What the learner asks for, and what somebody asks for who reports to the manager."""
	scene.names |= {
		"asking_batch": make_batch(requires_approval=1).name,
		"asking_course": make_course(requires_approval=1).name,
	}
	batch = make_batch(requires_approval=1).name
	for key, user in (("own_request", scene.people["learner"]), ("request", scene.report)):
		frappe.set_user(user)
		scene.names[key] = asking.ask_for_seat(batch, "Because")
		frappe.set_user("Administrator")


def _files(scene: Scene) -> None:
	"""A private file in each of those fields, and what is attached without a field."""
	records = {
		"Course Lesson": scene.lesson,
		"Course Lesson Caption": scene.lesson,  # files of its rows are attached to the lesson
		"Employee Compliance": scene.compliance,
		"LMS Audit Export": scene.export,
		"LMS Batch": scene.batch,
		"LMS Certificate Design": scene.design,
		"LMS Course": scene.course,
		"LMS Enrollment Run": scene.enrollment_run,
		"LMS Purge Request": scene.purge,
		"LMS SCORM Package": scene.package,
	}
	for doctype, fieldname in attach_fields():
		if doctype in records:
			holder = doctype.removesuffix(" Caption")
			scene.files[f"{doctype}.{fieldname}"] = _file(holder, records[doctype])
	scene.files["LMS Certificate"] = _file("LMS Certificate", scene.certificate)
	frappe.db.set_value("LMS Course", scene.course, "image", scene.files["LMS Course.image"])
	scene.names["evidence"] = scene.files["Employee Compliance.evidence"]


def _file(doctype: str, name: str) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{unique('secret').replace(' ', '-')}.txt",
				"content": f"secret of {doctype} {name}",
				"is_private": 1,
				"attached_to_doctype": doctype,
				"attached_to_name": name,
			}
		)
		.insert(ignore_permissions=True)
		.file_url
	)
