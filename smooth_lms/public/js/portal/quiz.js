/** Saves the answers of a quiz as they are given, and shows the time that the server keeps. */
import { call } from "portal/call";
import { say } from "portal/live";

const PAUSE = 600;
const RETRY = 5000;
let form;

/** Begins with the quiz that the page shows. */
export function start() {
	const found = document.querySelector("[data-quiz]");
	if (found && found !== form) {
		form = found;
		prepare(found);
	}
}

function prepare(quiz) {
	const timer = document.querySelector("[data-timer]");
	const state = quiz.querySelector("[data-state]");
	const saver = new Saver(quiz, state);
	quiz.addEventListener("input", () => saver.soon());
	quiz.addEventListener("submit", () => saver.stop());
	if (timer) {
		new Clock(timer, () => finish(quiz));
	}
}

function finish(quiz) {
	if (quiz.isConnected) {
		quiz.requestSubmit(quiz.querySelector("[value=submit]"));
	}
}

class Saver {
	constructor(quiz, state) {
		this.quiz = quiz;
		this.state = state;
	}

	soon(pause = PAUSE) {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.save(), pause);
	}

	stop() {
		clearTimeout(this.timer);
		this.stopped = true;
	}

	async save() {
		const { quiz, token, saving, saved, failed } = this.quiz.dataset;
		this.state.textContent = saving;
		try {
			const answer = await call("quizzes.save", token, {
				submission: quiz,
				answers: answers(this.quiz),
			});
			if (!answer.saved) {
				location.reload(); // the time is over: the page shows the result
				return;
			}
			this.state.textContent = saved;
		} catch {
			this.state.textContent = failed;
			if (!this.stopped) {
				this.soon(RETRY);
			}
		}
	}
}

function answers(quiz) {
	const given = {};
	quiz.querySelectorAll("fieldset").forEach((question, index) => {
		const values = new FormData(quiz).getAll(`q${index}`);
		given[index] = question.dataset.multiple === "1" ? values : (values[0] ?? null);
	});
	return given;
}

class Clock {
	constructor(element, whenOver) {
		this.element = element;
		this.text = element.querySelector("[data-timer-text]");
		this.ends = performance.now() + Number(element.dataset.timer) * 1000;
		this.whenOver = whenOver;
		this.timer = setInterval(() => this.tick(), 1000);
		this.tick();
	}

	tick() {
		const left = Math.max(Math.ceil((this.ends - performance.now()) / 1000), 0);
		const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
		this.text.textContent = this.element.dataset.words.replace("{0}", clock);
		if (left <= 60 && !this.warned) {
			this.warned = true;
			this.element.classList.add("timer--soon");
			say(this.element.dataset.soon);
		}
		if (!left || !this.element.isConnected) {
			clearInterval(this.timer);
			if (!left) {
				this.whenOver();
			}
		}
	}
}
