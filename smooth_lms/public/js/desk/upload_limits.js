// How large a file may be, beside each field that takes one.
(() => {
	const MEGABYTE = 1024 * 1024;
	const smooth_lms = frappe.provide("smooth_lms");

	/** What can be uploaded in bytes: what the site takes, and the server before it, as far as that is known. */
	function limits() {
		const { site = 0, server = 0 } = frappe.boot.smooth_lms?.largest_upload || {};
		// a request is somewhat larger than the file in it
		return { site, server: server ? Math.max(server - MEGABYTE, 0) : Infinity };
	}

	/** The sentence for a field. `own`: what the app takes at most, in bytes; nothing where only the site decides. */
	smooth_lms.upload_limit = (own) => {
		const { site, server } = limits();
		const megabytes = (bytes) => Math.floor(bytes / MEGABYTE);
		if (own && own <= Math.min(site, server)) {
			return __("Files smaller than {0} MB.", [megabytes(own)]);
		}
		if (server < site) {
			return __(
				"The web server before this site takes files smaller than {0} MB, although the site would take {1} MB. Whoever runs it can raise that: see Size limits in the install guide.",
				[megabytes(server), megabytes(site)],
			);
		}
		const raise = __("Whoever runs this site can raise that: see Size limits in the install guide.");
		const sentence = own
			? __("This site takes files smaller than {0} MB, and packages can have {1} MB.", [
					megabytes(site),
					megabytes(own),
				])
			: __("This site takes files smaller than {0} MB.", [megabytes(site)]);
		return `${sentence} ${raise}`;
	};

	/** What Frappe's dialog for files refuses before it uploads, with the number that counts. */
	smooth_lms.upload_restrictions = (kind = {}) => {
		const { site, server } = limits();
		return {
			allowed_file_types: kind.endings || [],
			max_file_size: Math.min(site, server, kind.largest || Infinity),
		};
	};

	/** Adds it to the descriptions of a form's fields, and of those in its tables. */
	smooth_lms.show_upload_limits = (frm) => {
		const own = frappe.boot.smooth_lms?.largest_files?.[frm.doctype] || {};
		const kinds = frappe.boot.smooth_lms?.file_kinds || {};
		const described = (df) => {
			const kind = kinds[`${df.parent}.${df.fieldname}`];
			const largest = kind?.largest <= limits().site ? kind.largest : 0;
			const size = smooth_lms.upload_limit(own[df.fieldname] || largest);
			return [df.description && __(df.description), kind?.sentence, size].filter(Boolean).join(" ");
		};
		for (const df of frappe.get_meta(frm.doctype).fields) {
			if (takes_files(df)) {
				const kind = kinds[`${df.parent}.${df.fieldname}`];
				frm.set_df_property(df.fieldname, "description", described(df));
				frm.set_df_property(df.fieldname, "options", {
					restrictions: smooth_lms.upload_restrictions(kind),
				});
			} else if (df.fieldtype === "Table") {
				for (const column of frappe.get_meta(df.options).fields.filter(takes_files)) {
					frm.fields_dict[df.fieldname].grid.update_docfield_property(
						column.fieldname,
						"description",
						described(column),
					);
				}
			}
		}
	};

	function takes_files(df) {
		return ["Attach", "Attach Image"].includes(df.fieldtype) && !df.read_only;
	}
})();
