"""Finds, in the syntax trees of the app, values that could reach SQL as text, and writes past `smooth_lms.base.rows`.

What it cannot see to be harmless needs a reason beside it: a comment `# sql: why` in the lines of the call or right
above it. The tests in tests/sandbox/test_sql_check.py say what it finds, and what the query builder binds by itself.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

STATEMENTS = frozenset({"sql", "sql_ddl", "sql_list", "multisql"})
"""Methods of the database whose first argument is a statement."""
AS_TEXT = frozenset({"on_duplicate_key_update", "on_conflict", "do_update"})
"""Methods of the query builder that put values into the statement as text."""
RAW = frozenset({"LiteralValue", "PseudoColumn", "RawCriterion", "NotImplementedCriterion", "escape"})
"""What makes SQL of a text; `escape` is the database's, which quotes a text for those who build SQL."""
AGGREGATES = frozenset({"Sum", "Min", "Max", "Avg", "Count", "GroupConcat"})
CRITERIA = frozenset(
	{
		"Case",
		"when",
		"else_",
		"Concat",
		"Coalesce",
		"IfNull",
		"Date",
		"isnull",
		"isnotnull",
		"isin",
		"negate",
		"distinct",
	}
)
"""What may be called inside them: their arguments are looked at."""
TABLES = frozenset({"DocType", "Table", "as_"})
DAYS = frozenset({"today", "timedelta"})
"""What gives a date or a span."""
"""Functions inside which the query builder no longer binds values."""
PIECES = frozenset({"order_by", "group_by", "fields", "having"})
"""Arguments of `get_all` and its like that Frappe puts into the statement."""
READERS = frozenset({"get_all", "get_list", "get_value", "get_values", "get_query", "exists", "count"})
WRITERS = frozenset(
	{"set_value", "set_single_value", "bulk_insert", "bulk_update", "db_set", "db_insert", "db_update"}
)
"""Frappe's ways past `Document.save`."""
LEAVING = frozenset({"limit_page_length", "page_length"})
"""Names of `limit` that Frappe gives up."""
ALWAYS_SET = frozenset({"creation", "modified", "docstatus", "lft", "rgt"})
EARLIER = "a row without a value is the oldest for Frappe's < and <=: use base.reads with up_to"
FUNCTION = re.compile(r"\w\s*\(|\bdistinct\b", re.IGNORECASE)
REASON = "# sql:"
SHORTEST_REASON = 10


def check(root: Path) -> list[str]:
	"""What is found in the Python files below `root`, as `path:line: sentence`."""
	return [
		f"{path}:{line}: {sentence}"
		for path in sorted(root.rglob("*.py"))
		for line, sentence in find(path.read_text())
	]


def find(source: str) -> list[tuple[int, str]]:
	"""What is found in a source: the line, and a sentence."""
	tree = ast.parse(source)
	lines = source.splitlines()
	found = []
	for scope, call in _calls(tree):
		sentence = _judge(call, _Names(tree, scope))
		if sentence and not _has_reason(call, lines):
			found.append((call.lineno, sentence))
	earlier = (each for each in _taking_none_for_the_oldest(tree) if not _has_reason(each, lines))
	found += [(each.lineno, EARLIER) for each in earlier]
	return sorted(found)


def _taking_none_for_the_oldest(tree: ast.AST) -> Iterator[ast.expr]:
	"""The filters `<` and `<=`, in both forms that Frappe takes, on columns that may hold nothing."""
	for node in ast.walk(tree):
		if isinstance(node, ast.Dict):
			filters = [
				(key, value)
				for key, value in zip(node.keys, node.values, strict=True)
				if _is_earlier(value, 0)
			]
		else:
			filters = [(node.elts[0], node)] if _is_earlier(node, 1) else []
		for field, value in filters:
			if not (isinstance(field, ast.Constant) and field.value in ALWAYS_SET):
				yield value


def _is_earlier(node: ast.AST | None, place: int) -> bool:
	"""Whether it is a list or tuple with such a comparison at a place, and one value behind it."""
	if not isinstance(node, ast.List | ast.Tuple) or len(node.elts) != place + 2:
		return False
	compared = node.elts[place]
	return isinstance(compared, ast.Constant) and compared.value in ("<", "<=")


def _judge(call: ast.Call, names: "_Names") -> str | None:
	name, owner = _name(call.func), _owner(call.func)
	if name in STATEMENTS and owner == "db" and call.args and not names.is_static(call.args[0]):
		return f"the statement of {name}() is put together: give values as arguments"
	if name in AS_TEXT:
		return f"{name}() puts values into the statement as text: use bulk.upsert"
	if name in RAW and (name != "escape" or owner == "db"):
		return f"{name} makes SQL of a text: use a parameter"
	if name in AGGREGATES and not all(names.is_column(each) for each in call.args):
		return f"values inside {name}() are not bound: use base.sql.total"
	if name in READERS and any(
		keyword.arg in PIECES and _is_built(keyword.value) and not names.is_static(keyword.value)
		for keyword in call.keywords
	):
		return f"{name}() is given a piece of SQL that is put together"
	if name in READERS and (found := _leaving(call)):
		return found
	if name in WRITERS and (owner == "db" or name.startswith("db_")):
		return f"{name}() stores texts that nobody has cleaned: use smooth_lms.base.rows"
	if name in ("update", "into") and owner == "qb":
		return f"qb.{name}() stores texts that nobody has cleaned: use smooth_lms.base.rows"
	return None


