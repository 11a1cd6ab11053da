"""The words for each kind of record and each outcome of a run."""

from __future__ import annotations

from reseau.i18n import N_, Words

KIND_WORDS = {
    "person": N_("people"),
    "placeholder": N_("placeholders"),
    "place": N_("communities and conversations"),
    "membership": N_("memberships"),
    "document": N_("documents"),
    "post": N_("posts and replies"),
    "reaction": N_("reactions"),
    "file": N_("files"),
    "tag": N_("tags"),
    "link": N_("links between posts"),
    "event": N_("meetings"),
    "feed": N_("feeds"),
    "activity": N_("system entries (arrivals, changes of topic)"),
    "record": N_("unreadable lines"),
    "entry": N_("unreadable entries"),
}

#: Heads of columns. In French they are nouns, which need not agree with what they count.
OUTCOME_WORDS = {
    "read": N_("read"),
    "inserted": N_("inserted"),
    "updated": N_("updated"),
    "unchanged": N_("unchanged"),
    "refused": N_("refused"),
}


def kind_word(t: Words, kind: str) -> str:
    """Return the word for a kind of record."""
    return t(KIND_WORDS[kind]) if kind in KIND_WORDS else kind


def counted(t: Words, kind: str, count: int, outcomes: str = "") -> str:
    """Return ``messages: 3``, with outcomes in parentheses."""
    values = {"kind": kind_word(t, kind), "count": t.number(count)}
    return (
        t("{kind}: {count} ({outcomes})", **values, outcomes=outcomes) if outcomes else t("{kind}: {count}", **values)
    )


def outcome(t: Words, name: str, count: int) -> str:
    """Return ``2 inserted``: the number of records with an outcome."""
    if name == "inserted":
        return t.plural("{count} inserted", "{count} inserted", count)
    if name == "updated":
        return t.plural("{count} updated", "{count} updated", count)
    if name == "unchanged":
        return t("{count} unchanged", count=t.number(count))
    return t.plural("{count} refused", "{count} refused", count)


def ending(t: Words, refused: dict[str, int], path: str) -> str:
    """Return the last line of a run: whether everything was imported, and how to read what was not."""
    total = sum(refused.values())
    if not total:
        return t("Everything is in. `reseau migrate report` writes the report for the launch team.")
    if set(refused) == {"post"}:
        return t.plural(
            "The import is done; {count} message was refused: see the report (`reseau migrate report {path}`).",
            "The import is done; {count} messages were refused: see the report (`reseau migrate report {path}`).",
            total,
            path=path,
        )
    return t.plural(
        "The import is done; {count} item was refused: see the report (`reseau migrate report {path}`).",
        "The import is done; {count} items were refused: see the report (`reseau migrate report {path}`).",
        total,
        path=path,
    )
