"""One class per refusal. Each carries its sentence and its HTTP status.

The sentences are a contract with imports, integrations and tests (design brief, "Messages, word for word").
"""

import frappe

from smooth_lms.marked import _


class Refusal(frappe.ValidationError):
	"""The door said no. `sentence` is an untranslated template, filled from keyword arguments."""

	http_status_code = 409
	sentence = _("This cannot be done.")
	overridable = False
	names_member = False
	"""Whether the sentence says by itself whom it is about."""

	def __init__(self, *said: str, **values: str) -> None:
		# Frappe raises exception classes with the final message as their only argument
		self.values = values
		super().__init__(*(said or (self.text,)))

	@property
	def text(self) -> str:
		"""The sentence in the reader's language; no tag begins in what somebody typed, as the desk draws it as HTML."""
		return frappe._(self.sentence).format(
			**{key: _without_tags(value) for key, value in self.values.items()}
		)

	def about(self, member: str) -> str:
		"""The sentence as said to somebody who acts for `member`."""
		return self.text if self.names_member else f"{_without_tags(member)}: {self.text}"


def _without_tags(value: object) -> object:
	# not quotes and ampersands: the sentences are read as text, too
	return value.replace("<", "&lt;") if isinstance(value, str) else value


class AlreadyEnrolledError(Refusal):
	sentence = _("You are already enrolled for this cohort.")


class AlreadyWaitlistedError(AlreadyEnrolledError):
	sentence = _("You are already on the waitlist of this cohort.")


class CohortFullError(Refusal):
	sentence = _("This cohort is full.")
	overridable = True


class CohortStartedError(Refusal):
	sentence = _("This cohort has already started.")
	overridable = True


class CohortEndedError(Refusal):
	sentence = _("This cohort has ended.")
	overridable = True


class CohortNotOpenError(Refusal):
	http_status_code = 403
	sentence = _("This cohort is not open for enrollment.")


class CourseNotPublishedError(Refusal):
	sentence = _(
		"The course {course} of this cohort is not published: publish it or take it out of the cohort."
	)


class OutsideAudienceError(Refusal):
	http_status_code = 403
	sentence = _(
		"This cohort is not meant for this person: its audience, or that of a course, leaves them out."
	)
	overridable = True


class SelfEnrollmentClosedError(Refusal):
	http_status_code = 403
	sentence = _("Self enrollment is closed for this cohort.")


class ApprovalRequiredError(Refusal):
	http_status_code = 403
	sentence = _("A seat in this cohort needs approval: ask for one.")


class CourseApprovalRequiredError(Refusal):
	http_status_code = 403
	sentence = _("This course needs approval: ask for it.")


class AlreadyRequestedError(Refusal):
	sentence = _("You have asked for this already: it has not been decided yet.")


class OfferGoneError(Refusal):
	sentence = _("No seat is offered to you any more.")


class RequestClosedError(Refusal):
	sentence = _("This request is {status} already.")


class PaymentRequiredError(Refusal):
	http_status_code = 402
	sentence = _("Payment is required for this cohort.")


class UnknownBatchError(Refusal):
	http_status_code = 404
	names_member = True
	sentence = _("There is no cohort {batch}.")


class UnknownUserError(Refusal):
	http_status_code = 404
	names_member = True
	sentence = _("There is no user {member}.")


class DisabledUserError(Refusal):
	sentence = _("The user account is disabled: enable it first.")


class NotALearnerError(Refusal):
	sentence = _("The user is not a learner: give the account the role LMS Student first.")


class NoUserAccountError(Refusal):
	names_member = True
	sentence = _("Employee {employee} has no user account: set Employee.user_id first.")


class NotEnrolledError(Refusal):
	http_status_code = 404
	sentence = _("You are not enrolled for this cohort.")


class NotOnWaitlistError(Refusal):
	http_status_code = 404
	sentence = _("You are not on the waitlist of this cohort.")


class OutOfReachError(Refusal):
	http_status_code = 403
	names_member = True
	sentence = _("You may not see the employee record of {member}.")


class NotYourReportError(Refusal):
	http_status_code = 403
	names_member = True
	sentence = _("{member} does not report to you directly: only their own manager can do this.")


class RuleRefusedError(Refusal):
	"""A rule of another app or of the site refused; its own words are passed on."""

	sentence = "{reason}"


class OverrideNotAllowedError(frappe.PermissionError):
	"""Somebody who may not make exceptions gave an override reason."""


class HistoryError(frappe.ValidationError):
	"""A record that training history hangs on cannot be deleted."""

	http_status_code = 409


class CourseClosedError(Refusal):
	"""A course that cannot be opened or joined; the sentence says why."""

	http_status_code = 403
	sentence = "{reason}"


class NotInCourseError(Refusal):
	http_status_code = 403
	sentence = _("You are not enrolled in this course: enroll first, or ask the organizer.")


class AccessEndedError(Refusal):
	"""Somebody goes on with what they had begun before their access was ended."""

	http_status_code = 403
	sentence = _("Your access to this course has ended: ask the organizer.")


class OwnedByHRError(frappe.PermissionError):
	"""Somebody changes at the learner what HR says; the sentence leads to the employee."""


class ProfileRefusedError(frappe.PermissionError):
	"""Somebody gives a learning profile that they may not give, or changes their own access to training."""


class LessonLockedError(Refusal):
	http_status_code = 403
	sentence = "{reason}"


class QuizClosedError(Refusal):
	"""An attempt that cannot be started, saved or submitted; the sentence says why."""

	sentence = "{reason}"


class PackageRefusedError(frappe.ValidationError):
	"""An uploaded package that is not safe or not SCORM; the sentence says what to do."""


class UploadRefusedError(frappe.ValidationError):
	"""A piece of an upload that is not taken; the sentence says why.

	Args: status, the HTTP status that says it to programs which send pieces.
	"""

	http_status_code = 409

	def __init__(self, sentence: str = "", status: int = 409) -> None:
		super().__init__(sentence)
		self.status = status


class CertificateRefusedError(Refusal):
	"""A certificate that cannot be issued, revoked or corrected; the sentence says why."""

	sentence = "{reason}"


class PdfUnavailableError(Refusal):
	"""The program that makes PDFs is missing on the server, or does not work."""

	http_status_code = 503
	sentence = _(
		"The PDF cannot be made: the program for it (wkhtmltopdf) is missing or does not work. Tell your administrator."
	)


class LiveClassClosedError(Refusal):
	"""A live class that cannot be joined now, or not by this person; the sentence says why."""

	http_status_code = 403
	sentence = "{reason}"


class BrokenRequirementError(Refusal):
	"""A training requirement that cannot be carried out as it stands; the sentence says why."""

	sentence = "{reason}"


class AlreadyAssignedError(Refusal):
	names_member = True
	sentence = _(
		"{member} has this course assigned already, due {due_date}: finish, waive or cancel that assignment first."
	)


class ConfirmNumberError(Refusal):
	"""A requirement that reaches nobody or nearly everybody is activated only with the number typed in."""

	sentence = "{reason}"


class LicenceRefusedError(Refusal):
	sentence = _("All {count} licences of {course} are in use: buy more, or take one back.")


class TrainingRefusedError(Refusal):
	"""An assignment that cannot be changed so; the sentence says why."""

	sentence = "{reason}"


class OvertakenError(Refusal):
	"""Another process has done meanwhile what this one had found to be done: look again."""

	sentence = _("Somebody else has just started the same: look at what they have done, and try again.")


class SyncBusyError(frappe.ValidationError):
	"""One run of the synchronization at a time."""

	http_status_code = 409
