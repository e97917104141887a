"""Templates: words for mails, texts and calls, written in versions and filled for one case.

A version is a draft until it is published; what is published never changes, and the newest published one is used.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core import merge_fields
from detractors.models import Case
from detractors.queries.promised import language_of
from followups.enums import TemplateKind
from followups.models import MessageTemplate, TemplateVersion
from followups.queries import merging
from followups.queries import message_templates as queries
from followups.rules import cursor, reply_check, template_words
from followups.rules.template_words import Texts
from followups.services.replies import BODY_LENGTH, SUBJECT_LENGTH, Draft, composed, in_words
from outbox import text_rules
from surveys import words as survey_words
from surveys.models import Contact
from surveys.rules import verbatim

NAME_LENGTH = 80  # characters, as the column
MOST_LANGUAGES = 30
LANGUAGE_LENGTH = 16  # as the column
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*", re.ASCII)
LENGTHS = {
    TemplateKind.MAIL: BODY_LENGTH,
    TemplateKind.SMS: text_rules.LONGEST,
    TemplateKind.CALL: BODY_LENGTH,
}


class TemplateError(ValueError):
    """Nothing was changed; `sentence` says why, `field` where, `language` in which words."""

    code = "NOT_KEPT"

    def __init__(self, sentence: str, *, field: str = "", language: str = "") -> None:
        self.sentence = sentence
        self.field = field
        self.language = language
        super().__init__(sentence)


class ChangedMeanwhile(TemplateError):
    """Somebody else wrote these words since they were shown."""

    code = "CHANGED_MEANWHILE"


class NotPublished(TemplateError):
    """There is no version that may be used."""

    code = "NOT_PUBLISHED"


class Unfilled(TemplateError):
    """The words cannot go to this person: `fields` have no value and no fall-back, `places` only a person can fill."""

    code = "UNFILLED"

    def __init__(self, *, fields: Iterable[str] = (), places: Iterable[str] = ()) -> None:
        self.fields, self.places = tuple(fields), tuple(places)
        names = ", ".join([*self.fields, *self.places])
        super().__init__(_("There is no value for %(names)s.") % {"names": names}, field="body")


@dataclass(frozen=True)
class Words:
    """What is said to one person. `body` is plain text, `html` the same formatted, empty where nothing is.

    `language` is the one spoken; it is not the one wanted when `is_fallback`.
    """

    subject: str
    body: str
    html: str
    language: str
    is_fallback: bool
    number: int


# --- Writing ------------------------------------------------------------------------------------------------------


@transaction.atomic
def create(
    *,
    workspace: Workspace,
    kind: str,
    name: str,
    language: str,
    words: Texts,
    by: User | None,
    now: datetime,
    publish: bool = True,
    key: str = "",
) -> MessageTemplate:
    """A template with its first version. Raises TemplateError: a name in use, words that could never be sent."""
    if kind not in TemplateKind.values:
        raise TemplateError(_("Choose what it is for."), field="kind")
    _lock_names(workspace)
    template = MessageTemplate(
        workspace=workspace, kind=kind, key=_free_key(workspace, key), language=language, created_at=now
    )
    template.name = _name(template, name)
    kept = _checked(template, words)
    _check_own(template, kept)
    template.save(force_insert=True)
    _write(template, kept, by=by, now=now, publish=publish)
    return template


@transaction.atomic
def write(
    *,
    template: MessageTemplate,
    words: Texts,
    by: User | None,
    now: datetime,
    publish: bool = True,
    language: str = "",
) -> TemplateVersion:
    """All its words anew: a new version, or the draft if there is one. Raises TemplateError.

    The very words it has already make no new version. With `language`, that is its own from now on.
    """
    row = _lock(template)
    if language and language != row.language:
        row.language = template.language = language
        row.save(update_fields=["language"])
    kept = _checked(row, words)
    _check_own(row, kept)
    return _write(row, kept, by=by, now=now, publish=publish, shared=template)


@transaction.atomic
def write_language(
    *,
    template: MessageTemplate,
    language: str,
    subject: str,
    body: str,
    by: User | None,
    now: datetime,
    seen: str = "",
    publish: bool = True,
) -> TemplateVersion:
    """Its words in one language, the others as they are; without words the language goes.

    `seen` is `mark_of` the words the writer was shown. Raises ChangedMeanwhile when they are others by now, TemplateError.
    """
    row = _lock(template)
    newest = queries.newest(template=row)
    texts = dict(newest.words) if newest else {}
    if seen and seen != mark_of(texts.get(language, {})):
        raise ChangedMeanwhile(
            _("Somebody else changed these words meanwhile. Yours are below, theirs among the versions."),
            language=language,
        )
    texts[language] = {"subject": subject, "body": body}
    kept = _checked(row, texts, only=language)
    _check_own(row, kept)
    return _write(row, kept, by=by, now=now, publish=publish, shared=template)


def mark_of(said: Mapping[str, str]) -> str:
    """A short mark of the words in one language: the same words, the same mark."""
    text = f"{said.get('subject', '')}\x00{said.get('body', '')}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def publish(*, template: MessageTemplate, now: datetime) -> TemplateVersion | None:
    """Its draft is used from now on; returns None when there is none. Raises TemplateError when its words do not fit."""
    row = _lock(template)
    draft = queries.draft(template=row)
    if draft is None:
        return None
    _check_own(row, _checked(row, draft.words))
    return _published(row, draft, now, template)


@transaction.atomic
def discard(*, template: MessageTemplate) -> bool:
    """Its draft is thrown away, if it has one beside a published version; returns whether."""
    row = _lock(template)
    if row.live_number is None:
        return False
    gone, _rows = (
        TemplateVersion.objects.of(row.workspace_id).filter(template=row, published_at=None).delete()
    )
    return bool(gone)


@transaction.atomic
def restore(*, template: MessageTemplate, number: int, by: User | None, now: datetime) -> TemplateVersion:
    """What version `number` said is said again, as a new version; a draft is replaced. Raises TemplateError."""
    row = _lock(template)
    former = queries.version(template=row, number=number)
    if former is None:
        raise TemplateError(_("There is no version %(number)s.") % {"number": number}, field="number")
    kept = _checked(row, former.words)
    _check_own(row, kept)
    return _write(row, kept, by=by, now=now, publish=True, restored_from=number, shared=template)


@transaction.atomic
def change(*, template: MessageTemplate, name: str, language: str) -> None:
    """Another name, or another language for those whose own it does not speak. Raises TemplateError."""
    row = _lock(template)
    row.name = _name(row, name)
    newest = queries.newest(template=row)
    live = queries.live(template=row)
    for version in (newest, live):
        if version is not None and language != row.language and language not in version.words:
            raise TemplateError(
                _("It has no words in this language yet: write them first."), field="language"
            )
    row.language = language
    row.save(update_fields=["name", "language"])
    template.name, template.language = row.name, row.language


@transaction.atomic
def retire(*, template: MessageTemplate, now: datetime | None) -> None:
    """No longer offered; with `now` None it is offered again. Raises TemplateError when its name is taken by then."""
    row = _lock(template)
    if now is None:
        row.archived_at = None
        _name(row, row.name)
    else:
        row.archived_at = row.archived_at or now
    row.save(update_fields=["archived_at"])
    template.archived_at = row.archived_at


# --- Saying -------------------------------------------------------------------------------------------------------


def words_for(
    *,
    template: MessageTemplate,
    now: datetime,
    case: Case | None = None,
    contact: Contact | None = None,
    by: User | None = None,
    language: str = "",
    version: TemplateVersion | None = None,
    known: merging.Known | None = None,
) -> Words:
    """What is said to the customer of `case`, or to `contact`, with every field filled; `by` writes or speaks.

    In `language`, or in theirs; where it has no words, in the template's own. Raises NotPublished, and Unfilled when a
    field has neither value nor fall-back or, but in a call script, a place such as [date] waits for a person. Who says it
    to many has asked for the `version` in use, and for what is `known` of their cases.
    """
    version = version or queries.live(template=template)
    if version is None:
        raise NotPublished(_("“%(name)s” is not published yet.") % {"name": template.name})
    spoken, is_fallback = language_for(
        template=template, texts=version.words, wanted=language or wanted_by(case=case, contact=contact)
    )
    said = version.words.get(spoken, {})
    subject, body = said.get("subject", ""), cursor.without(said.get("body", ""))
    values = values_for(
        case=case,
        contact=contact,
        by=by,
        language=spoken,
        wanted=_fields(subject, body),
        now=now,
        known=known,
    )
    fields = list(
        dict.fromkeys(name for text in (subject, body) for name in merge_fields.missing_fields(text, values))
    )
    places = [] if template.kind == TemplateKind.CALL else reply_check.places(f"{subject}\n{body}")
    if fields or places:
        raise Unfilled(fields=fields, places=[str(one.sentence.facts["excerpt"]) for one in places])
    shown = filled(kind=template.kind, subject=subject, body=body, values=values)
    return Words(shown.subject, shown.body, shown.html, spoken, is_fallback, version.number)


def language_for(*, template: MessageTemplate, texts: Texts, wanted: str) -> tuple[str, bool]:
    """The language to speak to somebody who wants `wanted`, and whether it is another."""
    found = survey_words.nearest(texts, wanted)
    if found:
        return found, False
    return (template.language if template.language in texts else next(iter(texts), template.language)), True


def wanted_by(*, case: Case | None = None, contact: Contact | None = None) -> str:
    """The customer's language, as far as it is known."""
    if case is not None:
        return language_of(case)
    return (contact.language or contact.workspace.language) if contact else ""


