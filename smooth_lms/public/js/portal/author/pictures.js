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

/** Changes the alternative text of the chosen picture. */
export async function describe(text) {
	const alt = await askAlt(text.words, text.editor.getAttributes("image").alt);
	if (alt !== undefined) {
		text.change((chain) => chain.updateAttributes("image", { alt }));
	}
}

function askAlt(words, before = "") {
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
