"""A `frappe worker` for long jobs that pauses in the middle of each chunk, to be killed there.

python -m tests.base.slow_worker DOCTYPE MARKS, in the `sites` folder of a bench. What it patches, the process that
carries out a job inherits.
"""

import importlib
import sys
import time
from pathlib import Path

from frappe.utils.background_jobs import start_worker

PAUSE_SECONDS = 4
TARGETS = {
	# what does a chunk, and what makes chunks small
	"LMS Enrollment Run": (
		"smooth_lms.cohorts.importing.runs:EnrollmentRun.next_chunk",
		{"cohorts.importing.runs:CHUNK": 2},
	),
	"LMS Certificate Run": (
		"smooth_lms.compliance.certificate_runs:CertificateRun.next_chunk",
		{"compliance.certificate_runs:CHUNK": 2},
	),
	"LMS Audit Export": (
		"smooth_lms.compliance.audit.export:AuditExport.carry_out",
		{"compliance.audit.export:CHUNK": 2},
	),
	"LMS Purge Request": ("smooth_lms.compliance.purge:Purge.next_chunk", {"compliance.purge:CHUNK": 2}),
	"LMS Sync Run": (
		"smooth_lms.learners.sync.chunks:_apply_chunk",
		{"learners.sync.run:NEW_A_CHUNK": 2, "learners.sync.chunks:HELPERS": 0},
	),
	"LMS Training Run": (
		"smooth_lms.training.runs.work:TrainingRun.carry_out",
		{"training.assignments.assign:CHUNK": 2},
	),
}


def main(doctype: str, marks: str) -> None:
	"""Make the chunks of one kind of run small and slow, and work on the queue."""
	target, sizes = TARGETS[doctype]
	for path, size in sizes.items():
		module, name = path.split(":")
		setattr(importlib.import_module(f"smooth_lms.{module}"), name, size)
	module, name = target.split(":")
	home = importlib.import_module(module)
	*outer, name = name.split(".")
	for each in outer:
		home = getattr(home, each)
	whole = getattr(home, name)

	def slowly(*args, **kwargs):
		done = whole(*args, **kwargs)
		with Path(marks).open("a") as file:
			file.write("chunk\n")
		time.sleep(PAUSE_SECONDS)  # everything is written, nothing is committed
		return done

	setattr(home, name, slowly)
	start_worker(queue="long", quiet=True)


if __name__ == "__main__":
	main(*sys.argv[1:])
