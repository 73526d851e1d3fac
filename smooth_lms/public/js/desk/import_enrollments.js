// Enrolling people from a file: upload, then a background run that returns the bad rows with the reason.

{
	const lms = frappe.provide("smooth_lms");
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
			label: __("Import"),
			action: (values) => lms.import_file({ ...values, file_url: values.file, on_end }),
		});
		dialog.$wrapper.on("click", "[data-sample]", () => lms.download_sample(batch));
	};
}
