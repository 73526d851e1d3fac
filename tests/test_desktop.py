"""The desktop of Frappe 16: one icon for the app, a sidebar for each module, and nothing of it for learners."""

from collections import Counter

import pytest

import frappe

from smooth_lms.setup import desktop
from tests.support.factories import make_user

HOME = "Learning"


@pytest.fixture(autouse=True)
def _a_desktop(site) -> None:
	if not desktop.has_desktop():
		pytest.skip("this Frappe has no desktop: its DocType Workspace Sidebar came with version 16")


def boot(user: str) -> frappe._dict:
	"""What the desk of `user` starts with."""
	from frappe.boot import get_bootinfo

	frappe.set_user(user)
	frappe.clear_cache(user=user)
	try:
		return get_bootinfo()
	finally:
		frappe.set_user("Administrator")


def icons(user: str) -> set[str]:
	return {row.label for row in boot(user).desktop_icons if row.app == desktop.APP}


def sidebars() -> list:
	return [
		frappe.get_doc(doctype, name) for doctype, name in desktop.shipped() if doctype == desktop.SIDEBAR
	]


def test_every_module_has_a_sidebar_of_its_own():
	modules = frappe.get_all("Module Def", {"app_name": desktop.APP}, pluck="name")
	assert {each.module for each in sidebars() if each.name == each.module} == set(modules)


def test_everything_stands_in_one_sidebar_only():
	"""Else a direct address finds several, and Frappe keeps the one that was there before."""
	links = Counter(
		(item.link_type, item.link_to)
		for each in sidebars()
		for item in each.items
		if item.type == "Link" and item.link_to and item.link_to != HOME
	)
	assert {link for link, number in links.items() if number > 1} == set()


def test_whatever_the_workspace_links_to_stands_in_a_sidebar():
	workspace = frappe.get_doc("Workspace", HOME)
	wanted = {(row.link_type, row.link_to) for row in workspace.links if row.type == "Link"}
	assert wanted <= {(item.link_type, item.link_to) for each in sidebars() for item in each.items}


def test_every_link_leads_somewhere():
	for each in sidebars():
		for item in each.items:
			if item.type == "Link" and item.link_type != "URL":
				assert frappe.db.exists(item.link_type, item.link_to), (each.name, item.label)
		assert not each.module_onboarding or frappe.db.exists("Module Onboarding", each.module_onboarding)


@pytest.mark.parametrize(
	("role", "seen"),
	[
		("Moderator", {"Smooth LMS", HOME, "Cohorts", "Courses", "Training", "Learners", "Compliance"}),
		("HR User", {"Smooth LMS", HOME, "Cohorts", "Courses", "Training", "Learners", "Compliance"}),
		("Course Creator", {"Smooth LMS", HOME, "Cohorts", "Courses", "Learners", "Compliance"}),
		("LMS Student", {"Smooth LMS"}),
	],
)
def test_who_sees_which_icons(role, seen):
	user = make_user(roles=(role, "Desk User") if role == "LMS Student" else (role,)).name
	assert icons(user) == seen


def test_a_sidebar_holds_only_what_its_reader_may_open():
	user = make_user(roles=("Course Creator",)).name
	found = boot(user).workspace_sidebar_item
	labels = {item["link_to"] for item in found["learners"]["items"] if item["type"] == "Link"}
	assert "LMS Group" in labels
	assert "LMS Learner" not in labels


def test_the_overview_shows_the_first_steps_until_they_are_done():
	from frappe.desk.desktop import get_onboarding_data

	frappe.db.set_single_value("System Settings", "enable_onboarding", 1)
	steps = frappe.get_all("Onboarding Step Map", {"parent": HOME}, pluck="step", order_by="idx")
	frappe.db.set_value("Onboarding Step", {"name": ["in", steps]}, {"is_complete": 0, "is_skipped": 0})
	frappe.set_user(make_user(roles=("Moderator",)).name)
	(found,) = get_onboarding_data(HOME)
	frappe.set_user("Administrator")
	assert [step.name for step in found["items"]] == steps
	# what stands in the panel is the label of the action
	assert all(step.action_label for step in found["items"])
	frappe.db.set_value("Onboarding Step", {"name": ["in", steps]}, "is_complete", 1)
	assert get_onboarding_data(HOME) in ([], None)


def test_what_frappe_made_by_itself_gives_way_to_ours():
	for doctype, name in ((desktop.SIDEBAR, HOME), (desktop.ICON, HOME)):
		frappe.delete_doc(doctype, name, force=True, ignore_on_trash=True)
	automatic = frappe.get_doc({"doctype": desktop.SIDEBAR, "title": HOME})
	automatic.append("items", {"label": "Home", "type": "Link", "link_type": "Workspace", "link_to": HOME})
	automatic.insert()
	desktop.sync_desktop()
	assert frappe.get_doc(desktop.SIDEBAR, HOME).module_onboarding == HOME
	assert frappe.db.get_value(desktop.ICON, HOME, "parent_icon") == "Smooth LMS"


def test_what_an_administrator_changed_stays():
	frappe.db.set_value(desktop.ICON, "Training", "hidden", 1)
	desktop.sync_desktop()
	assert frappe.db.get_value(desktop.ICON, "Training", "hidden") == 1


def test_all_of_it_goes_with_the_app():
	user = make_user(roles=("Moderator",)).name
	frappe.get_doc({"doctype": desktop.ICON, "label": "Of another app", "icon_type": "Link"}).insert()
	placed = [
		{"label": "Training", "app": desktop.APP},
		{"label": "Of another app"},
	]
	frappe.get_doc({"doctype": desktop.LAYOUT, "user": user, "layout": frappe.as_json(placed)}).insert()
	copy = frappe.copy_doc(frappe.get_doc(desktop.SIDEBAR, "Training"))
	copy.update({"title": f"Training-{user}", "for_user": user, "standard": 0})
	copy.insert()
	desktop.remove_desktop()
	for doctype in (desktop.ICON, desktop.SIDEBAR):
		assert frappe.get_all(doctype, {"app": desktop.APP}) == []
	assert frappe.db.exists(desktop.ICON, "Of another app")
	layout = frappe.parse_json(frappe.db.get_value(desktop.LAYOUT, user, "layout"))
	assert layout == [{"label": "Of another app"}]
