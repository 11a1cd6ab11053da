"""Effort of hypothesis, by ``RESEAU_HYPOTHESIS``: ``fast``, ``usual`` (if it is not set) or ``thorough``."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Time limits of one example say more about a busy machine than about the code; pytest has its own for the whole test.
_ALWAYS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("fast", parent=_ALWAYS, max_examples=20)
settings.register_profile("usual", parent=_ALWAYS, max_examples=100)
settings.register_profile("thorough", parent=_ALWAYS, max_examples=2_000)
settings.load_profile(os.environ.get("RESEAU_HYPOTHESIS", "usual"))
