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
const MISSED = new Set(["script", "media", "frame", "child", "object"]); // a font or a counter is not
const DEEPEST = 10;
const MOST_HOSTS = 5;
let player;

/** Begins with the package that the page shows. */
export function start() {
	const element = document.querySelector("[data-scorm]");
	if (player?.element === element) {
		return;
	}
	player?.end();
	player = element.querySelector("iframe") ? new Player(element) : new OtherWindow(element);
}

/** A part that runs in a window of its own: the page shows what was reached when somebody comes back to it. */
class OtherWindow {
	constructor(element) {
		this.element = element;
		this.look = () => refreshParts();
		window.addEventListener("focus", this.look);
	}

	end() {
		window.removeEventListener("focus", this.look);
	}
}

class Player {
	constructor(element) {
		this.element = element;
		this.frame = element.querySelector("iframe");
		this.notice = element.querySelector("[data-scorm-unsaved]");
		this.renewed = Date.now();
		this.blocked = new Set();
		this.listeners = [
			[window, "message", (event) => this.hear(event)],
			[window, "beforeunload", (event) => this.unsaved && event.preventDefault()],
			[document, "click", (event) => this.leave(event), true],
			[window, "focus", () => this.why === "ended" && this.renew()],
		];
		for (const [target, ...listener] of this.listeners) {
			target.addEventListener(...listener);
		}
		this.frame.contentWindow.postMessage({ scorm: "blocked?" }, "*");
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
		if (event.data?.scorm === "blocked" && this.holds(event.source)) {
			this.showBlocked(String(event.data.host), String(event.data.kind));
			return;
		}
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

	/** Whether a window is the package's, or a frame in it. */
	holds(source) {
		for (let depth = 0; source && depth < DEEPEST; depth++) {
			if (source === this.frame.contentWindow) {
				return true;
			}
			source = source.parent === source ? null : source.parent;
		}
		return false;
	}

	/** Says that the package wants to show something of a host that is not allowed, where it may be missed. */
	showBlocked(host, kind) {
		if (!MISSED.has(kind) || this.blocked.has(host) || this.blocked.size === MOST_HOSTS) {
			return;
		}
		this.blocked.add(host);
		const notice = this.element.querySelector("[data-scorm-blocked]");
		const text = notice.querySelector("p");
		text.textContent = text.dataset.text.replace("{0}", [...this.blocked].join(", "));
		notice.hidden = false;
		say(text.textContent);
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
		const { lessonName: lesson, part, enrollment, package: opened } = this.element.dataset;
		if (!enrollment) {
			return;
		}
		const asked = new URLSearchParams({ lesson, part, enrollment, package: opened });
		try {
			const answer = await fetch(`/api/method/smooth_lms.api.scorm.get_ticket?${asked}`, {
				credentials: "same-origin",
				headers: { Accept: "application/json" },
			});
			const { message } = await answer.json();
			if (answer.ok && message) {
				this.renewed = Date.now();
				const { ticket, csrf_token: token } = message;
				this.frame.contentWindow.postMessage({ scorm: "ticket", ticket, token }, "*");
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
