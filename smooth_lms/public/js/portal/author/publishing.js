/** Publishing what has changed in a published course: into the version that learners are in, or as a new one. */
import { ask, button, fill, make } from "portal/author/parts";

export class Publishing {
	constructor(builder) {
		this.builder = builder;
		this.words = builder.words;
		this.button = builder.find("[data-publish-changes]");
		this.button.addEventListener("click", () => this.open());
	}

	/** Offers it where there is something to publish. */
	show({ published, chapters }) {
		const changed = chapters.flatMap(({ lessons }) => lessons).filter(({ held, draft }) => held || draft);
		this.button.hidden = !published || !changed.length;
	}

	async open() {
		const { builder, words } = this;
		const found = await builder.checks.find();
		if (found?.some((each) => each.stops)) {
			builder.checks.show(found);
			return;
		}
		const changes = found && (await builder.act("get_changes", { course: builder.course }));
		if (changes?.lessons.length) {
			const chosen = await ask(words.publishChanges, (close) =>
				this.content(changes, found.length, close),
			);
			if (chosen) {
				await (chosen.note === undefined ? this.publish(chosen.lessons) : this.renew(chosen.note));
			}
		} else if (changes) {
			builder.done(words.nothingToPublish);
		}
	}

	content({ lessons, advice, why }, advised, close) {
		const { words } = this;
		const boxes = lessons.map((lesson) =>
			make("input", { type: "checkbox", value: lesson.name, checked: true }),
		);
		const rows = lessons.map(({ title, what }, index) =>
			make(
				"li",
				{},
				make(
					"label",
					{ class: "choice" },
					boxes[index],
					make(
						"span",
						{},
						make("bdi", {}, title),
						make("span", { class: "meta" }, ` ${what.join(" · ")}`),
					),
				),
			),
		);
		const note = make("input", { id: "author-note", maxlength: 500, dir: "auto", autocomplete: "off" });
		const now = () => close({ lessons: boxes.filter((box) => box.checked).map((box) => box.value) });
		const renew = () => close({ note: note.value });
		const act = (due, label, click) =>
			make("button", { type: "button", class: due ? "button" : "button button--quiet", click }, label);
		const isVersion = advice === "version";
		const acts = [
			act(isVersion, words.publishAsVersion, renew),
			act(!isVersion, words.publishInPlace, now),
		];
		return make(
			"div",
			{ class: "author-publishing" },
			make("ul", {}, ...rows),
			make("p", {}, make("b", {}, isVersion ? words.dueVersion : words.dueChanges)),
			...why.map((each) => make("p", {}, each)),
			advised > 0 && make("p", { class: "meta" }, words.changesAdvised),
			make(
				"div",
				{ class: "field" },
				make("label", { for: "author-note" }, words.changeNote),
				note,
				make("p", { class: "meta" }, words.versionTakesAll),
			),
			make(
				"div",
				{ class: "buttons" },
				...(isVersion ? acts : acts.reverse()),
				button(words.cancel, () => close()),
			),
		);
	}

	async publish(lessons) {
		const { builder, words } = this;
		const said = ({ out }) => fill(words.changesOut, out.length);
		if (await builder.change("publish_changes", { course: builder.course, lessons }, said)) {
			builder.pane.refresh();
		}
	}

	async renew(note) {
		const { builder } = this;
		const name = await builder.act("publish_as_version", { course: builder.course, note });
		if (name) {
			location.href = `${builder.element.dataset.list}/${encodeURIComponent(name)}`;
		}
	}
}
