"""User accounts of learners: made, linked to HR, given and taken roles, switched on and off."""

from collections.abc import Collection, Iterator, Mapping

import frappe
from frappe.cache_manager import user_cache_keys
from frappe.model.rename_doc import rename_doc

from smooth_lms.base import preferences
from smooth_lms.base.rows import (
	forget_documents,
	insert_rows,
	record_changes,
	select_rows,
	set_value,
	update_rows,
)
from smooth_lms.exceptions import OvertakenError
from smooth_lms.permissions import LEARNING_ROLES

FEW = 5
"""So many users' caches are emptied one by one, each by a search through all keys."""
DESK, PORTAL = "System User", "Website User"
EMPLOYEE_ROLE = "Employee"
"""The role that ERPNext gives whoever is an Employee's user."""
NAMED_AS_TEXT = (("LMS Sync Change", "learner"), ("LMS Enrollment Refusal", "member"))
"""Logs that name an account without a link, which Frappe does not follow."""
OURS = LEARNING_ROLES | {EMPLOYEE_ROLE}
"""No other role is given or taken here, whatever a profile, a learner or the record of a run says."""


def take_turns() -> None:
	"""Wait until no other transaction of ours makes accounts; it holds until this one ends.

	Whenever a User is saved, Frappe locks one and the same system default (`User.validate`, `ask_pass_update`), and
	older versions write it anew. Two transactions that make several Users would meet there in a deadlock.
	"""
	frappe.db.get_value("DocType", "LMS Learner", "name", for_update=True)


def make(email: str, *, first_name: str, last_name: str | None, language: str | None = None) -> str:
	"""Insert a User as Frappe does, without its welcome mail and its limit of users an hour.

	Args: email, the work e-mail; language, a Language or None for the site's.

	Returns the User's name. Raises OvertakenError when another process has just made the same account.
	"""
	first_name = first_name or email.split("@")[0]
	importing, frappe.flags.in_import = frappe.flags.in_import, True  # lifts the throttle
	try:
		for username in _usernames(first_name, last_name):
			doc = _new(email, first_name, last_name, language)
			doc.username = username
			frappe.db.savepoint("account")
			try:
				return doc.insert(ignore_permissions=True).name
			except frappe.DuplicateEntryError:
				frappe.db.rollback(save_point="account")
				if frappe.db.exists("User", email):
					raise
				raise OvertakenError from None  # made after this transaction has begun to read
			except frappe.UniqueValidationError as error:
				frappe.db.rollback(save_point="account")
				if "username'" not in str(error.args[-1]):
					raise
				frappe.clear_last_message()
		raise OvertakenError
	finally:
		frappe.flags.in_import = importing


def _new(email: str, first_name: str, last_name: str | None, language: str | None):
	# the flag that `make` sets keeps Frappe from filling in defaults, which switch on the parts of the desk
	doc = frappe.new_doc("User")
	doc.update(
		{
			"email": email,
			"first_name": first_name,
			"last_name": last_name,
			"language": language,
			"enabled": 1,
			"send_welcome_email": 0,
		}
	)
	if doc.meta.has_field("default_app"):
		# made for training: else Frappe shows a choice of apps to whoever signs in, as soon as a site has several
		doc.default_app = "smooth_lms"
	doc.flags.no_welcome_mail = True
	return doc


def _usernames(first_name: str, last_name: str | None) -> Iterator[str | None]:
	"""What an account may be called besides its e-mail.

	Frappe takes the first name where that is free, as far as this transaction sees, and leaves it empty otherwise. Of
	several people named alike whose accounts are made at the same moment, all but one meet the unique index.
	"""
	yield None
	whole = frappe.scrub(f"{first_name} {last_name or ''}".strip())
	yield whole
	yield f"{whole}_{frappe.generate_hash(length=8)}"


