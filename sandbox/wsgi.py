"""The web application of one site, with its static files and no nginx before it: `gunicorn sandbox.wsgi:application`.

Tests prove with it that nothing depends on nginx. Runs in the `sites` folder of any bench; the variable SMOOTH_SITE
names the site that answers, whatever host name the browser asked for.
"""

import os
from pathlib import Path

from werkzeug.middleware.shared_data import SharedDataMiddleware

import frappe.app
from frappe.middlewares import StaticDataMiddleware

frappe.app._site = os.environ["SMOOTH_SITE"]

sites = Path.cwd()
application = SharedDataMiddleware(frappe.app.application, {"/assets": str(sites / "assets")})
application = StaticDataMiddleware(application, {"/files": str(sites)})
