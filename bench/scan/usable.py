"""What of a request is accepted, found by asking before the scan: beside a value that is refused anyway, none is read.

A scanner changes one value at a time; when another one is refused, nothing behind the first refusal is reached. So what
is refused goes into a second request of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import requests

TRIES = 8

Ask = Callable[[Any], requests.Response]


def of_query(ask: Ask, query: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The values of a query that are accepted together, and the others."""
    if not query or _is_accepted(ask(dict(query))):
        return dict(query), {}
    good: dict[str, str] = {}
    for name, value in query.items():
        if _is_accepted(ask({**good, name: value})):
            good[name] = value
    return good, {name: value for name, value in query.items() if name not in good}


def of_body(ask: Ask, body: Any) -> tuple[Any, list[str]]:
    """A JSON body without the fields its own refusal names, and their names; the body as it was, when that does not help."""
    left, taken = body, list[str]()
    for _turn in range(TRIES):
        answer = ask(left)
        if _is_accepted(answer):
            return left, taken
        named = {name.partition(".")[0] for name in _named(answer)} & set(
            left if isinstance(left, dict) else ()
        )
        if not named:
            break
        taken += sorted(named)
        left = {name: value for name, value in left.items() if name not in named}
    return body, []


def _named(answer: requests.Response) -> list[str]:
    try:
        return [str(error.get("field", "")) for error in answer.json().get("errors", [])]
    except (ValueError, AttributeError):
        return []


def _is_accepted(answer: requests.Response) -> bool:
    return answer.status_code < 400