def grant(roles: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
	"""Give users roles they do not have yet; others stay. Returns what was added, by user.

	The Users stay locked until the transaction ends: of two that give the same role, one waits and then sees it.
	"""
	wanted = {user: sorted(OURS.intersection(names)) for user, names in roles.items()}
	wanted = {user: names for user, names in wanted.items() if names}
	if not wanted:
		return {}
	select_rows("User", ["name"], {"name": sorted(wanted)}, lock=True, order="`name`")
	present = _roles_of(wanted)
	added = {
		user: [role for role in names if role not in present.get(user, ())] for user, names in wanted.items()
	}
	added = {user: names for user, names in added.items() if names}
	if not added:
		return {}
	insert_rows(
		"Has Role",
		("parent", "parenttype", "parentfield", "role"),
		[(user, "User", "roles", role) for user, names in added.items() for role in names],
	)
	settle(added)
	return added


def revoke(roles: Mapping[str, Collection[str]]) -> None:
	"""Take roles from users."""
	taken = {user: sorted(OURS.intersection(names)) for user, names in roles.items()}
	taken = {user: names for user, names in taken.items() if names}
	if not taken:
		return
	table = frappe.qb.DocType("Has Role")
	by_role: dict[str, list[str]] = {}
	for user, names in taken.items():
		for role in names:
			by_role.setdefault(role, []).append(user)
	for role, users in sorted(by_role.items()):
		frappe.qb.from_(table).delete().where(
			(table.parenttype == "User") & (table.role == role) & table.parent.isin(users)
		).run()
	settle(taken)


def link(employees: Mapping[str, str]) -> None:
	"""Write the account into the Employee records, with what ERPNext adds when HR does it by hand.

	The role Employee, and the permissions that keep the person to their own record and company. Without these the
	role alone would show them every colleague's record.

	Args: employees, the User by Employee.
	"""
	if not employees:
		return
	rows = frappe.get_all(
		"Employee",
		filters={"name": ["in", list(employees)]},
		fields=["name", "company", "create_user_permission"],
		limit=0,
	)
	# not touching `modified`: HR may have the form open, and their save must not be refused
	update_rows("Employee", {row.name: {"user_id": employees[row.name]} for row in rows}, stamped=False)
	forget_documents("Employee", [row.name for row in rows])
	grant({employees[row.name]: [EMPLOYEE_ROLE] for row in rows})
	_restrict(
		[
			(employees[row.name], doctype, value)
			for row in rows
			if row.create_user_permission
			for doctype, value in (("Employee", row.name), ("Company", row.company))
		]
	)


def _restrict(wanted: list[tuple[str, str, str]]) -> None:
	"""Make the User Permissions that are missing. Args: (user, DocType, record)."""
	if not wanted:
		return
	present = {
		(row.user, row.allow, row.for_value)
		for row in frappe.get_all(
			"User Permission",
			filters={"user": ["in", sorted({user for user, _d, _v in wanted})]},
			fields=["user", "allow", "for_value"],
			limit=0,
		)
	}
	missing = [each for each in wanted if each not in present]
	if not missing:
		return
	fields = ("user", "allow", "for_value", "apply_to_all_doctypes")
	insert_rows("User Permission", fields, [(*each, 1) for each in missing])
	for user in {user for user, _d, _v in missing}:
		frappe.cache().hdel("user_permissions", user)


def _roles_of(users: Collection[str]) -> dict[str, set[str]]:
	# a locking read: another transaction may have given them since this one's first read
	where = {"parenttype": "User", "role": tuple(sorted(OURS))}
	found: dict[str, set[str]] = {}
	for parent, role in select_rows(
		"Has Role", ["parent", "role"], {"parent": list(users)}, where, lock=True
	):
		found.setdefault(parent, set()).add(role)
	return found


def settle(users: Collection[str]) -> None:
	"""What a save of the User would have done after a change of roles: the kind of user, and the caches."""
	role, table = frappe.qb.DocType("Has Role"), frappe.qb.DocType("User")
	definition = frappe.qb.DocType("Role")
	at_desk = set(
		(
			frappe.qb.from_(role)
			.join(definition)
			.on(definition.name == role.role)
			.select(role.parent)
			.distinct()
			.where(
				(role.parenttype == "User") & role.parent.isin(list(users)) & (definition.desk_access == 1)
			)
		).run(pluck=True)
	)
	for kind, names in ((DESK, at_desk), (PORTAL, set(users) - at_desk)):
		if names:
			# sql: a word of ours
			frappe.qb.update(table).set(table.user_type, kind).where(
				table.name.isin(sorted(names))
				& table.user_type.isin([DESK, PORTAL])
				& (table.user_type != kind)
			).run()
	forget_cached(users)


def enable(users: Collection[str]) -> None:
	"""Switch accounts on."""
	_switch(users, True)


def disable(users: Collection[str]) -> None:
	"""Switch accounts off and end every way in, for good: an API key does not live again when somebody is back."""
	_switch(users, False)
	end_sessions(users)
	_clear_keys(users)


def _clear_keys(users: Collection[str]) -> None:
	table, secret = frappe.qb.DocType("User"), frappe.qb.Table("__Auth")
	with_key = table.name.isin(list(users) or [""]) & (table.api_key != "")
	names = frappe.qb.from_(table).select(table.name).where(with_key).run(pluck=True)
	if not names:
		return
	update_rows("User", {key: {"api_key": None, "api_secret": None} for key in names})
	frappe.qb.from_(secret).delete().where(
		(secret.doctype == "User") & (secret.fieldname == "api_secret") & secret.name.isin(names)
	).run()
	forget_cached(names)


def forget_secrets(users: Collection[str]) -> None:
	"""Let nothing that opened accounts until now open them again: passwords, links to a new one, keys."""
	_clear_keys(users)
	update_rows("User", {user: {"reset_password_key": None} for user in users})
	secret = frappe.qb.Table("__Auth")
	frappe.qb.from_(secret).delete().where(
		(secret.doctype == "User") & secret.name.isin(list(users) or [""])
	).run()
	forget_cached(users)


def end_sessions(users: Collection[str]) -> None:
	"""Sign people out everywhere: web sessions, and OAuth tokens, which Frappe checks no more once they are given."""
	users = list(users)
	if not users:
		return
	# frappe.sessions.clear_sessions commits after each session
	session, token = frappe.qb.DocType("Sessions"), frappe.qb.DocType("OAuth Bearer Token")
	sids = frappe.qb.from_(session).select(session.sid).where(session.user.isin(users)).run(pluck=True)
	if sids:
		frappe.qb.from_(session).delete().where(session.sid.isin(sids)).run()
		frappe.db.after_commit.add(lambda: _forget_sessions(sids))
	# sql: a word of ours
	frappe.qb.update(token).set(token.status, "Revoked").where(
		token.user.isin(users) & (token.status == "Active")
	).run()


def _forget_sessions(sids: Collection[str]) -> None:
	for sid in sids:
		frappe.cache().hdel("session", sid)
		frappe.cache().hdel("last_db_session_update", sid)


def _switch(users: Collection[str], on: bool) -> None:
	value = int(on)
	users = frappe.get_all(
		"User", filters={"name": ["in", list(users)], "enabled": 1 - value}, pluck="name", limit=0
	)
	if not users:
		return
	update_rows("User", {user: {"enabled": value} for user in users})
	record_changes("User", {user: [("enabled", 1 - value, value)] for user in users})
	set_value("Notification Settings", {"name": ["in", users]}, "enabled", value, update_modified=False)
	forget_cached(users)
	for key in ("users_for_mentions", "enabled_users"):
		frappe.cache().delete_key(key)


def forget_cached(users: Collection[str]) -> None:
	"""Drop what Frappe remembers of these users, now and once more after the commit."""
	_drop(users)
	frappe.db.after_commit.add(lambda: _drop(users))


def _drop(users: Collection[str]) -> None:
	if len(users) <= FEW:
		for user in users:
			frappe.clear_cache(user=user)
	else:
		# for each user Frappe searches all keys of the cache; for many it is cheaper to start anew with everybody
		for key in user_cache_keys:
			frappe.cache().delete_key(key)
	forget_documents("User", users)


def name_people(names: Mapping[str, Mapping[str, str | None]]) -> None:
	"""Give accounts the names of their people. Args: names, `first_name, last_name, full_name` by User."""
	if not names:
		return
	fields = ("first_name", "last_name", "full_name")
	before = {
		row[0]: row[1:] for row in select_rows("User", ["name", *fields], {"name": list(names)}, lock=True)
	}
	update_rows("User", {user: names[user] for user in before})
	record_changes(
		"User",
		{
			user: [(field, old, names[user][field]) for field, old in zip(fields, row, strict=True)]
			for user, row in before.items()
		},
	)
	forget_cached(before)


def rename(old: str, new: str) -> None:
	"""Give an account another name, with everything that refers to it; whoever uses it has to sign in anew.

	Nothing is committed. Raises ValidationError when there is such an account already.
	"""
	# Frappe ends the sessions too, but commits after each
	end_sessions([old])
	off, frappe.flags.smooth_lms_hr_off = frappe.flags.smooth_lms_hr_off, True
	try:
		quiet = {"ignore_permissions": True, "show_alert": False, "rebuild_search": False}
		if frappe.db.exists("Notification Settings", old):
			# Frappe renames them too, but asks for rights on them that nobody but their owner has
			rename_doc("Notification Settings", old, new, force=True, **quiet)
		rename_doc("User", old, new, force=True, **quiet)
	finally:
		frappe.flags.smooth_lms_hr_off = off
	renamed(old, new)
	forget_cached([old, new])


def renamed(old: str, new: str) -> None:
	"""Name the learner after the account's new name; of two accounts merged into one the new one's learner stays."""
	for doctype, field in NAMED_AS_TEXT:
		set_value(doctype, {field: old}, field, new, update_modified=False)
	preferences.renamed(old, new)
	if not frappe.db.exists("LMS Learner", old):
		return
	if frappe.db.exists("LMS Learner", new):
		frappe.db.delete("LMS Learner Group", {"parenttype": "LMS Learner", "parent": old})
		frappe.db.delete("LMS Learner", {"name": old})
	else:
		learner = frappe.get_doc("LMS Learner", old)
		learner.flags.ignore_permissions = True  # whoever changed HR's record need not write learners
		rename_doc(doc=learner, new=new, force=True, ignore_permissions=True, show_alert=False)
