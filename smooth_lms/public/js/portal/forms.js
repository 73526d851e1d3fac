/** Forms that change something: sent without a reload, with the answer shown and read out in place. */
import { say } from "portal/live";
import { showMain, take } from "portal/pages";

document.addEventListener("submit", async (event) => {
	const form = event.target.closest("form[data-swap-main]");
	if (!form) {
		return;
	}
	event.preventDefault();
	const button = form.querySelector("button[type=submit]");
	if (button.getAttribute("aria-busy") === "true") {
		return;
	}
	button.setAttribute("aria-busy", "true");
	try {
		showMain(await send(form));
		tell();
	} catch {
		// the answer is not ours to show (signed out meanwhile, no network): let the browser show what it is
		form.submit();
	}
});

/**
 * Sends the form. What is no page of the portal is the framework's word that the token is of a session that has
 * ended meanwhile; then the form is sent a second time with a new one.
 */
async function send(form) {
	const post = () => take(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
	try {
		return await post();
	} catch {
		const { page } = await take(location.href);
		form.elements.csrf_token.value = page.querySelector("input[name=csrf_token]").value;
		return post();
	}
}

function tell() {
	const notice = document.querySelector("[data-notice]");
	window.scrollTo({ top: 0 });
	if (notice) {
		notice.tabIndex = -1;
		notice.focus({ preventScroll: true });
		say(notice.textContent.trim());
	} else {
		document.getElementById("main").focus({ preventScroll: true });
	}
}
