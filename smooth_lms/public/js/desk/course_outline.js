/* The chapters and lessons of a course in its form: add, open, and put into order by dragging or by keyboard. */

window.smooth_lms = window.smooth_lms || {};

window.smooth_lms.CourseOutline = class CourseOutline {
	constructor(frm, $wrapper) {
		this.frm = frm;
		this.$wrapper = $wrapper;
		this.load();
	}

	async load() {
		this.chapters = await frappe.xcall("smooth_lms.api.courses.get_outline", {
			course: this.frm.doc.name,
		});
		this.show();
	}

	show() {
		const chapters = this.chapters.map((chapter) => this.chapter_html(chapter)).join("");
		const empty = `<p class="text-muted">${__("No chapters yet. Add the first one.")}</p>`;
		this.$wrapper.html(`
			<div class="course-outline">${chapters || empty}</div>
			<button class="btn btn-default btn-sm" data-add-chapter>${__("Add chapter")}</button>
		`);
		this.listen();
		this.make_sortable();
	}

	chapter_html(chapter) {
		const lessons = chapter.lessons.map((lesson) => this.lesson_html(lesson)).join("");
		return `
			<div class="frappe-card mb-3 p-3" data-chapter="${esc(chapter.name)}">
				<div class="d-flex align-items-center mb-2">
					${handle("chapter")}
					<a class="font-weight-bold flex-fill" href="${link("Course Chapter", chapter.name)}">${esc(chapter.title)}</a>
					${movers()}
				</div>
				<div data-lessons>${lessons}</div>
				<button class="btn btn-xs btn-default mt-2" data-add-lesson>${__("Add lesson")}</button>
			</div>`;
	}

	lesson_html(lesson) {
		const marks = [
			__(lesson.lesson_type),
			lesson.estimated_minutes && __("{0} min", [lesson.estimated_minutes]),
			!lesson.required && __("optional"),
			lesson.preview && __("free preview"),
		];
		return `
			<div class="d-flex align-items-center py-1" data-lesson="${esc(lesson.name)}">
				${handle("lesson")}
				<a class="flex-fill" href="${link("Course Lesson", lesson.name)}">${esc(lesson.title)}</a>
				<span class="text-muted small mr-3">${marks.filter(Boolean).map(esc).join(" · ")}</span>
				${movers()}
			</div>`;
	}

	listen() {
		this.$wrapper
			.find("[data-add-chapter]")
			.on("click", () => frappe.new_doc("Course Chapter", { course: this.frm.doc.name }));
		this.$wrapper.find("[data-add-lesson]").on("click", (event) => {
			const chapter = event.currentTarget.closest("[data-chapter]").dataset.chapter;
			frappe.new_doc("Course Lesson", { chapter, course: this.frm.doc.name });
		});
		this.$wrapper.find("[data-move]").on("click", (event) => this.move(event.currentTarget));
	}

	make_sortable() {
		const save = () => this.save();
		const outline = this.$wrapper.find(".course-outline")[0];
		const options = { animation: 120, onEnd: save };
		new window.Sortable(outline, {
			...options,
			handle: "[data-handle=chapter]",
			draggable: "[data-chapter]",
		});
		for (const list of outline.querySelectorAll("[data-lessons]")) {
			new window.Sortable(list, { ...options, group: "lessons", handle: "[data-handle=lesson]" });
		}
	}

	/** One step up or down with the buttons; a lesson goes on into the neighbouring chapter. */
	move(button) {
		const item = button.closest("[data-lesson], [data-chapter]");
		const up = button.dataset.move === "up";
		const neighbour = up ? item.previousElementSibling : item.nextElementSibling;
		if (neighbour) {
			neighbour[up ? "before" : "after"](item);
		} else if (item.dataset.lesson) {
			const chapter = item.closest("[data-chapter]");
			const other = up ? chapter.previousElementSibling : chapter.nextElementSibling;
			other?.querySelector("[data-lessons]")[up ? "append" : "prepend"](item);
		}
		button.focus();
		this.save();
	}

	async save() {
		const order = [...this.$wrapper[0].querySelectorAll("[data-chapter]")].map((chapter) => ({
			chapter: chapter.dataset.chapter,
			lessons: [...chapter.querySelectorAll("[data-lesson]")].map((lesson) => lesson.dataset.lesson),
		}));
		try {
			await frappe.xcall("smooth_lms.api.courses.reorder", { course: this.frm.doc.name, order });
			frappe.show_alert({ message: __("The order is saved."), indicator: "green" });
		} catch {
			this.load();
		}
	}
};

function esc(text) {
	return frappe.utils.escape_html(String(text ?? ""));
}

function link(doctype, name) {
	return esc(frappe.utils.get_form_link(doctype, name));
}

function handle(kind) {
	const title = __("Drag to move");
	return `<span class="text-muted mr-2" style="cursor: grab" data-handle="${kind}" title="${title}">⠿</span>`;
}

function movers() {
	const button = (way, sign, label) =>
		`<button class="btn btn-xs btn-link" data-move="${way}" aria-label="${label}">${sign}</button>`;
	return button("up", "↑", __("Move up")) + button("down", "↓", __("Move down"));
}
