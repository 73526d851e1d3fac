/** The chapters and lessons of a course: added by a title and Enter, renamed, moved, copied, removed, chosen. */
import { Sortable } from "libraries";

import { copyFrom } from "portal/author/copying";
import { askFor, button, fill, make, openMenu } from "portal/author/parts";

export class Outline {
	constructor(builder) {
		this.builder = builder;
		this.words = builder.words;
		this.place = builder.find("[data-outline]");
		this.chosen = new Set();
		this.sortables = [];
		builder.find("[data-add-chapter]").addEventListener("submit", (event) => this.addChapter(event));
		this.place.addEventListener("keydown", (event) => this.keys(event));
		this.place.addEventListener("change", (event) => this.choose(event.target));
		this.place.addEventListener("click", (event) => this.follow(event));
		this.place.addEventListener("submit", (event) => this.addLesson(event));
	}

	/** Draws it anew, with the focus where it was. */
	show({ chapters, removed }) {
		const focused = document.activeElement?.closest?.("[data-focus]")?.dataset.focus;
		const typed = this.typed();
		this.chapters = chapters;
		for (const each of this.sortables) {
			each.destroy();
		}
		this.place.replaceChildren(...chapters.map((chapter) => this.chapter(chapter)));
		this.sort();
		const known = new Set(chapters.flatMap((chapter) => chapter.lessons.map((each) => each.name)));
		this.chosen = new Set([...this.chosen].filter((name) => known.has(name)));
		this.showBulk();
		this.showRemoved(removed);
		this.mark(this.builder.pane?.name);
		for (const [name, value] of typed) {
			const input = this.place.querySelector(`[data-focus="${CSS.escape(name)}"]`);
			if (input) {
				input.value = value;
			}
		}
		if (focused) {
			this.focus(focused);
		}
	}

	typed() {
		return [...this.place.querySelectorAll(".author__input")]
			.filter((each) => each.value)
			.map((each) => [each.dataset.focus, each.value]);
	}

	focus(name) {
		this.place.querySelector(`[data-focus="${CSS.escape(name)}"]`)?.focus();
	}

	mark(name) {
		for (const link of this.place.querySelectorAll("[data-open]")) {
			if (link.dataset.open === name) {
				link.setAttribute("aria-current", "true");
			} else {
				link.removeAttribute("aria-current");
			}
		}
	}

	chapter(chapter) {
		const { words } = this;
		const title = make(
			"h2",
			{ class: "author-chapter__title", tabindex: "0", "data-focus": `chapter:${chapter.name}` },
			make("bdi", {}, chapter.title),
		);
		return make(
			"section",
			{ class: "author-chapter", "data-chapter": chapter.name },
			make("div", { class: "author-row" }, this.grip("chapter"), title, this.more(chapter.title)),
			make("ol", { "data-lessons": true }, ...chapter.lessons.map((lesson) => this.lesson(lesson))),
			make(
				"form",
				{ class: "author__add", "data-add-lesson": true },
				make("input", {
					class: "author__input",
					maxlength: 140,
					autocomplete: "off",
					dir: "auto",
					"aria-label": fill(words.addLessonTo, chapter.title),
					placeholder: words.addLesson,
					"data-focus": `add:${chapter.name}`,
				}),
			),
		);
	}

	lesson(lesson) {
		const { words } = this;
		const marks = [
			lesson.lesson_type !== "Text" && words.kinds[lesson.lesson_type],
			lesson.estimated_minutes && fill(words.minutes, lesson.estimated_minutes),
			!lesson.required && words.optional,
			lesson.preview && words.preview,
			lesson.draft && words.draft,
			lesson.held && words.held,
		].filter(Boolean);
		return make(
			"li",
			{ class: "author-row author-lesson", "data-lesson": lesson.name },
			this.grip("lesson"),
			make("input", {
				type: "checkbox",
				"data-choose": lesson.name,
				checked: this.chosen.has(lesson.name),
				"aria-label": fill(words.choose, lesson.title),
			}),
			make(
				"span",
				{ class: "author-lesson__text" },
				make(
					"a",
					{
						href: `?lesson=${encodeURIComponent(lesson.name)}`,
						draggable: "false",
						"data-open": lesson.name,
						"data-focus": `lesson:${lesson.name}`,
					},
					make("bdi", {}, lesson.title),
				),
				make("span", { class: "meta" }, marks.join(" · ")),
			),
			this.more(lesson.title),
		);
	}

