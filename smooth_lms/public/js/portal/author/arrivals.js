/** Files and links that are put onto the outline, or chosen: sent in pieces one after the other, and made lessons of. */
import "tus";

import { button, fill, make } from "portal/author/parts";
import { addPicture, PICTURES } from "portal/author/pictures";

const ENDPOINT = "/lms-upload";
const PIECE = 4 * 1024 * 1024; // bytes; every web server takes so much
const TRIED_AGAIN_AFTER = [0, 1000, 3000, 10_000, 30_000]; // milliseconds
export const ACCEPTED =
	".zip,.mp4,.m4v,.webm,.ogv,.vtt,.pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.odp,.mp3,.m4a,.ogg,.wav";

export class Arrivals {
	constructor(builder) {
		this.builder = builder;
		this.words = builder.words;
		this.place = builder.find("[data-arrivals]");
		this.waiting = [];
		const area = builder.find("[data-outline-area]");
		builder.element.addEventListener("dragover", (event) => this.over(event, area));
		area.addEventListener("dragleave", (event) => area.contains(event.relatedTarget) || this.mark(null));
		builder.element.addEventListener("drop", (event) => this.drop(event, area));
		builder.find("[data-add-files]").addEventListener("click", () => this.choose());
		window.addEventListener("beforeunload", (event) => this.sending && event.preventDefault());
	}

	/** Says where a file would go. One that misses the outline must not take the place of the page. */
	over(event, area) {
		if (isFromElsewhere(event.dataTransfer)) {
			event.preventDefault();
			this.mark(area.contains(event.target) ? placeOf(event.target, area) : null);
		}
	}

	mark(element) {
		if (this.marked !== element) {
			this.marked?.removeAttribute("data-over");
			element?.setAttribute("data-over", "");
			this.marked = element;
		}
	}

	drop(event, area) {
		const { dataTransfer } = event;
		if (!isFromElsewhere(dataTransfer)) {
			return;
		}
		this.mark(null);
		event.preventDefault();
		const files = [...dataTransfer.files];
		if (!area.contains(event.target)) {
			// the editor has taken the pictures that fell on it
			const others = files.filter((file) => !PICTURES.test(file.type));
			this.take(others, { chapter: this.chapter(), lesson: this.builder.pane.opening });
			return;
		}
		const at = placeOf(event.target, area);
		const where = { chapter: at.dataset.chapter, lesson: at.dataset.lesson };
		where.chapter ||= at.closest("[data-chapter]")?.dataset.chapter || this.chapter();
		const url = dataTransfer.getData("text/uri-list").split("\n")[0].trim();
		if (files.length) {
			this.take(files, where);
		} else if (!url.startsWith(location.origin)) {
			this.link(where.chapter, url);
		}
	}

	/** The chapter that is being worked on. */
	chapter() {
		const { outline, pane } = this.builder;
		const open = outline.chapters.find((each) => each.lessons.some(({ name }) => name === pane.opening));
		return (open || outline.chapters.at(-1))?.name;
	}

	/** Lets somebody choose files. */
	choose(where = { chapter: this.chapter() }) {
		const input = make("input", {
			type: "file",
			multiple: true,
			accept: `${ACCEPTED},image/png,image/jpeg,image/gif,image/webp`,
			change: () => this.take([...input.files], where),
		});
		input.click();
	}

	/** Lets somebody choose a file for a lesson in place of the one it shows, or captions. */
	chooseFor(lesson, accept) {
		const input = make("input", {
			type: "file",
			accept,
			change: () => input.files[0] && this.queue(input.files[0], { lesson, instead: true }),
		});
		input.click();
	}

	async take(files, where) {
		if (!where.chapter) {
			this.builder.trouble(this.words.needChapter);
			return;
		}
		const pictures = files.filter((file) => PICTURES.test(file.type));
		const others = files.filter((file) => !pictures.includes(file));
		this.alone = others.length === 1;
		for (const file of others) {
			this.queue(file, where);
		}
		if (pictures.length) {
			await this.intoText(pictures, where);
		}
	}

	/** Pictures go to the end of the text they were put on, of the open one, or of a new lesson. */
	async intoText(pictures, { chapter, lesson }) {
		const { builder } = this;
		const name = lesson || builder.pane.opening || (await this.lessonFor(pictures[0], chapter));
		if (!name) {
			return;
		}
		if (name !== builder.pane.name) {
			await builder.open(name);
		}
		const { editor: text } = builder.pane;
		text.change((chain) => chain.setTextSelection(text.editor.state.doc.content.size));
		for (const file of pictures) {
			await addPicture(text, file);
		}
	}

	async lessonFor(file, chapter) {
		const title = file.name.replace(/\.[^.]*$/, "").slice(0, 140) || file.name;
		const answer = await this.builder.change("add_lesson", { chapter, title }, "");
		return answer?.added;
	}

