"""The web application under test, for gunicorn: `tests.support.web:behind_nginx`, or `:alone` with static files.

With --preload, what requests need is imported before gunicorn's processes part, and not by each of them anew. A page
is answered here, too, so that templates are compiled once.
"""

import importlib
import os
import pkgutil

from werkzeug.test import Client

import frappe
import frappe.app
import frappe.client
import frappe.desk.desktop
import frappe.desk.form.load
import frappe.desk.form.save
import frappe.desk.query_report
import frappe.desk.reportview
import frappe.desk.search
import frappe.desk.treeview
import frappe.handler
import frappe.sessions
import frappe.utils.pdf
import frappe.website.serve

import smooth_lms

LATE = (".patches", ".doctype", ".report", ".install", ".uninstall")
"""What no request imports, or only one of a DocType's own."""


def behind_nginx(environ, start_response):
	"""As on a bench: whose site it is stands in a header that nginx sets."""
	return frappe.app.application(environ, start_response)


def alone(environ, start_response):
	"""As `sandbox.wsgi` does it."""
	from sandbox.wsgi import application

	return application(environ, start_response)


def _warm() -> None:
	for module in pkgutil.walk_packages(smooth_lms.__path__, "smooth_lms."):
		if not any(late in module.name for late in LATE):
			importlib.import_module(module.name)
	client = Client(frappe.app.application)
	for path in ("/lms/sign-in", "/api/method/ping"):
		client.get(path, headers={"X-Frappe-Site-Name": os.environ["SMOOTH_SITE"]})


_warm()
