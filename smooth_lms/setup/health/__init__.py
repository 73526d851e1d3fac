"""Checks of what a site needs around the app, named in `hooks.py`: see `base/health.py`."""
