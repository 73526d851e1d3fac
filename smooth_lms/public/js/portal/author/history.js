/** Earlier texts of a lesson: who wrote them, and the way back. */
import { ask, button, fill, make, shown } from "portal/author/parts";

/** Shows the history of the chosen lesson. */
export async function showHistory(pane) {
	await pane.flush();
	const { builder, words } = pane;
	const entries = await builder.act("get_history", { lesson: pane.name });
	if (!entries) {
		return;
	}
	const entry = await ask(words.history, (close) => list(pane, entries, close));
	if (entry) {
		bringBack(pane, entry);
	}
}

function list(pane, entries, close) {
	const { words } = pane;
	const text = make("div", { class: "author-history__text" });
	const rows = entries.map((entry, index) => {
		const until = new Date(entry.until.replace(" ", "T")).toLocaleString(document.documentElement.lang);
		const name = fill(words.historyUntil, until, entry.by);
		const open = button(`${name} (${fill(words.historyEntry, index + 1, entry.words)})`, () =>
			look(pane, entry, text, close),
		);
		return make("li", {}, open);
	});
	return make(
		"div",
		{ class: "author-history" },
		entries.length ? make("ol", {}, ...rows) : make("p", {}, words.historyNone),
		text,
		button(words.close, () => close()),
	);
}

async function look(pane, entry, place, close) {
	const html = await pane.builder.act("get_earlier_text", { lesson: pane.name, entry: entry.name });
	if (html !== undefined) {
		place.replaceChildren(
			shown(html),
			make(
				"button",
				{ class: "button", type: "button", click: () => close(entry.name) },
				pane.words.historyBack,
			),
		);
	}
}

async function bringBack(pane, entry) {
	if (await pane.builder.act("bring_back_text", { lesson: pane.name, entry })) {
		await pane.refresh();
		pane.builder.done(pane.words.historyDone);
	}
}
