"""Writing a simulated year into an empty store, through the write functions, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from typing import TypeVar

from sqlalchemy import func, select

from migration.demo.company import Person
from migration.demo.happenings import Reply, Thread, Use, Year
from migration.demo.life import live
from migration.demo.story import story
from reseau.acting import Acting
from reseau.communities import belonging, opening
from reseau.communities.belonging import Appointment, Joining
from reseau.communities.opening import NewCommunity
from reseau.contents import changing, publishing, reactions, tags, thanks
from reseau.contents.changing import Acceptance
from reseau.contents.publishing import NewContent
from reseau.contents.reactions import NewReaction
from reseau.contents.thanks import NewThanks
from reseau.errors import ReseauError
from reseau.folding import fold
from reseau.i18n import N_
from reseau.keys import AccountKey
from reseau.kinds import FollowKind, MemberKind, MemberStatus, Origin
from reseau.network import Network, get_notice, set_notice
from reseau.people import follows, identities, members
from reseau.people.follows import NewFollow
from reseau.people.identities import NewIdentity
from reseau.people.members import MemberChange, NewMember, ProfileItems
from reseau.store.moments import now
from reseau.store.tables import community, content
from reseau.store.transaction import Transaction

NOTICE, LAUNCH = "demonstration", "launch"
PREPARED = Acting("demo", Origin.SEEDED)
SEED, PEOPLE = 7, 320
SMALLEST = 20  # people
_FADED = timedelta(weeks=8)  # a role ends so long after its holder's last activity
_CONSOLE_JOB = "Animateur du réseau"  # the job of the person whose account the console of the demonstration has

T = TypeVar("T")


class NotEmptyError(ReseauError):
    """The store is not empty, so no demonstration is written into it."""


@dataclass(frozen=True, slots=True)
class Size:
    """The parameters of a demonstration: the same three give the same store."""

    seed: int
    people: int
    until: date


@dataclass(frozen=True, slots=True)
class Filled:
    """The content of a demonstration's notice."""

    name: str
    seed: int
    people: int
    until: date
    follows_today: bool  # whether it is moved up to today; one that was made for a chosen day is not


def filled(tx: Transaction) -> Filled | None:
    """Return the demonstration of a store, if it holds one."""
    notice = get_notice(tx, NOTICE)
    if not isinstance(notice, dict):
        return None
    return Filled(
        name=str(notice["name"]),
        seed=int(notice["seed"]),
        people=int(notice["people"]),
        until=date.fromisoformat(str(notice["until"])),
        follows_today=bool(notice.get("follows_today", True)),
    )


def notice_of(name: str, seed: int, people: int, until: date, *, follows_today: bool) -> dict[str, object]:
    """Return the notice of a demonstration, as :func:`filled` reads it."""
    return {
        "name": name,
        "seed": seed,
        "people": people,
        "until": until.isoformat(),
        "follows_today": follows_today,
    }


def fill(network: Network, size: Size, watch: Callable[[float], None] = lambda share: None) -> Year:
    """Fill an empty store with the demonstration, whole or not at all; return the year.

    Args:
        network: the network whose store is filled.
        size: the parameters of the year.
        watch: called with the share that is done, from 0 to 1.

    Raises:
        NotEmptyError: the store holds communities or contents.
        ReseauError: the story needs more people.
    """
    if size.people < SMALLEST:
        raise ReseauError("E_DEMO_SIZE", N_("The demonstration needs at least {least} people."), least=SMALLEST)
    with network.store.read() as tx:
        check_empty(tx)
    year = live(size.seed, size.people, size.until)
    with network.store.write() as tx:
        check_empty(tx)  # again, now that nobody else can write
        _Filling(tx, year).run(watch)
        _note(tx, size, year)
    return year


