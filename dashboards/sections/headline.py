"""The headline: the page's title is a sentence made from the figures, and the next one says what it means."""

from __future__ import annotations

from analytics.cell import Reason, Shown
from dashboards.drawing.wording import amount, dated, lived, span
from dashboards.figures.cells import Cell
from dashboards.figures.presets import of_grain as preset_of
from dashboards.figures.reading import Reading, first_day, read
from dashboards.figures.visit import Visit
from reseau.i18n import Words


def title(activation: Cell | None, t: Words, k: int) -> str:
    """Return the title: the one sentence to remember."""
    if activation is not None and activation.shown is Shown.HIDDEN:
        if activation.reason is Reason.K:
            return t("The network is still small: figures begin with {k} people.", k=k)
        return t("The network is still too small for percentages.")
    if activation is not None and activation.shown is Shown.BAND and activation.denominator:
        return _roughly(activation, round(activation.denominator), t, k)
    if activation is None or activation.value is None or activation.numerator is None or not activation.denominator:
        return t("The first profiles are being activated.")
    share = amount(activation.value, "share", t, int(activation.denominator))
    headcount = t.number(round(activation.denominator))
    return t.plural(
        "{count} person out of {headcount} has activated their profile: {share} of the workforce.",
        "{count} people out of {headcount} have activated their profile: {share} of the workforce.",
        round(activation.numerator),
        headcount=headcount,
        share=share,
    )


def _roughly(activation: Cell, people: int, t: Words, k: int) -> str:
    """Return the sentence for a number of people that is shown as a range."""
    headcount = t.number(people)
    if activation.reason is Reason.K:
        return t("Fewer than {k} people out of {headcount} have activated their profile.", k=k, headcount=headcount)
    low, high = (round((edge or 0) * people) for edge in (activation.low, activation.high))
    if activation.reason is Reason.HOMOGENEOUS and people - low < k:
        return t(
            "Out of {headcount} people, all but fewer than {k} have activated their profile.", k=k, headcount=headcount
        )
    return t(
        "Between {low} and {high} people out of {headcount} have activated their profile.",
        low=t.number(low),
        high=t.number(high),
        headcount=headcount,
    )


def lead(activation: Reading, engagement: Reading, t: Words, k: int) -> str:
    """Return the sentences after the title: participation, then the distance to the target; none without figures."""
    sentences = [_participation(activation.now, engagement.now, t, k), _aim(activation, t)]
    return " ".join(sentence for sentence in sentences if sentence)


def period(visit: Visit) -> str:
    """Return the page's period, its days, and the period it is compared with."""
    reading, t = read(visit, "activation_rate"), visit.t
    chosen = preset_of(reading.grain) or visit.address.period
    parts = [t(chosen.label)]
    if reading.now is not None:
        parts.append(lived(reading.now.start, reading.now.end, visit))
    if reading.before is not None and chosen.against:
        parts.append(t(chosen.against))
    return ", ".join(parts)


def beginning(visit: Visit) -> str:
    """Return when figures over the chosen period will begin, while there are only those of a shorter one."""
    t, chosen = visit.t, visit.address.period
    if read(visit, "activation_rate").grain == chosen.grain or not chosen.weeks:
        return ""
    day = first_day(visit, chosen.weeks)
    if day is None or day <= visit.today:
        return ""
    return t("Figures over {period} begin on {day}.", period=t(chosen.tab), day=dated(day, t))


def _participation(activation: Cell | None, engagement: Cell | None, t: Words, k: int) -> str:
    if activation is None or activation.value is None or engagement is None:
        return ""
    if engagement.shown is Shown.BAND and engagement.reason is Reason.K:  # a network that fell silent says so
        return t("Fewer than {k} of them took part {days}.", k=k, days=span(engagement.start, engagement.end, t))
    if engagement.value is None:
        return ""
    if (activation.start, activation.end) != (engagement.start, engagement.end):
        share = amount(engagement.value, "share", t, engagement.n)
        return t("{share} of them took part {days}.", share=share, days=span(engagement.start, engagement.end, t))
    return t("{share} of them took part over this period.", share=amount(engagement.value, "share", t, engagement.n))


def _aim(activation: Reading, t: Words) -> str:
    target, gap = activation.target, activation.gap
    if target is None or gap is None or activation.now is None or activation.now.value is None:
        return ""
    goal = amount(target, "share", t)
    if gap <= 0:
        return t("The activation target of {target} is reached.", target=goal)
    points = max(1, round(target * 100) - round(activation.now.value * 100))
    return t.plural(
        "{count} point to go to the activation target of {target}.",
        "{count} points to go to the activation target of {target}.",
        points,
        target=goal,
    )
