"""Dash's background requests: forged ones are refused before Dash sees them, and leave no trace."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from hypothesis import given, strategies as st
from werkzeug.test import Client

from dashboards.entry.callbacks import ASKING, LARGEST, Question, genuine
from tests.dashboards.test_responses import client, drawn

__all__ = ["client"]  # the fixture: a client of the made-up company's dashboard

KNOWN = {"page.children": Question("page.children", ("address.pathname", "address.search"))}


def question_of_page(**changed: Any) -> dict[str, Any]:
    """Return a request of the page, with some fields changed."""
    inputs = [
        {"id": "address", "property": "pathname", "value": "/pilotage/"},
        {"id": "address", "property": "search", "value": ""},
    ]
    question = {
        "output": "page.children",
        "outputs": {"id": "page", "property": "children"},
        "inputs": inputs,
        "changedPropIds": ["address.pathname"],
    }
    return {**question, **changed}


def reading(*values: Any) -> list[dict[str, Any]]:
    return [
        {"id": "address", "property": name, "value": value}
        for name, value in zip(("pathname", "search"), values, strict=False)
    ]


FORGED: list[Any] = [
    {},
    [],
    "page.children",
    3,
    question_of_page(output="other.children"),
    question_of_page(output="..page.children.."),
    question_of_page(output=None),
    question_of_page(output=["page.children"]),
    question_of_page(outputs=None),
    question_of_page(outputs={"id": "other", "property": "children"}),
    question_of_page(outputs=[{"id": "page", "property": "children"}]),
    question_of_page(inputs=None),
    question_of_page(inputs={}),
    question_of_page(inputs=[]),
    question_of_page(inputs=[3, 4]),
    question_of_page(inputs=reading("/pilotage/")),
    question_of_page(inputs=[*reading("/pilotage/", ""), *reading("/pilotage/", "")]),
    question_of_page(inputs=reading(3, "")),
    question_of_page(inputs=reading(["/"], "")),
    question_of_page(inputs=reading({"a": 1}, "")),
    question_of_page(inputs=reading("/pilotage/", "\ud800")),
    question_of_page(inputs=[{"id": {"type": "a"}, "property": "pathname", "value": ""}, *reading("", "")[1:]]),
    question_of_page(changedPropIds=None),
    question_of_page(changedPropIds=[3]),
    question_of_page(changedPropIds=[["a.b"]]),
    question_of_page(changedPropIds=["other.thing"]),
    question_of_page(state=[{"id": "address", "property": "hash", "value": ""}]),
    question_of_page(state=3),
]


@pytest.mark.parametrize("question", FORGED, ids=lambda question: json.dumps(question)[:60])
def test_a_forged_question_is_refused_and_leaves_no_trace(
    client: Client, question: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = client.post(ASKING, json=question)

    assert response.status_code == 400
    assert caplog.records == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 413),
        (b"null", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b'{"output": ' + b"1" * 5000 + b"}", "application/json", 400),
        (b"x" * (LARGEST + 1), "application/json", 413),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (json.dumps(question_of_page()).encode(), "text/plain", 415),
    ],
    ids=["nothing", "null", "half", "no text", "deep", "long number", "huge", "form", "other kind"],
)
def test_what_is_no_question_is_refused(client: Client, body: bytes, kind: str, status: int) -> None:
    assert client.post(ASKING, data=body, content_type=kind).status_code == status


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_a_question_is_only_posted(client: Client, method: str) -> None:
    assert client.open(ASKING, method=method).status_code == 405


def test_the_question_of_the_page_is_answered(client: Client) -> None:
    assert drawn(client).status_code == 200
    assert genuine(json.dumps(question_of_page(inputs=reading(None, None))).encode(), KNOWN)


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(question_of_page())), _values)
def test_no_part_of_a_question_may_be_another(part: str, value: Any) -> None:
    body = json.dumps(question_of_page(**{part: value})).encode()

    assert not genuine(body, KNOWN) or value == question_of_page()[part] or (part == "changedPropIds" and value == [])


@pytest.mark.parametrize(
    "script",
    ["dash/dcc/plotly.min.js", "dash/nothing.js", "nothing/x.js", "plotly/../../x", "dash/%2e%2e/x", "dash/", "a"],
)
def test_a_script_that_is_not_there_is_not_found(client: Client, script: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        response = client.get(f"/pilotage/_dash-component-suites/{script}")

    assert response.status_code == 404
    assert caplog.records == []
