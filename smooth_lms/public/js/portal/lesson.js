/** Saves progress in a lesson as one goes: where one is, how long one was here, and when a video was watched. */
import { call } from "portal/call";
import { say } from "portal/live";
import { refreshParts } from "portal/pages";
import { lengthOf, watchedSeconds } from "portal/watched";

const EVERY_SECONDS = 30;
const RETRY_SECONDS = 5;
let study;

/** Begins with the lesson that the page shows; the page before ends. */
export function start() {
	const element = document.querySelector("[data-lesson]");
	if (study?.element === element) {
		return;
	}
	study?.end();
	study = new Study(element);
}

class Study {
	constructor(element) {
		this.element = element;
		this.data = element.dataset;
		this.video = element.querySelector("[data-video]");
		this.done = this.data.done === "1";
		this.from = 0; // where in a film one went on
		this.since = Date.now();
		this.timer = setInterval(() => this.save(), EVERY_SECONDS * 1000);
		this.leave = () => document.visibilityState === "hidden" && this.save({ last: true });
		document.addEventListener("visibilitychange", this.leave);
		this.resume();
		this.save();
	}

	end() {
		clearInterval(this.timer);
		document.removeEventListener("visibilitychange", this.leave);
	}

	/** Goes to where one stopped. */
	resume() {
		const from = Number(this.data.position);
		if (this.video) {
			for (const event of ["timeupdate", "durationchange", "ended"]) {
				this.video.addEventListener(event, () => this.watched());
			}
			this.video.addEventListener("pause", () => this.save());
			if (from > 5 && !this.done) {
				const wind = () => {
					const last = (lengthOf(this.video) || Infinity) - 5;
					this.video.currentTime = this.from = Math.max(Math.min(from, last), 0);
					if (this.from) {
						this.video.dispatchEvent(new CustomEvent("film:resumed", { detail: this.from }));
					}
				};
				if (this.video.readyState) {
					wind();
				} else {
					this.video.addEventListener("loadedmetadata", wind, { once: true });
				}
			}
		} else if (this.data.kind === "Text" && from > 0.05 && !this.done && !location.hash) {
			window.scrollTo({ top: from * this.readable() });
		}
	}

	readable() {
		return Math.max(document.documentElement.scrollHeight - window.innerHeight, 1);
	}

	position() {
		if (this.video) {
			return String(Math.floor(this.video.currentTime));
		}
		return this.data.kind === "Text" ? (window.scrollY / this.readable()).toFixed(3) : undefined;
	}

	/** Completes a video lesson once enough of it was played, in whatever order, today or before. */
	watched() {
		const length = lengthOf(this.video);
		// whoever skips ahead and goes away has not spent the time that the film takes to there
		const before = Math.min(this.from, Number(this.data.spent));
		const seconds = watchedSeconds(this.video.played, this.from, before);
		if (!this.done && length && (seconds * 100) / length >= Number(this.data.watch)) {
			this.done = true;
			this.finish();
		}
	}

	async finish() {
		if (await this.save({ method: "courses.finish_lesson" })) {
			await refreshParts();
			say(this.data.said);
		} else {
			this.retry = (this.retry ?? RETRY_SECONDS / 2) * 2;
			setTimeout(() => {
				this.done = false;
				if (this.element.isConnected) {
					this.watched(); // a film that has ended says nothing any more
				}
			}, this.retry * 1000);
		}
	}

	async save({ method = "courses.save_progress", last = false } = {}) {
		if (!this.element.isConnected) {
			this.end();
			return false;
		}
		const seconds = Math.round((Date.now() - this.since) / 1000);
		this.since = Date.now();
		const values = { lesson: this.data.lesson, position: this.position(), seconds };
		try {
			await call(method, this.data.token, values, { last });
			return true;
		} catch {
			this.since -= seconds * 1000; // the next report counts it
			return false;
		}
	}
}
