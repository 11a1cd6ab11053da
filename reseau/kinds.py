"""The closed lists of the network: kinds of members, communities and traces.

What a content can be is an open list: every file of ``reseau/contents/kinds/``.
"""

from __future__ import annotations

from enum import StrEnum


class Choice(StrEnum):
    """A member of a closed list. In sets and dictionaries it is equal to its value, and as fast."""

    __hash__ = str.__hash__  # the one of Enum is written in Python, and an import asks for millions


class MemberKind(Choice):
    """The relation of a person to the company; all but employees are guests."""

    EMPLOYEE = "employee"
    PARTNER = "partner"
    CLIENT = "client"
    CHALLENGER = "challenger"
    ADVISER = "adviser"


class MemberStatus(Choice):
    """The status of a member.

    A placeholder is an author known only from an import, until a person claims it. An operator is the administrator at
    the machine, who reads and writes as employees do, but is not counted or found among them.
    """

    ACTIVE = "active"
    INVITED = "invited"
    PLACEHOLDER = "placeholder"
    LEFT = "left"
    BOT = "bot"
    OPERATOR = "operator"


#: Who takes part: neither people who left, nor bots, nor placeholders.
PRESENT = (MemberStatus.ACTIVE, MemberStatus.INVITED)
#: Who may read and write: those who take part, and the operator, who is not counted.
SPEAKING = (*PRESENT, MemberStatus.OPERATOR)


class CommunityKind(Choice):
    """The six kinds: two structural, four thematic."""

    FUNCTIONAL = "functional"
    PROJECT = "project"
    SECTOR = "sector"
    PRACTICE = "practice"
    EXPERTISE = "expertise"
    INTEREST = "interest"


class Privacy(Choice):
    """Open: every internal member reads. Private: listed, members read. Secret: not even listed."""

    OPEN = "open"
    PRIVATE = "private"
    SECRET = "secret"


class AnimateurRole(Choice):
    """The role of a person in a community, between two dates."""

    ANIMATEUR = "animateur"
    DEPUTY = "deputy"
    SPONSOR = "sponsor"


class ContentState(Choice):
    """The state of a content. Only its author reads a draft, or a hidden content.

    What was merged or removed is deleted, and never comes back as it was.
    """

    DRAFT = "draft"
    PUBLISHED = "published"
    HIDDEN = "hidden"  # by an animateur of its community
    MERGED = "merged"  # into another one, which has its replies
    REMOVED = "removed"  # by an administrator, its text for good


class Origin(Choice):
    """The origin of a row. Seeded rows fill the network before it opens and never count as activity."""

    NATIVE = "native"
    MIRRORED = "mirrored"
    SEEDED = "seeded"


class FollowKind(Choice):
    """A kind of thing that a member can follow."""

    MEMBER = "member"
    COMMUNITY = "community"
    CONTENT = "content"
    TAG = "tag"


class TagSource(Choice):
    """The origin of a tag on a content."""

    AUTHOR = "author"
    READER = "reader"
    AUTOMATIC = "automatic"
    IMPORT = "import"


class Verb(Choice):
    """The act that a row of ``activity`` records."""

    ACTIVATED = "activated"  # the person's own first contact, never a pre-provisioned account
    USED = "used"  # a bot verb that leaves no content (feed, search, help…): measured presence
    PUBLISHED = "published"  # a thread was started; ``kind`` says which content type
    REPLIED = "replied"  # an answer or a comment; ``kind`` says which
    REACTED = "reacted"
    THANKED = "thanked"
    FOLLOWED = "followed"
    UNFOLLOWED = "unfollowed"
    JOINED = "joined"
    LEFT = "left"
    EDITED = "edited"
    DELETED = "deleted"
    ACCEPTED = "accepted"
    RESTORED = "restored"  # a withdrawn, hidden or merged content is there again
    MOVED = "moved"
    MERGED = "merged"
    REOPENED = "reopened"  # a question
    REPORTED = "reported"
    HIDDEN = "hidden"
    REMOVED = "removed"  # by an administrator; its author's own act is ``deleted``
    KEPT = "kept"  # a reported content stays
    OPENED = "opened"  # a community was opened
    NOTED = "noted"  # an imported system entry (topic change, pin…) that is neither content nor membership
