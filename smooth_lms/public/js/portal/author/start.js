/** The course builder: outline at the left, the chosen lesson at the right. */
import { Arrivals } from "portal/author/arrivals";
import { Checks } from "portal/author/checks";
import { Lesson } from "portal/author/lesson";
import { Outline } from "portal/author/outline";
import { agree } from "portal/author/parts";
import { CoursePage } from "portal/author/page";
import { Preview } from "portal/author/preview";
import { Publishing } from "portal/author/publishing";
import { call, upload } from "portal/call";
import { say } from "portal/live";
import { renameTo, take } from "portal/pages";

let builder;

/** Begins with the course that the page shows. */
export function start() {
	const element = document.querySelector("[data-author]");
	if (builder?.element !== element) {
		builder = new Builder(element);
	}
}

class Builder {
	constructor(element) {
		this.element = element;
		this.course = element.dataset.course;
		this.words = read(element, "[data-words]");
		this.outline = read(element, "[data-outline-data]");
		this.list = new Outline(this);
		this.pane = new Lesson(this);
		this.preview = new Preview(this);
		this.arrivals = new Arrivals(this);
		this.checks = new Checks(this);
		this.publishing = new Publishing(this);
		this.page = new CoursePage(this);
		this.find("[data-publish]").addEventListener("click", () => this.publish());
		this.find("[data-undo]").addEventListener("click", () => this.undo());
		this.show(this.outline);
		element.inert = false;
		const wanted = new URL(location.href).searchParams.get("lesson");
		const first = this.lessons()[0];
		const opened = this.lesson(wanted) || first;
		if (opened) {
			this.open(opened.name);
		}
	}

	find(selector) {
		return this.element.querySelector(selector);
	}

	lessons() {
		return this.outline.chapters.flatMap((chapter) => chapter.lessons);
	}

	lesson(name) {
		return this.lessons().find((each) => each.name === name);
	}

	/** Shows the outline as the server has it. */
	show(outline) {
		this.outline = outline;
		const { words } = this;
		const published = Boolean(outline.published);
		this.find("[data-course-title]").textContent = outline.title;
		this.find("[data-published-chip]").textContent = published ? words.published : words.unpublished;
		const publish = this.find("[data-publish]");
		publish.textContent = published ? words.unpublish : words.publish;
		publish.classList.toggle("button--quiet", published);
		this.publishing.show(outline);
		this.list.show(outline);
		if (this.pane.name && !this.lesson(this.pane.name)) {
			this.pane.close();
		}
	}

	/** Opens a lesson at the right. */
	async open(name) {
		const address = new URL(location.href);
		address.searchParams.set("lesson", name);
		renameTo(address);
		this.list.mark(name);
		await this.pane.open(name);
		this.preview.follow();
	}

	/**
	 * Calls a method of the builder. What goes wrong is said on the page, and nothing is resolved to then. A token that has
	 * gone stale, because somebody signed in anew in another tab, is fetched once.
	 */
	async act(method, values) {
		try {
			const answer = await this.call(method, values);
			this.trouble("");
			return answer;
		} catch (error) {
			this.trouble(error.sentence || (error.status ? this.words.failed : this.words.offline));
			if (error.status === 404 || error.status === 417) {
				this.call("get_course", { course: this.course }).then(
					(outline) => this.show(outline),
					() => {},
				);
			}
			return undefined;
		}
	}

	call(method, values, options) {
		return this.withToken((token) => call(`authoring.${method}`, token, values, options));
	}

	upload(lesson, file) {
		return this.withToken((token) => upload("authoring.add_picture", token, { lesson }, file));
	}

	uploadCover(file) {
		return this.withToken((token) => upload("authoring.set_cover", token, { course: this.course }, file));
	}

	async withToken(send) {
		try {
			return await send(this.element.dataset.token);
		} catch (error) {
			if (error.kind !== "CSRFTokenError") {
				throw error;
			}
			const { page } = await take(location.href);
			this.element.dataset.token = page.querySelector("[data-author]").dataset.token;
			return send(this.element.dataset.token);
		}
	}

	/** Does something with the outline, shows what came of it, and says so. Resolves to the answer. */
	async change(method, values, said, undo = null) {
		const answer = await this.act(method, values);
		if (answer) {
			this.show(answer);
			const sentence = typeof said === "function" ? said(answer) : said;
			this.done(sentence, undo && (() => undo(answer)));
		}
		return answer;
	}

	/** Says what was done, with a way back where there is one. */
	done(sentence, undo = null) {
		const notice = this.find("[data-done]");
		notice.hidden = !sentence;
		notice.querySelector("p").textContent = sentence;
		this.find("[data-undo]").hidden = !undo;
		this.undoing = undo;
		if (sentence) {
			say(sentence);
		}
	}

	undo() {
		const undo = this.undoing;
		this.done("");
		undo?.();
	}

	trouble(sentence) {
		const notice = this.find("[data-trouble]");
		notice.hidden = !sentence;
		notice.querySelector("p").textContent = sentence;
	}

	async publish() {
		const { words, outline } = this;
		if (outline.published && !(await agree(words.unpublishAsk, words.unpublish, words))) {
			return;
		}
		if (outline.published || (await this.checks.passes(words.publishAnyway, () => this.release(true)))) {
			await this.release(!outline.published);
		}
	}

	async release(published) {
		const { words } = this;
		await this.pane.flush();
		const said = published ? words.publishedNow : words.unpublishedNow;
		const { name } = this.pane;
		const answer = await this.change("publish", { course: this.course, published }, said);
		if (answer && this.pane.name === name) {
			this.pane.refresh(); // another one that was opened meanwhile is as the server has it
		}
	}

	/** Goes to the place that something was found about. */
	async goTo({ lesson, part, index }) {
		if (lesson) {
			await this.open(lesson);
			await this.pane.goTo(part, index);
		} else if (part === "outline") {
			this.find("[data-chapter]:not(:has([data-lesson])) .author__input")?.focus();
		} else if (part === "cover") {
			await this.page.goTo();
		}
	}
}

function read(element, selector) {
	return JSON.parse(element.querySelector(selector).textContent);
}
