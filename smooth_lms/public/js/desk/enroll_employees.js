// "Enroll employees" on a cohort: filters, a preview that says for each person what would happen, then apply.

{
	const lms = frappe.provide("smooth_lms");
	const AT_ONCE = 100;
	const PAGE = 100;
	const TYPING_MS = 350;
	const COLORS = { Enrolled: "green", Waitlisted: "orange", "Already enrolled": "gray", Refused: "red" };
	const LABELS = {
		Enrolled: __("Enroll"),
		Waitlisted: __("Waitlist"),
		"Already enrolled": __("Already in"),
		Refused: __("Refused"),
	};
	// on a phone the reason stands below the name
	const WIDE_ONLY = "d-none d-md-table-cell";
	const NARROW_ONLY = "d-md-none";
	const GETS_IN = ["Enrolled", "Waitlisted"];
	const FILTERS = ["company", "department", "designation", "branch", "grade", "employment_type"];
	const FILTER_LABELS = {
		company: __("Company"),
		department: __("Department"),
		designation: __("Designation"),
		branch: __("Branch"),
		grade: __("Grade"),
		employment_type: __("Employment type"),
		manager: __("Manager"),
	};
	const ALREADY = "Already enrolled";
	const escape = frappe.utils.escape_html;
	const api = lms.call;
	const label_of = (row) => (row.waits ? __("On the waitlist") : LABELS[row.outcome]);
	// the door's sentence speaks to the person themselves; beside the label it says nothing new
	const reason_of = (row) => (row.outcome === ALREADY ? "" : row.reason || "");

	lms.EnrollEmployees = class EnrollEmployees {
		/** @param {object} frm the form of an LMS Batch */
		constructor(frm) {
			this.frm = frm;
			this.rows = [];
			this.left_out = new Set();
			this.shown = PAGE;
			this.only = null;
			this.open();
		}

		async open() {
			this.options = await api("rosters.get_filters");
			this.dialog = new frappe.ui.Dialog({
				title: __("Enroll employees in {0}", [escape(this.frm.doc.title)]),
				size: "extra-large",
				fields: this.fields(),
				primary_action_label: __("Enroll"),
				primary_action: () => this.apply(),
			});
			this.dialog.$wrapper.addClass("smooth-enroll-dialog");
			this.dialog.on_hide = () => this.close();
			this.$preview = this.dialog.get_field("preview").$wrapper;
			this.$preview.on("change", "input[data-member]", (event) => this.toggle(event.currentTarget));
			this.$preview.on("change", "input[data-all]", (event) =>
				this.toggle_all(event.currentTarget.checked),
			);
			this.$preview.on("click", "[data-only]", (event) =>
				this.show_only(event.currentTarget.dataset.only),
			);
			this.$preview.on("click", "[data-more]", () => {
				this.shown += PAGE;
				this.render();
			});
			this.dialog.show();
			this.render();
			if (this.frm.doc.company) {
				await this.dialog.set_value("company", this.frm.doc.company);
			}
		}

		close() {
			this.progress?.stop();
			if (this.applied) {
				this.frm.reload_doc();
			}
		}

		fields() {
			const again = () => this.look_later();
			const choose = (name) => ({
				fieldname: name,
				fieldtype: "Autocomplete",
				label: FILTER_LABELS[name],
				options: this.options[name] || [],
				max_items: 20,
				onchange: again,
			});
			const kinds = FILTERS.filter((name) => (this.options[name] || []).length).map(choose);
			const all = [
				{
					fieldname: "search",
					fieldtype: "Data",
					label: __("Name, employee ID or user"),
					onchange: again,
				},
				...kinds,
				{ fieldname: "joined_from", fieldtype: "Date", label: __("Joined from"), onchange: again },
				{ fieldname: "joined_to", fieldtype: "Date", label: __("Joined up to"), onchange: again },
				choose("manager"),
			];
			const column = (place) => all.filter((_field, index) => index % 3 === place);
			const next = { fieldtype: "Column Break" };
			// on a phone the desk indents each column of its own differently
			const filters = frappe.is_mobile() ? all : [...column(0), next, ...column(1), next, ...column(2)];
			return [
				...filters,
				{ fieldtype: "Section Break", fieldname: "people", hide_border: 1 },
				{
					fieldname: "whole_team",
					fieldtype: "Check",
					label: __("Also the teams below this manager"),
					depends_on: "manager",
					onchange: again,
				},
				{
					fieldname: "override_reason",
					fieldtype: "Data",
					label: __("Reason for an exception"),
					description: __(
						"With a reason, people get in although the cohort is full, has started or has ended. The reason is kept.",
					),
					hidden: 1,
					onchange: again,
				},
				{ fieldname: "preview", fieldtype: "HTML" },
			];
		}

		filters() {
			const values = this.dialog.get_values(true) || {};
			const names = ["search", ...FILTERS, "joined_from", "joined_to", "manager"];
			const chosen = Object.fromEntries(
				names.filter((name) => values[name]).map((name) => [name, values[name]]),
			);
			if (chosen.manager && values.whole_team) {
				chosen.whole_team = 1;
			}
			return chosen;
		}

		look_later() {
			clearTimeout(this.timer);
			this.timer = setTimeout(() => this.look(), TYPING_MS);
		}

		/** Ask the server again. Changed filters forget who was left out; a changed reason does not. */
		async look() {
			const filters = this.filters();
			const reason = this.dialog.get_value("override_reason") || "";
			const key = JSON.stringify(filters);
			if (this.asked === key + reason) {
				return;
			}
			if (this.filters_asked !== key) {
				this.left_out.clear();
				this.only = null;
				this.shown = PAGE;
			}
			this.asked = key + reason;
			this.filters_asked = key;
			if (!Object.keys(filters).length) {
				this.rows = [];
				this.render();
				return;
			}
			await this.ask({ filters });
		}

		async ask(who) {
			const turn = (this.turn = (this.turn || 0) + 1);
			this.$preview.attr("aria-busy", "true").css("opacity", 0.6);
			const reason = this.dialog.get_value("override_reason") || null;
			const report = await api("batches.preview_enrollment", {
				batch: this.frm.doc.name,
				override_reason: reason,
				...who,
			}).catch(() => null);
			if (turn !== this.turn) {
				return; // a newer question is on its way
			}
			this.$preview.removeAttr("aria-busy").css("opacity", "");
			if (!report) {
				this.asked = null;
				return;
			}
			if (who.filters) {
				this.rows = report.rows;
			} else {
				const answers = new Map(report.rows.map((row) => [row.member, row]));
				this.rows = this.rows.map((row) => answers.get(row.member) || row);
			}
			if (report.may_override || reason) {
				this.dialog.set_df_property("override_reason", "hidden", 0);
			}
			this.render();
		}

		chosen() {
			return this.rows.filter((row) => GETS_IN.includes(row.outcome) && !this.left_out.has(row.member));
		}

		toggle(box) {
			if (box.checked) {
				this.left_out.delete(box.dataset.member);
			} else {
				this.left_out.add(box.dataset.member);
			}
			this.changed();
		}

		toggle_all(checked) {
			for (const row of this.rows) {
				if (checked) {
					this.left_out.delete(row.member);
				} else if (GETS_IN.includes(row.outcome)) {
					this.left_out.add(row.member);
				}
			}
			this.changed();
		}

		changed() {
			this.render();
			if (!this.frm.doc.seat_count) {
				return; // nobody's seat depends on anybody else
			}
			clearTimeout(this.timer);
			const members = this.rows.map((row) => row.member).filter((member) => !this.left_out.has(member));
			this.timer = setTimeout(() => members.length && this.ask({ members }), TYPING_MS);
		}

		show_only(outcome) {
			this.only = this.only === outcome ? null : outcome;
			this.shown = PAGE;
			this.render();
		}

		render() {
			const number = this.chosen().length;
			this.dialog.set_primary_action(this.label(), () => this.apply());
			this.dialog.get_primary_btn().prop("disabled", !number);
			if (!this.rows.length) {
				const hint = Object.keys(this.filters()).length
					? __("No active employee matches these filters.")
					: __("Choose at least one filter to see people.");
				this.$preview.html(`<p class="text-muted text-center py-4">${hint}</p>`);
				return;
			}
			const wanted = this.only ? this.rows.filter((row) => row.outcome === this.only) : this.rows;
			const page = wanted.slice(0, this.shown);
			this.$preview.html(`
				${this.summary_html()}
				<div>
					<table class="table table-sm smooth-preview">
						<thead><tr>
							<th scope="col" style="width: 32px">
								<input type="checkbox" data-all aria-label="${__("All people")}"
									${number ? "checked" : ""}></th>
							<th scope="col">${__("Name")}</th>
							<th scope="col" class="${WIDE_ONLY}">${__("Department")}</th>
							<th scope="col">${__("Outcome")}</th>
							<th scope="col" class="${WIDE_ONLY}">${__("Reason")}</th>
						</tr></thead>
						<tbody>${page.map((row) => this.row_html(row)).join("")}</tbody>
					</table>
					${this.more_html(wanted.length)}
				</div>`);
		}

		/** What the button will do: "Enroll 4, waitlist 7". */
		label() {
			const chosen = this.chosen();
			const waiting = chosen.filter((row) => row.outcome === "Waitlisted").length;
			const seated = chosen.length - waiting;
			if (!chosen.length) return __("Enroll");
			if (seated && waiting)
				return __("Enroll {0}, waitlist {1}", [seated.toLocaleString(), waiting.toLocaleString()]);
			return waiting
				? lms.plural(waiting, __("Waitlist 1 person"), __("Waitlist {0} people"), [
						waiting.toLocaleString(),
					])
				: lms.plural(seated, __("Enroll 1 person"), __("Enroll {0} people"), [
						seated.toLocaleString(),
					]);
		}

		summary_html() {
			const counts = {};
			for (const row of this.rows) {
				if (!this.left_out.has(row.member)) {
					counts[row.outcome] = (counts[row.outcome] || 0) + 1;
				}
			}
			const chips = Object.keys(COLORS)
				.filter((outcome) => counts[outcome])
				.map(
					(outcome) => `<button type="button" class="btn btn-xs indicator-pill ${COLORS[outcome]}"
						data-only="${outcome}" aria-pressed="${this.only === outcome}"
						style="${this.only && this.only !== outcome ? "opacity: 0.5" : ""}">
						${LABELS[outcome]}: ${counts[outcome].toLocaleString()}</button>`,
				);
			const left_out = this.left_out.size
				? `<span class="text-muted small">${__("{0} left out", [this.left_out.size])}</span>`
				: "";
			return `<div class="d-flex flex-wrap align-items-center mb-2" style="gap: 8px" role="status">
				${chips.join("")} ${left_out}</div>`;
		}

		row_html(row) {
			const out = this.left_out.has(row.member);
			const name = row.member_name || row.member;
			const detail = [
				row.member === name ? "" : row.member,
				row.employee === row.member ? "" : row.employee,
			]
				.filter(Boolean)
				.map((part) => `<span class="d-inline-block mr-2">${escape(part)}</span>`);
			const selectable = GETS_IN.includes(row.outcome);
			const reason = escape(out ? "" : reason_of(row));
			return `<tr class="${out ? "text-muted" : ""}">
				<td><input type="checkbox" data-member="${escape(row.member)}"
					aria-label="${escape(name)}" ${selectable && !out ? "checked" : ""}
					${selectable ? "" : "disabled"}></td>
				<td style="overflow-wrap: anywhere">${escape(name)}
					<div class="text-muted small">${detail.join(" ")}</div>
					<div class="small ${NARROW_ONLY}">${reason}</div></td>
				<td class="${WIDE_ONLY} text-nowrap">${escape(row.department || "")}</td>
				<td class="text-nowrap">${out ? __("Left out") : `<span class="indicator-pill ${COLORS[row.outcome]}">${label_of(row)}</span>`}</td>
				<td class="${WIDE_ONLY}">${reason}</td>
			</tr>`;
		}

		more_html(number) {
			if (number <= this.shown) {
				return "";
			}
			const text = __("{0} of {1} shown", [this.shown, number.toLocaleString()]);
			return `<div class="text-center py-2 text-muted">${text}
				<button type="button" class="btn btn-default btn-xs" data-more>${__("Show more")}</button></div>`;
		}

		async apply() {
			const members = this.chosen().map((row) => row.member);
			if (!members.length) {
				return;
			}
			const args = {
				batch: this.frm.doc.name,
				members,
				override_reason: this.dialog.get_value("override_reason") || null,
			};
			this.dialog.get_primary_btn().prop("disabled", true);
			const by_run = members.length > AT_ONCE;
			const method = by_run ? "enrollment_runs.start_enrollment_run" : "batches.enroll_members";
			const answer = await api(method, args).catch(() => null);
			if (!answer) {
				this.dialog.get_primary_btn().prop("disabled", false); // Frappe has shown why
				return;
			}
			this.clear_away();
			if (by_run) {
				this.progress = new lms.RunProgress(this.$preview, answer.name);
			} else {
				this.show_report(answer);
			}
		}

		/** Make room for the result: the filters go, the button closes. */
		clear_away() {
			this.applied = true;
			for (const field of this.dialog.fields_list) {
				if (field.df.fieldname !== "preview" && !field.df.fieldtype.endsWith("Break")) {
					this.dialog.set_df_property(field.df.fieldname, "hidden", 1);
				}
			}
			this.$preview.css("opacity", "").empty();
			this.dialog.set_primary_action(__("Close"), () => this.dialog.hide());
			this.dialog.get_primary_btn().prop("disabled", false);
		}

		show_report(report) {
			const others = report.rows.filter((row) => row.outcome !== "Enrolled");
			const rows = others.map((row) => ({ ...row, reason: reason_of(row) || label_of(row) }));
			this.$preview.html(`<div class="smooth-result" role="status">
				<p>${lms.counts_html(report)}</p>
				${lms.reasons_table(rows, { title: __("Not enrolled") })}</div>`);
		}
	};
}
