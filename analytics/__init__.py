"""Counts: facts, metrics, periods, privacy and the published cubes. No text of anyone ever enters here."""
