"""Pieces of script reports: columns, the numbers above the table, charts."""

from collections.abc import Mapping, Sequence
from typing import Any

from frappe import _

COLOURS = {
	"good": "#29cd42",
	"waiting": "#449cf0",
	"warning": "#ecad4b",
	"bad": "#e24c4c",
	"absent": "#8a3b8f",
	"plain": "#a8b1bb",
}
INDICATORS = {
	"good": "Green",
	"waiting": "Blue",
	"warning": "Orange",
	"bad": "Red",
	"absent": "Purple",
	"plain": "Grey",
}


def column(
	fieldname: str, label: str, fieldtype: str = "Data", width: int = 130, options: str = "", **more: Any
) -> dict[str, Any]:
	"""A column of a report.

	HR's records are plain text in our reports: Frappe shows a report with links to them only to people who may read
	them all, and the report's script turns them into links where the reader may.
	"""
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"width": width,
		"options": options,
		**more,
	}


def number(label: str, value: float | None, tone: str = "plain", datatype: str = "Int") -> dict[str, Any]:
	"""A number above the report. Args: tone, one of COLOURS."""
	return {"label": label, "value": value, "datatype": datatype, "indicator": INDICATORS[tone]}


def when_empty(rows: Sequence[Any], filters: Mapping[str, Any] | None) -> str | None:
	"""The sentence above a report without rows; None where there are some."""
	if rows:
		return None
	if any(filters.values() if filters else ()):
		return _("Nobody matches these filters: change or clear one of them.")
	return _("There is nothing to report.")


def toned(rows: Sequence[Any], numbers: list[dict[str, Any]]) -> list[dict[str, Any]]:
	"""The numbers above a report; without rows none of them is good or bad news."""
	return numbers if rows else [{**each, "indicator": INDICATORS["plain"]} for each in numbers]


def bars(
	labels: Sequence[str], series: Mapping[str, Sequence[float]], tones: Sequence[str]
) -> dict[str, Any] | None:
	"""A chart of stacked bars, one tone of COLOURS for each series; None when there is nothing to show."""
	if not labels:
		return None
	return {
		"data": {
			"labels": list(labels),
			"datasets": [{"name": name, "values": list(values)} for name, values in series.items()],
		},
		"type": "bar",
		"colors": [COLOURS[tone] for tone in tones],
		"barOptions": {"stacked": int(len(series) > 1)},
		"axisOptions": {"shortenYAxisNumbers": 1},
	}
