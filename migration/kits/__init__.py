"""Starter kits: communities and first contents, in both languages, that a launch team publishes before opening."""
