/** The buttons above a text. */
import { TextSelection } from "libraries";

import { askFor, make } from "portal/author/parts";
import { choosePicture, describe } from "portal/author/pictures";
import { NOTES, QUESTION } from "portal/author/blocks";
import { addCaptions, addFile, addFilm } from "portal/author/films";

const STYLES = { paragraph: 0, heading: 2, subheading: 3 };
const LETTERS = { bold: "B", italic: "I", underline: "U" };
const ADDRESS = /^(https?:\/\/|mailto:|tel:)\S+$/i;

export class Tools {
	constructor(bar, text) {
		this.text = text;
		this.editor = text.editor;
		this.words = text.words.tools;
		this.states = [];
		const { words } = this;
		this.style = make(
			"select",
			{ "aria-label": words.style, change: () => this.setStyle() },
			...Object.keys(STYLES).map((each) => make("option", { value: each }, words[each])),
		);
		bar.append(
			this.style,
			...this.group([
				["bold", (chain) => chain.toggleBold(), "bold"],
				["italic", (chain) => chain.toggleItalic(), "italic"],
				["underline", (chain) => chain.toggleUnderline(), "underline"],
				["code", (chain) => chain.toggleCode(), "code"],
				["bullets", (chain) => chain.toggleBulletList(), "bulletList"],
				["numbers", (chain) => chain.toggleOrderedList(), "orderedList"],
				["quote", (chain) => chain.toggleBlockquote(), "blockquote"],
			]),
			this.button(
				"link",
				() => this.link(),
				() => this.editor.isActive("link"),
			),
			this.button(
				"picture",
				() => this.picture(),
				() => this.editor.isActive("image"),
			),
			this.button(
				"film",
				() => addFilm(this.text),
				() => this.editor.isActive("film"),
			),
			this.button("file", () => addFile(this.text)),
			...this.group([
				["table", (chain) => chain.insertTable({ rows: 3, cols: 2, withHeaderRow: true }), "table"],
				["note", (chain) => frame(chain, callout()), "callout"],
				["accordion", (chain) => frame(chain, accordion()), "accordion"],
				["question", (chain) => frame(chain, question(words)), null],
				["codeBlock", (chain) => chain.toggleCodeBlock(), "codeBlock"],
				["divider", (chain) => chain.setHorizontalRule(), null],
				["undo", (chain) => chain.undo(), null],
				["redo", (chain) => chain.redo(), null],
			]),
		);
		this.more = make("div", { class: "author-tools author-tools--more", hidden: true });
		bar.after(this.more);
		this.update = () => this.show();
		this.editor.on("transaction", this.update);
		this.show();
	}

	end() {
		this.editor.off("transaction", this.update);
	}

	group(rows) {
		return rows.map(([name, act, mark]) =>
			this.button(name, () => this.text.change(act), mark && (() => this.editor.isActive(mark))),
		);
	}

	button(name, click, isOn = null) {
		const made = make(
			"button",
			{
				type: "button",
				class: `author-tool author-tool--${name}`,
				title: this.words[name],
				"aria-label": this.words[name],
				click,
			},
			sign(name),
		);
		if (isOn) {
			this.states.push([made, isOn]);
		}
		return made;
	}

	show() {
		const level = this.editor.getAttributes("heading").level || 0;
		this.style.value =
			Object.keys(STYLES).find((each) => STYLES[each] === Math.min(level, 3)) || "paragraph";
		for (const [element, isOn] of this.states) {
			element.setAttribute("aria-pressed", String(Boolean(isOn())));
		}
		const active = ["film", "table", "callout"].find((each) => this.editor.isActive(each)) || "";
		const isQuestion = active === "callout" && this.editor.getAttributes(active).kind === QUESTION;
		const place = isQuestion ? QUESTION : active;
		if (this.more.dataset.place !== place) {
			this.more.dataset.place = place;
			this.more.hidden = !place;
			this.more.replaceChildren(...(place ? this.rest(place) : []));
		}
	}

