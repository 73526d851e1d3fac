// How forms and lists of ours ask and act: empty values stay at home, a refusal shows the server's sentence and leaves
// the dialog open with what was typed, a button works once at a time.
(() => {
	const lms = frappe.provide("smooth_lms");
	const empty = (value) => value === undefined || value === null || value === "";
	const FRAPPE_SAYS = [401, 403, 404, 413, 500, 502, 504, 508];

	/** The arguments that say something. jQuery would send null and undefined as empty texts. */
	lms.filled = (args) => Object.fromEntries(Object.entries(args).filter(([, value]) => !empty(value)));

	/**
	 * Call a method of the API, with the desk frozen meanwhile.
	 * @param {string} method below `smooth_lms.api`, such as `batches.enroll`
	 * @param {object} args empty ones are left out
	 * @returns {Promise<any>} the answer; rejected when it was refused, and the reader has been told why
	 */
	lms.call = (method, args = {}) => {
		return new Promise((resolve, reject) => {
			frappe
				.call({ method: `smooth_lms.api.${method}`, args: lms.filled(args), freeze: true })
				.then((answer) => resolve(answer.message))
				.catch((xhr) => {
					// Frappe shows what the server says; where it says nothing, silence would look like a dead button
					const told = xhr?.responseJSON?._server_messages || xhr?.responseJSON?._error_message;
					if (!told && !FRAPPE_SAYS.includes(xhr?.status)) {
						frappe.msgprint({
							title: __("That did not work"),
							indicator: "red",
							message: __("The server did not say why. Reload the page and try again."),
						});
					}
					reject(new Refused());
				});
		});
	};

	/** Ask the API for something that a page can do without: null where it is refused, and nobody is told. */
	lms.call_quietly = (method, args = {}) =>
		frappe.call({ method: `smooth_lms.api.${method}`, args: lms.filled(args), silent: true }).then(
			(answer) => answer.message,
			() => null,
		);

	class Refused extends Error {}

	/** Say why an action cannot be done yet, and leave the dialog open. */
	lms.refuse = (sentence) => {
		frappe.msgprint({ title: __("Not yet"), indicator: "orange", message: sentence });
		throw new Refused();
	};

	/** Leave the dialog open: there is more to do in it. */
	lms.stay = () => {
		throw new Refused();
	};

	/** Do something that `lms.call` may refuse. Whoever asked has been told; other errors go on. */
	const attempt = async (action) => {
		try {
			await action();
			return true;
		} catch (error) {
			if (!(error instanceof Refused)) throw error;
			return false;
		}
	};

	/** Act at once, such as for a button without a dialog. */
	lms.act = attempt;

	/** Ask yes or no, then act; the button carries `label` where one is given. */
	lms.confirm = (question, action, label = null) => {
		const dialog = frappe.confirm(question, () => attempt(action));
		if (label) dialog.get_primary_btn().text(label);
	};

	/** Ask yes or no. @returns {Promise<boolean>} whether the reader agrees; closing the question is a no. */
	lms.agree = (question, label) => {
		return new Promise((resolve) => {
			const dialog = frappe.confirm(
				question,
				() => resolve(true),
				() => resolve(false),
			);
			dialog.get_primary_btn().text(label);
		});
	};

	/**
	 * Ask for values, then act on them. The dialog closes when the action has succeeded.
	 * @param {object} what
	 * @param {string} what.title its heading
	 * @param {object[]} what.fields as of frappe.ui.Dialog
	 * @param {string} what.label of the button
	 * @param {(values: object) => Promise<void>} what.action what to do
	 */
	lms.ask = ({ title, fields, label, action, ...more }) => {
		const dialog = new frappe.ui.Dialog({
			title,
			fields,
			primary_action_label: label,
			primary_action: async (values) => {
				const button = dialog.get_primary_btn().prop("disabled", true);
				try {
					if (await attempt(() => action(lms.filled(values)))) dialog.hide();
				} finally {
					button.prop("disabled", false);
				}
			},
			...more,
		});
		dialog.show();
		return dialog;
	};

	/**
	 * The sentence for a number, as `plural` of smooth_lms/base/words.py chooses it.
	 * @param {number} number what is counted
	 * @param {string} one the translated sentence for one
	 * @param {string} many the translated sentence for more; further forms of a language stand in it, divided by " | "
	 * @param {Array} values what its {0}, {1} … stand for
	 */
	lms.plural = (number, one, many, values = []) => {
		const language = (frappe.boot.lang || "en").replace("_", "-");
		const rules = new Intl.PluralRules(language);
		const known = rules.resolvedOptions().pluralCategories;
		const further = ["zero", "two", "few", "many", "other"].filter((name) => known.includes(name));
		const forms = many.split(" | ");
		const place = further.indexOf(rules.select(number));
		const form = place < 0 ? one : forms[Math.min(place, forms.length - 1)];
		return __(form, values);
	};

	/**
	 * Empty a link of a new record that Frappe has filled with the default of that name, such as the site's company.
	 * `begins_empty` of the record's class keeps the server from doing so. A copy keeps what it was copied from.
	 */
	lms.begin_empty = (frm, field) => {
		const copied = frm.doc.__run_link_triggers === false;
		if (frm.is_new() && !copied && frm.doc[field] === frappe.defaults.get_user_default(field)) {
			frm.doc[field] = null;
		}
	};

	/** Tell a small success. */
	lms.say = (message, indicator = "green") => frappe.show_alert({ message, indicator });
})();
