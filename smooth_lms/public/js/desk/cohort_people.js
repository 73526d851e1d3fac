// The people of a cohort on its form: their states, and what can be done for several of them at once.

{
	const lms = frappe.provide("smooth_lms");
	const COLORS = {
		Enrolled: "green",
		Waitlisted: "orange",
		Completed: "blue",
		Withdrawn: "gray",
		Refused: "red",
	};
	const STAYS = ["Enrolled", "Waitlisted"];
	const PAGE = 100;
	const escape = frappe.utils.escape_html;

	/** A table of what became of each person. @param {object} names the name of each by user */
	const results_html = (rows, names) =>
		`<table class="table table-sm"><tbody>${rows
			.map(
				(
					row,
				) => `<tr><td style="overflow-wrap: anywhere">${escape(names[row.member] || row.member)}</td>
				<td><span class="indicator-pill ${COLORS[row.outcome]}">${__(row.outcome)}</span></td>
				<td>${escape(row.reason || "")}</td></tr>`,
			)
			.join("")}</tbody></table>`;

	lms.CohortPeople = class CohortPeople {
		/** @param {object} frm the form of an LMS Batch, with a field `people` */
		constructor(frm) {
			this.frm = frm;
			this.chosen = new Set();
			this.shown = PAGE;
			this.acts = frappe.user.has_role(["Moderator", "System Manager", "HR Manager", "HR User"]);
			this.$area = frm.get_field("people").$wrapper;
			this.$area.off(".people");
			this.$area.on("change.people", "input[data-member]", (event) => this.toggle(event.currentTarget));
			this.$area.on("change.people", "input[data-all]", (event) =>
				this.toggle_all(event.currentTarget.checked),
			);
			this.$area.on("click.people", "[data-act]", (event) => this[event.currentTarget.dataset.act]());
			this.look();
		}

		async look() {
			this.rows = (await lms.call_quietly("cohorts.get_people", { batch: this.frm.doc.name })) || [];
			this.names = Object.fromEntries(this.rows.map((row) => [row.member, row.member_name]));
			this.render();
		}

		toggle(box) {
			if (box.checked) this.chosen.add(box.dataset.member);
			else this.chosen.delete(box.dataset.member);
			this.render_actions();
		}

		toggle_all(checked) {
			const can = this.rows.filter((row) => STAYS.includes(row.status)).map((row) => row.member);
			this.chosen = new Set(checked ? can : []);
			this.render();
		}

		more() {
			this.shown += PAGE;
			this.render();
		}

		render() {
			if (!this.rows.length) {
				this.$area.html(`<p class="text-muted">${__("Nobody is in this cohort yet.")}</p>`);
				return;
			}
			const page = this.rows.slice(0, this.shown);
			const more =
				this.rows.length > page.length
					? `<p><button type="button" class="btn btn-default btn-xs" data-act="more">${__("Show more")}</button></p>`
					: "";
			this.$area.html(`<div class="cohort-people">
				<div data-actions class="d-flex flex-wrap align-items-center mb-2" style="gap: 8px"></div>
				<div style="overflow-x: auto"><table class="table table-sm">
					<thead><tr>
						<th scope="col" style="width: 32px"><input type="checkbox" data-all aria-label="${__("All people")}"></th>
						<th scope="col">${__("Name")}</th><th scope="col">${__("State")}</th>
						<th scope="col">${__("Progress")}</th></tr></thead>
					<tbody>${page.map((row) => this.row_html(row)).join("")}</tbody>
				</table></div>${more}</div>`);
			this.render_actions();
		}

		row_html(row) {
			const name = escape(row.member_name || row.member);
			const state =
				row.status === "Waitlisted" && row.waitlist_position
					? __("Waitlisted, number {0}", [row.waitlist_position])
					: __(row.status);
			const progress = row.courses
				? __("{0} of {1} courses, {2} %", [
						row.courses_completed || 0,
						row.courses,
						Math.floor(row.progress || 0),
					])
				: "";
			return `<tr>
				<td><input type="checkbox" data-member="${escape(row.member)}" aria-label="${name}"
					${this.chosen.has(row.member) ? "checked" : ""} ${STAYS.includes(row.status) ? "" : "disabled"}></td>
				<td style="overflow-wrap: anywhere">${name}<div class="text-muted small">${escape(row.member)}</div></td>
				<td><span class="indicator-pill ${COLORS[row.status]}">${state}</span></td>
				<td>${progress}</td></tr>`;
		}

		render_actions() {
			const number = this.chosen.size;
			const button = (act, label) =>
				`<button type="button" class="btn btn-default btn-sm" data-act="${act}">${label}</button>`;
			const said = number
				? lms.plural(number, __("1 person chosen"), __("{0} people chosen"), [number])
				: lms.plural(this.rows.length, __("1 person"), __("{0} people"), [this.rows.length]);
			const acts =
				number && this.acts
					? button("withdraw", __("Withdraw")) + button("move", __("Move to another cohort"))
					: "";
			const mail = number ? __("Mail them") : __("Mail everybody with a seat");
			this.$area
				.find("[data-actions]")
				.html(`<span class="text-muted" role="status">${said}</span>${acts}${button("mail", mail)}`);
		}

		list_html() {
			const names = [...this.chosen].map((member) => escape(this.names[member] || member));
			return `<p>${names.slice(0, 20).join(", ")}${names.length > 20 ? " …" : ""}</p>`;
		}

		show_results(title, rows) {
			this.chosen.clear();
			frappe.msgprint({ title, message: results_html(rows, this.names), wide: true });
			this.frm.reload_doc();
		}

		withdraw() {
			const members = [...this.chosen];
			lms.ask({
				title: lms.plural(members.length, __("Withdraw 1 person?"), __("Withdraw {0} people?"), [
					members.length,
				]),
				fields: [
					{ fieldname: "who", fieldtype: "HTML", options: this.list_html() },
					{
						fieldname: "reason",
						fieldtype: "Small Text",
						label: __("Reason"),
						reqd: 1,
						description: __("Kept with each enrollment. Free seats go to the waitlist at once."),
					},
				],
				label: __("Withdraw"),
				action: async ({ reason }) => {
					const rows = await lms.call("cohorts.withdraw_members", {
						batch: this.frm.doc.name,
						members,
						reason,
					});
					this.show_results(__("Withdrawn"), rows);
				},
			});
		}

		move() {
			const members = [...this.chosen];
			const dialog = lms.ask({
				title: lms.plural(members.length, __("Move 1 person"), __("Move {0} people"), [
					members.length,
				]),
				fields: [
					{
						fieldname: "to_batch",
						fieldtype: "Link",
						options: "LMS Batch",
						label: __("To the cohort"),
						reqd: 1,
						get_query: () => ({ filters: { name: ["!=", this.frm.doc.name], published: 1 } }),
						onchange: () => show(dialog.get_value("to_batch")),
					},
					{ fieldname: "preview", fieldtype: "HTML", options: this.list_html() },
				],
				label: __("Move"),
				action: async ({ to_batch }) => {
					const rows = await lms.call("cohorts.move_members", {
						members,
						from_batch: this.frm.doc.name,
						to_batch,
					});
					this.show_results(__("Moved"), rows);
				},
			});
			const show = async (batch) => {
				if (!batch) return;
				const report = await lms.call_quietly("batches.preview_enrollment", { batch, members });
				if (report) dialog.get_field("preview").$wrapper.html(results_html(report.rows, this.names));
			};
		}

		async mail() {
			await frappe.require("/assets/smooth_lms/js/desk/cohort_mail.js");
			lms.mail_cohort(this.frm, this.chosen.size ? [...this.chosen] : null);
		}
	};
}
