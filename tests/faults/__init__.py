"""Faults in a real installation, one after the other: the losses, the sentences and the repairs."""
