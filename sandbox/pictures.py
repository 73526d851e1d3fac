"""Takes the pictures of the guides anew, from the demo that `./smooth up` has started, as people in it see it.

It runs in the Python environment of the bench, which has Playwright. Those of Frappe 16 need a real bench and are
taken by hand.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from sandbox import debian
from sandbox.demo.logins import LOGINS, PASSWORD
from sandbox.sites import ADMIN_PASSWORD

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking")
PATIENCE = 60_000
WIDTH, HEIGHT = 1366, 900
ADMINISTRATOR = "Administrator"
BY_HAND = frozenset(
	{
		*("desk16-learner", "desk16-learning", "desk16-parts", "desk16-report"),
		*(
			"desk-audit-export",
			"desk-purge-request",
			"portal-quiz-result",
			"report-overdue-mail",
			"sync-held",
		),
	}
)
"""Of Frappe 16, and of what does not happen in the demo by itself."""


@dataclass(frozen=True)
class Picture:
	"""What a picture shows.

	Args: who, the role in the demo, None for a guest; path, or what finds it; act, what to do there before.
	"""

	who: str | None
	path: str | Callable[["Demo"], str]
	act: Callable[[Page], None] | None = None
	height: int = HEIGHT


class Demo:
	"""The running demo, asked through its own doors."""

	def __init__(self, browser: Browser, url: str) -> None:
		self.browser, self.url = browser, url
		self.contexts: dict[str | None, BrowserContext] = {}

	def context(self, who: str | None) -> BrowserContext:
		"""A browser in which somebody is signed in."""
		if who not in self.contexts:
			made = self.browser.new_context(
				base_url=self.url,
				viewport={"width": WIDTH, "height": HEIGHT},
				locale="en-GB",
				timezone_id="Europe/Berlin",
				bypass_csp=True,
			)
			made.set_default_timeout(PATIENCE)
			if who:
				login = self._login(who)
				if not made.request.post("/api/method/login", form=login).ok:
					raise SystemExit(f"{who} cannot sign in: ./smooth up makes the demo.")
				self._skip_tours(made if who == ADMINISTRATOR else self.context(ADMINISTRATOR), login["usr"])
			self.contexts[who] = made
		return self.contexts[who]

	def _login(self, who: str) -> dict[str, str]:
		if who == ADMINISTRATOR:
			return {"usr": who, "pwd": ADMIN_PASSWORD}
		return {"usr": self.first("Employee", "user_id", employee_number=LOGINS[who]), "pwd": PASSWORD}

	def _skip_tours(self, keeper: BrowserContext, user: str) -> None:
		"""Frappe's own lie over everything for whoever sees the desk for the first time."""
		asked = {"filters": json.dumps({"ui_tour": 1}), "limit_page_length": 0}
		tours = keeper.request.get("/api/resource/Form Tour", params=asked).json()["data"]
		seen = json.dumps({tour["name"]: {"is_complete": True} for tour in tours})
		keeper.request.put(f"/api/resource/User/{quote(user)}", data={"onboarding_status": seen})

	def first(self, doctype: str, field: str = "name", **filters: object) -> str:
		"""A field of the first record of its kind."""
		asked = {"fields": json.dumps([field]), "filters": json.dumps(filters), "limit_page_length": 1}
		answer = self.context(ADMINISTRATOR).request.get(f"/api/resource/{quote(doctype)}", params=asked)
		rows = answer.json()["data"]
		if not rows:
			raise SystemExit(f"The demo has no {doctype} with {filters}.")
		return rows[0][field]


def _form(doctype: str, **filters: object) -> Callable[[Demo], str]:
	address = doctype.lower().replace(" ", "-")
	return lambda demo: f"/app/{address}/{quote(demo.first(doctype, **filters))}"


def _page(path: str, doctype: str, field: str = "name", **filters: object) -> Callable[[Demo], str]:
	return lambda demo: path.format(quote(demo.first(doctype, field, **filters)))


def _film(demo: Demo) -> str:
	lesson = demo.first("Course Lesson", lesson_type="Video")
	return f"/lms/courses/{demo.first('Course Lesson', 'course', name=lesson)}/{lesson}"


def _enroll(page: Page) -> None:
	page.get_by_role("button", name="Enroll employees").click()
	field = page.locator(".smooth-enroll-dialog [data-fieldname=department] input")
	field.click()
	field.fill("Cust")
	page.locator(".smooth-enroll-dialog [data-fieldname=department] [role=listbox] > *").first.click()
	field.blur()
	page.locator(".smooth-preview tbody tr").first.wait_for()


def _tab(name: str) -> Callable[[Page], None]:
	return lambda page: page.get_by_role("tab", name=name, exact=True).click()


def _audience(page: Page) -> None:
	"""An audience that is not saved, and whom it names."""
	page.get_by_role("tab", name="Audience", exact=True).wait_for()
	page.evaluate(
		"""() => {
			for (const value of ["Customer Service - FWG", "Customer Service - FWC"])
				cur_frm.add_child("audience", { effect: "Include", kind: "Department", value });
			cur_frm.dirty();
			cur_frm.refresh_field("audience");
		}"""
	)
	page.get_by_role("button", name="Who sees it").click()
	page.locator(".msgprint li").first.wait_for()
	page.evaluate("cur_frm.scroll_to_field('audience')")


