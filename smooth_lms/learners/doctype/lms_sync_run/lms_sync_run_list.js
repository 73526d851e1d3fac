frappe.listview_settings["LMS Sync Run"] = {
	add_fields: ["status", "dry_run"],

	get_indicator(doc) {
		const colors = {
			Queued: "gray",
			Running: "blue",
			Held: "orange",
			Completed: "green",
			Failed: "red",
			Aborted: "darkgrey",
			Undone: "darkgrey",
		};
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},

	async onload(listview) {
		const start = async (dry_run) => {
			const { run } = await frappe.xcall("smooth_lms.api.learners.sync_now", { dry_run });
			frappe.set_route("Form", "LMS Sync Run", run);
		};
		listview.page.add_inner_button(__("Dry run"), () => start(1));
		listview.page.add_inner_button(__("Synchronize now"), () => start(0), null, "primary");
		const state = await frappe.xcall("smooth_lms.api.learners.sync_status");
		const line = state.last_success_ago
			? __("The last synchronization that succeeded was {0}.", [state.last_success_ago])
			: __("No synchronization has succeeded yet.");
		const waits = state.waits
			? ` <a href="${frappe.utils.get_form_link("LMS Sync Run", state.waits)}">${__("{0} waits for a decision.", [state.waits])}</a>`
			: "";
		listview.$result.before(`<p class="text-muted p-3 m-0" role="status">${line}${waits}</p>`);
	},
};
