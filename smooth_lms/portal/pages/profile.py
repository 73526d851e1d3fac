"""What people set for themselves: photo, language, time zone, notices, password."""

import io
from collections.abc import Callable
from zoneinfo import available_timezones

from PIL import Image, ImageOps, UnidentifiedImageError

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base import preferences
from smooth_lms.base.notices import choices
from smooth_lms.base.notices.events import BELL, CALENDAR, MAIL
from smooth_lms.cohorts import display
from smooth_lms.portal.answers import Answer, Page, Redirect, as_text
from smooth_lms.portal.visit import Visit

ROOT = "/lms/profile"
LARGEST_PHOTO = 5 * 1024 * 1024
SIDE = 256
"""Pixels of a photo: it is cut to a square and stored anew, without what a camera writes into it."""
MOST_PIXELS = 50_000_000


WAYS = {
	MAIL: lambda: _("By mail"),
	BELL: lambda: _("At the desk"),
	CALENDAR: lambda: _("As an invitation"),
}


def show(visit: Visit) -> Page:
	"""The person's own settings."""
	done = {
		"reading": _("Your language and time zone are saved."),
		"notices": _("Your choice is saved."),
		"photo": _("Your photo is saved."),
		"no_photo": _("Your photo is removed."),
		"password": _("Your password is changed."),
	}
	return _page(visit, notice=done.get(visit.query.get("done") or "", ""))


def save(visit: Visit) -> Answer:
	"""Save one part of the page, and show it again."""
	part = visit.form.get("part") or ""
	if part not in _SAVE:
		raise frappe.DoesNotExistError
	try:
		_SAVE[part](visit)
	except (frappe.ValidationError, frappe.AuthenticationError, frappe.SecurityException) as refusal:
		frappe.clear_messages()
		frappe.local.response.pop("message", None)
		text = as_text(refusal)
		return _page(visit, alert=text or _("The password until now is wrong: try again."))
	return Redirect(f"{ROOT}?done={part}")


def _page(visit: Visit, *, notice: str = "", alert: str = "") -> Page:
	user = frappe.get_cached_doc("User", visit.user)
	context = {
		"email": visit.user,
		"name": user.full_name,
		"photo": user.user_image,
		"languages": _languages(),
		"language": user.language or frappe.local.lang,
		"zones": sorted(
			zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")
		),
		"zone": display.chosen_zone(visit.user) or "",
		"own_zone": display.zone_label(display.unchosen_zone(visit.user)),
		"notices": _notices(visit.user),
		"ways": {way: label() for way, label in WAYS.items()},
	}
	return Page("profile.html", _("Your profile"), context, notice=notice, alert=alert)


def _languages() -> list[tuple[str, str]]:
	rows = frappe.get_all(
		"Language", {"enabled": 1}, ["name", "language_name"], order_by="language_name", limit=0
	)
	return [(row.name, row.language_name) for row in rows]


def _save_reading(visit: Visit) -> None:
	language, zone = visit.form.get("language") or "", visit.form.get("zone") or ""
	if language not in {name for name, _label in _languages()}:
		frappe.throw(_("Choose a language of the list."))
	if zone and zone not in available_timezones():
		frappe.throw(_("Choose a time zone of the list."))
	_update(visit.user, language=language, time_zone=zone or frappe.utils.get_system_timezone())
	preferences.choose(visit.user, preferences.TIME_ZONE, zone)


def _save_notices(visit: Visit) -> None:
	wanted = set(visit.form.getlist("notices"))
	for notice in _notices(visit.user):
		for channel, before in notice["channels"].items():
			wants = f"{notice['event']}/{channel}" in wanted
			if not notice["mandatory"] and wants != before:
				choices.choose(visit.user, notice["event"], channel, wants)


def _notices(user: str) -> list[dict]:
	return choices.choices_of(user, permissions.notice_readers(user))


def _save_photo(visit: Visit) -> None:
	upload = frappe.request.files.get("photo")
	content = upload.stream.read(LARGEST_PHOTO + 1) if upload else b""
	if not content:
		frappe.throw(_("Choose a picture first."))
	if len(content) > LARGEST_PHOTO:
		frappe.throw(_("The picture is larger than {0} MB: choose a smaller one.").format(5))
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"photo-{frappe.generate_hash(length=12)}.jpg",
			"attached_to_doctype": "User",
			"attached_to_name": visit.user,
			"attached_to_field": "user_image",
			"is_private": 0,
			"content": _square(content),
		}
	).insert(ignore_permissions=True)
	_change_photo(visit.user, file.file_url)


def _remove_photo(visit: Visit) -> None:
	_change_photo(visit.user, None)


def _change_photo(user: str, url: str | None) -> None:
	"""Show another photo, or none: the file of the one until now, which anybody could fetch, goes with it."""
	before = frappe.db.get_value("User", user, "user_image")
	_update(user, user_image=url)
	if not before or before == url:
		return
	own = {"file_url": before, "attached_to_doctype": "User", "attached_to_name": user}
	for name in frappe.get_all("File", own, pluck="name", limit=0):
		frappe.delete_doc("File", name, ignore_permissions=True)


def _save_password(visit: Visit) -> None:
	old, new = visit.form.get("old") or "", visit.form.get("new") or ""
	if not new or new != visit.form.get("again"):
		frappe.throw(_("The new passwords are not the same: type the new one twice."))
	# counts failures, as on the page for signing in
	frappe.local.login_manager.authenticate(user=visit.user, pwd=old or "-")
	_update(visit.user, new_password=new)


def _square(content: bytes) -> bytes:
	try:
		with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
			if picture.width * picture.height > MOST_PIXELS:
				frappe.throw(_("The picture has too many pixels: choose a smaller one."))
			upright = ImageOps.exif_transpose(picture).convert("RGB")
	except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
		frappe.throw(_("This is no picture: choose a JPEG, PNG or WebP file."))
	out = io.BytesIO()
	ImageOps.fit(upright, (SIDE, SIDE)).save(out, "JPEG", quality=88)
	return out.getvalue()


def _update(user: str, **values: str | None) -> None:
	doc = frappe.get_doc("User", user)
	doc.update(values)
	doc.save(ignore_permissions=True)


_SAVE: dict[str, Callable[[Visit], None]] = {
	"reading": _save_reading,
	"notices": _save_notices,
	"photo": _save_photo,
	"no_photo": _remove_photo,
	"password": _save_password,
}
