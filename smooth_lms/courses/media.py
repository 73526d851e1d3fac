"""What a browser can show of a file, by its name."""

from smooth_lms.courses.files import media_type


def kind_of(url: str | None) -> str | None:
	"""image, audio, video or pdf where the page can show the file itself; `file` otherwise; None without one."""
	if not url:
		return None
	found = media_type(url)
	if found == "application/pdf":
		return "pdf"
	family = found.partition("/")[0]
	return family if family in ("image", "audio", "video") and found != "image/svg+xml" else "file"
