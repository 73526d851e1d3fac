/** What a text is made of, beyond what the editor brings along: in the form in which it is stored. */
import { Extension, Image, Mark, mergeAttributes, Node, Table, TableCell, TableHeader } from "libraries";

const BLOCKS = [
	"paragraph",
	"plain",
	"heading",
	"blockquote",
	"bulletList",
	"orderedList",
	"listItem",
	"codeBlock",
	"table",
	"tableRow",
	"tableCell",
	"tableHeader",
];
const INLINE = ["abbr", "cite", "del", "dfn", "ins", "kbd", "mark", "q", "samp", "small", "var"];
export const NOTES = ["note", "tip", "warning"];
export const QUESTION = "question";
const CALLOUTS = [...NOTES, QUESTION];

/** An attribute that is kept as it was written. */
function written(name) {
	return {
		default: null,
		parseHTML: (element) => element.getAttribute(name),
		renderHTML: (attributes) => (attributes[name] ? { [name]: attributes[name] } : {}),
	};
}

/** Looks and directions that older texts have. */
export const Looks = Extension.create({
	name: "looks",
	addGlobalAttributes() {
		const names = ["class", "style", "dir", "lang"];
		return [
			{ types: BLOCKS, attributes: Object.fromEntries(names.map((name) => [name, written(name)])) },
		];
	},
});

/** A line of an older text that is no paragraph, which would have space around it. */
export const Plain = Node.create({
	name: "plain",
	group: "block",
	content: "inline*",
	parseHTML: () => [{ tag: "div", priority: 10 }],
	renderHTML: ({ HTMLAttributes }) => ["div", HTMLAttributes, 0],
});

/** Colors and the like of a piece of text, as it was written. */
export const Look = Mark.create({
	name: "look",
	excludes: "",
	addAttributes() {
		return {
			style: written("style"),
			class: written("class"),
			dir: written("dir"),
			lang: written("lang"),
		};
	},
	parseHTML: () => [
		{ tag: "span[style]" },
		{ tag: "span[class]" },
		{ tag: "span[dir]" },
		{ tag: "span[lang]" },
	],
	renderHTML: ({ HTMLAttributes }) => ["span", HTMLAttributes, 0],
});

/** Rarer elements within text: marked words, keys, abbreviations … */
export const Inline = Mark.create({
	name: "inline",
	excludes: "",
	addAttributes() {
		return {
			tag: { default: "mark", parseHTML: (element) => element.localName, renderHTML: () => ({}) },
			title: written("title"),
			class: written("class"),
			style: written("style"),
		};
	},
	parseHTML: () => INLINE.map((tag) => ({ tag })),
	renderHTML: ({ mark, HTMLAttributes }) => [mark.attrs.tag, HTMLAttributes, 0],
});

/** The ways out of what has a frame: Enter in an empty last line of an accordion, and Ctrl and Enter anywhere. */
export const Exits = Extension.create({
	name: "exits",
	priority: 1000,
	addKeyboardShortcuts: () => ({
		Enter: ({ editor }) => {
			const { $from, empty } = editor.state.selection;
			const around = $from.node(-1);
			const isLast = around?.type.name === "accordion" && $from.index(-1) === around.childCount - 1;
			if (!empty || !isLast || around.childCount < 3 || $from.parent.content.size) {
				return false;
			}
			const own = { from: $from.before(), to: $from.after() };
			const place = $from.after(-1) - (own.to - own.from);
			return writeAt(editor.chain().deleteRange(own), place);
		},
		"Mod-Enter": ({ editor }) => {
			const { $from } = editor.state.selection;
			return $from.depth > 1 && writeAt(editor.chain(), $from.after(1));
		},
	}),
});

function writeAt(chain, place) {
	return chain
		.insertContentAt(place, { type: "paragraph" })
		.setTextSelection(place + 1)
		.run();
}

function plainMark(name, tag) {
	return Mark.create({ name, parseHTML: () => [{ tag }], renderHTML: () => [tag, 0] });
}

export const Subscript = plainMark("subscript", "sub");
export const Superscript = plainMark("superscript", "sup");