def values_for(
    *,
    case: Case | None,
    contact: Contact | None,
    by: User | None,
    language: str,
    now: datetime,
    wanted: Iterable[str] | None = None,
    known: merging.Known | None = None,
) -> dict[str, Any]:
    """What the fields stand for, for the customer of `case` or for `contact`; without either, nothing is known."""
    names = None if wanted is None else set(wanted)
    if case is not None:
        return merging.merge_values(case=case, by=by, now=now, language=language, wanted=names, known=known)
    return merging.contact_values(contact=contact, by=by) if contact else {}


def filled(*, kind: str, subject: str, body: str, values: Mapping[str, Any]) -> Draft:
    """Words as they would be read, and what was found in them; a text message has no formatting. Never raises."""
    if kind == TemplateKind.SMS:
        found = reply_check.check(body, values)
        return Draft("", in_words(body, values).strip(), "", tuple(found))
    draft = composed(subject, body, values)
    # A mail without a subject takes the conversation's, and a call has none.
    found = [one for one in draft.findings if one.code != reply_check.EMPTY_REPLY or not body.strip()]
    return replace(draft, findings=tuple(found))


def _fields(*texts: str) -> list[str]:
    return [name for text in texts for name in merge_fields.fields(text)]


# --- Checking and keeping -----------------------------------------------------------------------------------------