	grip(kind) {
		return make(
			"span",
			{ class: "author-grip", "data-grip": kind, title: this.words.drag, "aria-hidden": "true" },
			"⠿",
		);
	}

	more(title) {
		return make(
			"button",
			{
				class: "author-more",
				type: "button",
				"data-more": true,
				"aria-haspopup": "menu",
				"aria-expanded": "false",
				"aria-label": fill(this.words.more, title),
			},
			"⋯",
		);
	}

	sort() {
		const options = {
			animation: 120,
			delay: 120,
			delayOnTouchOnly: true,
			forceFallback: true,
			fallbackTolerance: 4,
		};
		this.sortables = [
			new Sortable(this.place, {
				...options,
				handle: "[data-grip=chapter]",
				draggable: "[data-chapter]",
				onEnd: ({ item }) =>
					this.moveChapter(item.dataset.chapter, item.previousElementSibling?.dataset.chapter),
			}),
			...[...this.place.querySelectorAll("[data-lessons]")].map(
				(list) =>
					new Sortable(list, {
						...options,
						group: "lessons",
						handle: "[data-grip=lesson]",
						draggable: "[data-lesson]",
						onEnd: ({ item }) =>
							this.moveLesson(
								item.dataset.lesson,
								item.closest("[data-chapter]").dataset.chapter,
								item.previousElementSibling?.dataset.lesson,
							),
					}),
			),
		];
	}

