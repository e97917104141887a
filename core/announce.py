"""Tell whoever listens that something has happened, after it is committed."""

from typing import Any

import structlog
from django.db import transaction
from django.dispatch import Signal

log = structlog.get_logger(__name__)


def announce(signal: Signal, *, sender: type, **facts: Any) -> None:
    """Send `signal` after commit; a failing receiver is logged and stops neither the others nor the caller."""

    def tell() -> None:
        for receiver, outcome in signal.send_robust(sender=sender, **facts):
            if isinstance(outcome, Exception):
                log.error(
                    "receiver_failed",
                    receiver=getattr(receiver, "__name__", repr(receiver)),
                    exc_info=outcome,
                )

    transaction.on_commit(tell)
