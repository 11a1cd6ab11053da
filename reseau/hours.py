"""Working hours: Monday to Friday, nine to six, in a person's own time zone. Notices that can wait go out then."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_OPENS, _CLOSES = time(9), time(18)
_SATURDAY = 5


def next_opening(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment itself if it is within working hours, else the next beginning of them (in UTC)."""
    local = moment.astimezone(zone)
    if local.weekday() < _SATURDAY and _OPENS <= local.time() < _CLOSES:
        return moment
    day = local.date() if local.time() < _OPENS else local.date() + timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, _OPENS, zone).astimezone(moment.tzinfo)


def last_opening(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return when the working day before that of a moment began (in UTC)."""
    day = moment.astimezone(zone).date() - timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day -= timedelta(days=1)
    return datetime.combine(day, _OPENS, zone).astimezone(moment.tzinfo)
