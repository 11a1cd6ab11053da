"""Counts: facts, metrics, periods, privacy and the published cubes. No text that people wrote ever enters here."""
