"""A real film for tests, drawn and recorded by the browser that will play it."""

import base64

from playwright.sync_api import Browser

RECORD = """async (milliseconds) => {
	const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
	const pen = canvas.getContext("2d");
	let turn = 0;
	const draw = setInterval(() => {
		pen.fillStyle = `hsl(${(turn += 9)}, 40%, 45%)`;
		pen.fillRect(0, 0, 320, 180);
		pen.fillStyle = "white";
		pen.font = "28px sans-serif";
		pen.fillText("Goggles on.", 80, 98);
	}, 40);
	const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm;codecs=vp8" });
	const parts = [];
	recorder.ondataavailable = (event) => parts.push(event.data);
	const stopped = new Promise((resolve) => (recorder.onstop = resolve));
	recorder.start();
	await new Promise((resolve) => setTimeout(resolve, milliseconds));
	recorder.stop();
	await stopped;
	clearInterval(draw);
	const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
	return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
}"""


def make_film(browser: Browser, milliseconds: int = 2_000) -> bytes:
	"""A WebM file of about that length."""
	page = browser.new_page()
	try:
		return base64.b64decode(page.evaluate(RECORD, milliseconds))
	finally:
		page.close()
