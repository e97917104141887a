"""What the outbox holds about a person: mails to and about them, what servers reported, whether they may be mailed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import privacy, retention
from core.privacy import Count, Holding, Person, Section
from outbox import queries
from outbox.enums import TO_THE_CUSTOMER, Kind
from outbox.models import Suppression, TrackingEvent
from outbox.services import forgetting

REPORTS_KEPT = 90  # days, for reports that belong to no workspace


def _mails(person: Person) -> Iterable[Sequence[Any]]:
    rows = forgetting.messages_of(person).filter(kind__in=TO_THE_CUSTOMER).defer(None)
    for row in rows.iterator(chunk_size=200):
        yield (
            row.public_id, row.get_kind_display(), row.to, row.subject, row.text, row.get_state_display(), row.created_at,
            row.sent_at, row.delivered_at, row.opened_at, row.clicked_at, row.bounced_at, row.complained_at,
        )  # fmt: skip


def _reports(person: Person) -> Iterable[Sequence[Any]]:
    mails = forgetting.messages_of(person).filter(kind__in=TO_THE_CUSTOMER)
    rows = TrackingEvent.objects.filter(message__in=mails.order_by().values("pk")).select_related("message")
    for row in rows.order_by("happened_at", "pk"):
        yield (
            row.message.public_id if row.message else "",
            row.kind,
            row.recipient,
            row.detail,
            row.happened_at,
        )


def _suppressions(person: Person) -> Iterable[Sequence[Any]]:
    rows = Suppression.objects.of(person.workspace_id).filter(
        queries.means(person.workspace_id, person.addresses)
    )
    for row in rows.order_by("created_at", "pk"):
        yield (
            row.address, row.get_scope_display(), row.get_reason_display(), row.note, row.created_at, row.lifted_at,
            row.lift_note,
        )  # fmt: skip


def _counts(person: Person) -> list[Count]:
    rows = forgetting.messages_of(person)
    return [
        Count("mails", _("mails to this person"), rows.filter(kind__in=TO_THE_CUSTOMER).count()),
        Count("notices", _("notices to your people that quote them"), rows.filter(kind=Kind.STAFF).count()),
    ]


privacy.hold(
    Holding(
        app="outbox",
        sections=(
            Section("mails", _("Mails"), ("id", "kind", "to", "subject", "text", "state", "queued_at", "sent_at", "delivered_at", "opened_at", "clicked_at", "bounced_at", "complained_at"), _mails),
            Section("mail_reports", _("What mail servers reported"), ("mail", "event", "address", "detail", "at"), _reports),
            Section("suppressions", _("Opt-outs and suppressions"), ("address", "stops", "reason", "note", "since", "lifted_at", "lift_note"), _suppressions),
        ),
        counts=_counts,
        erase=forgetting.forget,
    )
)  # fmt: skip

retention.remove_by(
    retention.MAIL_WORDS, retention.Part(forgetting.count_old_words, forgetting.forget_old_words)
)
retention.remove_by(
    retention.MAIL_REPORTS, retention.Part(forgetting.count_old_reports, forgetting.remove_old_reports)
)
retention.share(REPORTS_KEPT, forgetting.remove_loose_reports)
