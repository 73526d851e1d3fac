/** The editor of a lesson's text. It takes and gives the HTML that is stored. */
import {
	Blockquote,
	Bold,
	BulletList,
	Code,
	CodeBlock,
	ContentParser,
	Document,
	Dropcursor,
	Editor,
	Gapcursor,
	HardBreak,
	Heading,
	HorizontalRule,
	Italic,
	Link,
	ListItem,
	ListKeymap,
	OrderedList,
	Paragraph,
	Placeholder,
	Strike,
	TableRow,
	Text,
	Underline,
	UndoRedo,
} from "libraries";

import {
	Accordion,
	AccordionTitle,
	Callout,
	Exits,
	Inline,
	Kept,
	Look,
	Looks,
	Picture,
	Plain,
	PlainCell,
	PlainHeader,
	PlainTable,
	Subscript,
	Superscript,
} from "portal/author/blocks";
import { Film } from "portal/author/films";
import { fill, make } from "portal/author/parts";
import { cleanPaste } from "portal/author/paste";
import { addPicture, fileOf, PICTURES } from "portal/author/pictures";
import { normal, toEditor, toStored } from "portal/author/stored";
import { Tools } from "portal/author/tools";

/** A form in which texts that learners see alike are alike. */
export const clean = normal;

export class TextEditor {
	/**
	 * `changed(html)` is told of each change; `upload(file)` keeps a picture and resolves to its address;
	 * `send(file, take)` keeps a film, captions or another file, and calls `take` with what has become of it.
	 */
	constructor(place, { html, words, changed, upload, send, trouble }) {
		Object.assign(this, { words, upload, send, trouble, blocks: new Map() });
		const bar = make("div", { class: "author-tools", role: "toolbar", "aria-label": words.tools.bar });
		const text = make("div", { class: "author-text__page" });
		place.append(bar, text);
		text.addEventListener("mousedown", (event) => event.target === text && this.goOnBelow(event));
		this.editor = new Editor({
			element: text,
			injectCSS: false, // the page takes styles from files only
			extensions: extensions(words, this.blocks),
			content: "",
			editorProps: {
				attributes: {
					class: "prose reading",
					role: "textbox",
					"aria-multiline": "true",
					"aria-label": words.text,
					dir: "auto",
				},
				transformPastedHTML: (pasted) => this.clean(pasted),
				handlePaste: (_view, event) => this.takeFiles(event.clipboardData),
				handleDrop: (_view, event) => this.takeFiles(event.dataTransfer),
			},
			onUpdate: () => {
				this.storePasted();
				changed(this.html());
			},
		});
		this.set(html);
		this.tools = new Tools(bar, this);
	}

	/** Shows another text; that is no change. */
	set(html) {
		const { schema, state, view } = this.editor;
		const { body } = new DOMParser().parseFromString(toEditor(html, schema, this.blocks), "text/html");
		const { content } = ContentParser.fromSchema(schema).parse(body);
		const change = state.tr.replaceWith(0, state.doc.content.size, content);
		// no step that could be undone: before it stands nothing
		view.dispatch(change.setMeta("addToHistory", false).setMeta("preventUpdate", true));
	}

	/**
	 * Changes the text where the cursor is, and gives it the focus at once: Tiptap's own `focus` does so a frame later, and
	 * what is typed until then would be lost. Args: act, adds what to do to a chain of commands.
	 */
	change(act) {
		this.editor.view.focus();
		return act(this.editor.chain()).scrollIntoView().run();
	}

	/** Chooses a picture, a film or a link of the text by its number, and gives the text the focus. */
	goTo(part, index) {
		const found = [];
		this.editor.state.doc.descendants((node, place) => {
			if (node.type.name === { picture: "image", film: "film" }[part]) {
				found.push((chain) => chain.setNodeSelection(place));
			}
			const href = node.marks.find((mark) => mark.type.name === "link")?.attrs.href;
			if (part === "link" && href !== undefined) {
				const last = found.at(-1);
				if (last?.href !== href || last.end !== place) {
					// a link with a part in bold is one link
					found.push(Object.assign((chain) => chain.setTextSelection(place), { href }));
				}
				found.at(-1).end = place + node.nodeSize;
			}
		});
		this.change(found[index] || ((chain) => chain.setTextSelection(0)));
	}

