"""The entry point of the program: ``reseau`` and ``python -m reseau``."""

from __future__ import annotations

import gc

#: New objects between two runs of the garbage collector. Loading the libraries makes very many objects that stay, and
#: by default Python would scan them after every 700.
_NEW_OBJECTS = 50_000


def main() -> None:
    """Run the command line that the program was started with."""
    gc.set_threshold(_NEW_OBJECTS)
    from reseau import cli

    cli.main()


if __name__ == "__main__":
    main()
