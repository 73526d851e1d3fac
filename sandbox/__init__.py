"""A Frappe bench made out of package registries, for trying out and testing Smooth LMS on one machine.

Nothing in `smooth_lms` imports this package. Production is a real bench: see README.md.
"""
