/** The chosen lesson: its title, its settings and its text, saved while somebody writes. */
import { ACCEPTED } from "portal/author/arrivals";
import { clean, TextEditor } from "portal/author/editor";
import { showHistory } from "portal/author/history";
import { ask, button, fill, make, shown } from "portal/author/parts";
import { Quiz } from "portal/author/quiz";
import { Saver } from "portal/author/saving";

const FILMS = ".mp4,.m4v,.webm,.ogv";

export class Lesson {
	constructor(builder) {
		this.builder = builder;
		this.words = builder.words;
		this.place = builder.find("[data-pane]");
		this.state = builder.find("[data-state]");
		this.left = new Map(); // savers of lessons shown before, by lesson
		document.addEventListener(
			"visibilitychange",
			() => document.visibilityState === "hidden" && this.flush(),
		);
		window.addEventListener("pagehide", () => this.saver?.flush(true));
	}

	async open(name) {
		this.opening = name; // and the one that is open
		this.place.inert = true; // what is typed from now on would be in no lesson
		await this.flush();
		await this.left.get(name)?.flush();
		const lesson = await this.builder.act("get_lesson", { lesson: name });
		if (this.opening === name) {
			this.place.inert = false;
			if (lesson) {
				this.show(lesson);
			}
		}
	}

	/** Shows what the server has, once all that was written has arrived. */
	async refresh() {
		if (this.name) {
			await this.open(this.name);
		}
	}

	flush() {
		return this.saver?.flush();
	}

	close() {
		this.leave();
		this.opening = null;
		this.place.inert = false;
		this.place.replaceChildren(
			make("p", { class: "lead" }, this.builder.find("[data-nothing]")?.textContent || ""),
		);
	}

	leave() {
		if (this.saver) {
			this.left.set(this.name, this.saver);
			this.saver.leave();
		}
		this.editor?.destroy();
		this.saver = this.editor = this.quiz = this.name = null;
	}

	show(lesson) {
		this.leave();
		this.left.get(lesson.name)?.end();
		this.left.delete(lesson.name);
		this.name = lesson.name;
		this.saver = new Saver({
			key: `smooth-lms-author/${this.builder.element.dataset.user}/${lesson.name}`,
			marks: lesson.marks,
			send: (values, marks, options) =>
				this.builder.call("save_lesson", { lesson: lesson.name, values, marks }, options),
			told: (state, detail) => this.tell(state, detail),
			conflict: (answer) => this.differ(answer),
			saved: (answer) => this.took(answer),
		});
		this.draw(lesson);
		this.tell("");
		this.bringBackKept(lesson);
	}

	draw(lesson) {
		const { words } = this;
		const { values } = lesson;
		this.title = make("input", {
			class: "author-title",
			"aria-label": words.title,
			maxlength: 140,
			dir: "auto",
			autocomplete: "off",
			value: values.title,
			input: () => this.title.value.trim() && this.saver.change("title", this.title.value.trim()),
		});
		this.minutes = make("input", {
			id: "author-minutes",
			type: "number",
			min: 0,
			max: 6000,
			value: values.estimated_minutes,
			"aria-describedby": "author-minutes-help",
			change: () =>
				this.saver.change(
					"estimated_minutes",
					this.minutes.value === "" ? null : Number(this.minutes.value),
				),
		});
		const tick = (field, label) =>
			make(
				"label",
				{ class: "choice" },
				make("input", {
					type: "checkbox",
					"data-field": field,
					checked: Boolean(values[field]),
					change: (event) => this.saver.change(field, Number(event.target.checked)),
				}),
				make("span", {}, label),
			);
		const editorPlace = make("div", { class: "author-text" });
		this.notices = make("div", { class: "author-notices" });
		this.place.replaceChildren(
			this.notices,
			this.title,
			make(
				"div",
				{ class: "author-settings" },
				make(
					"label",
					{ class: "author-minutes", for: "author-minutes" },
					words.estimated,
					" ",
					this.minutes,
				),
				tick("required", words.needed),
				tick("preview", words.freePreview),
				button(words.history, () => showHistory(this)),
				make("p", { class: "meta", id: "author-minutes-help" }, words.estimatedHelp),
			),
			lesson.lesson_type === "Text" ? "" : this.content(lesson),
			editorPlace,
		);
		this.editor = new TextEditor(editorPlace, {
			html: values.body,
			words,
			changed: (html) => this.saver.change("body", html),
			upload: (file) => this.builder.upload(lesson.name, file),
			send: (file, take) =>
				this.builder.arrivals.queue(file, {
					lesson: lesson.name,
					// another lesson may be open when it has arrived
					intoText: (answer) => this.name === lesson.name && take(answer),
				}),
			trouble: (sentence) => this.builder.trouble(sentence),
		});
		this.showDraft(lesson);
	}

