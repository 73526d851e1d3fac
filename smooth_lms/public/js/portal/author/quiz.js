/** The quiz of a lesson: its questions are written as lines, a block for each. */
import { chooseQuestions } from "portal/author/bank";
import { button, fill, make, shown } from "portal/author/parts";

const SETTINGS = [
	["passing_percentage", 1, 100],
	["max_attempts", 0, 100],
	["time_limit_minutes", 0, 600],
];

export class Quiz {
	constructor(pane, lesson) {
		Object.assign(this, { pane, lesson, words: pane.words, builder: pane.builder });
		this.place = make("div", { class: "author-quiz" });
		this.loaded = this.load();
	}

	async load() {
		const quiz = await this.builder.act("get_quiz", { lesson: this.lesson });
		if (quiz) {
			this.show(quiz);
		}
	}

	show(quiz) {
		const { words } = this;
		this.place.replaceChildren(
			make("h2", {}, words.questions),
			quiz.questions.length
				? make("ol", {}, ...quiz.questions.map((each) => this.question(each)))
				: make("p", { class: "meta" }, words.noQuestions),
			this.form(words.newQuestions, "", words.addQuestions, (text) => this.add(text)),
			make(
				"div",
				{ class: "buttons" },
				button(words.bank, () => this.reuse()),
			),
			quiz.quiz ? this.settings(quiz.settings) : "",
		);
	}

	question(question) {
		const { words } = this;
		const options = question.options.map(({ option, is_correct }) =>
			make(
				"li",
				{ "data-right": Boolean(is_correct) },
				make("bdi", {}, option),
				Boolean(is_correct) && make("span", { class: "meta" }, ` ${words.right}`),
			),
		);
		const name = shown(question.html);
		const row = make("li", { "data-question": question.name });
		const label = name.textContent.trim().slice(0, 60);
		row.append(
			name,
			make("ul", {}, ...options),
			make(
				"div",
				{ class: "buttons" },
				question.written &&
					button(words.change, () => this.change(question, row), {
						"aria-label": `${words.change}: ${label}`,
					}),
				button(words.remove, () => this.remove(question), {
					"aria-label": `${words.remove}: ${label}`,
				}),
			),
		);
		return row;
	}

	/** Questions as text. `send(text)` resolves to what the server says of them. */
	form(label, text, action, send) {
		const { words } = this;
		const input = make("textarea", { rows: 6, dir: "auto", spellcheck: "true" });
		input.value = text;
		const wrong = make("div", { role: "alert", class: "author-dialog__wrong" });
		const save = async (event) => {
			event.preventDefault();
			const answer = await send(input.value);
			if (answer?.troubles?.length) {
				wrong.replaceChildren(
					...answer.troubles.map(({ line, question, sentence }) =>
						make("p", {}, fill(words.questionTrouble, line, question, sentence)),
					),
				);
			} else if (answer) {
				this.show(answer);
			}
		};
		return make(
			"form",
			{ class: "author-quiz__write", submit: save },
			make("label", {}, make("span", {}, label), input),
			make("p", { class: "meta" }, words.questionHelp),
			wrong,
			make("div", { class: "buttons" }, make("button", { class: "button", type: "submit" }, action)),
		);
	}

	add(text) {
		return this.more("add_questions", { text });
	}

	async reuse() {
		const questions = await chooseQuestions(this.builder, this.lesson);
		const answer = questions?.length && (await this.more("reuse_questions", { questions }));
		if (answer) {
			this.show(answer);
		}
	}

	/** Adds questions; the first ones make the lesson one that learners may see. */
	async more(method, values) {
		const answer = await this.builder.act(method, { lesson: this.lesson, ...values });
		if (answer?.added) {
			this.builder.done(fill(this.words.questionsAdded, answer.added));
			const outline = await this.builder.act("get_course", { course: this.builder.course });
			if (outline) {
				this.builder.show(outline);
			}
		}
		return answer;
	}

	change(question, row) {
		const { words } = this;
		const form = this.form(words.change, question.written, words.ok, (text) =>
			this.builder.act("change_question", {
				lesson: this.lesson,
				question: question.name,
				text,
				mark: question.mark,
			}),
		);
		form.querySelector(".buttons").append(button(words.cancel, () => this.load()));
		row.replaceChildren(form);
		form.querySelector("textarea").focus();
	}

	async remove(question) {
		const values = { lesson: this.lesson, question: question.name };
		const answer = await this.builder.act("remove_question", values);
		if (answer) {
			this.show(answer);
			this.builder.done(this.words.questionRemoved);
		}
	}

	settings(values) {
		const field = ([name, min, max]) =>
			make(
				"label",
				{},
				make("span", {}, this.words[name]),
				make("input", {
					type: "number",
					min,
					max,
					value: values[name],
					change: (event) => this.set({ [name]: Number(event.target.value) }),
				}),
			);
		return make("div", { class: "author-quiz__settings" }, ...SETTINGS.map(field));
	}

	async set(values) {
		if (await this.builder.act("set_quiz", { lesson: this.lesson, values })) {
			this.builder.done(this.words.saved);
		}
	}
}
