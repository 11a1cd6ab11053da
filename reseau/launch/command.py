"""``reseau launch day``: shows, sets or clears the launch day."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date

from reseau.i18n import Words
from reseau.launch import day as launch
from reseau.network import open_network
from reseau.settings import Settings
from reseau.store.moments import now


@dataclass(frozen=True, slots=True)
class Launching:
    """The commands of the launch day; each returns a sentence for the reader."""

    settings: Settings

    def show(self) -> str:
        """Show the launch day.

        Raises:
            reseau.launch.day.LaunchDayError: the stored day is not a date.
        """
        t = self._words()
        with closing(open_network(self.settings).store) as store, store.read() as tx:
            day = launch.launch_day(tx)
        if day is None:
            return t("No launch day is set: figures count from the first person who comes in.") + " " + self._advice(t)
        return self._sentence(day, t)

    def set(self, typed: str) -> str:
        """Set the launch day to a typed date.

        Raises:
            reseau.launch.day.LaunchDayError: the text is not a date, or not a plausible one.
        """
        t, day = self._words(), launch.read_day(typed, self._today())
        with closing(open_network(self.settings).store) as store, store.write() as tx:
            launch.set_launch_day(tx, day)
        return self._sentence(day, t) + " " + t("To count anew: reseau facts build")

    def clear(self) -> str:
        """Clear the launch day."""
        t = self._words()
        with closing(open_network(self.settings).store) as store, store.write() as tx:
            launch.set_launch_day(tx, None)
        return (
            t("No launch day is set any more: figures count from the first person who comes in.")
            + " "
            + t("To count anew: reseau facts build")
        )

    def _sentence(self, day: date, t: Words) -> str:
        if day > self._today():
            return t("The launch day is {day}: until then, nothing counts.", day=t.date(day, "full"))
        return t("The launch day is {day}: figures count from then on.", day=t.date(day, "full"))

    def _advice(self, t: Words) -> str:
        return t("To set one: reseau launch day {day}", day=self._today().isoformat())

    def _words(self) -> Words:
        return Words(self.settings.language, self.settings.zone)

    def _today(self) -> date:
        return now().astimezone(self.settings.zone).date()
