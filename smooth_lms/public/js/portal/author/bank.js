/** Questions that exist already: found by their words in a dialog, and chosen. */
import { ask, button, make } from "portal/author/parts";

const PAUSE = 250; // milliseconds without a key before the server is asked

/** Asks for questions of the bank; resolves to the names of those that were chosen. */
export function chooseQuestions(builder, lesson) {
	return ask(builder.words.bank, (close) => new Bank(builder, lesson, close).content());
}

class Bank {
	constructor(builder, lesson, close) {
		Object.assign(this, { builder, lesson, close, words: builder.words });
		this.chosen = new Set();
		this.list = make("ul", { class: "author-choice", "aria-live": "polite" });
		this.input = make("input", {
			id: "author-bank",
			type: "search",
			dir: "auto",
			autocomplete: "off",
			maxlength: 140,
			input: () => {
				clearTimeout(this.waits);
				this.waits = setTimeout(() => this.find(), PAUSE);
			},
		});
		this.find();
	}

	content() {
		const { words } = this;
		return make(
			"form",
			{
				submit: (event) => {
					event.preventDefault();
					this.close([...this.chosen]);
				},
			},
			make(
				"div",
				{ class: "field" },
				make("label", { for: "author-bank" }, words.bankSearch),
				this.input,
			),
			make("p", { class: "meta" }, words.bankHelp),
			this.list,
			make(
				"div",
				{ class: "buttons" },
				make("button", { class: "button", type: "submit" }, words.bankAdd),
				button(words.cancel, () => this.close()),
			),
		);
	}

	async find() {
		const search = this.input.value.trim();
		const found = await this.builder.act("find_questions", { lesson: this.lesson, search });
		if (found && search === this.input.value.trim()) {
			const none = make("li", { class: "meta" }, this.words.bankNone);
			this.list.replaceChildren(...(found.length ? found.map((each) => this.row(each)) : [none]));
		}
	}

	row({ name, label, course_title: course, is_here: isHere }) {
		const box = make("input", {
			type: "checkbox",
			value: name,
			checked: this.chosen.has(name),
			change: () => (box.checked ? this.chosen.add(name) : this.chosen.delete(name)),
		});
		const where = make(
			"span",
			{ class: "meta" },
			make("bdi", {}, isHere ? this.words.thisCourse : course),
		);
		return make(
			"li",
			{},
			make("label", { class: "choice" }, box, make("span", {}, make("bdi", {}, label), " ", where)),
		);
	}
}
