/** Small pieces that the builder is made of. */

/** A new element: `make("button", { class: "button", type: "button" }, "Save", another)`. */
export function make(tag, attributes = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (typeof value === "function") {
			element.addEventListener(name, value);
		} else if (value === true) {
			element.setAttribute(name, "");
		} else if (value !== false && value != null) {
			element.setAttribute(name, value);
		}
	}
	element.append(...children.filter((each) => each != null && each !== false));
	return element;
}

/** A button that does something. */
export function button(label, click, attributes = {}) {
	return make("button", { class: "button button--quiet", type: "button", click, ...attributes }, label);
}

/** A sentence with values in place of {0}, {1} … */
export function fill(sentence, ...values) {
	return sentence.replace(/\{(\d)\}/g, (_all, index) => values[index]);
}

/**
 * Asks in a dialog. `content(close)` makes what stands in it; resolves to what `close` was called with, and to
 * undefined where the dialog was left.
 */
export function ask(title, content) {
	return new Promise((resolve) => {
		const dialog = make("dialog", { class: "author-dialog", "aria-label": title });
		let answer;
		const close = (value) => {
			answer = value;
			dialog.close();
		};
		dialog.append(make("h2", {}, title), content(close));
		dialog.addEventListener("close", () => {
			dialog.remove();
			resolve(answer);
		});
		document.body.append(dialog);
		dialog.showModal();
	});
}

/** Asks for one line. `check(value)` returns a sentence where something is wrong. */
export function askFor(title, { label, value = "", help = "", type = "text", words, check = () => "" }) {
	return ask(title, (close) => {
		const wrong = make("p", { class: "author-dialog__wrong", role: "alert" });
		const input = make("input", {
			id: "author-asked",
			type,
			value,
			dir: "auto",
			autocomplete: "off",
			min: 0,
		});
		return make(
			"form",
			{
				submit: (event) => {
					event.preventDefault();
					const said = check(input.value.trim());
					wrong.textContent = said;
					if (!said) {
						close(input.value.trim());
					}
				},
			},
			make("div", { class: "field" }, make("label", { for: "author-asked" }, label), input),
			help && make("p", { class: "meta" }, help),
			wrong,
			make(
				"div",
				{ class: "buttons" },
				make("button", { class: "button", type: "submit" }, words.ok),
				button(words.cancel, () => close()),
			),
		);
	});
}

/** Asks yes or no. */
export function agree(question, yes, words) {
	return ask(question, (close) =>
		make(
			"div",
			{ class: "buttons" },
			make("button", { class: "button", type: "button", click: () => close(true) }, yes),
			button(words.cancel, () => close(false)),
		),
	);
}

/** A menu below a button: rows of `[label, act]`. Escape and a click elsewhere close it. */
export function openMenu(opener, label, rows) {
	document.querySelector(".author-menu")?.remove();
	const items = rows.map(([text, act]) =>
		make(
			"button",
			{ type: "button", role: "menuitem", class: "author-menu__item", click: () => leave(act) },
			text,
		),
	);
	const menu = make("div", { class: "author-menu", role: "menu", "aria-label": label }, ...items);
	const outside = (event) => !menu.contains(event.target) && leave();
	const keys = (event) => {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (event.key === "Escape" || event.key === "Tab") {
			leave(() => opener.focus());
		} else if (step) {
			const next = items.indexOf(document.activeElement) + step;
			items[(next + items.length) % items.length].focus();
		} else {
			return;
		}
		event.preventDefault();
		event.stopPropagation();
	};
	function leave(act) {
		document.removeEventListener("pointerdown", outside, true);
		opener.setAttribute("aria-expanded", "false");
		menu.remove();
		act?.();
	}
	menu.addEventListener("keydown", keys);
	document.addEventListener("pointerdown", outside, true);
	opener.setAttribute("aria-expanded", "true");
	opener.after(menu);
	items[0].focus();
}

/** A text for looking at. It comes from the server, which has cleaned it. */
export function shown(html) {
	const element = make("div", { class: "prose author-shown", dir: "auto" });
	element.innerHTML = html;
	return element;
}
