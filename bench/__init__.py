"""Measurements, never tests: ratios within one run, medians of several."""
