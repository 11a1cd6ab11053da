"""Where the program starts: ``reseau`` and ``python -m reseau``."""

from __future__ import annotations

import gc

#: New objects between two looks of the garbage collector. Loading the libraries makes half a million that stay, and
#: looking through them every 700, as Python does, is a fifth of a start.
_NEW_OBJECTS = 50_000


def main() -> None:
    """Run the command line that the program was started with."""
    gc.set_threshold(_NEW_OBJECTS)
    from reseau import cli

    cli.main()


if __name__ == "__main__":
    main()
