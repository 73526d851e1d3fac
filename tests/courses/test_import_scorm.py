"""Packages from a folder on the server, many at once, with a report."""

import pytest

import frappe

from smooth_lms.courses.scorm import taking
from tests.support.factories import make_course
from tests.support.packages.build import package


@pytest.fixture
def folder(tmp_path):
	(tmp_path / "deep").mkdir()
	(tmp_path / "b.zip").write_bytes(package(version="2004"))
	(tmp_path / "deep" / "a.ZIP").write_bytes(package({"tool.exe": b"MZ"}))
	(tmp_path / "bad.zip").write_bytes(b"nothing")
	(tmp_path / "notes.txt").write_text("x")
	return tmp_path


def test_all_zip_files_of_folders_are_found_and_single_ones(folder):
	found = taking.zips([str(folder / "notes.txt"), str(folder / "deep")])
	assert [path.rpartition("/")[2] for path in found] == ["a.ZIP", "notes.txt"]
	assert len(taking.zips([str(folder)])) == 3


def test_one_that_is_refused_stops_none_of_the_others(folder):
	course = make_course(lessons=0).name
	frappe.db.commit()
	done = {path.rpartition("/")[2]: taking.take_each(path, course) for path in taking.zips([str(folder)])}
	assert done["bad.zip"].package is None
	assert done["bad.zip"].said.startswith("refused: This is not a zip file")
	assert "SCORM 2004" in done["b.zip"].said
	assert "tool.exe: it is a program" in done["a.ZIP"].said
	frappe.db.rollback()
	assert frappe.db.count("LMS SCORM Package", {"course": course}) == 2
	for path in ("b.zip", "bad.zip"):
		assert (folder / path).exists()
