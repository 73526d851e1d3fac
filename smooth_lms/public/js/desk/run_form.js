// The form of a background run: how far it is, and the buttons that stop it and continue it. Looks again every few
// seconds while the run is at work, so that it works where there is no socket.io.

{
	const lms = frappe.provide("smooth_lms");
	const POLL_MS = 3000;

	/**
	 * @param {object} frm the form
	 * @param {object} run how it is steered
	 * @param {string} run.abort method below `smooth_lms.api` that stops it
	 * @param {string} run.resume method below `smooth_lms.api` that continues it
	 * @param {object} run.args what both are called with
	 * @param {string} [run.queued] the status of a run that waits for its job
	 * @param {number} [run.percent] how much is done
	 * @param {string} [run.text] the same in words
	 * @param {boolean} [run.steers] whether the reader may press the buttons
	 */
	lms.show_run = (
		frm,
		{ abort, resume, args, queued = "Queued", percent = 0, text = "", steers = true },
	) => {
		clearTimeout(frm.smooth_timer);
		const { status, abort_requested } = frm.doc;
		const at_work = [queued, "Running"].includes(status);
		const press = async (method) => {
			await lms.call(method, args);
			frm.reload_doc();
		};
		if (at_work) {
			frm.dashboard.add_progress(abort_requested ? __("Stopping…") : text, percent);
			frm.smooth_timer = setTimeout(() => frm === window.cur_frm && frm.reload_doc(), POLL_MS);
		}
		if (!steers) {
			return;
		}
		if (at_work && !abort_requested) {
			frm.add_custom_button(__("Abort"), () =>
				lms.confirm(__("Stop this run? What it has done stays."), () => press(abort)),
			);
		}
		if (["Failed", "Aborted"].includes(status)) {
			frm.add_custom_button(__("Continue"), () => lms.act(() => press(resume)));
		}
	};
}
