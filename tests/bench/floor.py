"""The floor of an import: unzip every day file and parse it, and keep nothing. Run as a program of its own."""

from __future__ import annotations

import json
import sys
import zipfile


def main(path: str) -> int:
    """How many messages there are in a zip of day files."""
    messages = 0
    with zipfile.ZipFile(path) as bundle:
        for name in bundle.namelist():
            if "/" in name and name.endswith(".json"):
                messages += len(json.loads(bundle.read(name)))
    return messages


if __name__ == "__main__":
    sys.stdout.write(f"{main(sys.argv[1])}\n")
