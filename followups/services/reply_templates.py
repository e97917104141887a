"""Keeping replies for reuse."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Team, User, Workspace
from core import merge_fields
from followups import wording
from followups.enums import ThenMove
from followups.models import ReplyTemplate
from followups.queries import merging
from followups.rules import cursor
from followups.services.replies import BODY_LENGTH, SUBJECT_LENGTH

NAME_LENGTH = 80  # characters, as the column
_SHORTCUT = re.compile(r"[a-z0-9][a-z0-9-]{0,19}", re.ASCII)


class ReplyTemplateError(ValueError):
    """The template was not kept; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str) -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is kept: words, whose list it is in, its shortcut, and what is done with the case (see `PendingReply`).

    With `owner` only they see it, with `team` that team, with neither everybody.
    """

    name: str
    subject: str = ""
    body: str
    owner: User | None = None
    team: Team | None = None
    shortcut: str = ""
    then_move: str = ""
    then: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def add(*, workspace: Workspace, now: datetime, **words: Any) -> ReplyTemplate:
    """Keep a reply; `words` as in `Kept`.

    Raises ReplyTemplateError: no name, a name or shortcut in use, no words, a field no case could fill.
    """
    return _keep(ReplyTemplate(workspace=workspace, created_at=now), Kept(**words))


@transaction.atomic
def change(*, template: ReplyTemplate, **words: Any) -> ReplyTemplate:
    """Other words, or another list. Raises ReplyTemplateError as `add` does."""
    return _keep(template, Kept(**words))


def remove(*, template: ReplyTemplate) -> None:
    """Keep it no longer; what was sent with it stays as it is."""
    template.delete()


def provide_first(*, workspace: Workspace, now: datetime) -> None:
    """The replies a new workspace begins with, in the active language."""
    ReplyTemplate.objects.of(workspace).bulk_create(
        ReplyTemplate(
            workspace=workspace,
            name=_(kept.name)[:NAME_LENGTH],
            subject=kept.subject,
            body=_(kept.body),
            created_at=now,
        )
        for kept in wording.KEPT_REPLIES
    )


def _keep(template: ReplyTemplate, kept: Kept) -> ReplyTemplate:
    workspace = template.workspace
    # Two editors at once take turns, so that neither overlooks the other's name.
    Workspace.objects.select_for_update(of=("self",)).get(pk=workspace.pk)
    name, subject, body = " ".join(kept.name.split()), " ".join(kept.subject.split()), kept.body.strip()
    shortcut = kept.shortcut.strip().removeprefix("/").lower()
    _check_length("name", name, NAME_LENGTH, is_needed=True)
    _check_length("subject", subject, SUBJECT_LENGTH)
    _check_length("body", body, BODY_LENGTH, is_needed=True)
    if kept.team is not None and kept.team.workspace_id != workspace.pk:
        raise ReplyTemplateError(_("Please choose a team of this workspace."), field="list")
    others = ReplyTemplate.objects.of(workspace).exclude(pk=template.pk)
    if others.filter(name__iexact=name, owner=kept.owner, team=kept.team).exists():
        raise ReplyTemplateError(_("“%(name)s” is there already.") % {"name": name}, field="name")
    if shortcut:
        _check_shortcut(shortcut, others, kept)
    known = [*merging.known_fields(workspace=workspace), cursor.FIELD]
    for part, text in (("subject", subject), ("body", body)):
        _check_fields(part, text, known)
    template.name, template.subject, template.body = name, subject, body
    template.owner, template.team, template.shortcut = kept.owner, kept.team, shortcut
    template.then_move = kept.then_move
    template.then = _then(kept)
    template.save()
    return template


def _then(kept: Kept) -> dict[str, Any]:
    """Only what belongs to the move; what is left open is asked of whoever writes."""
    names = {ThenMove.WAIT: ("waiting_for",), ThenMove.RESOLVE: ("root_cause", "resolution")}
    wanted = names.get(ThenMove(kept.then_move), ()) if kept.then_move else ()
    return {name: kept.then[name] for name in wanted if kept.then.get(name)}


def _check_shortcut(shortcut: str, others: Any, kept: Kept) -> None:
    if not _SHORTCUT.fullmatch(shortcut):
        raise ReplyTemplateError(_("Use up to 20 small letters, digits and hyphens."), field="shortcut")
    # Whoever sees both would not know which is meant: a personal one may not hide a shared one.
    visible = others.filter(shortcut=shortcut)
    if kept.owner is not None:
        visible = visible.filter(Q(owner=kept.owner) | Q(owner__isnull=True))
    else:
        visible = visible.filter(owner__isnull=True)
    if visible.exists():
        raise ReplyTemplateError(
            _("/%(shortcut)s is used already.") % {"shortcut": shortcut}, field="shortcut"
        )


def _check_length(field: str, text: str, most: int, *, is_needed: bool = False) -> None:
    if is_needed and not text:
        raise ReplyTemplateError(_("Please write something here."), field=field)
    if len(text) > most:
        raise ReplyTemplateError(
            _("Please keep it under %(most)s characters.") % {"most": f"{most:,}"}, field=field
        )


def _check_fields(field: str, text: str, known: list[str]) -> None:
    try:
        unknown = merge_fields.unknown_fields(text, known)
    except merge_fields.MergeSyntaxError as error:
        line, _column, excerpt = error.places[0]
        sentence = _("Line %(line)s: %(excerpt)s is no merge field. Write {{ first_name }} or plain words.")
        raise ReplyTemplateError(sentence % {"line": line, "excerpt": excerpt}, field=field) from None
    if unknown:
        sentence = _("There is no merge field %(fields)s.") % {"fields": ", ".join(unknown)}
        raise ReplyTemplateError(sentence, field=field)
