"""Benchmarks: ratios to a peer or a least cost, measured at the same time. ``make bench`` runs them all."""
