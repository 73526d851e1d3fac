/** What the authors of a course should look at before they publish it, each with the way to its place. */
import { button, fill, make } from "portal/author/parts";

export class Checks {
	constructor(builder) {
		this.builder = builder;
		this.words = builder.words;
		this.place = builder.find("[data-checks]");
		builder.find("[data-check]").addEventListener("click", () => this.open());
	}

	/** Shows what there is to look at, whether or not somebody wants to publish. */
	async open() {
		const found = await this.find();
		if (found) {
			this.show(found);
		}
	}

	async find() {
		await this.builder.pane.flush();
		return this.builder.act("get_findings", { course: this.builder.course });
	}

	/** Resolves to whether nothing is left to look at; else it is shown, and `publish` is offered where that may be. */
	async passes(label, publish) {
		const found = await this.find();
		if (found?.length) {
			this.show(found, label, publish);
		}
		return found?.length === 0;
	}

	show(found, label = "", publish = null) {
		const { words } = this;
		const stops = found.some((each) => each.stops);
		const summary = !found.length ? words.checksNone : stops ? words.checksStop : words.checksAdvise;
		const go =
			publish &&
			!stops &&
			make(
				"button",
				{
					class: "button",
					type: "button",
					click: () => {
						this.close();
						publish();
					},
				},
				label,
			);
		const title = make("h2", { tabindex: "-1" }, words.checks);
		this.place.replaceChildren(
			title,
			make("p", {}, summary),
			make("ul", {}, ...found.map((each) => this.row(each))),
			make(
				"div",
				{ class: "buttons" },
				go,
				button(words.close, () => this.close(true)),
			),
		);
		this.place.hidden = false;
		(go || title).focus();
	}

	row(finding) {
		const { words } = this;
		const where = finding.title || words.course;
		const can = finding.lesson || ["outline", "cover"].includes(finding.part);
		return make(
			"li",
			{ class: "author-checks__row", "data-stops": Boolean(finding.stops) },
			make(
				"span",
				{ class: `chip chip--${finding.stops ? "bad" : "waiting"}` },
				finding.stops ? words.checkStops : words.checkAdvises,
			),
			make(
				"span",
				{ class: "author-checks__text" },
				make("b", {}, make("bdi", {}, where)),
				" ",
				make("span", {}, finding.sentence),
			),
			can &&
				button(words.goThere, () => this.builder.goTo(finding), {
					"aria-label": fill(words.goThereTo, where, finding.sentence),
				}),
		);
	}

	close(focus = false) {
		this.place.hidden = true;
		if (focus) {
			this.builder.find("[data-check]").focus();
		}
	}
}
