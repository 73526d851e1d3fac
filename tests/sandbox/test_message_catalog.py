"""Whether translators get every sentence: Frappe's own extractors and ours against each other, on the real app."""

import csv
import re
from importlib import import_module

import pytest
from babel.messages.extract import extract_from_dir

import frappe

from sandbox import message_catalog as catalog

CONTRACT = (
	"You are already enrolled for this cohort.",
	"This cohort is full.",
	"This cohort has already started.",
	"This cohort has ended.",
	"This cohort is not open for enrollment.",
	"Self enrollment is closed for this cohort.",
	"Payment is required for this cohort.",
	"Employee {0} has no user account: set Employee.user_id first.",
	"Employee {0} has no company e-mail: a work e-mail is required.",
)
"""Sentences that imports and integrations rely on."""
METHODS = catalog.CHECKOUT / "babel_extractors.csv"


@pytest.fixture(scope="module")
def found() -> dict[catalog.Key, set[str]]:
	return catalog.found()


@pytest.fixture(scope="module")
def said(found) -> set[str]:
	return {message for _context, message in found}


@pytest.fixture(scope="module")
def frappes() -> set[str]:
	"""What the extractor of Frappe 15 finds."""
	translate = import_module("frappe.translate")
	if not hasattr(translate, "get_messages_for_app"):
		pytest.skip("This Frappe reads babel_extractors.csv")
	frappe.flags.pop("scanned_files", None)  # it reads each file once in a process
	found = translate.get_messages_for_app("smooth_lms")
	return {each[1] for each in found if each[0] != "Navbar:" and catalog.WORDS.search(each[1])}


def test_the_stored_catalog_is_what_the_sources_say(found, said):
	assert catalog.CATALOG.read_text(encoding="utf-8") == catalog.text(found), catalog.STALE
	assert catalog.stored() == said


def test_a_stale_catalog_is_told(tmp_path, monkeypatch, capsys):
	other = tmp_path / "main.pot"
	monkeypatch.setattr(catalog, "CATALOG", other)
	assert catalog.main(["--check"]) == 1  # there is none
	assert catalog.main([]) == 0
	assert catalog.main(["--check"]) == 0
	other.write_text(other.read_text().replace("This cohort is full.", "This cohort was full."))
	assert catalog.main(["--check"]) == 1
	assert capsys.readouterr().out.count("./smooth lint --messages") == 2


def test_frappes_extractor_runs_over_the_app_and_finds_nothing_that_the_catalog_has_not(frappes, said):
	assert len(frappes) > 1500
	assert frappes - said == set()


def test_frappes_extractor_finds_every_sentence_of_the_code(frappes, found):
	in_code = {
		message
		for (_context, message), places in found.items()
		if any(not place.endswith(".json") for place in places)
	}
	assert in_code - frappes == set()


def test_the_extractors_for_newer_benches_read_every_json_file_that_people_read(found):
	with METHODS.open() as rows:
		methods = [(pattern, method) for pattern, method in csv.reader(rows)]
	rows = extract_from_dir(str(catalog.APP), methods, keywords={"_": None})
	read = {(place, message) for place, _line, message, *_rest in rows}
	in_json = {
		(place, message)
		for (_context, message), places in found.items()
		for place in places
		if place.endswith(".json")
	}
	assert read == in_json


@pytest.mark.parametrize("sentence", CONTRACT)
def test_a_sentence_of_the_contract_is_in_the_catalog(sentence, said):
	def plain(text: str) -> str:
		return re.sub(r"\{\w*\}", "{}", text)

	assert plain(sentence) in {plain(each) for each in said}


@pytest.mark.parametrize(
	"sentence",
	[
		"Revoke it instead.",  # a constant of retention
		"New hires onboarded with this template are enrolled here.",  # a custom field's description
		"Exclude from Smooth LMS",  # a custom field's label
		"Access Learning",  # a link that hooks.py names
		"Mandatory training",  # a heading of the workspace
		"Set up learning",  # the onboarding of the workspace
		"Choose Synchronize now, and tick Dry run.",  # a step of it
		"Overdue Training by Department",  # a chart
		"Confirmations Not Sent",  # a number card
		"has completed the course",  # a print format
		"Takes courses and joins cohorts.",  # a profile that is made at the installation
	],
)
def test_what_stands_outside_of_code_is_in_the_catalog(sentence, said):
	assert sentence in said
