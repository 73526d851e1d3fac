"""The command that gives packages a host of their own says what is missing, and sets nothing then."""

import pytest
from click.testing import CliRunner

import frappe

from smooth_lms import commands
from smooth_lms.courses.scorm import host
from smooth_lms.setup import boot


def run(*arguments: str):
	context = frappe._dict(sites=[frappe.local.site], profile=False)  # 16 reads attributes, 15 keys
	return CliRunner().invoke(commands.set_content_host, list(arguments), obj=context)


@pytest.fixture
def own_connection(monkeypatch):
	"""Commands connect to the site and leave it: here they stay in the test's transaction."""
	for name in ("init", "connect", "destroy"):
		monkeypatch.setattr(frappe, name, lambda *_args, **_kwargs: None)
	monkeypatch.setattr(frappe.db, "commit", lambda: None)


@pytest.mark.usefixtures("own_connection")
def test_a_host_that_reaches_this_site_is_set(server):
	origin = server.url.replace("127.0.0.1", "localhost")
	result = run(origin)
	assert result.exit_code == 0, result.output
	assert f"from {origin} now" in result.output
	assert frappe.db.get_single_value("LMS Settings", "scorm_content_origin") == origin


@pytest.mark.usefixtures("own_connection")
@pytest.mark.parametrize(
	("wanted", "said"),
	[
		("no-such-name.invalid", "add a DNS record"),
		("http://localhost:9", "does not answer"),
		("https://localhost:{port}", "no certificate that browsers trust"),
		("http://content.example", "enter https:// and a host name of its own"),
	],
)
def test_what_is_missing_is_said_and_nothing_is_set(server, wanted, said):
	result = run(wanted.format(port=server.url.rpartition(":")[2]))
	assert result.exit_code == 1
	assert said in result.output
	assert not frappe.db.get_single_value("LMS Settings", "scorm_content_origin")


def test_a_server_of_another_site_is_told_apart(server, monkeypatch):
	monkeypatch.setattr(host, "proof", lambda nonce: f"another site's {nonce}")
	(sentence,) = host.missing(server.url.replace("127.0.0.1", "localhost"))
	assert "bench setup add-domain" in sentence


def test_a_web_server_that_takes_too_little_is_said(server, monkeypatch):
	monkeypatch.setattr(host, "LARGEST_COMMIT", 60 * host.MEGABYTE)
	(sentence,) = host.missing(server.url.replace("127.0.0.1", "localhost"))
	assert "up to 50 MB" in sentence
	assert "client_max_body_size" in sentence


def test_the_desk_offers_trust_only_where_packages_have_no_host_of_their_own():
	told = []
	for origin in ("", "https://content.example"):
		settings = frappe.get_single("LMS Settings")
		settings.scorm_content_origin = origin
		settings.save()
		boot.extend(info := frappe._dict())
		told.append(info.smooth_lms["has_content_host"])
	assert told == [False, True]
