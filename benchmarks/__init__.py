"""Figures to look at, as medians and ratios; nothing here is a test."""
