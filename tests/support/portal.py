"""People who use the portal's pages without script."""

import requests
from bs4 import BeautifulSoup

from tests.support.server import Server

ATTACK = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}'


class Person:
	"""Somebody with a browser that runs no script."""

	def __init__(self, server: Server, user: str | None) -> None:
		self.server, self.user = server, user
		self.session = server.session(user)
		self.session.headers.pop("X-Frappe-CSRF-Token", None)
		self.session.headers["Accept"] = "text/html"

	def get(self, path: str) -> requests.Response:
		return self.session.get(self.server.url + path, timeout=60, allow_redirects=False)

	def post(self, path: str, **form: str) -> requests.Response:
		return self.session.post(self.server.url + path, data=form, timeout=60, allow_redirects=False)

	def see(self, path: str) -> BeautifulSoup:
		response = self.get(path)
		assert response.status_code == 200, response.text[:2000]
		return BeautifulSoup(response.text, "html.parser")

	def press(self, path: str, label: str, **typed: str) -> requests.Response:
		"""Open a page and send the form whose button says `label`."""
		page = self.see(path)
		(button,) = [each for each in page.select("button") if each.text.strip() == label]
		form = button.find_parent("form")
		hidden = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
		return self.post(form["action"], **{**hidden, **typed})

	def follow(self, response: requests.Response) -> BeautifulSoup:
		assert response.status_code == 303
		return self.see(response.headers["Location"])
