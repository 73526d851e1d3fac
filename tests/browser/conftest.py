"""A real browser that looks at the site through real server processes."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, sync_playwright

import frappe

from sandbox import debian
from tests.browser.film import make_film
from tests.support.server import CHECKOUT, Server, make_session

FLAGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-dev-shm-usage",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
]
PATIENCE = 30_000
"""Milliseconds a browser may wait for something on a busy machine."""
SERIOUS = ("serious", "critical")
WIDTHS = (390, 1366)
"""A phone and a notebook."""
AT_REST = """() => {
	document.body.getBoundingClientRect(); // what has to change begins to
	return document.getAnimations().every(each => each.playState !== "running");
}"""
"""Colors fade from one scheme to the other."""
TOO_EARLY = "at frappe.ui.init_onboarding_tour"
"""Frappe looks for its tours a second after the desk has loaded; a busy machine may not know the route yet."""
TOO_LATE = "at ResizeObserver.boundDrawFn"
"""Frappe's chart draws itself again when its page has been left, and misses what it was in."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
	"""Everything in this folder drives the browser."""
	for item in items:
		if Path(__file__).parent in item.path.parents:
			item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
	"""Debian's Chromium."""
	program = debian.find_browser()
	if not program:
		pytest.skip("no Chromium: install the Debian package chromium-headless-shell")
	with sync_playwright() as playwright:
		running = playwright.chromium.launch(executable_path=program, args=FLAGS)
		yield running
		running.close()


@pytest.fixture(scope="session")
def film(browser: Browser) -> bytes:
	"""A WebM file of two seconds."""
	return make_film(browser)


class OpenPage:
	"""Opens pages: `open_page(user, path, width=1366, **context)`. No page may log an error or fail a script."""

	without_tours: ClassVar[set[str]] = set()
	"""Users who have none left. Taking them away empties the user's cache, which the next page has to fill again."""

	def __init__(self, browser: Browser, server: Server) -> None:
		self.browser, self.server = browser, server
		self.contexts: list[BrowserContext] = []
		self.trouble: list[str] = []
		self.expected: list[str] = []
		"""Beginnings of errors that a test provokes."""

	def __call__(self, user: str, path: str, *, width: int = 1366, **options: object) -> Page:
		context = self.browser.new_context(
			base_url=self.server.url, viewport={"width": width, "height": 900}, locale="en-GB", **options
		)
		self.contexts.append(context)
		context.set_default_timeout(PATIENCE)
		if user not in self.without_tours:
			_skip_tours(user)
			self.without_tours.add(user)
		sid, _ = make_session(user)
		context.add_cookies([{"name": "sid", "value": sid, "url": self.server.url}])
		page = context.new_page()
		page.on("console", self._note)
		page.on("pageerror", self._note_failure)
		page.goto(path)
		return page

	def _note(self, line: ConsoleMessage) -> None:
		# the desk of a real bench looks for a socket.io server, which tests do not start
		if line.type == "error" and "socket.io" not in f"{line.text} {line.location.get('url')}":
			self.trouble.append(line.text)

	def _note_failure(self, error: Error) -> None:
		where = error.stack or str(error)
		if not any(flaw in where for flaw in (TOO_EARLY, TOO_LATE)):
			self.trouble.append(where)

	def close(self) -> None:
		for context in self.contexts:
			context.close()

	def unexpected(self) -> list[str]:
		"""The errors that no test wanted."""
		return [text for text in self.trouble if not text.startswith(tuple(self.expected))]


def every_look(page: Page) -> Iterator[str]:
	"""Show a page as a phone and a notebook do, light and dark, and say which it is. It is loaded only once.

	The quick suite takes two of the four: each width and each scheme is in it.
	"""
	looks = [(390, "dark"), (1366, "light")]
	if os.environ.get("SMOOTH_FULL"):
		looks += [(390, "light"), (1366, "dark")]
	for width, scheme in looks:
		page.set_viewport_size({"width": width, "height": 900})
		page.emulate_media(color_scheme=scheme)
		page.wait_for_function(AT_REST)
		yield f"{width} pixels, {scheme}"


def _skip_tours(user: str) -> None:
	"""Let the desk think that somebody has seen Frappe's own tours: their overlay takes every click meanwhile."""
	tours = frappe.get_all("Form Tour", {"ui_tour": 1}, pluck="name", limit=0)
	seen = json.dumps({tour: {"is_complete": True} for tour in tours})
	frappe.db.set_value("User", user, "onboarding_status", seen, update_modified=False)
	frappe.clear_cache(user=user)


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[OpenPage]:
	"""Opens pages as somebody; see `OpenPage`."""
	pages = OpenPage(browser, server)
	yield pages
	pages.close()
	assert pages.unexpected() == []


@pytest.fixture
def own_host(server: Server) -> Iterator[str]:
	"""A host of its own for packages: the same server under its other name."""
	origin = server.url.replace("127.0.0.1", "localhost")
	settings = frappe.get_single("LMS Settings")
	settings.scorm_content_origin = origin
	settings.save()
	frappe.db.commit()
	yield origin
	frappe.db.rollback()
	settings.reload()
	settings.scorm_content_origin = ""
	settings.save()
	frappe.db.commit()


@pytest.fixture(params=["without origin", "own host"])
def both_ways(request: pytest.FixtureRequest) -> str:
	"""Packages are shown without an origin, and once more on a host of their own. Returns which."""
	if request.param == "own host":
		request.getfixturevalue("own_host")
	return request.param


def wait_for_row(doctype: str, filters: dict) -> None:
	"""Wait until the server has committed such a row: what a closing tab sends arrives after it is gone."""
	deadline = time.monotonic() + PATIENCE / 1_000
	while time.monotonic() < deadline:
		frappe.db.rollback()
		if frappe.db.exists(doctype, filters):
			return
		time.sleep(0.1)
	raise AssertionError(f"no {doctype} with {filters}")


@pytest.fixture(scope="session")
def axe_script() -> str:
	"""The source of axe-core, from the sandbox's npm packages."""
	places = [
		os.environ.get("SMOOTH_NODE_MODULES"),
		Path(os.environ["SMOOTH_BENCH"], "..", "desk", "node_modules"),
		CHECKOUT / ".sandbox" / "desk" / "node_modules",
		CHECKOUT / "sandbox" / "desk" / "node_modules",
	]
	for place in filter(None, places):
		script = Path(place, "axe-core", "axe.min.js")
		if script.exists():
			return script.read_text()
	pytest.skip("no axe-core: run `npm ci` in sandbox/desk, or name a folder in SMOOTH_NODE_MODULES")


@pytest.fixture
def violations_in(axe_script: str) -> Callable[[Page, str], list[str]]:
	"""What axe finds wrong within a part of a page, given by its selector: the serious and the critical."""

	def find(page: Page, part: str) -> list[str]:
		page.wait_for_load_state("networkidle")
		page.evaluate(axe_script)
		script = (
			"part => axe.run(part ? document.querySelector(part) : document, {resultTypes: ['violations']})"
		)
		return [
			f"{each['id']}: {node['html']} {node['failureSummary']}"
			for each in page.evaluate(script, part)["violations"]
			if each["impact"] in SERIOUS
			for node in each["nodes"]
		]

	return find


@pytest.fixture
def violations(violations_in: Callable[[Page, str], list[str]]) -> Callable[[Page], list[str]]:
	"""What axe finds wrong with a page, the serious and the critical."""
	return lambda page: violations_in(page, "")
