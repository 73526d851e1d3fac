"""Who hears what, and how: the one place through which people are told.

A domain names its events (`events.py`) in the hook `smooth_lms_notices`. LMS Settings say which of them the site sends,
and by which template; people choose for themselves (`choices.py`).
"""
