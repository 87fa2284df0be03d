"""Measures: pure functions of frames and series, named by nouns."""
