"""The sweep that asks: due invitations are checked once more and handed to the outbox, or given their reason.

Claim and effect are one transaction, so killing it anywhere leaves everything as it was or everything done. People
are locked in the order of their ids, so two sweeps that hold two invitations of one person ask once.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Q

from core.links import absolute_url
from outbox.enums import Kind
from outbox.services.messages import EmailRequest, queue_emails
from surveys import wording
from surveys.enums import InvitationStatus, Purpose
from surveys.models import Contact, Invitation, Survey, Touchpoint
from surveys.queries import asking, faces
from surveys.queries.faces import Face
from surveys.queries.settled import has_answer

log = structlog.get_logger(__name__)

BATCH = 200
MAX_BATCHES = 50  # in one turn; the next turn goes on
RETRY_AFTER = timedelta(minutes=10)  # a row that raised is left alone so long, and stops no other


def send_due(*, now: datetime) -> int:
    """Queue or refuse every planned invitation that is due; returns how many. Safe to run twice and in parallel."""
    done = 0
    for _turn in range(MAX_BATCHES):
        claimed = _send_batch(now)
        done += claimed
        if claimed < BATCH:
            break
    return done


def _send_batch(now: datetime) -> int:
    claimed: list[int] = []
    try:
        with transaction.atomic():
            rows = _claim(now)
            claimed += [row.pk for row in rows]
            _send(rows, now)
    except Exception:  # whatever one row brings up must not stop the others
        log.exception("batch_not_sent", rows=len(claimed))
        for pk in claimed:
            _send_alone(pk, now)
    return len(claimed)


def _send_alone(pk: int, now: datetime) -> None:
    try:
        with transaction.atomic():
            _send(_claim(now, pk=pk), now)
    except Exception:  # this is the row: it waits, and is tried again
        log.exception("invitation_not_sent", invitation=pk)
        Invitation.objects.across_workspaces().filter(pk=pk, status=InvitationStatus.PLANNED).update(
            retry_at=now + RETRY_AFTER
        )


def _claim(now: datetime, **only: int) -> list[Invitation]:
    due = (
        Invitation.objects.across_workspaces()
        .filter(status=InvitationStatus.PLANNED, due_at__lte=now, **only)
        .filter(Q(retry_at__isnull=True) | Q(retry_at__lte=now))
        .exclude(has_answer())
    )
    return list(due.order_by("due_at", "pk").select_for_update(skip_locked=True)[:BATCH])


def _send(rows: list[Invitation], now: datetime) -> None:
    """Check each invitation and queue its mail, or write its reason."""
    if not rows:
        return
    people = _locked({row.contact_id for row in rows})
    surveys = (
        Survey.objects.across_workspaces()
        .select_related("workspace")
        .in_bulk({row.survey_id for row in rows})
    )
    touchpoints = Touchpoint.objects.across_workspaces().in_bulk({row.touchpoint_id for row in rows} - {None})
    looks = {pk: faces.Faces(survey) for pk, survey in surveys.items()}
    suppressed = _suppressed(rows, surveys, people)
    asked: list[tuple[Invitation, EmailRequest]] = []
    refused: list[Invitation] = []
    for row in rows:
        survey, contact = surveys[row.survey_id], people[row.contact_id]
        face = looks[row.survey_id].face(contact.language)
        touchpoint = touchpoints[row.touchpoint_id].name if row.touchpoint_id else ""
        values = asking.merge_values(survey=survey, contact=contact, touchpoint=touchpoint)
        verdict = asking.verdict(
            survey=survey,
            contact=contact,
            now=now,
            suppressed_because=suppressed.get((row.workspace_id, contact.email), ""),
            missing=asking.missing_fields(face=face, values=values),
            purpose=row.purpose,
        )
        if verdict.allowed:
            row.expires_at = now + survey.link_lifetime
            contact.last_asked_at = now  # a second invitation to this person in the same batch sees it
            asked.append((row, _request(row, survey, contact, face, values)))
        else:
            row.not_sent_because, row.askable_at = verdict.reason or "", verdict.until
            refused.append(row)
    _write_asked(asked, now)
    _write_refused(refused)


def _locked(ids: set[int]) -> dict[int, Contact]:
    people = Contact.objects.across_workspaces().filter(pk__in=ids).order_by("pk").select_for_update()
    return {contact.pk: contact for contact in people}


def _suppressed(
    rows: list[Invitation], surveys: dict[int, Survey], people: dict[int, Contact]
) -> dict[tuple[int, str], str]:
    """(workspace id, address) of the addresses that must get no survey, and why: one query for each workspace."""
    by_workspace: dict[int, list[Contact]] = defaultdict(list)
    workspaces = {}
    for row in rows:
        by_workspace[row.workspace_id].append(people[row.contact_id])
        workspaces[row.workspace_id] = surveys[row.survey_id].workspace
    return {
        (pk, address): reason
        for pk, contacts in by_workspace.items()
        for address, reason in asking.suppressed_addresses(
            workspace=workspaces[pk], contacts=contacts
        ).items()
    }


def _request(
    row: Invitation, survey: Survey, contact: Contact, face: Face, values: dict[str, str]
) -> EmailRequest:
    workspace = survey.workspace
    return EmailRequest(
        mail="resurvey" if row.purpose == Purpose.RESURVEY else "survey_invitation",
        kind=Kind.SURVEY,
        workspace=workspace,
        to=contact.email,
        to_name=contact.name,
        from_name=workspace.from_name,
        reply_to=workspace.reply_to,
        dedupe_key=f"invitation:{row.pk}",
        about=f"invitation:{row.pk}",
        expires_at=row.expires_at,
        subject=wording.fill(face.subject, values) or _second_subject(row, face),
        context=mail_context(
            face=face, values=values, link=absolute_url("surveys:answer", token=row.link), facts=row.facts
        ),
    )


def _second_subject(row: Invitation, face: Face) -> str | None:
    """What the mail after a fix is called; None leaves it to the mail itself."""
    if row.purpose != Purpose.RESURVEY:
        return None
    return face.words["resurvey_subject"] % {"company": face.company}


def mail_context(*, face: Face, values: dict[str, str], link: str, facts: dict[str, Any]) -> dict[str, Any]:
    """What the mail of a survey shows; also for a preview. `link` is the address of the answer page."""
    return {
        **facts,
        "company": face.company,
        "first_name": values["first_name"],
        "question": wording.fill(face.question, values),
        "intro": wording.fill(face.intro, values),
        "scores": [{**step, "url": f"{link}?score={step['value']}"} for step in face.scale],
        "link": link,
        "hidden_link": f"{link}?from=list",
        "low_label": face.low_label,
        "high_label": face.high_label,
        **mail_words(face=face, first_name=values["first_name"]),
        "accent": face.accent,
        "accent_text": face.accent_text,
        "logo": face.logo,
        "contact_lines": face.contact_lines,
        "language": face.language,
        "dir": face.direction,
    }


def mail_words(*, face: Face, first_name: str) -> dict[str, str]:
    """What every mail of a survey says, in the language of its face."""
    words, ends = face.words, {"low": face.scale[0]["value"], "high": face.scale[-1]["value"]}
    return {
        "greeting": words["hello_name"] % {"name": first_name} if first_name else words["hello"],
        "one_minute": words["one_minute"],
        "choosing": words["hint"],
        "choosing_text": words["choose_text"] % ends,
        "open_page": words["open_page"],
        "open_page_text": words["open_page_text"],
        "choose_step": words["choose"],
        "low_end": f"{ends['low']} = {face.low_label}" if face.low_label else "",
        "high_end": f"{ends['high']} = {face.high_label}" if face.high_label else "",
        "how_now": words["how_now"],
        "told_us": words["told_us"],
        "because": words["because"] % {"company": face.company},
        "no_more": words["no_more"],
    }


def _write_asked(asked: list[tuple[Invitation, EmailRequest]], now: datetime) -> None:
    if not asked:
        return
    messages = queue_emails([request for _row, request in asked], now=now)
    by_key = {message.dedupe_key: message.pk for message in messages}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE surveys_invitation i SET status = 'QUEUED', queued_at = %(now)s, follow_at = %(now)s,"
            " retry_at = NULL, message_id = v.message_id, expires_at = v.expires_at"
            " FROM unnest(%(ids)s::bigint[], %(messages)s::bigint[], %(ends)s::timestamptz[])"
            " AS v (id, message_id, expires_at) WHERE i.id = v.id",
            {
                "now": now,
                "ids": [row.pk for row, _request in asked],
                "messages": [by_key[request.dedupe_key] for _row, request in asked],
                "ends": [row.expires_at for row, _request in asked],
            },
        )
    Contact.objects.across_workspaces().filter(pk__in={row.contact_id for row, _request in asked}).update(
        last_asked_at=now
    )


def _write_refused(refused: list[Invitation]) -> None:
    if not refused:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE surveys_invitation i SET status = 'NOT_SENT', retry_at = NULL, not_sent_because = v.reason,"
            " askable_at = v.askable_at"
            " FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS v (id, reason, askable_at) WHERE i.id = v.id",
            [
                [row.pk for row in refused],
                [str(row.not_sent_because) for row in refused],
                [row.askable_at for row in refused],
            ],
        )
