frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Overdue Training by Department"] = {
	method: "smooth_lms.api.training.get_overdue_by_department",
	filters: [],
};
