"""The tables of the pages: links, sessions, and the notices that people read there."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Table, Text, UniqueConstraint

from reseau.store.columns import Id, metadata
from reseau.store.moments import Moment

page_key = Table(  # links that open the pages once, and the sessions that they open
    "page_key",
    metadata,
    Column("digest", Text, primary_key=True),  # of the token, which is stored nowhere
    Column("purpose", Text, nullable=False),  # link, session
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("ix_page_key_member_id", "member_id"),
)

page_notice = Table(
    "page_notice",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("key", Text, nullable=False),  # distinguishes it from others, so that it is kept once
    Column("card", JSON, nullable=False),
    Column("language", Text, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("member_id", "key"),
)
