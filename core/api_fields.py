"""Fields of the API that take what JSON says and nothing like it: 7 is a score, "7", 7.0 and true are none."""

import json
import math
import re
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.validators import ProhibitSurrogateCharactersValidator

LARGEST_JSON = 20_000  # characters of a free-form object
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


class Body(serializers.Serializer[Any]):
    """A JSON object or a query; a name it does not know is refused by name rather than ignored."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = {}
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            unknown = {
                str(name): [ErrorDetail(_("There is no such field."), code="unknown_field")]
                for name in data
                if name not in known
            }
        try:
            given = super().to_internal_value(data)
        except ValidationError as error:
            raise ValidationError(
                {**error.detail, **unknown} if isinstance(error.detail, dict) else error.detail
            ) from None
        if unknown:
            raise ValidationError(unknown)
        return given


class Row(serializers.Serializer[Any]):
    """What the API shows; never read."""


@lru_cache(maxsize=64)
def _shower(row: type[Row]) -> Row:
    return row()


def shown(row: type[Row], thing: Any) -> dict[str, Any]:
    """`thing` as `row` shows it. The row is put together once and not for every answer: it only reads."""
    return dict(_shower(row).to_representation(thing))


_readers = threading.local()


def understood(body: type[Body], data: Any, *, context: Mapping[str, Any]) -> dict[str, Any]:
    """`data` as `body` understands it; `context` holds the workspace. Raises ValidationError.

    Each thread puts a body's fields together once: copying them for every request costs more than reading it.
    """
    readers: dict[type[Body], Body] = _readers.__dict__.setdefault("by_body", {})
    reader = readers.get(body) or readers.setdefault(body, body())
    reader._context = dict(context)
    return dict(reader.run_validation(data))


def all_shown(row: type[Row], things: Iterable[Any]) -> list[dict[str, Any]]:
    """Each of `things` as `row` shows it."""
    return [shown(row, thing) for thing in things]


class Text(serializers.CharField):
    """A JSON string; null is the empty one where it is allowed."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Words(Text):
    """What a customer wrote: characters no database can keep are taken out later, not refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        refused = (ProhibitNullCharactersValidator, ProhibitSurrogateCharactersValidator)
        self.validators = [one for one in self.validators if not isinstance(one, refused)]


class Whole(serializers.IntegerField):
    """A JSON integer."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return data


class Flag(serializers.BooleanField):
    """true or false."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Code(serializers.ChoiceField):
    """One of the contract's codes."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return str(super().to_internal_value(data))


def read_moment(text: Any) -> datetime:
    """The RFC 3339 moment `text` names, in UTC. Raises ValueError."""
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        raise ValueError(text)
    moment = datetime.fromisoformat(text.upper())
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError(text) from None


def read_day_or_moment(text: str) -> date | datetime:
    """What a query's `since` or `until` names: a day, or a moment in UTC; from 1970 to 2199. Raises ValueError."""
    found: date | datetime
    if _DAY.fullmatch(text):
        found = date.fromisoformat(text)
    else:
        # A "+" that was not escaped in an address arrives as a space.
        found = read_moment(text[:11] + text[11:].replace(" ", "+"))
    if not EARLIEST.year <= found.year < LATEST.year:
        raise ValueError(text)
    return found


class Moment(serializers.DateTimeField):
    """An RFC 3339 moment; without an offset it is UTC."""

    default_error_messages = {
        "moment": gettext_lazy("Write a moment like 2026-03-02T09:00:00Z."),
        "range": gettext_lazy("Choose a moment from 1970 to 2199."),
    }

    def to_internal_value(self, value: Any) -> datetime:
        try:
            moment = read_moment(value)
        except ValueError:
            self.fail("moment")
        if not EARLIEST <= moment < LATEST:
            self.fail("range")
        return moment


@extend_schema_field({"type": "object", "additionalProperties": True})
class Json(serializers.Field[Any, Any, Any, Any]):
    """A free-form JSON object that a database can keep."""

    default_error_messages = {
        "invalid": gettext_lazy("Write an object."),
        "too_large": gettext_lazy("Keep it under {most} characters."),
        "not_storable": gettext_lazy("It holds a character or a number that cannot be kept."),
    }

    def __init__(self, *, most: int = LARGEST_JSON, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("invalid")
        if len(json.dumps(data, ensure_ascii=False)) > self.most:
            self.fail("too_large", most=self.most)
        if not _is_storable(data):
            self.fail("not_storable")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


def _is_storable(value: Any) -> bool:
    """No NUL, no half of a surrogate pair, no infinity anywhere inside."""
    if isinstance(value, str):
        return not _NOT_STORABLE.search(value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(_is_storable(key) and _is_storable(item) for key, item in value.items())
    if isinstance(value, list):
        return all(_is_storable(item) for item in value)
    return True


def rows_serializer(name: str, row: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The schema of a page of `row`s, called `name`."""
    fields = {
        "results": row(many=True),
        "next": serializers.URLField(
            allow_null=True, help_text="Address of the next page; null on the last one."
        ),
    }
    return type(
        name, (Row,), {**fields, "__doc__": f"A page of {row.__name__.removesuffix('Row').lower()}s."}
    )
