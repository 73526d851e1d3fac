"""The demo: who gets in and who does not, and that loading it twice is loading it once."""

import os

import pytest

import frappe

from benchmarks.measure import Statements
from sandbox.demo import cohorts, load, people, result
from sandbox.site_setup import forget_jobs

pytestmark = [
	pytest.mark.full,
	pytest.mark.skipif(
		os.environ.get("SMOOTH_ENGINE") == "bench", reason="companies of the real ERPNext commit on their own"
	),
]


def test_demo(statements: type[Statements], capsys: pytest.CaptureFixture) -> None:
	# Cohorts that other tests left in this site must not take the demo's new hires.
	frappe.db.set_value("LMS Batch", {"for_new_hires": 1}, "for_new_hires", 0)
	forget_jobs()  # of people whom other tests have taken away again: the demo works on all that waits
	load.main()
	first = capsys.readouterr().out
	for role, number in load.LOGINS.items():
		assert f"  {role:<10} " in first
		assert people.user_of(number) in first
	assert "HR Manager" in frappe.get_roles(people.user_of(load.LOGINS["HR"]))
	assert "Course Creator" in frappe.get_roles(people.user_of(load.LOGINS["Author"]))
	outcomes = {row["Applicant Name"]: result.starter(row)[2:] for row in people.read("starters.csv")}

	new_hires = cohorts.name_of(cohorts.NEW_HIRES)
	seats = frappe.db.get_value("LMS Batch", new_hires, ["seat_count", "seats_taken", "waitlist_count"])
	assert seats == (12, 12, 5)
	assert outcomes["Ottilie Hagedorn"] == ("Enrolled", cohorts.NEW_HIRES)
	assert outcomes["هالة الزهراني"] == ("Enrolled", cohorts.NEW_HIRES)
	assert outcomes["Marguerite Archambault"] == ("Enrolled", cohorts.LABORATORY)
	assert outcomes["Fenja Petersdotter"][0] == "Waitlisted"
	assert "has no company e-mail: a work e-mail is required." in outcomes["Jürgen Fließbach"][1]
	assert "has a free seat" in outcomes["Jean-Loup Quessy"][1]
	assert outcomes["Caspian Rotherford"][0] == "Waiting"
	# the address of somebody else in another case: never a second account, never the other's seat
	assert outcomes["Mira Nowak"][0] == "Refused"
	assert frappe.db.count("User", {"email": "mira.novak@fernweg.example"}) == 1
	sources = frappe.get_all("LMS Batch Enrollment", {"batch": new_hires}, pluck="source", distinct=True)
	assert sources == ["HR"]

	with statements() as sent:
		load.main()
	assert sent.writes == 0
	assert capsys.readouterr().out == first


def test_roster_is_a_company_as_they_are() -> None:
	roster = people.read("roster.csv")
	assert len(roster) >= 64
	assert len({row["Company"] for row in roster}) == 3
	addresses = [row["Company Email"].lower() for row in roster if row["Company Email"]]
	assert len(addresses) == len(set(addresses)) + 1
	assert {"Active", "Left"} <= {row["Status"] for row in roster}
