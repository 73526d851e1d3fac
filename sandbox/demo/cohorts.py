"""The two cohorts of the demo with their live class, and the one setting it changes."""

from datetime import timedelta

import frappe

from sandbox.demo.people import next_monday, user_of
from sandbox.demo.records import ensure

NEW_HIRES = "New Hire — Week 12"
LABORATORY = "Laser Laboratory — Montréal"
CLASS = "First alignment, together"
DAYS_BEFORE_START = 14
DAY = {"start_time": "09:00:00", "end_time": "12:00:00"}
AFTERNOON = {"start_time": "13:30:00", "end_time": "16:00:00"}
GUIDELINES = """
<ul>
<li>Cameras are optional, questions are not: ask while it matters.</li>
<li>Messages in the cohort's channel are answered on the same working day.</li>
<li>What colleagues tell about themselves here stays here.</li>
</ul>
"""


def prepare_settings() -> None:
	"""Let accounts be made two weeks before people start, so that Monday's starters have theirs today."""
	if frappe.db.get_single_value("LMS Settings", "days_before_start") != DAYS_BEFORE_START:
		frappe.db.set_single_value("LMS Settings", "days_before_start", DAYS_BEFORE_START)


def make_cohorts() -> None:
	"""Make both cohorts; one that is there stays as it is."""
	monday = next_monday()
	week = [monday + timedelta(days=offset) for offset in range(5)]
	room, link = "Room 2.14, Berlin", "https://meet.fernweg.example/week-12"
	_make(
		NEW_HIRES,
		description="Five days to find your way around: people, products, tools, and how to work safely.",
		batch_details="<p>For everybody who starts this Monday, in Berlin or by video from wherever you are.</p>",
		medium="Hybrid",
		start_date=week[0],
		end_date=week[-1],
		start_time="09:00:00",
		end_time="16:00:00",
		timezone="Europe/Berlin",
		seat_count=12,
		enable_waitlist=1,
		for_new_hires=1,
		allow_self_enrollment=1,
		instructors=["1004", "1003"],
		courses=["Welcome to Fernweg", "Information security basics", "Safe at work"],
		timetable=[
			{"date": week[0], **DAY, "subject": "Welcome, and a walk through the house", "place": room},
			{"date": week[0], **AFTERNOON, "subject": "Your computer and your accounts", "place": room},
			{"date": week[1], **DAY, "subject": "What we build and who buys it", "place": link},
			{"date": week[2], **DAY, "subject": "Information security, with exercises", "place": link},
			{
				"date": week[3],
				**DAY,
				"subject": "Safe at work: the tour of the emergency exits",
				"place": room,
			},
			{"date": week[4], **DAY, "subject": "Lunch with your team, and open questions", "place": room},
		],
	)
	start = monday + timedelta(days=8)
	lab = [start + timedelta(days=offset) for offset in range(3)]
	_make(
		LABORATORY,
		description="Three mornings at the bench: classes of lasers, eyewear, interlocks, and your first alignment.",
		batch_details="<p>Wear closed shoes. Eyewear is handed out at the door of the laboratory.</p>",
		medium="Offline",
		start_date=lab[0],
		end_date=lab[-1],
		start_time="08:30:00",
		end_time="12:00:00",
		timezone="America/Toronto",
		seat_count=8,
		enable_waitlist=1,
		allow_self_enrollment=1,
		instructors=["3002"],
		courses=["Working with lasers", "Safe at work"],
		timetable=[
			{
				"date": day,
				"start_time": "08:30:00",
				"end_time": "12:00:00",
				"subject": subject,
				"place": "Laboratory 1, Montréal",
			}
			for day, subject in zip(
				lab, ("Classes and hazards", "Eyewear and interlocks", "First alignment"), strict=True
			)
		],
	)


def make_classes() -> None:
	"""The live class of the laboratory's cohort, which is a lesson of its course."""
	batch = name_of(LABORATORY)
	lesson = frappe.db.get_value("Course Lesson", {"title": CLASS}, ["name", "course"], as_dict=True)
	if not lesson:  # the course is there from before it had this lesson
		return
	ensure(
		"LMS Live Class",
		{"title": CLASS, "batch": batch},
		course=lesson.course,
		lesson=lesson.name,
		date=next_monday() + timedelta(days=10),
		start_time="13:30:00",
		duration_minutes=60,
		instructor=user_of("3002"),
		join_url="https://meet.fernweg.example/alignment",
		description="Bring your questions from the three mornings.",
	)


def name_of(title: str) -> str | None:
	"""The LMS Batch with this title."""
	return frappe.db.get_value("LMS Batch", {"title": title}, "name")


def _make(title: str, *, instructors: list[str], courses: list[str], **values: object) -> None:
	users = [user_of(number) for number in instructors]
	ensure(
		"LMS Batch",
		{"title": title},
		published=1,
		discussion_guidelines=GUIDELINES,
		instructors=[{"instructor": user} for user in users if user],
		courses=[
			{"course": frappe.db.get_value("LMS Course", {"title": course}, "name")} for course in courses
		],
		**values,
	)
