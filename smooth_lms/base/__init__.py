"""Plumbing that knows no domain: what every part of the app may stand on."""
