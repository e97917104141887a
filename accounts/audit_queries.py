"""Reads of the record: changes of the configuration and acts, in one list, newest first.

Each kind of thing has its change table; one statement merges as many as the question needs, and the acts with them. Every branch stops at the
page's length by its own index (workspace, moment), so the cost does not grow with the age of the workspace.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import Q

from accounts.enums import Act
from accounts.history import Change, kinds, workspace_column
from accounts.models import ApiKey, AuditEvent, Membership, User, Workspace
from core.numbers import whole

CHANGED = (
    "insert",
    "update",
    "delete",
)  # the acts of a change; an act of the log is a code of accounts.enums.Act
ITSELF = "itself"  # nobody: a worker, a command
# Acts on a person's own account, which belong to no workspace: those of its members are shown in each of theirs.
SIGN_INS = (Act.SIGNED_IN, Act.SIGN_IN_FAILED, Act.SIGNED_OUT)


@dataclass(frozen=True)
class Wanted:
    """What is looked for. Empty: everything."""

    person: str = ""  # "user:5", "key:AbCd1234" or ITSELF
    kind: str = ""  # "member": of the change tables or, for acts, of AuditEvent.subject_kind
    act: str = ""  # one of CHANGED, or a code of Act
    since: datetime | None = None
    until: datetime | None = None  # exclusive
    words: str = ""
    thing: str = ""  # "member:12": one thing's own history


@dataclass(frozen=True)
class Place:
    """Right after which line a page begins."""

    at: datetime
    kind: str
    id: int


@dataclass(frozen=True)
class Line:
    """One line as stored. `kind` is empty for an act, whose `data` are its details."""

    kind: str
    id: int
    at: datetime
    act: str
    thing_kind: str
    thing: str
    was: dict[str, Any] | None
    data: dict[str, Any]
    context: dict[str, Any]

    @property
    def place(self) -> Place:
        return Place(self.at, self.kind, self.id)


@dataclass(frozen=True)
class _Found:
    """What the words of a question mean besides themselves."""

    pattern: str
    words: str
    people: list[int]

    def fits(self, label: Any) -> bool:
        return self.words in str(label).lower()


def lines(*, workspace: Workspace, wanted: Wanted, after: Place | None = None, most: int = 50) -> list[Line]:
    """At most `most` lines, newest first, beginning right after `after`."""
    found = _meaning(workspace, wanted.words)
    branches: list[str] = []
    params: dict[str, Any] = {"workspace": workspace.pk, "most": most}
    if not wanted.act or wanted.act in CHANGED:
        for kind, change in kinds().items():
            if wanted.kind in ("", kind) and wanted.thing.partition(":")[0] in ("", kind):
                branches.append(_changes(change, wanted, found, after, params))
    if wanted.act not in CHANGED:
        branches += _acts(wanted, found, after, params)
    if not branches:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM (" + " UNION ALL ".join(f"({branch})" for branch in branches) + ") AS record"
            ' ORDER BY at DESC, kind COLLATE "C" DESC, id DESC LIMIT %(most)s',
            params,
        )
        rows = cursor.fetchall()
    return [
        Line(
            kind=kind, id=number, at=at, act=act, thing_kind=thing_kind, thing=thing or "",
            was=_json(was), data=_json(data) or {}, context=_json(context) or {},
        )
        for kind, number, at, act, thing_kind, thing, was, data, context in rows
    ]  # fmt: skip


def people(*, workspace: Workspace) -> list[User]:
    """Everybody who is or was a member, by name."""
    here = Membership.objects.of(workspace).values("user")
    once = kinds()["member"].objects.of(workspace).values("user")
    return list(User.objects.filter(Q(pk__in=here) | Q(pk__in=once)).order_by("name", "email"))


def keys(*, workspace: Workspace) -> dict[str, str]:
    """Prefix -> name of every API key of the workspace, revoked ones too."""
    return dict(
        ApiKey.objects.filter(workspace=workspace).order_by("name", "prefix").values_list("prefix", "name")
    )


def _meaning(workspace: Workspace, words: str) -> _Found | None:
    if not words:
        return None
    lowered = words.lower()
    escaped = words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    named = [
        person.pk
        for person in people(workspace=workspace)
        if lowered in f"{person.name} {person.email}".lower()
    ]
    return _Found(f"%{escaped}%", lowered, named)


def _changes(
    change: type[Change], wanted: Wanted, found: _Found | None, after: Place | None, params: dict[str, Any]
) -> str:
    """The branch of one change table."""
    conditions = [f"t.{workspace_column(change)} = %(workspace)s"]
    conditions += _between("t.pgh_created_at", "t.pgh_id", change.about_kind, wanted, after, params)
    if wanted.act:
        conditions.append("t.pgh_label = %(act)s")
        params["act"] = wanted.act
    if wanted.thing:
        conditions.append(f"t.{change.about_column} = %(thing_{change.about_kind})s")
        raw = wanted.thing.partition(":")[2]
        params[f"thing_{change.about_kind}"] = _as_key(raw) if change.about_column == "pgh_obj_id" else raw
    if wanted.person:
        conditions.append(_by("t.pgh_context->>'user'", "t.pgh_context->>'key'", wanted.person, params))
    if found is not None and not found.fits(change.about_label):
        conditions.append("(" + " OR ".join(_mentions(change, found, params)) + ")")
    return (
        f"SELECT '{change.about_kind}' AS kind, t.pgh_id AS id, t.pgh_created_at AS at, t.pgh_label AS act, "
        f"'{change.about_kind}' AS thing_kind, t.{change.about_column}::text AS thing, t.was AS was, "
        f"to_jsonb(t) - 'pgh_context' - 'was' AS data, t.pgh_context AS context "
        f"FROM {change._meta.db_table} t WHERE {' AND '.join(conditions)} "
        f"ORDER BY t.pgh_created_at DESC, t.pgh_id DESC LIMIT %(most)s"
    )


def _acts(wanted: Wanted, found: _Found | None, after: Place | None, params: dict[str, Any]) -> list[str]:
    """The branches of the audit log: what was done here, and how the members came in since they belong here."""
    table = AuditEvent._meta.db_table
    asked = " AND ".join(_asked(wanted, found, after, params))
    order = "ORDER BY t.at DESC, t.id DESC LIMIT %(most)s"
    columns = (
        "SELECT '' AS kind, t.id AS id, t.at AS at, t.act::text AS act, t.subject_kind::text AS thing_kind, "
        "t.subject_id::text AS thing, NULL::jsonb AS was, t.detail AS data, "
        "jsonb_build_object('user', t.actor_id, 'key', t.key_prefix, 'address', host(t.address), "
        "'request', t.request_id) AS context "
    )
    branches = [f"{columns} FROM {table} t WHERE t.workspace_id = %(workspace)s AND {asked} {order}"]
    if wanted.kind in ("", "user") and wanted.act in ("", *SIGN_INS):
        params["sign_ins"] = list(SIGN_INS)
        branches.append(  # member by member, each by the index of what an act is about
            f"{columns} FROM {Membership._meta.db_table} m CROSS JOIN LATERAL ("
            f"SELECT * FROM {table} t WHERE t.workspace_id IS NULL AND t.subject_kind = 'user' "
            "AND t.subject_id = m.user_id::text AND t.at >= m.created_at AND t.act = ANY(%(sign_ins)s) "
            f"AND {asked} {order}) t WHERE m.workspace_id = %(workspace)s {order}"
        )
    return branches


def _asked(wanted: Wanted, found: _Found | None, after: Place | None, params: dict[str, Any]) -> list[str]:
    """What the question asks of an act."""
    conditions = ["TRUE", *_between("t.at", "t.id", "", wanted, after, params)]
    if wanted.act:
        conditions.append("t.act = %(act)s")
        params["act"] = wanted.act
    if wanted.kind:
        conditions.append("t.subject_kind = %(subject_kind)s")
        params["subject_kind"] = wanted.kind
    if wanted.thing:
        kind, _colon, thing = wanted.thing.partition(":")
        conditions.append("t.subject_kind = %(thing_kind)s AND t.subject_id = %(thing_id)s")
        params |= {"thing_kind": kind, "thing_id": thing}
    if wanted.person:
        conditions.append(_by("t.actor_id::text", "NULLIF(t.key_prefix, '')", wanted.person, params))
    if found is not None:
        params |= {
            "pattern": found.pattern,
            "people": found.people,
            "acts": [code for code, label in Act.choices if found.fits(label)],
            "kinds": [kind for kind, change in kinds().items() if found.fits(change.about_label)],
        }
        conditions.append(
            "(t.act = ANY(%(acts)s) OR t.actor_id = ANY(%(people)s) OR t.subject_kind = ANY(%(kinds)s) "
            "OR t.subject_id ILIKE %(pattern)s OR t.detail::text ILIKE %(pattern)s)"
        )
    return conditions


def _between(
    at: str, number: str, kind: str, wanted: Wanted, after: Place | None, params: dict[str, Any]
) -> list[str]:
    """The days asked for, and where the page begins: the list is ordered by moment, kind and id."""
    conditions = []
    if wanted.since:
        conditions.append(f"{at} >= %(since)s")
        params["since"] = wanted.since
    if wanted.until:
        conditions.append(f"{at} < %(until)s")
        params["until"] = wanted.until
    if after is not None:
        params |= {"after_at": after.at, "after_id": after.id}
        if kind == after.kind:
            conditions.append(f"({at}, {number}) < (%(after_at)s, %(after_id)s)")
        else:
            conditions.append(f"{at} {'<=' if kind < after.kind else '<'} %(after_at)s")
    return conditions


def _by(user: str, key: str, person: str, params: dict[str, Any]) -> str:
    if person == ITSELF:
        return f"{user} IS NULL AND {key} IS NULL"
    sort, _colon, params["who"] = person.partition(":")
    return f"{key if sort == 'key' else user} = %(who)s"


def _mentions(change: type[Change], found: _Found, params: dict[str, Any]) -> list[str]:
    """Where the words may stand: in values now or before, in the name of a person, a field or a choice."""
    params |= {"pattern": found.pattern, "people": found.people, "who_text": [str(pk) for pk in found.people]}
    texts, conditions, named = [], [], []
    for field in change._meta.local_fields:
        if field.name.startswith("pgh_") or field.name in ("was", "id", "workspace"):
            continue
        if found.fits(label_of(change, field.name)):
            named.append(field.column)
        if field.choices:
            codes = [code for code, label in field.flatchoices if found.fits(label)]
            if codes:
                name = f"codes_{change.about_kind}_{field.name}"
                params[name] = codes
                conditions.append(
                    f"t.\"{field.column}\" = ANY(%({name})s) OR t.was->>'{field.column}' = ANY(%({name})s)"
                )
        elif isinstance(field, models.ForeignKey):
            if field.related_model is User:
                conditions.append(f't."{field.column}" = ANY(%(people)s)')
        elif (
            isinstance(field, models.CharField | models.TextField | models.JSONField) and field.name != "logo"
        ):
            texts.append(f't."{field.column}"::text')
    params[f"named_{change.about_kind}"] = named
    conditions += [
        f"concat_ws(' ', {', '.join(texts)}) ILIKE %(pattern)s" if texts else "FALSE",
        "t.pgh_context->>'user' = ANY(%(who_text)s)",
        f"t.was ?| %(named_{change.about_kind})s::text[]",
        "EXISTS (SELECT 1 FROM jsonb_each_text(t.was) former WHERE former.value ILIKE %(pattern)s "
        "AND former.key <> 'logo')",
    ]
    return conditions


def label_of(change: type[Change], name: str) -> Any:
    """What readers call a field: the change table's own word, else the model's."""
    return change.about_words.get(name) or change.pgh_tracked_model._meta.get_field(name).verbose_name


def _as_key(text: str) -> int:
    """A primary key, or one that no row has."""
    number = whole(text)
    return -1 if number is None else number


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
