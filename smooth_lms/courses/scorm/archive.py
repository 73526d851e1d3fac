"""Checks an uploaded zip before anything is unpacked, and unpacks it into a folder of its own.

Nothing of the archive decides where a file lands: every name is checked first, every path is built from checked
parts, files are made anew (never through a link), and the bytes are counted while they are written.
"""

import os
import shutil
import stat
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass

from frappe import _

from smooth_lms.courses.scorm.manifest import Manifest, read
from smooth_lms.exceptions import PackageRefusedError

MEGABYTE = 1024 * 1024
LARGEST_ARCHIVE = 512 * MEGABYTE
LARGEST_TOTAL = 2048 * MEGABYTE
MOST_FILES = 10_000
LONGEST_PATH = 240
DEEPEST_PATH = 24
HIGHEST_RATIO = 100
"""Unpacked to packed bytes, for everything above a megabyte: real courses stay below 20."""
MANIFEST = "imsmanifest.xml"
IGNORED = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini")
REFUSED_ENDINGS = frozenset(
	[
		".app",
		".apk",
		".asp",
		".aspx",
		".bat",
		".bin",
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
		".pl",
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
REFUSED_NAMES = frozenset(
	["aux", "con", "nul", "prn", *(f"{word}{n}" for word in ("com", "lpt") for n in range(1, 10))]
)
FORBIDDEN = frozenset('<>:"|?*\\')


@dataclass(frozen=True, slots=True)
class Archive:
	"""A zip that has been checked."""

	path: str
	manifest: Manifest
	members: dict[str, zipfile.ZipInfo]
	"""By the path to write; directories and the systems' own litter are left out."""

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
			members = _members(archive.infolist())
			_check_sizes(list(members.values()), os.path.getsize(path))
			if MANIFEST not in members:
				_refuse_without_manifest(members)
			return Archive(path, read(_read(archive, members[MANIFEST]), members), members)
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
	"""The path of an archive's member, if it is one that may be written. Raises PackageRefusedError."""
	shown = "".join(char if char.isprintable() and char not in '<>"' else "?" for char in name)[:80]
	parts = name.rstrip("/").split("/")
	if (
		not name
		or len(name) > LONGEST_PATH
		or len(parts) > DEEPEST_PATH
		or any(unicodedata.category(char) in ("Cc", "Cf", "Cs") or char in FORBIDDEN for char in name)
		or any(part in ("", ".", "..") or part != part.strip() or part.endswith(".") for part in parts)
		or any(part.split(".")[0].lower() in REFUSED_NAMES for part in parts)
	):
		_refuse(_("The package has a file name that is not allowed: {0}").format(shown))
	if any(_is_program(part) for part in parts):
		_refuse(_("The package has a program file, which is not allowed: {0}").format(shown))
	return "/".join(parts)


def _members(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
	if len(infos) > MOST_FILES:
		_refuse(_("The package has more than {0} files.").format(MOST_FILES))
	members: dict[str, zipfile.ZipInfo] = {}
	taken: dict[str, bool] = {}
	for info in infos:
		# zipfile cuts names at a null byte and mends separators: look at what the archive really says
		name = info.orig_filename
		path = checked_path(name)
		if path.lower().split("/")[0] in IGNORED or path.lower().rpartition("/")[2] in IGNORED:
			continue
		_check_kind(info, name)
		is_folder = info.is_dir()
		key = _folded(path)
		if key in taken and not (is_folder and taken[key]):
			_refuse(_("Two files of the package have the same name but for capitals: {0}").format(path[:80]))
		taken[key] = is_folder
		if not is_folder:
			members[path] = info
	for path in members:
		parts = path.split("/")
		if any(
			_folded("/".join(parts[:end])) in taken and not taken[_folded("/".join(parts[:end]))]
			for end in range(1, len(parts))
		):
			_refuse(_("A file of the package is also a folder: {0}").format(path[:80]))
	return members


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


def _refuse_without_manifest(members: dict[str, zipfile.ZipInfo]) -> None:
	deeper = [path for path in members if path.lower().endswith(f"/{MANIFEST}")]
	if deeper:
		_refuse(
			_("imsmanifest.xml is in the folder {0}: zip what is in that folder, not the folder.").format(
				deeper[0].rpartition("/")[0][:80]
			)
		)
	_refuse(_("The package has no imsmanifest.xml: publish it as SCORM 1.2 or SCORM 2004."))


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
