// Preview, activate and stop a requirement. What it does is decided on the server.

frappe.ui.form.on("LMS Training Requirement", {
	async onload(frm) {
		await frappe.require("/assets/smooth_lms/js/desk/audience.js");
		window.smooth_lms.choose_audience(frm);
	},

	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Preview"), () => smooth_lms.act(() => preview(frm)));
		if (frm.doc.active && !frm.doc.frozen) {
			frm.add_custom_button(__("Assign now"), () => smooth_lms.act(() => assign(frm)));
			frm.add_custom_button(__("Stop"), () => stop(frm));
		} else {
			frm.add_custom_button(__("Activate"), () => smooth_lms.act(() => activate(frm))).addClass(
				"btn-primary",
			);
		}
		frm.add_custom_button(
			__("Review list"),
			() =>
				frappe.set_route("List", "LMS Training Review", {
					requirement: frm.doc.name,
					state: "Open",
				}),
			__("View"),
		);
		if (frm.doc.frozen) frm.set_intro(frappe.utils.escape_html(frm.doc.frozen_reason || ""), "red");
		else if (!frm.doc.active)
			frm.set_intro(__("A draft: nothing is assigned until you activate it."), "blue");
	},
});

const call = (method, args) => smooth_lms.call(`training.${method}`, args);

const numbers = (found) => {
	if (found.problem) return `<p>${frappe.utils.escape_html(found.problem)}</p>`;
	const lines = [
		[__("People it concerns"), `${found.people} / ${found.everybody}`],
		[__("Assigned now"), found.assign],
		[__("Already certified"), found.already_certified + until(found.certified_until)],
		[__("Due date past already: review list"), found.ask],
		[__("Open already"), found.keep],
		[__("On leave or suspended"), found.paused],
		[__("Without a user account"), found.without_account],
		[__("Due"), dates(found)],
		...found.licences.map((row) => [
			__("Licences of {0}", [frappe.utils.escape_html(row.course)]),
			__("{0} wanted, {1} free", [row.wanted, row.free]),
		]),
	];
	const rows = lines.map(
		([label, value]) => `<tr><td>${label}</td><td class="text-right">${value}</td></tr>`,
	);
	return `<table class="table table-borderless table-sm">${rows.join("")}</table>`;
};

const until = (day) => (day ? ` ${__("(until {0})", [frappe.datetime.str_to_user(day)])}` : "");

const dates = (found) => {
	if (!found.first_due) return "–";
	const first = frappe.datetime.str_to_user(found.first_due);
	const last = frappe.datetime.str_to_user(found.last_due);
	return first === last ? first : `${first} – ${last}`;
};

async function preview(frm) {
	const found = await call("preview_requirement", { requirement: frm.doc.name });
	frappe.msgprint({ title: __("What activating would do"), message: numbers(found), wide: true });
}

async function activate(frm) {
	if (frm.is_dirty()) await frm.save();
	const found = await call("preview_requirement", { requirement: frm.doc.name });
	if (found.problem) {
		frappe.msgprint({
			title: __("This cannot be activated yet"),
			message: numbers(found),
			indicator: "red",
		});
		return;
	}
	smooth_lms.ask({
		title: __("Activate {0}", [frm.doc.title]),
		fields: [
			{ fieldtype: "HTML", options: numbers(found) },
			{
				fieldname: "confirm",
				// Frappe's Int selects whatever has the focus a moment later, be it the button
				fieldtype: "Data",
				label: __("Number of people"),
				description: __("Wanted only when it reaches nobody or nearly everybody."),
			},
		],
		label: smooth_lms.plural(found.people, __("Assign to 1 person"), __("Assign to {0} people"), [
			found.people.toLocaleString(),
		]),
		async action({ confirm }) {
			const done = await call("activate_requirement", { requirement: frm.doc.name, confirm });
			frm.reload_doc();
			smooth_lms.say(__("{0} has started", [done.run]));
		},
	});
}

async function assign(frm) {
	const done = await call("assign_mandatory_training", { requirement: frm.doc.name });
	const message = done.runs.length
		? __("{0} has started", [done.runs[0]])
		: __("Nothing to do: everybody has it.");
	smooth_lms.say(message);
}

function stop(frm) {
	const fields = [
		{
			fieldname: "take_back",
			fieldtype: "Check",
			label: __("Take open assignments back"),
			description: __("What is completed stays. Otherwise open assignments stay due."),
		},
	];
	smooth_lms.ask({
		title: __("Stop {0}", [frm.doc.title]),
		fields,
		label: __("Stop"),
		async action({ take_back }) {
			const done = await call("deactivate_requirement", {
				requirement: frm.doc.name,
				take_back: take_back ? 1 : 0,
			});
			frm.reload_doc();
			smooth_lms.say(__("{0} assignments taken back", [done.cancelled]));
		},
	});
}
