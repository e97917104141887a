"""Many contacts at once: one question, one INSERT and one UPDATE for a batch, whatever its length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from psycopg2.extras import Json, execute_values

from accounts.models import Workspace
from core.tokens import new_public_id
from outbox.services import forgetting
from surveys.enums import RespondentType
from surveys.models import Contact
from surveys.services import attributes as attribute_service
from surveys.services import companies, merging

COLUMNS = (
    "external_id",
    "email",
    "name",
    "phone",
    "company",
    "language",
    "time_zone",
    "respondent_type",
    "account_value",
)
SEARCHED = ("name", "email", "company", "external_id", "phone")  # the order of Contact.search
PAGE = 1_000  # rows of one statement

_INSERT = f"""
INSERT INTO surveys_contact (workspace_id, public_id, {", ".join(COLUMNS)}, attributes, search, account_id, created_at, updated_at)
VALUES %s"""
_UPDATE = f"""
UPDATE surveys_contact c
SET {", ".join(f"{column} = v.{column}" for column in COLUMNS)}, attributes = v.attributes, search = v.search,
    account_id = v.account_id,
    updated_at = v.updated_at,
    undeliverable_at = CASE WHEN c.email = v.email THEN c.undeliverable_at END
FROM (VALUES %s) AS v (id, {", ".join(COLUMNS)}, attributes, search, account_id, updated_at) WHERE c.id = v.id"""
_UPDATE_TYPES = (
    f"(%s::bigint, {', '.join(['%s'] * 8)}, %s::numeric, %s::jsonb, %s, %s::bigint, %s::timestamptz)"
)


@dataclass
class Counts:
    """What became of the rows. `conflicts` are the positions of rows whose external id and address belong to two
    different contacts: these were left out. A row that comes twice counts once for each time.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    conflicts: list[int] = field(default_factory=list)


@dataclass
class _Person:
    """A contact of the batch: `pk` is None until it is written, `before` what the database has."""

    pk: int | None
    values: dict[str, Any]
    attributes: dict[str, str]
    before: tuple[Any, ...] | None = None

    @property
    def state(self) -> tuple[Any, ...]:
        return (*(self.values[column] for column in COLUMNS), dict(self.attributes))


def upsert_many(*, workspace: Workspace, rows: Sequence[Mapping[str, Any]], now: datetime) -> Counts:
    """Make or change a contact for each row, like `contacts.upsert` one after the other, set by set.

    A row maps field names to values already in their stored form (see `rules.contact_values`), and `attributes` to a
    mapping; the address may be in any case. Fields that are not given, or empty, stay as they are.
    """
    for _turn in range(2):
        try:
            with transaction.atomic():
                return _upsert(workspace, rows, now)
        except IntegrityError:  # somebody made one of these contacts in the same moment: it is known now
            continue
    return _one_by_one(workspace, rows, now)


def _one_by_one(workspace: Workspace, rows: Sequence[Mapping[str, Any]], now: datetime) -> Counts:
    """For a batch no single statement can write, such as two people who exchange their addresses."""
    counts = Counts()
    for position, row in enumerate(rows):
        try:
            with transaction.atomic():
                one = _upsert(workspace, [row], now)
        except IntegrityError:
            one = Counts(conflicts=[0])
        counts.new += one.new
        counts.changed += one.changed
        counts.same += one.same
        counts.conflicts += [position] if one.conflicts else []
    return counts


def _upsert(workspace: Workspace, rows: Sequence[Mapping[str, Any]], now: datetime) -> Counts:
    counts = Counts()
    rows = merging.known_as(workspace=workspace, rows=rows)
    by_id, by_email = _known(workspace, rows)
    people: dict[int, _Person] = {}  # those of the batch, by identity, in the order they came
    for position, row in enumerate(rows):
        values = _given(row)
        person = _match(values, by_id, by_email)
        if person is None:
            counts.conflicts.append(position)
            continue
        before = person.state
        _merge(person, values, attribute_service.clean(row.get("attributes") or {}), by_id, by_email)
        if id(person) not in people and person.pk is None:
            counts.new += 1
        elif person.state != before:
            counts.changed += 1
        else:
            counts.same += 1
        people[id(person)] = person
    written = [person for person in people.values() if person.state != person.before]
    _write(workspace, written, now)
    forgetting.recognise(
        workspace_id=workspace.pk,
        addresses=[person.values["email"] for person in written if _is_new_address(person)],
    )
    attribute_service.ensure(workspace=workspace, seen=(person.attributes for person in written), now=now)
    return counts


