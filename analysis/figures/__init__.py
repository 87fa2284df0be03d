"""Figures: the house style, what each chapter plots, and how a notebook shows what it found."""

from analysis.figures.showing import say, show, sources

__all__ = ["say", "show", "sources"]
