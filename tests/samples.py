"""``python -m tests.samples FOLDER``: reads every sample of a folder outside of the project and compares the counts.

What a sample must yield stands in ``FOLDER/expected.json``, under its path, or beside it in ``NAME.expected.json``.
Cases of Slack's markup (``markup-cases.json``) are read too: no word of them may be lost. The exit code is 1 where
something differs.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from migration.loading.run import run
from migration.loading.tally import Tally
from migration.reading.bundle import open_bundle
from migration.reading.source import INCLUDABLE, SOURCES, Options, detect
from reseau import keys
from reseau.markup.slack import SlackMarkup, unescape
from reseau.network import open_network
from reseau.settings import load_settings

SURE = 50  # of 100
EVERYTHING = Options(frozenset(INCLUDABLE))
Counts = Mapping[str, int]


@dataclass
class Result:
    """Return the faults of a sample: none if no source reads it, else every count that is not as it should be."""

    name: str
    source: str = ""
    differences: list[str] = field(default_factory=list)

    def line(self) -> str:
        state = "differs" if self.differences else "as expected" if self.source else "no source reads it yet"
        return "\n  ".join([f"{self.name:<60} {self.source:<14} {state}", *self.differences])


def main(folder: Path) -> int:
    """Read all samples and print a line each.

    Returns:
        The exit code: 0 where every sample that can be read gives what it should, and there is one.
    """
    results = [read(folder / name, name, expected) for name, expected in sorted(expected(folder).items())]
    results += [markup(path, str(path.relative_to(folder))) for path in sorted(folder.rglob("markup-cases.json"))]
    sourced = [result for result in results if result.source]
    for result in sourced or results:
        sys.stdout.write(result.line() + "\n")
    wrong = sum(bool(result.differences) for result in sourced)
    sys.stdout.write(f"{len(sourced)} read, {wrong} of them differ; {len(results) - len(sourced)} wait for a source\n")
    return 0 if sourced and not wrong else 1


def expected(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the counts that each sample must yield, by its path below the folder."""
    listed = folder / "expected.json"
    content: dict[str, dict[str, Any]] = json.loads(listed.read_text("utf-8")) if listed.is_file() else {}
    for path in folder.rglob("*.expected.json"):
        content[str(path.relative_to(folder)).removesuffix(".expected.json")] = json.loads(path.read_text("utf-8"))
    return content


def read(path: Path, name: str, expected: Mapping[str, Any]) -> Result:
    """Bring a sample in, with everything in it, into an empty network, twice."""
    if not path.exists():
        return Result(name, "none", ["it is not there"])
    with open_bundle(path) as bundle:
        sources = [source for source, detection in detect(bundle) if detection.score > SURE]
    if not sources:
        return Result(name)
    with tempfile.TemporaryDirectory() as data:
        first, second = (brought(path, sources[0], Path(data)) for _ in range(2))
    again = {kind: 0 for outcome in ("inserted", "updated") for kind in second.as_dict()[outcome]}
    differences = [*_compared(counts_wanted(expected), counts(first)), *_compared(again, counts(second))]
    return Result(name, sources[0], differences)


def brought(path: Path, source: str, data: Path) -> Tally:
    """Return the counts of a run."""
    network = open_network(load_settings(data=data))
    try:
        with open_bundle(path) as bundle:
            return run(network, SOURCES[source], bundle, EVERYTHING).tally
    finally:
        network.store.close()


def counts(tally: Tally) -> dict[str, int]:
    """The counts by which samples are compared: records inserted, read, refused and noted."""
    numbers = tally.as_dict()
    counts_ = {kind: number for kind, number in numbers["inserted"].items() if kind != "post"}
    counts_["messages"] = numbers["inserted"].get("post", 0) + numbers["inserted"].get("activity", 0)
    counts_["people read"] = numbers["read"].get("person", 0)
    counts_["refused"] = sum(numbers["refused"].values())
    return counts_ | {f"read {kind}": number for kind, number in numbers["read"].items()}


def counts_wanted(expected: Mapping[str, Any]) -> dict[str, int]:
    """The expected counts: by kind of record, or a Slack export's own."""
    if "read" in expected:
        return {f"read {kind}": number for kind, number in expected["read"].items()}
    dirt = expected.get("dirt", {})
    lists = ("channels", "private_channels", "groups", "mpims", "dms")
    lost = ("messages_without_ts", "truncated_files", "not_a_list_files")
    return {
        "messages": expected["messages"],
        "people read": expected["users"],
        "place": sum(expected.get(kind, 0) for kind in lists) + dirt.get("folders_not_listed", 0),
        "reaction": expected.get("reactions_by_named_users", expected.get("reactions_count", 0)),
        "file": expected["files"],
        "refused": sum(dirt.get(kind, 0) for kind in lost),
    }


def _compared(expected: Counts, counted: Counts) -> Iterator[str]:
    for kind, number in expected.items():
        if counted.get(kind, 0) != number:
            yield f"{kind}: {number} expected, {counted.get(kind, 0)} found"


def markup(path: Path, name: str) -> Result:
    """Read the texts of another importer's cases: each word of them has to be there."""
    convert = SlackMarkup({}, {}, keys.slack_person, keys.slack_place).text
    cases = json.loads(path.read_text("utf-8"))["regular_tests"]
    lost = [case["input"] for case in cases if _words(unescape(case["input"])) != _words(convert(case["input"]))]
    return Result(name, "slack markup", [f"other words in: {text!r}" for text in lost])


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.replace("mailto:", "")))


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("Name the folder of the samples: python -m tests.samples FOLDER")
    sys.exit(main(Path(sys.argv[1])))
