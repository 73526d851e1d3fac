"""What a cohort has in people's calendars: each session and live class, or the cohort itself where it has neither."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from frappe import _

from smooth_lms.cohorts import schedule, timetable


@dataclass(frozen=True, slots=True)
class Appointment:
	"""One thing to be at, in values that JSON holds."""

	title: str
	starts: str
	"""ISO 8601: a moment in UTC, or a day for something that takes whole days."""
	ends: str | None
	"""The moment after it, or the last day; None where that is not known."""
	zone: str
	"""IANA name of the cohort's time zone."""
	place: str | None = None
	days: int = 1
	"""On so many days one after another, each at the same time of the cohort's clock."""

	@classmethod
	def of(cls, values: dict[str, Any]) -> "Appointment":
		"""The appointment that `as_dict` gave."""
		return cls(**values)

	def as_dict(self) -> dict[str, Any]:
		"""Its values."""
		return asdict(self)

	@property
	def timed(self) -> bool:
		"""Whether it has hours."""
		return "T" in self.starts

	@property
	def first(self) -> datetime | date:
		"""Its beginning by the cohort's clock, aware, or its first day."""
		if not self.timed:
			return date.fromisoformat(self.starts)
		return datetime.fromisoformat(self.starts).astimezone(schedule.zone(self.zone))

	@property
	def last(self) -> datetime | date | None:
		"""The end of its first day by the cohort's clock, aware, or its last day."""
		if not self.ends:
			return None
		if not self.timed:
			return date.fromisoformat(self.ends)
		return datetime.fromisoformat(self.ends).astimezone(schedule.zone(self.zone))

	@property
	def begins_at(self) -> datetime:
		"""The moment at which it begins, in UTC."""
		if self.timed:
			return datetime.fromisoformat(self.starts)
		return schedule.instant(self.first, None, self.zone)

	@property
	def ends_at(self) -> datetime:
		"""The first moment after all of it, in UTC."""
		if not self.timed:
			return schedule.instant((self.last or self.first) + timedelta(days=1), None, self.zone)
		end = self.last or self.first
		# by the cohort's clock, so that it is right on both sides of a change to or from summer time
		return schedule.instant(end.date() + timedelta(days=self.days - 1), end.time(), self.zone)


def of_batch(batch: str) -> dict[str, Appointment]:
	"""The appointments of a cohort that are not cancelled, by a key that stays with each."""
	entries = [
		entry
		for entry in timetable.of_batches([batch])
		if not (entry.live_class and entry.live_class.cancelled)
	]
	of_days = [entry for entry in entries if entry.kind == timetable.DAYS]
	found = {entry.key: _appointment(entry) for entry in entries if entry.kind != timetable.DAYS}
	if of_days:
		found[timetable.DAYS] = _appointment(of_days[0], days=len(of_days))
	return found


def _appointment(entry: timetable.Entry, days: int = 1) -> Appointment:
	own = entry.kind == timetable.DAYS
	return Appointment(
		title=entry.batch_title if own else _("{0}: {1}").format(entry.batch_title, entry.title),
		starts=_text(entry.starts),
		ends=_text(entry.ends) if entry.ends else None,
		zone=entry.zone,
		place=entry.place,
		days=days,
	)


def _text(moment: datetime | date) -> str:
	return (moment.astimezone(schedule.UTC) if isinstance(moment, datetime) else moment).isoformat()
