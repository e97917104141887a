"""Pages of contacts, surveys, campaigns and imports: each list costs the same few queries however long it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.postgres.lookups import Overlap
from django.db.models import Count, F, JSONField, OuterRef, Q, QuerySet, Subquery, Value

from accounts.models import BusinessCalendar, Workspace
from accounts.rules.sight import EVERYTHING, Sight
from surveys.enums import InvitationStatus, Metric, NotSentBecause, Trust
from surveys.models import (
    Attribute,
    BadRow,
    Campaign,
    Contact,
    ContactImport,
    Invitation,
    Response,
    Survey,
    Touchpoint,
)
from surveys.models.contact import AttributeWords
from surveys.queries import asked, settled
from surveys.queries import sight as sights

PAGE = 50  # rows of a list page
CAP = 1_000  # counts above are said as "1,000+": counting further costs time and tells nothing
HISTORY = 100  # answers and invitations shown of one person


@dataclass(frozen=True)
class Page:
    """One page of a list, newest first. `newer` and `older` are the ids to continue from, None at the ends."""

    rows: Sequence[Any]
    newer: int | None
    older: int | None


def keyset(
    rows: QuerySet[Any], *, before: int | None = None, after: int | None = None, size: int = PAGE
) -> Page:
    """The page of rows with ids below `before` (older) or above `after` (newer), newest first."""
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        more, found = len(found) > size, found[:size][::-1]
        return Page(found, found[0].pk if more and found else None, found[-1].pk if found else None)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: size + 1])
    more, found = len(found) > size, found[:size]
    return Page(found, found[0].pk if before is not None and found else None, found[-1].pk if more else None)


def capped_count(rows: QuerySet[Any]) -> int:
    """How many rows, at most CAP + 1."""
    return rows.order_by().values("pk")[: CAP + 1].count()


def shown_count(rows: QuerySet[Any], page: Page, *, is_first: bool) -> int:
    """How many rows, at most CAP + 1; not asked again where the first page holds them all.

    A filter that fits almost nobody reads the whole table to find them: once is enough.
    """
    return len(page.rows) if is_first and page.older is None else capped_count(rows)


# Contacts ------------------------------------------------------------------------------------------------------


def with_latest_answer(contacts: QuerySet[Contact], seen: Q | None = None) -> Any:
    """Contacts with `latest_score` and `latest_segment` of their last NPS answer: their class today.

    Only answers that fit `seen` count, if it is given.
    """
    latest = (
        Response.objects.across_workspaces()  # the contact below is of one workspace, and so are its answers
        .filter(seen or Q(), contact=OuterRef("pk"), metric=Metric.NPS)
        .exclude(trust=Trust.LIKELY_SCANNER)
        .order_by("-responded_at", "-pk")
    )
    return contacts.annotate(
        latest_score=Subquery(latest.values("score")[:1]),
        latest_segment=Subquery(latest.values("segment")[:1]),
    )


def contacts(
    *,
    workspace: Workspace,
    search: str = "",
    attribute: str = "",
    value: str = "",
    segment: str = "",
    state: str = "",
    sight: Sight = EVERYTHING,
) -> Any:
    """A QuerySet of the contacts seen that fit every given filter, with their class today."""
    rows = fitting(
        workspace=workspace,
        search=search,
        attribute=attribute,
        value=value,
        segment=segment,
        state=state,
        sight=sight,
    )
    return with_latest_answer(rows, sights.answers(workspace=workspace, sight=sight))


def fitting(
    *,
    workspace: Workspace,
    search: str = "",
    attribute: str = "",
    value: str = "",
    segment: str = "",
    state: str = "",
    sight: Sight = EVERYTHING,
) -> Any:
    """A QuerySet of the contacts seen that fit every given filter. `segment` is today's class or "NONE"; `state` a key of STATES.

    The class is what the last answer told the contact (surveys.services.settling), seconds after it came: among a million
    people nobody's answers are looked through. Members with limits see fewer answers, so theirs are.
    """
    rows = Contact.objects.of(workspace).present().filter(sights.contacts(workspace=workspace, sight=sight))
    rows = rows.matching(search)
    if attribute:
        rows = rows.filter(_with_attribute(attribute, value))
    if state in STATES:
        rows = rows.filter(STATES[state])
    if not segment:
        return rows
    if sight.is_everything:
        return rows.filter(last_segment="" if segment == "NONE" else segment)
    rows = with_latest_answer(rows, sights.answers(workspace=workspace, sight=sight))
    return (
        rows.filter(latest_score__isnull=True) if segment == "NONE" else rows.filter(latest_segment=segment)
    )


def _with_attribute(name: str, value: str) -> Q:
    """Who has the attribute, or this very value of it: found by the index over words of attributes."""
    if not value:
        return Q(attributes__has_key=name)
    words = AttributeWords(Value({name: value}, output_field=JSONField()))
    return Q(Overlap(AttributeWords(F("attributes")), words)) & Q(attributes__contains={name: value})


STATES = {
    "opted-out": Q(opted_out_at__isnull=False),
    "undeliverable": Q(undeliverable_at__isnull=False),
    "no-address": Q(email=""),
    "never-asked": Q(last_asked_at__isnull=True),
}


def attributes(*, workspace: Workspace) -> list[Attribute]:
    """The attributes seen on contacts, by label."""
    return list(Attribute.objects.of(workspace).order_by("label"))


def answers_of(*, contact: Contact, sight: Sight = EVERYTHING) -> list[Response]:
    """The contact's answers that may be seen, newest first, with what was asked."""
    return asked.attach(
        Response.objects.of(contact.workspace_id)
        .filter(sights.answers(workspace=contact.workspace_id, sight=sight), contact=contact)
        .select_related("survey", "touchpoint", "entered_by")
        .order_by("-responded_at", "-pk")[:HISTORY]
    )


