/** The list of lessons shows the one that somebody is in, also where it is longer than its box. */
let shown;

export function start() {
	const box = document.querySelector("[data-study=outline]");
	const here = box.querySelector("[aria-current=page]");
	if (!here || shown === here) {
		return;
	}
	shown = here;
	const item = here.closest("li");
	const top = item.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
	box.scrollTop = top - (box.clientHeight - item.offsetHeight) / 2;
}
