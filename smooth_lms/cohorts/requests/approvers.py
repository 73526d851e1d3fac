"""Who decides about a request: the manager; L&D where there is none, or where they are not there."""

from collections.abc import Collection

from frappe.utils import getdate

from smooth_lms import permissions
from smooth_lms.people import leaves, presence
from smooth_lms.people.employees import people_by_user
from smooth_lms.people.managers import managers_of
from smooth_lms.people.presence import Presence


def managers_to_ask(members: Collection[str]) -> dict[str, str]:
	"""The manager of each of these Users who can decide today; people without one are left out. A fixed number of queries.

	Nobody knows of stand-ins in HR: of a manager on leave L&D is asked, and so is it where managers see no training.
	"""
	if not permissions.sees_team():
		return {}
	found = managers_of(members)
	day, asked = getdate(), set(found.values())
	states = presence.of(asked, day)
	employees = {person.employee: user for user, person in people_by_user(asked).items() if person.employee}
	away = {employees[each] for each in leaves.on_leave(day, employees)}
	return {
		member: manager
		for member, manager in found.items()
		if manager in states and states[manager].presence is Presence.PRESENT and manager.lower() not in away
	}
