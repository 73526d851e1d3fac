"""A mail server that delivers nothing: python -m sandbox.mail_sink PORT FOLDER.

Each message becomes a file in the folder, so that whoever tries the app out can read what it sent.
"""

import sys
import time
from datetime import datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.layout import LOOPBACK


class Sink:
	"""Takes every message and writes it to a file."""

	def __init__(self, folder: Path) -> None:
		self.folder = folder

	async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
		"""Called by aiosmtpd with each message."""
		received = f"{datetime.now():%Y%m%d-%H%M%S-%f}"
		(self.folder / f"{received}.eml").write_bytes(envelope.content)
		print(received, "to", ", ".join(envelope.rcpt_tos), flush=True)
		return "250 OK"


def main(port: str, folder: str) -> None:
	"""Serve until the process is ended."""
	Controller(Sink(Path(folder)), hostname=LOOPBACK, port=int(port), data_size_limit=None).start()
	while True:
		time.sleep(3600)


if __name__ == "__main__":
	main(*sys.argv[1:])
