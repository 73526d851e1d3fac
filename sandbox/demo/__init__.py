"""The demo: one company with its people, courses and cohorts. `load.py` is the entry."""
