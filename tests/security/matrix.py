"""Who may call what. A whitelisted method, portal page or private file without a row here fails the test.

`allowed` names those who are let in; everybody else of `scene.PEOPLE` has to be refused. Let in means: not refused
for who they are; the state of things may still say no (a conflict, a missing value).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support.factories import make_learners, make_user
from tests.support.scene import Scene


@dataclass(frozen=True)
class Row:
	"""One method: how it is called, and who may."""

	arguments: Callable[[Scene], dict[str, Any]]
	allowed: frozenset[str]


EVERYBODY = frozenset(
	{"guest", "nobody", "learner", "other", "elsewhere", "foreign", "manager", "hr", "moderator"}
)
SIGNED_IN = EVERYBODY - {"guest"}
PORTAL = SIGNED_IN - {"nobody"}
MODERATOR = frozenset({"moderator"})
AUTHORS = frozenset({"foreign", "moderator"})
ENROLLERS = frozenset({"moderator", "hr"})
HR = frozenset({"hr"})
MANAGER = frozenset({"manager"})
COHORT_READERS = frozenset({"hr", "foreign", "moderator"})
REPORT_READERS = frozenset({"moderator", "hr", "manager"})
OWN = frozenset({"learner"})
NOBODY = frozenset()


def _none(scene: Scene) -> dict[str, Any]:
	return {}


def _with(**names: str) -> Callable[[Scene], dict[str, Any]]:
	"""Arguments from the scene: `batch="batch"` is the scene's `batch`; a value after `=` is taken as it is."""

	def arguments(scene: Scene) -> dict[str, Any]:
		def value(name: Any) -> Any:
			if isinstance(name, list):
				return [value(each) for each in name]
			if not isinstance(name, str):
				return name
			if name.startswith("="):
				return name[1:]
			return scene.people[name[1:]] if name.startswith("@") else getattr(scene, name)

		return {key: value(name) for key, name in names.items()}

	return arguments


def _learner_by_hand(scene: Scene) -> dict[str, Any]:
	"""Somebody whom HR does not keep."""
	user = make_user().name
	make_learners([user], source="Manual")
	return {"learner": user}


