"""Figures: the house style and plot_ functions."""
