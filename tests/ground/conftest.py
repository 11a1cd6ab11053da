"""Fixtures of the tests of the tree itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ground.tree import ROOT


@pytest.fixture(scope="session")
def project() -> Path:
    return ROOT