/** A picture with an alternative text. */
export const Picture = Image.extend({
	addAttributes() {
		const names = ["src", "alt", "title", "width", "height", "class", "style"];
		const attributes = Object.fromEntries(names.map((name) => [name, written(name)]));
		attributes.alt = {
			default: "",
			parseHTML: (element) => element.getAttribute("alt") || "",
			renderHTML: ({ alt }) => ({ alt }),
		};
		return attributes;
	},
	parseHTML: () => [{ tag: "img[src]:not([src^='data:'])" }],
	renderHTML: ({ HTMLAttributes }) => ["img", HTMLAttributes],
});

/** A call-out: a note, a tip or a warning; or a question that does not count, whose answers are accordions. */
export const Callout = Node.create({
	name: "callout",
	group: "block",
	content: "block+",
	defining: true,
	addAttributes() {
		return {
			kind: {
				default: NOTES[0],
				parseHTML: (element) =>
					CALLOUTS.find((each) => element.classList.contains(`callout--${each}`)) || NOTES[0],
				renderHTML: ({ kind }) => ({ class: `callout callout--${kind}` }),
			},
		};
	},
	parseHTML: () => [{ tag: "div.callout", priority: 60 }],
	renderHTML: ({ HTMLAttributes }) => ["div", HTMLAttributes, 0],
});

/** An accordion: a title that opens what is below it. Here it is always open. */
export const Accordion = Node.create({
	name: "accordion",
	group: "block",
	content: "accordionTitle block+",
	defining: true,
	isolating: true,
	parseHTML: () => [{ tag: "details" }],
	renderHTML: () => ["details", 0],
	addNodeView() {
		return () => {
			const dom = document.createElement("div");
			dom.className = "author-accordion";
			return { dom, contentDOM: dom };
		};
	},
});

export const AccordionTitle = Node.create({
	name: "accordionTitle",
	content: "inline*",
	defining: true,
	parseHTML: () => [{ tag: "summary" }],
	renderHTML: () => ["summary", 0],
	addNodeView() {
		return () => {
			const dom = document.createElement("div");
			dom.className = "author-accordion__title";
			return { dom, contentDOM: dom };
		};
	},
	addKeyboardShortcuts() {
		// Enter in the title goes on in the first paragraph below it
		return {
			Enter: ({ editor }) => {
				const { $from } = editor.state.selection;
				return (
					$from.parent.type.name === this.name &&
					editor.commands.setTextSelection($from.after() + 1)
				);
			},
		};
	},
});

// Tables as they are stored: no widths that the editor makes up
const span = (name) => ({
	default: 1,
	parseHTML: (element) => Number(element.getAttribute(name)) || 1,
	renderHTML: (attributes) => (attributes[name] > 1 ? { [name]: attributes[name] } : {}),
});
const cellAttributes = () => ({
	colspan: span("colspan"),
	rowspan: span("rowspan"),
	colwidth: { default: null, parseHTML: () => null, renderHTML: () => ({}) },
});

export const PlainTable = Table.extend({
	renderHTML: ({ HTMLAttributes }) => ["table", mergeAttributes(HTMLAttributes), ["tbody", 0]],
});
export const PlainCell = TableCell.extend({ addAttributes: cellAttributes });
export const PlainHeader = TableHeader.extend({
	addAttributes: () => ({ ...cellAttributes(), scope: written("scope") }),
});

/** What was made elsewhere and this editor cannot write: it stays as it is. */
export const Kept = Node.create({
	name: "kept",
	group: "block",
	atom: true,
	selectable: true,
	draggable: true,
	addOptions: () => ({ blocks: new Map(), label: "" }),
	addAttributes() {
		return {
			key: {
				default: "",
				parseHTML: (element) => element.dataset.kept,
				renderHTML: ({ key }) => ({ "data-kept": key }),
			},
		};
	},
	parseHTML() {
		// only what was put aside here: a pasted text that names itself so is none
		return [
			{
				tag: "div[data-kept]",
				getAttrs: (element) => this.options.blocks.has(element.dataset.kept) && null,
			},
		];
	},
	renderHTML: ({ HTMLAttributes }) => ["div", HTMLAttributes],
	addNodeView() {
		return ({ node }) => {
			const dom = document.createElement("div");
			dom.className = "author-kept";
			dom.title = this.options.label;
			dom.innerHTML = this.options.blocks.get(node.attrs.key) || "";
			return { dom };
		};
	},
});
