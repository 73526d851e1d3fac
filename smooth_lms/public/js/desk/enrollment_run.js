// How far a background enrollment is: a progress line with counts, abort and continue, and the refused rows.
// Asks the server again and again, so that it works where there is no socket.io.

{
	const lms = frappe.provide("smooth_lms");
	const POLL_MS = 1500;
	const AT_WORK = ["Queued", "Running"];
	const COUNTS = [
		["enrolled", __("enrolled"), "green"],
		["waitlisted", __("on the waitlist"), "orange"],
		["already_enrolled", __("already enrolled"), "gray"],
		["refused", __("refused"), "red"],
	];
	const api = (method, args) =>
		frappe.xcall(`smooth_lms.api.enrollment_runs.${method}`, args).catch(() => null);
	const escape = frappe.utils.escape_html;

	lms.counts_html = (answer) =>
		COUNTS.filter(([field]) => answer[field])
			.map(
				([field, label, color]) =>
					`<span class="indicator-pill ${color}" data-count="${field}">${answer[field]} ${label}</span>`,
			)
			.join(" ");

	lms.reasons_table = (rows, { title = "" } = {}) => {
		if (!rows.length) {
			return "";
		}
		const body = rows
			.map(
				(row) => `<tr>
					<td>${escape(row.member_name || row.member || "")}
						${row.row_no ? `<div class="text-muted small">${__("Row {0}", [row.file_row || row.row_no])}</div>` : ""}
					</td>
					<td>${escape(row.reason || "")}</td>
				</tr>`,
			)
			.join("");
		return `<div class="mt-3"><h6>${escape(title)}</h6>
			<table class="table table-sm"><thead><tr>
				<th scope="col">${__("Person")}</th><th scope="col">${__("Reason")}</th>
			</tr></thead><tbody>${body}</tbody></table></div>`;
	};

	lms.RunProgress = class RunProgress {
		/**
		 * @param {Element} parent where to show it
		 * @param {string} name LMS Enrollment Run
		 * @param {{link?: boolean, on_end?: (answer: object) => void}} options
		 */
		constructor(parent, name, { link = true, on_end = null } = {}) {
			this.$parent = $(parent);
			this.name = name;
			this.link = link;
			this.on_end = on_end;
			this.poll();
		}

		stop() {
			clearTimeout(this.timer);
			this.stopped = true;
		}

		async poll() {
			const answer = await api("get_run", { name: this.name });
			const attached = this.$parent.closest("body").length > 0;
			if (this.stopped || (this.was_attached && !attached)) {
				return; // whoever looked has gone; a dialog that opens is attached a moment later
			}
			this.was_attached = attached;
			if (answer) {
				this.show(answer);
			}
			if (!answer || AT_WORK.includes(answer.status)) {
				this.timer = setTimeout(() => this.poll(), POLL_MS);
			} else if (this.on_end) {
				this.on_end(answer);
			}
		}

		show(answer) {
			const percent = answer.total ? Math.floor((answer.processed * 100) / answer.total) : 0;
			const at_work = AT_WORK.includes(answer.status);
			const refused = __("Refused ({0} of {1} shown)", [answer.refusals.length, answer.refused]);
			this.$parent.html(`
				<div class="smooth-run" data-status="${answer.status}">
					<div class="d-flex justify-content-between mb-2">
						<strong role="status">${this.headline(answer)}</strong>
						<span>${this.link ? this.run_link() : ""}</span>
					</div>
					<div class="progress" style="height: 8px" role="progressbar"
						aria-valuenow="${percent}" aria-valuemin="0" aria-valuemax="100">
						<div class="progress-bar ${at_work ? "" : "bg-success"}" style="width: ${percent}%"></div>
					</div>
					<div class="mt-2">${lms.counts_html(answer)}</div>
					<div class="mt-3 smooth-run-actions"></div>
					${lms.reasons_table(answer.refusals, { title: refused })}
				</div>`);
			this.show_actions(answer, at_work);
		}

		headline(answer) {
			const done = __("{0} of {1} people", [answer.processed, answer.total]);
			if (answer.abort_requested && answer.status === "Running") {
				return `${__("Stopping…")} ${done}`;
			}
			if (answer.status === "Queued") {
				return __("Waiting for a background worker…");
			}
			if (answer.status === "Running") {
				const left = answer.seconds_left;
				return left == null ? done : `${done}, ${__("about {0} s left", [left])}`;
			}
			const ended = { Completed: __("Done."), Aborted: __("Aborted."), Failed: __("Failed.") };
			return `${ended[answer.status]} ${done}`;
		}

		run_link() {
			const path = frappe.utils.get_form_link("LMS Enrollment Run", this.name);
			return `<a href="${path}">${escape(this.name)}</a>`;
		}

		show_actions(answer, at_work) {
			const $actions = this.$parent.find(".smooth-run-actions");
			if (at_work && !answer.abort_requested) {
				this.button($actions, __("Abort"), "abort_run");
			}
			if (["Failed", "Aborted"].includes(answer.status)) {
				this.button($actions, __("Continue"), "resume_run");
			}
			if (answer.rejected_file) {
				$(`<a class="btn btn-default btn-sm" download>${__("Download rejected rows")}</a>`)
					.attr("href", encodeURI(answer.rejected_file))
					.appendTo($actions);
			}
		}

		button($actions, label, method) {
			$(`<button type="button" class="btn btn-default btn-sm mr-2">${label}</button>`)
				.on("click", async () => {
					clearTimeout(this.timer);
					await api(method, { name: this.name });
					this.poll();
				})
				.appendTo($actions);
		}
	};
}
