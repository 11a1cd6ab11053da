"""Random people who write and correct in a small town, and what has to hold afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from reseau.access import viewer
from reseau.acting import Acting
from reseau.communities import belonging, opening
from reseau.communities.belonging import Appointment, Joining
from reseau.communities.opening import NewCommunity
from reseau.contents import changing, moderation, moving, publishing, reactions, threads
from reseau.contents.changing import Acceptance, Edit, Reopening, Withdrawal
from reseau.contents.kinds.answer import ANSWER
from reseau.contents.kinds.question import QUESTION
from reseau.contents.moderation import Decision
from reseau.contents.moving import Merger, Move
from reseau.contents.publishing import NewContent
from reseau.contents.reactions import NewReaction
from reseau.errors import ReseauError
from reseau.finding.lookup import find_contents
from reseau.kinds import CommunityKind, MemberKind, Privacy
from reseau.people import members
from reseau.people.members import NewMember
from reseau.store.tables import activity, content, membership, reaction, thread
from reseau.store.transaction import Transaction

HERE = Acting("console")
WALL = 4
ACTS = (
    *("ask", "ask", "answer", "answer", "edit", "withdraw", "restore", "move", "move", "merge", "merge", "split"),
    *("hide", "show", "remove", "report", "accept", "reopen", "react"),
)


@dataclass(frozen=True)
class Step:
    """Something that somebody tries: numbers choose among what there is by then."""

    act: str
    who: int
    what: int
    other: int
    fit: bool = False


steps = st.lists(
    st.builds(Step, st.sampled_from(ACTS), st.integers(0, 4), st.integers(0, 9), st.integers(0, 9), st.booleans()),
    min_size=4,
    max_size=30,
)


@dataclass
class Town:
    """Ana, Bob and Zoe inside, Gus a guest of the first place, Max an administrator; Zoe animates two places.

    Attributes:
        allowed: for each content that was written where not everybody reads, who could read it there. Its author alone
            can let it be read by others.
    """

    tx: Transaction
    people: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    contents: list[int] = field(default_factory=list)
    pool: list[int] = field(default_factory=list)
    allowed: dict[int, set[int]] = field(default_factory=dict)

    @classmethod
    def founded(cls, tx: Transaction) -> Town:
        new = [NewMember(name) for name in ("Ana", "Bob", "Zoe")]
        guest, chief = NewMember("Gus", kind=MemberKind.CLIENT), NewMember("Max", administrator=True)
        people = members.add(tx, [*new, guest, chief], HERE)
        kinds = (Privacy.OPEN, Privacy.OPEN, Privacy.PRIVATE, Privacy.SECRET)
        spaces = [NewCommunity(f"Lieu {number}", CommunityKind.PRACTICE, kind) for number, kind in enumerate(kinds)]
        places = opening.add(tx, spaces, HERE)
        inside = [(0, 3), (0, 4), (2, 0), (2, 1), (2, 2), (3, 0), (3, 2), (3, 3)]
        belonging.join(tx, [Joining(places[place], people[who]) for place, who in inside], HERE)
        belonging.appoint(tx, [Appointment(places[place], people[2]) for place in (0, 2)], HERE)
        return cls(tx, people, places)

    def do(self, step: Step) -> None:
        """Try one step; a refused one changes nothing."""
        self.pool = self._pool(step.act) or self.contents
        who = self._entitled(step) if step.fit else self.people[step.who]
        try:
            with self.tx.apart():
                _DOES[step.act](self, who, step)
        except ReseauError:
            return
        if step.act in ("ask", "answer"):
            self._note_readers()
        if step.act == "move":
            self._consent(who)

    def one(self, number: int) -> int:
        return self.pool[number % len(self.pool)] if self.pool else 0

    def _pool(self, act: str) -> list[int]:
        """The contents that an act may be about; all if it may be about any."""
        every = rows(self.tx).values()
        match act:
            case "restore":
                return [row.id for row in every if row.deleted_at is not None]
            case "show":
                return [row.id for row in every if row.state == "hidden"]
            case "split":
                return [row.id for row in every if row.state == "merged"]
            case "move" | "merge" | "reopen":
                return [row.id for row in every if row.code is not None]
            case _:
                return []

    def _entitled(self, step: Step) -> int:
        """A person with permission: the author, or somebody who decides."""
        if not self.pool or step.act in ("ask", "answer", "react", "report"):
            return self.people[step.who]
        if step.act in ("hide", "show", "remove"):
            return self.people[4 if step.act == "remove" else 2]
        about = threads.root_of(self.tx, self.one(step.what)) if step.act == "accept" else self.one(step.what)
        return threads.author_of(self.tx, about)

    def readers(self, content_id: int) -> set[int]:
        return {who for who in self.people if threads.get(self.tx, viewer(self.tx, who), content_id) is not None}

    def _note_readers(self) -> None:
        new = self.contents[-1]
        readers = self.readers(new)
        if not set(self.people[:3]) <= readers:
            self.allowed[new] = readers

    def _consent(self, who: int) -> None:
        """The author who moves a thread lets the readers of the new place read his or her words in it."""
        for content_id in self.allowed:
            if threads.author_of(self.tx, content_id) == who:
                self.allowed[content_id] |= self.readers(content_id)


def _publish(town: Town, new: NewContent) -> None:
    town.contents.append(publishing.publish(town.tx, [new], HERE)[0].id)


def _ask(town: Town, who: int, step: Step) -> None:
    place = step.what % (WALL + 1)
    number = len(town.contents)
    text = f"Quel banc numéro mot{number} ?"
    _publish(town, NewContent(QUESTION, who, text, None if place == WALL else town.places[place]))


def _answer(town: Town, who: int, step: Step) -> None:
    root = threads.get(town.tx, viewer(town.tx, who), town.one(step.what))
    if root is not None and not moderation.hidden_in(town.tx, root.root_id):
        _publish(town, NewContent(ANSWER, who, f"Le banc mot{len(town.contents)}", root_id=root.root_id))


def _bring_back(town: Town, who: int, step: Step) -> None:
    changing.bring_back(town.tx, [Withdrawal(town.one(step.what), who)], HERE)


def _accept(town: Town, who: int, step: Step) -> None:
    answer = threads.get(town.tx, viewer(town.tx, who), town.one(step.what))
    if answer is not None:
        changing.accept(town.tx, [Acceptance(answer.root_id, answer.id, who)], HERE)


def _react(town: Town, who: int, step: Step) -> None:
    if town.contents and threads.get(town.tx, viewer(town.tx, who), town.one(step.what)) is not None:
        reactions.react(town.tx, [NewReaction(town.one(step.what), who, "tada")], HERE)


def _decision(town: Town, who: int, step: Step) -> Decision:
    return Decision(town.one(step.what), who, "parce que")


_DOES: Mapping[str, Callable[[Town, int, Step], object]] = {
    "ask": _ask,
    "answer": _answer,
    "edit": lambda town, who, step: changing.edit(
        town.tx, [Edit(town.one(step.what), who, f"Un banc changé mot{step.what} v{step.other}")], HERE
    ),
    "withdraw": lambda town, who, step: changing.withdraw(town.tx, [Withdrawal(town.one(step.what), who)], HERE),
    "restore": _bring_back,
    "move": lambda town, who, step: moving.move(
        town.tx, [Move(town.one(step.what), town.places[step.other % WALL], who, "ailleurs")], HERE
    ),
    "merge": lambda town, who, step: moving.merge(
        town.tx, [Merger(town.one(step.what), town.one(step.other), who, "pareil")], HERE
    ),
    "split": lambda town, who, step: moving.unmerge(town.tx, own_code(town, step.what), who, HERE),
    "hide": lambda town, who, step: moderation.hide(town.tx, [_decision(town, who, step)], HERE),
    "show": lambda town, who, step: moderation.show_again(town.tx, [_decision(town, who, step)], HERE),
    "remove": lambda town, who, step: moderation.remove(town.tx, [_decision(town, who, step)], HERE),
    "report": lambda town, who, step: moderation.report(town.tx, _decision(town, who, step), HERE),
    "accept": _accept,
    "reopen": lambda town, who, step: changing.reopen(town.tx, [Reopening(town.one(step.what), who)], HERE),
    "react": _react,
}


def own_code(town: Town, number: int) -> str:
    """The code that a content itself has, even if it was merged."""
    code = select(content.c.code).where(content.c.id == town.one(number))
    return str(town.tx.execute(code).scalar() or "")


# -- invariants -------------------------------------------------------------------------------------------------------


def rows(tx: Transaction) -> dict[int, Any]:
    return {row.id: row for row in tx.execute(select(content))}


def alive(row: Any) -> bool:
    return row.deleted_at is None and row.state == "published"


def check_readers(town: Town) -> None:
    """Each content is read by the readers of its place, if it is there, and by nobody whom its author left out."""
    inside: dict[int, set[int]] = {}
    for row in town.tx.execute(select(membership.c.community_id, membership.c.member_id)):
        inside.setdefault(row.community_id, set()).add(row.member_id)
    employees = {town.people[number] for number in (0, 1, 2, 4)}
    for row in rows(town.tx).values():
        place = row.community_id
        is_open = place is None or place in town.places[:2]
        may = (employees if is_open else set()) | inside.get(place, set())
        if row.deleted_at is not None:
            may = set()
        elif row.state == "hidden":
            may &= {row.author_id}
        assert town.readers(row.id) == may, (row.id, row.state)
        if row.id in town.allowed:
            assert may <= town.allowed[row.id], row.id
        finders = {who for who in town.people if row.id in _found(town, who)}
        assert finders == (may if row.state == "published" else set()), row.id


def _found(town: Town, who: int) -> set[int]:
    return {hit.content.id for hit in find_contents(town.tx, viewer(town.tx, who), "banc", 300)}


def check_counters(town: Town) -> None:
    """Threads count their contents, and keep an answer only while it is one of them."""
    every = rows(town.tx)
    reacted = [row.content_id for row in town.tx.execute(select(reaction.c.content_id))]
    for counted in town.tx.execute(select(thread)):
        root = every[counted.root_id]
        if root.root_id != root.id:
            continue  # merged: its counters wait for it to be parted again
        replies = [row for row in every.values() if row.root_id == root.id and row.id != root.id]
        standing = [row for row in replies if alive(row)]
        assert counted.replies == len(standing), root.id
        assert counted.reactions == sum(every[id_].root_id == root.id for id_ in reacted), root.id
        assert counted.accepted_id is None or counted.accepted_id in [row.id for row in standing], root.id
        answers = [row.created_at for row in standing if row.author_id != root.author_id]
        late = [at for at in answers if counted.reopened_at is None or at > counted.reopened_at]
        assert counted.answered_at == min(late, default=None), root.id


def check_facts(town: Town) -> None:
    """Each content is written once, and counts exactly if it is there (or only hidden)."""
    written: list[int] = []
    last: dict[int, str] = {}
    for row in town.tx.execute(select(activity).order_by(activity.c.id)):
        if row.verb in ("published", "replied"):
            written.append(row.content_id)
        if row.verb in ("deleted", "removed", "merged", "restored"):
            last[row.content_id] = row.verb
    every = rows(town.tx)
    assert sorted(written) == sorted(every)
    counting = {id_ for id_ in written if last.get(id_, "restored") == "restored"}
    assert counting == {id_ for id_, row in every.items() if row.deleted_at is None}


def check_codes(town: Town) -> None:
    """A code leads to one content for everybody who reads it, and every code ever given still leads there."""
    for row in rows(town.tx).values():
        if row.code is None:
            continue
        for who in town.people:
            thread = threads.get(town.tx, viewer(town.tx, who), row.code)
            assert thread is None or thread.id == row.root_id, row.code
