"""Who reads a mail: where it goes, in which language and by which clock, and whether they are there to read it."""

from collections.abc import Collection
from zoneinfo import available_timezones

import frappe
from frappe.utils import get_system_timezone

from smooth_lms.base.notices.letters import Reader
from smooth_lms.base.settings import setting_number
from smooth_lms.people.addresses import mail_addresses
from smooth_lms.people.presence import absent


def readers(users: Collection[str]) -> dict[str, Reader]:
	"""These Users as readers; those who do not exist are left out. A fixed number of queries."""
	wanted = list(users)
	if not wanted:
		return {}
	fields = ["name", "full_name", "language", "time_zone", "user_type"]
	rows = frappe.get_all("User", filters={"name": ["in", wanted]}, fields=fields, limit=0)
	gone, addresses, ready = set(absent(wanted)), mail_addresses(wanted), able_to_sign_in(wanted)
	language = frappe.db.get_single_value("System Settings", "language") or "en"
	site_zone, zones = get_system_timezone(), available_timezones()
	return {
		row.name: Reader(
			user=row.name,
			address=addresses[row.name],
			full_name=row.full_name or row.name,
			language=row.language or language,
			zone=row.time_zone if row.time_zone in zones else site_zone,
			has_desk=row.user_type == "System User",
			is_gone=row.name in gone,
			can_sign_in=row.name in ready,
		)
		for row in rows
	}


def language_of(user: str) -> str:
	"""The language in which `user` reads: that of their account, else the site's."""
	own = frappe.get_cached_value("User", user, "language")
	return own or frappe.db.get_single_value("System Settings", "language", cache=True) or "en"


def able_to_sign_in(users: Collection[str]) -> set[str]:
	"""Those whose account has a password or was used already; all of them when mails are not to be held."""
	if not setting_number("hold_mail_until_password"):
		return set(users)
	auth = frappe.qb.Table("__Auth")
	with_password = (
		frappe.qb.from_(auth)
		.select(auth.name)
		.where(
			(auth.doctype == "User") & (auth.fieldname == "password") & auth.name.isin(list(users) or [""])
		)
	).run(pluck=True)
	signed_in = frappe.get_all(
		"User", filters={"name": ["in", list(users)], "last_login": ["is", "set"]}, pluck="name", limit=0
	)
	return {*with_password, *signed_in}
