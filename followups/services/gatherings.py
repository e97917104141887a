"""Inviting the customers of chosen cases to an event: written as a draft, looked at, then one mail each; they answer by a link.

What was sent is never changed. An answer can be changed by its guest until the day answers are wanted by; places are
counted under a lock of the event, so that two at once cannot both take the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core import merge_fields
from core.links import absolute_url
from core.moments import in_words
from detractors.enums import EventKind, NotificationKind
from detractors.models import Case
from detractors.services import hearing, timeline
from detractors.services.locking import lock, save
from followups import wording, words
from followups.enums import AnnouncementState, Coming, SkippedBecause
from followups.models import Gathering, Guest
from followups.queries import gatherings as rows_of
from followups.queries import merging
from followups.rules import gatherings as rules
from followups.services import conversations, mass_mails
from surveys import wording as survey_wording
from surveys.queries.asking import Ground

PREVIEWED = 2_000  # people judged for a preview
TITLE_LENGTH, PLACE_LENGTH, SUBJECT_LENGTH, BODY_LENGTH, NOTE_LENGTH = (
    200,
    300,
    200,
    10_000,
    1_000,
)  # characters
MOST_COMPANIONS, MOST_PLACES = 20, 100_000
FIELDS = (*survey_wording.MERGE_FIELDS, merging.PRODUCT, "case_number", "event", "when", "where", "reply_by")
MOMENT = "l j F Y, H:i"


class GatheringError(ValueError):
    """Nothing was changed; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


class Refused(Exception):
    """An answer cannot be taken; `code` is a key of `followups.words`, `field` the place in the form."""

    def __init__(self, code: str, field: str, **facts: str) -> None:
        self.code, self.field, self.facts = code, field, facts
        super().__init__(code)


@dataclass(frozen=True)
class Preview:
    """Who would get it now: how many, why the others not, and the mail as one of them reads it."""

    people: int
    gets: int
    reasons: tuple[tuple[str, int], ...]
    subject: str = ""
    body: str = ""
    reader: str = ""


# --- Writing ------------------------------------------------------------------------------------------------------


@transaction.atomic
def draft(*, workspace: Workspace, by: User, cases: Any, now: datetime) -> Gathering:
    """A draft to be filled in, with the person of each of these cases as a guest, once each."""
    zone = ZoneInfo(workspace.time_zone)
    day = now.astimezone(zone).date() + timedelta(days=28)
    with translation.override(workspace.language):
        row = Gathering(
            workspace=workspace, title=str(_("An evening with us")), place="",
            starts_at=datetime.combine(day, time(18), zone), ends_at=datetime.combine(day, time(20), zone),
            reply_by=datetime.combine(day - timedelta(days=7), time(18), zone), time_zone=workspace.time_zone,
            most_companions=1, subject=str(_("You are invited: {{ event }}")),
            body=str(
                _(
                    'Hello {{ first_name | "there" }},\n\n'
                    "you told us what went wrong for you at {{ company }}. We would like to hear more, and to show you what we "
                    "are doing about it: come and see us.\n\n"
                    "{{ event }}\n{{ when }}\n{{ where }}\n\n"
                    "Please tell us by {{ reply_by }} whether you will come.\n\n"
                    "{{ company }}"
                )
            ),
            created_at=now, created_by=by, updated_at=now,
        )  # fmt: skip
    row.save(force_insert=True)
    _invite(row, cases)
    return row


def _invite(row: Gathering, cases: Any) -> int:
    made = [
        Guest(workspace_id=row.workspace_id, gathering=row, case_id=case, contact_id=contact)
        for case, contact in rows_of.people_of(cases)[: rows_of.MOST_GUESTS]
    ]
    Guest.objects.of(row.workspace_id).bulk_create(made, batch_size=1_000, ignore_conflicts=True)
    return len(made)


@transaction.atomic
def keep(
    *,
    gathering: Gathering,
    title: str,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    reply_by: datetime,
    capacity: int | None,
    most_companions: int,
    subject: str,
    body: str,
    now: datetime,
) -> Gathering:
    """The event and the words as they are to be sent. Raises GatheringError: what is wrong and where, or it went out."""
    row = _lock(gathering)
    if row.state != AnnouncementState.DRAFT:
        raise GatheringError(_("It went out already: an invitation that was sent cannot be changed."))
    row.title = _line(title, "title", TITLE_LENGTH)
    row.place = _line(place, "place", PLACE_LENGTH)
    row.subject = _line(subject, "subject", SUBJECT_LENGTH)
    row.body = body.replace("\x00", "").replace("\r\n", "\n").strip()
    if not row.body:
        raise GatheringError(_("Please write something here."), field="body")
    if len(row.body) > BODY_LENGTH:
        raise GatheringError(
            _("Please keep it under %(most)s characters.") % {"most": BODY_LENGTH}, field="body"
        )
    for field in ("subject", "body"):
        _check_fields(getattr(row, field), field, row.workspace)
    if ends_at <= starts_at:
        raise GatheringError(_("It has to end after it begins."), field="ends_at")
    if reply_by > starts_at:
        raise GatheringError(_("Answers are wanted before it begins."), field="reply_by")
    if capacity is not None and not 1 <= capacity <= MOST_PLACES:
        raise GatheringError(_("Write how many people can come, or leave it empty."), field="capacity")
    if not 0 <= most_companions <= MOST_COMPANIONS:
        raise GatheringError(
            _("At most %(most)s companions.") % {"most": MOST_COMPANIONS}, field="most_companions"
        )
    row.starts_at, row.ends_at, row.reply_by = starts_at, ends_at, reply_by
    row.capacity, row.most_companions, row.updated_at = capacity, most_companions, now
    row.save()
    return row


