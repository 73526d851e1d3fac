"""Lists within lists within lists, and what is no JSON at all: a sentence and a status below 500, on any server."""

import json

import pytest

import frappe

from smooth_lms.base.nesting import DEEPEST, is_too_deep
from tests.support.factories import make_user

METHOD = "/api/method/frappe.desk.reportview.get"
SENTENCE = "There are more lists within lists than anything here can use."


@pytest.fixture(scope="module")
def learner(_connection):
	frappe.set_user("Administrator")
	name = make_user().name
	frappe.db.commit()
	return name


def said(answer) -> str:
	return json.loads(json.loads(answer.json()["_server_messages"])[0])["message"]


@pytest.mark.parametrize("levels", [980, 200_000])
@pytest.mark.parametrize(
	"path", [METHOD, "/api/resource/LMS Batch", "/api/method/smooth_lms.api.batches.enroll"]
)
def test_a_body_that_nests_too_deeply_is_refused(door, learner, path, levels):
	session = door.session(learner)
	body = '{"doctype": "LMS Batch", "batch": ' + "[" * levels + "]" * levels + "}"
	answer = session.post(f"{door.url}{path}", data=body, headers={"Content-Type": "application/json"})
	assert 400 <= answer.status_code < 500, answer.text[:500]


def test_the_refusal_says_why(door, learner):
	headers = {"Content-Type": "application/json"}
	body = '{"a": ' + "[" * 200_000
	answer = door.session(learner).post(f"{door.url}{METHOD}", data=body, headers=headers)
	assert (answer.status_code, said(answer)) == (400, SENTENCE)
	answer = door.session(learner).post(f"{door.url}{METHOD}", data='{"a": ', headers=headers)
	assert answer.status_code == 400
	assert said(answer) == "The body of this request is not valid JSON."


@pytest.mark.parametrize("how", ["form", "address"])
def test_so_is_an_argument(door, learner, how):
	session = door.session(learner)
	deep = "[" * 500 + "]" * 500  # more does not fit into an address
	given = {"doctype": "LMS Course", "filters": deep, "fields": '["name"]'}
	if how == "form":
		answer = session.post(f"{door.url}{METHOD}", data=given)
	else:
		answer = session.get(f"{door.url}{METHOD}", params=given)
	assert answer.status_code == 417, answer.text[:500]
	assert said(answer) == SENTENCE


def test_depth_is_counted_outside_of_texts():
	assert is_too_deep("[" * (DEEPEST + 1))
	assert not is_too_deep("[" * DEEPEST + "]" * DEEPEST)
	assert not is_too_deep("[]" * 5_000)
	assert not is_too_deep(json.dumps({"a": "[" * 5_000 + '\\"' + "{" * 5_000}))
	assert is_too_deep('{"a":' * (DEEPEST + 1))
