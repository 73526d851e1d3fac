"""Addresses of the portal are found without Frappe's route rules; all others as they would be without this app."""

import pytest
from werkzeug.routing.exceptions import RequestRedirect
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

import frappe

from smooth_lms.portal import resolver
from tests.support.factories import make_user

OWN = f"{resolver.__name__}.resolve"
OTHER = "frappe.unscrub"
"""Stands for the resolver of another app: it makes "Shop" of "shop"."""


@pytest.fixture
def hooked(monkeypatch):
	"""A function that says which resolvers the site's apps have, in their order."""

	def with_resolvers(*paths: str) -> None:
		hooks = frappe.get_hooks
		given = lambda hook=None, *rest, **more: (  # noqa: E731
			list(paths) if hook == resolver.HOOK else hooks(hook, *rest, **more)
		)
		monkeypatch.setattr(frappe, "get_hooks", given)

	return with_resolvers


def test_frappe_asks_the_resolver_of_this_app() -> None:
	assert OWN in frappe.get_hooks(resolver.HOOK)


@pytest.mark.parametrize(
	"path", ["lms", "lms/courses", "lms/batches/a", "lms/courses/x/y.html", "lms-content/t/a.html:"]
)
def test_an_address_of_this_app_is_found_without_any_rule(path, monkeypatch) -> None:
	def never(_path: str) -> str:
		raise AssertionError("Frappe's rules were asked")

	monkeypatch.setattr(resolver, "resolve_path", never)
	assert resolver.resolve(path) == path


@pytest.mark.parametrize("path", ["me", "lmsx", "lms-other", "app/learning", "", "index"])
def test_other_addresses_lead_where_frappe_leads_them(path, monkeypatch) -> None:
	monkeypatch.setattr(resolver, "resolve_path", lambda path: f"frappe:{path}")
	assert resolver.resolve(path) == f"frappe:{path}"


def test_the_resolver_of_another_app_is_asked_as_if_ours_were_not_there(hooked) -> None:
	for order in ((OWN, OTHER), (OTHER, OWN)):
		hooked(*order)
		assert resolver.resolve("shop") == "Shop"
		assert resolver.resolve("lms/courses") == "lms/courses"


def test_a_redirect_of_frappes_rules_stays_one(monkeypatch) -> None:
	def moved(_path: str) -> str:
		raise RequestRedirect("https://site.example/there/")

	monkeypatch.setattr(resolver, "resolve_path", moved)
	with pytest.raises(frappe.Redirect):
		resolver.resolve("there")
	assert frappe.flags.redirect_location == "https://site.example/there/"


def test_pages_of_frappe_still_open(server) -> None:
	user = make_user().name
	frappe.db.commit()
	assert server.session(user).get(f"{server.url}/me", timeout=60).status_code == 200


@pytest.mark.parametrize(
	("path", "rules"), [("/lms", []), ("/lms/batches/a", []), ("/lmsx", None), ("/about", None)]
)
def test_older_benches_compile_no_rule_for_an_address_of_ours(path, rules, monkeypatch) -> None:
	key = frappe.cache.make_key("website_route_rules")
	monkeypatch.setattr(frappe.local, "cache", {})
	monkeypatch.setattr(frappe.local, "request", Request(EnvironBuilder(path).get_environ()), raising=False)
	resolver.skip_rules()
	assert frappe.local.cache.get(key) == rules
	assert "smooth_lms.portal.resolver.skip_rules" in frappe.get_hooks("before_request")
