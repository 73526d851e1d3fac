// Preview, activate and stop a requirement. What it does is decided on the server.

const METHOD = "smooth_lms.api.training.";

frappe.ui.form.on("LMS Training Requirement", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Preview"), () => preview(frm));
		if (frm.doc.active && !frm.doc.frozen) {
			frm.add_custom_button(__("Assign now"), () => assign(frm));
			frm.add_custom_button(__("Stop"), () => stop(frm));
		} else {
			frm.add_custom_button(__("Activate"), () => activate(frm)).addClass("btn-primary");
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

const call = (method, args) =>
	frappe.call({ method: METHOD + method, args, freeze: true }).then((r) => r.message);

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
	const dialog = new frappe.ui.Dialog({
		title: __("Activate {0}", [frm.doc.title]),
		fields: [
			{ fieldtype: "HTML", options: numbers(found) },
			{
				fieldname: "confirm",
				fieldtype: "Int",
				label: __("Number of people"),
				description: __("Wanted only when it reaches nobody or nearly everybody."),
			},
		],
		primary_action_label: __("Assign to {0} people", [found.people]),
		async primary_action(values) {
			const confirm = values.confirm ?? null;
			const done = await call("activate_requirement", { requirement: frm.doc.name, confirm });
			dialog.hide();
			frm.reload_doc();
			frappe.show_alert({ message: __("{0} has started", [done.run]), indicator: "green" });
		},
	});
	dialog.show();
}

async function assign(frm) {
	const done = await call("assign_mandatory_training", { requirement: frm.doc.name });
	const message = done.runs.length
		? __("{0} has started", [done.runs[0]])
		: __("Nothing to do: everybody has it.");
	frappe.show_alert({ message, indicator: "green" });
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
	frappe.prompt(
		fields,
		async (values) => {
			const done = await call("deactivate_requirement", {
				requirement: frm.doc.name,
				take_back: values.take_back ? 1 : 0,
			});
			frm.reload_doc();
			frappe.show_alert(__("{0} assignments taken back", [done.cancelled]));
		},
		__("Stop {0}", [frm.doc.title]),
		__("Stop"),
	);
}
