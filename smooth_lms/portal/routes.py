"""Which page function answers which address."""

from werkzeug.routing import Map, Rule

from smooth_lms.portal.pages import (
	certificates,
	cohorts,
	courses,
	learning,
	people,
	quizzes,
	session,
	team,
	timetable,
	transcript,
)

ROUTES = Map(
	[
		Rule("/lms", endpoint=learning.index, methods=["GET"]),
		Rule("/lms/transcript", endpoint=transcript.index, methods=["GET"]),
		Rule("/lms/transcript.pdf", endpoint=transcript.download, methods=["GET"]),
		Rule("/lms/more-time/<assignment>", endpoint=learning.ask_for_time, methods=["GET"]),
		Rule("/lms/more-time/<assignment>", endpoint=learning.send_question, methods=["POST"]),
		Rule("/lms/team", endpoint=team.index, methods=["GET"]),
		Rule("/lms/team", endpoint=team.nudge, methods=["POST"]),
		Rule("/lms/team/people/<member>", endpoint=team.person, methods=["GET"]),
		Rule("/lms/team/people/<member>", endpoint=team.decide, methods=["POST"]),
		Rule("/lms/team/export.csv", endpoint=team.export, methods=["GET"]),
		Rule("/lms/people", endpoint=people.index, methods=["GET"]),
		Rule("/lms/people", endpoint=people.nudge, methods=["POST"]),
		Rule("/lms/people/export.csv", endpoint=people.export, methods=["GET"]),
		Rule("/lms/people/<member>", endpoint=people.person, methods=["GET"]),
		Rule("/lms/people/<member>", endpoint=people.decide, methods=["POST"]),
		Rule("/lms/sign-out", endpoint=session.sign_out, methods=["POST"]),
		Rule("/lms/batches", endpoint=cohorts.index, methods=["GET"]),
		Rule("/lms/batches/<batch>", endpoint=cohorts.show, methods=["GET"]),
		Rule("/lms/batches/<batch>", endpoint=cohorts.enroll, methods=["POST"]),
		Rule("/lms/batches/<batch>/withdraw", endpoint=cohorts.confirm_withdrawal, methods=["GET"]),
		Rule("/lms/batches/<batch>/withdraw", endpoint=cohorts.withdraw, methods=["POST"]),
		Rule("/lms/batches/<batch>/calendar.ics", endpoint=cohorts.calendar, methods=["GET"]),
		Rule("/lms/courses", endpoint=courses.index, methods=["GET"]),
		Rule("/lms/courses/<course>", endpoint=courses.show, methods=["GET"]),
		Rule("/lms/courses/<course>", endpoint=courses.join, methods=["POST"]),
		Rule("/lms/courses/<course>/leave", endpoint=courses.confirm_leaving, methods=["GET"]),
		Rule("/lms/courses/<course>/leave", endpoint=courses.leave, methods=["POST"]),
		Rule("/lms/courses/<course>/<lesson>", endpoint=courses.lesson, methods=["GET"]),
		Rule("/lms/courses/<course>/<lesson>", endpoint=courses.finish, methods=["POST"]),
		Rule("/lms/courses/<course>/<lesson>/quiz", endpoint=quizzes.start, methods=["POST"]),
		Rule("/lms/courses/<course>/<lesson>/quiz/<submission>", endpoint=quizzes.show, methods=["GET"]),
		Rule("/lms/courses/<course>/<lesson>/quiz/<submission>", endpoint=quizzes.answer, methods=["POST"]),
		Rule("/lms/certificates", endpoint=certificates.index, methods=["GET"]),
		Rule("/lms/certificates/<code>", endpoint=certificates.check, methods=["GET"]),
		Rule("/lms/certificates/<code>/pdf", endpoint=certificates.download, methods=["GET"]),
		Rule("/lms/timetable", endpoint=timetable.index, methods=["GET"]),
		Rule("/lms/timetable/calendar", endpoint=timetable.subscribe, methods=["POST"]),
		Rule("/lms/timetable/join/<live_class>", endpoint=timetable.join, methods=["POST"]),
		Rule("/lms/timetable/<token>.ics", endpoint=timetable.feed, methods=["GET"]),
	],
	strict_slashes=False,
	merge_slashes=False,
)

PUBLIC = frozenset({certificates.index, certificates.check, timetable.feed})
"""Pages for everybody, without signing in; they show only what who has the address may see."""
