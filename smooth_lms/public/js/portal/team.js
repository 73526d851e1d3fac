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
