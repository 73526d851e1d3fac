/**
 * What stays of a pasted text: headings, lists, tables, pictures and words with what is bold, italic or a link in them.
 * Nothing of its look. Word and Google Docs say in their own ways what is a list, and what is bold.
 */

const BLOCKS = new Set(["P", "UL", "OL", "LI", "TABLE", "TR", "TD", "TH", "BLOCKQUOTE", "PRE", "HR", "BR"]);
const HEADINGS = { H1: "h2", H2: "h2", H3: "h3", H4: "h4", H5: "h4", H6: "h4" };
const WORDS = { STRONG: "strong", B: "strong", EM: "em", I: "em", U: "u", S: "s", STRIKE: "s", DEL: "s" };
const WORDS_TOO = { SUB: "sub", SUP: "sup", CODE: "code" };
const OWN = new Set(["DETAILS", "SUMMARY"]);
const NEVER = new Set([
	"SCRIPT",
	"STYLE",
	"TEMPLATE",
	"IFRAME",
	"OBJECT",
	"EMBED",
	"SVG",
	"MATH",
	"HEAD",
	"TITLE",
	"META",
	"LINK",
	"NOSCRIPT",
	"SELECT",
	"TEXTAREA",
	"BUTTON",
	"INPUT",
	"AUDIO",
	"VIDEO",
	"CANVAS",
]);
const ADDRESS = /^(https?:|mailto:|tel:)/i;
const BULLET = /^[\s\u00a0]*(?:[·•◦▪§o\-–]|(\d+|[a-z])[.)])[\s\u00a0]+/i;

/** The HTML that stays of what was pasted, and how many pictures could not come along. */
export function cleanPaste(html) {
	const source = new DOMParser().parseFromString(html, "text/html").body;
	joinWordLists(source);
	const target = source.ownerDocument.createElement("div"); // of a document that loads and runs nothing
	const found = { lost: 0 };
	copy(source, target, found);
	return { html: target.innerHTML, lost: found.lost };
}

function copy(from, to, found) {
	for (const node of from.childNodes) {
		if (node.nodeType === 3) {
			to.append(node.data);
		} else if (node.nodeType === 1 && !NEVER.has(node.tagName.toUpperCase())) {
			copy(node, place(node, to, found), found);
		}
	}
}

/** The element that stands for a pasted one; the one around it where only the words stay. */
function place(node, to, found) {
	const name = node.tagName.toUpperCase();
	if (name === "IMG") {
		const src = node.getAttribute("src") || "";
		const kept = /^(https:|data:image\/(png|jpe?g|gif|webp);|\/private\/files\/|\/files\/)/i.test(src);
		found.lost += Number(!kept && Boolean(src));
		return kept ? add(to, "img", { src, alt: node.getAttribute("alt") || "" }) : to;
	}
	if (name === "A") {
		const href = (node.getAttribute("href") || "").trim();
		return ADDRESS.test(href) ? add(to, "a", { href }) : to;
	}
	if (name === "TD" || name === "TH") {
		return add(to, name.toLowerCase(), spans(node));
	}
	if (name === "DIV" && node.classList.contains("callout")) {
		return add(to, "div", {
			class: [...node.classList].filter((each) => /^callout(--\w+)?$/.test(each)).join(" "),
		});
	}
	const tag = tagFor(node, name);
	return tag ? styled(add(to, tag), node) : styled(to, node);
}

function tagFor(node, name) {
	const plain = node.style?.fontWeight === "normal" || node.style?.fontWeight === "400";
	if (WORDS[name]) {
		return plain && name === "B" ? null : WORDS[name]; // Google Docs wraps all it copies into such a one
	}
	if (name === "P" && /^Mso(Title|Subtitle)/.test(node.className)) {
		return node.className.startsWith("MsoTitle") ? "h2" : "h3";
	}
	return (
		HEADINGS[name] || WORDS_TOO[name] || (BLOCKS.has(name) || OWN.has(name) ? name.toLowerCase() : null)
	);
}

/** Bold and italic of a span that says so by its style. */
function styled(to, node) {
	if (node.tagName !== "SPAN" || to.closest("h2, h3, h4")) {
		return to;
	}
	const { fontWeight, fontStyle, verticalAlign } = node.style;
	let inner = to;
	if (fontWeight === "bold" || Number(fontWeight) >= 600) {
		inner = add(inner, "strong");
	}
	if (fontStyle === "italic") {
		inner = add(inner, "em");
	}
	if (["sub", "super"].includes(verticalAlign)) {
		inner = add(inner, verticalAlign === "sub" ? "sub" : "sup");
	}
	return inner;
}

function spans(node) {
	const found = {};
	for (const name of ["colspan", "rowspan"]) {
		const number = Number(node.getAttribute(name));
		if (number > 1 && number <= 100) {
			found[name] = number;
		}
	}
	return found;
}

function add(to, tag, attributes = {}) {
	const element = to.ownerDocument.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		element.setAttribute(name, value);
	}
	to.append(element);
	return element;
}

/** Word writes the items of a list as paragraphs that name the list's level in their style. */
function joinWordLists(body) {
	const items = [...body.querySelectorAll("p")].filter((each) =>
		/mso-list:\s*l\d+/i.test(each.getAttribute("style") || ""),
	);
	let open = [];
	let before = null;
	for (const item of items) {
		const level = Number(/level(\d)/i.exec(item.getAttribute("style"))?.[1] || 1);
		const numbered = /^[\s\u00a0]*(\d+|[a-z]|[ivx]+)[.)]/i.test(item.textContent);
		if (!before || before.holder !== item.previousElementSibling) {
			open = [];
		}
		open.length = Math.min(open.length, level);
		while (open.length < level) {
			const list = body.ownerDocument.createElement(numbered ? "ol" : "ul");
			const parent = open.at(-1)?.lastElementChild;
			if (parent) {
				parent.append(list);
			} else if (open.length) {
				open.at(-1).append(list);
			} else {
				item.before(list);
			}
			open.push(list);
		}
		dropBullet(item);
		const entry = body.ownerDocument.createElement("li");
		entry.append(...item.childNodes);
		open.at(-1).append(entry);
		item.remove();
		before = { holder: open[0] };
	}
}

/** The bullet or number stands in the text as well. */
function dropBullet(item) {
	const marked = [...item.querySelectorAll("span")].find((each) =>
		/mso-list:\s*ignore/i.test(each.getAttribute("style") || ""),
	);
	if (marked) {
		marked.remove();
		return;
	}
	const walker = item.ownerDocument.createTreeWalker(item, 4);
	const text = walker.nextNode();
	if (text) {
		text.data = text.data.replace(BULLET, "");
	}
}
