/** Pictures of a text: chosen or dropped, described for people who do not see them, kept as files of the lesson. */
import { ask, button, fill, make } from "portal/author/parts";

export const PICTURES = /^image\/(png|jpeg|gif|webp)$/;

/** The file in a data: address. */
export function fileOf(address) {
	const [head, content] = address.split(",");
	const type = /^data:([^;]+)/.exec(head)[1];
	const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
	return new File([bytes], `picture.${type.split("/")[1]}`, { type });
}

/** Lets somebody choose a picture and puts it where the cursor is. */
export function choosePicture(text) {
	const input = make("input", {
		type: "file",
		accept: "image/png,image/jpeg,image/gif,image/webp",
		change: () => input.files[0] && addPicture(text, input.files[0]),
	});
	input.click();
}

/** Keeps a picture and puts it where the cursor is, with the alternative text that somebody gives. */
export async function addPicture(text, file) {
	const alt = await askAlt(text.words);
	if (alt === undefined) {
		return;
	}
	try {
		const src = await text.upload(file);
		text.change((chain) => chain.setImage({ src, alt }));
	} catch (error) {
		text.trouble(fill(text.words.pictureFailed, error.sentence || text.words.failed));
	}
}

const CROPS = ["", "crop-wide", "crop-square"];
const FOCUS = [
	"top-left",
	"top",
	"top-right",
	"left",
	"center",
	"right",
	"bottom-left",
	"bottom",
	"bottom-right",
];

/** Changes the alternative text of the chosen picture, and which part of it is shown. */
export async function describe(text) {
	const { alt, class: before } = text.editor.getAttributes("image");
	const names = (before || "").split(/\s+/).filter(Boolean);
	const view = {
		crop: names.find((each) => CROPS.includes(each)) || "",
		focus: names.find((each) => each.startsWith("focus-"))?.slice(6) || "center",
	};
	const described = await askAlt(text.words, alt, view);
	if (described !== undefined) {
		const others = names.filter((each) => !CROPS.includes(each) && !each.startsWith("focus-"));
		const own = view.crop ? [view.crop, `focus-${view.focus}`] : [];
		const attributes = { alt: described, class: [...others, ...own].join(" ") || null };
		text.change((chain) => chain.updateAttributes("image", attributes));
	}
}

/** Asks for the part that is shown of a picture: `view` has its `crop` and `focus`, and gets others. */
function cropFields(words, view) {
	const crop = make(
		"select",
		{
			id: "author-crop",
			change: () => {
				view.crop = crop.value;
				places.hidden = !view.crop;
			},
		},
		...CROPS.map((each) =>
			make("option", { value: each, selected: each === view.crop }, words.crops[CROPS.indexOf(each)]),
		),
	);
	const places = make(
		"fieldset",
		{ class: "author-focus", hidden: !view.crop },
		make("legend", {}, words.focus),
		...FOCUS.map((each, index) =>
			make("input", {
				type: "radio",
				name: "author-focus",
				value: each,
				checked: each === view.focus,
				"aria-label": words.focusPlaces[index],
				change: () => {
					view.focus = each;
				},
			}),
		),
	);
	return make(
		"div",
		{},
		make("div", { class: "field" }, make("label", { for: "author-crop" }, words.crop), crop),
		places,
	);
}

function askAlt(words, before = "", view = null) {
	return ask(words.alt, (close) => {
		const wrong = make("p", { class: "author-dialog__wrong", role: "alert" });
		const input = make("input", {
			id: "author-alt",
			value: before,
			dir: "auto",
			autocomplete: "off",
			maxlength: 500,
		});
		const none = make("input", { type: "checkbox" });
		return make(
			"form",
			{
				submit: (event) => {
					event.preventDefault();
					if (none.checked || input.value.trim()) {
						close(none.checked ? "" : input.value.trim());
					} else {
						wrong.textContent = words.altWanted;
					}
				},
			},
			make("div", { class: "field" }, make("label", { for: "author-alt" }, words.altText), input),
			make("label", { class: "choice" }, none, make("span", {}, words.altNone)),
			view && cropFields(words, view),
			wrong,
			make(
				"div",
				{ class: "buttons" },
				make("button", { class: "button", type: "submit" }, words.ok),
				button(words.cancel, () => close()),
			),
		);
	});
}
