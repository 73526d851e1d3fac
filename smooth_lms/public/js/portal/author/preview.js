/** The page as learners see it, in place of what is written: on a desktop or a phone. */
import { button, make } from "portal/author/parts";

const PHONE = 390;

export class Preview {
	constructor(builder) {
		this.builder = builder;
		this.switch = builder.find("[data-preview]");
		this.switch.addEventListener("click", () => this.toggle());
		document.addEventListener("keydown", (event) => {
			if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyP") {
				event.preventDefault();
				this.toggle();
			}
		});
	}

	async toggle() {
		if (this.shown) {
			this.close();
			return;
		}
		await this.builder.pane.flush();
		const { words } = this.builder;
		this.frame = make("iframe", { class: "author-preview__frame", title: words.previewOf });
		const wide = button(words.desktop, () => this.size(""), { "aria-pressed": "true" });
		const narrow = button(words.phone, () => this.size(`${PHONE}px`), { "aria-pressed": "false" });
		this.sizes = [
			[wide, ""],
			[narrow, `${PHONE}px`],
		];
		this.shown = make(
			"div",
			{ class: "author-preview" },
			make(
				"div",
				{ class: "buttons" },
				wide,
				narrow,
				button(words.back, () => this.close()),
			),
			this.frame,
		);
		this.builder.find("[data-pane]").before(this.shown);
		this.builder.find("[data-pane]").hidden = true;
		this.switch.setAttribute("aria-pressed", "true");
		this.load();
	}

	/** Another lesson was opened. */
	follow() {
		if (this.shown) {
			this.load();
		}
	}

	load() {
		const { pane, element } = this.builder;
		const lesson = pane.name ? `/${encodeURIComponent(pane.name)}` : "";
		this.frame.src = `${element.dataset.inPortal}${lesson}?${element.dataset.asWritten}=1`;
	}

	size(width) {
		this.frame.style.inlineSize = width;
		for (const [each, its] of this.sizes) {
			each.setAttribute("aria-pressed", String(its === width));
		}
	}

	close() {
		this.shown.remove();
		this.shown = null;
		this.builder.find("[data-pane]").hidden = false;
		this.switch.setAttribute("aria-pressed", "false");
		this.switch.focus();
	}
}
