"""One batch of a bulk edit, forth and back: the contacts are locked, written by one statement, and remembered.

What a contact was is kept beside the edit: text, None for an attribute it did not have, [name, company id] for a company,
and what outbox/services/suppression_batches.py gave for an address. A contact is put back only while it still has what the
edit gave it: a value somebody has changed since is theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from outbox.services import suppression_batches
from surveys.enums import InvitationStatus, NotSentBecause
from surveys.models import BulkEdit, BulkEditRow, Company, Contact, Invitation
from surveys.queries import lists
from surveys.rules import bulk_edits as rules
from surveys.services import attributes as attribute_service
from surveys.services import companies

COLUMNS = (rules.LANGUAGE, rules.TIME_ZONE, rules.RESPONDENT)  # written as they are

_FROM = "FROM unnest(%(ids)s::bigint[], %(values)s::text[]) AS v(id, value) WHERE c.id = v.id AND c.workspace_id = %(w)s"
_WRITE_COLUMN = {
    name: f"UPDATE surveys_contact c SET {name} = v.value, updated_at = %(now)s {_FROM}" for name in COLUMNS
}
_WRITE_ATTRIBUTE = f"""
UPDATE surveys_contact c SET updated_at = %(now)s, attributes =
  CASE WHEN v.value IS NULL THEN c.attributes - %(name)s ELSE c.attributes || jsonb_build_object(%(name)s, v.value) END
{_FROM}"""
_WRITE_COMPANY = """
UPDATE surveys_contact c SET company = v.value, account_id = v.account, updated_at = %(now)s,
  search = concat_ws(' ', NULLIF(c.name, ''), NULLIF(c.email, ''), NULLIF(v.value, ''), NULLIF(c.external_id, ''),
    NULLIF(c.phone, ''))
FROM unnest(%(ids)s::bigint[], %(values)s::text[], %(accounts)s::bigint[]) AS v(id, value, account)
WHERE c.id = v.id AND c.workspace_id = %(w)s"""


@dataclass(frozen=True)
class Done:
    """What a batch did. `last` is the id to go on from; None when nothing was left to do."""

    last: int | None
    seen: int = 0
    written: int = 0
    unfit: int = 0


def chosen(edit: BulkEdit) -> QuerySet[Contact]:
    """Everybody the edit means that is still to come."""
    return selected(edit).filter(pk__gt=edit.done_to, pk__lte=edit.newest_contact)


def selected(edit: BulkEdit) -> QuerySet[Contact]:
    """Everybody the edit's selection means now."""
    selection = edit.selection
    rows: QuerySet[Contact] = Contact.objects.of(edit.workspace_id).present()
    if "contacts" in selection:
        return rows.filter(pk__in=selection["contacts"])
    return lists.fitting(
        workspace=edit.workspace, **{name: selection.get(name, "") for name in rules.FILTERS}
    )


def apply(edit: BulkEdit, *, size: int, now: datetime) -> Done:
    """Change the next contacts of the edit and remember what they were. Call it in a transaction."""
    rows = _locked(chosen(edit), edit.field)[:size]
    found = list(rows)
    if not found:
        return Done(None)
    if edit.field == rules.SUPPRESSED:
        before = _suppress(edit, found, now)
    else:
        before = {pk: was for pk, was, _more in found if not _has_already(edit, was)}
        if edit.field == rules.COMPANY:
            before = {pk: [was, more] for pk, was, more in found if pk in before}
        _give(edit, before, now)
    BulkEditRow.objects.of(edit.workspace_id).bulk_create(
        [
            BulkEditRow(workspace_id=edit.workspace_id, bulk_edit=edit, contact_id=pk, before=was)
            for pk, was in before.items()
        ]
    )
    unfit = sum(not was for _pk, was, _more in found) if edit.field == rules.SUPPRESSED else 0
    return Done(found[-1][0], len(found), len(before), unfit)


def restore(edit: BulkEdit, *, size: int, now: datetime) -> Done:
    """Put the next remembered contacts back, as far as they still have what the edit gave. Call it in a transaction."""
    kept = BulkEditRow.objects.of(edit.workspace_id).filter(bulk_edit=edit, pk__gt=edit.undone_to)
    rows = list(kept.order_by("pk").values_list("pk", "contact_id", "before")[:size])
    if not rows:
        return Done(None)
    before = {contact: was for _pk, contact, was in rows}
    people = Contact.objects.of(edit.workspace_id).present().filter(pk__in=list(before))
    found = list(_locked(people, edit.field))
    if edit.field == rules.SUPPRESSED:
        restored = _lift(edit, {pk: before[pk] for pk, _was, _more in found}, now)
    else:
        mine = {pk: before[pk] for pk, was, _more in found if _has_ours(edit, was)}
        _put_back(edit, mine, now)
        restored = len(mine)
    return Done(rows[-1][0], len(rows), restored)


# One field -----------------------------------------------------------------------------------------------------


