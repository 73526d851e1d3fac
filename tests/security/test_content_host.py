"""SCORM content: the one host it is served from, and how long the address of a ticket works."""

import base64
import json
import re

import pytest

import frappe
from frappe.sessions import clear_sessions

from smooth_lms.base import links
from smooth_lms.courses import enrollment
from tests.support.factories import make_course, make_lesson, make_user, make_users
from tests.support.packages.build import make_package, package

FILES = {
	"index.html": "<html><head></head><body>page</body></html>",
	"a.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
	"data.json": "{}",
	"style.css": "p {}",
	"film.mp4": b"0123456789",
	"unknown.xyz": "x",
}
OWN = "content.example"
OWN_HOSTS = (OWN, OWN.upper(), f"{OWN}.", f"{OWN}:443", f"{OWN}:8443", f"{OWN}.:80")
OTHER_HOSTS = ("portal.example", "PORTAL.example.", f"x{OWN}", f"{OWN}.evil.example", "127.0.0.1", "[::1]")
ELSEWHERE = (
	"/",
	"/api/method/ping",
	"/api/method/frappe.auth.get_logged_user",
	"/api/resource/User",
	"//api/method/ping",
	"/login",
	"/app",
	"/lms",
	"/lms-content",
	"/private/files/x",
	"/backups/x",
	"/?cmd=ping",
	"{page}?cmd=ping",
	"/assets/../api/method/ping",
)


class World:
	"""A learner with a package of files of several types."""

	def __init__(self) -> None:
		(self.learner,) = make_users(1)
		self.course = make_course(lessons=0).name
		self.package = make_package(self.course, package(FILES))
		self.lesson = make_lesson(self.course, "SCORM", scorm_package=self.package.name).name
		enrollment.enroll({self.learner: "Learner"}, [self.course])


@pytest.fixture(scope="module")
def world(_connection):
	frappe.set_user("Administrator")
	made = World()
	frappe.db.commit()
	return made


@pytest.fixture
def own_host():
	_set_origin(f"https://{OWN}")
	yield OWN
	_set_origin("")


def _set_origin(origin: str) -> None:
	frappe.db.rollback()
	settings = frappe.get_single("LMS Settings")
	settings.reload()
	settings.scorm_content_origin = origin
	settings.save()
	frappe.db.commit()


def player_of(world, door, session=None) -> dict:
	"""What the portal hands out to show the package."""
	answer = door.call(session or door.session(world.learner), "scorm.get_player", lesson=world.lesson)
	return answer.json()["message"]


def page_of(world, door, session=None) -> str:
	"""The path of the package's page, as the portal hands it out."""
	address = player_of(world, door, session)["address"]
	return address[address.index("/lms-content/") :]


def files_of(page: str) -> list[str]:
	"""The paths of files of every type. The page's own is without its ending, which nginx would redirect."""
	return [page, *(f"{page.rpartition('/')[0]}/{name}" for name in FILES if name != "index.html")]


def get(door, path: str, host: str | None = None):
	headers = {"Accept": "*/*"} | ({"Host": host} if host else {})
	return door.session().get(door.url + path, headers=headers, timeout=60, allow_redirects=False)


def test_content_comes_from_its_own_host_only(world, door, own_host):
	page = page_of(world, door)
	wrong = []
	for host in (*OWN_HOSTS, *OTHER_HOSTS, None):
		for path in files_of(page):
			answer = get(door, path, host)
			policy = answer.headers.get("Content-Security-Policy", "")
			served = answer.status_code < 400
			if served is not (host in OWN_HOSTS) or ("allow-same-origin" in policy and host not in OWN_HOSTS):
				wrong.append((host, path[-12:], answer.status_code, policy[:40]))
		sent = door.session().post(
			f"{door.url}{page.rpartition('/')[0]}/~commit",
			data="{}",
			headers={"Host": host} if host else {},
			timeout=60,
		)
		if (sent.status_code < 400) is not (host in OWN_HOSTS):
			wrong.append((host, "~commit", sent.status_code))
	assert wrong == []


def test_its_own_host_answers_for_nothing_else(world, door, own_host):
	page = page_of(world, door)
	wrong = []
	for host in OWN_HOSTS:
		for path in ELSEWHERE:
			answer = get(door, path.format(page=page), host)
			if answer.status_code != 404:
				wrong.append((host, path, answer.status_code))
	for host in OTHER_HOSTS:
		if get(door, "/api/method/ping", host).status_code != 200:
			wrong.append((host, "ping"))
	assert wrong == []


def test_without_a_host_of_its_own_content_has_no_origin(world, door):
	page = page_of(world, door)
	for host in (*OWN_HOSTS, *OTHER_HOSTS, None):
		for path in files_of(page):
			answer = get(door, path, host)
			assert answer.status_code < 400, (host, path)
			assert answer.headers["Content-Security-Policy"].startswith("sandbox allow-scripts")
			assert "allow-same-origin" not in answer.headers["Content-Security-Policy"]