def _lock(template: MessageTemplate) -> MessageTemplate:
    """Two writers of one template take turns, and every name is taken in turn."""
    _lock_names(template.workspace)
    rows = MessageTemplate.objects.of(template.workspace_id).select_for_update(of=("self",))
    found: MessageTemplate = rows.select_related("workspace").get(pk=template.pk)
    return found


def _lock_names(workspace: Workspace) -> None:
    Workspace.objects.select_for_update(of=("self",)).get(pk=workspace.pk)


def _free_key(workspace: Workspace, key: str) -> str:
    """The key, unless another template has it: a second copy of a ready-made one is just a template."""
    taken = bool(key) and MessageTemplate.objects.of(workspace).filter(key=key).exists()
    return "" if taken else key


def _name(template: MessageTemplate, name: str) -> str:
    name = verbatim.clean_line(name)
    if not name:
        raise TemplateError(_("Please write something here."), field="name")
    if len(name) > NAME_LENGTH:
        raise TemplateError(
            _("Please keep it under %(most)s characters.") % {"most": NAME_LENGTH}, field="name"
        )
    others = MessageTemplate.objects.of(template.workspace_id).filter(
        kind=template.kind, archived_at__isnull=True
    )
    if others.filter(name__iexact=name).exclude(pk=template.pk).exists():
        raise TemplateError(_("“%(name)s” is there already.") % {"name": name}, field="name")
    return name


