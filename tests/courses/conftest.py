"""Somebody who writes courses, and the course they are at."""

import pytest

import frappe

from smooth_lms.courses.builder import templates
from tests.support.authors import first_chapter
from tests.support.factories import make_user, unique


@pytest.fixture
def author():
	"""A Course Creator, in whose name the test goes on."""
	user = make_user(roles=("Course Creator",)).name
	frappe.set_user(user)
	yield user
	frappe.set_user("Administrator")


@pytest.fixture
def course(author) -> str:
	"""A new course of the author, with an empty first chapter."""
	return templates.new_course(unique("Fire"))


@pytest.fixture
def chapter(course) -> str:
	return first_chapter(course)
