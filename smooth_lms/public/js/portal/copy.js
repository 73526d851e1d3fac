/** Buttons that copy an address. Where the browser does not let them, the text is selected to be copied by hand. */
import { say } from "portal/live";

export function start() {
	for (const button of document.querySelectorAll("[data-copy]")) {
		button.hidden = false;
		button.onclick = () => copy(button);
	}
}

async function copy(button) {
	const field = document.getElementById(button.dataset.copy);
	try {
		await navigator.clipboard.writeText(field.value);
		button.querySelector("span").textContent = button.dataset.done;
		say(button.dataset.done);
	} catch {
		field.focus();
		field.select();
	}
}
