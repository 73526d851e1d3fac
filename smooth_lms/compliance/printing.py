"""What print formats of certificates and quiz submissions can call (hook `jinja`)."""

import base64
import io

import pyqrcode

from smooth_lms.base import links
from smooth_lms.base.numbers import shown


def lms_certificate_url(verification_code: str) -> str:
	"""The public address at which a certificate can be checked."""
	return links.absolute(f"/lms/certificates/{verification_code}")


def lms_certificate_qr(verification_code: str, scale: int = 4) -> str:
	"""That address as a QR code: a data address for an image.

	Args:
	        verification_code: of the LMS Certificate.
	        scale: size of a module in pixels.
	"""
	picture = io.BytesIO()
	pyqrcode.create(lms_certificate_url(verification_code), error="M").svg(
		picture, scale=int(scale), quiet_zone=2, background="#ffffff", xmldecl=False
	)
	return "data:image/svg+xml;base64," + base64.b64encode(picture.getvalue()).decode()


def lms_number(value: float | None) -> str:
	"""Marks and percent as the reader's language writes them, with two decimals at most."""
	return shown(value)