	follow(event) {
		const link = event.target.closest("[data-open]");
		const more = event.target.closest("[data-more]");
		if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.button) {
			event.preventDefault();
			this.builder.open(link.dataset.open);
		} else if (more) {
			this.openMenu(more);
		}
	}

	openMenu(opener) {
		const { words } = this;
		const row = opener.closest("[data-lesson]") || opener.closest("[data-chapter]");
		const rows = [
			[words.rename, () => this.rename(row)],
			[words.moveUp, () => this.step(row, -1)],
			[words.moveDown, () => this.step(row, 1)],
			[words.copy, () => this.copy(row)],
			[words.remove, () => this.remove(row)],
		];
		if (!row.dataset.lesson) {
			rows.push([words.addFiles, () => this.builder.arrivals.choose({ chapter: row.dataset.chapter })]);
			rows.push([words.addQuiz, () => this.addQuiz(row.dataset.chapter)]);
			rows.push([words.copyFrom, () => copyFrom(this.builder, row.dataset.chapter)]);
		}
		openMenu(opener, opener.getAttribute("aria-label"), rows);
	}

	keys(event) {
		const row = event.target.closest("[data-open]")?.closest("[data-lesson]") || chapterOf(event.target);
		const act = {
			F2: () => this.rename(row),
			Delete: () => this.remove(row),
			ArrowUp: event.altKey && (() => this.step(row, -1)),
			ArrowDown: event.altKey && (() => this.step(row, 1)),
		}[event.key];
		if (row && act) {
			event.preventDefault();
			act();
		}
	}

	async addChapter(event) {
		event.preventDefault();
		const { title } = event.target.elements;
		const values = { course: this.builder.course, title: title.value };
		const answer = await this.builder.change(
			"add_chapter",
			values,
			fill(this.words.added, title.value.trim()),
		);
		if (answer) {
			title.value = "";
			this.focus(`add:${answer.added}`);
		}
	}

	async addLesson(event) {
		event.preventDefault();
		const input = event.target.querySelector("input");
		const { chapter } = event.target.closest("[data-chapter]").dataset;
		const title = input.value;
		input.value = "";
		if (/^https:\/\/\S+$/i.test(title.trim())) {
			input.value = (await this.builder.arrivals.link(chapter, title.trim())) ? "" : title;
			return;
		}
		const answer = await this.builder.change(
			"add_lesson",
			{ chapter, title },
			fill(this.words.added, title.trim()),
		);
		if (answer) {
			this.builder.open(answer.added);
			this.focus(`add:${chapter}`);
		} else {
			this.place.querySelector(`[data-focus="add:${CSS.escape(chapter)}"]`).value = title;
		}
	}

	async addQuiz(chapter) {
		const { words } = this;
		const title = await askFor(words.addQuiz, { label: words.title, value: words.kinds.Quiz, words });
		if (title) {
			const values = { chapter, title };
			const answer = await this.builder.change("add_quiz", values, fill(words.added, title));
			if (answer) {
				this.builder.open(answer.added);
			}
		}
	}

	async rename(row) {
		const { words } = this;
		const isLesson = Boolean(row.dataset.lesson);
		const before = row.querySelector("bdi").textContent;
		const title = await askFor(words.rename, { label: words.newTitle, value: before, words });
		if (title && title !== before) {
			const values = isLesson
				? { lesson: row.dataset.lesson, title }
				: { chapter: row.dataset.chapter, title };
			const answer = await this.builder.change(
				isLesson ? "rename_lesson" : "rename_chapter",
				values,
				"",
			);
			if (answer && row.dataset.lesson === this.builder.pane.name) {
				this.builder.pane.refresh();
			}
		}
		this.focus(focusOf(row));
	}

	/** One step up or down; a lesson goes on into the neighboring chapter. */
	step(row, by) {
		const index = this.chapters.findIndex(
			(each) => each.name === row.closest("[data-chapter]").dataset.chapter,
		);
		if (!row.dataset.lesson) {
			const names = this.chapters
				.map((each) => each.name)
				.filter((name) => name !== row.dataset.chapter);
			if (index + by >= 0 && index + by <= names.length) {
				this.moveChapter(row.dataset.chapter, names[index + by - 1]);
			}
			return;
		}
		const names = this.chapters[index].lessons.map((each) => each.name);
		const to = names.indexOf(row.dataset.lesson) + by;
		const others = names.filter((name) => name !== row.dataset.lesson);
		const next = this.chapters[index + by];
		if (to >= 0 && to < names.length) {
			this.moveLesson(row.dataset.lesson, this.chapters[index].name, others[to - 1]);
		} else if (next) {
			const last = by < 0 ? next.lessons.at(-1)?.name : undefined;
			this.moveLesson(row.dataset.lesson, next.name, last);
		}
	}

	moveChapter(chapter, after) {
		const { title } = this.chapters.find((each) => each.name === chapter);
		return this.moved("move_chapter", { chapter, after: after ?? null }, title);
	}

	moveLesson(lesson, chapter, after) {
		return this.moved(
			"move_lesson",
			{ lesson, chapter, after: after ?? null },
			this.builder.lesson(lesson).title,
		);
	}

	async moved(method, values, title) {
		// moves come one after the other: each is meant for what the one before has left
		this.moving = (this.moving || Promise.resolve()).then(() =>
			this.builder.change(method, values, fill(this.words.moved, title)),
		);
		if (!(await this.moving)) {
			this.show(this.builder.outline);
		}
	}

	async copy(row) {
		const { words } = this;
		const answer = row.dataset.lesson
			? await this.copyLessons(row.closest("[data-chapter]").dataset.chapter, [row.dataset.lesson])
			: await this.builder.change("copy_chapter", { chapter: row.dataset.chapter }, (done) =>
					copiedIn(done, words),
				);
		this.focus(answer?.copied?.length ? `lesson:${answer.copied[0]}` : focusOf(row));
	}

	copyLessons(chapter, lessons) {
		return this.builder.change("copy_lessons", { chapter, lessons }, (done) =>
			copiedIn(done, this.words),
		);
	}

	async remove(row) {
		const { words, builder } = this;
		const isLesson = Boolean(row.dataset.lesson);
		const near = neighbor(row);
		const title = row.querySelector("bdi").textContent;
		const said = ({ kept }) => fill(kept.length ? words.keptOne : words.removedOne, title);
		if (isLesson) {
			await this.removeLessons([row.dataset.lesson], said);
		} else {
			const { chapter } = row.dataset;
			await builder.change("remove_chapter", { chapter }, said, () =>
				builder.change("bring_back_chapter", { chapter }, fill(words.broughtBackLesson, title)),
			);
		}
		if (near) {
			this.focus(near);
		}
	}

	removeLessons(lessons, said) {
		const { words, builder } = this;
		const { course } = builder;
		return builder.change("remove_lessons", { course, lessons }, said, ({ taken }) =>
			builder.change(
				"bring_back_lessons",
				{ course, lessons: taken },
				fill(words.broughtBackLesson, taken.length),
			),
		);
	}

	choose(box) {
		if (!box.dataset.choose) {
			return;
		}
		if (box.checked) {
			this.chosen.add(box.dataset.choose);
		} else {
			this.chosen.delete(box.dataset.choose);
		}
		this.showBulk();
	}

	showBulk() {
		const { words } = this;
		const bar = this.builder.find("[data-bulk]");
		const lessons = [...this.chosen];
		bar.hidden = !lessons.length;
		if (bar.hidden) {
			return;
		}
		const set = (values) => () =>
			this.builder.change("set_lessons", { course: this.builder.course, lessons, values }, words.saved);
		bar.replaceChildren(
			make("p", {}, fill(words.chosen, lessons.length)),
			button(words.setNeeded, set({ required: 1 })),
			button(words.setOptional, set({ required: 0 })),
			button(words.setPreview, set({ preview: 1 })),
			button(words.setNoPreview, set({ preview: 0 })),
			button(words.setMinutes, () => this.setMinutes(set)),
			button(words.remove, () => this.removeChosen(lessons)),
		);
	}

	async setMinutes(set) {
		const { words } = this;
		const minutes = await askFor(words.setMinutes, { label: words.minutesEach, type: "number", words });
		if (minutes) {
			set({ estimated_minutes: Number(minutes) })();
		}
	}

	async removeChosen(lessons) {
		const { words } = this;
		const titles = Object.fromEntries(lessons.map((name) => [name, this.builder.lesson(name).title]));
		await this.removeLessons(lessons, ({ kept }) =>
			kept.length
				? fill(words.keptSome, kept.map((name) => titles[name]).join(", "))
				: words.removedSome,
		);
	}

	showRemoved(removed) {
		const { words, builder } = this;
		const place = builder.find("[data-removed]");
		place.hidden = !removed.length;
		place.querySelector("summary").textContent = fill(words.removedTitle, removed.length);
		const bringBack = ({ name, title }) =>
			builder.change(
				"bring_back_lessons",
				{ course: builder.course, lessons: [name] },
				fill(words.broughtBackLesson, title),
			);
		place.querySelector("ul").replaceChildren(
			...removed.map((each) =>
				make(
					"li",
					{ class: "author-row" },
					make(
						"span",
						{ class: "author-lesson__text" },
						make("bdi", {}, each.title),
						make("span", { class: "meta" }, each.kept ? words.isKept : words.goes),
					),
					button(words.bringBack, () => bringBack(each), {
						"aria-label": `${words.bringBack}: ${each.title}`,
					}),
				),
			),
		);
	}
}

function chapterOf(element) {
	return element.closest("[data-focus^='chapter:']")?.closest("[data-chapter]");
}

function focusOf(row) {
	return row.dataset.lesson ? `lesson:${row.dataset.lesson}` : `chapter:${row.dataset.chapter}`;
}

function neighbor(row) {
	const near = row.nextElementSibling || row.previousElementSibling;
	if (near) {
		return focusOf(near);
	}
	const chapter = row.closest("[data-chapter]");
	return row.dataset.lesson ? `add:${chapter.dataset.chapter}` : null;
}

/** What copying has done, in words. */
export function copiedIn(done, words) {
	const left = done.left_out.length ? fill(words.leftOut, done.left_out.join(", ")) : "";
	return [done.copied.length ? words.copied : "", left].filter(Boolean).join(" ") || words.copied;
}
