"""You said, we did: written as a draft, looked at, then told once to each person whose case the improvement is about.

Each mail is one row with its due moment. It is judged like every follow-up at the moment of sending (wishes, suppression,
budget, quiet hours), goes out in the conversation of the person's latest case, so that an answer comes back to it, and
counts as no contact: it meets no promise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core import merge_fields
from detractors.models import Case, Improvement
from detractors.services import cases
from followups import wording
from followups.enums import AnnouncementState, SkippedBecause
from followups.models import Announcement, AnnouncementMail
from followups.queries import announcements as rows_of
from followups.queries import merging
from followups.services import conversations, mass_mails
from surveys import wording as survey_wording
from surveys.queries.asking import Ground

PREVIEWED = 2_000  # people judged for a preview; beyond it the preview says "at least"
SUBJECT_LENGTH, BODY_LENGTH = 200, 10_000  # characters
FIELDS = (*survey_wording.MERGE_FIELDS, merging.PRODUCT, "case_number", "improvement", "what_was_changed")


class AnnouncementError(ValueError):
    """Nothing was changed; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True)
class Preview:
    """Who would get it now: how many, why the others not, and the mail as one of them reads it."""

    people: int
    gets: int
    reasons: tuple[tuple[str, int], ...]
    is_all: bool  # everybody was judged
    subject: str = ""
    body: str = ""
    reader: str = ""


def draft(*, improvement: Improvement, now: datetime) -> Announcement:
    """The announcement of an improvement that is done; proposed anew when there is none. Not stored until it is kept."""
    found = rows_of.of(improvement=improvement)
    if found is not None:
        return found
    with translation.override(improvement.workspace.language):
        return Announcement(
            workspace=improvement.workspace,
            improvement=improvement,
            subject=str(_("You told us, and we changed something")),
            body=str(
                _(
                    'Hello {{ first_name | "there" }},\n\n'
                    "some time ago you told us what went wrong for you at {{ company }}. You were not the only one, and you "
                    "were right. This is what we have changed:\n\n"
                    "{{ what_was_changed }}\n\n"
                    "Thank you: without your words it would still be as it was. If it is not better for you, answer this "
                    "mail; a person reads it.\n\n"
                    "{{ company }}"
                )
            ),
            created_at=now,
            updated_at=now,
        )


@transaction.atomic
def keep(*, improvement: Improvement, subject: str, body: str, now: datetime) -> Announcement:
    """The words as they are to be sent. Raises AnnouncementError: empty, too long, an unknown field, or it went out."""
    subject, body = " ".join(subject.split()), body.strip()
    for field, text, most in (("subject", subject, SUBJECT_LENGTH), ("body", body, BODY_LENGTH)):
        if not text:
            raise AnnouncementError(_("Please write something here."), field=field)
        if len(text) > most:
            raise AnnouncementError(
                _("Please keep it under %(most)s characters.") % {"most": most}, field=field
            )
        _known(text, field, improvement.workspace)
    Improvement.objects.of(improvement.workspace_id).select_for_update().get(pk=improvement.pk)
    row = draft(improvement=improvement, now=now)
    if row.state != AnnouncementState.DRAFT:
        raise AnnouncementError(_("It went out already: words that were sent cannot be changed."))
    row.subject, row.body, row.updated_at = subject, body, now
    row.save()
    return row


def _known(text: str, field: str, workspace: Workspace) -> None:
    attributes = set(merging.known_fields(workspace=workspace)) - set(wording.MERGE_FIELDS)
    declared = attributes | set(FIELDS)  # nobody writes it from a case: no agent, no promise, no remedy
    try:
        unknown = merge_fields.unknown_fields(text, declared)
    except merge_fields.MergeSyntaxError:
        raise AnnouncementError(
            _("A merge field is not complete. Write {{ first_name }} or plain words."), field=field
        ) from None
    if unknown:
        raise AnnouncementError(
            _("There is no field %(field)s: choose one of those beside the text.") % {"field": unknown[0]},
            field=field,
        )


def preview(*, announcement: Announcement, now: datetime) -> Preview:
    """Judge everybody (at most PREVIEWED) as at the moment of sending, and fill the mail for the first who would get it."""
    improvement = announcement.improvement
    people = rows_of.audience(improvement=improvement)
    total = people.count()
    judged = list(people.select_related("contact", "workspace", "touchpoint")[:PREVIEWED])
    people_judged = [case.contact for case in judged if case.contact]
    ground = mass_mails.ground(workspace=announcement.workspace, people=people_judged, now=now)
    reasons: dict[str, int] = {}
    gets, sample = 0, None
    for case in judged:
        why = _why_not(case, announcement, ground)
        if why is None:
            gets += 1
            sample = sample or case
        else:
            reasons[str(why.label)] = reasons.get(str(why.label), 0) + 1
    found = Preview(
        people=total,
        gets=gets,
        reasons=tuple(sorted(reasons.items(), key=lambda pair: -pair[1])),
        is_all=total <= PREVIEWED,
    )
    if sample is None or sample.contact is None:
        return found
    subject, body = _filled(announcement, sample)
    return Preview(
        **{**found.__dict__, "subject": subject, "body": body, "reader": sample.contact.display_name}
    )


