"""The circumstances of a change: its platform and its origin."""

from __future__ import annotations

from dataclasses import dataclass

from reseau.kinds import Origin


@dataclass(frozen=True, slots=True)
class Acting:
    """The circumstances of a batch, written on each of its rows.

    Attributes:
        platform: ``console``, ``slack``, ``teams``, ``mail``, ``import``, ``demo``…
        origin: native (a person did it here), mirrored (a person did it in a linked channel) or seeded (a launch
            team or an import brought it).
        link_id: the link of the channel in which it was written, which needs no copy.
    """

    platform: str
    origin: Origin = Origin.NATIVE
    link_id: int | None = None


SYSTEM = Acting("system")