def _line(text: str, field: str, most: int) -> str:
    line = " ".join(text.replace("\x00", "").split())
    if not line:
        raise GatheringError(_("Please write something here."), field=field)
    if len(line) > most:
        raise GatheringError(_("Please keep it under %(most)s characters.") % {"most": most}, field=field)
    return line


def _check_fields(text: str, field: str, workspace: Workspace) -> None:
    attributes = set(merging.known_fields(workspace=workspace)) - set(wording.MERGE_FIELDS)
    known = {*FIELDS, *attributes}
    try:
        unknown = merge_fields.unknown_fields(text, known)
    except merge_fields.MergeSyntaxError:
        raise GatheringError(
            _("A merge field is not complete. Write {{ first_name }} or plain words."), field=field
        ) from None
    if unknown:
        raise GatheringError(
            _("There is no field %(field)s: choose one of those beside the text.") % {"field": unknown[0]},
            field=field,
        )


@transaction.atomic
def uninvite(*, gathering: Gathering, guest: int) -> None:
    """Take somebody off the list of a draft. Raises GatheringError once it went out."""
    row = _lock(gathering)
    if row.state != AnnouncementState.DRAFT:
        raise GatheringError(_("It went out already: nobody can be taken off the list."))
    Guest.objects.of(row.workspace_id).filter(gathering=row, pk=guest).delete()


@transaction.atomic
def discard(*, gathering: Gathering) -> None:
    """A draft that is not wanted goes, with its list. Raises GatheringError once it went out."""
    row = _lock(gathering)
    if row.state != AnnouncementState.DRAFT:
        raise GatheringError(_("It went out already and stays here."))
    row.delete()


def preview(*, gathering: Gathering, now: datetime) -> Preview:
    """Judge the guests (at most PREVIEWED) as at the moment of sending, and fill the mail for the first who would get it."""
    judged = rows_of.judged(gathering=gathering, limit=PREVIEWED)
    people = [case.contact for case in judged if case.contact]
    ground = mass_mails.ground(workspace=gathering.workspace, people=people, now=now)
    reasons: dict[str, int] = {}
    gets, sample = 0, None
    for case in judged:
        why = _why_not(case, gathering, ground)
        if why is None:
            gets += 1
            sample = sample or case
        else:
            reasons[str(why.label)] = reasons.get(str(why.label), 0) + 1
    found = Preview(len(judged), gets, tuple(sorted(reasons.items(), key=lambda pair: -pair[1])))
    if sample is None or sample.contact is None:
        return found
    subject, body = _filled(gathering, sample)
    return Preview(found.people, found.gets, found.reasons, subject, body, sample.contact.display_name)


@transaction.atomic
def start(*, gathering: Gathering, by: User, now: datetime) -> int:
    """It goes out; returns to how many. Started twice it is started once. Raises GatheringError."""
    row = _lock(gathering)
    n = int(Guest.objects.of(row.workspace_id).filter(gathering=row).count())
    if row.state != AnnouncementState.DRAFT:
        return n
    if not n:
        raise GatheringError(_("Nobody is on the list: choose cases in the queue first."))
    if not row.place:
        raise GatheringError(_("Please say where it is."), field="place")
    if row.reply_by <= now:
        raise GatheringError(_("The day for answers is over already."), field="reply_by")
    row.state, row.started_at, row.started_by, row.updated_at = AnnouncementState.SENDING, now, by, now
    row.save()
    return n


@transaction.atomic
def stop(*, gathering: Gathering, now: datetime) -> int:
    """What has not left is kept back; returns how many mails that is."""
    row = _lock(gathering)
    if row.state != AnnouncementState.SENDING:
        return 0
    kept = mass_mails.keep_back(Guest.objects.of(row.workspace_id).filter(gathering=row))
    row.state, row.ended_at, row.updated_at = AnnouncementState.STOPPED, now, now
    row.save()
    return kept


def _lock(gathering: Gathering) -> Gathering:
    rows = Gathering.objects.of(gathering.workspace_id).select_related("workspace")
    found: Gathering = rows.select_for_update(of=("self",)).get(pk=gathering.pk)
    return found


# --- Going out ----------------------------------------------------------------------------------------------------


def send_due(*, now: datetime) -> int:
    """Queue what is due or write why not, and end what has nothing left; returns how many. Safe in parallel and late."""
    done, is_over = mass_mails.send_all(
        due=lambda: rows_of.due(now=now, limit=mass_mails.BATCH),
        one=lambda row, ground: _one(row, ground, now),
        workspace_of=lambda row: row.gathering.workspace,
        sweep="followups.send_gatherings",
        now=now,
    )
    if not is_over:
        return done
    for gathering in rows_of.finished():
        mass_mails.end(Gathering.objects.of(gathering.workspace_id).filter(pk=gathering.pk), now=now)
    return done


