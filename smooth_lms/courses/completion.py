"""What follows when somebody starts or completes a course, once for each enrollment, and when one is unpublished."""

import frappe
from frappe import _

HOOK = "smooth_lms_course_completed"
STARTED_HOOK = "smooth_lms_course_started"
QUIZ_HOOK = "smooth_lms_quiz_submitted"
UNPUBLISHED_HOOK = "smooth_lms_course_unpublished"
REST_HOOK = "smooth_lms_completion_rests"


def completed(enrollment: str) -> None:
	"""Tell everybody who waits for it that the enrollment's course is completed.

	The hook `smooth_lms_course_completed` lists dotted paths of functions that take the name of the
	LMS Enrollment. They run inside the learner's transaction, under the lock of the enrollment; what fails is
	logged and undone by itself, and never takes the completion away.

	Args: enrollment, LMS Enrollment; its status is Completed and `completed_on` is set.
	"""
	_tell(HOOK, enrollment)


def started(enrollment: str) -> None:
	"""Tell everybody who waits for it that somebody has begun; as `completed`, by `smooth_lms_course_started`."""
	_tell(STARTED_HOOK, enrollment)


def quiz_submitted(submission: str) -> None:
	"""Tell everybody who waits for it that an attempt at a quiz was submitted, passed or not.

	As `completed`, by `smooth_lms_quiz_submitted`, with the name of the LMS Quiz Submission.
	"""
	_tell(QUIZ_HOOK, submission, "LMS Quiz Submission")


def unpublished(course: str) -> None:
	"""Tell everybody who waits for it that a course is about to be unpublished: dotted paths that take its name.

	They run while it is saved, by `smooth_lms_course_unpublished`, and may warn.
	"""
	for path in frappe.get_hooks(UNPUBLISHED_HOOK):
		frappe.get_attr(path)(course)


def rests_on(enrollment: str) -> bool:
	"""Whether something rests on the enrollment being completed, such as a certificate.

	The hook `smooth_lms_completion_rests` lists dotted paths of functions that take the name of the LMS Enrollment and
	answer that.
	"""
	return any(frappe.get_attr(path)(enrollment) for path in frappe.get_hooks(REST_HOOK))


def _tell(hook: str, name: str, doctype: str = "LMS Enrollment") -> None:
	for path in frappe.get_hooks(hook):
		frappe.db.savepoint("course_followed")
		try:
			frappe.get_attr(path)(name)
		except frappe.QueryDeadlockError:
			raise  # the database has undone the whole transaction; whoever began it tries again
		except Exception:  # whatever a follower does wrong, the learner has done their part
			frappe.db.rollback(save_point="course_followed")
			frappe.clear_messages()
			frappe.log_error(
				_("Follow-up of a course failed: {0}").format(path),
				reference_doctype=doctype,
				reference_name=name,
			)
