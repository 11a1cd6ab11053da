"""The tables of people's choices about notices, and of the notices that wait."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Table, Text

from reseau.store.columns import Id, metadata, reference
from reseau.store.moments import Moment

preference = Table(  # the notices that a member wants
    "preference",
    metadata,
    Column("member_id", Id, ForeignKey("member.id"), primary_key=True),
    Column("notice", Text, primary_key=True),
    Column("cadence", Text, nullable=False),
    Column("platform", Text, nullable=False, server_default=""),  # empty: the platform of all other classes
)

attention = Table(  # times and places for a member's notices
    "attention",
    metadata,
    Column("member_id", Id, ForeignKey("member.id"), primary_key=True),
    Column("platform", Text, nullable=False, server_default=""),  # empty: the platform that the person used last
    Column("absent_until", Moment),
    Column("visited_at", Moment),  # the last look at the feed
    Column("daily_at", Moment),  # the end of the last summaries' period
    Column("weekly_at", Moment),
)

waiting_notice = Table(
    "waiting_notice",
    metadata,
    Column("id", Id, primary_key=True),
    reference("member.id", nullable=False),
    Column("notice", Text, nullable=False),
    Column("root_id", Id),  # the thread, if it is about one
    Column("due_at", Moment),  # none: in the next summary
    Column("payload", JSON, nullable=False),
    Index("ix_waiting_notice_member_id", "member_id", "due_at"),
)

told_thread = Table(  # lately, so that more of the same thread is gathered
    "told_thread",
    metadata,
    Column("member_id", Id, ForeignKey("member.id"), primary_key=True),
    Column("root_id", Id, ForeignKey("content.id"), primary_key=True),
    Column("at", Moment, nullable=False),
)
