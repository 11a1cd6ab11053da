"""The least work of an import: unzip and parse every day file, and keep nothing. Run as a separate program."""

from __future__ import annotations

import json
import sys
import zipfile


def main(path: str) -> int:
    """Return the number of messages in a zip of day files."""
    messages = 0
    with zipfile.ZipFile(path) as bundle:
        for name in bundle.namelist():
            if "/" in name and name.endswith(".json"):
                messages += len(json.loads(bundle.read(name)))
    return messages


if __name__ == "__main__":
    sys.stdout.write(f"{main(sys.argv[1])}\n")
