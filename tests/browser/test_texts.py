"""What learners and files have sent, drawn by the desk: the grid shows it and runs nothing of it."""

from playwright.sync_api import Page

import frappe

from smooth_lms.api import quizzes
from smooth_lms.courses import enrollment
from tests.browser.conftest import OpenPage
from tests.support.factories import (
	make_course,
	make_lesson,
	make_question,
	make_quiz,
	make_requirement,
	make_user,
)

RUNS = '<img src=/assets/none.png onerror="window.ran = (window.ran || 0) + 1">'
TEXTS = (f"one {RUNS} two", f'"{RUNS.replace(chr(34), chr(39))}"', RUNS[:-1] + " ")
"""As it is; as JSON, which Frappe's cleaning lets through; never closed."""


def ran(page: Page) -> int:
	page.wait_for_timeout(500)  # what loads in vain says so
	return page.evaluate("() => window.ran || 0")


def test_a_quiz_answer_in_the_grid_runs_nothing(open_page: OpenPage) -> None:
	# the sandbox's engine looks for a page break in each format; newer ones ask first whether there is one
	no_break = "TypeError: Cannot read properties of null (reading 'style')"
	open_page.expected = ["Failed to load resource", no_break]
	manager = make_user(roles=("System Manager",)).name
	member = make_user().name
	course = make_course(lessons=0).name
	questions = [make_question(course, "Short Text") for _each in TEXTS]
	quiz = make_quiz(course, questions, shuffle_questions=0).name
	lesson = make_lesson(course, "Quiz", quiz=quiz).name
	enrollment.enroll({member: "Learner"}, [course])
	frappe.set_user(member)
	quizzes.start(lesson)
	name = frappe.db.get_value("LMS Quiz Submission", {"member": member})
	quizzes.submit(name, {str(number): text for number, text in enumerate(TEXTS)})
	frappe.set_user("Administrator")
	frappe.db.commit()
	page = open_page(manager, f"/app/lms-quiz-submission/{name}")
	grid = page.locator(".frappe-control[data-fieldname=result]")
	grid.locator(".grid-body .grid-row").nth(2).wait_for()
	assert "one" in grid.inner_text()
	assert ran(page) == 0
	page.goto(f"/printview?doctype=LMS%20Quiz%20Submission&name={name}&format=Standard")
	assert ran(page) == 0
	page.goto(f"/printview?doctype=LMS%20Quiz%20Submission&name={name}")
	assert "one" in page.locator("body").inner_text()
	assert ran(page) == 0


def test_a_reason_in_a_child_grid_runs_nothing(open_page: OpenPage) -> None:
	open_page.expected = ["Failed to load resource"]
	manager = make_user(roles=("System Manager",)).name
	doc = make_requirement()
	for text in TEXTS:
		doc.append("exceptions", {"member": make_user().name, "effect": "Exempt", "reason": text[:140]})
	doc.save()
	frappe.db.commit()
	page = open_page(manager, f"/app/lms-training-requirement/{doc.name}")
	grid = page.locator(".frappe-control[data-fieldname=exceptions]")
	if not grid.is_visible():
		for tab in page.locator(".form-tabs .nav-link").all():
			tab.click()
			if grid.is_visible():
				break
	grid.locator(".grid-body .grid-row").nth(2).wait_for()
	assert ran(page) == 0
