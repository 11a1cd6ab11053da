"""Logs: a line says what finished, for what, how many, how long. Secrets are redacted by type and by name."""

from __future__ import annotations

import io
import logging
import sys
from typing import Any, TextIO, cast

import structlog
from pydantic import SecretBytes, SecretStr
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

from reseau.markup.visible import visible
from reseau.settings import Settings

REDACTED = "[redacted]"
_SECRET_NAMES = ("token", "secret", "password", "authorization", "cookie", "signature")


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Redact secrets, by type or by name, at any depth, and remove characters that control a terminal."""
    return {key: _hidden(key, value) for key, value in event.items()}


def _hidden(key: str, value: Any) -> Any:
    if isinstance(value, SecretStr | SecretBytes):
        return REDACTED
    if any(word in key.lower() for word in _SECRET_NAMES) and value not in (None, "", True, False):
        return REDACTED
    if isinstance(value, dict):
        return {inner: _hidden(str(inner), nested) for inner, nested in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden("", nested) for nested in value]
    return visible(value) if isinstance(value, str) else value


class _StandardError(io.TextIOBase):
    """Writes to whatever is standard error at that time, so that a later redirection gets the lines."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def set_up(settings: Settings, *, quiet: bool = False) -> None:
    """Send this process's log to standard error, as lines for people or for machines.

    Libraries that use the standard module are logged from warnings on.

    Args:
        settings: the settings with the level and the format.
        quiet: whether to log only warnings and errors, for commands that report in their own words. The level ``debug``
            still logs everything.
    """
    level = getattr(logging, settings.log_level.upper())
    if quiet and level == logging.INFO:
        level = logging.WARNING
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")


def get(room: str) -> FilteringBoundLogger:
    """Return the logger of a module."""
    return cast(FilteringBoundLogger, structlog.get_logger(room=room))