def test_a_package_has_the_portals_origin_only_while_a_system_manager_trusts_it(server):
	world = World()
	manager, moderator = (make_user(roles=(role,)).name for role in ("System Manager", "Moderator"))
	frappe.db.commit()
	page = page_of(world, server)

	def has_origin() -> bool:
		return "allow-same-origin" in get(server, page).headers["Content-Security-Policy"]

	def decide(user: str, method: str, reason: str = "one name only"):
		return server.call(
			server.session(user), f"scorm.{method}", package=world.package.name, reason=reason
		).status_code

	assert not has_origin()
	assert decide(moderator, "trust_package") == decide(world.learner, "trust_package") == 403
	assert decide(manager, "trust_package", "  ") == 417
	assert not has_origin()
	assert decide(manager, "trust_package") == 200
	assert has_origin()
	assert "allow-same-origin" in player_of(world, server)["sandbox"]
	frappe.db.rollback()
	stored = frappe.get_doc("LMS SCORM Package", world.package.name)
	assert (stored.trusted, stored.trusted_by, stored.trust_reason) == (1, manager, "one name only")
	assert frappe.db.exists("Version", {"docname": stored.name, "owner": manager})
	assert decide(moderator, "end_trust") == 403
	assert decide(manager, "end_trust") == 200
	assert not has_origin()
	assert "allow-same-origin" not in player_of(world, server)["sandbox"]


def test_nobody_uploads_a_package_that_is_trusted_already():
	package = make_package(make_course(lessons=0).name)
	values = {"trusted": 1, "trusted_by": "Administrator", "trust_reason": "x"}
	file = frappe.copy_doc(package).update(values).insert(ignore_permissions=True)
	assert not file.trusted
	assert not file.trusted_by
	package.update(values).save(ignore_permissions=True)
	assert not frappe.db.get_value("LMS SCORM Package", package.name, "trusted")


def test_another_port_of_the_portal_is_no_host_of_its_own():
	from smooth_lms.courses.scorm.content import checked_origin

	name = re.sub(r":\d+$", "", links.absolute().rpartition("//")[2])
	for origin in (f"https://{name}:8443", f"https://{name.upper()}"):
		with pytest.raises(frappe.ValidationError):
			checked_origin(origin)


def test_the_address_says_nothing_about_the_learner(world, server):
	session = server.session(world.learner)
	sid = session.cookies["sid"]
	ticket = page_of(world, server, session).split("/")[2]
	decoded = base64.urlsafe_b64decode(ticket + "=" * (-len(ticket) % 4))
	for secret in (world.learner, sid, world.lesson, world.package.folder):
		assert secret.encode() not in decoded
		assert secret not in ticket


def _logout(world, server, session):
	session.post(f"{server.url}/api/method/logout", timeout=60)


def _set(doctype: str, name: str, **values):
	frappe.db.set_value(doctype, name, values)
	frappe.db.commit()


def _archive(world, *_others):
	learner = {"doctype": "LMS Learner", "user": world.learner, "source": "Manual", "status": "Archived"}
	if not frappe.db.exists("LMS Learner", world.learner):
		doc = frappe.get_doc({**learner, "full_name": "Learner", "name": world.learner})
		doc.db_insert()
	_set("LMS Learner", world.learner, status="Archived")


ENDINGS = {
	"logout": _logout,
	"session expired": lambda world, *_: _expire(world),
	"password reset": lambda world, *_: (clear_sessions(world.learner, force=True), frappe.db.commit()),
	"disabled": lambda world, *_: _set("User", world.learner, enabled=0),
	"withdrawn": lambda world, *_: _set(
		"LMS Enrollment", {"member": world.learner}, withdrawn_on="2026-01-01 00:00:00"
	),
	"archived": _archive,
	"unpublished": lambda world, *_: _set("LMS Course", world.course, published=0),
	"package changed": lambda world, *_: _set("Course Lesson", world.lesson, scorm_package=None),
}


def _expire(world) -> None:
	sessions = frappe.qb.DocType("Sessions")
	frappe.qb.update(sessions).set(sessions.lastupdate, "2001-01-01 00:00:00").where(
		sessions.user == world.learner
	).run()
	frappe.db.commit()


@pytest.mark.parametrize("ending", sorted(ENDINGS))
def test_a_ticket_ends_at_once_with_what_it_was_made_for(server, ending):
	world = World()
	frappe.db.commit()
	session = server.session(world.learner)
	page = page_of(world, server, session)
	assert get(server, page).status_code < 400
	ENDINGS[ending](world, server, session)
	for path in files_of(page):
		assert get(server, path).status_code == 403
	sent = json.dumps({"completionStatus": "completed"})
	address = f"{server.url}{page.rpartition('/')[0]}/~commit"
	assert server.session().post(address, data=sent, timeout=60).status_code == 403
	frappe.db.rollback()
	assert not frappe.db.exists("LMS SCORM Run", {"lesson": world.lesson})


def test_a_ticket_outlives_an_emptied_cache_and_its_end_is_said(world, server):
	session = server.session(world.learner)
	page = page_of(world, server, session)
	frappe.clear_cache()
	assert get(server, page).status_code < 400
	_logout(world, server, session)
	answer = server.session().get(server.url + page, headers={"Accept": "text/html"}, timeout=60)
	assert answer.status_code == 403
	assert "Reload the page" in answer.text
	assert answer.headers["Content-Security-Policy"].startswith("sandbox")
