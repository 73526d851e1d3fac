"""Calls a function with a site connected: python -m sandbox.in_site SITE MODULE:FUNCTION [ARGUMENT…].

Runs in the `sites` folder of any bench, with that bench's Python. Commits when the function returns.
"""

import importlib
import sys

import frappe


def main(site: str, target: str, *arguments: str) -> None:
	"""Call the function and end with an error when it raises."""
	module, function = target.split(":")
	frappe.init(site=site)
	frappe.connect()
	try:
		getattr(importlib.import_module(module), function)(*arguments)
		frappe.db.commit()
	finally:
		frappe.destroy()


if __name__ == "__main__":
	main(*sys.argv[1:])