def _numbers(page: Page) -> None:
	"""Wait for the last number and the last chart."""
	page.locator(".number-widget-box .number").nth(11).wait_for()
	page.locator("svg.frappe-chart").nth(3).wait_for()


def _first_row(page: Page) -> None:
	"""Open the first person in place."""
	page.locator("#main .team__name a").first.click()


def _nominate(page: Page) -> None:
	"""Show what would become of three people of the team."""
	boxes = page.locator("input[name=member]")
	for number in range(3):
		boxes.nth(number).check()
	page.get_by_role("button", name="Show what will happen").click()
	page.get_by_role("heading", name="What will happen").wait_for()


def _dry_run(page: Page) -> None:
	page.get_by_role("button", name="Dry run").click()
	page.wait_for_url("**/lms-sync-run/LMS-SYNC-*")
	page.locator(".title-area:visible .indicator-pill", has_text="Completed").wait_for()


def _why(page: Page) -> None:
	page.get_by_role("button", name="Why?").click()
	page.get_by_text("Has access").first.wait_for()


def _choose_learners(page: Page) -> None:
	boxes = page.locator(".list-row-container .list-row-checkbox")
	boxes.first.wait_for()
	for number in range(3):
		boxes.nth(number).check()
	page.get_by_role("button", name="Actions").click()


COHORT = "/lms/batches/new-hire-week-12"
PICTURES: dict[str, Picture] = {
	"author-course": Picture("Author", _page("/lms/author/{}", "LMS Course", title="Safe at work")),
	"desk-audience": Picture("Moderator", _form("LMS Course", title="Technical English"), _audience),
	"desk-cohort": Picture("Moderator", "/app/lms-batch/new-hire-week-12"),
	"desk-cohort-progress": Picture("Moderator", "/app/query-report/Cohort Progress?batch=new-hire-week-12"),
	"desk-compliance-status": Picture("HR", "/app/query-report/Compliance Status"),
	"desk-course": Picture("Moderator", _form("LMS Course", title="Safe at work")),
	"desk-employee-compliance": Picture(ADMINISTRATOR, _form("Employee Compliance", status="Complete")),
	"desk-enroll-employees": Picture("Moderator", "/app/lms-batch/new-hire-week-12", _enroll),
	"desk-learner-actions": Picture("Moderator", "/app/lms-learner", _choose_learners),
	"desk-learning": Picture("Moderator", "/app/learning", _numbers, height=1400),
	"desk-notice-list": Picture("Moderator", "/app/lms-notice"),
	"desk-notices": Picture(ADMINISTRATOR, "/app/lms-settings", _tab("Email"), height=1200),
	"portal-certificate-check": Picture(
		None, _page("/lms/certificates/{}", "LMS Certificate", "verification_code", status="Valid")
	),
	"portal-cohort": Picture("Learner", COHORT),
	"portal-cohorts": Picture("Learner", "/lms/batches"),
	"portal-course": Picture("Learner", _page("/lms/courses/{}", "LMS Course", title="Safe at work")),
	"portal-lesson": Picture("Moderator", _film),
	"portal-people": Picture("Moderator", "/lms/people", _first_row),
	"portal-team": Picture("Manager", "/lms/team", _first_row),
	"portal-team-enroll": Picture("Manager", "/lms/team/enroll", _nominate),
	"portal-team-person": Picture(
		"Manager", _page("/lms/team/people/{}", "Employee", "user_id", employee_number="1014")
	),
	"portal-timetable": Picture("Learner", "/lms/timetable"),
	"portal-transcript": Picture("Learner", "/lms/transcript"),
	"report-compliance": Picture("HR", "/app/query-report/Training Compliance"),
	"sync-dry-run": Picture(ADMINISTRATOR, "/app/lms-sync-run", _dry_run),
	"sync-status": Picture(ADMINISTRATOR, "/app/lms-sync-run"),
	"sync-why": Picture(ADMINISTRATOR, _form("LMS Learner", status="Active", source="HR"), _why),
}


def take(url: str, folder: Path, names: list[str]) -> None:
	"""Take pictures of the demo. Args: url, where it answers; folder, where they go; names, those of PICTURES."""
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(executable_path=debian.find_browser(), args=FLAGS)
		demo = Demo(browser, url)
		for name in names:
			_take(demo, PICTURES[name], folder / f"{name}.png")
			print(f"✓ {name}", flush=True)
		browser.close()


def _take(demo: Demo, picture: Picture, file: Path) -> None:
	page = demo.context(picture.who).new_page()
	page.set_viewport_size({"width": WIDTH, "height": picture.height})
	path = picture.path if isinstance(picture.path, str) else picture.path(demo)
	page.goto(path)
	page.wait_for_load_state("networkidle")
	if picture.act:
		picture.act(page)
		page.wait_for_load_state("networkidle")
	page.wait_for_timeout(800)  # until dialogs and charts have come to rest
	page.screenshot(path=file)
	page.close()


def main() -> None:
	"""The command line: `URL FOLDER [NAME …]`."""
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("url")
	parser.add_argument("folder", type=Path)
	parser.add_argument("names", nargs="*", choices=[[], *PICTURES])
	given = parser.parse_args()
	take(given.url, given.folder, given.names or list(PICTURES))


if __name__ == "__main__":
	main()
