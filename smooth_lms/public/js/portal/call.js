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
	if (!response.ok) {
		throw Object.assign(new Error(method), { status: response.status });
	}
	return (await response.json()).message;
}
