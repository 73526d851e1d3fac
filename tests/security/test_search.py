"""The search of the portal: everybody finds what they may open, by words and by what is spelled alike, and nothing else."""

from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

import frappe

from smooth_lms.base import fulltext
from smooth_lms.courses import enrollment as course_enrollment
from tests.support import factories
from tests.support.hr import make_hr_user
from tests.support.portal import Person

PEOPLE = ("learner", "stranger", "author", "manager", "hr", "moderator", "outsider", "Guest")
COURSE, LESSON = "/lms/courses/{0}", "/lms/courses/{0}/{1}"


@pytest.fixture(scope="module")
def scene(server) -> frappe._dict:
	"""Everything carries one word; `word` finds all of it, `paths` is the address of each."""
	word = "Quokka" + frappe.generate_hash(length=8).translate(str.maketrans("0123456789", "ghijklmnop"))
	boss = factories.make_workforce(1)[0]
	employee = frappe.db.get_value("Employee", {"user_id": boss})
	learner = factories.make_workforce(1, reports_to=employee)[0]
	factories.make_learners([learner])
	frappe.db.set_value("LMS Learner", learner, "full_name", f"{word} Learner")
	people = {
		"learner": learner,
		"stranger": factories.make_user().name,
		"author": factories.make_user(roles=("LMS Student", "Course Creator")).name,
		"manager": boss,
		"hr": make_hr_user(),
		"moderator": factories.make_user(roles=("LMS Student", "Moderator")).name,
		"outsider": factories.make_user(roles=()).name,
		"Guest": "Guest",
	}
	listed = factories.make_course(title=f"{word} listed", lessons=0)
	inside = factories.make_lesson(listed.name, title=f"{word} inside").name
	preview = factories.make_lesson(listed.name, title=f"{word} preview", preview=1).name
	draft = factories.make_course(title=f"{word} draft", lessons=0, published=0)
	hidden = factories.make_lesson(draft.name, title=f"{word} hidden", preview=1).name
	upcoming = factories.make_course(title=f"{word} upcoming", lessons=0, upcoming=1)
	early = factories.make_lesson(upcoming.name, title=f"{word} early", preview=1).name
	ordered = factories.make_course(title=f"{word} ordered", lessons=0, lessons_in_order=1)
	first = factories.make_lesson(ordered.name, title=f"{word} first").name
	second = factories.make_lesson(ordered.name, title=f"{word} second").name
	course_enrollment.enroll({learner: "Learner"}, [listed.name, ordered.name])
	batch = factories.make_batch(courses=[listed.name], title=f"{word} cohort").name
	secret = factories.make_batch(courses=[listed.name], title=f"{word} secret", published=0).name
	frappe.db.commit()
	paths = {
		"listed": COURSE.format(listed.name),
		"inside": LESSON.format(listed.name, inside),
		"preview": LESSON.format(listed.name, preview),
		"draft": COURSE.format(draft.name),
		"hidden": LESSON.format(draft.name, hidden),
		"upcoming": COURSE.format(upcoming.name),
		"early": LESSON.format(upcoming.name, early),
		"ordered": COURSE.format(ordered.name),
		"first": LESSON.format(ordered.name, first),
		"second": LESSON.format(ordered.name, second),
		"batch": f"/lms/batches/{batch}",
		"secret": f"/lms/batches/{secret}",
		"in people": f"/lms/people/{quote(learner, safe='@')}",
		"in the team": f"/lms/team/people/{quote(learner, safe='@')}",
	}
	return frappe._dict(word=word, people=people, paths=paths, server=server)


EVERYBODY = {"listed", "preview", "upcoming", "ordered", "batch"}
FOUND = {
	"learner": EVERYBODY | {"inside", "first"},
	"stranger": EVERYBODY,
	"author": EVERYBODY | {"secret"},
	"manager": EVERYBODY | {"in the team"},
	"hr": EVERYBODY | {"secret", "in people"},
	"moderator": EVERYBODY | {"secret", "in people"},
	"outsider": set(),
	"Guest": set(),
}


def found_by(scene: frappe._dict, who: str, asked: str) -> set[str]:
	person = Person(scene.server, None if who == "Guest" else scene.people[who])
	answer = person.get(f"/lms/search?q={asked}")
	page = BeautifulSoup(answer.text, "html.parser")
	links = {link["href"] for link in page.select("#results a[href]")}
	return {name for name, path in scene.paths.items() if path in links}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("spelling", ["whole", "beginning", "a letter missing"])
def test_everybody_finds_what_they_may_open_and_nothing_else(scene, who, spelling):
	asked = {
		"whole": scene.word,
		"beginning": scene.word[:-2],
		"a letter missing": scene.word[:7] + scene.word[8:],
	}
	assert found_by(scene, who, asked[spelling]) == FOUND[who]


@pytest.mark.parametrize("who", [who for who in PEOPLE if FOUND[who]])
def test_what_is_found_opens(scene, who):
	person = Person(scene.server, scene.people[who])
	for name in sorted(FOUND[who]):
		assert person.get(scene.paths[name]).status_code == 200, name


@pytest.mark.parametrize(
	"asked",
	[
		'"',
		"+-*()~<>@",
		"%",
		"_",
		"' or 1=1 -- ",
		"\\",
		"a" * 2_000,
		"the",
		"x y z " * 99,
		"\x00",
		"漢字",
		"+",
	],
)
def test_odd_words_find_nothing_and_break_nothing(scene, asked):
	answer = Person(scene.server, scene.people["moderator"]).get(f"/lms/search?q={quote(asked)}")
	assert answer.status_code == 200
	assert scene.word not in answer.text


def test_every_index_is_there_and_made_once():
	for doctype in fulltext.TEXTS:
		assert frappe.db.has_index(f"tab{doctype}", fulltext.INDEX), doctype
	fulltext.sync()


def test_short_words_and_stopwords_are_no_obstacle(scene):
	assert "batch" in found_by(scene, "learner", f"the {scene.word} of co")
