"""What cases hold about a person: the cases themselves and their timelines."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import privacy, retention
from core.privacy import Count, Holding, Person, Section
from detractors.models import (
    Attachment,
    CallAppointment,
    Case,
    CaseEvent,
    Lesson,
    Remedy,
    Retention,
    Task,
)
from detractors.services import forgetting


def _cases(person: Person) -> Iterable[Sequence[Any]]:
    rows = forgetting.cases_of(person).select_related("root_cause", "owner").order_by("number")
    for row in rows.iterator(chunk_size=500):
        yield (
            row.number, row.get_category_display(), row.get_priority_display(), row.score, row.latest_score,
            row.owner.display_name if row.owner else "", row.opened_at, row.first_responded_at, row.stated_complaint,
            row.underlying_issue, row.waiting_for, row.root_cause.name if row.root_cause else "", row.resolution,
            row.resolved_at, row.closed_at, str(row.get_outcome_display()), row.account_value, row.is_chronic,
        )  # fmt: skip


def _events(person: Person) -> Iterable[Sequence[Any]]:
    rows = CaseEvent.objects.of(person.workspace_id).filter(case__contact=person.contact_id)
    for row in rows.select_related("case", "by").order_by("at", "pk").iterator(chunk_size=500):
        yield (
            row.case.number, row.at, row.kind,
            row.by.display_name if row.by else "", row.note, row.facts,
        )  # fmt: skip


def _tasks(person: Person) -> Iterable[Sequence[Any]]:
    rows = Task.objects.of(person.workspace_id).filter(case__contact=person.contact_id)
    for row in rows.select_related("case", "owner").order_by("created_at", "pk").iterator(chunk_size=500):
        yield (
            row.case.number, row.title, row.owner.display_name if row.owner else row.helper_name, row.due_at,
            row.is_promise, row.done_at, row.answer,
        )  # fmt: skip


def _calls(person: Person) -> Iterable[Sequence[Any]]:
    rows = CallAppointment.objects.of(person.workspace_id).filter(case__contact=person.contact_id)
    for row in rows.select_related("case", "owner").order_by("at", "pk").iterator(chunk_size=500):
        owner = row.owner.display_name if row.owner else ""
        yield (row.case.number, row.at, owner, row.note, row.done_at, row.missed_at, row.dropped_at)


def _files(person: Person) -> Iterable[Sequence[Any]]:
    rows = Attachment.objects.of(person.workspace_id).filter(case__contact=person.contact_id)
    for row in rows.select_related("case").order_by("created_at", "pk").iterator(chunk_size=500):
        yield (row.case.number, row.name, row.content_type, row.size, row.created_at, row.removed_at)


def _lessons(person: Person) -> Iterable[Sequence[Any]]:
    rows = Lesson.objects.of(person.workspace_id).filter(case__contact=person.contact_id)
    for row in rows.select_related("case").order_by("created_at", "pk").iterator(chunk_size=500):
        yield (row.case.number, row.title, row.happened, row.done, row.went_well, row.lesson, row.updated_at)


def _retention(person: Person) -> Iterable[Sequence[Any]]:
    rows = Retention.objects.of(person.workspace_id).filter(case__contact=person.contact_id)
    for row in rows.select_related("case", "reason").order_by("pk").iterator(chunk_size=500):
        reason = row.reason.name if row.reason else ""
        yield (row.case.number, row.get_state_display(), row.on_date, reason, row.note, row.value, row.set_at)


def _remedies(person: Person) -> Iterable[Sequence[Any]]:
    rows = Remedy.objects.of(person.workspace_id).filter(case__contact=person.contact_id)
    for row in rows.select_related("case").order_by("pk").iterator(chunk_size=500):
        yield (
            row.case.number, row.get_kind_display(), row.what, row.value, row.get_state_display(), row.decision_note,
            row.created_at, row.given_at,
        )  # fmt: skip


def _counts(person: Person) -> list[Count]:
    events = CaseEvent.objects.of(person.workspace_id).filter(case__contact=person.contact_id)
    return [
        Count("cases", _("cases, whose dates and causes stay"), forgetting.cases_of(person).count()),
        Count("notes", _("notes and other words in timelines"), events.exclude(note="").count()),
        Count(
            "files",
            _("files beside cases"),
            Attachment.objects.of(person.workspace_id)
            .filter(case__contact=person.contact_id, removed_at__isnull=True)
            .count(),
        ),
        Count(
            "tasks",
            _("words of tasks"),
            Task.objects.of(person.workspace_id)
            .filter(case__contact=person.contact_id)
            .exclude(title="")
            .count(),
        ),
    ]


def _abouts(person: Person) -> list[str]:
    return [f"case:{pk}" for pk in forgetting.cases_of(person).values_list("pk", flat=True)]


def _with_open_case(workspace_id: int, contact_ids: Sequence[int]) -> set[int]:
    return set(
        Case.objects.of(workspace_id)
        .open()
        .filter(contact__in=contact_ids)
        .values_list("contact_id", flat=True)
    )


privacy.hold(
    Holding(
        app="detractors",
        sections=(
            Section("cases", _("Cases"), ("number", "state", "priority", "score", "latest_score", "owner", "opened_at", "first_responded_at", "stated_complaint", "underlying_issue", "waiting_for", "root_cause", "resolution", "resolved_at", "closed_at", "outcome", "account_value", "long_standing"), _cases),
            Section("case_timeline", _("What happened in the cases"), ("case", "at", "what", "by", "note", "facts"), _events),
            Section("case_tasks", _("Tasks of the cases"), ("case", "title", "for", "due_at", "promised", "done_at", "answer"), _tasks),
            Section("case_calls", _("Call-backs"), ("case", "at", "by", "note", "done_at", "missed_at", "dropped_at"), _calls),
            Section("case_files", _("Files beside the cases"), ("case", "name", "kind", "bytes", "added_at", "removed_at"), _files),
            Section("case_retention", _("Kept or lost"), ("case", "state", "since", "reason", "note", "value", "said_at"), _retention),
            Section("case_remedies", _("Remedies"), ("case", "kind", "what", "value", "state", "note", "asked_at", "given_at"), _remedies),
            Section("case_lessons", _("Drafts for the library"), ("case", "title", "happened", "done", "went_well", "lesson", "updated_at"), _lessons),
        ),
        counts=_counts,
        erase=forgetting.forget,
        abouts=_abouts,
        needs=_with_open_case,
    )
)  # fmt: skip

retention.remove_by(
    retention.CASE_WORDS, retention.Part(forgetting.count_old_words, forgetting.forget_old_words)
)