	html() {
		return toStored(this.editor.getHTML(), this.blocks);
	}

	destroy() {
		this.tools.end();
		this.editor.destroy();
	}

	/** A click below the last block, which may be one that nothing can be written behind, begins a paragraph there. */
	goOnBelow(event) {
		const { doc } = this.editor.state;
		event.preventDefault();
		if (doc.lastChild?.type.name !== "paragraph") {
			this.editor.commands.insertContentAt(doc.content.size, { type: "paragraph" });
		}
		this.change((chain) => chain.setTextSelection(this.editor.state.doc.content.size));
	}

	clean(pasted) {
		const { html, lost } = cleanPaste(pasted);
		if (lost) {
			this.trouble(fill(this.words.picturesLost, lost));
		}
		return html;
	}

	/** Pictures that come as files; others than these come with HTML, which says more. */
	takeFiles(data) {
		const files = [...(data?.files || [])].filter((file) => PICTURES.test(file.type));
		if (!files.length || data.getData("text/html")) {
			return false;
		}
		(async () => {
			for (const file of files) {
				await addPicture(this, file);
			}
		})();
		return true;
	}

	/** Pictures that a pasted text brings along become files of the lesson. */
	storePasted() {
		this.editor.state.doc.descendants((node) => {
			const { src } = node.attrs;
			if (node.type.name === "image" && src?.startsWith("data:") && !this.storing?.has(src)) {
				this.storing = (this.storing || new Set()).add(src);
				this.store(src);
			}
		});
	}

	async store(src) {
		try {
			const address = await this.upload(fileOf(src));
			this.replace(src, address);
		} catch (error) {
			this.trouble(fill(this.words.pictureFailed, error.sentence || this.words.failed));
			this.replace(src, null);
		}
	}

	/** Gives a picture its address, or takes it out. */
	replace(src, address) {
		const { tr, doc } = this.editor.state;
		doc.descendants((node, place) => {
			if (node.type.name === "image" && node.attrs.src === src) {
				if (address) {
					tr.setNodeMarkup(tr.mapping.map(place), null, { ...node.attrs, src: address });
				} else {
					tr.delete(tr.mapping.map(place), tr.mapping.map(place + node.nodeSize));
				}
			}
		});
		this.editor.view.dispatch(tr);
	}
}

function extensions(words, blocks) {
	return [
		Document,
		Paragraph,
		Text,
		Heading,
		Bold,
		Italic,
		Underline,
		Strike.extend({ parseHTML: () => [{ tag: "s" }, { tag: "strike" }] }),
		Code,
		Subscript,
		Superscript,
		Inline,
		Look,
		Looks,
		Link.extend({ inclusive: false }).configure({
			openOnClick: false,
			autolink: true,
			protocols: ["mailto", "tel"],
			HTMLAttributes: { target: null, rel: null, class: null },
		}),
		BulletList,
		OrderedList,
		ListItem,
		ListKeymap,
		Blockquote,
		CodeBlock,
		HardBreak,
		HorizontalRule,
		Picture,
		Film,
		PlainTable.configure({ resizable: false }),
		TableRow,
		PlainHeader,
		PlainCell,
		Exits,
		Plain,
		Callout,
		Accordion,
		AccordionTitle,
		Kept.configure({ blocks, label: words.keptBlock }),
		UndoRedo,
		Dropcursor,
		Gapcursor,
		Placeholder.configure({
			includeChildren: true,
			showOnlyCurrent: false,
			placeholder: ({ node, editor }) =>
				node.type.name === "accordionTitle" ? words.summary : editor.isEmpty ? words.placeholder : "",
		}),
	];
}
