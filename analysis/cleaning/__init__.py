"""Cleaning: where judgement about data starts and is written down."""
