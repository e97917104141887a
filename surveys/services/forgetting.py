"""What surveys hold about a person, forgotten: words, attributes and refused rows go; scores stay, without a name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from core.privacy import FEWEST, Person
from outbox.enums import State
from surveys.enums import OPEN_IMPORTS, ImportStatus, InvitationStatus, NotSentBecause, TextOutcome
from surveys.models import (
    Attribute,
    BadRow,
    Campaign,
    Contact,
    ContactEvent,
    ContactImport,
    InboundText,
    Invitation,
    InvitationReminder,
    Mention,
    Response,
    ResponseChange,
    TrustChange,
)
from surveys.services import bulk_edit_privacy, companies, imports, person_archives, visits

BLANKED = ("external_id", "email", "name", "phone", "company", "language", "time_zone", "search")
ATTRIBUTE = "attribute:"  # how a dimension that comes from an attribute begins

# The segments the person is counted in by an attribute, with how many people each has, counted no further than needed.
_SEGMENTS = """
WITH mine AS (
  SELECT dimensions FROM surveys_response WHERE workspace_id = %(workspace)s AND contact_id = %(contact)s
  UNION ALL
  SELECT c.dimensions FROM surveys_invitationchange c JOIN surveys_invitation i ON i.id = c.invitation_id
  WHERE i.workspace_id = %(workspace)s AND i.contact_id = %(contact)s
), segments AS (
  SELECT DISTINCT pair.key, pair.value FROM mine CROSS JOIN LATERAL jsonb_each_text(mine.dimensions) AS pair
  WHERE pair.key LIKE %(attribute)s AND pair.value <> ''
)
SELECT s.key, s.value FROM segments s
WHERE (
  SELECT COUNT(*) FROM (
    SELECT DISTINCT r.contact_id FROM surveys_response r
    WHERE r.workspace_id = %(workspace)s AND r.dimensions ->> s.key = s.value LIMIT %(fewest)s
  ) AS people
) < %(fewest)s
ORDER BY 1, 2"""

_LEAVE_SEGMENT = """
UPDATE surveys_response SET dimensions = dimensions - %(key)s
WHERE workspace_id = %(workspace)s AND contact_id = %(contact)s AND dimensions ->> %(key)s = %(value)s;
UPDATE surveys_responsechange c SET dimensions = c.dimensions - %(key)s FROM surveys_response r
WHERE r.id = c.response_id AND r.workspace_id = %(workspace)s AND r.contact_id = %(contact)s
  AND c.dimensions ->> %(key)s = %(value)s;
UPDATE surveys_invitationchange c SET dimensions = c.dimensions - %(key)s FROM surveys_invitation i
WHERE i.id = c.invitation_id AND i.workspace_id = %(workspace)s AND i.contact_id = %(contact)s
  AND c.dimensions ->> %(key)s = %(value)s"""


def small_segments(person: Person) -> list[tuple[str, str]]:
    """(dimension, value) of the segments of fewer than FEWEST people the person is counted in, by attributes."""
    if "segments" not in person.notes:
        facts: dict[str, Any] = {
            "workspace": person.workspace_id, "contact": person.contact_id, "attribute": f"{ATTRIBUTE}%",
            "fewest": FEWEST,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_SEGMENTS, facts)
            person.notes["segments"] = cursor.fetchall()
    found: list[tuple[str, str]] = person.notes["segments"]
    return found


def forget(person: Person, now: datetime) -> None:
    """Blank the person's row and words, end their links, refuse what was planned, and leave small segments."""
    _forget_answers(person)
    _forget_invitations(person, now)
    _forget_heard(person)
    _forget_audiences(person)
    bulk_edit_privacy.forget(person)
    person_archives.forget(workspace_id=person.workspace_id, contact_id=person.contact_id)
    _forget_contact(person, now)
    _forget_uploads(person, now)


def _forget_answers(person: Person) -> None:
    answers = Response.objects.of(person.workspace_id).filter(contact=person.contact_id)
    ResponseChange.objects.of(person.workspace_id).filter(response__in=answers.values("pk")).exclude(
        comment_before=""
    ).update(comment_before="")
    answers.exclude(comment="", answers={}).update(comment="", answers={})
    answers.exclude(evidence={}).update(evidence={})
    answers.filter(Q(sentiment__isnull=False) | ~Q(comment_language="")).update(
        sentiment=None, is_negative=None, comment_language=""
    )
    TrustChange.objects.of(person.workspace_id).filter(response__in=answers.values("pk")).exclude(
        note=""
    ).update(note="")
    with connection.cursor() as cursor:
        for key, value in small_segments(person):
            facts = {"workspace": person.workspace_id, "contact": person.contact_id}
            cursor.execute(_LEAVE_SEGMENT, {**facts, "key": key, "value": value})