def check_empty(tx: Transaction) -> None:
    """Refuse a store that is not empty.

    Raises:
        NotEmptyError: the store has communities or contents, perhaps those of a demonstration.
    """
    if any(tx.execute(select(func.count()).select_from(table)).scalar() for table in (community, content)):
        raise NotEmptyError(
            "E_DEMO_NOT_EMPTY",
            N_(
                "This store is not empty, so no demonstration was written into it. "
                "Choose another folder with --data, or replace what is there with --fresh."
            ),
        )


def _note(tx: Transaction, size: Size, year: Year) -> None:
    """Write the notices of a complete demonstration, as the last step."""
    set_notice(tx, LAUNCH, {"day": year.first_day.isoformat()})
    earliest_today = now().date() - timedelta(days=1)  # it is no earlier day in any time zone
    follows_today = size.until >= earliest_today
    notice = notice_of(story().company.name, size.seed, size.people, size.until, follows_today=follows_today)
    set_notice(tx, NOTICE, notice)


class _Filling:
    """The work of one transaction: the directory and the prepared contents, then one week after another."""

    def __init__(self, tx: Transaction, year: Year) -> None:
        self.tx, self.year, self.story = tx, year, story()
        self.launch = datetime.combine(year.first_day, time(0), UTC)
        self.people: dict[Person, int] = {}
        self.places: dict[str, int] = {}
        self.roots: dict[Thread, int] = {}
        self.replies: dict[Reply, int] = {}
        self.uses: defaultdict[int, list[Use]] = defaultdict(list)
        for use in sorted(year.uses, key=lambda use: (use.at, use.person.number)):
            self.uses[(use.at - self.launch) // timedelta(weeks=1)].append(use)

    def run(self, watch: Callable[[float], None]) -> None:
        self._add_people()
        self._open_places()
        weeks = self.year.days // 7
        self._week(datetime.min.replace(tzinfo=UTC), self.launch, PREPARED)
        for week in range(-1, weeks):
            start = self.launch + timedelta(weeks=week)
            self._week(start, start + timedelta(weeks=1), None)
            watch((week + 2) / (weeks + 1))
        self._follow_tags()

    # -- the directory -------------------------------------------------------------------------------------------------

    def _add_people(self) -> None:
        everybody = sorted(
            self.year.people, key=lambda person: (max(person.hired_on, self.year.first_day), person.number)
        )
        ids = members.add(self.tx, [self._member(person) for person in everybody], PREPARED)
        self.people = dict(zip(everybody, ids, strict=True))
        by_number = {person.number: person for person in everybody}
        bosses = [
            MemberChange(id_, {"manager_id": self.people[by_number[person.manager]]})
            for person, id_ in self.people.items()
            if person.manager is not None
        ]
        members.change(self.tx, bosses, PREPARED)
        sheets = [
            ProfileItems(self.people[person], kind, values)
            for person in everybody
            if person in self.year.activated
            for kind, values in person.sheet.items()
        ]
        members.set_profile(self.tx, sheets, PREPARED)
        self._add_console_accounts()

    def _member(self, person: Person) -> NewMember:
        added = max(datetime.combine(person.hired_on, time(7), UTC), self.launch - timedelta(days=30))
        return NewMember(
            name=person.name,
            email=person.email,
            kind=MemberKind.EMPLOYEE,
            status=MemberStatus.INVITED,
            department=person.department.name,
            site=person.site.name,
            country=person.site.country,
            job=person.job,
            level=person.level,
            hired_on=person.hired_on,
            left_on=person.left_on,
            language=person.site.language,
            timezone=person.site.timezone,
            administrator=person.job == _CONSOLE_JOB or person is _first(self._animateurs(), _speaks_english),
            created_at=added,
        )

    def _add_console_accounts(self) -> None:
        """Give the console of the demonstration an account with a feed that is worth reading.

        An English reader gets an account in the team that speaks English.
        """
        if identities.member_of(self.tx, AccountKey("console", "", "local")) is None:
            french = _first(self._animateurs(), lambda person: person.job == _CONSOLE_JOB)
            english = _first(self._animateurs(), _speaks_english)
            accounts = [
                NewIdentity(self.people[person], "console", "", name, "administrator")
                for name, person in (("local", french), ("local-en", english))
            ]
            identities.add(self.tx, accounts, PREPARED)

    def _animateurs(self) -> list[Person]:
        return [role.person for role in self.year.roles if role.person.left_on is None]

    # -- communities ---------------------------------------------------------------------------------------------------

    def _open_places(self) -> None:
        places = list(self.story.places.values())
        new = [
            NewCommunity(
                name=place.name,
                kind=place.kind,
                privacy=place.privacy,
                language=place.language,
                purpose=place.purpose,
                slug=place.key,
                personal=place.personal,
                created_at=self.year.opened[place.key],
            )
            for place in places
        ]
        self.places = dict(zip((place.key for place in places), opening.add(self.tx, new, PREPARED), strict=True))
        roles = [
            Appointment(
                community_id=self.places[role.place],
                member_id=self.people[role.person],
                role=role.role,
                since=role.since,
                until=self.launch + timedelta(weeks=role.fades) + _FADED if role.style == "fading" else None,
            )
            for role in self.year.roles
        ]
        belonging.appoint(self.tx, roles, PREPARED)

    # -- a week --------------------------------------------------------------------------------------------------------

    def _week(self, start: datetime, end: datetime, acting: Acting | None) -> None:
        """Write what happened from ``start`` until before ``end``.

        Args:
            acting: the circumstances of everything; ``None`` for native acts, each on the person's platform.
        """
        self.start, self.end, self.acting = start, end, acting
        if acting is None:
            self._activate()
        self._join()
        self._publish()
        self._reply()
        if acting is None:
            self._accept()
            self._react()
            self._thank()
            self._follow()
            self._use()
            self._leave()

    def _is_this_week(self, at: datetime) -> bool:
        return self.start <= at < self.end

    def _by_platform(self, events: Iterable[T], person_of: Callable[[T], Person]) -> Iterator[tuple[Acting, list[T]]]:
        """Yield events in one batch for each platform, each in the given order."""
        if self.acting is not None:
            yield self.acting, list(events)
            return
        batches: defaultdict[str, list[T]] = defaultdict(list)
        for event in events:
            batches[person_of(event).platform].append(event)
        for platform in sorted(batches):
            yield Acting(platform), batches[platform]

    def _activate(self) -> None:
        for person, at in sorted(self.year.activated.items(), key=lambda pair: (pair[1], pair[0].number)):
            if self._is_this_week(at):
                members.activate(self.tx, [self.people[person]], Acting(person.platform), at)

    def _join(self) -> None:
        prepared = self.acting is not None
        arrivals = [
            (at, person, place)
            for (place, person), at in self.year.joined.items()
            if self._is_this_week(at) and (at < self.launch) is prepared
        ]
        arrivals.sort(key=lambda arrival: (arrival[0], arrival[1].number, arrival[2]))
        for acting, batch in self._by_platform(arrivals, lambda arrival: arrival[1]):
            joinings = [Joining(self.places[place], self.people[person], at) for at, person, place in batch]
            belonging.join(self.tx, joinings, acting)

    def _publish(self) -> None:
        threads = [
            thread
            for thread in self.year.threads
            if self._is_this_week(thread.at) and thread.seeded is (self.acting is not None)
        ]
        for acting, batch in self._by_platform(threads, attrgetter("author")):
            new = [
                NewContent(
                    kind=thread.kind,
                    author_id=self.people[thread.author],
                    text=thread.text,
                    community_id=self.places[thread.place],
                    title=thread.title,
                    created_at=thread.at,
                    tags=thread.tags,
                )
                for thread in batch
            ]
            contents = publishing.publish(self.tx, new, acting)
            self.roots.update((thread, published.id) for thread, published in zip(batch, contents, strict=True))

    def _reply(self) -> None:
        seeded = self.acting is not None
        replies = [
            (thread, reply)
            for thread in self.year.threads
            if thread.seeded is seeded
            for reply in thread.replies
            if self._is_this_week(reply.at)
        ]
        replies.sort(key=lambda pair: (pair[1].at, pair[1].author.number))
        for acting, batch in self._by_platform(replies, lambda pair: pair[1].author):
            new = [
                NewContent(
                    kind=thread.kind.reply_type,
                    author_id=self.people[reply.author],
                    text=reply.text,
                    root_id=self.roots[thread],
                    created_at=reply.at,
                )
                for thread, reply in batch
            ]
            contents = publishing.publish(self.tx, new, acting)
            self.replies.update((reply, published.id) for (_, reply), published in zip(batch, contents, strict=True))

    def _accept(self) -> None:
        for thread in self.year.threads:
            for reply in thread.replies:
                if reply.accepted_at and self._is_this_week(reply.accepted_at) and not thread.seeded:
                    asker, at = self.people[thread.author], reply.accepted_at
                    accepted = Acceptance(self.roots[thread], self.replies[reply], asker, at)
                    changing.accept(self.tx, [accepted], Acting(thread.author.platform))

    def _react(self) -> None:
        reacted = [
            (thread, reaction)
            for thread in self.year.threads
            for reaction in thread.reactions
            if self._is_this_week(reaction.at)
        ]
        reacted.sort(key=lambda pair: (pair[1].at, pair[1].person.number))
        for acting, batch in self._by_platform(reacted, lambda pair: pair[1].person):
            new = [
                NewReaction(
                    self.replies[reaction.reply] if reaction.reply else self.roots[thread],
                    self.people[reaction.person],
                    reaction.emoji,
                    reaction.at,
                )
                for thread, reaction in batch
            ]
            reactions.react(self.tx, new, acting)

    def _thank(self) -> None:
        for thread in self.year.threads:
            for thanks_ in thread.thanks:
                if self._is_this_week(thanks_.at):
                    new = NewThanks(
                        giver_id=self.people[thanks_.giver],
                        receiver_id=self.people[thanks_.reply.author],
                        reason=thanks_.reason,
                        content_id=self.replies[thanks_.reply],
                        community_id=self.places[thread.place],
                        at=thanks_.at,
                    )
                    thanks.thank(self.tx, [new], Acting(thanks_.giver.platform))

    def _follow(self) -> None:
        for follow_ in self.year.follows:
            if self._is_this_week(follow_.at) and isinstance(follow_.target, Person):
                new = NewFollow(self.people[follow_.person], FollowKind.MEMBER, self.people[follow_.target], follow_.at)
                follows.follow(self.tx, [new], Acting(follow_.person.platform))

    def _follow_tags(self) -> None:
        """Write the follows of tags, at the very end, when every tag exists."""
        words = sorted(
            (follow_ for follow_ in self.year.follows if isinstance(follow_.target, str)),
            key=lambda follow_: follow_.at,
        )
        ids = tags.ids_of(self.tx, [str(follow_.target) for follow_ in words])
        for follow_ in words:
            new = NewFollow(self.people[follow_.person], FollowKind.TAG, ids[fold(str(follow_.target))], follow_.at)
            follows.follow(self.tx, [new], Acting(follow_.person.platform))

    def _use(self) -> None:
        for use in self.uses[(self.start - self.launch) // timedelta(weeks=1)]:
            members.used(self.tx, [self.people[use.person]], use.command, Acting(use.person.platform), use.at)

    def _leave(self) -> None:
        for person, id_ in self.people.items():
            if person.left_on is None:
                continue
            at = datetime.combine(person.left_on, time(17), UTC)
            if self._is_this_week(at):
                joined = [place for (place, member) in self.year.joined if member is person]
                belonging.leave(self.tx, [Joining(self.places[place], id_, at) for place in joined], PREPARED)
                members.change(self.tx, [MemberChange(id_, {"status": MemberStatus.LEFT})], PREPARED)


def _speaks_english(person: Person) -> bool:
    return person.site.language == "en"


def _first(people: list[Person], fits: Callable[[Person], bool]) -> Person:
    """Return the first person who fits, else the first of all."""
    return next((person for person in people if fits(person)), people[0])
