"""What PDFs need: the program that makes them, and fonts for the names in them."""

import shutil
import subprocess
from collections.abc import Iterator

import frappe

from smooth_lms.base.health import HINT, MISSING, Finding, Question
from smooth_lms.marked import _

SCRIPTS = {
	"el": _("Greek"),
	"ru": _("Cyrillic"),
	"ar": _("Arabic"),
	"he": _("Hebrew"),
	"hi": _("Devanagari"),
	"th": _("Thai"),
	"zh-cn": _("Chinese"),
	"ja": _("Japanese"),
	"ko": _("Korean"),
}
"""A language of each script that names may come in, as fontconfig calls it."""
SECONDS = 10


def pdf_program(_question: Question) -> Iterator[Finding]:
	"""Whether wkhtmltopdf is there and starts."""
	advice = frappe._("Install wkhtmltopdf with patched Qt, for the user that the bench runs as.")
	path = shutil.which("wkhtmltopdf")
	if not path:
		yield Finding(
			MISSING, frappe._("wkhtmltopdf is not installed: certificates are made without PDF."), advice
		)
		return
	done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=SECONDS)
	if done.returncode:
		yield Finding(
			MISSING, frappe._("wkhtmltopdf does not start: {0}").format(done.stderr.strip()[:200]), advice
		)
	elif "patched qt" not in done.stdout:
		yield Finding(
			HINT, frappe._("wkhtmltopdf has no patched Qt: PDFs have no page headers and footers."), advice
		)


def fonts(_question: Question) -> Iterator[Finding]:
	"""Whether names in any script have a font."""
	advice = frappe._(
		"Install fonts-dejavu-core, fonts-noto-core and fonts-noto-cjk, or what your system has instead."
	)
	program = shutil.which("fc-list")
	if not program or not _has_font(program, "en"):
		yield Finding(MISSING, frappe._("No fonts are installed: PDFs cannot show text."), advice)
		return
	lacking = [frappe._(script) for language, script in SCRIPTS.items() if not _has_font(program, language)]
	if lacking:
		sentence = frappe._(
			"No font is installed for these scripts, and names in them are empty boxes in PDFs: {0}."
		)
		yield Finding(HINT, sentence.format(", ".join(lacking)), advice)


def _has_font(program: str, language: str) -> bool:
	done = subprocess.run(
		[program, f":lang={language}", "family"], capture_output=True, text=True, timeout=SECONDS
	)
	return bool(done.stdout.strip())