def _is_new_address(person: _Person) -> bool:
    known = person.before[COLUMNS.index("email")] if person.before else ""
    return bool(person.values["email"] != known)


def _given(row: Mapping[str, Any]) -> dict[str, Any]:
    values = {column: row[column] for column in COLUMNS if row.get(column) not in (None, "")}
    if "email" in values:
        values["email"] = values["email"].lower()
    if "account_value" in values:
        values["account_value"] = round(Decimal(values["account_value"]), 2)
    return values


def _known(
    workspace: Workspace, rows: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, _Person], dict[str, _Person]]:
    """The contacts the rows may mean, locked in the order of their ids, by external id and by address."""
    ids = [row["external_id"] for row in rows if row.get("external_id")]
    addresses = [row["email"].lower() for row in rows if row.get("email")]
    found = (
        Contact.objects.of(workspace)
        .filter(Q(external_id__in=ids) & ~Q(external_id="") | Q(email__in=addresses) & ~Q(email=""))
        .order_by("pk")
        .select_for_update()
        .values_list("pk", *COLUMNS, "attributes")
    )
    by_id: dict[str, _Person] = {}
    by_email: dict[str, _Person] = {}
    for pk, *cells, known_attributes in found:
        person = _Person(pk, dict(zip(COLUMNS, cells, strict=True)), known_attributes)
        person.before = person.state
        if person.values["external_id"]:
            by_id[person.values["external_id"]] = person
        if person.values["email"]:
            by_email[person.values["email"]] = person
    return by_id, by_email


def _match(values: dict[str, Any], by_id: dict[str, _Person], by_email: dict[str, _Person]) -> _Person | None:
    """The person a row means, a new one if nobody; None when external id and address are two people's."""
    one = by_id.get(values.get("external_id", ""))
    other = by_email.get(values.get("email", ""))
    if (
        other is not None
        and other is not one
        and "external_id" in values
        and (one or other.values["external_id"])
    ):
        return None
    blank = dict.fromkeys(COLUMNS, "") | {
        "account_value": None, "respondent_type": RespondentType.CUSTOMER.value,
    }  # fmt: skip
    return one or other or _Person(None, blank, {})


def _merge(
    person: _Person,
    values: dict[str, Any],
    attributes: dict[str, str],
    by_id: dict[str, _Person],
    by_email: dict[str, _Person],
) -> None:
    """Put the row's values into the person, who is from now on found by them and not by what they replace."""
    for column, index in (("external_id", by_id), ("email", by_email)):
        if column in values and values[column] != person.values[column]:
            index.pop(person.values[column], None)
            index[values[column]] = person
    person.values |= values
    person.attributes = {key: value for key, value in (person.attributes | attributes).items() if value}


def _write(workspace: Workspace, people: list[_Person], now: datetime) -> None:
    named = companies.ensure(
        workspace=workspace, names=(person.values["company"] for person in people), now=now
    )

    def cells(person: _Person) -> tuple[Any, ...]:
        search = " ".join(person.values[column] for column in SEARCHED if person.values[column])
        return (
            *(person.values[column] for column in COLUMNS),
            Json(person.attributes),
            search,
            named.get(person.values["company"]),
        )

    fresh = [
        (workspace.pk, new_public_id(), *cells(person), now, now) for person in people if person.pk is None
    ]
    changed = [(person.pk, *cells(person), now) for person in people if person.pk is not None]
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if changed:
            execute_values(cursor.cursor, _UPDATE, changed, template=_UPDATE_TYPES, page_size=PAGE)
        if fresh:
            execute_values(cursor.cursor, _INSERT, fresh, page_size=PAGE)