def _one(row: Guest, ground: Ground, now: datetime) -> int:
    gathering = row.gathering
    if now >= gathering.reply_by:
        mass_mails.skip(row, SkippedBecause.TOO_LATE)
        return 1
    case = mass_mails.case_of(row)
    why = _why_not(case, gathering, ground)
    if why is not None:
        mass_mails.skip(row, why)
        return 1
    if mass_mails.hold(row, workspace=gathering.workspace, ground=ground, now=now):
        return 0
    subject, body = _filled(gathering, case)
    language = language_of(case)
    said = words.of(language)
    mail = conversations.post(
        case=case,
        mail="gathering",
        subject=subject,
        text=body,
        context={
            "language": language,
            "answer_label": said["g_ask"],
            "answer_url": absolute_url("followups:guest", token=row.link),
        },
        dedupe_key=f"guest:{row.pk}",
        expires_at=gathering.reply_by,
        now=now,
    )
    mass_mails.sent(row, message=mail.message, now=now)
    locked = lock(case)
    timeline.write(
        case=locked, kind=EventKind.INVITED, now=now, title=gathering.title, mail=mail.public_id,
        gathering=gathering.public_id,
    )  # fmt: skip
    save(locked, now=now)
    return 1


def _why_not(case: Case, gathering: Gathering, ground: Ground) -> SkippedBecause | None:
    texts, values = (gathering.subject, gathering.body), _values(gathering, case)
    return mass_mails.why_not(case=case, ground=ground, texts=texts, values=values)


def language_of(case: Case) -> str:
    """The customer's language where we speak it, else the survey's, else the workspace's."""
    spoken = (
        case.contact.language if case.contact else "",
        case.survey.language if case.survey else "",
        case.workspace.language,
    )
    return next((one for one in spoken if one and one.lower().split("-")[0] in words.LANGUAGES), "en")


def _values(gathering: Gathering, case: Case) -> dict[str, Any]:
    with translation.override(language_of(case)):
        return merging.customer_values(case=case) | {
            "event": gathering.title,
            "when": in_words(gathering.starts_at, gathering.time_zone, MOMENT),
            "where": gathering.place or "…",  # of a draft that does not say yet; none leaves without
            "reply_by": in_words(gathering.reply_by, gathering.time_zone, MOMENT),
        }


def _filled(gathering: Gathering, case: Case) -> tuple[str, str]:
    values = _values(gathering, case)
    return (
        merge_fields.render(gathering.subject, values, single_line=True),
        merge_fields.render(gathering.body, values).strip(),
    )


def field_words() -> dict[str, Any]:
    """The fields that can stand in the words, and what each means."""
    return {
        **survey_wording.MERGE_FIELDS,
        merging.PRODUCT: wording.MERGE_FIELDS[merging.PRODUCT],
        "case_number": wording.MERGE_FIELDS["case_number"],
        "event": _("the name of the event"),
        "when": _("when it begins"),
        "where": _("where it is"),
        "reply_by": _("by when answers are wanted"),
    }


# --- Answers ------------------------------------------------------------------------------------------------------


@transaction.atomic
def answer(*, guest: Guest, coming: str, companions: int, note: str, now: datetime) -> Guest:
    """What the guest says; said again until answers are no longer wanted, it is changed. The same once more is nothing.

    The case has it in its timeline, and its owner hears of it. Raises Refused.
    """
    note = note.replace("\x00", "").replace("\r\n", "\n").strip()
    if coming not in Coming.values:
        raise Refused("g_choose", "coming")
    if len(note) > NOTE_LENGTH:
        raise Refused("g_long", "note")
    # As the sweep that mails them: the guest, then the case.
    row: Guest = Guest.objects.of(guest.workspace_id).select_for_update(of=("self",)).get(pk=guest.pk)
    case = lock(guest.case)
    gathering = _lock(guest.gathering)
    if now >= gathering.reply_by:
        raise Refused("g_over", "coming")
    if not 0 <= companions <= gathering.most_companions:
        raise Refused("g_companions_bad", "companions")
    companions = 0 if coming == Coming.NO else companions
    if (row.answer, row.companions, row.note) == (coming, companions, note):
        return row
    free = rows_of.places_left(gathering=gathering, but=row)
    if why := rules.refusal(answer=coming, companions=companions, left=free):
        raise Refused(why, "coming", n=str(free))
    row.answer, row.companions, row.note, row.answered_at = coming, companions, note, now
    row.save(update_fields=["answer", "companions", "note", "answered_at"])
    event = timeline.write(
        case=case, kind=EventKind.GUEST_SAID, now=now, note=note, title=gathering.title, coming=coming,
        companions=companions, gathering=gathering.public_id,
    )  # fmt: skip
    hearing.tell_owner(case=case, event=event, kind=NotificationKind.SAID, now=now)
    save(case, now=now)
    return row
