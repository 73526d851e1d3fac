/** The page around a SCORM package: says and shows what the server has recorded whenever the package saves. */
import { say } from "portal/live";
import { refreshParts } from "portal/pages";

const PAUSE = 400;
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
		this.heard = (event) => this.hear(event);
		window.addEventListener("message", this.heard);
		const large = element.querySelector("[data-scorm-large]");
		if (document.fullscreenEnabled) {
			large.hidden = false;
			large.addEventListener("click", () => this.frame.requestFullscreen());
		}
	}

	end() {
		clearTimeout(this.timer);
		window.removeEventListener("message", this.heard);
	}

	/** What a package says is a reason to ask the server, and nothing more. */
	hear(event) {
		if (event.data?.scorm === "saved") {
			clearTimeout(this.timer);
			this.timer = setTimeout(() => this.refresh(), PAUSE);
		} else if (event.data?.scorm === "ended") {
			const notice = this.element.querySelector("[data-scorm-ended]");
			notice.hidden = false;
			say(notice.textContent.trim());
		}
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
