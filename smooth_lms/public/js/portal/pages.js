/**
 * Takes pages of this site by fetch and shows them without a reload. The server sends the same page either way;
 * whatever goes wrong here ends in an ordinary navigation.
 */

/**
 * Fetches a page. Resolves to the response's final address and the parsed document.
 * Rejects when the answer is not a page of the portal.
 */
export async function take(address, options = {}) {
	const response = await fetch(address, {
		credentials: "same-origin",
		...options,
		headers: { Accept: "text/html" },
	});
	const text = await response.text();
	if (!text.includes('id="main"')) {
		throw new Error(`no page of the portal: ${response.status}`);
	}
	return { address: response.url, page: new DOMParser().parseFromString(text, "text/html") };
}

/** The address whose page is shown, without the part behind #. */
let shown = location.pathname + location.search;

/** Shows another address of the same page, without a step in the history. */
export function renameTo(address) {
	history.replaceState(history.state, "", address);
	shown = location.pathname + location.search;
}

/** Back and Forward: what they lead to may have been shown without a load. */
window.addEventListener("popstate", () => {
	if (location.pathname + location.search !== shown) {
		location.reload();
	}
});

/** Puts the main part of a fetched page in place of the present one, and tells everybody. */
export function showMain({ address, page }) {
	const main = document.getElementById("main");
	main.replaceWith(document.adoptNode(page.getElementById("main")));
	document.title = page.title;
	if (address !== location.href) {
		history.pushState(null, "", address);
	}
	shown = location.pathname + location.search;
	document.dispatchEvent(new CustomEvent("portal:shown"));
}

/** Brings the marked parts of a lesson's page up to date, but for the one that somebody is in. */
export async function refreshParts() {
	const { page } = await take(location.href);
	for (const part of document.querySelectorAll("[data-study]")) {
		const fresh = page.querySelector(`[data-study="${part.dataset.study}"]`);
		if (fresh && !part.contains(document.activeElement)) {
			part.replaceWith(document.adoptNode(fresh));
		}
	}
}
