"""Every parameter of every method, given what it does not expect: a sentence and a status below 500, never an error."""

import inspect
import json
from typing import Any

import pytest

import frappe
from frappe.utils import set_request

from smooth_lms.api import arguments
from smooth_lms.cohorts.roster import FILTERS
from tests.security import matrix
from tests.security.test_matrix import api_methods
from tests.support import scene

DEEP = 200_000
HOSTILE: dict[str, Any] = {
	"deep list": "[" * DEEP + "]" * DEEP,
	"deep mapping": '{"a":' * DEEP + "1" + "}" * DEEP,
	"half of it": "[" * DEEP,
	"list": ["x", 1, None],
	"empty list": [],
	"lists": [[["x"]]],
	"mapping": {"a": ["x"], "b": {"c": 1}},
	"mappings": [{"chapter": ["x"], "lessons": 5}],
	"number": -7,
	"huge": 10**30,
	"fraction": 1.5,
	"nan": float("nan"),
	"yes": True,
	"none": None,
	"nothing": "",
	"half a character": "\ud83d",
	"quotes": "'\"\\%s%(x)s--\x00🎓",
	"json": '["x", {"a": [1]}]',
	"JSON mapping": '{"0": {"a": [1]}, "company": ["x"], "x": null}',
	"long": "x" * 100_000,
	"quite long": "x" * 9_000,
}
ASKING = ("moderator", "learner", "hr", "manager", "guest", "nobody")
"""Who asks: the first of these whom the matrix lets in, so that the value is really looked at."""

OURS = sorted(matrix.METHODS)


@pytest.fixture(scope="module")
def stage(_connection):
	frappe.set_user("Administrator")
	made = scene.build()
	frappe.db.commit()
	return made


def status_of(call) -> int:
	"""What a request would be answered with; what it writes is undone."""
	set_request(method="POST", path="/")
	frappe.local.request_ip = "203.0.113.8"
	try:
		call()
	except frappe.OutgoingEmailError:
		return 417  # the site of the tests has no account for mail
	except Exception as error:
		status = getattr(error, "http_status_code", None) or getattr(error, "code", None)
		if status is None or not (status >= 500 or str(error).strip()):
			raise
		return status
	finally:
		frappe.db.rollback()
		frappe.clear_messages()
		del frappe.local.request
	return 200


@pytest.mark.parametrize("name", OURS)
@pytest.mark.sweep(30)
def test_what_is_not_expected_is_refused_with_a_sentence(stage, name, monkeypatch):
	function = api_methods()[name]
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	monkeypatch.setattr(frappe, "enqueue", lambda *args, **kwargs: None)
	row = matrix.METHODS[name]
	person = next((each for each in ASKING if each in row.allowed), None)
	usual = row.arguments(stage)
	wrong = {}
	for parameter in inspect.signature(function).parameters:
		for what, value in HOSTILE.items():
			frappe.set_user(stage.people[person] if person else "Administrator")
			try:
				status = status_of(lambda v=value, p=parameter: frappe.call(function, **{**usual, p: v}))
			except Exception as error:
				status = f"{type(error).__name__}: {error}"[:200]
			if not isinstance(status, int) or status >= 500:
				wrong[f"{parameter} = {what}"] = status
	frappe.set_user("Administrator")
	assert wrong == {}


@pytest.mark.parametrize("name", OURS)
def test_a_missing_value_is_named(stage, name):
	function = api_methods()[name]
	usual = matrix.METHODS[name].arguments(stage)
	for parameter in inspect.signature(function).parameters.values():
		if parameter.default is not inspect.Parameter.empty:
			continue
		left = {key: value for key, value in usual.items() if key != parameter.name}
		with pytest.raises(frappe.ValidationError, match=parameter.name):
			function(**left)


@pytest.mark.parametrize("key", sorted(FILTERS))
@pytest.mark.parametrize("what", sorted(HOSTILE))
@pytest.mark.sweep(20)
def test_every_filter_of_employees_takes_what_it_expects(stage, key, what, monkeypatch):
	frappe.set_user(stage.people["moderator"])
	function = api_methods()["batches.preview_enrollment"]
	chosen = {key: HOSTILE[what]}
	assert status_of(lambda: frappe.call(function, batch=stage.batch, filters=chosen)) < 500


def test_what_a_browser_makes_of_null_is_no_error(stage, server):
	"""jQuery sends an empty text, which Frappe's own check of types refuses in Python's words."""
	session = server.session(stage.people["moderator"])
	wrong = {}
	for name, function in api_methods().items():
		given = {
			parameter.name: ""
			for parameter in inspect.signature(function).parameters.values()
			if parameter.default is not inspect.Parameter.empty
		}
		answer = server.call(session, name, **given)
		assert "Failed to get method" not in answer.text, name
		if answer.status_code >= 500 or "FrappeTypeError" in answer.text:
			wrong[name] = answer.text[:200]
	assert wrong == {}


def test_a_request_over_http_is_answered_so(stage, server):
	session = server.session(stage.people["moderator"])
	for value in (HOSTILE["deep list"], ["x"], "\ud83d"):
		body = json.dumps({"batch": stage.batch, "filters": value})
		answer = session.post(
			f"{server.url}/api/method/smooth_lms.api.batches.preview_enrollment",
			data=body,
			headers={"Content-Type": "application/json"},
			timeout=60,
		)
		assert 400 <= answer.status_code < 500, answer.status_code
		assert answer.json()["exception"].partition(": ")[2]


class TestReading:
	@pytest.mark.parametrize(
		("value", "read"), [("1", True), ("0", False), ("", False), (1, True), ("false", False), (True, True)]
	)
	def test_yes_and_no_as_forms_send_them(self, value, read):
		@arguments.checked
		def method(past: bool = False) -> bool:
			return past

		assert method(past=value) is read

	@pytest.mark.parametrize(("value", "read"), [("12", 12), (" 3 ", 3), (4.0, 4), ("5.0", 5), (6, 6)])
	def test_whole_numbers(self, value, read):
		@arguments.checked
		def method(page: int) -> int:
			return page

		assert method(page=value) == read

	def test_texts_numbers_and_nothing(self):
		@arguments.checked
		def method(name: str, reason: str | None = None, search: str = "all") -> tuple:
			return name, reason, search

		assert method("a") == ("a", None, "all")
		assert method(5, reason="", search=None) == ("5", "", "all")
		with pytest.raises(frappe.ValidationError, match="name must be a single text"):
			method(["a"])
