"""Benchmarks: ratios against a peer or a floor, run side by side in the same minutes. ``make bench`` runs them all."""
