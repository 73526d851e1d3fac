// Cohorts, courses and others show their title in links. Frappe fills such an input only when the title has come from
// the server: a list or a report that is opened with a filter on one of them (from a form's connections, by its
// address, as it was left) would ask for its rows without it. So the input holds the name until the title is there.
(() => {
	const control = frappe.ui.form.ControlLink.prototype;
	const set_link_title = control.set_link_title;

	control.set_link_title = function (value) {
		const shows_title = frappe.boot.link_title_doctypes?.includes(this.get_options());
		if (!this.frm && shows_title) {
			this.title_value_map[value] = value;
			this.set_input_value(value);
		}
		return set_link_title.call(this, value);
	};

	/**
	 * For the onload of a report that needs a filter: an older Frappe would ask for its rows while the filter that is
	 * in the address is still being looked up.
	 */
	frappe.provide("smooth_lms").filter_is_set = async (filter) => {
		for (let turn = 0; filter.inside_change_event && turn < 100; turn++) {
			await frappe.timeout(0.05);
		}
	};
})();