@transaction.atomic
def start(*, announcement: Announcement, by: User, now: datetime) -> int:
    """It goes out: one row for each person; returns how many. Started twice it is started once. Raises AnnouncementError."""
    row = _lock(announcement)
    if row.state != AnnouncementState.DRAFT:
        return int(AnnouncementMail.objects.of(row.workspace_id).filter(announcement=row).count())
    if not row.improvement.is_done:
        raise AnnouncementError(_("The improvement is not done: nothing was changed yet that could be told."))
    people = rows_of.audience(improvement=row.improvement).values_list("pk", "contact")
    made = [
        AnnouncementMail(workspace_id=row.workspace_id, announcement=row, case_id=case, contact_id=contact)
        for case, contact in people.iterator(chunk_size=5_000)
    ]
    if not made:
        raise AnnouncementError(_("Nobody's case is about it: there is nobody to tell."))
    AnnouncementMail.objects.of(row.workspace_id).bulk_create(made, batch_size=2_000, ignore_conflicts=True)
    row.state, row.started_at, row.started_by, row.updated_at = AnnouncementState.SENDING, now, by, now
    row.save()
    return len(made)


@transaction.atomic
def stop(*, announcement: Announcement, now: datetime) -> int:
    """What has not left is kept back; returns how many mails that is."""
    row = _lock(announcement)
    if row.state != AnnouncementState.SENDING:
        return 0
    kept = mass_mails.keep_back(AnnouncementMail.objects.of(row.workspace_id).filter(announcement=row))
    row.state, row.ended_at, row.updated_at = AnnouncementState.STOPPED, now, now
    row.save()
    return kept


def _lock(announcement: Announcement) -> Announcement:
    found: Announcement = (
        Announcement.objects.of(announcement.workspace_id)
        .select_for_update(of=("self",))
        .select_related("improvement", "workspace")
        .get(pk=announcement.pk)
    )
    return found


# --- Going out ---------------------------------------------------------------------------------------------------


def send_due(*, now: datetime) -> int:
    """Queue what is due or write why not, and end what has nothing left; returns how many. Safe in parallel and late."""
    done, is_over = mass_mails.send_all(
        due=lambda: rows_of.due(now=now, limit=mass_mails.BATCH),
        one=lambda row, ground: _one(row, ground, now),
        workspace_of=lambda row: row.announcement.workspace,
        sweep="followups.send_announcements",
        now=now,
    )
    if not is_over:
        return done
    for announcement in rows_of.finished():
        mass_mails.end(Announcement.objects.of(announcement.workspace_id).filter(pk=announcement.pk), now=now)
    return done


def _one(row: AnnouncementMail, ground: Ground, now: datetime) -> int:
    announcement = row.announcement
    case = mass_mails.case_of(row)
    why = _why_not(case, announcement, ground)
    if why is not None:
        mass_mails.skip(row, why)
        return 1
    if mass_mails.hold(row, workspace=announcement.workspace, ground=ground, now=now):
        return 0
    subject, body = _filled(announcement, case)
    mail = conversations.post(
        case=case,
        mail="improvement_done",
        subject=subject,
        text=body,
        context={"language": row.contact.language or announcement.workspace.language},
        dedupe_key=f"announcement:{row.pk}",
        now=now,
    )
    mass_mails.sent(row, message=mail.message, now=now)
    cases.note_automatic(
        case=case,
        what=_("You said, we did: “%(title)s”") % {"title": announcement.improvement.title},
        now=now,
        mail=mail.public_id,
    )
    return 1


def _why_not(case: Case, announcement: Announcement, ground: Ground) -> SkippedBecause | None:
    texts, values = (announcement.subject, announcement.body), _values(announcement, case)
    return mass_mails.why_not(case=case, ground=ground, texts=texts, values=values)


def _values(announcement: Announcement, case: Case) -> dict[str, Any]:
    return merging.customer_values(case=case) | {
        "improvement": announcement.improvement.title,
        "what_was_changed": announcement.improvement.outcome,
    }


def _filled(announcement: Announcement, case: Case) -> tuple[str, str]:
    values = _values(announcement, case)
    return (
        merge_fields.render(announcement.subject, values, single_line=True),
        merge_fields.render(announcement.body, values).strip(),
    )


def field_words() -> dict[str, Any]:
    """The fields that can stand in the words, and what each means."""
    return {
        **survey_wording.MERGE_FIELDS,
        merging.PRODUCT: wording.MERGE_FIELDS[merging.PRODUCT],
        "case_number": wording.MERGE_FIELDS["case_number"],
        "improvement": _("the name of the improvement"),
        "what_was_changed": _("what was changed, as it is written on the improvement"),
    }
