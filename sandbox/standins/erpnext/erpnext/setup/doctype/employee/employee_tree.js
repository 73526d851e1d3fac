frappe.treeview_settings["Employee"] = {
	get_tree_nodes: "erpnext.setup.doctype.employee.employee.get_children",
	filters: [{ fieldname: "company", fieldtype: "Link", options: "Company", label: __("Company") }],
	root_label: "All Companies",
	get_tree_root: false,
	disable_add_node: true,
	toolbar: [
		{ toggle_btn: true },
		{
			label: __("Open"),
			condition: (node) => !node.is_root,
			click: (node) => frappe.set_route("Form", "Employee", node.data.value),
		},
	],
	onload: (treeview) => treeview.make_tree(),
};