METHODS: dict[str, Row] = {
	"audiences.find": Row(
		_with(doctype="=Department", txt="=", searchfield="=name", start=0, page_len=5), AUTHORS
	),
	"audiences.preview": Row(_with(doctype="=LMS Course", values="={}"), AUTHORS),
	"authoring.get_courses": Row(_none, AUTHORS),
	"authoring.get_course": Row(_with(course="course"), MODERATOR),
	"authoring.new_course": Row(_with(title="=New"), AUTHORS),
	"authoring.get_findings": Row(_with(course="course"), MODERATOR),
	"authoring.get_changes": Row(_with(course="course"), MODERATOR),
	"authoring.publish_changes": Row(_with(course="course", lessons=["lesson"]), MODERATOR),
	"authoring.publish_as_version": Row(_with(course="course", note="=New"), MODERATOR),
	"authoring.publish": Row(_with(course="course", published=True), MODERATOR),
	"authoring.add_chapter": Row(_with(course="course", title="=New"), MODERATOR),
	"authoring.add_lesson": Row(_with(chapter="chapter", title="=New"), MODERATOR),
	"authoring.rename_chapter": Row(_with(chapter="chapter", title="=New"), MODERATOR),
	"authoring.rename_lesson": Row(_with(lesson="lesson", title="=New"), MODERATOR),
	"authoring.move_chapter": Row(_with(chapter="chapter"), MODERATOR),
	"authoring.move_lesson": Row(_with(lesson="lesson", chapter="chapter"), MODERATOR),
	"authoring.copy_chapter": Row(_with(chapter="chapter"), MODERATOR),
	"authoring.copy_lessons": Row(_with(chapter="chapter", lessons=["lesson"]), MODERATOR),
	"authoring.set_lessons": Row(
		_with(course="course", lessons=["lesson"], values='={"required": 0}'), MODERATOR
	),
	"authoring.show_lesson": Row(_with(lesson="lesson"), MODERATOR),
	"authoring.remove_lessons": Row(_with(course="course", lessons=["lesson"]), MODERATOR),
	"authoring.remove_chapter": Row(_with(chapter="chapter"), MODERATOR),
	"authoring.bring_back_lessons": Row(_with(course="course", lessons=["lesson"]), MODERATOR),
	"authoring.bring_back_chapter": Row(_with(chapter="chapter"), MODERATOR),
	"authoring.get_lesson": Row(_with(lesson="lesson"), MODERATOR),
	"authoring.save_lesson": Row(_with(lesson="lesson", values='={"required": 0}', marks="={}"), MODERATOR),
	"authoring.set_aside": Row(_with(lesson="lesson", body='={"body": "x"}'), MODERATOR),
	"authoring.get_history": Row(_with(lesson="lesson"), MODERATOR),
	"authoring.get_earlier_text": Row(_with(lesson="lesson", entry="earlier_text"), MODERATOR),
	"authoring.bring_back_text": Row(_with(lesson="lesson", entry="earlier_text"), MODERATOR),
	"authoring.add_picture": Row(_with(lesson="lesson"), MODERATOR),
	"authoring.get_page": Row(_with(course="course"), MODERATOR),
	"authoring.save_page": Row(_with(course="course", values='={"certification": 1}'), MODERATOR),
	"authoring.set_cover": Row(_with(course="course"), MODERATOR),
	"authoring.take_file": Row(_with(chapter="chapter", upload="=x"), MODERATOR),
	"authoring.give_file": Row(_with(lesson="lesson", upload="=x"), MODERATOR),
	"authoring.add_to_text": Row(_with(lesson="lesson", upload="=x"), MODERATOR),
	"authoring.remove_captions": Row(_with(lesson="lesson", language="=en"), MODERATOR),
	"authoring.add_quiz": Row(_with(chapter="chapter", title="=New"), MODERATOR),
	"authoring.get_quiz": Row(_with(lesson="quiz_lesson"), MODERATOR),
	"authoring.add_questions": Row(_with(lesson="quiz_lesson", text="=Q\n* a\n- b"), MODERATOR),
	"authoring.change_question": Row(
		_with(lesson="quiz_lesson", question="question", text="=Q\n* a\n- b", mark="=x"), MODERATOR
	),
	"authoring.find_questions": Row(_with(lesson="quiz_lesson", search="=x"), MODERATOR),
	"authoring.reuse_questions": Row(_with(lesson="quiz_lesson", questions=["question"]), MODERATOR),
	"authoring.remove_question": Row(_with(lesson="quiz_lesson", question="question"), MODERATOR),
	"authoring.set_quiz": Row(_with(lesson="quiz_lesson", values='={"max_attempts": 1}'), MODERATOR),
	"authoring.take_link": Row(_with(chapter="chapter", url="=https://example.com/a"), MODERATOR),
	"batches.get_batches": Row(_none, PORTAL),
	"batches.get_batch": Row(_with(batch="draft"), frozenset({"hr", "foreign", "moderator"})),
	"batches.enroll": Row(_with(batch="batch"), OWN),
	# nobody in the scene has an offer, and whoever has none is told so
	"batches.accept_seat": Row(_with(batch="batch"), SIGNED_IN),
	"batches.withdraw": Row(_with(batch="batch"), OWN),
	"batches.enroll_members": Row(_with(batch="batch", members=["@learner"]), ENROLLERS),
	"batches.preview_enrollment": Row(_with(batch="batch", members=["@learner"]), ENROLLERS),
	"batches.withdraw_member": Row(_with(batch="batch", member="@learner", reason="=x"), ENROLLERS),
	"batches.move_member": Row(
		_with(member="@learner", from_batch="batch", to_batch="other_batch"), ENROLLERS
	),
	"batches.enroll_from_waitlist": Row(_with(batch="batch", member="@learner"), MODERATOR),
	"batches.send_confirmation_again": Row(_with(names=["seat"]), ENROLLERS),
	"certificates.verify": Row(_with(code="code"), EVERYBODY),
	"certificates.get_my_certificates": Row(_none, PORTAL),
	"certificates.issue": Row(_with(enrollment="done"), MODERATOR),
	"certificates.issue_for_cohort": Row(_with(batch="batch"), MODERATOR),
	"certificates.abort_run": Row(_with(run="certificate_run"), MODERATOR),
	"certificates.continue_run": Row(_with(run="certificate_run"), MODERATOR),
	"certificates.revoke": Row(_with(certificate="certificate", reason="=x"), MODERATOR),
	"certificates.revoke_failed": Row(_with(enrollment="done", reason="=x"), MODERATOR),
	"certificates.keep_failed": Row(_with(enrollment="done", reason="=x"), MODERATOR),
	"certificates.correct_holder": Row(
		_with(certificate="certificate", member="@other", reason="=x"), MODERATOR
	),
	"certificates.preview_design": Row(_with(design="design"), MODERATOR),
	"certificates.verify_compliance": Row(_with(records_to_verify=["compliance"]), MODERATOR),
	"cohorts.get_people": Row(_with(batch="batch"), COHORT_READERS),
	"cohorts.copy": Row(_with(batch="batch", title="=Week 13", start_date="=2030-01-07"), MODERATOR),
	"cohorts.withdraw_members": Row(_with(batch="batch", members=["@learner"], reason="=x"), ENROLLERS),
	"cohorts.move_members": Row(
		_with(members=["@learner"], from_batch="batch", to_batch="other_batch"), ENROLLERS
	),
	"cohorts.preview_mail": Row(_with(batch="batch", subject="=x", message="=x"), MODERATOR),
	"cohorts.test_mail": Row(_with(batch="batch", subject="=x", message="=x"), MODERATOR),
	"cohorts.send_mail": Row(_with(batch="batch", subject="=x", message="=x"), MODERATOR),
	"courses.get_courses": Row(_none, PORTAL),
	"courses.get_course": Row(_with(course="course"), PORTAL),
	"courses.enroll": Row(_with(course="open_course"), frozenset({"learner", "other", "manager"})),
	# the learner is in it by their cohort, the others are not in it at all
	"courses.leave": Row(_with(course="course"), NOBODY),
	"courses.get_unpublish_means": Row(_with(course="course"), MODERATOR),
	"courses.save_progress": Row(_with(lesson="lesson"), OWN | MODERATOR),
	"courses.finish_lesson": Row(_with(lesson="lesson"), OWN | MODERATOR),
	"courses.file": Row(_with(lesson="file_lesson", field="=attachment"), OWN | MODERATOR),
	"courses.picture": Row(_with(course="course"), PORTAL),
	"courses.get_outline": Row(_with(course="course"), MODERATOR),
	"courses.reorder": Row(_with(course="course", order=[]), MODERATOR),
	"courses.new_version": Row(_with(course="course"), MODERATOR),
	"courses.repair_access": Row(_with(batch="batch"), MODERATOR),
	# Frappe's own, with a record of ours
	"desk.get_link_title": Row(_with(doctype="=LMS Batch", docname="batch"), SIGNED_IN),
	"desk.search_link": Row(_with(doctype="=LMS Batch", txt="="), COHORT_READERS),
	"desk.search_widget": Row(_with(doctype="=LMS Batch", txt="="), COHORT_READERS),
	"desk.search_everything": Row(_with(text="=Cohort"), SIGNED_IN),
	"desk.get_count": Row(_with(doctype="=LMS Batch"), COHORT_READERS),
	"desk.get_rows": Row(_with(doctype="=LMS Batch"), COHORT_READERS),
	"desk.get_plain_rows": Row(_with(doctype="=LMS Batch"), COHORT_READERS),
	"desk.get_group_by_count": Row(
		_with(doctype="=LMS Batch", current_filters="=[]", field="=medium"), COHORT_READERS
	),
	"desk.relink": Row(
		# nobody here may read the message
		_with(name="=x", reference_doctype="=LMS Batch", reference_name="batch"),
		NOBODY,
	),
	"desk.get_column": Row(_with(doctype="=LMS Batch", field="=title"), COHORT_READERS),
	"desk.get_report": Row(_with(report_name="=Overdue Training", filters="={}"), REPORT_READERS),
	"desk.get_report_file": Row(_with(report_name="=Overdue Training"), REPORT_READERS),
	"desk.get_state_count": Row(
		_with(doctype="=LMS Learning Profile", workflow_state_field="=name", states=["=x"]), ENROLLERS
	),
	"desk.get_goal_graph": Row(
		_with(goal_doctype="=LMS Learning Profile", goal_field="=name", date_field="=creation"), ENROLLERS
	),
	"desk.get_chart": Row(
		_with(
			chart='={"document_type": "LMS Batch", "chart_type": "Group By", "group_by_type": "Count",'
			' "group_by_based_on": "title", "filters_json": "[]"}',
			no_cache=True,
		),
		COHORT_READERS,
	),
	"desk.add_tag": Row(_with(tag="=x", dt="=LMS Batch", dn="batch"), COHORT_READERS),
	"desk.add_tags": Row(_with(tags="=x", dt="=LMS Batch", docs=["batch"]), COHORT_READERS),
	"desk.remove_tag": Row(_with(tag="=x", dt="=LMS Batch", dn="batch"), COHORT_READERS),
	"desk.get_tagged_docs": Row(_with(doctype="=LMS Batch", tag="=x"), COHORT_READERS),
	"desk.get_documents_for_tag": Row(_with(tag="=#x"), SIGNED_IN),
	"desk.toggle_like": Row(_with(doctype="=LMS Batch", name="batch", add="=Yes"), COHORT_READERS),
	"desk.follow_document": Row(
		_with(doctype="=LMS Batch", doc_name="batch", user="@moderator"), COHORT_READERS
	),
	"desk.get_follow_users": Row(_with(doctype="=LMS Batch", doc_name="batch"), COHORT_READERS),
	"desk.get_linked_docs": Row(_with(doctype="=LMS Batch", docname="batch"), COHORT_READERS),
	"enrollment_runs.start_enrollment_run": Row(_with(batch="batch", members=["@learner"]), ENROLLERS),
	"enrollment_runs.import_enrollments": Row(_with(file_url="evidence"), ENROLLERS),
	"enrollment_runs.preview_import": Row(_with(file_url="evidence"), ENROLLERS),
	"enrollment_runs.get_run": Row(_with(name="enrollment_run"), MODERATOR),
	"enrollment_runs.abort_run": Row(_with(name="enrollment_run"), MODERATOR),
	"enrollment_runs.resume_run": Row(_with(name="enrollment_run"), MODERATOR),
	"requests.ask_for_seat": Row(_with(batch="asking_batch"), OWN | {"other", "elsewhere", "manager"}),
	"requests.ask_for_course": Row(_with(course="asking_course"), OWN | {"other", "elsewhere", "manager"}),
	"requests.get_requests_to_decide": Row(_none, PORTAL),
	"requests.approve": Row(_with(request="request"), MANAGER | MODERATOR),
	"requests.refuse": Row(_with(request="request", reason="=x"), MANAGER | MODERATOR),
	"requests.take_back": Row(_with(request="own_request"), OWN),
	"learners.sync_now": Row(_with(dry_run=True), MODERATOR),
	"learners.sync_status": Row(_with(run="sync_run"), ENROLLERS),
	"learners.sync_card": Row(_none, ENROLLERS),
	"learners.approve_sync": Row(_with(run="sync_run"), MODERATOR),
	"learners.discard_sync": Row(_with(run="sync_run"), MODERATOR),
	"learners.abort_sync": Row(_with(run="sync_run"), MODERATOR),
	"learners.continue_sync": Row(_with(run="sync_run"), MODERATOR),
	"learners.undo_sync": Row(_with(run="sync_run"), MODERATOR),
	"learners.why": Row(_with(employee="employee"), ENROLLERS),
	"learners.why_hidden": Row(_with(employee="employee", doctype="=LMS Course", name="course"), ENROLLERS),
	"learners.get_employee_training": Row(
		_with(employee="employee"), ENROLLERS | frozenset({"learner", "manager"})
	),
	"learners.set_learning_profile": Row(_with(employees=["employee"]), HR),
	"learners.leaving_means": Row(_with(employee="employee"), HR),
	"learners.archive": Row(_with(learners=["lms_learner"]), MODERATOR),
	"learners.get_archive_means": Row(_with(learners=["lms_learner"]), MODERATOR),
	"learners.restore": Row(_with(learners=["lms_learner"]), MODERATOR),
	"learners.put_in_group": Row(_with(learners=["lms_learner"], group="group"), MODERATOR),
	"learners.take_out_of_group": Row(_with(learners=["lms_learner"], group="group"), MODERATOR),
	"learners.preview_adding": Row(_with(people=[]), MODERATOR),
	"learners.add": Row(_with(people=[]), MODERATOR),
	"learners.approve": Row(_with(learners=["@learner"]), MODERATOR),
	"learners.correct": Row(_learner_by_hand, MODERATOR),
	"learners.send_password_mail": Row(_learner_by_hand, MODERATOR),
	"learners.archive_activity": Row(_with(learners=["@learner"]), MODERATOR),
	"learners.invite": Row(_with(learners=["lms_learner"]), MODERATOR),
	"live_classes.get_timetable": Row(_none, PORTAL),
	"notices.get_my_choices": Row(_none, PORTAL),
	"notices.set_my_choice": Row(_with(event="=cohort_enrolled", channel="=mail", wanted="=0"), PORTAL),
	"live_classes.join": Row(_with(live_class="live_class"), OWN | MODERATOR),
	"live_classes.mark_attendance": Row(_with(live_class="live_class", statuses="={}"), MODERATOR),
	"live_classes.get_calendar_address": Row(_none, PORTAL),
	"quizzes.get_quiz": Row(_with(lesson="quiz_lesson"), OWN | MODERATOR),
	"quizzes.start": Row(_with(lesson="quiz_lesson"), OWN | MODERATOR),
	"quizzes.get_questions": Row(_with(submission="submission"), OWN),
	"quizzes.save": Row(_with(submission="submission", answers="={}"), OWN),
	"quizzes.submit": Row(_with(submission="submission", answers="={}"), OWN),
	"quizzes.get_result": Row(_with(submission="submitted"), OWN),
	"retention.request_purge": Row(_with(request="purge"), MODERATOR),
	"retention.approve_purge": Row(_with(request="purge"), NOBODY),
	"retention.reject_purge": Row(_with(request="purge"), NOBODY),
	"retention.abort_purge": Row(_with(request="purge"), NOBODY),
	"retention.continue_purge": Row(_with(request="purge"), NOBODY),
	"retention.abort_export": Row(_with(export="export"), NOBODY),
	"retention.continue_export": Row(_with(export="export"), NOBODY),
	"retention.get_export_progress": Row(_with(export="export"), NOBODY),
	"rosters.get_filters": Row(_none, ENROLLERS),
	"rosters.search_learners": Row(
		_with(doctype="=User", txt="=", searchfield="=name", start=0, page_len=5), ENROLLERS
	),
	# the lesson has no package: everybody is turned away
	"scorm.get_player": Row(_with(lesson="scorm_lesson"), OWN | MODERATOR),
	"scorm.get_ticket": Row(_with(lesson="scorm_lesson", part="=A", enrollment="scorm_enrollment"), OWN),
	"scorm.take_upload": Row(_with(upload="=00000000000000000000", course="course"), MODERATOR),
	"scorm.trust_package": Row(_with(package="package", reason="=x"), NOBODY),
	"scorm.end_trust": Row(_with(package="package", reason="=x"), NOBODY),
	"training.assign_mandatory_training": Row(_with(members=["@learner"]), MODERATOR),
	"training.get_my_training_assignments": Row(_none, SIGNED_IN),
	"training.get_team_training_status": Row(_none, SIGNED_IN),
	"training.get_report_choices": Row(_none, REPORT_READERS),
	"training.get_completion_card": Row(_none, REPORT_READERS),
	"training.get_overdue_by_department": Row(_none, REPORT_READERS),
	"training.get_overdue_mail": Row(_none, REPORT_READERS),
	"training.set_overdue_mail": Row(_with(day="=Monday"), REPORT_READERS),
	"training.nudge": Row(_with(member="@learner"), MODERATOR),
	"training.preview_requirement": Row(_with(requirement="requirement"), MODERATOR),
	"training.activate_requirement": Row(_with(requirement="requirement"), MODERATOR),
	"training.deactivate_requirement": Row(_with(requirement="requirement", take_back=False), MODERATOR),
	"team.preview_enrollment": Row(_with(batch="other_batch", members=["report"]), MANAGER),
	"team.enroll": Row(_with(batch="other_batch", members=["report"]), MANAGER),
	"team.assign_course": Row(
		_with(course="open_course", members=["report"], due_date="=2099-01-01"), MANAGER
	),
	"training.assign_course": Row(
		_with(course="course", members=["@elsewhere"], due_date="=2099-01-01"), MODERATOR
	),
	"training.waive": Row(_with(assignments=["assignment"], reason="=x"), MODERATOR),
	"training.cancel": Row(_with(assignments=["assignment"], reason="=x"), MODERATOR),
	"training.extend": Row(_with(assignments=["assignment"], until="=2099-01-01", reason="=x"), MODERATOR),
	"training.revoke_licence": Row(_with(assignment="assignment", reason="=x"), MODERATOR),
	"training.reassign_licence": Row(
		_with(assignment="assignment", member="@learner", reason="=x"), MODERATOR
	),
	"training.request_extension": Row(_with(assignment="assignment", until="=2099-01-01", reason="=x"), OWN),
	"training.decide_extension": Row(_with(assignment="assignment", grant=True), MODERATOR),
	"training.decide_reviews": Row(_with(reviews=[]), MODERATOR),
	"training.get_run": Row(_with(run="training_run"), MODERATOR),
	"training.abort_run": Row(_with(run="training_run"), MODERATOR),
	"training.resume_run": Row(_with(run="training_run"), MODERATOR),
}

