"""How the synchronization stands, for the desk and for whoever asks over HTTP."""

from datetime import datetime
from typing import Any

import frappe
from frappe.utils import pretty_date

from smooth_lms.base.settings import setting
from smooth_lms.learners.sync import alerts
from smooth_lms.learners.sync.changes import DOCTYPE

FIELDS = (
	"name",
	"status",
	"trigger",
	"dry_run",
	"creation",
	"started_on",
	"finished_on",
	"duration",
	"changes",
	"processed",
	"created",
	"linked",
	"updated",
	"unchanged",
	"archived",
	"restored",
	"skipped",
	"failed",
	"held_reason",
	"error",
)


def status(run: str | None = None) -> dict[str, Any]:
	"""The state of the synchronization.

	Args: run, an LMS Sync Run; the newest by default.

	Returns `run` (its state and counts, None before the first), `last_success` (when, None for never),
	`last_success_ago` (in words), `waits` (the held run, if any) and `schedule` (when it runs by itself).
	"""
	filters = {"name": run} if run else {}
	rows = frappe.get_all(DOCTYPE, filters=filters, fields=list(FIELDS), order_by="creation desc", limit=1)
	last = alerts.last_success()
	held = frappe.get_all(DOCTYPE, filters={"status": "Held"}, pluck="name", limit=1)
	return {
		"run": rows[0] if rows else None,
		"last_success": last.finished_on if last else None,
		"last_success_ago": pretty_date(last.finished_on) if last else None,
		"waits": held[0] if held else None,
		"schedule": setting("sync_schedule"),
	}


def last_success() -> datetime | None:
	"""When a run was last carried out to its end; None if none ever was."""
	last = alerts.last_success()
	return last.finished_on if last else None