	/** A lesson of another kind: what it shows besides its text, and how that is changed. */
	content(lesson) {
		const { words, builder } = this;
		const { values, shown: has } = lesson;
		const field = { Video: "video_url", "External Link": "external_url" }[lesson.lesson_type];
		const parts = [];
		if (field && !has.file) {
			parts.push(this.address(field, values[field]));
		} else if (has.file) {
			const accept = lesson.lesson_type === "Video" ? FILMS : ACCEPTED;
			parts.push(
				make("p", {}, `${words.kinds[lesson.lesson_type]}: `, make("bdi", {}, has.file)),
				button(words.otherFile, () => builder.arrivals.chooseFor(lesson.name, accept)),
			);
		} else if (has.package) {
			parts.push(make("p", {}, `${words.kinds.SCORM}: `, make("bdi", {}, has.package)));
		}
		if (lesson.lesson_type === "Video" && has.file) {
			parts.push(this.captions(lesson));
		}
		if (lesson.lesson_type === "Quiz") {
			this.quiz = new Quiz(this, lesson.name);
			parts.push(this.quiz.place);
		}
		const at = builder.element.dataset.lessonAtDesk;
		if (at) {
			parts.push(make("a", { href: at + encodeURIComponent(lesson.name) }, words.openAtDesk));
		}
		return make("div", { class: "author-content" }, ...parts);
	}

	address(field, value) {
		const { words } = this;
		const input = make("input", {
			id: "author-address",
			type: "url",
			value: value || "",
			dir: "ltr",
			autocomplete: "off",
			change: () => this.saver.change(field, input.value.trim()),
		});
		return make(
			"div",
			{ class: "field" },
			make("label", { for: "author-address" }, words.address),
			input,
		);
	}

	captions(lesson) {
		const { words, builder } = this;
		const names = new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" });
		const remove = async ({ language }) => {
			const values = { lesson: lesson.name, language };
			if (await builder.change("remove_captions", values, words.captionsGone)) {
				this.refresh();
			}
		};
		const rows = lesson.shown.captions.map((row) => {
			const name = names.of(row.language.replace("_", "-"));
			return make(
				"li",
				{},
				make("span", {}, name),
				button(words.remove, () => remove(row), { "aria-label": `${words.remove}: ${name}` }),
			);
		});
		return make(
			"div",
			{ class: "author-captions" },
			rows.length ? make("ul", {}, ...rows) : make("p", { class: "meta" }, words.noCaptions),
			button(words.addCaptions, () => builder.arrivals.chooseFor(lesson.name, ".vtt")),
		);
	}

	/** Puts the cursor where something is to be changed: see `Finding` of the server. */
	async goTo(part, index) {
		if (["text", "picture", "link", "film"].includes(part)) {
			this.editor.goTo(part, index);
			return;
		}
		await this.quiz?.loaded;
		const places = {
			minutes: "#author-minutes",
			address: "#author-address",
			captions: ".author-captions > .button",
			file: ".author-content > .button, .author-content > a",
			quiz: `.author-quiz > ol > li:nth-child(${index + 1}) .button, .author-quiz textarea`,
		};
		this.place.querySelector(places[part])?.focus();
	}

	/** The title is to be said now: a link does not say its own. */
	nameIt() {
		this.title?.focus();
		this.title?.select();
	}

	showDraft({ draft, held }) {
		const { words, builder } = this;
		const published = Boolean(builder.outline.published);
		this.notices.querySelector("[data-draft]")?.remove();
		if (draft) {
			this.notices.prepend(
				make(
					"div",
					{ class: "notice", "data-draft": true },
					make("p", {}, published ? words.isDraft : words.isEmpty),
					published && button(words.show, () => this.release()),
				),
			);
		} else if (held.length) {
			this.notices.prepend(
				make("div", { class: "notice", "data-draft": true }, make("p", {}, words.isHeld)),
			);
		}
	}

