"""What the benchmarks share: a stopwatch, a count of statements, and the framework's own speed as the floor."""

import json
import resource
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from statistics import median
from typing import Any, Protocol, TypeVar

import frappe


class HasConnection(Protocol):
	"""Somebody with a connection to the server."""

	connection: HTTPConnection


Client = TypeVar("Client", bound=HasConnection)

WORKERS = 4
"""Server processes that a benchmark talks to."""
WRITES = ("insert", "update", "delete", "replace")


class Statements:
	"""Counts the statements sent to the database while it is active: `with Statements() as sent: …`."""

	def __init__(self) -> None:
		self.total = self.writes = 0
		self.texts: list[str] = []

	def __enter__(self) -> "Statements":
		self._sql = frappe.local.db.sql
		frappe.local.db.sql = self._counted
		return self

	def __exit__(self, *_: object) -> None:
		frappe.local.db.sql = self._sql

	def with_words(self, *words: str) -> int:
		"""How many of them hold all of these words, whatever their case."""
		return sum(all(word.lower() in text for word in words) for text in self.texts)

	def _counted(self, query: Any, *args: Any, **kwargs: Any) -> Any:
		self.total += 1
		self.texts.append(str(query).lower())
		self.writes += str(query).lstrip().lower().startswith(WRITES)
		return self._sql(query, *args, **kwargs)


def seconds(action: Callable[[], Any]) -> float:
	"""How long one call takes."""
	start = time.perf_counter()
	action()
	return time.perf_counter() - start


def median_seconds(action: Callable[[int], Any], times: int) -> float:
	"""The median of `times` calls, each given its number."""
	return median(seconds(lambda number=number: action(number)) for number in range(times))


def per_second(clients: Sequence[Client], act: Callable[[Client], Any], *, length: float) -> float:
	"""How often `act` gets done in a second while all clients do it at once, each again as soon as it is answered.

	Args:
	        clients: each with a `connection` of its own, which is closed after the turn.
	        act: what one of them does.
	        length: seconds of the turn.
	"""
	counts, begin = [0] * len(clients), threading.Barrier(len(clients) + 1)
	failures: list[BaseException] = []
	until = 0.0

	def go_on(number: int) -> None:
		begin.wait()
		try:
			while time.perf_counter() < until:
				act(clients[number])
				counts[number] += 1
		except BaseException as failure:  # told in the main thread
			failures.append(failure)
		finally:
			clients[number].connection.close()  # the server would, while others have their turn

	threads = [threading.Thread(target=go_on, args=(number,)) for number in range(len(clients))]
	for thread in threads:
		thread.start()
	start = time.perf_counter()
	until = start + length
	begin.wait()
	for thread in threads:
		thread.join()
	if failures:
		raise failures[0]
	return sum(counts) / (time.perf_counter() - start)


def floor_per_s(documents: int = 300) -> float:
	"""ToDo documents that the framework inserts in a second, one by one."""

	def insert() -> None:
		for _ in range(documents):
			frappe.get_doc({"doctype": "ToDo", "description": "floor"}).insert()

	return documents / seconds(insert)


def raw_rows_per_s(doctype: str, values: list[dict[str, Any]]) -> float:
	"""Rows of a DocType that one `frappe.db.bulk_insert` writes in a second, stamped as Frappe's own rows are."""
	stamp, user = frappe.utils.now(), frappe.session.user
	stamps = ("creation", "modified", "owner", "modified_by", "docstatus", "idx")
	rows = [
		(frappe.generate_hash(length=10), stamp, stamp, user, user, 0, 0, *row.values()) for row in values
	]
	fields = ["name", *stamps, *values[0]]
	return len(rows) / seconds(lambda: frappe.db.bulk_insert(doctype, fields, rows, chunk_size=len(rows)))


def peak_mb() -> float:
	"""The most memory this process has held so far, in MB."""
	return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def undone() -> Iterator[None]:
	"""Roll back whatever the block writes."""
	frappe.db.commit()
	try:
		yield
	finally:
		frappe.db.rollback()


def report(numbers: dict[str, Any]) -> None:
	"""Print the result as the one JSON line that readers take."""
	print(json.dumps({key: _rounded(v) if isinstance(v, float) else v for key, v in numbers.items()}))


def _rounded(value: float) -> float:
	# a floor is a thousandth of a second, and others are multiples of it
	return round(value, 3) if abs(value) >= 0.1 else float(f"{value:.4g}")
