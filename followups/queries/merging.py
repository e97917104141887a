"""What merge fields stand for: the same in replies, templates, announcements and what leaves by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import translation

from accounts.models import User, Workspace
from core import moments
from detractors.models import Case, Remedy, SlaTimer, Task
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


class Known:
    """What the database says of promises and remedies, for many cases of a workspace: asked once, when it is wanted."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._cases = cases

    @cached_property
    def promised(self) -> dict[int, list[datetime]]:
        """Case -> when the promises that are open fall due, in their order."""
        found: dict[int, list[datetime]] = defaultdict(list)
        rows = Task.objects.of(self._workspace).filter(
            case__in=self._cases, is_promise=True, done_at__isnull=True, due_at__isnull=False
        )
        for case, due_at in rows.order_by("due_at").values_list("case", "due_at"):
            found[case].append(due_at)
        return found

    @cached_property
    def timers(self) -> dict[int, list[SlaTimer]]:
        """Case -> its timers."""
        found: dict[int, list[SlaTimer]] = defaultdict(list)
        for timer in SlaTimer.objects.of(self._workspace).filter(case__in=self._cases):
            found[timer.case_id].append(timer)
        return found

    @cached_property
    def remedies(self) -> dict[int, Remedy]:
        """Case -> what was agreed to be given last."""
        found: dict[int, Remedy] = {}
        for row in remedies.of_cases(workspace=self._workspace, cases=self._cases):
            if row.counts:
                found.setdefault(row.case_id, row)
        return found

    @cached_property
    def currency(self) -> str:
        """Of the remedies."""
        return remedies.settings_of(workspace=self._workspace).currency

    @property
    def _workspace(self) -> int:
        return self._cases[0].workspace_id


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
    known: Known | None = None,
) -> dict[str, Any]:
    """What the merge fields of words about `case` stand for; `by` writes them, or the case's owner does.

    Moments are said in `language` (the customer's) and where the customer is. With `wanted`, only what it names is asked
    of the database, or of `known`, which has asked for this case among others. All that `wording.MERGE_FIELDS` lists is there, empty where nothing is known.
    """
    known = known or Known([case])
    values = customer_values(case=case) | _writer(by or case.owner)
    values |= {"score": case.score, "what_was_done": case.resolution, PROMISE: ""} | dict.fromkeys(
        REMEDIES, ""
    )
    if wanted is None or PROMISE in wanted:
        values[PROMISE] = _promise(case, known, language or language_of(case), now)
    if wanted is None or any(name in wanted for name in REMEDIES):
        values |= _remedy(case, known)
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


def _promise(case: Case, known: Known, language: str, now: datetime) -> str:
    """The next moment by which the customer was promised something: what somebody said, else what the clock promises."""
    due_at = next((at for at in known.promised.get(case.pk, ()) if at > now), None)
    if due_at is None:
        owed = customer_page.owed(known.timers.get(case.pk, ()), now=now)
        due_at = owed.due_at if owed and not owed.is_late else None
    if due_at is None:
        return ""
    with translation.override(language or None):
        zone = asking.zone_of(contact=case.contact, workspace=case.workspace)
        return moments.in_words(due_at, zone, "l j F, H:i")


def _remedy(case: Case, known: Known) -> dict[str, Any]:
    """What was agreed to be given last, with its code and what it is worth to the customer."""
    row = known.remedies.get(case.pk)
    if row is None:
        return {}
    code = next((one.code for one in row.codes.all()), "")
    worth = f"{row.value:.2f}".removesuffix(".00") + f" {known.currency}" if row.value else ""
    return {"remedy": row.what, "remedy_code": code, "remedy_value": worth}
