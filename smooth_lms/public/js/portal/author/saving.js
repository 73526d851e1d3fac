/**
 * Saves what is changed in a lesson, field by field and soon; what has not arrived is kept in this browser until it has.
 * Each save names by a mark which state of a field it has seen, so that nothing of somebody else is overwritten.
 */

const SOON = 800; // milliseconds after the last change
const LATER = [3000, 10_000, 30_000]; // milliseconds between tries without a connection
const LARGEST_LAST = 60_000; // characters; browsers send no more when a page is left

export class Saver {
	/**
	 * `send(values, marks, options)` resolves to the server's answer. `told(state, detail)` is called with saved, saving,
	 * unsaved, offline, signedOut or refused; `conflict(answer)` when somebody else was faster.
	 */
	constructor({ key, marks, send, told, conflict, saved }) {
		Object.assign(this, { key, marks, send, told, conflict, saved });
		this.pending = {};
		this.tries = 0;
		this.online = () => this.flush();
		window.addEventListener("online", this.online);
	}

	/** A field has a new value. */
	change(field, value) {
		this.pending[field] = value;
		this.keep();
		this.told("unsaved");
		this.schedule(SOON);
	}

	/** What is not saved is a matter of the person now: nothing is sent until `go`. */
	hold(field) {
		this.held = field;
	}

	go(marks) {
		this.held = null;
		Object.assign(this.marks, marks);
		return this.flush();
	}

	drop(field) {
		delete this.pending[field];
		this.held = null;
		this.keep();
	}

	schedule(wait) {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.flush(), wait);
	}

	/**
	 * Sends what is pending. `last`: the page may be gone at once. Resolves when all has arrived, or cannot. One save waits
	 * for the other: two at once would both name the mark that only the first has seen.
	 */
	async flush(last = false) {
		clearTimeout(this.timer);
		while (this.sending && !last) {
			await this.sending;
		}
		const values = Object.fromEntries(
			Object.entries(this.pending).filter(([field]) => field !== this.held),
		);
		if (!Object.keys(values).length) {
			return;
		}
		if (last && JSON.stringify(values).length > LARGEST_LAST) {
			return; // it is kept in this browser
		}
		this.sending = this.post(values, last);
		await this.sending;
		this.sending = null;
	}

	async post(values, last) {
		this.told("saving");
		try {
			const answer = await this.send(values, { ...this.marks }, { last });
			this.tries = 0;
			this.take(values, answer);
		} catch (error) {
			this.fail(error);
		}
	}

	take(values, answer) {
		for (const [field, value] of Object.entries(values)) {
			if (!answer.conflicts.includes(field)) {
				this.marks[field] = answer.marks[field];
				if (this.pending[field] === value) {
					delete this.pending[field];
				}
			}
		}
		this.marks.estimated_minutes = answer.marks.estimated_minutes;
		this.keep();
		const left = Object.keys(this.pending).length;
		this.told(left ? "unsaved" : "saved");
		this.saved(answer);
		if (answer.conflicts.length) {
			this.conflict(answer);
		} else if (left) {
			this.schedule(SOON);
		}
	}

	fail(error) {
		if (!error.status || error.status >= 500) {
			this.told("offline");
			this.schedule(LATER[Math.min(this.tries, LATER.length - 1)]);
			this.tries += 1;
		} else if (error.status === 401 || error.status === 403) {
			this.told("signedOut");
			this.schedule(LATER[1]);
		} else {
			this.told("refused", error.sentence);
		}
	}

	/** Keeps what has not arrived in this browser; takes it away once all has. */
	keep() {
		try {
			if (Object.keys(this.pending).length) {
				localStorage.setItem(this.key, JSON.stringify({ values: this.pending, marks: this.marks }));
			} else {
				localStorage.removeItem(this.key);
			}
		} catch {
			// no room, or none allowed: what was typed stands on the page still
		}
	}

	/** What did not arrive last time: `{values, marks}`; null for nothing. */
	kept() {
		try {
			return JSON.parse(localStorage.getItem(this.key));
		} catch {
			return null;
		}
	}

	/** Another lesson is shown: what has not arrived goes on being sent, and says nothing. */
	leave() {
		this.told = () => {};
		this.saved = () => Object.keys(this.pending).length || this.end();
		this.conflict = () => this.end(); // it is asked when the lesson is opened again
		return this.flush();
	}

	end() {
		clearTimeout(this.timer);
		window.removeEventListener("online", this.online);
	}
}
