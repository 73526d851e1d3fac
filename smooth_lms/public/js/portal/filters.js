/** The list of cohorts follows what is typed and chosen, and the address follows too. */
import { say } from "portal/live";
import { renameTo, take } from "portal/pages";

const PAUSE = 250;
let timer;
let latest = 0;

document.addEventListener("input", (event) => later(event, PAUSE));
document.addEventListener("change", (event) => later(event, 0));
document.addEventListener("submit", (event) => {
	if (event.target.matches("form[data-filters]")) {
		event.preventDefault();
		clearTimeout(timer);
		show(event.target);
	}
});

function later(event, pause) {
	const form = event.target.closest("form[data-filters]");
	if (form) {
		clearTimeout(timer);
		timer = setTimeout(() => show(form), pause);
	}
}

async function show(form) {
	const asked = new URLSearchParams(new FormData(form));
	for (const [name, value] of [...asked]) {
		if (!value) {
			asked.delete(name);
		}
	}
	const address = `${form.getAttribute("action")}?${asked}`;
	if (address === location.pathname + location.search) {
		return;
	}
	const mine = ++latest;
	const results = document.getElementById("results");
	results.setAttribute("aria-busy", "true");
	try {
		const { page } = await take(address);
		if (mine !== latest) {
			return; // something newer was asked meanwhile
		}
		for (const part of document.querySelectorAll("[data-swap]")) {
			const fresh = page.querySelector(`[data-swap="${part.dataset.swap}"]`);
			part.replaceWith(document.adoptNode(fresh));
		}
		renameTo(address);
		say(document.getElementById("results").dataset.said);
		document.dispatchEvent(new CustomEvent("portal:shown"));
	} catch {
		location.assign(address);
	}
}