def _checked(template: MessageTemplate, texts: Texts, *, only: str = "") -> dict[str, dict[str, str]]:
    """The texts as they are kept; with `only`, those of the other languages were judged when they were written."""
    kept = template_words.tidy(texts)
    if len(kept) > MOST_LANGUAGES:
        raise TemplateError(
            _("A template speaks at most %(most)s languages.") % {"most": MOST_LANGUAGES}, field="language"
        )
    known = [*merging.known_fields(workspace=template.workspace), cursor.FIELD]
    for language, said in kept.items():
        if not only or language == only:
            kept[language] = _said(template, language, said, known)
    return kept


def _said(
    template: MessageTemplate, language: str, said: Mapping[str, str], known: list[str]
) -> dict[str, str]:
    if len(language) > LANGUAGE_LENGTH or not _LANGUAGE.fullmatch(language):
        raise TemplateError(_("Choose a language."), field="language")
    subject = said["subject"] if template.kind == TemplateKind.MAIL else ""
    checked = {}
    for part, text, most in (
        ("subject", subject, SUBJECT_LENGTH), ("body", said["body"], LENGTHS[TemplateKind(template.kind)])
    ):  # fmt: skip
        try:
            checked[part] = verbatim.clean(text, limit=most)
            unknown = merge_fields.unknown_fields(checked[part], known)
        except verbatim.TextTooLong:
            sentence = _("Please keep it under %(most)s characters.") % {"most": f"{most:,}"}
            raise TemplateError(sentence, field=part, language=language) from None
        except merge_fields.MergeSyntaxError as error:
            line, _column, excerpt = error.places[0]
            sentence = _(
                "Line %(line)s: %(excerpt)s is no merge field. Write {{ first_name }} or plain words."
            )
            raise TemplateError(
                sentence % {"line": line, "excerpt": excerpt}, field=part, language=language
            ) from None
        if unknown:
            sentence = _("There is no merge field %(fields)s.") % {"fields": ", ".join(unknown)}
            raise TemplateError(sentence, field=part, language=language)
    if not checked["body"]:
        raise TemplateError(_("Please write something here."), field="body", language=language)
    return checked


def _check_own(template: MessageTemplate, kept: Texts) -> None:
    if template.language not in kept:
        raise TemplateError(
            _("It needs words in its own language: they are said to everybody else."),
            field="body",
            language=template.language,
        )


def _write(
    row: MessageTemplate,
    kept: dict[str, dict[str, str]],
    *,
    by: User | None,
    now: datetime,
    publish: bool,
    restored_from: int | None = None,
    shared: MessageTemplate | None = None,
) -> TemplateVersion:
    """The draft takes the words, or a new version does; `shared` is the caller's own row, which learns of it."""
    draft, newest = queries.draft(template=row), queries.newest(template=row)
    if draft is None and newest is not None and newest.words == kept:
        return newest
    version = draft or TemplateVersion(
        workspace_id=row.workspace_id, template=row, number=(newest.number if newest else 0) + 1
    )
    version.words, version.restored_from, version.by, version.at = kept, restored_from, by, now
    version.save()
    return _published(row, version, now, shared) if publish else version


def _published(
    row: MessageTemplate, version: TemplateVersion, now: datetime, shared: MessageTemplate | None
) -> TemplateVersion:
    version.published_at = now
    version.save(update_fields=["published_at"])
    row.live_number = version.number
    row.save(update_fields=["live_number"])
    if shared is not None:
        shared.live_number = version.number
    return version
