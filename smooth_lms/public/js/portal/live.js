/** Says something to people who listen to the page: in the region that screen readers watch. */
export function say(text) {
	const region = document.getElementById("live");
	region.textContent = "";
	// an empty moment between two texts, so that the same text is read again
	requestAnimationFrame(() => {
		region.textContent = text;
	});
}
