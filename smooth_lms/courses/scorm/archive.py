"""Checks an uploaded zip before anything is unpacked, and unpacks it into a folder of its own.

Nothing of the archive decides where a file lands: every name is checked first, every path is built from checked
parts, files are made anew (never through a link), and the bytes are counted while they are written.

Packages come from many tools and systems. Names are read as they are meant, and what has no place in a package is left
out and listed. Refused is what would leave its folder, what grows without end, and what cannot be started.
"""

import os
import re
import shutil
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from frappe import _

from smooth_lms.courses.files import LARGEST_PACKAGE, MEGABYTE
from smooth_lms.courses.scorm import kinds, outside
from smooth_lms.courses.scorm.manifest import Manifest
from smooth_lms.exceptions import PackageRefusedError

LARGEST_ARCHIVE = LARGEST_PACKAGE
LARGEST_TOTAL = 2048 * MEGABYTE
MOST_FILES = 10_000
LONGEST_PATH = 240
DEEPEST_PATH = 24
HIGHEST_RATIO = 100
"""Unpacked to packed bytes, for everything above a megabyte: real courses stay below 20."""
IGNORED = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini")
REFUSED_ENDINGS = frozenset(
	[
		".app",
		".apk",
		".asp",
		".aspx",
		".bat",
		".cgi",
		".cmd",
		".com",
		".cpl",
		".dll",
		".dmg",
		".dylib",
		".elf",
		".exe",
		".gadget",
		".hta",
		".htaccess",
		".inf",
		".ins",
		".iso",
		".jar",
		".jse",
		".jsp",
		".lnk",
		".mjsx",
		".msc",
		".msi",
		".msp",
		".pif",
		".php",
		".php3",
		".php4",
		".php5",
		".phtml",
		".pkg",
		".ps1",
		".psm1",
		".py",
		".pyc",
		".pyd",
		".rb",
		".reg",
		".scf",
		".scr",
		".sh",
		".so",
		".sys",
		".url",
		".vb",
		".vbe",
		".vbs",
		".ws",
		".wsf",
		".wsh",
	]
)
SERVER_SIDE = frozenset({".asp", ".aspx", ".cgi", ".htaccess", ".jsp", ".php", ".phtml"})
FORBIDDEN = frozenset('<>:"|?*\\')
"""None of them stands in the name of a file that is taken."""
FRAMES = re.compile(rb"<(i?frame|frameset)\b|\bopener\s*\.", re.IGNORECASE)
DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Archive:
	"""A zip that has been checked."""

	path: str
	manifest: Manifest
	members: dict[str, zipfile.ZipInfo]
	"""By the path to write; directories and the systems' own litter are not in it."""
	has_frames: bool = False
	"""Whether its pages show others in frames, or open windows that talk to them."""
	left_out: tuple[str, ...] = ()
	"""What was not taken, with the reason, for people to read."""
	hosts: tuple[str, ...] = ()
	"""From which its files load something, in order."""

	@property
	def total_bytes(self) -> int:
		return sum(info.file_size for info in self.members.values())


def inspect(path: str) -> Archive:
	"""Check a zip file. Raises PackageRefusedError with what is wrong and what to do."""
	if os.path.getsize(path) > LARGEST_ARCHIVE:
		_refuse(
			_("The package is bigger than {0} MB: make its videos smaller, or split it into several.").format(
				LARGEST_ARCHIVE // MEGABYTE
			)
		)
	try:
		with zipfile.ZipFile(path) as archive:
			left_out: list[str] = []
			members = _members(archive.infolist(), left_out)
			_check_sizes(list(members.values()), os.path.getsize(path))
			name, members = _from_its_folder(members, left_out)
			manifest = kinds.READERS[name](_read(archive, members[name]), members)
			sizes = {name: info.file_size for name, info in members.items()}
			has_frames, hosts = scan(sizes, lambda name: _read(archive, members[name]))
			return Archive(path, manifest, members, has_frames, tuple(left_out), hosts)
	except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, zlib.error) as error:
		raise PackageRefusedError(_("This is not a zip file that can be read: {0}").format(error)) from error


