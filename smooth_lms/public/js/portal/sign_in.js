/** Signs in by Frappe's own method, which knows about locked accounts, expired passwords and second factors. */

/** Begins with the form that the page shows; without script the page leads to Frappe's own. */
export function start() {
	const form = document.querySelector("[data-sign-in]");
	form.hidden = false;
	form.elements.usr.focus();
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		submit(form);
	});
}

async function submit(form) {
	const button = form.querySelector("[type=submit]");
	if (button.getAttribute("aria-busy") === "true") {
		return;
	}
	button.setAttribute("aria-busy", "true");
	try {
		const response = await fetch(form.action, {
			method: "POST",
			credentials: "same-origin",
			headers: { Accept: "application/json" },
			body: new URLSearchParams(new FormData(form)),
		});
		const answer = await response.json().catch(() => ({}));
		if (response.ok && answer.verification) {
			location.assign(otherWays(form)); // a second factor, which Frappe's page asks for
		} else if (response.ok) {
			location.assign(answer.redirect_to || form.dataset.signIn);
		} else {
			tell(form, said(answer) || form.dataset[response.status === 401 ? "wrong" : "failed"]);
		}
	} catch {
		tell(form, form.dataset.failed);
	} finally {
		button.removeAttribute("aria-busy");
	}
}

function otherWays(form) {
	return `/login?${new URLSearchParams({ "redirect-to": form.dataset.signIn })}`;
}

/** What the server says about an account that is locked or disabled, without tags. */
function said({ _server_messages: messages }) {
	try {
		const [first] = JSON.parse(messages);
		const parsed = new DOMParser().parseFromString(JSON.parse(first).message, "text/html");
		return parsed.body.textContent.trim();
	} catch {
		return "";
	}
}

function tell(form, sentence) {
	const alert = document.querySelector("[data-sign-in-alert]");
	alert.hidden = false;
	alert.querySelector("p").textContent = sentence;
	alert.focus();
	form.elements.pwd.value = "";
}
