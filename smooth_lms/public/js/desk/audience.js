// Whom a course or cohort is shown to, as its form stands. Who that is, is decided on the server.

window.smooth_lms = window.smooth_lms || {};

/** What lines can name is asked of this app: authors and moderators need none of HR's roles. The server looks again. */
window.smooth_lms.choose_audience = function (frm) {
	frm.set_query("value", "audience", () => ({ query: "smooth_lms.api.audiences.find" }));
	frm.get_field("audience").grid.update_docfield_property("value", "ignore_link_validation", 1);
};

/** Adds the button to the form of a course or cohort. */
window.smooth_lms.show_audience = function (frm) {
	frm.add_custom_button(
		__("Who sees it"),
		() => smooth_lms.act(() => preview(frm)),
		frm.doctype === "LMS Batch" ? __("View") : undefined,
	);
};

async function preview(frm) {
	const { doctype, name, company, audience = [], exceptions = [], courses = [] } = frm.doc;
	const values = JSON.stringify({ name, company, audience, exceptions, courses });
	const found = await smooth_lms.call("audiences.preview", { doctype, values });
	frappe.msgprint({ title: __("Who sees {0}", [frm.doc.title || ""]), message: told(found) });
}

function told(found) {
	if (found.problem) return `<p>${frappe.utils.escape_html(found.problem)}</p>`;
	const lines = [
		`<p><b>${__("{0} of {1} people", [found.people.toLocaleString(), found.everybody.toLocaleString()])}</b></p>`,
	];
	if (!found.people) lines.push(`<p>${__("Nobody: learners do not see it.")}</p>`);
	if (found.names.length) {
		const rows = found.names.map((name) => `<li>${frappe.utils.escape_html(name)}</li>`);
		if (found.more) rows.push(`<li>${__("and {0} more", [found.more.toLocaleString()])}</li>`);
		lines.push(`<ul>${rows.join("")}</ul>`);
	}
	if (found.without_account)
		lines.push(
			`<p>${smooth_lms.plural(
				found.without_account,
				__("1 employee matches and has no user account yet."),
				__("{0} employees match and have no user account yet."),
				[found.without_account.toLocaleString()],
			)}</p>`,
		);
	if (found.courses.length) {
		const titles = frappe.utils.escape_html(found.courses.join(", "));
		lines.push(
			`<p>${__("Courses with an audience of their own leave people out, too: {0}", [titles])}</p>`,
		);
	}
	lines.push(
		`<p class="text-muted">${__(
			"Whoever is in it already, teaches it or runs training sees it anyway.",
		)}</p>`,
	);
	return lines.join("");
}
