"""Every kind of background run, with a real worker: killed and swept, continued, stopped, started twice."""

import ast
import pkgutil
from pathlib import Path

import pytest

import frappe

import smooth_lms
from smooth_lms import hooks
from smooth_lms.base import runs
from smooth_lms.base.run_kind import FIELDS
from tests.base.run_scenes import SCENES
from tests.base.slow_worker import TARGETS
from tests.support.workers import empty_queues, kill, wait_until, worker

ENQUEUE_BY_THEMSELVES = {
	"base/runs.py": "the engine",
	"learners/sync/undo.py": "undoing a synchronization: marked on its document, the hourly job goes on with it",
	"cohorts/confirmation.py": "mails: the hourly job sends what a lost job has left",
	"cohorts/live_classes.py": "notices: no work is lost that counts",
	"compliance/evidence.py": "a list of rows that wait: the hourly job makes what a lost job has left",
	"base/notices/bell.py": "notices at the desk, made after the commit by a job of Frappe's",
	"learners/sync/chunks.py": "helpers of a run, whose leader does what they leave",
	"learners/news.py": "a list of names that wait: a scheduled job calls what is lost, and the next run looks anyway",
	"training/licence_stock.py": "a free licence for whoever waits: the night hands out what a lost job has left",
	"training/newcomers.py": "a look at people whom the night looks at anyway",
}
"""Modules that hand jobs to the queue without a document of their progress, and why that is enough."""

KINDS = {kind.doctype: kind for kind in map(pkgutil.resolve_name, hooks.smooth_lms_runs)}


def test_what_looks_like_a_run_is_a_kind_of_the_engine():
	modules = frappe.get_all("Module Def", {"app_name": "smooth_lms"}, pluck="name")
	found = set()
	for doctype in frappe.get_all("DocType", {"module": ["in", modules], "istable": 0}, pluck="name"):
		fields = {field.fieldname for field in frappe.get_meta(doctype).fields}
		if {"status", "started_on", "finished_on"} <= fields:
			found.add(doctype)
	assert found == set(KINDS)


@pytest.mark.parametrize("doctype", sorted(KINDS))
def test_each_kind_has_what_the_engine_needs(doctype):
	kind, meta = KINDS[doctype], frappe.get_meta(doctype)
	fields = {field.fieldname: field for field in meta.fields}
	needed = {*FIELDS, *kind.fields, *(kind.alone or ()), kind.log_field}
	assert needed <= set(fields)
	statuses = {kind.queued, "Running", "Completed", "Failed", "Aborted"}
	assert statuses <= set(fields["status"].options.split("\n"))
	assert callable(frappe.get_attr(kind.job))
	if kind.alone is not None:
		indexes = frappe.db.sql(f"show index from `tab{doctype}` where Key_name = 'unique_run'", as_dict=True)
		columns = [row.Column_name for row in sorted(indexes, key=lambda row: row.Seq_in_index)]
		assert columns == [*kind.alone, "open_mark"]
		assert not any(row.Non_unique for row in indexes)


def test_each_kind_is_tried_below():
	assert set(SCENES) == set(TARGETS) == set(KINDS)


def test_each_kind_has_buttons_that_stop_and_continue_it():
	root = Path(smooth_lms.__file__).parent
	for doctype in KINDS:
		(form,) = root.glob(f"*/doctype/{frappe.scrub(doctype)}/{frappe.scrub(doctype)}.js")
		text = form.read_text() + (root / "public/js/desk/enrollment_run.js").read_text() * (
			doctype == "LMS Enrollment Run"
		)
		assert "abort_" in text, doctype
		assert "resume_" in text or "continue_" in text, doctype


def test_no_other_module_hands_jobs_to_the_queue():
	root = Path(smooth_lms.__file__).parent
	found = set()
	for path in root.rglob("*.py"):
		for node in ast.walk(ast.parse(path.read_text())):
			name = getattr(node, "attr", getattr(node, "id", None))
			if name in ("enqueue", "enqueue_doc", "enqueue_create_notification") and _is_frappe(node):
				found.add(str(path.relative_to(root)))
	assert found == set(ENQUEUE_BY_THEMSELVES)


def _is_frappe(node) -> bool:
	"""frappe.enqueue, or a function of Frappe by its bare name; not functions of ours."""
	if isinstance(node, ast.Attribute):
		return isinstance(node.value, ast.Name) and node.value.id == "frappe"
	return node.id != "enqueue"


@pytest.fixture
def scene(request):
	"""A queued run, committed; the queue is emptied before and after."""
	empty_queues()
	with SCENES[request.param]() as made:
		frappe.db.commit()
		yield made
		frappe.db.rollback()
	frappe.db.commit()
	empty_queues()


@pytest.fixture
def marks(tmp_path):
	"""The file in which a slow worker notes each chunk that it is in the middle of."""
	path = tmp_path / "marks"
	path.touch()
	return path


def status(doctype, run):
	return frappe.db.get_value(doctype, run, "status")


def wait_for_chunks(marks, number):
	wait_until(lambda: len(marks.read_text().splitlines()) >= number, f"chunk {number} was begun")


