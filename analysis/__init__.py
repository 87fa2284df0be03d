"""Ballast: an essay on Russia-China ties, tested on real data."""

__version__ = "0.2.0"
