"""Logs that never carry a secret: tokens in paths are masked before a line is written."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET_PATH = re.compile(r"(/(?:s|u|c|m|setup|hooks/sms)/)(?!p/)[A-Za-z0-9_-]{8,}")
_RESET_PATH = re.compile(r"(/accounts/password/reset/key/)[^/\s\"]+")
_INVITE_PATH = re.compile(
    r"((?:/|%2F)accounts(?:/|%2F)invite(?:/|%2F))[A-Za-z0-9_-]{8,}"
)  # also in a `next=`
# Numbers of people, as texts are sent to them: with a plus, or with its code in an address.
_NUMBER = re.compile(r"(?<![\w.:+-])((?:\+|%2B)\d{1,3})\d{4,11}(?!\d)")
_ANSWER_PATH = re.compile(r"([?&](?:code|state)=)[^&\s\"]+")  # of a provider of single sign-on


def mask(text: str) -> str:
    """`text` with every link token replaced by "***", and of every phone number all but its beginning."""
    text = _NUMBER.sub(r"\1***", text)
    text = _ANSWER_PATH.sub(r"\1***", text)
    return _INVITE_PATH.sub(r"\1***", _RESET_PATH.sub(r"\1***", _SECRET_PATH.sub(r"\1***", text)))


def mask_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """structlog processor: mask every text value of the event."""
    return {key: mask(value) if isinstance(value, str) else value for key, value in event.items()}


def formatter(*, as_json: bool) -> logging.Formatter:
    """The formatter of all log lines, `text` or `json`, for our own and for libraries' records."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last: Any = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            mask_event,
            last,
        ],
    )
