"""Who a campaign means, who of them may be asked now, and why the others may not.

`surveys.rules.contact_policy` decides; this is its table in SQL, so that an audience of 100,000 people is judged in
one statement. A test compares both over every combination of facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Greatest, Trim
from django.db.models.lookups import Exact

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from core import merge_fields
from outbox.enums import SuppressionReason
from outbox.models import Suppression
from surveys import wording
from surveys.models import Attribute, Campaign, Contact, Survey
from surveys.queries import audience_rows, faces
from surveys.queries import sight as sights
from surveys.rules import contact_policy as policy

_COLUMNS = {"first_name": "name", "name": "name", "customer_company": "company"}


@dataclass(frozen=True)
class Preview:
    """Who would be asked if the campaign started now. `left_out` counts each reason, most frequent first."""

    people: int
    asked: int
    left_out: dict[str, int]


def audience_of(
    *, workspace: Workspace, audience: dict[str, Any], now: datetime | None = None
) -> QuerySet[Contact]:
    """The contacts a campaign's `audience` means today (see Campaign); nobody for an empty one.

    {"filter": ...} is a saved audience's (see queries.audience_rows); its days are counted from `now`.
    """
    if "filter" in audience:
        return audience_rows.fitting(workspace=workspace, filter=audience["filter"], now=now)
    rows: QuerySet[Contact] = Contact.objects.of(workspace).present()
    if "contacts" in audience:
        return rows.filter(pk__in=audience["contacts"])
    if not any(audience.get(key) for key in ("all", "search", "attribute")):
        return rows.none()
    rows = Contact.objects.of(workspace).present().matching(audience.get("search", ""))
    if name := audience.get("attribute"):
        if value := audience.get("value"):
            return rows.filter(attributes__contains={name: value})
        return rows.filter(attributes__has_key=name)
    return rows


def judged(contacts: QuerySet[Contact], *, survey: Survey, touchpoint: str, now: datetime) -> Any:
    """The contacts as a QuerySet with `because` (a not_sent_because code; empty: may be asked) and `until`.

    `until` is when a wait is over; None for reasons no waiting cures.
    """
    workspace = survey.workspace
    wait = timedelta(days=max(workspace.quiet_days, survey.quiet_days))
    decline = timedelta(days=policy.DEFAULT_DECLINE_DAYS)
    suppressed = Suppression.objects.of(workspace).filter(address=OuterRef("email"), lifted_at__isnull=True)
    rows: Any = contacts.annotate(
        asked_until=Case(
            When(last_asked_at__gt=now - wait, then=F("last_asked_at") + wait),
            default=None,
            output_field=DateTimeField(),
        ),
        declined_until=Case(
            When(last_declined_at__gt=now - decline, then=F("last_declined_at") + decline),
            default=None,
            output_field=DateTimeField(),
        ),
    )
    holds: dict[str, Any] = {
        policy.ERASED: Q(erased_at__isnull=False)
        | Exists(suppressed.filter(reason=SuppressionReason.ERASED)),
        policy.SURVEY_CLOSED: None if survey.is_active else Q(pk__isnull=False),
        policy.NO_ADDRESS: Q(email=""),
        policy.SUPPRESSED: Exists(suppressed),
        policy.OPTED_OUT: Q(opted_out_at__isnull=False),
        policy.UNDELIVERABLE: Q(undeliverable_at__isnull=False),
        policy.MISSING_FIELD: _lacks_a_field(survey, touchpoint),
        policy.DECLINED_RECENTLY: Q(declined_until__isnull=False)
        & (Q(asked_until__isnull=True) | Q(declined_until__gte=F("asked_until"))),
        policy.ASKED_RECENTLY: Q(asked_until__isnull=False),
    }
    whens = [When(holds[code], then=Value(code)) for code in policy.PRECEDENCE if holds[code] is not None]
    rows = rows.annotate(because=Case(*whens, default=Value(""), output_field=TextField()))
    return rows.annotate(
        until=Case(
            When(because__in=policy.WAITS, then=Greatest("asked_until", "declined_until")), default=None
        )
    )


def judged_audience(*, campaign: Campaign, now: datetime, sight: Sight = EVERYTHING) -> Any:
    """The campaign's audience as far as it may be seen, judged at `now`."""
    seen = sights.contacts(workspace=campaign.workspace, sight=sight)
    return judged(
        audience_of(workspace=campaign.workspace, audience=campaign.audience).filter(seen),
        survey=campaign.survey,
        touchpoint=campaign.touchpoint.name if campaign.touchpoint else "",
        now=now,
    )


def preview(*, campaign: Campaign, now: datetime, sight: Sight = EVERYTHING) -> Preview:
    """Counts of an audience, as far as it may be seen, judged at `now`, in one statement."""
    people = judged_audience(campaign=campaign, now=now, sight=sight)
    rows = people.order_by().values("because").annotate(n=Count("pk"))
    counts = {row["because"]: row["n"] for row in rows}
    asked = counts.pop("", 0)
    return Preview(
        people=asked + sum(counts.values()),
        asked=asked,
        left_out=dict(sorted(counts.items(), key=lambda item: -item[1])),
    )


def needed_fields(survey: Survey) -> list[str]:
    """Merge fields of the survey's mail that have no fall-back: who lacks one cannot be asked."""
    face = faces.make(survey=survey)
    found = (
        field for text in (face.question, face.subject, face.intro) for field in merge_fields.parse(text)
    )
    return list(dict.fromkeys(field.name for field in found if field.fallback is None))


def _lacks_a_field(survey: Survey, touchpoint: str) -> Any:
    """The condition "a merge field of the mail stays empty"; None when every field has a fall-back."""
    lacks: Any = None
    for name in needed_fields(survey):
        if name == "company":
            continue
        if name == "touchpoint":
            condition: Any = Q(pk__isnull=bool(touchpoint))  # everybody or nobody
        elif name.startswith(wording.ATTRIBUTE):
            condition = _is_empty_attribute(survey, name.removeprefix(wording.ATTRIBUTE))
        else:
            condition = Q(**{_COLUMNS[name]: ""})
        lacks = condition if lacks is None else lacks | condition
    return lacks


def _is_empty_attribute(survey: Survey, lowered: str) -> Any:
    """Merge fields know attributes in small letters; the contact may have them in any."""
    names = [
        name
        for name in Attribute.objects.of(survey.workspace_id).values_list("name", flat=True)
        if name.lower() == lowered
    ]
    empty: Any = Q(pk__isnull=False)
    for name in names:
        text = Trim(Coalesce(KeyTextTransform(name, "attributes"), Value(""), output_field=TextField()))
        empty &= Q(Exact(text, Value("")))
    return empty