PAGES: dict[str, frozenset[str]] = {
	# address with names of the scene in braces: who gets it. POST pages ask the methods above.
	"/lms": PORTAL,
	"/lms/search": PORTAL,
	"/lms/transcript": PORTAL,
	"/lms/transcript.pdf": PORTAL,
	"/lms/more-time/{assignment}": OWN,
	"/lms/sign-in": EVERYBODY,
	"/lms/profile": PORTAL,
	"/lms/team": PORTAL,
	"/lms/team/people/{member}": MODERATOR,
	"/lms/requests": MANAGER | MODERATOR,
	"/lms/requests/{request}": MANAGER | MODERATOR,
	"/lms/team/enroll": MANAGER,
	"/lms/team/assign": MANAGER,
	"/lms/team/export.csv": PORTAL,
	"/lms/team/export.xlsx": PORTAL,
	"/lms/people": ENROLLERS,
	"/lms/people/{listed}": ENROLLERS,
	"/lms/people/export.csv": ENROLLERS,
	"/lms/people/export.xlsx": ENROLLERS,
	"/lms/people/add": MODERATOR,
	"/lms/people/add/people.csv": MODERATOR,
	"/lms/people/act": MODERATOR,
	"/lms/people/{listed}/details": MODERATOR,
	"/lms/batches": PORTAL,
	"/lms/batches/{draft}": frozenset({"hr", "foreign", "moderator"}),
	"/lms/batches/{batch}/withdraw": PORTAL,
	"/lms/batches/{batch}/calendar.ics": OWN | {"hr", "foreign", "moderator"},
	"/lms/batches/{batch}/attendance": MODERATOR,
	"/lms/batches/{batch}/attendance.xlsx": MODERATOR,
	"/lms/batches/{batch}/attendance/{occasion}": MODERATOR,
	"/lms/batches/{batch}/attendance/{occasion}/sheet.pdf": MODERATOR,
	"/lms/courses": PORTAL,
	"/lms/courses/{course}": PORTAL,
	"/lms/courses/{course}/leave": PORTAL,
	"/lms/courses/{course}/{lesson}": OWN | MODERATOR,
	"/lms/courses/{course}/{quiz_lesson}/quiz/{submission}": OWN,
	"/lms/author": AUTHORS,
	"/lms/author/{course}": MODERATOR,
	"/lms/certificates": EVERYBODY,
	"/lms/certificates/{code}": EVERYBODY,
	"/lms/certificates/{code}/pdf": OWN | {"hr", "moderator"},
	"/lms/timetable": PORTAL,
	"/lms/timetable/{token}.ics": NOBODY,
}

FILES: dict[str, frozenset[str]] = {
	# private files by the field that holds them: who gets them by their own address. Learners get a lesson's files
	# from `courses.file`, and a package's from the address that `scorm.get_player` gives them.
	"Course Lesson.attachment": MODERATOR,
	"Course Lesson.video_file": MODERATOR,
	"Course Lesson Caption.file": MODERATOR,
	"Employee Compliance.evidence": OWN | {"hr", "moderator"},
	"LMS Audit Export.export_file": NOBODY,
	"LMS Batch.image": frozenset({"hr", "foreign", "moderator"}),
	"LMS Certificate": OWN | {"hr", "moderator"},
	"LMS Certificate Design.logo": MODERATOR,
	"LMS Certificate Design.seal": MODERATOR,
	"LMS Certificate Design.signature": MODERATOR,
	"LMS Course.image": frozenset({"hr", "foreign", "moderator"}),  # authors and HR may read every course
	"LMS Enrollment Run.input_file": MODERATOR,
	"LMS Enrollment Run.rejected_file": MODERATOR,
	"LMS Purge Request.record_file": MODERATOR,
	"LMS SCORM Package.package_file": MODERATOR,
}