def _locked(rows: QuerySet[Contact], field: str) -> Any:
    """(id, what the contact has of `field`, a companion of it) by id, each locked."""
    value: Any = {rules.OPTED_OUT: F("opted_out_at"), rules.SUPPRESSED: F("email")}.get(field)
    if value is None:
        named = field.startswith(rules.ATTRIBUTE)
        value = KeyTextTransform(field.removeprefix(rules.ATTRIBUTE), "attributes") if named else F(field)
        value = Cast(value, TextField())
    locked = rows.order_by("pk").select_for_update(of=("self",))
    return locked.annotate(has=value).values_list("pk", "has", "account_id")


def _has_already(edit: BulkEdit, was: Any) -> bool:
    """Whether a contact needs no change."""
    return was is not None if edit.field == rules.OPTED_OUT else (was or "") == edit.value


def _has_ours(edit: BulkEdit, was: Any) -> bool:
    """Whether a contact still has what the edit gave; of a "no" the moment tells whose it is."""
    return bool(was == edit.created_at) if edit.field == rules.OPTED_OUT else (was or "") == edit.value


def _give(edit: BulkEdit, before: Mapping[int, Any], now: datetime) -> None:
    people = list(before)
    if edit.field == rules.OPTED_OUT:
        _opt_out(edit, people, edit.created_at, now)
        Invitation.objects.of(edit.workspace_id).filter(
            contact__in=people, status=InvitationStatus.PLANNED
        ).update(status=InvitationStatus.NOT_SENT, not_sent_because=NotSentBecause.OPTED_OUT, askable_at=None)
    elif edit.field == rules.COMPANY:
        named = companies.ensure(workspace=edit.workspace_id, names=[edit.value] if people else [], now=now)
        account = named.get(edit.value)
        _write(_WRITE_COMPANY, edit, now, [(pk, edit.value) for pk in people], [account] * len(people))
    else:
        value = None if edit.field.startswith(rules.ATTRIBUTE) and not edit.value else edit.value
        _write_field(edit, [(pk, value) for pk in people], now)


def _put_back(edit: BulkEdit, before: Mapping[int, Any], now: datetime) -> None:
    if edit.field == rules.OPTED_OUT:
        _opt_out(edit, list(before), None, now)
    elif edit.field == rules.COMPANY:
        _put_back_companies(edit, before, now)
    else:
        _write_field(edit, before.items(), now)


def _put_back_companies(edit: BulkEdit, before: Mapping[int, Any], now: datetime) -> None:
    """The company of before under the name it has today; one that is gone comes back under the name it had."""
    ids = {account for _name, account in before.values() if account is not None}
    names = dict(Company.objects.of(edit.workspace_id).filter(pk__in=ids).values_list("pk", "name"))
    today = {pk: names.get(account, name) for pk, (name, account) in before.items()}
    known = companies.ensure(workspace=edit.workspace_id, names=today.values(), now=now)
    accounts = [known.get(name) for name in today.values()]
    _write(_WRITE_COMPANY, edit, now, list(today.items()), accounts)


def _write_field(edit: BulkEdit, pairs: Iterable[tuple[int, str | None]], now: datetime) -> None:
    """Give each contact its value of a plain column or of an attribute."""
    pairs = list(pairs)
    if not edit.field.startswith(rules.ATTRIBUTE):
        _write(_WRITE_COLUMN[edit.field], edit, now, pairs)
        return
    name = edit.field.removeprefix(rules.ATTRIBUTE)
    _write(_WRITE_ATTRIBUTE, edit, now, pairs, name=name)
    seen = [{name: value} for value in {value for _pk, value in pairs if value}]
    attribute_service.ensure(workspace=edit.workspace_id, seen=seen, now=now)


def _write(
    statement: str,
    edit: BulkEdit,
    now: datetime,
    pairs: Sequence[tuple[int, str | None]],
    accounts: Sequence[int | None] = (),
    name: str = "",
) -> None:
    if not pairs:
        return
    facts: dict[str, Any] = {
        "w": edit.workspace_id, "now": now, "name": name, "ids": [pk for pk, _value in pairs],
        "values": [value for _pk, value in pairs], "accounts": list(accounts),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)


def _opt_out(edit: BulkEdit, people: Sequence[int], moment: datetime | None, now: datetime) -> None:
    Contact.objects.of(edit.workspace_id).filter(pk__in=people).update(opted_out_at=moment, updated_at=now)


def _source(edit: BulkEdit) -> str:
    return f"{suppression_batches.BULK}{edit.public_id}"


def _suppress(edit: BulkEdit, found: Sequence[Any], now: datetime) -> dict[int, Any]:
    owners = {email: pk for pk, email, _more in found if email}
    done = suppression_batches.suppress_many(
        workspace_id=edit.workspace_id, addresses=list(owners), scope=edit.value, source=_source(edit),
        by=edit.created_by_id, now=now,
    )  # fmt: skip
    return {owners[address]: was for address, was in done.items()}


def _lift(edit: BulkEdit, before: Mapping[int, Any], now: datetime) -> int:
    put = {was["id"]: was["was"] for was in before.values()}
    return len(
        suppression_batches.take_back(
            workspace_id=edit.workspace_id, source=_source(edit), put=put, by=edit.undoer_id,
            note=f"bulk edit {edit.public_id} undone", now=now,
        )
    )  # fmt: skip
