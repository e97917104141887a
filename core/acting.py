"""Who is acting, and from where: what the audit log and the change history of the database write beside each line.

`acting(facts)` is opened by the middleware for each request and by a worker for each task; a command has one label for
the whole process. `facts` is asked only when a line is written, so a page that writes no configuration pays nothing; it
answers with ids and codes, no personal data:

    user (id), key (prefix of an API key), address, request (id), route (name), label (of a task or a command)

The triggers of the change tables (accounts/history.py) read them from a setting of the transaction, which is made just
before the statement that writes to such a table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import structlog
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from core.client import address_of

Facts = dict[str, Any]
SETTING = "pghistory.context_metadata"  # what django-pghistory's triggers read
_WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


@dataclass
class _Actor:
    facts: Callable[[], Facts]
    told: bool = False  # the open transaction has the facts


@dataclass
class _Process:
    label: str = ""  # "manage.py create_workspace": set once, before anything is written


process = _Process()
_actor: ContextVar[_Actor | None] = ContextVar("actor", default=None)


def facts() -> Facts:
    """What is known about who acts now; empty outside `acting`."""
    actor = _actor.get()
    found = actor.facts() if actor else {"label": process.label}
    return {name: value for name, value in found.items() if value}


@contextmanager
def acting(found: Callable[[], Facts]) -> Iterator[None]:
    """Whatever is written inside is written by whom `found()` says at that moment."""
    actor = _Actor(found)
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
        if actor.told and connection.in_atomic_block and not connection.needs_rollback:
            with connection.cursor() as cursor:  # the transaction goes on without this actor
                cursor.execute(f"SELECT set_config('{SETTING}', '', true)")


def listen(connection: Any, **_facts: Any) -> None:
    """Receiver of Django's connection_created: every connection tells its triggers who acts."""
    if _tell_the_triggers not in connection.execute_wrappers:
        connection.execute_wrappers.append(_tell_the_triggers)


def _tell_the_triggers(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    """Django's execute wrapper. A statement of its own, never a prefix: a prefix breaks literal % and executemany."""
    actor = _actor.get()
    if (actor is None and not process.label) or not _writes_configuration(sql):
        return execute(sql, params, many, context)
    where = context["connection"]
    with transaction.atomic(
        using=where.alias, savepoint=False
    ):  # the setting lives as long as the transaction
        with where.cursor() as cursor:
            cursor.execute(f"SELECT set_config('{SETTING}', %s, true)", [json.dumps(facts())])
        if actor is not None:
            actor.told = True
        return execute(sql, params, many, context)


def _writes_configuration(sql: Any) -> bool:
    start = sql[:6] if isinstance(sql, str) else ""
    if not start.startswith(_WRITES):
        return False
    found = _tables().search(sql) if start.startswith("WITH") else _tables().match(sql)
    return found is not None


@lru_cache(maxsize=1)
def _tables() -> re.Pattern[str]:
    """A statement that writes to one of the tables whose changes are remembered."""
    from pghistory.core import event_models  # known only when all models are

    models: list[Any] = event_models()
    names = sorted({model.pgh_tracked_model._meta.db_table for model in models})
    return re.compile(rf'(?:INSERT INTO|UPDATE|DELETE FROM) (?:ONLY )?"?(?:{"|".join(names)})"?(?![\w"])')


class ActingMiddleware:
    """Opens `acting` for every request that gets here; the customers' pages are answered before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting(lambda: _of_request(request)):
            return self.get_response(request)


def _of_request(request: HttpRequest) -> Facts:
    user = getattr(request, "user", None)  # None at the API's door, where nobody is signed in
    match = request.resolver_match
    return {
        "user": user.pk if user is not None and user.is_authenticated else None,
        "key": getattr(request, "api_key_prefix", ""),
        "address": address_of(request),
        "request": str(structlog.contextvars.get_contextvars().get("request_id", ""))[:40],
        "route": match.view_name if match else "",
    }
