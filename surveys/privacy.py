"""What surveys hold about a person: their row, what they were asked, what they said, and who wrote them down."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import privacy, retention
from core.privacy import Count, Holding, Person, Section
from surveys.models import (
    BulkEditRow,
    Contact,
    ContactEvent,
    InboundText,
    Invitation,
    InvitationReminder,
    Mention,
    Response,
    ResponseChange,
)
from surveys.queries import settled
from surveys.services import erasing, forgetting

FIELDS = (
    "public_id", "external_id", "email", "name", "phone", "company", "language", "time_zone", "account_value",
    "respondent_type", "last_answered_at", "last_score", "watch_because", "created_at", "updated_at", "last_asked_at", "last_declined_at", "opted_out_at", "undeliverable_at", "erased_at",
)  # fmt: skip


def _contact(person: Person) -> Iterable[Sequence[Any]]:
    return Contact.objects.of(person.workspace_id).filter(pk=person.contact_id).values_list(*FIELDS)


def _attributes(person: Person) -> Iterable[Sequence[Any]]:
    for contact in Contact.objects.of(person.workspace_id).filter(pk=person.contact_id):
        yield from sorted(contact.attributes.items())


def _invitations(person: Person) -> Iterable[Sequence[Any]]:
    rows = Invitation.objects.of(person.workspace_id).filter(contact=person.contact_id)
    for row in (
        settled.shown(rows)
        .select_related("survey", "campaign", "touchpoint")
        .order_by("pk")
        .iterator(chunk_size=500)
    ):
        yield (
            row.public_id, row.survey.name, row.campaign.name if row.campaign else "",
            row.touchpoint.name if row.touchpoint else "", row.get_channel_display(), row.get_status_display(),
            str(row.get_not_sent_because_display()), row.due_at, row.sent_at, row.delivered_at, row.opened_at,
            row.answered_at, row.expires_at,
        )  # fmt: skip


def _reminders(person: Person) -> Iterable[Sequence[Any]]:
    rows = InvitationReminder.objects.of(person.workspace_id).filter(invitation__contact=person.contact_id)
    for row in rows.select_related("invitation").order_by("pk").iterator(chunk_size=500):
        because = str(row.get_skipped_because_display())
        yield row.invitation.public_id, row.number, row.due_at, row.sent_at, because


def _events(person: Person) -> Iterable[Sequence[Any]]:
    rows = ContactEvent.objects.of(person.workspace_id).filter(contact=person.contact_id)
    for row in rows.select_related("touchpoint").order_by("pk").iterator(chunk_size=500):
        moment = row.touchpoint.name if row.touchpoint else ""
        yield row.public_id, row.name, row.external_id, moment, row.happened_at, row.data


def _answers(person: Person) -> Iterable[Sequence[Any]]:
    rows = Response.objects.of(person.workspace_id).filter(contact=person.contact_id)
    rows = rows.select_related("survey", "touchpoint", "campaign").order_by("responded_at", "pk")
    for row in rows.iterator(chunk_size=500):
        yield (
            row.public_id, row.survey.name, row.metric, row.score, row.get_segment_display(), row.comment, row.answers,
            row.touchpoint.name if row.touchpoint else "", row.campaign.name if row.campaign else "",
            row.get_channel_display(), row.get_trust_display(), row.evidence, row.get_mismatch_display(), row.language,
            row.comment_language, row.sentiment, row.responded_at, row.amended_at,
            row.dimensions,
        )  # fmt: skip


def _mentions(person: Person) -> Iterable[Sequence[Any]]:
    rows = Mention.objects.of(person.workspace_id).filter(contact=person.contact_id).select_related("source")
    for row in rows.order_by("published_at", "pk").iterator(chunk_size=500):
        yield (
            row.public_id, row.source.name, row.get_channel_display(), row.is_complaint, row.stars,
            row.segment, row.author, row.address,
            row.url, row.title, row.text, row.language, row.published_at, row.received_at,
        )  # fmt: skip


def _texts(person: Person) -> Iterable[Sequence[Any]]:
    rows = InboundText.objects.of(person.workspace_id).filter(contact=person.contact_id)
    for row in rows.order_by("pk").iterator(chunk_size=500):
        yield row.number, row.text, row.get_outcome_display(), row.received_at


def _changes(person: Person) -> Iterable[Sequence[Any]]:
    rows = ResponseChange.objects.of(person.workspace_id).filter(response__contact=person.contact_id)
    for row in rows.select_related("response").order_by("pk").iterator(chunk_size=500):
        yield row.response.public_id, row.at, row.before_score, row.after_score, row.comment_before


def _bulk_edits(person: Person) -> Iterable[Sequence[Any]]:
    rows = BulkEditRow.objects.of(person.workspace_id).filter(contact=person.contact_id)
    for row in rows.select_related("bulk_edit").order_by("pk").iterator(chunk_size=500):
        was = row.before[0] if isinstance(row.before, list) else row.before
        yield (
            row.bulk_edit.public_id,
            row.bulk_edit.created_at,
            row.bulk_edit.field,
            "" if isinstance(was, dict) else was,
        )


def _counts(person: Person) -> list[Count]:
    answers = Response.objects.of(person.workspace_id).filter(contact=person.contact_id)
    contact = Contact.objects.of(person.workspace_id).get(pk=person.contact_id)
    invitations = Invitation.objects.of(person.workspace_id).filter(contact=person.contact_id)
    return [
        Count("attributes", _("attributes"), len(contact.attributes)),
        Count("invitations", _("requests, whose links end"), invitations.count()),
        Count("answers", _("answers, whose scores stay without a name"), answers.count()),
        Count("comments", _("comments"), answers.exclude(comment="").count()),
    ]


def _abouts(person: Person) -> list[str]:
    rows = Invitation.objects.of(person.workspace_id).filter(contact=person.contact_id)
    return [f"invitation:{pk}" for pk in rows.values_list("pk", flat=True)]


privacy.hold(
    Holding(
        app="surveys",
        sections=(
            Section("person", _("Person"), FIELDS, _contact),
            Section("attributes", _("Attributes"), ("name", "value"), _attributes),
            Section("invitations", _("What they were asked"), ("id", "survey", "campaign", "touchpoint", "channel", "status", "not_sent_because", "due_at", "sent_at", "delivered_at", "opened_at", "answered_at", "expires_at"), _invitations),
            Section("reminders", _("Reminders"), ("invitation", "number", "due_at", "sent_at", "not_sent_because"), _reminders),
            Section("events", _("What happened to them"), ("id", "name", "external_id", "touchpoint", "happened_at", "data"), _events),
            Section("answers", _("Answers"), ("id", "survey", "metric", "score", "class", "comment", "answers", "touchpoint", "campaign", "channel", "trust", "what_was_seen_of_the_link", "score_asked_again", "language", "words_in", "mood_of_the_words", "responded_at", "amended_at", "counted_by"), _answers),
            Section("mentions", _("What they said unasked"), ("id", "source", "channel", "is_complaint", "stars", "class", "author", "address", "url", "title", "text", "language", "published_at", "received_at"), _mentions),
            Section("texts", _("Text messages from them"), ("number", "text", "outcome", "received_at"), _texts),
            Section("answer_changes", _("Changes of answers"), ("answer", "at", "score_before", "score_after", "comment_before"), _changes),
            Section("bulk_edits", _("What was changed for many at once"), ("id", "at", "field", "before"), _bulk_edits),
        ),
        counts=_counts,
        erase=forgetting.forget,
        abouts=_abouts,
    )
)  # fmt: skip


def _count_comments(workspace_id: int, before: datetime, limit: int) -> int:
    return forgetting.counted(forgetting.old_comments(workspace_id, before), limit)


def _count_uploads(workspace_id: int, before: datetime, limit: int) -> int:
    return forgetting.counted(forgetting.old_uploads(workspace_id, before), limit)


def _count_people(workspace_id: int, before: datetime, limit: int) -> int:
    return forgetting.counted(erasing.unheard_of(workspace_id, before), limit)


def _count_texts(workspace_id: int, before: datetime, limit: int) -> int:
    return forgetting.counted(forgetting.old_texts(workspace_id, before), limit)


retention.remove_by(retention.COMMENTS, retention.Part(_count_texts, forgetting.forget_old_texts))
retention.remove_by(retention.COMMENTS, retention.Part(_count_comments, forgetting.forget_old_comments))
retention.remove_by(
    retention.IMPORTS, retention.Part(_count_uploads, forgetting.forget_old_uploads, batch=50)
)
retention.remove_by(retention.CONTACTS, retention.Part(_count_people, erasing.erase_unheard_of, batch=20))
