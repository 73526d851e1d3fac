/** The team: people open in place, and what is ticked says how many it is. */
import { say } from "portal/live";
import { take } from "portal/pages";

export function start() {
	const form = document.querySelector("[data-team]");
	if (form.dataset.started) {
		return;
	}
	form.dataset.started = "1";
	form.addEventListener("click", open);
	form.addEventListener("change", () => count(form));
	form.addEventListener("submit", remind);
	const all = form.querySelector("[data-all]");
	if (all) {
		all.hidden = false;
		all.addEventListener("click", () => {
			for (const box of form.querySelectorAll("input[name=member]")) {
				box.checked = true;
			}
			count(form);
		});
		count(form);
	}
}

/** The bar appears with the first tick, and says how many there are. */
function count(form) {
	const bar = form.querySelector("[data-bar]");
	if (!bar) {
		return;
	}
	const ticked = form.querySelectorAll("input[name=member]:checked").length;
	const button = bar.querySelector("[type=submit]");
	button.hidden = !ticked;
	button.textContent = ticked === 1 ? bar.dataset.one : bar.dataset.words.replace("{0}", ticked);
	bar.classList.toggle("team__bar--shown", Boolean(ticked));
}

/** Reminds one person: their row says so in place; whatever else is on the page stays. */
async function remind(event) {
	const button = event.submitter;
	if (button?.name !== "only") {
		return;
	}
	event.preventDefault();
	if (button.getAttribute("aria-busy") === "true") {
		return;
	}
	button.setAttribute("aria-busy", "true");
	const form = event.currentTarget;
	const values = { csrf_token: form.elements.csrf_token.value, only: button.value };
	try {
		const { page } = await take(form.getAttribute("action"), {
			method: "POST",
			body: new URLSearchParams(values),
		});
		const row = button.closest("tr");
		const link = row.querySelector("a[data-opens]").getAttribute("href");
		const fresh = page.querySelector(`a[data-opens][href="${CSS.escape(link)}"]`)?.closest("tr");
		show(page.querySelector("[data-notice]"));
		if (fresh) {
			row.replaceWith(document.adoptNode(fresh));
			fresh.querySelector("a[data-opens]").focus();
		}
	} catch {
		// signed out meanwhile, or no network: let the browser show what it is
		form.removeEventListener("submit", remind);
		form.requestSubmit(button);
	}
}

/** What the server says of it, in the place of what was said before. */
function show(notice) {
	const main = document.getElementById("main");
	main.querySelector("[data-notice]")?.remove();
	if (notice) {
		main.prepend(document.adoptNode(notice));
		say(notice.textContent.trim());
	}
}

/** Shows a person's training beneath their row; a second click takes it away. Their page is one more click. */
async function open(event) {
	const link = event.target.closest("a[data-opens]");
	if (!link || event.metaKey || event.ctrlKey || event.shiftKey) {
		return;
	}
	event.preventDefault();
	const row = link.closest("tr");
	const opened = row.nextElementSibling;
	if (opened?.classList.contains("team__opened")) {
		opened.remove();
		link.setAttribute("aria-expanded", "false");
		return;
	}
	link.setAttribute("aria-busy", "true");
	try {
		const { page } = await take(link.href);
		const person = page.querySelector("[data-person]");
		for (const element of person.querySelectorAll("[id], [aria-labelledby]")) {
			element.removeAttribute("id");
			element.removeAttribute("aria-labelledby");
		}
		for (const buttons of person.querySelectorAll(".buttons")) {
			buttons.replaceWith(wayTo(link));
		}
		row.after(inside(person, row.cells.length));
		link.setAttribute("aria-expanded", "true");
		say(page.querySelector("h1").textContent.trim());
	} catch {
		location.assign(link.href);
	} finally {
		link.removeAttribute("aria-busy");
	}
}

/** Forms cannot stand in the form of the table: deciding happens on the person's page. */
function wayTo(link) {
	const way = document.createElement("a");
	way.href = link.href;
	way.textContent = document.querySelector("[data-team]").dataset.decide;
	return way;
}

function inside(content, columns) {
	const row = document.createElement("tr");
	row.className = "team__opened";
	row.setAttribute("role", "row");
	const cell = row.insertCell();
	cell.colSpan = columns;
	cell.setAttribute("role", "cell");
	cell.append(document.adoptNode(content));
	return row;
}
