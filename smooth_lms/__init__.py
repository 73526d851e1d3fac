"""Smooth LMS: the learning system that follows HR."""

__version__ = "0.2.0"
