"""Who hears what: the catalog of events, the site's switches and people's own choices."""

from dataclasses import replace

import pytest

import frappe

from smooth_lms.base.notices import choices, ledger
from smooth_lms.base.notices.events import BELL, CHANNELS, LEARNERS, MAIL, MODERATORS, Event, event, events
from smooth_lms.cohorts.notices import ENROLLED
from smooth_lms.setup import notices
from smooth_lms.training.notices import LICENCES_LOW, REMINDER
from tests.support.factories import make_user, make_users, set_notice


@pytest.fixture(autouse=True)
def _settings_as_stored():
	yield
	frappe.db.rollback()
	frappe.clear_document_cache("LMS Settings", "LMS Settings")


def ways(user: str, key: str, *readers: str) -> dict[str, bool] | None:
	found = {row["event"]: row["channels"] for row in choices.choices_of(user, readers or (LEARNERS,))}
	return found.get(key)


def test_every_event_has_a_row_in_the_settings_and_every_row_an_event():
	notices.sync_notices()
	rows = frappe.get_doc("LMS Settings").notices
	assert [row.event for row in rows] == [each.key for each in events()]
	assert len({each.key for each in events()}) == len(events())
	assert all(each.channels and set(each.channels) <= set(CHANNELS) for each in events())


def test_what_an_administrator_chose_outlives_a_migration():
	set_notice(ENROLLED.key, mail=0)
	frappe.db.delete("LMS Notice Setting", {"event": REMINDER.key})
	frappe.db.set_value("LMS Notice Setting", {"event": LICENCES_LOW.key}, "event", "gone")
	for _again in range(2):
		notices.sync_notices()
	rows = {row.event: row for row in frappe.get_doc("LMS Settings").notices}
	assert not rows[ENROLLED.key].mail
	assert rows[REMINDER.key].mail
	assert rows.keys() == {each.key for each in events()}


def test_an_event_whose_row_is_missing_is_sent():
	frappe.db.delete("LMS Notice Setting", {"event": ENROLLED.key})
	frappe.clear_document_cache("LMS Settings", "LMS Settings")
	user = make_user().name
	assert choices.wanted(ENROLLED.key, MAIL, [user]) == {user}


def test_who_has_switched_it_off_is_left_out_and_nobody_else():
	users = make_users(3)
	choices.choose(users[0], ENROLLED.key, MAIL, False)
	assert choices.wanted(ENROLLED.key, MAIL, users) == set(users[1:])
	choices.choose(users[0], ENROLLED.key, MAIL, True)
	assert choices.wanted(ENROLLED.key, MAIL, users) == set(users)
	assert frappe.db.count("LMS Notice Choice", {"user": users[0]}) == 1


def test_one_way_is_switched_off_and_another_stays(monkeypatch):
	user = make_user().name
	both = Event("both", "Both", "Group", (LEARNERS,), (MAIL, BELL))
	monkeypatch.setattr("smooth_lms.base.notices.events._named", lambda paths: (both,))
	choices.choose(user, "both", MAIL, False)
	choices.choose(user, "both", BELL, False)
	choices.choose(user, "both", MAIL, True)
	assert ways(user, "both") == {MAIL: True, BELL: False}
	assert choices.wanted("both", BELL, [user]) == set()


def test_what_the_site_does_not_send_is_no_choice_and_reaches_nobody():
	user = make_user().name
	assert ways(user, ENROLLED.key) == {MAIL: True}
	set_notice(ENROLLED.key, mail=0)
	assert ways(user, ENROLLED.key) is None
	assert choices.wanted(ENROLLED.key, MAIL, [user]) == set()


def test_an_event_reaches_nobody_by_a_way_it_does_not_take():
	assert choices.wanted(ENROLLED.key, BELL, [make_user().name]) == set()


def test_what_everybody_gets_cannot_be_switched_off():
	user = make_user().name
	with pytest.raises(frappe.ValidationError, match="everybody gets this"):
		choices.choose(user, REMINDER.key, MAIL, False)
	choices.upsert("LMS Notice Choice", {"user": user, "event": REMINDER.key, "mail": 0})
	assert choices.wanted(REMINDER.key, MAIL, [user]) == {user}
	assert ways(user, REMINDER.key) == {MAIL: True}
	set_notice(REMINDER.key, mail=0)
	assert choices.wanted(REMINDER.key, MAIL, [user]) == set()


@pytest.mark.parametrize(
	("key", "channel", "error"),
	[("nothing", MAIL, frappe.DoesNotExistError), (ENROLLED.key, BELL, frappe.ValidationError)],
)
def test_no_choice_is_kept_for_what_there_is_not(key, channel, error):
	user = make_user().name
	with pytest.raises(error):
		choices.choose(user, key, channel, False)
	assert not frappe.db.exists("LMS Notice Choice", {"user": user})


def test_people_choose_about_what_may_concern_them():
	user = make_user().name
	assert event(LICENCES_LOW.key).readers == ("instructors", "moderators")
	assert ways(user, LICENCES_LOW.key, LEARNERS) is None
	assert ways(user, LICENCES_LOW.key, MODERATORS) == {BELL: True}


def test_the_database_keeps_one_choice_of_a_person_about_an_event():
	user = make_user().name
	values = {"doctype": "LMS Notice Choice", "user": user, "event": ENROLLED.key}
	frappe.get_doc(values).insert()
	with pytest.raises(frappe.UniqueValidationError):
		frappe.get_doc(values).insert()


def test_what_was_told_and_chosen_keeps_no_account_from_being_deleted():
	user = make_user().name
	choices.choose(user, ENROLLED.key, MAIL, False)
	ledger.tell([ledger.Notice(ENROLLED.key, user, "LMS Batch", "some-cohort")])
	frappe.delete_doc("User", user)
	assert not frappe.db.exists("User", user)


def test_the_same_is_told_once():
	user = make_user().name
	notice = ledger.Notice(ENROLLED.key, user, "LMS Batch", "some-cohort", "class", 3)
	assert ledger.tell([notice]) == 1
	assert ledger.tell([notice, replace(notice, sequence=4)]) == 1
	assert frappe.db.count(ledger.DOCTYPE, {"recipient": user}) == 2


def test_what_is_old_is_forgotten():
	user = make_user().name
	ledger.tell([ledger.Notice(ENROLLED.key, user, "LMS Batch", name) for name in ("old", "new")])
	frappe.db.set_value(
		ledger.DOCTYPE, {"reference_name": "old"}, "modified", "2020-01-01", update_modified=False
	)
	frappe.get_doc({"doctype": ledger.DOCTYPE}).clear_old_logs()
	assert frappe.get_all(ledger.DOCTYPE, {"recipient": user}, pluck="reference_name") == ["new"]


@pytest.mark.parametrize("way_in", ["migration", "form"])
def test_no_row_of_the_settings_ticks_a_way_that_its_event_does_not_take(way_in):
	set_notice(ENROLLED.key, mail=1, bell=1)
	settings = frappe.get_doc("LMS Settings")
	if way_in == "migration":
		notices.sync_notices()
	else:
		settings.save()
	for row in frappe.get_doc("LMS Settings").notices:
		ticked = {channel for channel in CHANNELS if row.get(channel)}
		assert ticked <= set(event(row.event).channels)
		assert row.event != ENROLLED.key or ticked == {MAIL}
