/** Texts between the form in which they are stored and the one in which they are edited. */
import { ContentParser, ContentSerializer } from "libraries";

const ROWS = new Set(["THEAD", "TBODY", "TFOOT", "COLGROUP"]);
const SAME = { B: "strong", I: "em", STRIKE: "s" };
const HOLDERS = "li, td, th";
const isKnownBlock = new Map(); // by the name of an element

function parse(html) {
	// without a doctype, paragraphs would hold tables
	return new DOMParser().parseFromString(`<!doctype html>${html || ""}`, "text/html").body;
}

/**
 * A stored text as the editor can take it. What would not come out of it as it went in is put aside, block by block:
 * `blocks` gets it by a key. `schema` is that of the editor.
 */
export function toEditor(html, schema, blocks) {
	const body = parse(html);
	for (const wrapper of [...body.querySelectorAll(":scope > div.ql-editor")]) {
		wrapper.replaceWith(...wrapper.childNodes);
	}
	dropBlankText(body);
	const putAside = (nodes) => {
		const [mark, holder] = [document.createElement("div"), document.createElement("div")];
		mark.dataset.kept = String(blocks.size + 1);
		nodes[0].before(mark);
		holder.append(...nodes);
		blocks.set(mark.dataset.kept, holder.innerHTML);
	};
	wrapText(body, putAside);
	for (const list of body.querySelectorAll("ol:has(> li[data-list])")) {
		list.replaceWith(...asNestedLists(list));
	}
	for (const block of [...body.children]) {
		if (!block.dataset.kept && !comesBack(block, schema)) {
			putAside([block]);
		}
	}
	return body.innerHTML;
}

/** What the editor holds, as it is stored. */
export function toStored(html, blocks) {
	const body = parse(html);
	for (const mark of body.querySelectorAll("div[data-kept]")) {
		mark.replaceWith(...parse(blocks.get(mark.dataset.kept)).childNodes);
	}
	unwrap(body);
	const text = body.innerHTML;
	return text === "<p></p>" ? "" : text;
}

/** A form in which two texts are the same if learners see the same. */
export function normal(html) {
	const body = parse(html);
	for (const wrapper of [...body.querySelectorAll(":scope > div.ql-editor")]) {
		wrapper.replaceWith(...wrapper.childNodes);
	}
	for (const element of [...body.querySelectorAll("*")]) {
		if (ROWS.has(element.tagName)) {
			element.replaceWith(...element.childNodes);
		} else if (SAME[element.tagName]) {
			const same = document.createElement(SAME[element.tagName]);
			same.append(...element.childNodes);
			element.replaceWith(same);
		}
	}
	dropBlankText(body);
	unwrap(body);
	for (const element of body.querySelectorAll("*")) {
		const attributes = [...element.attributes].filter(({ value }) => value !== "");
		for (const { name } of [...element.attributes]) {
			element.removeAttribute(name);
		}
		for (const { name, value } of attributes.sort((one, other) => (one.name < other.name ? -1 : 1))) {
			element.setAttribute(name, name === "style" ? value.replace(/\s+|;$/g, "") : value);
		}
	}
	return body.innerHTML.replace(/&nbsp;/g, "\u00a0");
}

/** Whether a block comes out of the editor as it went in. */
function comesBack(block, schema) {
	const holder = document.createElement("div");
	holder.append(block.cloneNode(true));
	const before = holder.innerHTML;
	const parsed = ContentParser.fromSchema(schema).parse(holder);
	const after = document.createElement("div");
	after.append(ContentSerializer.fromSchema(schema).serializeFragment(parsed.content));
	return normal(before) === normal(after.innerHTML);
}

/** Blanks between blocks mean nothing. */
function dropBlankText(body) {
	for (const holder of [
		body,
		...body.querySelectorAll(
			"ul, ol, table, tr, thead, tbody, tfoot, details, div, blockquote, li, td, th",
		),
	]) {
		for (const child of [...holder.childNodes]) {
			const blank = child.nodeType === 3 && !child.data.trim();
			const besideBlock = [child.previousSibling, child.nextSibling].some(isBlock);
			if (
				child.nodeType === 8 ||
				(blank && (besideBlock || holder.matches("ul, ol, table, tr, thead, tbody, tfoot, details")))
			) {
				child.remove();
			}
		}
	}
}

/** Whether it is no part of a paragraph. The browser's parser says so: a list of ours would forget one. */
function isBlock(node) {
	if (node?.nodeType !== 1) {
		return false;
	}
	const tag = node.localName;
	if (!isKnownBlock.has(tag)) {
		isKnownBlock.set(tag, !parse(`<p><${tag}></${tag}></p>`).querySelector("p > *"));
	}
	return isKnownBlock.get(tag);
}

/**
 * Text that stands in no block gets one where there is nothing else. Beside blocks it has no space around it, as no block
 * has: there it stays as it is.
 */
function wrapText(body, putAside) {
	const isAlone = ![...body.children].some(isBlock);
	for (const run of runsOf(body)) {
		if (isAlone && !isPicture(run)) {
			const paragraph = document.createElement("p");
			run[0].before(paragraph);
			paragraph.append(...run);
		} else if (!isPicture(run)) {
			putAside(run);
		}
	}
}

function isPicture(run) {
	return run.length === 1 && run[0].localName === "img";
}

/** What stands between blocks. */
function runsOf(body) {
	const runs = [];
	for (const child of body.childNodes) {
		if (isBlock(child)) {
			continue;
		}
		if (runs.at(-1)?.at(-1) === child.previousSibling && child.previousSibling) {
			runs.at(-1).push(child);
		} else {
			runs.push([child]);
		}
	}
	return runs;
}

/** `<li><p>a</p></li>` is stored as `<li>a</li>`, and cells of tables likewise. */
function unwrap(body) {
	for (const holder of body.querySelectorAll(HOLDERS)) {
		const [first, ...rest] = holder.childNodes;
		const plain = first?.localName === "p" && !first.attributes.length;
		if (plain && rest.every((each) => ["ul", "ol"].includes(each.localName))) {
			first.replaceWith(...first.childNodes);
		}
	}
}

/** The desk's editor writes every list as one `ol`, with kinds and depths at its items. */
function asNestedLists(list) {
	const roots = [];
	const open = [];
	for (const item of [...list.children]) {
		const depth = Number(/ql-indent-(\d)/.exec(item.className)?.[1] || 0);
		const tag = item.dataset.list === "bullet" ? "ul" : "ol";
		open.length = Math.min(open.length, depth + 1);
		if (open.length === depth + 1 && open[depth].localName !== tag) {
			open.length = depth;
		}
		while (open.length <= depth) {
			const made = document.createElement(open.length === depth ? tag : "ul");
			const parent = open.at(-1);
			if (!parent) {
				roots.push(made);
			} else {
				(parent.lastElementChild || parent.appendChild(document.createElement("li"))).append(made);
			}
			open.push(made);
		}
		item.querySelector(":scope > .ql-ui")?.remove();
		item.removeAttribute("data-list");
		item.classList.remove(`ql-indent-${depth}`);
		if (!item.className) {
			item.removeAttribute("class");
		}
		open[depth].append(item);
	}
	return roots;
}
