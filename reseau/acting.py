"""How a change comes in: through which platform, and from where in time."""

from __future__ import annotations

from dataclasses import dataclass

from reseau.kinds import Origin


@dataclass(frozen=True, slots=True)
class Acting:
    """Said once for a batch and written on every row of it.

    Attributes:
        platform: ``console``, ``slack``, ``teams``, ``mail``, ``import``, ``demo``…
        origin: native (a person did it here), mirrored (a person did it in a linked channel) or seeded (a launch
            team or an import brought it).
        link_id: the link of the channel that it was said in, which needs no copy of it.
    """

    platform: str
    origin: Origin = Origin.NATIVE
    link_id: int | None = None


SYSTEM = Acting("system")
