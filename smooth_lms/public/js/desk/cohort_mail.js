// A mail to the people of a cohort: write, look at it, send it to oneself, send it.

{
	const lms = frappe.provide("smooth_lms");

	/**
	 * @param {object} frm the form of an LMS Batch
	 * @param {string[]|null} members users; null for everybody with a seat
	 */
	lms.mail_cohort = (frm, members) => {
		const args = (values) => ({ batch: frm.doc.name, members, ...values });
		const dialog = lms.ask({
			title: __("Mail to people of {0}", [frappe.utils.escape_html(frm.doc.title)]),
			size: "large",
			fields: [
				{ fieldname: "subject", fieldtype: "Data", label: __("Subject"), reqd: 1 },
				{ fieldname: "message", fieldtype: "Text Editor", label: __("Text"), reqd: 1 },
				{ fieldname: "preview", fieldtype: "HTML" },
			],
			label: __("Show the mail"),
			action: async ({ subject, message }) => {
				const mail = args({ subject, message });
				const seen = await lms.call("cohorts.preview_mail", mail);
				show(seen);
				offer(mail, seen.recipients);
				lms.stay();
			},
		});

		const show = (seen) => {
			const names = frappe.utils.escape_html(seen.without.join(", "));
			const sentence = __("Without an e-mail address: {0}", [names]);
			const without = names ? `<p class="text-muted">${sentence}</p>` : "";
			const $preview = dialog.get_field("preview").$wrapper;
			$preview.html(`<p><b>${__("As people get it")}</b></p>${without}
				<iframe sandbox title="${__("The mail")}" style="width: 100%; height: 260px; border: 1px solid var(--border-color)"></iframe>
				<p class="mt-2"><button type="button" class="btn btn-default btn-sm" data-test>${__("Send it to me only")}</button></p>`);
			$preview.find("iframe").attr("srcdoc", seen.html);
			$preview.find("[data-test]").on("click", () => lms.act(() => test()));
		};

		const test = async () => {
			const { subject, message } = dialog.get_values();
			const address = await lms.call("cohorts.test_mail", { batch: frm.doc.name, subject, message });
			lms.say(__("A test is on its way to {0}.", [address]));
		};

		/** The button sends what was looked at. */
		const offer = (mail, number) => {
			const label = lms.plural(number, __("Send to 1 person"), __("Send to {0} people"), [number]);
			dialog.set_primary_action(label, async () => {
				const done = await lms.act(async () => {
					const sent = await lms.call("cohorts.send_mail", mail);
					lms.say(
						lms.plural(sent, __("1 mail is on its way."), __("{0} mails are on their way."), [
							sent,
						]),
					);
				});
				if (done) {
					dialog.hide();
					frm.reload_doc();
				}
			});
		};
	};
}
