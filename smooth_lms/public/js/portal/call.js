/** Calls the app's methods. Every page works without; this saves what somebody does as they do it. */

const BASE = "/api/method/smooth_lms.api.";

/**
 * Posts to a method, named without the leading `smooth_lms.api.`, and resolves to its answer.
 * `last`: the page is being left; the browser sends the request all the same.
 */
export async function call(method, token, values, { last = false } = {}) {
	const response = await fetch(BASE + method, {
		method: "POST",
		credentials: "same-origin",
		keepalive: last,
		headers: {
			Accept: "application/json",
			"Content-Type": "application/json",
			"X-Frappe-CSRF-Token": token,
		},
		body: JSON.stringify(values),
	});
	return read(method, response);
}

/** Sends a file as `file` of a form to a method; resolves to its answer. */
export async function upload(method, token, values, file) {
	const form = new FormData();
	for (const [name, value] of Object.entries(values)) {
		form.append(name, value);
	}
	form.append("file", file, file.name);
	const response = await fetch(BASE + method, {
		method: "POST",
		credentials: "same-origin",
		headers: { Accept: "application/json", "X-Frappe-CSRF-Token": token },
		body: form,
	});
	return read(method, response);
}

/** The answer; else an error with `status`, `kind` (the class of the exception) and `sentence`, for people. */
async function read(method, response) {
	if (response.ok) {
		return (await response.json()).message;
	}
	const said = await response.json().catch(() => ({}));
	throw Object.assign(new Error(method), {
		status: response.status,
		kind: said.exc_type || "",
		sentence: sentenceOf(said),
	});
}

function sentenceOf(said) {
	try {
		const messages = JSON.parse(said._server_messages || "[]").map((each) => JSON.parse(each).message);
		const page = new DOMParser().parseFromString(messages.join(" "), "text/html");
		return page.body.textContent.trim();
	} catch {
		return "";
	}
}
