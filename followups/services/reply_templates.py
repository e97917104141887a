"""Keeping replies for reuse."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Workspace
from core import merge_fields
from followups import queries, wording
from followups.models import ReplyTemplate
from followups.services.replies import BODY_LENGTH, SUBJECT_LENGTH

NAME_LENGTH = 80  # characters, as the column


class ReplyTemplateError(ValueError):
    """The template was not kept; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str) -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def add(*, workspace: Workspace, name: str, subject: str, body: str, now: datetime) -> ReplyTemplate:
    """Keep a reply. Raises ReplyTemplateError: no name, a name in use, no words, a field no case could fill."""
    template = ReplyTemplate(workspace=workspace, created_at=now)
    return _keep(template, name=name, subject=subject, body=body)


@transaction.atomic
def change(*, template: ReplyTemplate, name: str, subject: str, body: str) -> ReplyTemplate:
    """Other words. Raises ReplyTemplateError as `add` does."""
    return _keep(template, name=name, subject=subject, body=body)


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


def _keep(template: ReplyTemplate, *, name: str, subject: str, body: str) -> ReplyTemplate:
    workspace = template.workspace
    # Two editors at once take turns, so that neither overlooks the other's name.
    Workspace.objects.select_for_update(of=("self",)).get(pk=workspace.pk)
    name, subject, body = " ".join(name.split()), " ".join(subject.split()), body.strip()
    _check_length("name", name, NAME_LENGTH, is_needed=True)
    _check_length("subject", subject, SUBJECT_LENGTH)
    _check_length("body", body, BODY_LENGTH, is_needed=True)
    if ReplyTemplate.objects.of(workspace).filter(name__iexact=name).exclude(pk=template.pk).exists():
        raise ReplyTemplateError(_("“%(name)s” is there already.") % {"name": name}, field="name")
    known = queries.known_fields(workspace=workspace)
    for field, text in (("subject", subject), ("body", body)):
        _check_fields(field, text, known)
    template.name, template.subject, template.body = name, subject, body
    template.save()
    return template


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
