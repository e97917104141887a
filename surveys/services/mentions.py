"""Opinions nobody asked for are taken in: each once, with its class, and left to be decided a moment later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User, Workspace
from core.announce import announce
from surveys import signals
from surveys.enums import ResponseChannel, SourceKind
from surveys.models import Contact, FeedbackSource, Mention, Touchpoint
from surveys.rules import mentions as rule
from surveys.rules.mentions import Heard
from surveys.rules.verbatim import clean, clean_line

TAKEN_AT_ONCE = 500
DAY = timedelta(days=1)


class SourceArchived(ValueError):
    """The source takes nothing any more."""


@dataclass(frozen=True)
class Taken:
    """How many were new, and how many were here already."""

    new: tuple[Mention, ...]
    known: int


def take(
    *,
    source: FeedbackSource,
    heard: Sequence[Heard],
    now: datetime,
    by: User | None = None,
    contact: Contact | None = None,
    touchpoint: Touchpoint | None = None,
    channel: str = "",
    is_complaint: bool = False,
    is_public: bool = True,
) -> Taken:
    """Store what is new; what the source or another one brought before changes nothing. Safe to run twice.

    Without `contact` the person is looked up by the address, if one is given. Raises SourceArchived.
    """
    if source.archived_at is not None:
        raise SourceArchived(source.public_id)
    new: list[Mention] = []
    known = 0
    for start in range(0, len(heard), TAKEN_AT_ONCE):
        part = heard[start : start + TAKEN_AT_ONCE]
        with transaction.atomic():
            rows = _rows(source, part, now, by, contact, touchpoint, channel, is_complaint, is_public)
            fresh = _unknown(source, rows)
            made = Mention.objects.of(source.workspace_id).bulk_create(fresh, ignore_conflicts=True)
            # With ON CONFLICT nobody says which were made: ours are found by their own ids.
            ours = dict(
                Mention.objects.of(source.workspace_id)
                .filter(public_id__in=[row.public_id for row in made])
                .values_list("public_id", "pk")
            )
            stored = [row for row in made if row.public_id in ours]
            for row in stored:
                row.pk, row._state.adding = ours[row.public_id], False
            new += stored
            known += len(part) - len(stored)
            if stored:
                announce(signals.mention_received, sender=Mention, now=now)
    return Taken(tuple(new), known)


def complain(
    *,
    source: FeedbackSource,
    text: str,
    once: str,
    now: datetime,
    address: str = "",
    name: str = "",
    contact: Contact | None = None,
    touchpoint: Touchpoint | None = None,
    channel: str = "",
) -> Taken:
    """A complaint written to us: always owed a case, read by nobody else. The same `once` again is the same complaint.

    Words that are empty are none: ValueError. `contact` is the customer, if they are known.
    """
    words = clean(text)
    if not words:
        raise ValueError("a complaint needs words")
    heard = Heard(
        external_id=once[:300],
        text=words,
        author=clean_line(name)[:200],
        address=address.strip().lower()[:254],
        published_at=now,
    )
    return take(
        source=source,
        heard=[heard],
        contact=contact,
        touchpoint=touchpoint,
        channel=channel,
        is_complaint=True,
        is_public=False,
        now=now,
    )


def sentiment_of(*, workspace: Workspace | int, text: str, language: str) -> float | None:
    """How happy the words are, 0 to 1; None while this installation has no model that is good enough to say."""
    return None


def by_hand(*, workspace: Workspace, now: datetime) -> FeedbackSource:
    """The source of what members write down themselves, made when it is first needed."""
    return _own(workspace=workspace, kind=SourceKind.STAFF, name="By hand", now=now)


def by_program(*, workspace: Workspace, now: datetime) -> FeedbackSource:
    """The source of complaints that programs hand in, made when it is first needed."""
    return _own(workspace=workspace, kind=SourceKind.FORM, name="Complaints", now=now)


def by_mail(*, workspace: Workspace, now: datetime) -> FeedbackSource:
    """The source of complaints that come as mail, made when it is first needed."""
    return _own(
        workspace=workspace, kind=SourceKind.MAIL, name="E-mail", now=now, channel=ResponseChannel.EMAIL
    )


def _own(
    *, workspace: Workspace, kind: str, name: str, now: datetime, channel: str = ResponseChannel.WEB
) -> FeedbackSource:
    with transaction.atomic():
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)  # one of two at once makes it
        rows = FeedbackSource.objects.of(workspace).filter(kind=kind, url="", archived_at__isnull=True)
        found: FeedbackSource | None = rows.order_by("pk").first()
        if found is None:
            found = FeedbackSource(workspace=workspace, kind=kind, name=name, channel=channel, created_at=now)
            found.save()
    return found


def _rows(
    source: FeedbackSource,
    heard: Iterable[Heard],
    now: datetime,
    by: User | None,
    contact: Contact | None,
    touchpoint: Touchpoint | None,
    channel: str,
    is_complaint: bool,
    is_public: bool,
) -> list[Mention]:
    one_by_one = list(heard)
    addresses = {one.address for one in one_by_one if one.address}
    people = {
        person.email: person
        for person in Contact.objects.of(source.workspace_id).present().filter(email__in=addresses)
    }
    rows = []
    for one in one_by_one:
        sentiment = (
            None
            if one.stars is not None
            else sentiment_of(workspace=source.workspace_id, text=one.text, language=one.language)
        )
        day = one.published_at.date().isoformat()
        rows.append(
            Mention(
                workspace_id=source.workspace_id,
                source=source,
                external_id=one.external_id
                or rule.own_id(author=one.author, text=one.text or one.title, url=one.url, day=day),
                channel=channel or source.channel,
                is_complaint=is_complaint,
                contact=contact or people.get(one.address),
                touchpoint=touchpoint or source.touchpoint,
                author=one.author,
                address=one.address,
                url=one.url,
                title=one.title,
                text=one.text,
                language=one.language,
                stars=one.stars,
                sentiment=sentiment,
                segment=rule.DISSATISFIED
                if is_complaint
                else rule.segment_of(stars=one.stars, sentiment=sentiment),
                is_public=is_public,
                published_at=one.published_at,
                received_at=now,
                decide_at=now,
                entered_by=by,
            )
        )
    return rows


def _unknown(source: FeedbackSource, rows: Sequence[Mention]) -> list[Mention]:
    """Those whose id the source has not brought before, and which nobody said in the same words on the same day."""
    if not rows:
        return []
    mentions = Mention.objects.of(source.workspace_id)
    ids = set(
        mentions.filter(source=source, external_id__in=[row.external_id for row in rows]).values_list(
            "external_id", flat=True
        )
    )
    days = [row.published_at for row in rows if row.text]
    twins: set[tuple[str, str, str]] = set()
    if days:
        near = mentions.filter(published_at__gte=min(days) - DAY, published_at__lte=max(days) + DAY)
        near = near.filter(author__in={row.author for row in rows}).exclude(text="")
        twins = {_twin(row) for row in near.only("author", "text", "published_at", "workspace_id")}
    fresh = []
    for row in rows:
        twin = _twin(row)
        # A complaint is told apart by its form alone: who complains twice in the same words is heard twice.
        is_twin = bool(row.text) and not row.is_complaint and twin in twins
        if row.external_id in ids or is_twin:
            continue
        ids.add(row.external_id)
        twins.add(twin)
        fresh.append(row)
    return fresh


def _twin(row: Mention) -> tuple[str, str, str]:
    return rule.twin_key(author=row.author, text=row.text, day=row.published_at.date().isoformat())