	async release() {
		await this.flush();
		if (await this.builder.change("show_lesson", { lesson: this.name }, this.words.shown)) {
			this.refresh();
		}
	}

	/** Says how far the saving is. */
	tell(state, detail = "") {
		const sentence = state ? fill(this.words[state], detail) : "";
		if (this.state.textContent !== sentence) {
			this.state.textContent = sentence;
		}
		this.state.dataset.tone = ["offline", "signedOut", "refused"].includes(state) ? "bad" : "";
	}

	/** The server has saved something: what follows from it. */
	took(answer) {
		if (answer.name !== this.name) {
			return;
		}
		const row = this.builder.lesson(answer.name);
		const { title, estimated_minutes, required, preview } = answer.values;
		if (document.activeElement !== this.minutes) {
			this.minutes.value = estimated_minutes;
		}
		this.showDraft(answer);
		const now = {
			title,
			estimated_minutes,
			required,
			preview,
			draft: Number(answer.draft),
			held: Number(answer.held.length > 0),
		};
		if (row && Object.entries(now).some(([field, value]) => row[field] !== value)) {
			Object.assign(row, now);
			this.builder.publishing.show(this.builder.outline);
			this.builder.list.show(this.builder.outline);
		}
	}

	/** Somebody else has changed the same: their title and settings are shown, about the text the person decides. */
	differ(answer) {
		const { words } = this;
		for (const field of answer.conflicts.filter((each) => each !== "body")) {
			this.saver.drop(field);
			this.builder.trouble(fill(words.conflictTitle, answer.changed_by, words.title));
			Object.assign(this.saver.marks, { [field]: answer.marks[field] });
		}
		this.title.value = this.saver.pending.title ?? answer.values.title;
		for (const box of this.place.querySelectorAll("[data-field]")) {
			box.checked = Boolean(this.saver.pending[box.dataset.field] ?? answer.values[box.dataset.field]);
		}
		if (answer.conflicts.includes("body")) {
			this.chooseText(answer);
		}
	}

	chooseText(answer) {
		const { words, saver } = this;
		saver.hold("body");
		this.notices.querySelector("[data-conflict]")?.remove();
		const bar = make(
			"div",
			{ class: "notice notice--bad", role: "alert", "data-conflict": true },
			make("p", {}, fill(words.conflict, answer.changed_by)),
		);
		const mine = button(words.useMine, () => {
			bar.remove();
			saver.go({ body: answer.marks.body });
		});
		const theirs = button(words.useTheirs, async () => {
			const body = { body: this.editor.html() };
			const lesson = await this.builder.act("set_aside", { lesson: this.name, body });
			if (lesson) {
				saver.drop("body");
				this.refresh();
			}
		});
		const see = button(words.seeTheirs, () =>
			ask(words.theirs, (close) =>
				make(
					"div",
					{},
					shown(answer.values.body),
					button(words.close, () => close()),
				),
			),
		);
		bar.append(make("div", { class: "buttons" }, mine, theirs, see));
		this.notices.append(bar);
	}

	/** What did not arrive when this lesson was open last is brought back, and saved. */
	bringBackKept(lesson) {
		const kept = this.saver.kept();
		if (!kept) {
			return;
		}
		const { values } = lesson;
		const same = (field) =>
			field === "body"
				? clean(kept.values.body) === clean(values.body)
				: kept.values[field] === values[field];
		const fields = Object.keys(kept.values).filter((field) => !same(field));
		Object.assign(this.saver.marks, ...fields.map((field) => ({ [field]: kept.marks[field] })), {});
		if (fields.includes("body")) {
			this.editor.set(kept.values.body);
		}
		for (const field of fields) {
			this.saver.change(field, field === "body" ? this.editor.html() : kept.values[field]);
		}
		if (fields.includes("title")) {
			this.title.value = kept.values.title;
		}
		if (fields.length) {
			this.builder.done(this.words.broughtBack);
		} else {
			this.saver.keep();
		}
	}
}