def unpack(archive: Archive, folder: str) -> None:
	"""Write the members below `folder`, which must not exist. On any trouble nothing of it is left."""
	os.makedirs(os.path.dirname(folder), exist_ok=True)
	os.mkdir(folder)
	try:
		with zipfile.ZipFile(archive.path) as source:
			for name, info in archive.members.items():
				_write(source, info, os.path.join(folder, *name.split("/")))
	except BaseException as error:
		shutil.rmtree(folder, ignore_errors=True)
		if isinstance(error, zipfile.BadZipFile | EOFError | zlib.error | RuntimeError):
			raise PackageRefusedError(_("The package is damaged: {0}").format(error)) from error
		raise


def checked_path(name: str) -> str:
	"""The path that the name of an archive's member means. Raises PackageRefusedError for one that leads elsewhere."""
	path = name.replace("\\", "/")
	parts = path.split("/")
	if "\0" in name or path.startswith("/") or DRIVE.match(path) or ".." in parts:
		_refuse(
			_("The package has a file name that leads out of it: {0}. Zip the package again.").format(
				_shown(name)
			)
		)
	# Windows ends no name with a blank or a dot
	parts = [part.rstrip(" .") for part in parts]
	return "/".join(part for part in parts if part)


def _trouble(path: str) -> str | None:
	"""Why a file with this path is left out; None where nothing is wrong with it."""
	if len(path) > LONGEST_PATH or path.count("/") >= DEEPEST_PATH:
		return _("its name is too long")
	if any(unicodedata.category(char) in ("Cc", "Cf", "Cs") or char in FORBIDDEN for char in path):
		return _("its name has characters that no address can have")
	if any(_is_program(part) for part in path.split("/")):
		return _("it is a program")
	return None


def _members(infos: list[zipfile.ZipInfo], left_out: list[str]) -> dict[str, zipfile.ZipInfo]:
	if len(infos) > MOST_FILES:
		_refuse(_("The package has more than {0} files: split it into several.").format(MOST_FILES))
	members: dict[str, zipfile.ZipInfo] = {}
	taken: dict[str, bool] = {}
	for info in infos:
		# zipfile cuts names at a null byte and mends separators: look at what the archive really says
		name = info.orig_filename
		path = checked_path(name)
		if path.lower().split("/")[0] in IGNORED or path.lower().rpartition("/")[2] in IGNORED:
			continue
		_check_kind(info, name)
		is_folder = info.is_dir() or name.endswith("\\")
		if not path or (is_folder and _trouble(path)):
			continue
		if trouble := _trouble(path):
			left_out.append(f"{_shown(name)}: {trouble}")
			continue
		key = _folded(path)
		if key in taken and not (is_folder and taken[key]):
			_refuse(
				_(
					"Two files of the package have the same name but for capitals: {0}. Rename one of them."
				).format(path[:80])
			)
		taken[key] = is_folder
		if not is_folder:
			members[path] = info
	for path in members:
		parts = path.split("/")
		if any(
			_folded("/".join(parts[:end])) in taken and not taken[_folded("/".join(parts[:end]))]
			for end in range(1, len(parts))
		):
			_refuse(
				_("A file of the package is also a folder: {0}. Zip the package again.").format(path[:80])
			)
	return members


def _from_its_folder(
	members: dict[str, zipfile.ZipInfo], left_out: list[str]
) -> tuple[str, dict[str, zipfile.ZipInfo]]:
	"""The name of the manifest, and the members below the folder in which it is, where it has that name then."""
	names = {path.lower().rpartition("/")[2] for path in members}
	name = kinds.manifest_among(names)
	if not name:
		_refuse(kinds.refusal(names))
	manifests = [path for path in members if path.lower().rpartition("/")[2] == name]
	depth = min(path.count("/") for path in manifests)
	nearest = [path for path in manifests if path.count("/") == depth]
	if len(nearest) > 1:
		_refuse(
			_("There is more than one package in the zip ({0}): upload each by itself.").format(
				", ".join(path.rpartition("/")[0][:40] for path in nearest[:5])
			)
		)
	folder = nearest[0].rpartition("/")[0]
	inside = f"{folder}/" if folder else ""
	found = {path.removeprefix(inside): info for path, info in members.items() if path.startswith(inside)}
	left_out += [
		f"{_shown(path)}: {_('it is not in the folder of the package')}"
		for path in members
		if not path.startswith(inside)
	]
	found[name] = found.pop(nearest[0].removeprefix(inside))
	return name, found


