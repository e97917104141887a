"""What merge fields stand for: the same in replies, templates, announcements and what leaves by itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils import translation

from accounts.models import User, Workspace
from core import moments
from detractors.models import Case, Task
from detractors.queries import remedies
from detractors.queries.promised import language_of
from followups import wording
from followups.queries import customer_page
from surveys import wording as survey_wording
from surveys.models import Attribute, Contact
from surveys.queries import asking

PRODUCT = "product"  # also the attribute of a contact that says which one they have
PROMISE = "promise"
REMEDIES = ("remedy", "remedy_code", "remedy_value")


def known_fields(*, workspace: Workspace) -> list[str]:
    """Every merge field a reply of this workspace can name: the fixed ones, then the attributes'."""
    names = Attribute.objects.of(workspace).order_by("name").values_list("name", flat=True)
    return [*wording.MERGE_FIELDS, *wording.attribute_fields(names)]


def customer_values(*, case: Case) -> dict[str, Any]:
    """What the merge fields about the customer of a case stand for, whoever writes."""
    touchpoint = case.touchpoint.name if case.touchpoint else ""
    return _person(case.contact, case.workspace, touchpoint) | {"case_number": case.number}


def merge_values(
    *,
    case: Case,
    by: User | None,
    now: datetime,
    language: str = "",
    wanted: Collection[str] | None = None,
) -> dict[str, Any]:
    """What the merge fields of words about `case` stand for; `by` writes them, or the case's owner does.

    Moments are said in `language` (the customer's) and where the customer is. With `wanted`, only what it names is asked
    of the database. All that `wording.MERGE_FIELDS` lists is there, empty where nothing is known.
    """
    values = customer_values(case=case) | _writer(by or case.owner)
    values |= {"score": case.score, "what_was_done": case.resolution, PROMISE: ""} | dict.fromkeys(
        REMEDIES, ""
    )
    if wanted is None or PROMISE in wanted:
        values[PROMISE] = _promise(case, language or language_of(case), now)
    if wanted is None or any(name in wanted for name in REMEDIES):
        values |= _remedy(case)
    return values


def contact_values(*, contact: Contact, by: User | None) -> dict[str, Any]:
    """The same of somebody without a case: what only a case knows is empty."""
    empty = dict.fromkeys(wording.MERGE_FIELDS, "")
    return empty | _person(contact, contact.workspace, "") | _writer(by)


def nobodys_values(*, workspace: Workspace, by: User | None) -> dict[str, Any]:
    """The same of somebody of whom nothing is known: what the fall-backs are for."""
    empty = dict.fromkeys(known_fields(workspace=workspace), "")
    return empty | _person(None, workspace, "") | _writer(by)


def _person(contact: Contact | None, workspace: Workspace, touchpoint: str) -> dict[str, Any]:
    values: dict[str, Any] = survey_wording.values(
        company=workspace.name,
        name=contact.name if contact else "",
        customer_company=contact.company if contact else "",
        touchpoint=touchpoint,
        attributes=contact.attributes if contact else {},
    )
    return values | {PRODUCT: values.get(f"{survey_wording.ATTRIBUTE}{PRODUCT}", "")}


def _writer(by: User | None) -> dict[str, Any]:
    return {"agent_name": by.display_name if by else "", "agent_first_name": by.first_name if by else ""}


def _promise(case: Case, language: str, now: datetime) -> str:
    """The next moment by which the customer was promised something: what somebody said, else what the clock promises."""
    promised = Task.objects.of(case.workspace_id).filter(
        case=case, is_promise=True, done_at__isnull=True, due_at__gt=now
    )
    due_at = promised.order_by("due_at").values_list("due_at", flat=True).first()
    if due_at is None:
        owed = customer_page.promise(case=case, now=now)
        due_at = owed.due_at if owed and not owed.is_late else None
    if due_at is None:
        return ""
    with translation.override(language or None):
        zone = asking.zone_of(contact=case.contact, workspace=case.workspace)
        return moments.in_words(due_at, zone, "l j F, H:i")


def _remedy(case: Case) -> dict[str, Any]:
    """What was agreed to be given last, with its code and what it is worth to the customer."""
    row = next((one for one in remedies.of_case(case=case) if one.counts), None)
    if row is None:
        return {}
    currency = remedies.settings_of(workspace=case.workspace_id).currency
    code = next((one.code for one in row.codes.all()), "")
    worth = f"{row.value:.2f}".removesuffix(".00") + f" {currency}" if row.value else ""
    return {"remedy": row.what, "remedy_code": code, "remedy_value": worth}