def _forget_heard(person: Person) -> None:
    """What they said unasked and what they texted: the words and the names go, stars, class and moment stay.

    The source's own id stays too, so that a feed does not bring the words back.
    """
    contact = Contact.objects.of(person.workspace_id).get(pk=person.contact_id)
    theirs = Q(contact=person.contact_id)
    if contact.email:
        theirs |= Q(address__iexact=contact.email)
    Mention.objects.of(person.workspace_id).filter(theirs).update(
        author="", address="", url="", title="", text="", language=""
    )
    texts = Q(contact=person.contact_id) | Q(number__in=person.addresses)
    if contact.phone:
        texts |= Q(number=contact.phone)
    InboundText.objects.of(person.workspace_id).filter(texts).update(number="", text="")


def _forget_invitations(person: Person, now: datetime) -> None:
    links = Invitation.objects.of(person.workspace_id).filter(contact=person.contact_id)
    links.filter(status=InvitationStatus.PLANNED).update(
        status=InvitationStatus.NOT_SENT, not_sent_because=NotSentBecause.ERASED, askable_at=None
    )
    # The outbox forgets after us: what waits there now will not leave.
    links.filter(status=InvitationStatus.QUEUED, message__state=State.QUEUED).update(
        status=InvitationStatus.NOT_SENT, not_sent_because=NotSentBecause.ERASED, follow_at=None
    )
    links.filter(expires_at__gt=now).update(expires_at=now)
    visits.forget(links.values_list("link_nonce", flat=True))
    links.exclude(facts={}, override_note="", language="", wait_because="").update(
        facts={}, override_note="", language="", wait_because=""
    )
    InvitationReminder.objects.of(person.workspace_id).filter(
        invitation__in=links.values("pk"), sent_at__isnull=True, skipped_because=""
    ).update(skipped_because=NotSentBecause.ERASED)
    ContactEvent.objects.of(person.workspace_id).filter(contact=person.contact_id).delete()


def _forget_contact(person: Person, now: datetime) -> None:
    contact = Contact.objects.of(person.workspace_id).select_for_update().get(pk=person.contact_id)
    attributes = contact.attributes
    for field in BLANKED:
        setattr(contact, field, "")
    contact.account_value, contact.attributes = None, {}
    company_id, contact.account = contact.account_id, None
    contact.watch_since, contact.watch_because = None, ""
    contact.send_hour = contact.chosen_send_hour = None
    if contact.erased_at is None:
        contact.erased_at = contact.updated_at = now
    contact.save()
    if company_id is not None:
        companies.forget_if_empty(workspace_id=person.workspace_id, company_id=company_id)
    for row in Attribute.objects.of(person.workspace_id).filter(name__in=attributes).select_for_update():
        value = attributes[row.name]
        others = Contact.objects.of(person.workspace_id).filter(attributes__contains={row.name: value})
        if value in row.values and not others.exists():
            row.values = [known for known in row.values if known != value]
            row.save(update_fields=["values"])


# Uploads and audiences, where somebody else wrote the person down ---------------------------------------------------


def _forget_uploads(person: Person, now: datetime) -> None:
    """Refused rows that name the person go; so does a file that still waits and would bring them back."""
    if not person.traces:
        return
    refused = _as_text(BadRow.objects.of(person.workspace_id), "cells", "reasons")
    BadRow.objects.of(person.workspace_id).filter(
        pk__in=refused.filter(_quoted(person, "cells_text") | _quoted(person, "reasons_text")).values("pk")
    ).delete()
    uploads = ContactImport.objects.of(person.workspace_id)
    for row in uploads.filter(status__in=OPEN_IMPORTS).select_for_update().order_by("pk"):
        if _names(row, person):
            imports.cancel(contact_import=row, now=now)
            uploads.filter(pk=row.pk).update(
                last_error=_(
                    "Cancelled: the file names a person who was erased. Upload it again without them."
                )
            )
    named = _quoted(person, "sample_text") | _quoted(person, "columns_text") | _quoted(person, "file_name")
    for row in _as_text(uploads, "sample", "columns").filter(named | _quoted(person, "last_error")):
        row.sample = []
        row.columns = ["" if _is_in(text, person) else text for text in row.columns]
        row.file_name = _("erased.csv") if _is_in(row.file_name, person) else row.file_name
        row.last_error = "" if _is_in(row.last_error, person) else row.last_error
        row.save(update_fields=["sample", "columns", "file_name", "last_error"])


def _as_text(rows: Any, *columns: str) -> Any:
    """JSON columns with their text beside them, to be searched."""
    return rows.alias(**{f"{column}_text": Cast(column, TextField()) for column in columns})


