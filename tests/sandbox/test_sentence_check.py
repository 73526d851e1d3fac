"""What `./smooth lint` says about sentences that no translator could translate."""

from pathlib import Path

import pytest

from sandbox.sentence_check import check, find, find_in_script, find_in_template

FOUND = (
	"frappe.throw('This cohort is full.')",
	"sentence = 'The course {course} is not published: publish it.'",
	"field = {'fieldname': 'a', 'label': 'Learner Status'}",
	"_(f'There is no {name}.')",
	"_('There is no {0}.'.format(name))",
	"_('There is no ' + name)",
	"_('There is no ') + name + ' here'",
	"_('Cohort') + ' and ' + _('course')",
	"f'{_(\"Cohort\")} and more'",
	"_('%s is full') % title + ' now'",
	"_(' or ').join(names)",
	"_('{0} course(s)').format(number)",
	"_('1 course') if number == 1 else _('{0} courses').format(number)",
	"'course' + ('' if number == 1 else 's')",
)
HARMLESS = (
	"_('This cohort is full.')",
	"_('There is no {0}.').format(name)",
	"_(\n\t'One sentence in '\n\t'two lines.'\n)",
	"_(doc.status)",
	"_(meta.get_label(field))",
	"plural(number, _('1 course'), _('{0} courses')).format(number)",
	"f'{_(\"Cohort\")}: {title}'",
	"'''A docstring says what it does.'''",
	"frappe.log_error('The log is in English.')",
	"# text: a file name\n_('Transcript') + '.pdf'",
	"{'label': _('Learner Status'), 'fieldname': 'name'}",
	"row = _('First version.') if version == 1 else ''",
	"'cohorts/enrollment.py'",
)


@pytest.mark.parametrize("source", FOUND)
def test_finds(source):
	assert list(find(source))


@pytest.mark.parametrize("source", HARMLESS)
def test_lets_pass(source):
	assert list(find(source)) == []


@pytest.mark.parametrize(
	"source",
	[
		"<p>Nothing yet</p>",
		'<p class="a">{{ name }} is late</p>',
		"{% if a %}\n<b>Late</b>{% endif %}",
		'{{ _("1 course") if n == 1 else _("{0} courses").format(n) }}',
		'{{ _("{0} course(s)").format(n) }}',
	],
)
def test_finds_in_a_template(source):
	assert list(find_in_template(source))


@pytest.mark.parametrize(
	"source",
	[
		'<p title="{{ _("Late") }}">{{ _("Nothing yet") }}</p>',
		'<p class="plain text"\n\t{% if a %}hidden{% endif %}>{{ name }} · {{ day }}</p>',
		"<style>p { color: red }</style>",
		"{# A word to who writes templates. #}&nbsp;",
	],
)
def test_lets_a_template_pass(source):
	assert list(find_in_template(source)) == []


@pytest.mark.parametrize(
	"source",
	[
		'frappe.msgprint("Nothing is left to do.");',
		"__(`There is no ${name}.`)",
		'__("There is no " + name)',
		'n === 1 ? __("1 course") : __("{0} courses", [n])',
	],
)
def test_finds_in_a_script(source):
	assert list(find_in_script(source))


@pytest.mark.parametrize(
	"source",
	[
		'frappe.msgprint(__("Nothing is left to do."));',
		'__(\n\t"Nothing is left to do.",\n)',
		"// Nothing is left to do.",
		'smooth_lms.plural(n, __("1 course"), __("{0} courses"), [n])',
	],
)
def test_lets_a_script_pass(source):
	assert list(find_in_script(source)) == []


def test_the_app_is_free_of_it():
	assert check(Path(__file__).parents[2] / "smooth_lms") == []
