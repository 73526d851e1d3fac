"""The authorization matrix: every method, page and private file of the app, for every kind of person.

The lists of what there is come from the code; what has no row in `matrix.py` fails here.
"""

import importlib
import inspect
import pkgutil
import re

import pytest
from werkzeug.exceptions import HTTPException

import frappe
from frappe.handler import is_valid_http_method
from frappe.utils import set_request

import smooth_lms
import smooth_lms.api
from smooth_lms.exceptions import NotALearnerError, NotOnWaitlistError
from smooth_lms.portal.routes import ROUTES
from tests.security import matrix
from tests.support import scene

REFUSALS = (401, 403, 404)
FOR_WHO_THEY_ARE = (NotALearnerError,)
"""Refusals of the person that say so with another status."""
FOR_HOW_THINGS_ARE = (NotOnWaitlistError,)
"""And the other way round."""
GET = ("GET", "HEAD")


def api_methods():
	"""Every whitelisted function of smooth_lms.api, by its name below it."""
	found = {}
	for module in pkgutil.iter_modules(smooth_lms.api.__path__):
		loaded = importlib.import_module(f"smooth_lms.api.{module.name}")
		for name, function in inspect.getmembers(loaded, inspect.isfunction):
			if function in frappe.whitelisted and _home(function) == loaded.__name__:
				found[f"{module.name}.{name}"] = function
	return found


def _home(function):
	return inspect.unwrap(function).__module__


@pytest.fixture(scope="module")
def stage(_connection):
	frappe.set_user("Administrator")
	made = scene.build()
	frappe.db.commit()
	return made


def refusal(person, call):
	"""What `person` is told who is refused for who they are; None if they are let in. What it writes is undone."""
	frappe.set_user(person)
	set_request(method="POST", path="/")  # some methods look at the request
	frappe.local.request_ip = "203.0.113.7"
	try:
		call()
	except Exception as error:
		status = getattr(error, "code" if isinstance(error, HTTPException) else "http_status_code", None)
		if status is None or (status >= 500 and not isinstance(error, frappe.OutgoingEmailError)):
			raise
		refused = isinstance(error, FOR_WHO_THEY_ARE) or (
			status in REFUSALS and not isinstance(error, FOR_HOW_THINGS_ARE)
		)
		return f"{type(error).__name__}: {error}" if refused else None
	finally:
		frappe.db.rollback()
		frappe.set_user("Administrator")
		frappe.clear_messages()
		del frappe.local.request
	return None


class TestMethods:
	def test_each_has_a_row(self):
		assert sorted(api_methods()) == sorted(matrix.METHODS)

	def test_none_lies_outside_the_api(self):
		outside = {
			f"{_home(function)}.{function.__name__}"
			for function in frappe.whitelisted
			if _home(function).startswith("smooth_lms.") and not _home(function).startswith("smooth_lms.api.")
		}
		assert outside == set()

	@pytest.mark.parametrize("name", sorted(matrix.METHODS))
	def test_is_for_those_it_is_for(self, stage, name, monkeypatch):
		function = api_methods().get(name)
		if not function:
			pytest.skip("the method is gone; the row fails in another test")
		monkeypatch.setattr(frappe.db, "commit", lambda: None)
		monkeypatch.setattr(frappe, "enqueue", lambda *args, **kwargs: None)
		row = matrix.METHODS[name]

		def call():
			frappe.is_whitelisted(function)
			return frappe.call(function, **row.arguments(stage))

		told = {person: refusal(user, call) for person, user in stage.people.items()}
		let_in = {person for person, words in told.items() if words is None}
		assert let_in == set(row.allowed), {person: told[person] for person in row.allowed ^ let_in}

	def test_what_writes_is_post_only(self):
		reading = re.compile(
			r"^(get_|search_|preview_|find(?:_|$)|verify$|why(?:_hidden)?$|leaving_means$|sync_status$|sync_card$|file$|picture$)"
		)
		for name, function in api_methods().items():
			methods = frappe.allowed_http_methods_for_whitelisted_func[function]
			assert methods == ["POST"] or reading.match(name.partition(".")[2]), name

	def test_what_is_open_to_guests_is_known(self):
		guests = {name for name, function in api_methods().items() if function in frappe.guest_methods}
		assert guests == {name for name, row in matrix.METHODS.items() if "guest" in row.allowed}

	def test_every_parameter_is_annotated(self):
		for name, function in api_methods().items():
			signature = inspect.signature(inspect.unwrap(function))
			for parameter in signature.parameters.values():
				assert parameter.annotation is not inspect.Parameter.empty, (name, parameter.name)

	def test_post_only_methods_refuse_get(self):
		for name, function in api_methods().items():
			if frappe.allowed_http_methods_for_whitelisted_func[function] != ["POST"]:
				continue
			set_request(method="GET", path="/")
			try:
				with pytest.raises(frappe.PermissionError):
					is_valid_http_method(function)
			except pytest.fail.Exception:
				pytest.fail(name)
			finally:
				del frappe.local.request


def get_routes():
	"""Every address of the portal that can be opened, as `/lms/batches/{}`."""
	return {
		re.sub(r"<[^>]+>", "{}", rule.rule) for rule in ROUTES.iter_rules() if "GET" in (rule.methods or ())
	}


class TestPages:
	def test_each_has_a_row(self):
		rows = {re.sub(r"\{[^}]+\}", "{}", path) for path in matrix.PAGES}
		# the plain cohort page shows the same to everybody; its draft stands for it
		assert get_routes() == rows

	def test_is_for_those_it_is_for(self, stage, server):
		sessions = {
			person: server.session(None if user == "Guest" else user) for person, user in stage.people.items()
		}
		wrong = {}
		for path, allowed in matrix.PAGES.items():
			address = server.url + path.format_map(_Names(stage))
			let_in = {
				person
				for person, session in sessions.items()
				if _opens(session.get(address, allow_redirects=False, timeout=60))
			}
			if let_in != set(allowed):
				wrong[path] = {"let in": sorted(let_in - allowed), "kept out": sorted(allowed - let_in)}
		assert wrong == {}


class TestFiles:
	def test_each_field_that_holds_one_has_a_row(self, stage):
		fields = {f"{doctype}.{fieldname}" for doctype, fieldname in scene.attach_fields()}
		assert fields | {"LMS Certificate"} == set(matrix.FILES) == set(stage.files)

	def test_is_for_those_it_is_for(self, stage, server):
		sessions = {
			person: server.session(None if user == "Guest" else user) for person, user in stage.people.items()
		}
		wrong = {}
		for name, allowed in matrix.FILES.items():
			answers = {
				person: session.get(server.url + stage.files[name], allow_redirects=False, timeout=60)
				for person, session in sessions.items()
			}
			let_in = {person for person, answer in answers.items() if "secret of" in answer.text}
			if let_in != set(allowed):
				wrong[name] = {"let in": sorted(let_in - allowed), "kept out": sorted(allowed - let_in)}
		assert wrong == {}


class _Names(dict):
	def __init__(self, stage):
		self.stage = stage

	def __missing__(self, name):
		return "x" * 43 if name == "token" else getattr(self.stage, name)


def _opens(answer):
	if answer.status_code == 303:
		return "/lms/sign-in" not in answer.headers["Location"]
	assert answer.status_code < 500, answer.url
	return answer.status_code < 400
