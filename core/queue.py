"""The only way to start a task: by name, with ids, after commit.

A message is a hint. Every task's work is also found by a sweep, so a broker that is away
costs promptness, never work. After one failed publish no hints are sent for
`BREAKER_SECONDS`, so a dead broker costs a request at most one connection time-out.
"""

import time

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

log = structlog.get_logger(__name__)

BREAKER_SECONDS = 10.0
NUDGE_SECONDS = (
    0.25  # at most four nudges a second and process for one sweep: a nudged sweep takes all that is due
)

_state = {"closed_until": 0.0}
_last_nudge: dict[str, float] = {}


def _publish(name: str, ids: dict[str, int | str | None]) -> None:
    if time.monotonic() < _state["closed_until"]:
        return
    try:
        import_string(settings.TASK_APP).send_task(name, kwargs=ids, retry=False)
    except Exception as error:  # the broker is away in one of many ways; the sweep finds the work
        _state["closed_until"] = time.monotonic() + BREAKER_SECONDS
        log.warning("hint_not_sent", task=name, error=type(error).__name__)


def enqueue_on_commit(name: str, **ids: int | str | None) -> None:
    """Start task `name` with `ids` once the surrounding transaction is committed; never raises.

    With the id of a row goes the `workspace_id` the row had then: the task refuses a row of any other.
    """

    def publish() -> None:
        _publish(name, ids)

    transaction.on_commit(publish, robust=True)


def nudge_on_commit(name: str) -> None:
    """Wake the sweep `name` after commit, at most once every `NUDGE_SECONDS` and process; never raises.

    A hot path calls this for every row: the first call of a burst wakes the sweep at once,
    the sweep takes everything that is due, and its own period catches the last of the burst.
    """

    def publish() -> None:
        moment = time.monotonic()
        if moment - _last_nudge.get(name, -NUDGE_SECONDS) < NUDGE_SECONDS:
            return
        _last_nudge[name] = moment
        _publish(name, {})

    transaction.on_commit(publish, robust=True)