	/** What can be done with a film, a table, a call-out or a question that the cursor is in. */
	rest(place) {
		const { words } = this;
		const word = (label, click) =>
			make("button", { type: "button", class: "author-tool author-tool--word", click }, label);
		const act = (label, change) => word(label, () => this.text.change(change));
		this.more.setAttribute("role", "toolbar");
		const labels = {
			film: words.film,
			table: words.inTable,
			callout: words.inNote,
			question: words.question,
		};
		this.more.setAttribute("aria-label", labels[place]);
		if (place === "film") {
			return [
				word(words.filmCaptions, () => addCaptions(this.text)),
				act(words.filmNoCaptions, (chain) => chain.updateAttributes("film", { tracks: [] })),
				act(words.filmAway, (chain) => chain.deleteSelection()),
			];
		}
		if (place === QUESTION) {
			return [
				act(words.addRight, (chain) => this.answer(chain, words.rightAnswer)),
				act(words.addWrong, (chain) => this.answer(chain, words.wrongAnswer)),
				act(words.away, (chain) => chain.lift("callout")),
			];
		}
		if (place === "table") {
			return [
				act(words.rowAfter, (chain) => chain.addRowAfter()),
				act(words.columnAfter, (chain) => chain.addColumnAfter()),
				act(words.rowAway, (chain) => chain.deleteRow()),
				act(words.columnAway, (chain) => chain.deleteColumn()),
				act(words.headerRow, (chain) => chain.toggleHeaderRow()),
				act(words.tableAway, (chain) => chain.deleteTable()),
			];
		}
		const kinds = [words.kindNote, words.kindTip, words.kindWarning];
		return [
			...NOTES.map((kind, index) =>
				act(kinds[index], (chain) => chain.updateAttributes("callout", { kind })),
			),
			act(words.away, (chain) => chain.lift("callout")),
		];
	}

	/** One more answer, behind the others. */
	answer(chain, feedback) {
		const { $from } = this.editor.state.selection;
		let depth = $from.depth;
		while ($from.node(depth).type.name !== "callout") {
			depth -= 1;
		}
		const place = $from.end(depth);
		return chain.insertContentAt(place, accordion(feedback)).setTextSelection(place + 2);
	}

	setStyle() {
		const level = STYLES[this.style.value];
		this.text.change((chain) => (level ? chain.setHeading({ level }) : chain.setParagraph()));
	}

	picture() {
		if (this.editor.isActive("image")) {
			describe(this.text);
		} else {
			choosePicture(this.text);
		}
	}

	async link() {
		const { words } = this.text;
		const before = this.editor.getAttributes("link").href || "";
		const href = await askFor(this.words.link, {
			label: words.linkAddress,
			help: words.linkHelp,
			value: before,
			words,
			check: (value) => (!value || ADDRESS.test(value) ? "" : words.linkWrong),
		});
		if (href === undefined) {
			return;
		}
		const isNew = this.editor.state.selection.empty && !before;
		const link = { type: "text", text: href, marks: [{ type: "link", attrs: { href } }] };
		this.text.change((chain) => {
			const change = chain.extendMarkRange("link");
			if (!href) {
				return change.unsetLink();
			}
			return isNew ? change.insertContent(link) : change.setLink({ href });
		});
	}
}

/** What a button shows: its letter, or the symbol that the page has of it. */
function sign(name) {
	const symbol = document.querySelector(`template[data-icon="${name}"]`);
	return symbol ? symbol.content.cloneNode(true) : make("span", { "aria-hidden": "true" }, LETTERS[name]);
}

/** Puts something with a frame where the cursor is, and the cursor into its first line. */
function frame(chain, content) {
	return chain.insertContent(content).command(({ tr }) => {
		const { $from } = tr.selection;
		for (let depth = $from.depth; depth > 0; depth -= 1) {
			if ($from.node(depth).type.name === content.type) {
				tr.setSelection(TextSelection.near(tr.doc.resolve($from.before(depth) + 1)));
				break;
			}
		}
		return true;
	});
}

function callout() {
	return { type: "callout", attrs: { kind: NOTES[0] }, content: [{ type: "paragraph" }] };
}

function accordion(text = "") {
	const content = text ? [{ type: "text", text }] : [];
	return { type: "accordion", content: [{ type: "accordionTitle" }, { type: "paragraph", content }] };
}

/** Opening an answer shows whether it is right, without a script. */
function question(words) {
	const answers = [accordion(words.rightAnswer), accordion(words.wrongAnswer)];
	return { type: "callout", attrs: { kind: QUESTION }, content: [{ type: "paragraph" }, ...answers] };
}
