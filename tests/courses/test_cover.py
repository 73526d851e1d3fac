"""The drawn cover of a course without a picture."""

from smooth_lms.courses import cover, wording


def test_it_is_the_same_every_time_and_unlike_that_of_another_course():
	assert cover.drawn("Fire safety", "Safety") == cover.drawn(" fire safety", "Safety")
	assert cover.drawn("Fire safety", "Safety") != cover.drawn("Ladders", "Safety")


def test_courses_of_a_category_share_its_color():
	hues = {cover.drawn(title, "Safety").hue for title in ("Fire", "Ladders", "Chemicals", "مرحبا")}
	assert len(hues) == 1
	assert len({cover.drawn("Fire", category).hue for category in "abcdefghij"}) > 3


def test_everything_stands_within_the_drawing():
	for title in map(str, range(50)):
		for x, y, radius in cover.drawn(title).circles:
			assert 0 <= x <= cover.WIDTH
			assert 0 <= y <= cover.HEIGHT
			assert 0 < radius < cover.HEIGHT


def test_a_picture_takes_its_place():
	found = {
		"name": "a",
		"title": "A",
		"category": "",
		"status": None,
		"progress": 0,
		"lessons": 1,
		"minutes": 5,
	}
	found |= {"upcoming": False, "by_assignment": False, "is_mandatory": False}
	assert wording.card({**found, "image": None})["cover"]
	assert wording.card({**found, "image": "/files/a.png"})["cover"] is None
