/**
 * The page around a SCORM package: says and shows what the server has recorded whenever the package saves, and what is
 * not saved yet. What a package says is a reason to look, and nothing more.
 */
import { say } from "portal/live";
import { refreshParts } from "portal/pages";

const PAUSE = 400;
const PATIENCE = 4000; // milliseconds in which a package that is left has to answer
const RENEWED_AFTER = 30 * 60_000;
const ASKED_AGAIN_AFTER = 15_000;
let player;

/** Begins with the package that the page shows. */
export function start() {
	const element = document.querySelector("[data-scorm]");
	if (player?.element === element) {
		return;
	}
	player?.end();
	player = new Player(element);
}

class Player {
	constructor(element) {
		this.element = element;
		this.frame = element.querySelector("iframe");
		this.notice = element.querySelector("[data-scorm-unsaved]");
		this.renewed = Date.now();
		this.listeners = [
			[window, "message", (event) => this.hear(event)],
			[window, "beforeunload", (event) => this.unsaved && event.preventDefault()],
			[document, "click", (event) => this.leave(event), true],
			[window, "focus", () => this.why === "ended" && this.renew()],
		];
		for (const [target, ...listener] of this.listeners) {
			target.addEventListener(...listener);
		}
		const large = element.querySelector("[data-scorm-large]");
		if (document.fullscreenEnabled) {
			large.hidden = false;
			large.addEventListener("click", () => this.frame.requestFullscreen());
		}
	}

	end() {
		clearTimeout(this.timer);
		clearTimeout(this.asking);
		for (const [target, ...listener] of this.listeners) {
			target.removeEventListener(...listener);
		}
	}

	hear(event) {
		const said = event.source === this.frame.contentWindow ? event.data?.scorm : null;
		this.speaks ||= Boolean(said);
		if (said === "saved") {
			this.show(null);
			clearTimeout(this.timer);
			this.timer = setTimeout(() => this.refresh(), PAUSE);
			if (Date.now() - this.renewed > RENEWED_AFTER) {
				this.renew();
			}
		} else if (said === "unsaved") {
			this.show(String(event.data.why));
		} else if (said === "left") {
			this.goOn?.();
		}
	}

	/** Says why something is not saved; null once all is. */
	show(why) {
		if (why === this.why) {
			return;
		}
		this.why = why;
		this.unsaved = Boolean(why);
		this.notice.hidden = !why;
		for (const reason of this.notice.querySelectorAll("[data-why]")) {
			reason.hidden = reason.dataset.why !== why;
		}
		if (why) {
			say(this.notice.innerText.trim());
		}
		if (why === "ended") {
			this.renew();
		}
	}

	/** Asks for a fresh ticket, so that long work goes on, also after signing in again in another tab. */
	async renew() {
		clearTimeout(this.asking);
		const { lessonName: lesson, part, enrollment } = this.element.dataset;
		if (!enrollment) {
			return;
		}
		const asked = new URLSearchParams({ lesson, part, enrollment });
		try {
			const answer = await fetch(`/api/method/smooth_lms.api.scorm.get_ticket?${asked}`, {
				credentials: "same-origin",
				headers: { Accept: "application/json" },
			});
			const { message } = await answer.json();
			if (answer.ok && message) {
				this.renewed = Date.now();
				this.frame.contentWindow.postMessage({ scorm: "ticket", ticket: message.ticket }, "*");
				return;
			}
		} catch {
			// offline, or a page of something in between
		}
		if (this.why === "ended") {
			this.asking = setTimeout(() => this.renew(), ASKED_AGAIN_AFTER);
		}
	}

	/** A link of the page is followed once the package has saved: the next page shows what was reached. */
	leave(event) {
		const link = event.target.closest?.("a[href]");
		const plain = !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
		if (!link || !plain || link.target || !this.speaks || event.defaultPrevented || this.goOn) {
			return;
		}
		event.preventDefault();
		event.stopPropagation();
		const patience = setTimeout(() => this.goOn(), PATIENCE);
		this.goOn = () => {
			clearTimeout(patience);
			this.goOn = null;
			location.assign(link.href);
		};
		this.frame.contentWindow.postMessage({ scorm: "leave" }, "*");
	}

	async refresh() {
		const before = document.querySelector("[data-study='state']").textContent.trim();
		await refreshParts();
		const now = document.querySelector("[data-study='state']").textContent.trim();
		if (now && now !== before) {
			say(this.element.dataset.said);
		}
	}
}