def _quoted(person: Person, column: str) -> Q:
    """Rows whose `column` holds one of the person's traces, any case."""
    found = Q(pk__in=[])
    for trace in person.traces:
        found |= Q(**{f"{column}__icontains": trace})
    return found


def _is_in(text: str, person: Person) -> bool:
    return any(trace.lower() in text.lower() for trace in person.traces)


def _names(row: ContactImport, person: Person) -> bool:
    """Whether the uploaded file holds one of the person's traces; a file that cannot be read counts as one that does."""
    if not row.file.name:
        return False
    try:
        with row.file.open("rb") as stream:
            text = stream.read().decode(row.encoding or "utf-8", "replace")
    except (OSError, LookupError):
        return True
    return _is_in(text, person)


def _forget_audiences(person: Person) -> None:
    """An audience somebody searched for by this one person's words is nobody now, never everybody."""
    contacts = Contact.objects.of(person.workspace_id)
    contact = contacts.get(pk=person.contact_id)
    said = " ".join((contact.search, *person.traces)).lower()
    others = contacts.present().exclude(pk=person.contact_id)
    for row in Campaign.objects.of(person.workspace_id).exclude(audience={"all": True}):
        search, value = str(row.audience.get("search") or ""), str(row.audience.get("value") or "")
        attribute = {str(row.audience.get("attribute") or ""): value}
        is_theirs = value and contact.attributes.items() >= attribute.items()
        if (search and search.strip().lower() in said and not others.matching(search).exists()) or (
            is_theirs and not others.filter(attributes__contains=attribute).exists()
        ):
            row.audience = {"contacts": []}
            row.save(update_fields=["audience"])


# Age -------------------------------------------------------------------------------------------------------------


def old_comments(workspace_id: int, before: datetime) -> QuerySet[Response]:
    """Answers given before `before` that still have words."""
    rows: QuerySet[Response] = Response.objects.of(workspace_id).filter(responded_at__lt=before)
    return rows.exclude(comment="", answers={})


def forget_old_comments(workspace_id: int, before: datetime, now: datetime, limit: int) -> int:
    """Blank the words of at most `limit` old answers, and what they said before they were amended; returns how many."""
    found = old_comments(workspace_id, before).select_for_update(skip_locked=True)
    ids = list(found.order_by("responded_at", "pk").values_list("pk", flat=True)[:limit])
    ResponseChange.objects.of(workspace_id).filter(response__in=ids).exclude(comment_before="").update(
        comment_before=""
    )
    return int(Response.objects.of(workspace_id).filter(pk__in=ids).update(comment="", answers={}))


def old_texts(workspace_id: int, before: datetime) -> QuerySet[InboundText]:
    """Texts customers sent before `before` whose words are still there; those that wait to be sorted stay."""
    rows: QuerySet[InboundText] = InboundText.objects.of(workspace_id).filter(received_at__lt=before)
    return rows.exclude(text="").exclude(outcome=TextOutcome.UNPLACED)


def forget_old_texts(workspace_id: int, before: datetime, now: datetime, limit: int) -> int:
    """Blank words and number of at most `limit` of them; that a text came, and what it was, stays. Returns how many."""
    found = old_texts(workspace_id, before).select_for_update(skip_locked=True)
    ids = list(found.order_by("pk").values_list("pk", flat=True)[:limit])
    return int(InboundText.objects.of(workspace_id).filter(pk__in=ids).update(text="", number=""))


def old_uploads(workspace_id: int, before: datetime) -> QuerySet[ContactImport]:
    """Imports begun before `before` that still hold people's rows; one that is being worked on is left alone."""
    rows: QuerySet[ContactImport] = ContactImport.objects.of(workspace_id).filter(created_at__lt=before)
    holds = ~Q(file="") | ~Q(sample=[]) | Q(pk__in=BadRow.objects.of(workspace_id).values("contact_import"))
    return rows.filter(holds).exclude(status__in=[ImportStatus.CHECKING, ImportStatus.RUNNING])


def forget_old_uploads(workspace_id: int, before: datetime, now: datetime, limit: int) -> int:
    """Delete file, sample and refused rows of at most `limit` old imports; the counts stay. Returns how many."""
    rows = list(old_uploads(workspace_id, before).select_for_update().order_by("pk")[:limit])
    for row in rows:
        if row.status in OPEN_IMPORTS:
            imports.cancel(contact_import=row, now=now)
        elif row.file:
            imports.forget_file_on_commit(row)
    ids = [row.pk for row in rows]
    BadRow.objects.of(workspace_id).filter(contact_import__in=ids).delete()
    ContactImport.objects.of(workspace_id).filter(pk__in=ids).update(sample=[])
    return len(rows)


def counted(rows: QuerySet[Any], limit: int) -> int:
    """How many rows, no further than `limit`."""
    return rows[:limit].count()
