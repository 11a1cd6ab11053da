"""From a community to its linked channels: new, edited and withdrawn contents, under their authors' names."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from bots.answers import reacting
from bots.arrival import Where
from bots.card import strong
from bots.mirror import readers
from bots.mirror.readers import Watch
from bots.platform import Address, Courier, Post, RefusedError, title_of
from bots.sending.delivery import Record
from reseau.channels import copies, links, mirroring
from reseau.channels.copies import Copy
from reseau.channels.links import Link
from reseau.contents import reactions, threads
from reseau.contents.threads import Written
from reseau.exchange.outbox import Taken
from reseau.i18n import Words
from reseau.network import Network, get_notice, set_notice
from reseau.people import members
from reseau.store import Transaction
from reseau.store.grouping import Grouping

_NOTICE = "post-keys"
_TAKES_AWAY = (mirroring.REMOVE, mirroring.MOVE)
_EARLIER = timedelta(seconds=5)  # clocks differ


@dataclass(frozen=True, slots=True)
class _Plan:
    """The state of a content and a channel, read in one transaction.

    Attributes:
        queued: the newest delivery of the current texts and reactions, 0 if they were never changed.
        reacted: the newest delivery of the content's reactions that was queued after this one, 0 if there was none.
    """

    link: Link
    content: Written
    post: Post
    here: Sequence[Copy]
    root: Written | None
    root_post: Post | None
    root_here: Sequence[Copy]
    queued: int
    reacted: int

    @property
    def stands(self) -> bool:
        """Whether the channel should have the content."""
        return not self.content.gone and self.content.community_id == self.link.community_id


class Mirror:
    """Sends the deliveries of linked channels (topic ``mirror``)."""

    paced = True

    def __init__(self, network: Network, writing: Grouping, watch: Watch) -> None:
        self._network, self._writing, self._watch = network, writing, watch
        self._secret = b""

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        """Send one change, in its newest state.

        Nothing is sent to a channel before its readers are known, except deletions, which show nothing.
        """
        self._secret = self._secret or await self._writing.write(_secret)
        plan = await asyncio.to_thread(self._read, taken)
        if plan is None or (plan.reacted and taken.payload["act"] == mirroring.REACT):
            return None  # a later delivery brings all reactions: a hundred of them at once change the copy once
        if taken.payload["act"] != mirroring.REMOVE and plan.stands:
            plan = await self._looked_at(plan, taken, couriers)
            if plan is None:
                return None
        courier = couriers.get(plan.link.platform)
        if courier is None:
            raise RefusedError(f"{plan.link.platform} is not configured")
        match taken.payload["act"]:
            case "create":
                return await self._create(plan, courier, taken.doubtful)
            case "edit":
                return await _edit(plan, courier)
            case mirroring.MOVE:
                return await self._move(plan, courier, taken.doubtful)
            case mirroring.REACT:
                return await _edit(plan, courier, again=True)
            case _:
                return await _remove(plan, courier)

    async def _looked_at(self, plan: _Plan, taken: Taken, couriers: Mapping[str, Courier]) -> _Plan | None:
        """The plan, if its newest text is older than the last successful check of the readers; else nothing.

        What goes out is the newest text, and it may be newer than the delivery that carries it.
        """
        while True:
            if plan.link.reason:
                raise RefusedError(readers.at_rest(plan.link.reason))
            if plan.content.gone:
                return None
            await self._watch.ensure(plan.link, taken, couriers, since=plan.queued)
            again = await asyncio.to_thread(self._read, taken)
            if again is None or again.queued == plan.queued:
                return again
            plan = again

    def _read(self, taken: Taken) -> _Plan | None:
        with self._network.store.read() as tx:
            link = links.get(tx, int(taken.payload["link"]))
            content = threads.written(tx, int(taken.payload["content"]))
            if link is None or content is None:
                return None
            if content.community_id != link.community_id and taken.payload["act"] not in _TAKES_AWAY:
                return None
            root = threads.written(tx, content.root_id) if content.root_id != content.id else None
            newest = mirroring.newest(tx, link, [(item.id, item.rev) for item in (content, root) if item is not None])
            reacted = mirroring.reacted_since(tx, link, content.id, taken.id)
            below = mirroring.reacted_since(tx, link, root.id, taken.id) if root is not None else 0
            return _Plan(
                link,
                content,
                self._post(tx, content, link),
                copies.of(tx, content.id, link.id),
                root,
                self._post(tx, root, link) if root is not None else None,
                copies.of(tx, root.id, link.id) if root is not None else (),
                max(newest, reacted, below),
                reacted,
            )

    def _post(self, tx: Transaction, content: Written, link: Link) -> Post:
        author = members.get(tx, content.author_id)
        t = Words(link.language)
        label = t(content.kind.label, code=content.code) if content.kind.label else ""
        label = " · ".join(part for part in (label, _origin(content, link, t)) if part)
        text = f"{strong(content.title).text}\n\n{content.text}" if content.title.strip() else content.text
        # Who is in the channel can read the key, and an id would reveal how much is written elsewhere.
        key = blake2b(f"{content.id}:{link.id}".encode(), key=self._secret, digest_size=15).hexdigest()
        liked = reactions.gathered_in(tx, content.id, link.community_id)
        line = reacting.line(liked, t) if liked is not None else ""
        return Post(key, author.name, text, author.photo_url or "", label, link.language, reactions=line)

    async def _create(self, plan: _Plan, courier: Courier, doubtful: datetime | None) -> Record | None:
        content, link = plan.content, plan.link
        if content.gone:
            return None
        if any(copy.written or copy.rev for copy in plan.here):
            return await _edit(plan, courier)
        thread = await self._thread(plan, courier, doubtful)
        to = _address(link, thread)
        parts = await _posted(courier, plan.post, to, doubtful)
        return lambda tx: copies.bring_up(tx, content.id, link.id, parts, content.rev)

    async def _move(self, plan: _Plan, courier: Courier, doubtful: datetime | None) -> Record | None:
        """Delete our copies, and post them in the content's current thread, if that is in this channel.

        What somebody wrote in the channel stays where it is: nobody can move it.
        """
        content, link = plan.content, plan.link
        if any(copy.written for copy in plan.here):
            return None
        ours = [copy.native_id for copy in plan.here if copy.rev]
        if ours and plan.here[0].rev >= content.rev and plan.stands:
            return None  # a later delivery brought it there already
        if ours:
            await courier.remove(ours, _address(link, ""))
        if not plan.stands:
            return lambda tx: copies.renew(tx, content.id, link.id, copies.REMOVED)
        to = _address(link, await self._thread(plan, courier, doubtful))
        parts = await _posted(courier, plan.post, to, doubtful)
        return lambda tx: copies.bring_up(tx, content.id, link.id, parts, content.rev)

    async def _thread(self, plan: _Plan, courier: Courier, doubtful: datetime | None) -> str:
        """The message to reply to. A thread older than the link is posted first, so that the reply has a parent."""
        if plan.root is None or plan.root_post is None:
            return ""
        if plan.root_here:
            return plan.root_here[0].native_id
        if plan.root.gone:
            return ""
        root, link = plan.root, plan.link
        to = _address(link, "")
        parts = await _posted(courier, plan.root_post, to, doubtful)
        await self._writing.write(lambda tx: copies.bring_up(tx, root.id, link.id, parts, root.rev))
        return parts[0]


async def _posted(courier: Courier, post: Post, to: Address, doubtful: datetime | None) -> tuple[str, ...]:
    """Post a content; if it may have been sent already, look for its parts and add the missing ones."""
    ids: tuple[str, ...] = ()
    if doubtful is not None:
        ids = await courier.posted(post.key, to, (doubtful - _EARLIER).timestamp())
    return await (courier.edit(ids, post, to) if ids else courier.post(post, to))


async def _edit(plan: _Plan, courier: Courier, *, again: bool = False) -> Record | None:
    """Update our post; ``again`` if it may already show this revision, with other reactions."""
    content, link = plan.content, plan.link
    ours = [copy for copy in plan.here if not copy.written and copy.rev]
    if not ours or content.gone or (ours[0].rev >= content.rev and not again):
        return None
    to = _address(link, plan.root_here[0].native_id if plan.root_here else "")
    parts = await courier.edit([copy.native_id for copy in ours], plan.post, to)
    return lambda tx: copies.bring_up(tx, content.id, link.id, parts, content.rev)


async def _remove(plan: _Plan, courier: Courier) -> Record | None:
    content, link = plan.content, plan.link
    ours = [copy.native_id for copy in plan.here if not copy.written and copy.rev]
    if not ours or not content.gone:  # it was brought back meanwhile
        return None
    await courier.remove(ours, _address(link, plan.root_here[0].native_id if plan.root_here else ""))
    return lambda tx: copies.renew(tx, content.id, link.id, copies.REMOVED)


def _address(link: Link, thread: str) -> Address:
    return Address(link.tenant, Where(link.conversation, thread, service=link.service))


def _origin(content: Written, link: Link, t: Words) -> str:
    """The name of the tool that it comes from, if that is not the channel's own."""
    title = title_of(content.platform)
    return t("from {platform}", platform=title) if content.platform not in ("", link.platform, title) else ""


def _secret(tx: Transaction) -> bytes:
    """The secret for keys of posts, the same in every process of an installation."""
    secret = get_notice(tx, _NOTICE)
    if not isinstance(secret, str):
        secret = secrets.token_hex(32)
        set_notice(tx, _NOTICE, secret)
    return bytes.fromhex(secret)
