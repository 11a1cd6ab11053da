"""Pages as HTML: Jinja's templates, with their shared functions."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bots.answers.excerpts import first_line
from bots.platforms.web.text import html, in_one_line
from reseau.i18n import Words
from reseau.markup.visible import one_line, visible
from reseau.settings.addresses import Addresses

_RECENT = timedelta(days=6)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bots.platforms.web"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        at=Addresses(),
        html=html,
        in_one_line=in_one_line,
        words=first_line,
        name=one_line,
        initials=initials,
        event_key=event_key,
        asset=asset,
        moment=moment,
    )
    return environment


def shown(value: object) -> object:
    """Make a template's value safe: text loses characters that are invisible or turn the writing around."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def drawn(template: str, t: Words, **values: Any) -> str:
    """A template, filled."""
    return _environment().get_template(template).render(t=t, **values)


def event_key() -> str:
    """Return a token of one submission: a form sent twice is handled once."""
    return secrets.token_urlsafe(12)


def initials(name: str) -> str:
    """Two letters for the place of a picture: nothing is fetched from elsewhere."""
    words = [word for word in one_line(name).split() if word[0].isalnum()]
    letters = [word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)]
    return "".join(letters).upper()


def moment(at: datetime, now: datetime, t: Words) -> Markup:
    """A moment: how long ago if it is recent, else the day; the title has the exact moment."""
    words = t.ago(now - at) if timedelta() <= now - at < _RECENT else t.date(at, "medium")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), t.moment(at), words)


_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@cache
def asset_file(name: str) -> tuple[bytes, str] | None:
    """The bytes of a style, a script or a picture, and their kind; ``None`` for any other name."""
    folder = files("bots.platforms.web") / "assets"
    file_names = {file.name for file in folder.iterdir()}
    if name not in file_names:
        return None
    return (folder / name).read_bytes(), _KINDS[name.rpartition(".")[2]]


@cache
def asset(name: str) -> str:
    """The address of a style or a script, which changes with its content."""
    asset_and_type = asset_file(name)
    assert asset_and_type is not None
    return f"/assets/{name}?v={hashlib.sha256(asset_and_type[0]).hexdigest()[:12]}"
