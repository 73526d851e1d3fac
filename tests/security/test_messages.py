"""Refusals are drawn as HTML by the desk: none of them begins a tag with what somebody typed."""

import string

import pytest

from smooth_lms.exceptions import Refusal
from tests.security.test_texts import HOSTILE, runs


def every_kind(of: type[Refusal] = Refusal) -> list[type[Refusal]]:
	return [of, *(kind for each in of.__subclasses__() for kind in every_kind(each))]


@pytest.mark.parametrize("kind", every_kind())
def test_no_refusal_runs_anything(kind):
	for text in HOSTILE.values():
		names = {name for _text, name, *_rest in string.Formatter().parse(kind.sentence) if name}
		refusal = kind(**dict.fromkeys(names, text))
		assert runs(refusal.text) == []
		assert runs(str(refusal)) == []
		assert runs(refusal.about(text)) == []


def test_quotes_and_ampersands_stay_as_they_are():
	refusal = Refusal()
	refusal.sentence, refusal.values = "{reason}", {"reason": 'You\'re in R&D: "no"'}
	assert refusal.text == 'You\'re in R&D: "no"'
