"""Content that packages load from elsewhere: which hosts a package names, and which a site allows.

A page of a package may load what its own folder has, and what comes from hosts that LMS Settings or the package list.
The lists are empty until somebody fills them: whoever runs such a host may read what the package knows of its learner.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from urllib.parse import urlsplit

import frappe
from frappe import _

from smooth_lms.base import links
from smooth_lms.base.settings import setting

PAGES = (".htm", ".html", ".xhtml", ".xht")
SCANNED = (*PAGES, ".css", ".js", ".json", ".xml")
LARGEST_FILE = 4 * 1024 * 1024
LARGEST_SCAN = 48 * 1024 * 1024
MOST_SCANNED = 400
MOST_HOSTS = 50
KNOWN = {
	"ajax.aspnetcdn.com": "Microsoft Ajax CDN",
	"ajax.googleapis.com": "Google Hosted Libraries",
	"cdn.jsdelivr.net": "jsDelivr",
	"cdn.mathjax.org": "MathJax",
	"cdnjs.cloudflare.com": "cdnjs",
	"code.jquery.com": "jQuery",
	"cdn.tailwindcss.com": "Tailwind CSS",
	"fast.wistia.com": "Wistia",
	"fast.wistia.net": "Wistia",
	"fonts.googleapis.com": "Google Fonts",
	"fonts.gstatic.com": "Google Fonts",
	"kit.fontawesome.com": "Font Awesome",
	"maxcdn.bootstrapcdn.com": "BootstrapCDN",
	"netdna.bootstrapcdn.com": "BootstrapCDN",
	"player.vimeo.com": "Vimeo",
	"stackpath.bootstrapcdn.com": "BootstrapCDN",
	"unpkg.com": "unpkg",
	"use.fontawesome.com": "Font Awesome",
	"use.typekit.net": "Adobe Fonts",
	"www.youtube-nocookie.com": "YouTube",
	"www.youtube.com": "YouTube",
}
"""Libraries, fonts and players that packages often load, by their host."""
TOGETHER = {"fonts.googleapis.com": ("fonts.gstatic.com",), "use.typekit.net": ("p.typekit.net",)}
"""What loads more from elsewhere by itself."""
NAMED_FOR_OTHER_REASONS = frozenset(
	("www.w3.org", "www.imsglobal.org", "www.imsproject.org", "www.adlnet.org", "schema.org", "example.com")
)
HOST = rb"((?:[A-Za-z0-9-]{1,63}\.){1,10}[A-Za-z]{2,24}(?::\d{1,5})?)"
LOADED = (
	re.compile(
		rb"<(?:script|img|iframe|frame|video|audio|source|embed|object|track)\b[^<>]{0,1000}?"
		rb"\b(?:src|data|poster)\s{0,9}=\s{0,9}[\"']?\s{0,9}(?:https?:)?//" + HOST,
		re.IGNORECASE,
	),
	re.compile(
		rb"<link\b(?=[^<>]{0,1000}(?:stylesheet|preload|preconnect|icon|font))[^<>]{0,1000}?"
		rb"\bhref\s{0,9}=\s{0,9}[\"']?\s{0,9}(?:https?:)?//" + HOST,
		re.IGNORECASE,
	),
	re.compile(rb"(?:url\(|@import)\s{0,9}[\"']?\s{0,9}(?:https?:)?//" + HOST, re.IGNORECASE),
	re.compile(
		rb"[\"'`]https?://" + HOST + rb"/[^\"'`\s<>\\]{0,300}?"
		rb"\.(?:m?js|css|woff2?|ttf|png|jpe?g|gif|webp|mp4|webm|m4v|mp3|ogg|wav|m3u8|vtt|glb)[?#\"'`]",
		re.IGNORECASE,
	),
	re.compile(rb"//(" + b"|".join(re.escape(host.encode()) for host in KNOWN) + rb")\b", re.IGNORECASE),
)
WRITTEN = re.compile(
	r"(\*\.)?(?P<name>([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.){1,10}[a-z]{2,24}|localhost)(:\d{1,5})?"
)


def to_scan(sizes: Mapping[str, int]) -> list[str]:
	"""The files of a package that are read for hosts, pages first. Args: sizes in bytes by path."""
	texts = [path for path, size in sizes.items() if path.lower().endswith(SCANNED) and size <= LARGEST_FILE]
	found, total = [], 0
	for path in sorted(texts, key=lambda path: (not path.lower().endswith(PAGES), sizes[path])):
		total += sizes[path]
		if total > LARGEST_SCAN or len(found) == MOST_SCANNED:
			break
		found.append(path)
	return found


def hosts_in(data: bytes) -> set[str]:
	"""The hosts from which a page, a style sheet or a script loads something. Args: data, its bytes."""
	found = {match[1].decode().lower() for pattern in LOADED for match in pattern.finditer(data)}
	return {host for host in found if host not in NAMED_FOR_OTHER_REASONS}


def suggested(hosts: Iterable[str]) -> list[str]:
	"""The hosts to allow for a package that names these, with what they load in turn; in order."""
	wanted = set(hosts)
	wanted |= {more for host in wanted for more in TOGETHER.get(host, ())}
	return sorted(wanted)[:MOST_HOSTS]


def described(host: str) -> str:
	"""A host for people to read, with the name of the library that it is known for."""
	return f"{host} ({KNOWN[host]})" if host in KNOWN else host


def host_of(line: str) -> str:
	"""The host of a line that `described` made."""
	return line.partition(" ")[0]


def checked(text: str | None, label: str) -> str:
	"""A list of hosts as it is kept: one a line, in small letters, without what stands around a host.

	Args: text, untrusted; label, of the field, for the sentence.

	Raises ValidationError for what is no host, or is this site's own.
	"""
	hosts = list(dict.fromkeys(_host(each) for each in re.split(r"[\s,;]+", text or "") if each))
	if len(hosts) > MOST_HOSTS:
		frappe.throw(_("{0}: enter at most {1} hosts.").format(label, MOST_HOSTS))
	for host in hosts:
		if not WRITTEN.fullmatch(host):
			frappe.throw(
				_("{0}: {1} is no host name. Enter names such as cdn.example.com, one a line.").format(
					label, frappe.utils.escape_html(host[:100])
				)
			)
		if covers(host, _portal()):
			frappe.throw(
				_("{0}: {1} is this site itself, which packages are kept apart from.").format(
					label, frappe.utils.escape_html(host)
				)
			)
	return "\n".join(hosts)


def allowed(package: str, portals: Collection[str], *, is_trusted: bool) -> list[str]:
	"""The hosts from which a package may load something: its own, and those of the site.

	Args:
	        package: an LMS SCORM Package.
	        portals: origins or hosts of the portal, which is never one of them.
	        is_trusted: whether it runs as a page of the portal. Then its own hosts count only, which a System Manager
	                has seen.
	"""
	listed = [frappe.get_cached_value("LMS SCORM Package", package, "allowed_hosts")]
	if not is_trusted:
		listed.append(setting("scorm_allowed_hosts"))
	hosts = dict.fromkeys(host for text in listed for host in (text or "").split())
	names = {_name(each) for each in (*portals, _portal()) if each}
	return [host for host in hosts if WRITTEN.fullmatch(host) and not any(covers(host, n) for n in names)]


def covers(host: str, name: str) -> bool:
	"""Whether an entry of a list means a host too. Args: host, such as *.example.com; name, a host without a port."""
	entry = host.rpartition(":")[0] if ":" in host else host
	return name.endswith(entry[1:]) if entry.startswith("*.") else name == entry


def _host(written: str) -> str:
	"""What is meant by an address, or a host."""
	return (urlsplit(written).netloc if "//" in written else written.partition("/")[0]).lower().rstrip(".")


def _name(origin: str) -> str:
	return urlsplit(origin if "://" in origin else f"//{origin}").hostname or ""


def _portal() -> str:
	return _name(links.absolute())
