"""Cursor pages: `{"results": [...], "next": address or null}`, the same cost at any depth.

A cursor is where the last page ended (the values it was ordered by), not a number of rows to skip: nothing is shown
twice or left out when rows are added meanwhile.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.problems import FieldError, Problem, invalid

USUAL, MOST = 50, 200  # rows a page
LARGEST_ID = 2**63 - 1
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class CursorPages(BasePagination):
    """Pages of a queryset by `ordering`: field names, the last one unique, all descending ("-number") or all ascending."""

    def __init__(self, *, ordering: Sequence[str] = ("-id",)) -> None:
        self.fields = [name.removeprefix("-") for name in ordering]
        self.ordering = tuple(ordering)
        self.next_address: str | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The page's rows. Raises Problem (400) for a limit or a cursor that is none."""
        limit = _limit(request.query_params.get("limit"))
        if "cursor" in request.query_params:
            queryset = self._after(queryset, _decoded(request.query_params["cursor"], len(self.fields)))
        rows = list(queryset.order_by(*self.ordering)[: limit + 1])
        if len(rows) > limit:
            rows = rows[:limit]
            place = _encoded([getattr(rows[-1], name) for name in self.fields])
            self.next_address = _with_cursor(request.build_absolute_uri(), place)
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        """The page as the API shows it."""
        return Response({"results": data, "next": self.next_address})

    def _after(self, queryset: QuerySet[Any], place: list[Any]) -> QuerySet[Any]:
        """Rows behind `place`: the first condition lets the index start there, the second settles the ties."""
        (first, *rest), (value, *others) = self.fields, place
        behind_is = "lt" if self.ordering[0].startswith("-") else "gt"
        try:
            if not rest:
                return queryset.filter(**{f"{first}__{behind_is}": _value(value)})
            [tie], [other] = rest, others
            behind = Q(**{f"{first}__{behind_is}": _value(value)}) | Q(
                **{f"{tie}__{behind_is}": _value(other)}
            )
            return queryset.filter(**{f"{first}__{behind_is}e": _value(value)}).filter(behind)
        except (ValueError, TypeError):  # TypeError: a number where a day or a moment stands
            raise _bad_cursor() from None


def paged(
    request: Request, queryset: QuerySet[Any], *, ordering: Sequence[str], show: Callable[[list[Any]], Any]
) -> Response:
    """One page of `queryset` by `ordering`, each row as `show` gives it back for the list."""
    pages = CursorPages(ordering=ordering)
    return pages.get_paginated_response(show(pages.paginate_queryset(queryset, request)))


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL
    if text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST:
        return int(text)
    sentence = _("Choose a limit from 1 to %(most)d.") % {"most": MOST}
    raise invalid(FieldError("limit", "OUT_OF_RANGE", sentence))


def _encoded(values: list[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).rstrip(b"=").decode()


def _decoded(text: str, length: int) -> list[Any]:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        values = json.loads(raw)
    except (binascii.Error, ValueError, RecursionError):
        raise _bad_cursor() from None
    if not isinstance(values, list) or len(values) != length:
        raise _bad_cursor()
    return values


def _value(value: Any) -> Any:
    """A number, a day or a moment of a cursor; raises ValueError for anything else."""
    if type(value) is int and -LARGEST_ID <= value <= LARGEST_ID:
        return value
    if isinstance(value, str):
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None and 1 < moment.year < 9999:
            return moment
    raise ValueError(value)


def _bad_cursor() -> Problem:
    return invalid(
        FieldError("cursor", "BAD_CURSOR", _("This is no cursor of this list: begin at its first page."))
    )


def _with_cursor(address: str, cursor: str) -> str:
    parts = urlsplit(address)
    query = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "cursor"
    ]
    return urlunsplit(parts._replace(query=urlencode([*query, ("cursor", cursor)])))
