"""No test is skipped silently: a skip whose reason is not on the committed list makes the whole run fail.

The list is ``tests/allowed-skips.txt``, one line a reason: ``reason :: path``. A test may be skipped for that reason
as long as the path (relative to the project) is missing; where the path is there, the test has to run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

LIST = Path("tests", "allowed-skips.txt")


@dataclass(frozen=True, slots=True)
class Allowance:
    """A reason for which a test may be skipped, as long as ``missing`` is not there."""

    reason: str
    missing: Path

    def covers(self, reason: str) -> bool:
        return reason.startswith(self.reason) and not self.missing.exists()

    def __str__(self) -> str:
        return f"{self.reason} (while {self.missing} is missing)"


def allowances(root: Path) -> list[Allowance]:
    """The committed list of the project at ``root``; empty if there is no list."""
    if not (root / LIST).is_file():
        return []
    lines = (line.strip() for line in (root / LIST).read_text("utf-8").splitlines())
    parts = (line.partition(" :: ") for line in lines if line and not line.startswith("#"))
    return [Allowance(reason.strip(), root / missing.strip()) for reason, _, missing in parts]


class SkipPolicy:
    """Sees every report of a run (of all workers, under xdist) and judges the skips at its end."""

    def __init__(self, allowed: list[Allowance]) -> None:
        self.allowed = allowed
        self.refused: list[tuple[str, str]] = []

    def pytest_report_header(self) -> list[str]:
        return ["allowed skips: " + ("none" if not self.allowed else "; ".join(map(str, self.allowed)))]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._judge(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._judge(report)

    def _judge(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not any(allowance.covers(_reason(report)) for allowance in self.allowed):
            self.refused.append((report.nodeid, _reason(report)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self.refused and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.refused:
            terminalreporter.section("skips that are not allowed", red=True)
            for nodeid, reason in self.refused:
                terminalreporter.line(f"{nodeid}: {reason}")
            terminalreporter.line(f"A test runs or goes. The reasons that are allowed stand in {LIST}.")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why a test was skipped, or expected to fail: a hole either way."""
    if hasattr(report, "wasxfail"):
        return f"expected to fail: {report.wasxfail}"
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # a worker of xdist sends its reports to the session that started it
        config.pluginmanager.register(SkipPolicy(allowances(config.rootpath)), "skip-policy")
