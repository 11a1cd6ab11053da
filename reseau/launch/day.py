"""The launch day: the first day that figures count, if the installation has set one."""

from __future__ import annotations

from datetime import date

from reseau.errors import ReseauError
from reseau.i18n import N_
from reseau.network import clear_notice, get_notice, set_notice
from reseau.store.transaction import Transaction

_NOTICE = "launch"
_EARLIEST = date(2000, 1, 1)  # an earlier day is a slip of the keyboard, and figures are computed for every day since
_YEARS_AHEAD = 5


class LaunchDayError(ReseauError):
    """A typed or stored launch day is not a usable date."""


def read_day(text: str, today: date) -> date:
    """Return the launch day of a typed text such as ``2026-01-05``.

    Raises:
        LaunchDayError: the text is not a date, or not a plausible one.
    """
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise LaunchDayError(
            "E_LAUNCH_DAY",
            N_("“{day}” is not a date. Write the year, the month and the day: reseau launch day 2026-01-05"),
            day=text[:40],
        ) from None
    if not _EARLIEST <= day <= date(today.year + _YEARS_AHEAD, 12, 31):
        raise LaunchDayError(
            "E_LAUNCH_DAY",
            N_("The launch day cannot be {day}: it lies between {first} and the end of {last}."),
            day=day.isoformat(),
            first=_EARLIEST.isoformat(),
            last=today.year + _YEARS_AHEAD,
        )
    return day


def launch_day(tx: Transaction) -> date | None:
    """Return the launch day (``"2026-01-05"`` or ``{"day": …}`` in the store), or ``None``.

    Raises:
        LaunchDayError: the stored day is not a date.
    """
    value = get_notice(tx, _NOTICE)
    if value is None:
        return None
    day = str(value.get("day", "")) if isinstance(value, dict) else str(value)
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise LaunchDayError(
            "E_LAUNCH_DAY",
            N_("The launch day that was noted, “{day}”, is not a date. Set it again: reseau launch day 2026-01-05"),
            day=day,
        ) from None


def set_launch_day(tx: Transaction, day: date | None) -> None:
    """Set or clear the launch day; without one, figures count from the first person who came in."""
    if day is None:
        clear_notice(tx, _NOTICE)
    else:
        set_notice(tx, _NOTICE, {"day": day.isoformat()})
