// How large a file may be, beside each field that takes one.
(() => {
	const MEGABYTE = 1024 * 1024;
	const smooth_lms = frappe.provide("smooth_lms");

	/** The sentence for a field. `own`: what the app takes at most, in bytes; nothing where only the site decides. */
	smooth_lms.upload_limit = (own) => {
		const site = Math.floor((frappe.boot.max_file_size || 0) / MEGABYTE);
		const most = own ? Math.floor(own / MEGABYTE) : 0;
		if (most && most <= site) {
			return __("Files of up to {0} MB.", [most]);
		}
		const raise = __("Whoever runs this site can raise that: see Size limits in the install guide.");
		const sentence = most
			? __("This site takes files of up to {0} MB, and packages can have {1} MB.", [site, most])
			: __("This site takes files of up to {0} MB.", [site]);
		return `${sentence} ${raise}`;
	};

	/** Adds it to the descriptions of a form's fields, and of those in its tables. */
	smooth_lms.show_upload_limits = (frm) => {
		const own = frappe.boot.smooth_lms?.largest_files?.[frm.doctype] || {};
		const described = (df) => [
			df.description && __(df.description),
			smooth_lms.upload_limit(own[df.fieldname]),
		];
		for (const df of frappe.get_meta(frm.doctype).fields) {
			if (takes_files(df)) {
				frm.set_df_property(df.fieldname, "description", described(df).filter(Boolean).join(" "));
			} else if (df.fieldtype === "Table") {
				for (const column of frappe.get_meta(df.options).fields.filter(takes_files)) {
					const text = described(column).filter(Boolean).join(" ");
					frm.fields_dict[df.fieldname].grid.update_docfield_property(
						column.fieldname,
						"description",
						text,
					);
				}
			}
		}
	};

	function takes_files(df) {
		return ["Attach", "Attach Image"].includes(df.fieldtype) && !df.read_only;
	}
})();
