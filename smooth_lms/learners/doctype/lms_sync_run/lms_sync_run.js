const AT_WORK = ["Queued", "Running"];
const POLL_MS = 2000;

frappe.ui.form.on("LMS Sync Run", {
	refresh(frm) {
		frm.disable_save();
		clearTimeout(frm.smooth_timer);
		frm.trigger("tell");
		frm.trigger("add_buttons");
		if (AT_WORK.includes(frm.doc.status)) {
			frm.trigger("watch");
		}
	},

	/* What happened, in one line above the fields. */
	tell(frm) {
		const doc = frm.doc;
		const colors = {
			Queued: "blue",
			Running: "blue",
			Held: "orange",
			Completed: "green",
			Failed: "red",
			Aborted: "orange",
			Undone: "orange",
		};
		const parts = [
			[doc.created, __("{0} created", [doc.created])],
			[doc.linked, __("{0} linked", [doc.linked])],
			[doc.updated, __("{0} updated", [doc.updated])],
			[doc.archived, __("{0} archived", [doc.archived])],
			[doc.restored, __("{0} restored", [doc.restored])],
			[doc.failed, __("{0} failed", [doc.failed])],
			[doc.skipped, __("{0} left out", [doc.skipped])],
		];
		const counts = parts.filter(([number]) => number).map(([, text]) => text);
		const held = doc.status === "Held";
		const planned = held || doc.dry_run;
		let said = counts.join(", ");
		if (planned) {
			said = said ? __("Planned: {0}.", [said]) : __("There is nothing to change.");
		}
		const lines = [said || __("No changes so far.")];
		if (doc.dry_run) {
			lines.unshift(__("Dry run: nothing has been changed."));
		}
		if (held) {
			lines.unshift(
				__("Held: {0} Nothing has been changed. Look at the changes, then approve or discard.", [
					frappe.utils.escape_html(doc.held_reason || ""),
				]),
			);
		}
		if (doc.error) {
			lines.unshift(frappe.utils.escape_html(doc.error));
		}
		if (AT_WORK.includes(doc.status) && doc.changes) {
			const percent = Math.round((100 * doc.processed) / doc.changes);
			frm.dashboard.show_progress(__("Progress"), percent, `${doc.processed} / ${doc.changes}`);
			frm.smooth_has_progress = true;
		} else if (frm.smooth_has_progress) {
			frm.dashboard.hide_progress(__("Progress"));
			frm.smooth_has_progress = false;
		}
		frm.set_intro("");
		frm.set_intro(lines.join("<br>"), colors[doc.status]);
	},

	add_buttons(frm) {
		const { status, name, dry_run, processed } = frm.doc;
		const ask = (sentence, method) =>
			smooth_lms.confirm(sentence, async () => {
				await smooth_lms.call(`learners.${method}`, { run: name });
				frm.reload_doc();
			});
		frm.add_custom_button(__("Changes"), () =>
			frappe.set_route("List", "LMS Sync Change", { run: name }),
		);
		if (status === "Held") {
			frm.add_custom_button(__("Approve"), () =>
				ask(
					__("Carry out {0} changes, {1} of them archive somebody?", [
						frm.doc.changes,
						frm.doc.archived,
					]),
					"approve_sync",
				),
			).addClass("btn-primary");
			frm.add_custom_button(__("Discard"), () =>
				ask(__("End this run without changing anybody?"), "discard_sync"),
			);
		} else if (AT_WORK.includes(status)) {
			frm.add_custom_button(__("Abort"), () =>
				ask(__("Stop this run? What it has done stays and can be undone."), "abort_sync"),
			);
			return;
		}
		if (["Failed", "Aborted"].includes(status)) {
			frm.add_custom_button(__("Continue"), () =>
				ask(__("Go on with this run where it stopped?"), "continue_sync"),
			);
		}
		if (status !== "Held" && !dry_run && processed && status !== "Undone") {
			frm.add_custom_button(__("Undo"), () =>
				ask(
					__(
						"Take back what this run has done to {0} people: fields, roles, accounts, seats and licences? The next run will wait for a decision.",
						[processed],
					),
					"undo_sync",
				),
			);
		}
	},

	/* Ask again every two seconds while the run is at work and the form is open. */
	watch(frm) {
		frm.smooth_timer = setTimeout(async () => {
			if (frm !== window.cur_frm) {
				return;
			}
			const { run } = await frappe.xcall("smooth_lms.api.learners.sync_status", { run: frm.doc.name });
			if (AT_WORK.includes(run.status)) {
				Object.assign(frm.doc, run);
				frm.trigger("tell");
				frm.trigger("watch");
			} else {
				frm.reload_doc();
			}
		}, POLL_MS);
	},
});
