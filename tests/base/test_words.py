"""The plural forms of sentences, in languages with one, two, three and six of them."""

import pytest

import frappe

from smooth_lms.base.words import plural

ENGLISH = ("1 person", "{0} people")
POLISH = ("{0} osoba", "{0} osoby | {0} osób | {0} osoby")  # few, many, other
ARABIC = ("one", "zero | two | few | many | other")


@pytest.fixture
def language(monkeypatch):
	return lambda name: monkeypatch.setattr(frappe.local, "lang", name)


@pytest.mark.parametrize(
	("name", "forms", "number", "said"),
	[
		("en", ENGLISH, 1, "1 person"),
		("en", ENGLISH, 0, "0 people"),
		("en", ENGLISH, 7, "7 people"),
		("fr", ("{0} personne", "{0} personnes"), 0, "0 personne"),
		("pl", POLISH, 1, "1 osoba"),
		("pl", POLISH, 3, "3 osoby"),
		("pl", POLISH, 5, "5 osób"),
		("pl", ENGLISH, 5, "5 people"),  # not translated, or into one form only
		("ar", ARABIC, 2, "two"),
		("ar", ARABIC, 100, "other"),
		("ja", ("{0} 人", "{0} 人"), 1, "1 人"),
		("pt-BR", ENGLISH, 2, "2 people"),
		("no-such-language", ENGLISH, 1, "1 person"),
	],
)
def test_a_sentence_takes_the_form_of_its_language_for_a_number(language, name, forms, number, said):
	language(name)
	assert plural(number, *forms).format(number) == said
