"""What `./smooth lint` says about messages that hold what people typed."""

from pathlib import Path

import pytest

from sandbox.message_check import check, find

FOUND = (
	"frappe.throw(_('There is no {0}.').format(name))",
	"frappe.throw(sentence.format(doc.title), SomeError)",
	"frappe.msgprint(f'<b>{name}</b>')",
	"frappe.throw(_('{0}').format(frappe.bold(name)))",
	"frappe.throw(_('{0}').format(len(rows), row['value']))",
	"frappe.throw(_('{name}').format(name=name))",
	"frappe.throw(_('{0} {1}').format(*(each for each in (a, b))))",
)
HARMLESS = (
	"frappe.throw(_('Choose a day.'))",
	"frappe.throw(_('There is no {0}.').format(escape_html(name)))",
	"frappe.throw(_('{0}').format(frappe.bold(escape_html(name))))",
	"frappe.throw(_('{0} of {1}').format(len(rows), MOST))",
	"frappe.throw(_('Row {0}').format(row.idx))",
	"frappe.throw(_('{0}').format(escape_html(f'{a} {b}')))",
	"frappe.throw(_('{0} {1}').format(*(escape_html(each) for each in (a, b))))",
	"frappe.throw(_('Until {0}').format(formatdate(day)))",
	"# html: the titles are escaped\nfrappe.msgprint(_('Used by {0}').format(titles))",
	"_('{0}').format(name)",
)


@pytest.mark.parametrize("source", FOUND)
def test_finds(source):
	assert find(source)


@pytest.mark.parametrize("source", HARMLESS)
def test_lets_pass(source):
	assert find(source) == []


def test_the_app_is_free_of_it():
	assert check(Path(__file__).parents[2] / "smooth_lms") == []
