"""Which page function answers which address."""

from werkzeug.routing import Map, Rule

from smooth_lms.portal.pages import cohorts, learning, session

ROUTES = Map(
	[
		Rule("/lms", endpoint=learning.index, methods=["GET"]),
		Rule("/lms/sign-out", endpoint=session.sign_out, methods=["POST"]),
		Rule("/lms/batches", endpoint=cohorts.index, methods=["GET"]),
		Rule("/lms/batches/<batch>", endpoint=cohorts.show, methods=["GET"]),
		Rule("/lms/batches/<batch>", endpoint=cohorts.enroll, methods=["POST"]),
		Rule("/lms/batches/<batch>/withdraw", endpoint=cohorts.confirm_withdrawal, methods=["GET"]),
		Rule("/lms/batches/<batch>/withdraw", endpoint=cohorts.withdraw, methods=["POST"]),
		Rule("/lms/batches/<batch>/calendar.ics", endpoint=cohorts.calendar, methods=["GET"]),
	],
	strict_slashes=False,
	merge_slashes=False,
)
