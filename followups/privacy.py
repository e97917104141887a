"""What telling back holds about a person: conversations, planned mails, second questions."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import privacy, retention
from core.privacy import Count, Holding, Person, Section
from followups.models import FollowUp, PlannedStep, Resurvey
from followups.services import forgetting, receiving

MOST_RAW = 1_000_000  # bytes of one raw mail in an archive; the files of a mail are there by themselves


def _mails(person: Person) -> Iterable[Sequence[Any]]:
    rows = forgetting.mails_of(person).select_related("conversation__case", "by").order_by("at", "pk")
    for row in rows.iterator(chunk_size=200):
        yield (
            row.conversation.case.number, row.at, row.get_direction_display(),
            row.by.display_name if row.by else row.sender, row.get_kind_display(), row.subject, row.body, row.quoted,
        )  # fmt: skip


def _planned(person: Person) -> Iterable[Sequence[Any]]:
    rows = (
        FollowUp.objects.of(person.workspace_id)
        .filter(case__contact=person.contact_id)
        .select_related("case")
    )
    for row in rows.order_by("pk"):
        yield (
            row.case.number, row.get_step_display(), row.get_status_display(), str(row.get_skipped_because_display()),
            row.due_at, row.sent_at,
        )  # fmt: skip


def _second_questions(person: Person) -> Iterable[Sequence[Any]]:
    rows = (
        Resurvey.objects.of(person.workspace_id)
        .filter(case__contact=person.contact_id)
        .select_related("case")
    )
    for row in rows.order_by("pk"):
        yield (
            row.case.number, row.get_status_display(), row.due_at, row.asked_at, row.settled_at, row.score_before,
            row.score_after,
        )  # fmt: skip


def _invited(person: Person) -> Iterable[Sequence[Any]]:
    for row in forgetting.invited_of(person).select_related("case", "gathering").order_by("pk"):
        yield (
            row.case.number, row.gathering.title, row.gathering.place, row.gathering.starts_at, row.sent_at,
            str(row.get_answer_display()), row.companions, row.note, row.answered_at,
        )  # fmt: skip


def _unsent(person: Person) -> Iterable[Sequence[Any]]:
    rows = (
        forgetting.pending_of(person).filter(sent_at__isnull=True).select_related("case", "by").order_by("pk")
    )
    for row in rows:
        yield (
            row.case.number, row.created_at, row.by.display_name, row.subject, row.body, row.undone_at,
            row.failed_because,
        )  # fmt: skip


def _received(person: Person) -> Iterable[Sequence[Any]]:
    """What came in, as it came: the raw mail is text of the person's own."""
    rows = forgetting.received_of(person).select_related("case").defer(None).order_by("pk")
    for row in rows.iterator(chunk_size=10):
        raw = receiving.raw_of(row)[:MOST_RAW].decode("utf-8", "replace").replace("\x00", "")
        yield (
            row.received_at, row.from_address, row.from_name, row.subject, row.get_kind_display(), row.get_state_display(),
            row.case.number if row.case else "", raw,
        )  # fmt: skip


def _playbook_steps(person: Person) -> Iterable[Sequence[Any]]:
    rows = (
        PlannedStep.objects.of(person.workspace_id)
        .filter(Q(run__contact=person.contact_id) | Q(run__case__contact=person.contact_id))
        .select_related("run__playbook", "run__case", "step")
    )
    for row in rows.order_by("run_id", "position").iterator(chunk_size=200):
        yield (
            row.run.case.number if row.run.case else "", row.run.playbook.name, row.position, row.step.get_kind_display(),
            row.get_state_display(), str(row.get_skipped_because_display()), row.due_at, row.settled_at,
        )  # fmt: skip


def _counts(person: Person) -> list[Count]:
    return [
        Count("conversation", _("mails in conversations"), forgetting.mails_of(person).count()),
        Count(
            "received",
            _("mails that came in"),
            forgetting.received_of(person).filter(forgotten_at__isnull=True).count(),
        ),
    ]


privacy.hold(
    Holding(
        app="followups",
        sections=(
            Section("conversation", _("Conversations"), ("case", "at", "direction", "by", "kind", "subject", "body", "quoted"), _mails),
            Section("received_mail", _("Mail that came in"), ("at", "from", "name", "subject", "kind", "state", "case", "raw"), _received),
            Section("unsent_replies", _("Replies that did not leave"), ("case", "at", "by", "subject", "body", "taken_back_at", "failed_because"), _unsent),
            Section("planned_mails", _("Planned mails"), ("case", "step", "state", "not_sent_because", "due_at", "sent_at"), _planned),
            Section("invitations_to_events", _("Invitations to events"), ("case", "event", "place", "when", "sent_at", "answer", "companions", "note", "answered_at"), _invited),
            Section("playbook_steps", _("Steps of playbooks"), ("case", "playbook", "place", "kind", "state", "not_done_because", "due_at", "settled_at"), _playbook_steps),
            Section("second_questions", _("Second questions"), ("case", "state", "due_at", "asked_at", "settled_at", "score_before", "score_after"), _second_questions),
        ),
        counts=_counts,
        erase=forgetting.forget,
    )
)  # fmt: skip

retention.remove_by(
    retention.CASE_WORDS,
    retention.Part(forgetting.count_old_received, forgetting.forget_old_received, batch=50),
)
retention.remove_by(
    retention.CASE_WORDS, retention.Part(forgetting.count_old_threads, forgetting.forget_old_threads)
)
