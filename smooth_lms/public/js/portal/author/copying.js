/** Lessons of another course: chosen in a dialog, copied to the end of a chapter. */
import { ask, button, make } from "portal/author/parts";

/** Asks for lessons of another course and copies them into a chapter. */
export async function copyFrom(builder, chapter) {
	const { words } = builder;
	const courses = ((await builder.act("get_courses", {})) || []).filter(
		(each) => each.name !== builder.course,
	);
	const lessons = await ask(words.copyFrom, (close) => choice(builder, courses, close));
	if (lessons?.length) {
		await builder.list.copyLessons(chapter, lessons);
	}
}

function choice(builder, courses, close) {
	const { words } = builder;
	if (!courses.length) {
		return make(
			"div",
			{},
			make("p", {}, words.noCourses),
			button(words.close, () => close()),
		);
	}
	const list = make("ul", { class: "author-choice" });
	const select = make(
		"select",
		{ id: "author-course", change: () => fillIn(builder, select.value, list) },
		...courses.map((each) => make("option", { value: each.name }, each.title)),
	);
	fillIn(builder, select.value, list);
	return make(
		"form",
		{
			submit: (event) => {
				event.preventDefault();
				close([...list.querySelectorAll("input:checked")].map((each) => each.value));
			},
		},
		make("div", { class: "field" }, make("label", { for: "author-course" }, words.course), select),
		list,
		make(
			"div",
			{ class: "buttons" },
			make("button", { class: "button", type: "submit" }, words.copyThese),
			button(words.cancel, () => close()),
		),
	);
}

async function fillIn(builder, course, list) {
	const found = await builder.act("get_course", { course });
	const rows = (found?.chapters || []).flatMap((chapter) => chapter.lessons);
	list.replaceChildren(
		...rows.map((lesson) =>
			make(
				"li",
				{},
				make(
					"label",
					{ class: "choice" },
					make("input", { type: "checkbox", value: lesson.name }),
					make("span", {}, make("bdi", {}, lesson.title)),
				),
			),
		),
	);
}
