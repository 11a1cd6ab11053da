"""Where the program starts: ``reseau`` and ``python -m reseau``."""

from __future__ import annotations

import gc

#: New objects between two looks of the garbage collector. Loading the libraries makes very many that stay, and Python
#: would look through them every 700.
_NEW_OBJECTS = 50_000


def main() -> None:
    """Run the command line that the program was started with."""
    gc.set_threshold(_NEW_OBJECTS)
    from reseau import cli

    cli.main()


if __name__ == "__main__":
    main()
