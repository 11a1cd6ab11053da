"""The tables of the network, alike on SQLite and PostgreSQL. Alembic's revisions build them (``migrations/``)."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from reseau.store.columns import Id, metadata as metadata, reference
from reseau.store.correction_tables import (
    audience as audience,
    former_code as former_code,
    merger as merger,
    moderation as moderation,
)
from reseau.store.import_tables import (
    import_note as import_note,
    import_pending as import_pending,
    import_run as import_run,
)
from reseau.store.moments import Moment
from reseau.store.notice_tables import (
    attention as attention,
    preference as preference,
    told_thread as told_thread,
    waiting_notice as waiting_notice,
)
from reseau.store.page_tables import page_key as page_key, page_notice as page_notice

# -- people ------------------------------------------------------------------------------------------------------------

member = Table(
    "member",
    metadata,
    Column("id", Id, primary_key=True),
    Column("handle", Text, nullable=False, unique=True),  # folded, no space: the word after an @
    Column("name", Text, nullable=False),
    Column("folded_name", Text, nullable=False),  # name without accents or case, for finding
    # Further texts to find a member by: handle, name as one word, job, department, site; folded, a line each.
    Column("folded_about", Text, nullable=False, server_default=""),
    Column("email", Text, unique=True),  # lower case
    Column("phone", Text),
    Column("photo_url", Text),
    Column("bio", Text),
    Column("kind", Text, nullable=False),  # MemberKind
    Column("status", Text, nullable=False),  # MemberStatus
    Column("administrator", Boolean, nullable=False, server_default=false()),
    Column("department", Text),
    Column("site", Text),
    Column("country", Text),
    Column("job", Text),
    Column("level", Text),
    Column("manager_id", Id, ForeignKey("member.id")),
    Column("hired_on", Date),
    Column("left_on", Date),
    Column("language", Text),  # fr, en or none: the platform's, then the company's
    Column("timezone", Text),
    Column("created_at", Moment, nullable=False),
    Column("activated_at", Moment),  # the person's own first contact
    Column("origin", Text, nullable=False),
    Index("ix_member_folded_name", "folded_name"),
    Index("ix_member_kind", "kind", "status"),
)

profile_item = Table(
    "profile_item",
    metadata,
    Column("id", Id, primary_key=True),
    reference("member.id", nullable=False),
    Column("kind", Text, nullable=False),  # expertise, interest, project, tool, ask_me
    Column("value", Text, nullable=False),
    Column("folded", Text, nullable=False),
    UniqueConstraint("member_id", "kind", "folded"),
    Index("ix_profile_item_folded", "folded"),
)

identity = Table(
    "identity",
    metadata,
    Column("id", Id, primary_key=True),
    reference("member.id", nullable=False),
    Column("platform", Text, nullable=False),  # slack, teams, mail, console
    Column("tenant", Text, nullable=False),  # workspace or tenant id, '' if there is only one
    Column("native_id", Text, nullable=False),
    Column("proof", Text, nullable=False),  # email, sign-in, administrator, import
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("platform", "tenant", "native_id"),
    Index("ix_identity_member_id", "member_id"),
)

applicant = Table(
    "applicant",
    metadata,
    Column("id", Id, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("native_id", Text, nullable=False),
    Column("standing", Text, nullable=False),  # home, guest, outside
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    UniqueConstraint("platform", "tenant", "native_id"),
)

# -- communities -------------------------------------------------------------------------------------------------------

community = Table(
    "community",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("folded_name", Text, nullable=False),
    Column("purpose", Text, nullable=False, server_default=""),
    Column("kind", Text, nullable=False),  # CommunityKind
    Column("privacy", Text, nullable=False),  # Privacy
    Column("language", Text, nullable=False),
    Column("personal", Boolean, nullable=False, server_default=false()),  # out of management figures
    Column("conversation", Boolean, nullable=False, server_default=false()),  # imported direct messages
    Column("series", Text, nullable=False, server_default=""),  # suffix of the codes of closed contents
    Column("created_at", Moment, nullable=False),
    Column("archived_at", Moment),
    Column("created_by", Id, ForeignKey("member.id")),
    Column("origin", Text, nullable=False),
)

membership = Table(
    "membership",
    metadata,
    Column("id", Id, primary_key=True),
    reference("community.id", nullable=False),
    reference("member.id", nullable=False),
    Column("joined_at", Moment, nullable=False),
    Column("left_at", Moment),  # a second stay is a second row
    Column("origin", Text, nullable=False),
    Index(
        "uq_membership_current",
        "community_id",
        "member_id",
        unique=True,
        sqlite_where=text("left_at IS NULL"),
        postgresql_where=text("left_at IS NULL"),
    ),
    Index("ix_membership_member_id", "member_id", "community_id"),
)

animateur = Table(
    "animateur",
    metadata,
    Column("id", Id, primary_key=True),
    reference("community.id", nullable=False),
    reference("member.id", nullable=False),
    Column("role", Text, nullable=False),  # AnimateurRole
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    UniqueConstraint("community_id", "member_id", "role", "since"),
)

# -- contents ----------------------------------------------------------------------------------------------------------
content = Table(
    "content",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", Text, unique=True),  # Q12, or Q3-k7f in a closed community; none for replies
    Column("kind", Text, nullable=False),  # a content type, by its name
    Column("author_id", Id, ForeignKey("member.id"), nullable=False),
    Column("community_id", Id, ForeignKey("community.id")),  # the author's wall if there is none
    Column("root_id", Id, ForeignKey("content.id"), nullable=False),  # itself when it starts the thread
    Column("parent_id", Id, ForeignKey("content.id")),
    Column("title", Text, nullable=False, server_default=""),
    Column("text", Text, nullable=False),  # Markdown
    Column("language", Text, nullable=False),
    Column("state", Text, nullable=False),  # ContentState
    Column("rev", Integer, nullable=False, server_default="1"),
    Column("created_at", Moment, nullable=False),
    Column("edited_at", Moment),
    Column("deleted_at", Moment),
    Column("moved_at", Moment),  # to another community; earlier versions of its text are not shown there
    Column("origin", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Index("ix_content_author_id", "author_id", "created_at"),
    Index("ix_content_root_id", "root_id", "created_at"),
    Index(
        "ix_content_wall",  # contents without a community; everybody reads the newest
        "created_at",
        sqlite_where=text("community_id IS NULL"),
        postgresql_where=text("community_id IS NULL"),
    ),
)

revision = Table(
    "revision",
    metadata,
    Column("id", Id, primary_key=True),
    reference("content.id", nullable=False),
    Column("rev", Integer, nullable=False),  # the number the text below had before it was replaced
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("replaced_by", Id, ForeignKey("member.id"), nullable=False),
    Column("replaced_at", Moment, nullable=False),
    UniqueConstraint("content_id", "rev"),
)

thread = Table(
    "thread",
    metadata,
    Column("root_id", Id, ForeignKey("content.id"), primary_key=True, autoincrement=False),
    Column("replies", Integer, nullable=False, server_default="0"),
    Column("reactions", Integer, nullable=False, server_default="0"),
    Column("last_at", Moment, nullable=False),
    Column("answered_at", Moment),  # first reply of another member to a question, since it was last reopened
    Column("reopened_at", Moment),
    Column("accepted_id", Id, ForeignKey("content.id")),
)

placement = Table(
    "placement",
    metadata,
    Column("content_id", Id, ForeignKey("content.id"), primary_key=True, autoincrement=False),
    Column("community_id", Id, ForeignKey("community.id"), primary_key=True, autoincrement=False),
    Column("last_at", Moment, nullable=False),  # the thread's newest entry, kept here for the feed's merge
    Column("placed_by", Id, ForeignKey("member.id"), nullable=False),
    Index("ix_placement_community_id", "community_id", "last_at"),
)

reaction = Table(
    "reaction",
    metadata,
    Column("id", Id, primary_key=True),
    reference("content.id", nullable=False),
    reference("member.id", nullable=False),
    Column("emoji", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("origin", Text, nullable=False),
    UniqueConstraint("content_id", "member_id", "emoji"),
)

thanks = Table(
    "thanks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("giver_id", Id, ForeignKey("member.id"), nullable=False),
    Column("receiver_id", Id, ForeignKey("member.id"), nullable=False),
    Column("content_id", Id, ForeignKey("content.id")),
    Column("community_id", Id, ForeignKey("community.id")),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("origin", Text, nullable=False),
    CheckConstraint("giver_id <> receiver_id", name="not_oneself"),
    Index("ix_thanks_receiver_id", "receiver_id", "at"),
)

follow = Table(
    "follow",
    metadata,
    Column("id", Id, primary_key=True),
    reference("member.id", nullable=False),
    Column("target_kind", Text, nullable=False),  # FollowKind
    Column("target_id", Id, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("member_id", "target_kind", "target_id"),
    Index("ix_follow_target", "target_kind", "target_id"),
)

tag = Table(
    "tag",
    metadata,
    Column("id", Id, primary_key=True),
    Column("folded", Text, nullable=False, unique=True),
    Column("label", Text, nullable=False),
)

tagging = Table(
    "tagging",
    metadata,
    Column("content_id", Id, ForeignKey("content.id"), primary_key=True, autoincrement=False),
    Column("tag_id", Id, ForeignKey("tag.id"), primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),  # TagSource
    Index("ix_tagging_tag_id", "tag_id", "content_id"),
)

file = Table(
    "file",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False, server_default=""),
    Column("size", BigInteger),
    Column("sha256", Text),
    Column("locator", Text),  # the address of the bytes, without any secret; none: not available
    Column("available", Boolean, nullable=False, server_default=true()),
    Column("owner_id", Id, ForeignKey("member.id")),
    Column("created_at", Moment, nullable=False),
    Column("origin", Text, nullable=False),
)

attachment = Table(
    "attachment",
    metadata,
    Column("content_id", Id, ForeignKey("content.id"), primary_key=True, autoincrement=False),
    Column("file_id", Id, ForeignKey("file.id"), primary_key=True, autoincrement=False),
)

draft = Table(
    "draft",
    metadata,
    Column("token", Text, primary_key=True),
    reference("member.id", nullable=False),
    Column("command", Text, nullable=False),
    Column("line", Text, nullable=False),  # the typed line, to be done once confirmed; then empty
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("outcome", Text),  # none while it waits; then its result: a code, empty without one, or "cancelled"
    Column("spot", JSON),  # the channel it was typed in
    Column("arguments", JSON),  # the values of a form; a refused form waits for its corrections
)

awaited = Table(
    "awaited",
    metadata,
    Column("member_id", Id, ForeignKey("member.id"), primary_key=True, autoincrement=False),
    Column("platform", Text, primary_key=True),
    Column("conversation", Text, nullable=False),
    Column("line", Text, nullable=False),  # which the next message there completes
    Column("expires_at", Moment, nullable=False),
)

# -- traces ------------------------------------------------------------------------------------------------------------
# Logs have no foreign keys, so that their rows outlive the objects they are about.

activity = Table(
    "activity",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("member_id", Id),
    Column("verb", Text, nullable=False),  # Verb
    Column("kind", Text, nullable=False, server_default=""),  # content kind, command id, emoji-free
    Column("content_id", Id),
    Column("root_id", Id),
    Column("community_id", Id),
    Column("target_id", Id),  # the other person: thanked, replied to, followed
    Column("platform", Text, nullable=False),
    Column("origin", Text, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("tenant", Text, nullable=False, server_default=""),
    Column("event_key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("payload", JSON),
    Column("state", Text, nullable=False),  # received, applied, ignored, waiting
    Column("reason", Text, nullable=False, server_default=""),
    UniqueConstraint("platform", "tenant", "event_key"),
)

OPEN = "state IN ('pending', 'intent')"  # of a delivery that has still to go out
outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("dedupe_key", Text, nullable=False, unique=True),
    Column("topic", Text, nullable=False),
    Column("ordering_key", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", Text, nullable=False),  # pending, leased, intent, confirmed, retry, in_doubt, dead
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", Moment, nullable=False),
    Column("noted_at", Moment),  # when due_at or lease_until was set, by the clock of that moment
    Column("lease_until", Moment),
    Column("intent_at", Moment),
    Column("done_at", Moment),
    Column("error", Text, nullable=False, server_default=""),
    Index("ix_outbox_due", "state", "due_at"),
    Index("ix_outbox_ordering_key", "ordering_key", "id"),
    # Waiting deliveries, few beside those that went out: by their order, and by the moment they were put off.
    Index("ix_outbox_open", "ordering_key", "id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    Index("ix_outbox_noted", "noted_at", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
)

# -- linked channels ---------------------------------------------------------------------------------------------------

link = Table(
    "link",
    metadata,
    Column("id", Id, primary_key=True),
    reference("community.id", nullable=False),
    Column("platform", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("conversation", Text, nullable=False),  # the platform's id of the channel
    Column("service", Text, nullable=False, server_default=""),  # the address of its service, if there are several
    Column("name", Text, nullable=False),  # as people know the channel
    Column("reason", Text, nullable=False, server_default=""),  # why it is at rest; empty while it works
    Column("created_by", Id, ForeignKey("member.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index(
        "uq_link_current",
        "platform",
        "tenant",
        "conversation",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("ix_link_community_id", "community_id"),
)

copy = Table(
    "copy",
    metadata,
    Column("id", Id, primary_key=True),
    reference("content.id", nullable=False),
    reference("link.id", nullable=False),
    Column("part", Integer, nullable=False),  # from 0; a long content is several messages
    Column("native_id", Text, nullable=False),  # the platform's id of the message
    Column("rev", Integer, nullable=False),  # of the content, as it is shown there
    Column("written", Boolean, nullable=False),  # a person wrote it there; else we posted it
    UniqueConstraint("content_id", "link_id", "part"),
    UniqueConstraint("link_id", "native_id"),
)

contact = Table(
    "contact",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("tenant", Text, primary_key=True),
    Column("native_id", Text, primary_key=True),  # of the person
    Column("conversation", Text, nullable=False),  # of that person and us alone
    Column("service", Text, nullable=False),
)

# -- imports -----------------------------------------------------------------------------------------------------------

provenance = Table(
    "provenance",
    metadata,
    Column("key", Text, primary_key=True),  # reseau.keys made it
    Column("kind", Text, nullable=False),  # person, place, membership, post, reaction, file…
    Column("object_id", Id, nullable=False),
    Column("fingerprint", BigInteger, nullable=False),  # of the record, to see a change at the source
    Column("run_id", Id, nullable=False),
    Index(
        "ix_provenance_person",  # the accounts of a member; people are few among imported objects
        "object_id",
        sqlite_where=text("kind = 'person'"),
        postgresql_where=text("kind = 'person'"),
    ),
    sqlite_with_rowid=False,
)

# -- the store itself --------------------------------------------------------------------------------------------------

sequence = Table(
    "sequence",
    metadata,
    Column("name", Text, primary_key=True),
    Column("next", BigInteger, nullable=False),
)

notice = Table(
    "notice",
    metadata,
    Column("name", Text, primary_key=True),  # installation, demonstration…
    Column("value", JSON, nullable=False),
)
