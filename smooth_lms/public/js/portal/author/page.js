/** What the catalogue and the course's own page say of it, changed in place. */
import { button, fill, make } from "portal/author/parts";

export class CoursePage {
	constructor(builder) {
		this.builder = builder;
		this.words = builder.words;
		this.place = builder.find("[data-page]");
		this.place.addEventListener("toggle", () => this.place.open && !this.going && this.load());
	}

	/** Opens it, with the focus on the cover. */
	async goTo() {
		this.going = true; // drawn once more, it would lose the focus
		this.place.open = true;
		await this.load();
		this.going = false;
		this.place.querySelector("[data-cover]")?.focus();
	}

	async load() {
		const page = await this.builder.act("get_page", { course: this.builder.course });
		if (page) {
			this.show(page);
		}
	}

	show({ values, has_cover: hasCover, categories }) {
		const { words } = this;
		const save = (field) => (event) => this.save({ [field]: event.target.value });
		const text = (tag, name, label, attributes = {}) => {
			const input = make(tag, { id: `author-${name}`, dir: "auto", change: save(name), ...attributes });
			input.value = values[name];
			return make("div", { class: "field" }, make("label", { for: input.id }, label), input);
		};
		const category = make(
			"select",
			{ id: "author-category", change: save("category") },
			make("option", { value: "" }, words.noCategory),
			...categories.map((each) => make("option", { value: each }, each)),
		);
		category.value = values.category;
		const certificate = make("input", {
			type: "checkbox",
			checked: Boolean(values.certification),
			change: (event) => this.save({ certification: Number(event.target.checked) }),
		});
		this.place.lastElementChild.replaceChildren(
			text("input", "title", words.title, { maxlength: 140, autocomplete: "off" }),
			text("textarea", "short_introduction", words.introduction, { rows: 4, maxlength: 1000 }),
			make(
				"div",
				{ class: "field" },
				make("label", { for: "author-category" }, words.category),
				category,
			),
			make("label", { class: "choice" }, certificate, make("span", {}, words.certificate)),
			make("p", { class: "meta" }, hasCover ? words.coverOwn : words.coverDrawn),
			make(
				"div",
				{ class: "buttons" },
				button(words.chooseCover, () => this.choose(), { "data-cover": true }),
				hasCover && button(words.removeCover, () => this.removeCover()),
			),
		);
	}

	async save(values) {
		const { builder } = this;
		const page = await builder.act("save_page", { course: builder.course, values });
		if (page) {
			builder.find("[data-course-title]").textContent = page.values.title;
			builder.outline.title = page.values.title;
			builder.done(this.words.saved);
		}
	}

	choose() {
		const input = make("input", {
			type: "file",
			accept: "image/png,image/jpeg,image/gif,image/webp",
			change: () => input.files[0] && this.send(input.files[0]),
		});
		input.click();
	}

	async send(file) {
		const { builder, words } = this;
		try {
			this.show(await builder.uploadCover(file));
			builder.done(words.coverTaken);
		} catch (error) {
			builder.trouble(fill(words.pictureFailed, error.sentence || words.failed));
		}
	}

	async removeCover() {
		const page = await this.builder.act("set_cover", { course: this.builder.course });
		if (page) {
			this.show(page);
			this.builder.done(this.words.coverGone);
		}
	}
}
