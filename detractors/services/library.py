"""A closed case becomes a lesson: proposed without names, read and confirmed field by field, published, taken back.

A draft knows its case. Publishing cuts the link for good: what is published says nothing of whom it was, to nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.privacy import Person
from detractors.enums import Category, LessonState
from detractors.models import Case, Lesson
from detractors.queries import library as queries
from detractors.rules import anonymising
from detractors.services.errors import Incomplete, MoveNotAllowed
from surveys.rules.verbatim import clean_line

FIELDS = ("title", "happened", "done", "went_well", "lesson")
NEEDED = ("title", "happened", "done", "lesson")
LENGTHS = {"title": 120, "happened": 5_000, "done": 5_000, "went_well": 5_000, "lesson": 5_000}
NOTE_LENGTH = 300


class NotAnonymous(Incomplete):
    """Something that means somebody still stands in a field."""


@transaction.atomic
def propose(*, case: Case, by: User, now: datetime) -> tuple[Lesson, Counter[str]]:
    """(the draft of the case, what was replaced in it); the draft that is there already as it is, with nothing counted.

    Raises MoveNotAllowed while the case is not closed, or once it went into another one.
    """
    Case.objects.of(case.workspace_id).select_for_update().values_list("pk").get(pk=case.pk)
    case = (
        Case.objects.of(case.workspace_id)
        .select_related("contact__account", "cell", "root_cause")
        .get(pk=case.pk)
    )
    if case.category != Category.CLOSED or case.merged_into_id is not None:
        raise MoveNotAllowed(_("Only a closed case goes into the library."))
    if draft := queries.draft_of(case=case):
        return draft, Counter()
    people, counted = queries.people_of(case=case), Counter[str]()
    texts = {}
    for name, text in (
        (
            "happened",
            "\n\n".join(part for part in (case.stated_complaint, case.underlying_issue) if part.strip()),
        ),
        ("done", case.resolution),
    ):
        texts[name], found = anonymising.propose(text.strip()[: LENGTHS[name]], people=people)
        counted += found
    about = str(case.cell) if case.cell else case.root_cause.name if case.root_cause else _("A case")
    draft = Lesson(
        workspace_id=case.workspace_id, case=case, title=about[: LENGTHS["title"]], cell=case.cell, root_cause=case.root_cause,
        proposed_by=by, created_at=now, updated_at=now, **texts,
    )  # fmt: skip
    _keep_words(draft)
    draft.save(force_insert=True)
    return draft, counted


@transaction.atomic
def write(*, lesson: Lesson, texts: Mapping[str, str], confirmed: Collection[str], now: datetime) -> Lesson:
    """Keep the texts of a draft and which of them somebody has read; a text that was confirmed and changes is read again.

    Raises MoveNotAllowed for what is no draft, Incomplete for a text that is too long.
    """
    row = _locked(lesson)
    if not row.is_draft:
        raise MoveNotAllowed(_("It is published. Take it back to write a new one."))
    kept = []
    for name in FIELDS:
        text = texts.get(name, getattr(row, name)).replace("\r\n", "\n").replace("\x00", "").strip()
        text = clean_line(text) if name == "title" else text
        if len(text) > LENGTHS[name]:
            raise Incomplete(
                _("Please keep it under %(most)s characters.") % {"most": f"{LENGTHS[name]:,}"}, field=name
            )
        changed = text != getattr(row, name)
        if name in confirmed and not (changed and name in row.confirmed):
            kept.append(name)
        setattr(row, name, text)
    row.confirmed, row.updated_at = kept, now
    _keep_words(row)
    row.save()
    return row


@transaction.atomic
def publish(*, lesson: Lesson, by: User, now: datetime) -> Lesson:
    """Everybody of the workspace can read it from now on, and its case is forgotten. Twice is once.

    Raises Incomplete for an empty or unread field, NotAnonymous for one in which something means somebody.
    """
    row = _locked(lesson)
    if row.is_published:
        return row
    if not row.is_draft or row.case is None:
        raise MoveNotAllowed(_("It was taken back."))
    people = queries.people_of(case=row.case)
    for name in FIELDS:
        text = getattr(row, name)
        if not text and name in NEEDED:
            raise Incomplete(_("Please fill in every field; only what went well may stay empty."), field=name)
        if found := anonymising.find(text, people=people):
            said = ", ".join(dict.fromkeys(one.text for one in found))
            raise NotAnonymous(_("This still means somebody: %(what)s") % {"what": said}, field=name)
        if text and name not in row.confirmed:
            raise Incomplete(_("Please read each field and tick that nobody can be known by it."), field=name)
    row.case, row.state = None, LessonState.PUBLISHED
    row.published_at = row.updated_at = now
    row.published_by = by
    row.save()
    return row


@transaction.atomic
def retract(*, lesson: Lesson, by: User, note: str, now: datetime) -> Lesson:
    """It is read no more; managers still find it. Raises Incomplete without a note, MoveNotAllowed for a draft."""
    row = _locked(lesson)
    note = clean_line(note)
    if not note:
        raise Incomplete(_("Please say why it is taken back."), field="note")
    if row.is_draft:
        raise MoveNotAllowed(_("It is a draft."))
    if row.is_published:
        row.state, row.retracted_at, row.retracted_by = LessonState.RETRACTED, now, by
        row.retracted_note, row.updated_at = note[:NOTE_LENGTH], now
        row.save()
    return row


def discard(*, lesson: Lesson) -> None:
    """A draft, or what was taken back, is gone. Raises MoveNotAllowed for what is published."""
    if lesson.is_published:
        raise MoveNotAllowed(_("Take it back first."))
    lesson.delete()


def forget(person: Person) -> None:
    """What is being written of the person goes, and so does anything published in which they are named after all."""
    rows = Lesson.objects.of(person.workspace_id)
    rows.filter(case__contact=person.contact_id).delete()
    for row in rows.only("pk", "workspace_id", "words", "retracted_note"):
        said = f"{row.words} {row.retracted_note}".lower()
        if any(trace.lower() in said for trace in person.traces):
            row.delete()


def _locked(lesson: Lesson) -> Lesson:
    rows = Lesson.objects.of(lesson.workspace_id)
    rows.select_for_update().values_list("pk").get(pk=lesson.pk)
    row: Lesson = rows.select_related("case__contact__account", "workspace").get(pk=lesson.pk)
    return row


def _keep_words(row: Lesson) -> None:
    row.words = "\n".join(text for name in FIELDS if (text := getattr(row, name)))