def _shown(name: str) -> str:
	return "".join(char if char.isprintable() and char not in '<>"' else "?" for char in name)[:80]


def _check_kind(info: zipfile.ZipInfo, name: str) -> None:
	mode = info.external_attr >> 16
	kind = stat.S_IFMT(mode)
	if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
		_refuse(_("The package has a link or a device, which is not allowed: {0}").format(name[:80]))
	if info.flag_bits & 0x1:
		_refuse(_("The package is locked with a password: upload it without."))
	if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
		_refuse(_("The package is compressed in an unusual way: zip it again with ordinary settings."))


def _check_sizes(infos: list[zipfile.ZipInfo], archive_size: int) -> None:
	total, packed = sum(i.file_size for i in infos), sum(i.compress_size for i in infos)
	if total > LARGEST_TOTAL:
		_refuse(
			_(
				"The package is bigger than {0} MB when it is unpacked: make its videos smaller, or split it into several."
			).format(LARGEST_TOTAL // MEGABYTE)
		)
	for unpacked, size in [(total, packed), *((i.file_size, i.compress_size) for i in infos)]:
		if unpacked > MEGABYTE and unpacked > HIGHEST_RATIO * max(size, 1):
			_refuse(_("The package grows too much when it is unpacked."))
	end = 0
	for info in sorted(infos, key=lambda each: each.header_offset):
		# files that share the same bytes make a small archive unpack to any size
		if info.header_offset < end or info.header_offset + info.compress_size > archive_size:
			_refuse(_("The package is damaged: its files overlap."))
		end = info.header_offset + 30 + info.compress_size


def scan(sizes: Mapping[str, int], read: Callable[[str], bytes]) -> tuple[bool, tuple[str, ...]]:
	"""What the texts of a package tell: whether its pages need frames, and from which hosts something is loaded.

	Args: sizes, in bytes by path; read, which gives the bytes of a path.
	"""
	has_frames, hosts = False, set()
	for path in outside.to_scan(sizes):
		data = read(path)
		hosts |= outside.hosts_in(data)
		has_frames = has_frames or needs_frames(path, data)
	return has_frames, tuple(outside.suggested(hosts))


def needs_frames(path: str, data: bytes) -> bool:
	"""Whether a file is a page that shows others in frames, or opens windows that talk to it."""
	return path.lower().endswith((".htm", ".html")) and bool(FRAMES.search(data))


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
	with archive.open(info) as source:
		return source.read(info.file_size + 1)


def _write(source: zipfile.ZipFile, info: zipfile.ZipInfo, target: str) -> None:
	os.makedirs(os.path.dirname(target), exist_ok=True)
	left = info.file_size
	with source.open(info) as packed, open(target, "xb") as out:
		while chunk := packed.read(MEGABYTE):
			left -= len(chunk)
			if left < 0:
				raise PackageRefusedError(_("The package is damaged: a file is bigger than it says."))
			out.write(chunk)
	os.chmod(target, 0o644)


def _is_program(name: str) -> bool:
	pieces = [f".{piece}" for piece in name.lower().split(".")[1:]]
	# some servers run page.php.txt
	return bool(pieces) and (pieces[-1] in REFUSED_ENDINGS or not SERVER_SIDE.isdisjoint(pieces))


def _folded(path: str) -> str:
	return unicodedata.normalize("NFKC", path).casefold()


def _refuse(sentence: str) -> None:
	raise PackageRefusedError(sentence)
