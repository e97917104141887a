"""Who a campaign means, who of them may be asked now, and why the others may not.

`surveys.rules.contact_policy` decides; this is its table in SQL, so that an audience of 100,000 people is judged in
one statement. A test compares both over every combination of facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Greatest, Lower, Trim
from django.db.models.lookups import Exact

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from core import merge_fields
from outbox import queries as outbox
from outbox.channels.sms import Gateway, gateway_of
from outbox.enums import SuppressionReason
from outbox.models import Suppression
from surveys import wording
from surveys.enums import NotSentBecause, ResponseChannel
from surveys.models import Attribute, Campaign, Contact, ContactPolicy, Survey
from surveys.queries import asking, audience_rows, faces
from surveys.queries import sight as sights
from surveys.queries.faces import Face
from surveys.rules import contact_policy as policy
from surveys.rules import sampling

_COLUMNS = {"first_name": "name", "name": "name", "customer_company": "company"}


@dataclass(frozen=True)
class Preview:
    """Who would be asked if the campaign started now. `left_out` counts each reason, most frequent first.

    They add up: `people` is `asked` and everybody left out. The hours of the day leave nobody out, they only delay.
    """

    people: int
    asked: int
    left_out: dict[str, int]


def audience_of(*, workspace: Workspace, audience: dict[str, Any], now: datetime) -> QuerySet[Contact]:
    """The contacts a campaign's `audience` means at `now` (see Campaign); nobody for an empty one.

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


def people_of(*, campaign: Campaign, now: datetime) -> QuerySet[Contact]:
    """Everybody a campaign means at `now`: its saved audience, or its own."""
    saved = campaign.saved_audience if campaign.saved_audience_id is not None else None
    audience = campaign.audience if saved is None else {"filter": saved.filter}
    return audience_of(workspace=campaign.workspace, audience=audience, now=now)


def judged(
    contacts: QuerySet[Contact],
    *,
    survey: Survey,
    touchpoint: str,
    now: datetime,
    channel: str = ResponseChannel.EMAIL,
    subject: str = "",
    intro: str = "",
    sample: tuple[str, int] = ("", sampling.EVERYBODY),
) -> Any:
    """The contacts as a QuerySet with `because` (a not_sent_because code; empty: may be asked) and `until`.

    `until` is when a wait is over; None for reasons no waiting cures. `subject` and `intro` stand for the survey's own.
    `sample` is its seed and percentage: whoever may be asked but is not drawn is NOT_SAMPLED.
    """
    workspace = survey.workspace
    settings = asking.policy_of(workspace=workspace)
    rows = _with_waits(contacts, survey=survey, settings=settings, now=now)
    is_text = channel == ResponseChannel.SMS
    standing = Suppression.objects.of(workspace).filter(lifted_at__isnull=True)
    suppressed = standing.filter(address=OuterRef("email"))
    gateway = gateway_of(workspace.pk) if is_text else None
    holds: dict[str, Any] = {
        policy.ERASED: Q(erased_at__isnull=False)
        | Exists(suppressed.filter(reason=SuppressionReason.ERASED)),
        policy.MERGED: Q(merged_into__isnull=False),
        policy.SURVEY_CLOSED: None if survey.is_active else Q(pk__isnull=False),
        policy.NO_ADDRESS: None if is_text else Q(email=""),
        policy.SMS_OFF: Q(pk__isnull=False) if is_text and gateway is None else None,
        policy.NO_PHONE: _lacks_number(gateway) if is_text else None,
        policy.SMS_COUNTRY: None,  # a number's country is looked at when its turn comes
        policy.SUPPRESSED: Exists(standing.filter(address=OuterRef("phone")))
        if is_text
        else Exists(suppressed),
        policy.OPTED_OUT: Q(opted_out_at__isnull=False)
        | (Exists(suppressed.filter(reason=SuppressionReason.UNSUBSCRIBED)) if is_text else Q(pk__in=[])),
        policy.SMS_STOPPED: Q(sms_stopped_at__isnull=False) if is_text else None,
        policy.UNDELIVERABLE: None if is_text else Q(undeliverable_at__isnull=False),
        policy.MISSING_FIELD: _lacks_a_field(survey, touchpoint, subject, intro, channel),
        # The wait that ends last is named; of two that end together, the first of these.
        policy.DECLINED_RECENTLY: Q(declined_until=F("waits_until")),
        policy.ASKED_RECENTLY: Q(asked_until=F("waits_until")),
        policy.MESSAGE_CAP: Q(capped_until=F("waits_until")),
    }
    whens = [When(holds[code], then=Value(code)) for code in policy.PRECEDENCE if holds[code] is not None]
    seed, percent = sample
    if percent < sampling.EVERYBODY:
        rows = rows.annotate(lot=Lot(Value(seed), Cast("pk", TextField())))
        whens.append(When(lot__gte=percent, then=Value(NotSentBecause.NOT_SAMPLED.value)))
    rows = rows.annotate(because=Case(*whens, default=Value(""), output_field=TextField()))
    return rows.annotate(until=Case(When(because__in=policy.WAITS, then=F("waits_until")), default=None))