	/** Makes a lesson of an address. */
	async link(chapter, url) {
		const answer = await this.builder.change("take_link", { chapter, url }, this.words.linkAdded);
		if (answer) {
			await this.builder.open(answer.added);
			this.builder.pane.nameIt();
		}
		return answer;
	}

	/** Waits until the files before it have arrived. */
	queue(file, where) {
		const state = make("span", { class: "meta", role: "status" }, this.words.waits);
		const bar = make("progress", { max: 100, value: 0, "aria-label": file.name });
		const row = make("li", {}, make("bdi", {}, file.name), bar, state);
		const entry = { file, where, row, bar, state };
		row.append(
			button(this.words.stop, () => this.stop(entry), {
				"aria-label": fill(this.words.stopFile, file.name),
			}),
		);
		this.place.append(row);
		this.place.hidden = false;
		this.waiting.push(entry);
		this.next();
	}

	stop(entry) {
		entry.stopped = true;
		entry.upload?.abort(true).catch(() => {}); // what has arrived goes by itself a day later
		this.waiting = this.waiting.filter((each) => each !== entry);
		this.leave(entry);
	}

	leave(entry) {
		entry.row.remove();
		this.place.hidden = !this.place.children.length;
		if (this.sending === entry) {
			this.sending = null;
			this.next();
		}
	}

	async next() {
		if (this.sending || !this.waiting.length) {
			return;
		}
		const entry = this.waiting.shift();
		this.sending = entry;
		try {
			const upload = await this.send(entry);
			entry.bar.removeAttribute("value");
			entry.state.textContent = this.words.checked;
			await this.arrived(entry, upload);
			this.leave(entry);
		} catch (error) {
			if (!entry.stopped) {
				this.refuse(entry, error);
			}
		}
	}

	/** Sends a file; resolves to the name of the upload. */
	send(entry) {
		const { file } = entry;
		const { course, element } = this.builder;
		return new Promise((resolve, reject) => {
			const upload = new window.tus.Upload(file, {
				endpoint: ENDPOINT,
				chunkSize: PIECE,
				retryDelays: TRIED_AGAIN_AFTER,
				overridePatchMethod: true,
				removeFingerprintOnSuccess: true,
				fingerprint: ({ name, size, lastModified }) =>
					Promise.resolve(
						["lesson", element.dataset.user, course, name, size, lastModified].join("/"),
					),
				metadata: { filename: file.name, course },
				headers: { "X-Frappe-CSRF-Token": element.dataset.token },
				onProgress: (sent, all) => this.show(entry, sent, all),
				onError: reject,
				onSuccess: () => resolve(upload.url.split("/").pop()),
			});
			entry.upload = upload;
			upload.findPreviousUploads().then(([before]) => {
				if (before) {
					upload.resumeFromPreviousUpload(before);
				}
				upload.start();
			}, reject);
		});
	}

	show(entry, sent, all) {
		const megabytes = (bytes) => (bytes / 1024 / 1024).toFixed(1);
		entry.bar.value = all ? (sent / all) * 100 : 100;
		entry.state.textContent = fill(this.words.arrivedOf, megabytes(sent), megabytes(all));
	}

	/** It has arrived as a whole: the server makes something of it. */
	async arrived({ where, file }, upload) {
		const { builder, words } = this;
		const { chapter, lesson, instead, intoText } = where;
		if (intoText) {
			intoText(await builder.call("add_to_text", { lesson, upload }));
			return;
		}
		const answer = instead
			? await builder.call("give_file", { lesson, upload })
			: await builder.call("take_file", { chapter, upload, lesson: lesson || null });
		const shown = instead ? lesson : answer.added;
		const isNew = !builder.lesson(shown);
		builder.show(answer);
		builder.done(fill(words.fileTaken, file.name));
		if (builder.pane.name === shown) {
			await builder.pane.refresh();
		} else if (isNew && this.alone && !this.waiting.length) {
			await builder.open(shown);
		}
	}

	/** Says why a file was not taken, and lets it stand until somebody has read it. */
	refuse(entry, error) {
		const said = error.sentence || error.originalResponse?.getBody() || this.words.lostUpload;
		entry.bar.remove();
		entry.state.textContent = said;
		entry.state.setAttribute("role", "alert");
		entry.row.classList.add("author-arrivals__bad");
		entry.row.querySelector("button").replaceWith(
			button(this.words.close, () => this.leave(entry), {
				"aria-label": `${this.words.close}: ${entry.file.name}`,
			}),
		);
		this.sending = null;
		this.next();
	}
}

function isFromElsewhere({ types }) {
	return types.includes("Files") || types.includes("text/uri-list");
}

function placeOf(target, area) {
	return target.closest("[data-lesson]") || target.closest("[data-chapter]") || area;
}