def invitations_of(*, contact: Contact, sight: Sight = EVERYTHING) -> list[Invitation]:
    """What the contact was asked, or was not and why, as far as it may be seen; newest first."""
    rows = (
        Invitation.objects.of(contact.workspace_id)
        .filter(sights.invitations(workspace=contact.workspace_id, sight=sight), contact=contact)
        .select_related("survey", "campaign", "message", "override_by")
    )
    return list(settled.shown(rows).order_by("-pk")[:HISTORY])


# Surveys -------------------------------------------------------------------------------------------------------


def surveys(*, workspace: Workspace, sight: Sight = EVERYTHING) -> QuerySet[Survey]:
    """All surveys, newest first, with `answers` (how many are seen, capped nowhere: an index-only count per survey)."""
    count = (
        Response.objects.of(workspace)
        .filter(sights.answers(workspace=workspace, sight=sight), survey=OuterRef("pk"))
        .order_by()
        .values("survey")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Survey.objects.of(workspace).annotate(answers=Subquery(count))


def active_surveys(*, workspace: Workspace) -> list[Survey]:
    """Surveys that can be sent, by name."""
    return list(Survey.objects.of(workspace).filter(status="ACTIVE").order_by("name"))


def touchpoints(*, workspace: Workspace) -> list[Touchpoint]:
    """Moments of the journey, by name."""
    return list(Touchpoint.objects.of(workspace).order_by("name"))


def calendars(*, workspace: Workspace) -> list[BusinessCalendar]:
    """The calendars whose holidays can be kept, the usual one first."""
    return list(BusinessCalendar.objects.of(workspace).order_by("-is_default", "name"))


# Campaigns -----------------------------------------------------------------------------------------------------

_LEFT = (
    InvitationStatus.SENT, InvitationStatus.DELIVERED, InvitationStatus.OPENED, InvitationStatus.ANSWERED,
    InvitationStatus.EXPIRED,
)  # fmt: skip


@dataclass(frozen=True)
class Funnel:
    """What became of a campaign's people, in numbers."""

    people: int
    planned: int
    sent: int
    delivered: int
    answered: int
    commented: int
    not_sent: int
    reasons: dict[str, int]


def campaigns(*, workspace: Workspace) -> QuerySet[Campaign]:
    """All campaigns, newest first."""
    return Campaign.objects.of(workspace).select_related("survey", "touchpoint", "created_by")


def counts_of(*, campaigns: Sequence[Campaign], seen: Q | None = None) -> dict[int, dict[str, int]]:
    """For several campaigns at once: id -> {"people", "sent", "answered", "not_sent"}, of invitations that fit `seen`."""
    if not campaigns:
        return {}
    workspace = campaigns[0].workspace_id  # of all of them: the campaigns given are the caller's
    rows = (
        Invitation.objects.of(workspace)
        .filter(seen or Q(), campaign__in=[campaign.pk for campaign in campaigns])
        .annotate(state=settled.status(workspace=workspace))
        .order_by()
        .values("campaign")
        .annotate(
            people=Count("pk"),
            sent=Count("pk", filter=Q(state__in=_LEFT)),
            answered=Count("pk", filter=Q(state=InvitationStatus.ANSWERED)),
            not_sent=Count("pk", filter=Q(state=InvitationStatus.NOT_SENT)),
        )
    )
    return {row.pop("campaign"): row for row in rows}


def funnel(*, campaign: Campaign, sight: Sight = EVERYTHING) -> Funnel:
    """Sent, delivered, answered, commented and the reasons of those left out, of people seen, in two queries."""
    rows = (
        Invitation.objects.of(campaign.workspace_id)
        .filter(sights.invitations(workspace=campaign.workspace_id, sight=sight), campaign=campaign)
        .annotate(state=settled.status(workspace=campaign.workspace_id))
        .order_by()
        .values("state", "not_sent_because")
        .annotate(
            n=Count("pk"),
            delivered=Count("pk", filter=Q(delivered_at__isnull=False) | Q(state=InvitationStatus.ANSWERED)),
        )
    )
    by_status: dict[str, int] = {}
    reasons: dict[str, int] = {}
    delivered = 0
    for row in rows:
        by_status[row["state"]] = by_status.get(row["state"], 0) + row["n"]
        delivered += row["delivered"]
        if row["state"] == InvitationStatus.NOT_SENT:
            reasons[row["not_sent_because"]] = row["n"]
    commented = (
        Response.objects.of(campaign.workspace_id)
        .filter(sights.answers(workspace=campaign.workspace_id, sight=sight), invitation__campaign=campaign)
        .exclude(comment="")
        .order_by()
        .count()
    )
    return Funnel(
        people=sum(by_status.values()),
        planned=by_status.get(InvitationStatus.PLANNED, 0) + by_status.get(InvitationStatus.QUEUED, 0),
        sent=sum(by_status.get(status, 0) for status in _LEFT),
        delivered=delivered,
        answered=by_status.get(InvitationStatus.ANSWERED, 0),
        commented=commented,
        not_sent=by_status.get(InvitationStatus.NOT_SENT, 0),
        reasons=dict(sorted(reasons.items(), key=lambda item: -item[1])),
    )


def people_of(
    *, campaign: Campaign, status: str = "", reason: str = "", sight: Sight = EVERYTHING
) -> QuerySet[Invitation]:
    """The campaign's invitations that may be seen, of one status or reason if given."""
    in_status = partial(settled.has_status, campaign.workspace_id)
    rows = (
        Invitation.objects.of(campaign.workspace_id)
        .filter(sights.invitations(workspace=campaign.workspace_id, sight=sight), campaign=campaign)
        .select_related("contact", "message")
    )
    if reason in NotSentBecause.values:
        rows = rows.filter(in_status(InvitationStatus.NOT_SENT), not_sent_because=reason)
    elif status == "waiting":
        rows = rows.filter(in_status(InvitationStatus.PLANNED, InvitationStatus.QUEUED))
    elif status == "sent":
        rows = rows.filter(in_status(*_LEFT))
    elif status == "answered":
        rows = rows.filter(in_status(InvitationStatus.ANSWERED))
    return settled.shown(rows)


# Imports -------------------------------------------------------------------------------------------------------


def imports(*, workspace: Workspace) -> QuerySet[ContactImport]:
    """All imports, newest first."""
    return ContactImport.objects.of(workspace).select_related("created_by").defer("sample")


def bad_rows(*, contact_import: ContactImport, first: int | None = None) -> QuerySet[BadRow]:
    """Rows that are not imported, by line; only the `first` few if given."""
    rows = (
        BadRow.objects.of(contact_import.workspace_id).filter(contact_import=contact_import).order_by("line")
    )
    return rows[:first] if first else rows
