"""Dash's background requests are checked before Dash sees them: those that no page sends are refused."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from dashboards.entry.responses import answer, whole_path
from dashboards.figures.address import PREFIX

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ASKING = PREFIX + "_dash-update-component"
LARGEST = 64 * 1024  # bytes of a question; ours take a few hundred


@dataclass(frozen=True, slots=True)
class Question:
    """The question to one callback: its output, and the properties that it reads, in their order."""

    output: str
    reads: tuple[str, ...]


def questions(callbacks: Mapping[str, Mapping[str, Any]]) -> dict[str, Question]:
    """Return the questions that an application's callbacks answer, by output."""
    return {
        output: Question(
            output, tuple(f"{part['id']}.{part['property']}" for part in (*about["inputs"], *about["state"]))
        )
        for output, about in callbacks.items()
    }


class Callbacks:
    """Passes on the questions that the pages ask, and refuses all others."""

    def __init__(self, app: WSGIApplication, questions: Callable[[], Mapping[str, Question]]) -> None:
        self._app = app
        self._questions = questions

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if whole_path(environ) != ASKING:
            return self._app(environ, start_response)
        body, refused = _body(environ)
        if refused is None:
            refused = None if genuine(body, self._questions()) else HTTPStatus.BAD_REQUEST
        if refused is not None:
            return answer(start_response, refused, "")
        environ = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return self._app(environ, start_response)


def _body(environ: WSGIEnvironment) -> tuple[bytes, HTTPStatus | None]:
    """Return the body of a question, and the status of the refusal if it cannot be a question."""
    if environ["REQUEST_METHOD"] != "POST":
        return b"", HTTPStatus.METHOD_NOT_ALLOWED
    if not str(environ.get("CONTENT_TYPE", "")).lower().startswith("application/json"):
        return b"", HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    try:
        length = int(environ.get("CONTENT_LENGTH") or LARGEST + 1)
    except ValueError:
        return b"", HTTPStatus.BAD_REQUEST
    if length > LARGEST:
        return b"", HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return environ["wsgi.input"].read(max(0, length)), None


def genuine(body: bytes, questions: Mapping[str, Question]) -> bool:
    """Whether the pages could send a body: it has a known output, and texts for exactly the properties it reads."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(payload, dict) or not isinstance(payload.get("output"), str):
        return False
    question = questions.get(payload["output"])
    if question is None or payload.get("outputs") != _outputs(question.output):
        return False
    values = [_property(part) for part in [*_list(payload.get("inputs")), *_list(payload.get("state", []))]]
    changed = _list(payload.get("changedPropIds"))
    return values == list(question.reads) and all(part in question.reads for part in changed)


def _outputs(output: str) -> dict[str, str]:
    id_, _, name = output.rpartition(".")
    return {"id": id_, "property": name}


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [None]


def _property(part: object) -> str | None:
    """Return the property of a value; ``None`` if the value is not a text or the property is not named."""
    if not isinstance(part, dict):
        return None
    value, id_, name = part.get("value"), part.get("id"), part.get("property")
    if not isinstance(id_, str) or not isinstance(name, str) or not isinstance(value, str | None):
        return None
    has_surrogates = value is not None and any("\ud800" <= letter <= "\udfff" for letter in value)
    return None if has_surrogates else f"{id_}.{name}"
