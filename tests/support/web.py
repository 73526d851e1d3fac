"""The web application under test, for gunicorn: Frappe's own behind nginx, and with static files for who comes past it.

With --preload, what requests need is imported before gunicorn's processes part, and not by each of them anew. A page
is answered here, too, so that templates are compiled once.
"""

import importlib
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
from sandbox import wsgi

NGINX = "HTTP_X_FRAPPE_SITE_NAME"
LATE = (".patches", ".doctype", ".report", ".install", ".uninstall")
"""What no request imports, or only one of a DocType's own."""


def application(environ, start_response):
	"""Answer as on a bench where nginx says whose site it is, which it does in a header; else as `sandbox.wsgi` does."""
	answer = frappe.app.application if NGINX in environ else wsgi.application
	return answer(environ, start_response)


def _warm() -> None:
	for module in pkgutil.walk_packages(smooth_lms.__path__, "smooth_lms."):
		if not any(late in module.name for late in LATE):
			importlib.import_module(module.name)
	client = Client(frappe.app.application)
	for path in ("/lms/sign-in", "/api/method/ping"):
		client.get(path)


_warm()
