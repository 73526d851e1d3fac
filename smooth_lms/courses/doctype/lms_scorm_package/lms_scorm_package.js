frappe.ui.form.on("LMS SCORM Package", {
	refresh(frm) {
		window.smooth_lms.show_upload_limits(frm);
		if (frm.is_new()) {
			frm.add_custom_button(__("Upload package"), () => upload_package(frm));
			return;
		}
		const hosts = not_allowed(frm);
		if (hosts.length && frm.perm[0]?.write) {
			frm.add_custom_button(__("Allow hosts"), () => allow(frm, hosts));
		}
		if (frappe.user.has_role("System Manager")) {
			if (frm.doc.trusted) {
				frm.add_custom_button(__("End trust"), () => decide(frm, "scorm.end_trust"));
			} else if (frm.doc.needs_frames && !frappe.boot.smooth_lms.has_content_host) {
				frm.add_custom_button(__("Trust package"), () => decide(frm, "scorm.trust_package"));
			}
		}
	},
});

/** The hosts that a package names, or was kept from, with the name of what is known there; those allowed already not. */
function not_allowed(frm) {
	const allowed = new Set((frm.doc.allowed_hosts || "").split("\n"));
	const named = (frm.doc.found_hosts || "").split("\n");
	const blocked = (frm.doc.blocked_hosts || "").split("\n").map((line) => line.replace(/: \w+$/, ""));
	return [...new Set([...named, ...blocked])].filter((line) => line && !allowed.has(host_of(line)));
}

function host_of(line) {
	return line.split(" ")[0];
}

/** An author chooses from which hosts the package may load something. */
function allow(frm, hosts) {
	const risk = __(
		"Whoever runs a host can read what the package knows of its learner: name, address, answers and results.",
	);
	window.smooth_lms.ask({
		title: __("Allow hosts"),
		label: __("Allow"),
		fields: [
			{ fieldtype: "HTML", options: `<p>${frappe.utils.escape_html(risk)}</p>` },
			...hosts.map((line, index) => ({
				fieldname: `host_${index}`,
				fieldtype: "Check",
				label: line,
				default: 1,
			})),
		],
		action: async (values) => {
			const chosen = hosts.filter((_line, index) => values[`host_${index}`]).map(host_of);
			const all = (frm.doc.allowed_hosts || "").split("\n").filter(Boolean).concat(chosen);
			await frm.set_value("allowed_hosts", all.join("\n"));
			await frm.save();
		},
	});
}

/** A System Manager says why a package may run as a page of the portal, or no longer may. */
function decide(frm, method) {
	const risk = __(
		"The package then runs as a page of the portal, and not apart from it. Whatever the people who open it may do there, it can do in their name, moderators included, and so can what it loads from its allowed hosts. A host of its own for packages (Address for SCORM content in LMS Settings) has no such risk.",
	);
	const trusts = method === "scorm.trust_package";
	window.smooth_lms.ask({
		title: trusts ? __("Trust package") : __("End trust"),
		label: trusts ? __("Trust package") : __("End trust"),
		fields: [
			...(trusts ? [{ fieldtype: "HTML", options: `<p>${frappe.utils.escape_html(risk)}</p>` }] : []),
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		action: async ({ reason }) => {
			await window.smooth_lms.call(method, { package: frm.doc.name, reason });
			frm.reload_doc();
		},
	});
}

const TUS = "/assets/smooth_lms/tus/tus.min.js";
const PIECE = 4 * 1024 * 1024; // bytes; every web server takes so much
const TRIED_AGAIN_AFTER = [0, 1000, 3000, 10_000, 30_000]; // milliseconds

/** Sends a package in pieces, whatever size of request the server takes; chosen once more, it goes on where it was. */
function upload_package(frm) {
	if (!frm.doc.course) {
		frappe.msgprint(__("Choose the course first."));
		return;
	}
	const input = document.createElement("input");
	input.type = "file";
	input.accept = ".zip";
	input.addEventListener("change", () => {
		const [file] = input.files;
		if (file) {
			frappe.require(TUS, () => send(frm, file));
		}
	});
	input.click();
}

function send(frm, file) {
	const { course, title } = frm.doc;
	const dialog = new frappe.ui.Dialog({
		title: __("Upload package"),
		static: true,
		fields: [{ fieldtype: "HTML", fieldname: "state" }],
		secondary_action_label: __("Stop"),
		secondary_action: () => {
			upload.abort();
			dialog.hide();
		},
	});
	const upload = new window.tus.Upload(file, {
		endpoint: "/lms-upload",
		chunkSize: PIECE,
		retryDelays: TRIED_AGAIN_AFTER,
		overridePatchMethod: true,
		removeFingerprintOnSuccess: true,
		fingerprint: ({ name, size, lastModified }) =>
			Promise.resolve(["scorm", frappe.session.user, course, name, size, lastModified].join("/")),
		metadata: { filename: file.name, course },
		headers: { "X-Frappe-CSRF-Token": frappe.csrf_token },
		onProgress: (sent, all) => show(dialog, sent, all),
		onError: (error) => {
			dialog.hide();
			frappe.msgprint({
				title: __("The package was not uploaded"),
				indicator: "red",
				message: frappe.utils.escape_html(error.originalResponse?.getBody() || "") || offline(),
			});
		},
		onSuccess: () => {
			show(dialog, file.size, file.size);
			const name = upload.url.split("/").pop();
			window.smooth_lms
				.call("scorm.take_upload", { upload: name, course, title })
				.then((made) => frappe.set_route("Form", frm.doctype, made.name))
				.catch(() => {})
				.finally(() => dialog.hide());
		},
	});
	dialog.show();
	show(dialog, 0, file.size);
	upload.findPreviousUploads().then(([before]) => {
		if (before) {
			upload.resumeFromPreviousUpload(before);
		}
		upload.start();
	});
}

function offline() {
	return __("The connection was lost. Choose the same file once more: the upload goes on where it was.");
}

function show(dialog, sent, all) {
	const percent = Math.floor((sent / all) * 100);
	const text =
		sent < all
			? __("{0} of {1} MB have arrived.", [megabytes(sent), megabytes(all)])
			: __("The package is being checked and unpacked …");
	dialog.get_field("state").$wrapper.html(`
		<div class="progress" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="${percent}">
			<div class="progress-bar" style="width: ${percent}%"></div>
		</div>
		<p class="text-muted" role="status">${frappe.utils.escape_html(text)}</p>`);
}

function megabytes(bytes) {
	return (bytes / 1024 / 1024).toFixed(1);
}
