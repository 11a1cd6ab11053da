"""Markup of the tools people come from, turned into the network's own text: Markdown (a subset of CommonMark)."""
