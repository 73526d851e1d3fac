"""Stand-in for Frappe HR: a test double for machines that reach package registries only."""

__version__ = "15.0.0"

# Lets anyone tell the double from the real app, which has no such attribute.
IS_STANDIN = True