@pytest.mark.full
@pytest.mark.parametrize(("doctype", "scene"), [(each, each) for each in sorted(KINDS)], indirect=["scene"])
def test_killed_swept_continued_aborted_and_continued_it_ends_as_if_undisturbed(
	doctype, scene, marks, monkeypatch
):
	kind = KINDS[doctype]
	monkeypatch.setattr(runs, "HANDOVER_WAIT_SECONDS", 0)
	with worker(doctype, str(marks)) as process:
		wait_for_chunks(marks, 2)
		# whoever looks after runs leaves it alone, a second job does nothing, and another start is refused
		assert scene.run not in runs.sweep(kind, grace_seconds=0)
		if kind.workers == 1:
			runs.perform(kind, scene.run)
			assert scene.result() != scene.expected
		if scene.again:
			with pytest.raises(frappe.ValidationError):
				scene.again()
		frappe.db.rollback()
		kill(process)
	assert status(doctype, scene.run) == "Running"
	wait_until(lambda: runs._is_deserted(kind, scene.run), "the database had let go of the killed worker")
	assert scene.run in runs.sweep(kind, grace_seconds=0)
	swept = status(doctype, scene.run)
	assert swept == (kind.queued if kind.restarts else "Failed")
	if swept == "Failed":
		runs.resume(kind, scene.run)
	frappe.db.commit()

	with worker(doctype, str(marks)):
		wait_for_chunks(marks, len(marks.read_text().splitlines()) + 1)
		runs.abort(kind, scene.run)
		frappe.db.commit()
		wait_until(lambda: status(doctype, scene.run) != "Running", "the run had stopped")
	assert status(doctype, scene.run) == "Aborted"
	assert scene.result() != scene.expected
	with pytest.raises(frappe.ValidationError):
		runs.abort(kind, scene.run)
	frappe.db.rollback()

	runs.resume(kind, scene.run)
	frappe.db.commit()
	with worker():
		wait_until(lambda: status(doctype, scene.run) not in kind.live, "the run had ended")
	assert status(doctype, scene.run) == "Completed", frappe.get_doc(doctype, scene.run).as_dict()
	assert scene.result() == scene.expected
	with pytest.raises(frappe.ValidationError):
		runs.resume(kind, scene.run)


@pytest.mark.parametrize(("doctype", "scene"), [(each, each) for each in sorted(KINDS)], indirect=["scene"])
def test_a_run_whose_job_was_lost_is_swept(doctype, scene):
	kind = KINDS[doctype]
	assert scene.run not in runs.sweep(kind, grace_seconds=0), "its job waits in the queue"
	empty_queues()
	assert scene.run not in runs.sweep(kind, grace_seconds=0), "it may be on its way to the queue"
	frappe.db.set_value(doctype, scene.run, "last_step_on", "2001-01-01", update_modified=False)
	assert scene.run in runs.sweep_runs()
	assert status(doctype, scene.run) == (kind.queued if kind.restarts else "Failed")
	if kind.alone is not None:
		mark = frappe.db.get_value(doctype, scene.run, "open_mark")
		assert bool(mark) == bool(kind.restarts)


@pytest.mark.parametrize(("doctype", "scene"), [(each, each) for each in sorted(KINDS)], indirect=["scene"])
def test_a_run_that_no_job_has_begun_is_aborted_at_once(doctype, scene):
	kind = KINDS[doctype]
	runs.abort(kind, scene.run)
	frappe.db.commit()
	runs.perform(kind, scene.run)
	assert status(doctype, scene.run) == "Aborted"
	assert scene.result() != scene.expected


@pytest.mark.parametrize(("doctype", "scene"), [(each, each) for each in sorted(KINDS)], indirect=["scene"])
def test_an_error_is_kept_and_the_run_continued(doctype, scene, monkeypatch):
	kind = KINDS[doctype]

	def broken(*args, **kwargs):
		raise RuntimeError("the disk\tis full")

	with monkeypatch.context() as patch:
		patch.setattr(type(kind), "work", broken)
		runs.perform(kind, scene.run)
	doc = frappe.get_doc(doctype, scene.run)
	assert doc.status == "Failed"
	assert "the disk" in doc.get(kind.log_field)
	assert frappe.db.exists("Error Log", {"error": ["like", "%the disk%is full%"]})
	runs.resume(kind, scene.run)
	frappe.db.commit()
	runs.perform(kind, scene.run)
	assert status(doctype, scene.run) == "Completed"
	assert scene.result() == scene.expected


def test_a_run_whose_requester_was_disabled_does_not_go_on(monkeypatch):
	with SCENES["LMS Certificate Run"]() as scene:
		monkeypatch.setattr(frappe.db, "commit", lambda: None)
		monkeypatch.setattr(frappe.db, "rollback", lambda **_options: None)
		frappe.db.set_value("User", "Administrator", "enabled", 0)
		runs.perform(KINDS["LMS Certificate Run"], scene.run)
		doc = frappe.get_doc("LMS Certificate Run", scene.run)
		assert doc.status == "Failed"
		assert "is disabled" in doc.log
		monkeypatch.undo()
	frappe.db.rollback()


def test_a_long_run_hands_itself_to_a_new_job(monkeypatch):
	jobs = []
	with SCENES["LMS Enrollment Run"]() as scene:
		kind = KINDS["LMS Enrollment Run"]
		frappe.db.commit()
		monkeypatch.setattr(type(kind), "lease_seconds", -1)
		monkeypatch.setattr("smooth_lms.cohorts.importing.runs.CHUNK", 2)
		monkeypatch.setattr(frappe, "enqueue", lambda method, **values: jobs.append((method, values)))
		runs.perform(kind, scene.run)
		frappe.db.rollback()
		assert frappe.db.get_value(kind.doctype, scene.run, ["status", "processed", "attempt"]) == (
			"Queued",
			2,
			2,
		)
		handed_over = [values["job_id"] for method, values in jobs if method == kind.job]
		assert handed_over == [f"smooth_lms_run::{scene.run}::2"]
		while status(kind.doctype, scene.run) == "Queued":
			runs.perform(kind, scene.run)
			frappe.db.rollback()
		assert scene.result() == scene.expected
