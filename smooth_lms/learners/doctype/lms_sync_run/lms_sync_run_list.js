/* The list of runs, and above it how the synchronization stands. */

(() => {
	const COLORS = {
		Queued: "gray",
		Running: "blue",
		Held: "orange",
		Completed: "green",
		Failed: "red",
		Aborted: "darkgrey",
		Undone: "darkgrey",
	};
	const AT_WORK = ["Queued", "Running"];
	const POLL_MS = 4000;

	frappe.listview_settings["LMS Sync Run"] = {
		add_fields: ["status", "dry_run"],

		get_indicator(doc) {
			return [__(doc.status), COLORS[doc.status], `status,=,${doc.status}`];
		},

		onload(listview) {
			const start = (dry_run) =>
				smooth_lms.act(async () => {
					const { run } = await smooth_lms.call("learners.sync_now", { dry_run });
					frappe.set_route("Form", "LMS Sync Run", run);
				});
			listview.page.add_inner_button(__("Dry run"), () => start(1));
			listview.page.add_inner_button(__("Synchronize now"), () => start(0), null, "primary");
			listview.smooth_status = $(`<div class="p-3 border-bottom" role="status"></div>`).insertBefore(
				listview.$result,
			);
		},

		refresh(listview) {
			show_status(listview);
		},
	};

	async function show_status(listview) {
		clearTimeout(listview.smooth_timer);
		const state = await frappe.xcall("smooth_lms.api.learners.sync_status");
		listview.smooth_status?.html(panel(state));
		if (state.run && AT_WORK.includes(state.run.status)) {
			listview.smooth_timer = setTimeout(() => {
				// a finished run changes the rows of the list too
				if (cur_list === listview && listview.$result.is(":visible")) {
					listview.refresh();
				}
			}, POLL_MS);
		}
	}

	function panel(state) {
		const run = state.run;
		const facts = [
			[__("State"), run ? chip(run) : __("No run yet")],
			[
				__("Last success"),
				state.last_success_ago
					? frappe.utils.escape_html(state.last_success_ago)
					: __("No synchronization has succeeded yet."),
			],
			[__("What changed"), run ? changed(run) : __("Nothing")],
			[__("What waits"), waiting(state)],
			[__("Runs by itself"), frappe.utils.escape_html(__(state.schedule))],
		];
		return `<dl class="row mb-0">${facts
			.map(
				([label, value]) =>
					`<div class="col-sm-6 col-lg"><dt class="text-muted font-weight-normal">${label}</dt><dd class="mb-2">${value}</dd></div>`,
			)
			.join("")}</dl>`;
	}

	function chip(run) {
		const progress = run.status === "Running" && run.changes ? `, ${run.processed} / ${run.changes}` : "";
		const kind = run.dry_run ? `, ${__("dry run")}` : "";
		return `<a href="${frappe.utils.get_form_link("LMS Sync Run", run.name)}"><span class="indicator-pill ${COLORS[run.status]}">${__(run.status)}</span></a>${kind}${progress}`;
	}

	function changed(run) {
		const counts = [
			[run.created, __("{0} created", [run.created])],
			[run.linked, __("{0} linked", [run.linked])],
			[run.updated, __("{0} updated", [run.updated])],
			[run.archived, __("{0} archived", [run.archived])],
			[run.restored, __("{0} restored", [run.restored])],
		]
			.filter(([number]) => number)
			.map(([, text]) => text);
		if (!counts.length) {
			return __("Nothing");
		}
		const planned = run.dry_run || run.status === "Held";
		return planned ? __("Nothing. Planned: {0}.", [counts.join(", ")]) : counts.join(", ");
	}

	function waiting(state) {
		const lines = [];
		if (state.waits) {
			lines.push(
				`<a href="${frappe.utils.get_form_link("LMS Sync Run", state.waits)}">${__("{0} waits for a decision.", [state.waits])}</a>`,
			);
		}
		if (state.run?.failed) {
			lines.push(__("{0} failed, tried again next time", [state.run.failed]));
		}
		if (state.run?.skipped) {
			lines.push(__("{0} people left out", [state.run.skipped]));
		}
		return lines.length ? lines.join("<br>") : __("Nothing");
	}
})();
