frappe.treeview_settings["Department"] = {
	get_tree_nodes: "erpnext.setup.doctype.department.department.get_children",
	add_tree_node: "erpnext.setup.doctype.department.department.add_node",
	filters: [{ fieldname: "company", fieldtype: "Link", options: "Company", label: __("Company") }],
	ignore_fields: ["parent_department"],
	root_label: "All Departments",
	get_tree_root: true,
	onload: (treeview) => treeview.make_tree(),
};
