"""Checking a document against a JSON schema: Microsoft's own from its package, or ours in ``data``."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, cast

COUNTERPARTS = Path(__file__).parents[1] / "counterparts"
TEAMS = COUNTERPARTS / "node_modules" / "@microsoft" / "app-manifest" / "build" / "json-schemas" / "teams"
SLACK_LIMITS = Path(__file__).parent / "data" / "slack-manifest-limits.json"


def refused(schema: Path, document: Any) -> list[str]:
    """The errors of a document under a schema, one line each; empty if it is valid."""
    request = json.dumps({"schema": json.loads(schema.read_text("utf-8-sig")), "document": document})
    command = ["node", str(COUNTERPARTS / "validate.cjs")]
    result = subprocess.run(command, input=request, capture_output=True, text=True, check=True, timeout=60)
    return cast("list[str]", json.loads(result.stdout))


def teams_refuses(version: str, document: Any, kind: str = "") -> list[str]:
    """The errors of a document under Microsoft's schema of a version, or of its ``kind`` (``Localization``)."""
    name = f"MicrosoftTeams.{kind}.schema.json" if kind else "MicrosoftTeams.schema.json"
    return refused(TEAMS / f"v{version}" / name, document)
