"""Finding records by words in their texts: MariaDB's full text, and what is spelled alike where that finds nothing.

The index holds words of three letters and more, as they are written; shorter ones are looked for in the first column.
Where no record has all the words, those that begin alike are compared letter by letter: `secrity` finds "Security".
"""

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher

from pypika import Criterion, Order, Table
from pypika.queries import QueryBuilder
from pypika.terms import Term

import frappe
from frappe.query_builder.terms import ParameterizedValueWrapper

from smooth_lms.base.sql import containing

INDEX = "smooth_lms_text"
TEXTS = {
	"LMS Course": ("title", "short_introduction", "category"),
	"Course Lesson": ("title", "lesson_type"),
	"LMS Batch": ("title", "description", "category"),
	"LMS Learner": ("full_name", "user"),
}
"""The columns of the index by DocType; the first is what a record is called. Two at least: see setup/indexes.py."""
SHORTEST = 3
"""Letters of a word in the index, as InnoDB has it by default."""
STOPWORDS = frozenset(
	[
		"a",
		"about",
		"an",
		"are",
		"as",
		"at",
		"be",
		"by",
		"com",
		"de",
		"en",
		"for",
		"from",
		"how",
		"i",
		"in",
		"is",
		"it",
		"la",
		"of",
		"on",
		"or",
		"that",
		"the",
		"this",
		"to",
		"was",
		"what",
		"when",
		"where",
		"who",
		"will",
		"with",
		"und",
		"www",
	]
)
"""Words that InnoDB leaves out by default."""
MOST_WORDS, LONGEST = 8, 40
CANDIDATES = 300
"""Records that begin alike and are compared."""
ALIKE = 0.75
"""How much of two words agrees in those that are taken for one, as `difflib` counts."""


class Match(Criterion):
	"""MATCH … AGAINST … IN BOOLEAN MODE, with the text as a bound value; as a number it says how well."""

	def __init__(self, columns: Sequence[Term], text: str) -> None:
		super().__init__()
		self.columns, self.text = columns, text

	def nodes_(self) -> Iterator[Term]:
		yield self
		for column in self.columns:
			yield from column.nodes_()

	def get_sql(self, **kwargs: object) -> str:
		columns = ",".join(column.get_sql(**kwargs) for column in self.columns)
		text = ParameterizedValueWrapper(self.text).get_sql(**kwargs)
		return f"match ({columns}) against ({text} in boolean mode)"


def words_of(text: str | None) -> list[str]:
	"""The words that somebody looks for, at most MOST_WORDS, in lower case; what has a meaning in SQL is no part of one."""
	found = (word[:LONGEST].casefold() for word in re.findall(r"[^\W_]+", (text or "")[:400]))
	return [word for word in dict.fromkeys(found) if word not in STOPWORDS][:MOST_WORDS]


def find(
	doctype: str, words: Sequence[str], select: Callable[[Table, Criterion], QueryBuilder], limit: int
) -> tuple[list[frappe._dict], bool]:
	"""The records that have all the words, the best first; where there is none, those that are spelled alike.

	Args:
	        words: see `words_of`.
	        select: makes the query of what the reader may see, from the table and the condition to put into it. Its rows
	                have the first column of TEXTS.

	Returns the rows, and whether they have the words as they were asked for.
	"""
	if not words:
		return [], True
	table = frappe.qb.DocType(doctype)
	columns = [table[field] for field in TEXTS[doctype]]
	rows = _best(select(table, _all(columns, words)), columns, words, limit)
	if rows:
		return rows, True
	begins = _begins_alike(words)
	if not begins:
		return [], True
	near = select(table, Match(columns, begins)).limit(CANDIDATES).run(as_dict=True)
	called = TEXTS[doctype][0]
	ranked = sorted(
		((-_alike(words, row[called]), str(row[called]), place) for place, row in enumerate(near))
	)
	return [near[place] for score, _title, place in ranked if -score >= ALIKE][:limit], False


def sync() -> None:
	"""Make the indexes that are missing. Commits, as every change of a table does."""
	for doctype, fields in TEXTS.items():
		if frappe.db.table_exists(doctype) and not frappe.db.has_index(f"tab{doctype}", INDEX):
			frappe.db.commit()
			columns = ", ".join(f"`{field}`" for field in fields)
			# sql: the names are those of TEXTS
			frappe.db.sql_ddl(f"alter table `tab{doctype}` add fulltext index `{INDEX}` ({columns})")


def _all(columns: Sequence[Term], words: Sequence[str]) -> Criterion:
	indexed = [word for word in words if len(word) >= SHORTEST]
	found = [Match(columns, " ".join(f"+{word}*" for word in indexed))] if indexed else []
	found += [columns[0].like(containing(word)) for word in words if len(word) < SHORTEST]
	return Criterion.all(found)


def _best(
	query: QueryBuilder, columns: Sequence[Term], words: Sequence[str], limit: int
) -> list[frappe._dict]:
	indexed = " ".join(f"{word}*" for word in words if len(word) >= SHORTEST)
	if indexed:
		query = query.orderby(Match(columns, indexed), order=Order.desc)
	return query.orderby(columns[0]).limit(limit).run(as_dict=True)


def _begins_alike(words: Sequence[str]) -> str:
	"""How words may begin that are meant: as they do, and with two letters in the other order."""
	begins = []
	for word in words:
		if len(word) > SHORTEST:
			first, second, third = word[:SHORTEST]
			begins += [first + second + third, second + first + third, first + third + second]
	return " ".join(f"{each}*" for each in dict.fromkeys(begins))


def _alike(words: Sequence[str], title: str | None) -> float:
	"""How well the worst of the words is found in a title: 1 as it is, 0 not at all."""
	own = re.findall(r"[^\W_]+", (title or "").casefold())
	return min(max((_ratio(word, each) for each in own), default=0.0) for word in words)


def _ratio(word: str, other: str) -> float:
	if other.startswith(word):
		return 1.0
	return max(SequenceMatcher(None, word, each).ratio() for each in (other, other[: len(word)]))
