"""Rows of the work beside a case for the scan: tasks, call-backs, files, answers that joined."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from detractors.models import Attachment, CallAppointment, Case, CaseDecision, CaseStatus, Tag, Task
from detractors.services import appointments, attachments, decisions, statuses, tags, tasks
from surveys.services import responses

if TYPE_CHECKING:
    from bench.scan.cast import Cast


def task(cast: Cast) -> Task:
    return tasks.add(case=cast.case(), title="Ask the depot", by=cast.owner, now=timezone.now())


def question(cast: Cast) -> Task:
    """A task for somebody outside, whose page is open to whoever has the link."""
    return tasks.add(
        case=cast.case(),
        title="Ask the depot",
        by=cast.owner,
        helper_email="depot@supplier.example",
        now=timezone.now(),
    )


def call(cast: Cast) -> CallAppointment:
    now = timezone.now()
    return appointments.plan(case=cast.case(), at=now + timedelta(days=1), by=cast.owner, now=now)


def tag(cast: Cast) -> Tag:
    [row] = tags.ensure(workspace=cast.workspace, names=[f"Tag {cast.number()}"], now=timezone.now())
    return row


def status(cast: Cast) -> CaseStatus:
    """One for all: a workspace has forty at most."""
    found: CaseStatus | None = CaseStatus.objects.of(cast.workspace).filter(name="Scanned").first()
    return found or statuses.add(
        workspace=cast.workspace, name="Scanned", category="WAITING", now=timezone.now()
    )


def file(cast: Cast) -> Attachment:
    upload = SimpleUploadedFile("depot.txt", b"Scanned at noon.")
    return attachments.attach(case=cast.case(), file=upload, by=cast.owner, now=timezone.now())


def joined(cast: Cast) -> CaseDecision:
    """An answer that joined the open case of its customer."""
    now = timezone.now()
    case: Case = cast.case()
    answer = responses.record(
        workspace=cast.workspace, survey=cast.survey, contact=case.contact, score=1, comment="Again.", now=now
    )
    decisions.decide_pending(now=now)
    row: CaseDecision = (
        CaseDecision.objects.of(cast.workspace).select_related("case", "response").get(response=answer)
    )
    return row
