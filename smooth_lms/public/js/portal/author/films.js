/** Films, their captions and files within a text: sent as lessons' files are, and kept as files of the lesson. */
import { Node } from "libraries";

import { ACCEPTED } from "portal/author/arrivals";
import { make } from "portal/author/parts";

const FILMS = ".mp4,.m4v,.webm,.ogv";
const CAPTIONS = ".vtt";
const DOCUMENTS = ACCEPTED.split(",").filter(
	(each) => ![...FILMS.split(","), CAPTIONS, ".zip"].includes(each),
);

function tracksOf(element) {
	return [...element.querySelectorAll("track[src]")].map((track) => ({
		src: track.getAttribute("src"),
		srclang: track.getAttribute("srclang") || "",
		label: track.getAttribute("label") || "",
	}));
}

/** A film that is played where it stands. */
export const Film = Node.create({
	name: "film",
	group: "block",
	atom: true,
	draggable: true,
	addAttributes: () => ({
		src: { default: "" },
		tracks: { default: [] },
	}),
	parseHTML: () => [
		{
			tag: "video[src]",
			getAttrs: (element) => ({ src: element.getAttribute("src"), tracks: tracksOf(element) }),
		},
	],
	renderHTML: ({ node }) => [
		"video",
		{ controls: "", preload: "metadata", src: node.attrs.src },
		...node.attrs.tracks.map((track) => ["track", { kind: "captions", ...track }]),
	],
});

function choose(text, accept, take) {
	const input = make("input", {
		type: "file",
		accept,
		change: () => input.files[0] && text.send(input.files[0], take),
	});
	input.click();
}

/** Lets somebody choose a film and puts it where the cursor is. */
export function addFilm(text) {
	choose(text, FILMS, ({ url }) =>
		text.change((chain) => chain.insertContent({ type: "film", attrs: { src: url, tracks: [] } })),
	);
}

/** Gives the chosen film captions; those that it has in that language go. */
export function addCaptions(text) {
	const { src } = text.editor.getAttributes("film");
	choose(text, CAPTIONS, ({ url, language, language_name: label }) => {
		const { tr, doc } = text.editor.state;
		doc.descendants((node, place) => {
			if (node.type.name === "film" && node.attrs.src === src) {
				const others = node.attrs.tracks.filter(({ srclang }) => srclang !== language);
				const tracks = [...others, { src: url, srclang: language, label }];
				tr.setNodeMarkup(place, null, { ...node.attrs, tracks });
			}
		});
		text.editor.view.dispatch(tr);
	});
}

/** Lets somebody choose a file and puts a link to it where the cursor is. */
export function addFile(text) {
	choose(text, DOCUMENTS.join(","), ({ url, name }) => {
		const marks = [{ type: "link", attrs: { href: url } }];
		text.change((chain) =>
			chain.insertContent([
				{ type: "text", text: name, marks },
				{ type: "text", text: " " },
			]),
		);
	});
}