def _leaving(call: ast.Call) -> str | None:
	"""What Frappe 15 takes of a reader and 16 refuses, or warns of."""
	if any(keyword.arg in LEAVING for keyword in call.keywords):
		return f"{' and '.join(sorted(LEAVING))} leave Frappe: use limit"
	pieces = [keyword.value for keyword in call.keywords if keyword.arg in PIECES | {"pluck", "fieldname"}]
	pieces += call.args[2:3]  # the columns of get_value
	texts = (each.value for piece in pieces for each in ast.walk(piece) if isinstance(each, ast.Constant))
	if any(isinstance(text, str) and FUNCTION.search(text) for text in texts):
		return "Frappe 16 takes no function that is written as a text: use the query builder"
	return None


class _Names:
	"""What the names in a function stand for, as far as its source and its module's tell."""

	def __init__(self, tree: ast.Module, scope: ast.AST) -> None:
		self.given: dict[str, list[ast.expr]] = {}
		self.functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
		for place in {id(tree): tree, id(scope): scope}.values():
			nodes = tree.body if place is tree else ast.walk(place)
			for node in nodes:
				self._learn(node)

	def _learn(self, node: ast.AST) -> None:
		if isinstance(node, ast.Assign):
			pairs = [(target, node.value) for target in node.targets]
		elif isinstance(node, ast.AnnAssign | ast.AugAssign) and node.value:
			pairs = [(node.target, node.value)]
		else:
			return
		for target, value in pairs:
			if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
				for each, part in zip(target.elts, value.elts, strict=False):
					self._note(each, part)
			else:
				self._note(target, value)

	def _note(self, target: ast.expr, value: ast.expr) -> None:
		for each in target.elts if isinstance(target, ast.Tuple) else [target]:
			if isinstance(each, ast.Name):
				self.given.setdefault(each.id, []).append(value)

	def is_static(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
		"""Whether the text is the same in every run: nothing in it comes from anywhere but the source."""
		if isinstance(node, ast.Constant):
			return True
		if isinstance(node, ast.JoinedStr):
			return all(
				self.is_static(part.value if isinstance(part, ast.FormattedValue) else part, seen)
				for part in node.values
			)
		if isinstance(node, ast.IfExp):
			return self.is_static(node.body, seen) and self.is_static(node.orelse, seen)
		if isinstance(node, ast.BinOp):
			return self.is_static(node.left, seen) and self.is_static(node.right, seen)
		if isinstance(node, ast.Name):
			if node.id.isupper():
				return True  # a constant, if of another module
			values = self.given.get(node.id, [])
			return (
				node.id not in seen
				and bool(values)
				and all(self.is_static(value, seen | {node.id}) for value in values)
			)
		return isinstance(node, ast.Attribute) and node.attr.isupper()

	def is_column(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
		"""Whether there is no value in it but constants of the source and days: columns, and what is made of them."""
		if isinstance(node, ast.Constant):
			return True
		if isinstance(node, ast.Attribute):
			return node.attr.isupper() or self._is_table(node.value)
		if isinstance(node, ast.Subscript):
			return self._is_table(node.value)
		if isinstance(node, ast.Name):
			if node.id.isupper() or self._is_table(node):
				return True
			values = self.given.get(node.id, [])
			return (
				node.id not in seen
				and bool(values)
				and all(self.is_column(value, seen | {node.id}) for value in values)
			)
		if isinstance(node, ast.Call):
			return self._is_condition(node, seen)
		parts = [each for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
		known = isinstance(node, ast.List | ast.Tuple | ast.BinOp | ast.Compare | ast.UnaryOp)
		return known and all(self.is_column(each, seen) for each in parts)

	def _is_table(self, node: ast.expr) -> bool:
		if not isinstance(node, ast.Name):
			return False
		made = (
			value.elt if isinstance(value, ast.GeneratorExp) else value
			for value in self.given.get(node.id, [])
		)
		calls = [isinstance(each, ast.Call) and _name(each.func) in TABLES for each in made]
		return node.id == "table" or (bool(calls) and all(calls))

	def _is_condition(self, node: ast.Call, seen: frozenset[str]) -> bool:
		name = _name(node.func)
		given = [*node.args, *(keyword.value for keyword in node.keywords)]
		if name in DAYS:
			return True
		if name in CRITERIA and isinstance(node.func, ast.Attribute) and name not in ("Concat", "Coalesce"):
			# a method: of a condition, a column, or of the functions' module
			given += [node.func.value] if not isinstance(node.func.value, ast.Name) else []
		known = name in CRITERIA or name in self.functions or name in AGGREGATES
		return known and all(self.is_column(each, seen) for each in given)


def _calls(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.Call]]:
	"""Every call, with the outermost function it stands in."""

	def walk(node: ast.AST, scope: ast.AST) -> Iterator[tuple[ast.AST, ast.Call]]:
		for child in ast.iter_child_nodes(node):
			inner = child if scope is tree and isinstance(child, ast.FunctionDef) else scope
			if isinstance(child, ast.Call):
				yield inner, child
			yield from walk(child, inner)

	return walk(tree, tree)


def _is_built(node: ast.expr) -> bool:
	return any(isinstance(each, ast.JoinedStr | ast.BinOp) for each in ast.walk(node))


def _has_reason(node: ast.expr, lines: list[str]) -> bool:
	around = lines[max(node.lineno - 2, 0) : (node.end_lineno or node.lineno)]
	reasons = (line.partition(REASON)[2].strip() for line in around)
	return any(len(reason) >= SHORTEST_REASON for reason in reasons)


def _name(function: ast.expr) -> str:
	return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _owner(function: ast.expr) -> str | None:
	"""What a method is called on: `db` of `frappe.db.sql`; None for a plain function."""
	return _name(function.value) if isinstance(function, ast.Attribute) else None