def _lacks_number(gateway: Gateway | None) -> Q:
    """Contacts no text can be written to, as far as a glance tells; each number is read when its turn comes."""
    return Q(phone="") if gateway is not None and gateway.region else ~Q(phone__startswith="+")


def _with_waits(
    contacts: QuerySet[Contact], *, survey: Survey, settings: ContactPolicy, now: datetime
) -> Any:
    """The contacts with the end of each wait that is not over, and `waits_until`, the end of the last."""
    wait = timedelta(days=max(survey.workspace.quiet_days, survey.quiet_days))
    decline = timedelta(days=settings.decline_days)
    none = Value(None, output_field=DateTimeField())

    def ends(column: str, length: timedelta) -> Case:
        within = {f"{column}__gt": now - length}
        return Case(When(**within, then=F(column) + length), default=None, output_field=DateTimeField())

    rows: Any = contacts.annotate(
        asked_until=ends("last_asked_at", wait), declined_until=ends("last_declined_at", decline)
    )
    if settings.cap_count:
        length = timedelta(days=settings.cap_days)
        sent = (
            outbox.counted_messages(survey.workspace)
            .annotate(name=Lower("to"))
            .filter(
                name__in=[Lower(OuterRef("email")), Lower(OuterRef("phone"))], created_at__gt=now - length
            )
            .order_by("-created_at")
        )
        last = settings.cap_count - 1
        rows = rows.annotate(
            capped_until=ExpressionWrapper(
                Subquery(sent.values("created_at")[last : last + 1]) + length, output_field=DateTimeField()
            )
        )
    else:
        rows = rows.annotate(capped_until=none)
    return rows.annotate(
        waits_until=Greatest("asked_until", "declined_until", "capped_until", output_field=DateTimeField())
    )


def judged_audience(
    *, campaign: Campaign, now: datetime, sight: Sight = EVERYTHING, of_round: int = 1
) -> Any:
    """The campaign's audience as far as it may be seen, judged at `now`: by the contact policy, then by its sample."""
    seen = sights.contacts(workspace=campaign.workspace, sight=sight)
    return judged(
        people_of(campaign=campaign, now=now).filter(seen),
        survey=campaign.survey,
        touchpoint=campaign.touchpoint.name if campaign.touchpoint else "",
        now=now,
        channel=campaign.channel,
        subject=campaign.subject,
        intro=campaign.intro,
        sample=(sampling.seed(campaign=campaign.public_id, of_round=of_round), campaign.sample_percent),
    )


class Lot(Func):
    """The lot of a contact, 0 to 99, from a seed and its id: what surveys.rules.sampling.lot says."""

    output_field = IntegerField()
    template = "mod(('x' || substr(md5(%(expressions)s), 1, 7))::bit(28)::int, 100)"
    arg_joiner = " || ':' || "


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


def needed_fields(
    face: Face, subject: str = "", intro: str = "", channel: str = ResponseChannel.EMAIL
) -> list[str]:
    """Merge fields of the mail, or text message, in one language that have no fall-back: who lacks one cannot be asked.

    The words of a campaign by text are its `intro`.
    """
    texts: tuple[str, ...] = (face.question, subject or face.subject, intro or face.intro)
    if channel == ResponseChannel.SMS:
        texts = (intro or face.sms_text,)
    found = (field for text in texts for field in merge_fields.parse(text))
    return list(dict.fromkeys(field.name for field in found if field.fallback is None))


def _lacks_a_field(survey: Survey, touchpoint: str, subject: str, intro: str, channel: str) -> Any:
    """The condition "a merge field of the mail stays empty"; None when every field has a fall-back.

    Each language has words of its own, so each person is judged by those of the mail that they would get.
    """
    looks = faces.Faces(survey)
    languages = looks.says.languages
    needed = {code: needed_fields(looks.face(code), subject, intro, channel) for code in languages}
    if len({frozenset(names) for names in needed.values()}) == 1:
        return _lacks_one_of(survey, touchpoint, needed[languages[0]])
    readers = _readers(languages)
    lacks: Any = None
    for code, names in needed.items():
        condition = _lacks_one_of(survey, touchpoint, names)
        if condition is not None:
            both = readers[code] & condition
            lacks = both if lacks is None else lacks | both
    return lacks


def _readers(languages: Sequence[str]) -> dict[str, Q]:
    """By language of the survey, its own first, the condition that a contact is spoken to in it: `Spoken.language_for` in SQL."""
    exactly = {code: Q(language__iexact=code) for code in languages}
    is_exact, taken = reduce(or_, exactly.values()), Q(pk__isnull=True)
    found = {}
    for code in languages:
        base = code.split("-")[0]
        near = Q(language__iexact=base) | Q(language__istartswith=f"{base}-")
        found[code] = exactly[code] | (near & ~is_exact & ~taken)
        taken |= near
    found[languages[0]] |= ~is_exact & ~taken
    return found


def _lacks_one_of(survey: Survey, touchpoint: str, names: Sequence[str]) -> Any:
    lacks: Any = None
    for name in names:
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
