"""Counts: facts, metrics, periods, privacy and the published cubes. No text of anybody ever enters here."""
