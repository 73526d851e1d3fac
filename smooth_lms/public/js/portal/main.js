/** What the portal's pages do with script. Without it every page works as well, with reloads. */
import "portal/filters";
import "portal/forms";
import { refine } from "portal/clock";
import { renameTo } from "portal/pages";

/** What only some pages need, by what they show. */
const PARTS = {
	"[data-lesson]": "portal/lesson",
	"[data-film]": "portal/film",
	"[data-study=outline]": "portal/outline",
	"[data-copy]": "portal/copy",
	"[data-quiz]": "portal/quiz",
	"[data-sign-in]": "portal/sign_in",
	"[data-scorm]": "portal/scorm",
	"[data-team]": "portal/team",
	"[data-author]": "portal/author/start",
};

function prepare() {
	for (const [mark, name] of Object.entries(PARTS)) {
		if (document.querySelector(mark)) {
			import(name).then((part) => part.start());
		}
	}
	for (const element of document.querySelectorAll("[data-without-script]")) {
		element.hidden = true;
	}
	showFiles();
	refine();
	forgetWhatWasDone();
}

/** Shows PDF files where the browser can and there is room; elsewhere a frame would stay empty, or download them. */
function showFiles() {
	const shown = navigator.pdfViewerEnabled && matchMedia("(min-width: 641px)").matches;
	for (const frame of shown ? document.querySelectorAll("[data-pdf]:not([src])") : []) {
		frame.src = `${frame.dataset.pdf}#navpanes=0&pagemode=none`; // without the browser's small pictures of pages
		frame.hidden = false;
	}
}

/** Takes `?done=` out of the address: a reload shall not say again what was done. */
function forgetWhatWasDone() {
	const address = new URL(location.href);
	if (address.searchParams.has("done")) {
		address.searchParams.delete("done");
		address.searchParams.delete("to");
		renameTo(address);
	}
}

/** An open menu closes by a click elsewhere and by Escape, which gives the focus back. */
function closeMenus(event) {
	for (const menu of document.querySelectorAll("details[data-closes][open]")) {
		if (event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target)) {
			menu.open = false;
			if (event.type === "keydown") {
				menu.querySelector("summary").focus();
			}
		}
	}
}

document.addEventListener("portal:shown", prepare);
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
prepare();
