"""Smooth LMS: the learning system that follows HR."""

__version__ = "15.0.0"
