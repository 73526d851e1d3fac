// Enrolling people from a file: upload, then a background run that returns the bad rows with the reason.

{
	const lms = frappe.provide("smooth_lms");
	const MOST_SHOWN = 50;
	const FILE_TYPES = [".csv", ".xlsx", ".xls"];

	/** The columns of a file of people, with two examples, as a CSV download. */
	lms.download_sample = (batch) => {
		const rows = [
			["Cohort", "Member", "Reason for the exception"],
			[batch || "new-hire-week-12", "learner@example.com", ""],
			[batch || "new-hire-week-12", "HR-EMP-00001", ""],
		];
		frappe.tools.downloadify(rows, null, __("People to enroll"));
	};

	/**
	 * Import a file that is on the server already and show how far it is.
	 * @param {{file_url: string, batch?: string, mute_emails?: boolean, on_end?: Function}} what
	 */
	lms.import_file = async ({ file_url, batch = null, mute_emails = false, on_end = null }) => {
		const args = { file_url, batch, mute_emails: mute_emails ? 1 : 0 };
		const run = await lms.call("enrollment_runs.import_enrollments", args);
		const dialog = new frappe.ui.Dialog({
			title: __("Enroll {0} people from a file", [run.total.toLocaleString()]),
			size: "large",
			fields: [{ fieldname: "progress", fieldtype: "HTML" }],
			primary_action_label: __("Close"),
			primary_action: () => dialog.hide(),
		});
		dialog.show();
		const progress = new lms.RunProgress(dialog.get_field("progress").$wrapper, run.name);
		dialog.on_hide = () => {
			progress.stop();
			on_end?.();
		};
	};

	/** What would become of each row, by the file's own numbers; then import, or choose another file. */
	const preview = async (what) => {
		const found = await lms.call("enrollment_runs.preview_import", {
			file_url: what.file_url,
			batch: what.batch,
		});
		const notes = found.notes.map(
			(note) => `<p class="text-muted">${frappe.utils.escape_html(note)}</p>`,
		);
		if (found.looked_at < found.total) {
			const sentence = __("The first {0} of {1} rows were looked at.", [found.looked_at, found.total]);
			notes.push(`<p class="text-muted">${sentence}</p>`);
		}
		const rows = found.rows.map((row) => ({
			...row,
			row_no: row.row,
			reason: row.reason || __(row.outcome),
		}));
		const refused = rows.filter((row) => row.outcome === "Refused");
		const others = rows.filter((row) => row.outcome !== "Refused").slice(0, MOST_SHOWN);
		const dialog = lms.ask({
			title: __("Preview: nothing is written yet"),
			size: "large",
			fields: [
				{
					fieldname: "preview",
					fieldtype: "HTML",
					options: `<div role="status"><p>${lms.counts_html(found)}</p>${notes.join("")}
						${lms.reasons_table(refused, { title: __("Refused") })}
						${lms.reasons_table(others, { title: __("The others") })}</div>`,
				},
			],
			label: lms.plural(found.total, __("Import 1 row"), __("Import {0} rows"), [
				found.total.toLocaleString(),
			]),
			action: () => lms.import_file(what),
		});
		return dialog;
	};

	/** @param {{batch?: string, on_end?: Function}} what the cohort of every row, or none: the file has a column */
	lms.import_enrollments = ({ batch = null, on_end = null } = {}) => {
		const dialog = lms.ask({
			title: __("Enroll people from a file"),
			fields: [
				{
					fieldname: "help",
					fieldtype: "HTML",
					options: `<p>${__(
						"CSV or Excel, one person a line: the user's e-mail address or the employee ID in a column Member. Good rows are enrolled; bad rows come back in a file with the reason.",
					)}</p><p><button type="button" class="btn btn-default btn-xs" data-sample>${__(
						"Download a sample file",
					)}</button></p>`,
				},
				{
					fieldname: "batch",
					fieldtype: "Link",
					options: "LMS Batch",
					label: __("Cohort"),
					default: batch,
					read_only: batch ? 1 : 0,
					description: batch ? "" : __("Leave empty when the file has a column Cohort."),
				},
				{
					fieldname: "file",
					fieldtype: "Attach",
					label: __("File"),
					reqd: 1,
					description: window.smooth_lms.upload_limit(
						frappe.boot.smooth_lms?.largest_files?.["LMS Enrollment Run"]?.input_file,
					),
					options: {
						restrictions: window.smooth_lms.upload_restrictions({ endings: FILE_TYPES }),
					},
				},
				{ fieldname: "mute_emails", fieldtype: "Check", label: __("Send no confirmation emails") },
			],
			label: __("Show a preview"),
			action: (values) => preview({ ...values, file_url: values.file, on_end }),
		});
		dialog.$wrapper.on("click", "[data-sample]", () => lms.download_sample(batch));
	};
}
