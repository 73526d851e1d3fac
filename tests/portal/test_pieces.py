"""Pieces of pages that many readers see are drawn once a minute."""

import pytest

import frappe

from smooth_lms.portal import templating

STATE = {"code": "open", "label": "Open", "tone": "good"}


@pytest.fixture
def drawn(monkeypatch):
	"""What has been drawn since, as arguments."""
	draw, seen = templating._draw, []
	monkeypatch.setattr(templating, "_draw", lambda *asked: seen.append(asked) or draw(*asked))
	templating._drawn.cache_clear()
	return seen


def test_the_same_values_are_drawn_once_and_others_anew(drawn, monkeypatch):
	first = templating.piece("bits.html", "chip", STATE)
	assert templating.piece("bits.html", "chip", dict(STATE)) == first
	assert len(drawn) == 1
	assert "Full" in templating.piece("bits.html", "chip", {**STATE, "label": "Full"})
	monkeypatch.setattr(frappe.local, "lang", "de")
	templating.piece("bits.html", "chip", STATE)
	assert len(drawn) == 3


def test_a_piece_is_drawn_anew_after_a_minute(drawn, monkeypatch):
	moment = 1_000_000.0
	for later in (0, 1, templating.SECONDS):
		monkeypatch.setattr(templating.time, "time", lambda later=later: moment + later)
		templating.piece("bits.html", "chip", STATE)
	assert len(drawn) == 2


def test_values_in_a_piece_are_escaped(drawn):
	assert "&lt;b&gt;" in templating.piece("bits.html", "chip", {**STATE, "label": "<b>"})
