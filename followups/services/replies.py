"""A person writes to the customer of a case.

What leaves is checked first: a reply with a field that cannot be filled is not sent, and one with a place that looks
forgotten only when its writer says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models import User
from core import merge_fields
from core.tokens import new_public_id
from detractors.models import Case
from detractors.queries.promised import language_of
from detractors.services import cases
from followups import queries
from followups.models import Conversation, CustomerPage, Mail
from followups.queries import customer_page, merging
from followups.rules import cursor, markup, reply_check, tone
from followups.rules.reply_check import Finding
from followups.rules.tone import Check
from followups.services import conversations, reply_files
from followups.services.errors import LeftAlone, NoAddress, NotReady, RefusesMail, ReplyError, TooLong

BODY_LENGTH = 10_000  # characters
SUBJECT_LENGTH = 200


@dataclass(frozen=True)
class Draft:
    """A reply as the customer would read it, and what was found in it, blocking findings first.

    `body` is the text part of the mail, `html` the other one as it was formatted; empty without any formatting.
    """

    subject: str
    body: str
    html: str
    findings: tuple[Finding, ...]
    is_first: bool = False  # nobody has spoken with this customer yet
    tone: tuple[Check, ...] = ()  # what an unhappy customer should read, and whether it is there

    @property
    def is_blocked(self) -> bool:
        """Whether it cannot be sent like this."""
        return any(finding.is_blocking for finding in self.findings)

    @property
    def shown(self) -> SafeString | str:
        """The formatted words for a page: they were made safe when they were read."""
        return mark_safe(self.html) if self.html else ""

    @property
    def said(self) -> list[str]:
        """The findings in sentences."""
        return [finding.sentence.say(_) for finding in self.findings]

    @property
    def toned(self) -> list[dict[str, Any]]:
        """The check list in words."""
        return [
            {"is_there": check.is_there, "what": check.what.say(_), "why": check.why.say(_)}
            for check in self.tone
        ]

    @property
    def needs_a_word(self) -> bool:
        """Whether the writer must say that it is meant like this."""
        return bool(self.findings) and not self.is_blocked


def default_subject(*, case: Case) -> str:
    """The subject of the next mail: the thread's, or what it is about."""
    thread = queries.conversation(case=case)
    if thread is not None and thread.subject:
        return conversations.answering(thread.subject)
    return _("Your answer to %(company)s") % {"company": case.workspace.name}


def obstacle(*, case: Case, page: CustomerPage | None = None) -> ReplyError | None:
    """Why nobody can write to this customer, or None; `page` is what they chose on their own, if it was read already."""
    contact = case.contact
    if contact is None:
        return NoAddress(_("Nobody knows who gave this answer."))
    if contact.erased_at is not None:
        return NoAddress(_("This person was erased."))
    if not contact.email:
        return NoAddress(_("No e-mail address of this customer is known. You can log a call instead."))
    if queries.refuses_all_mail(contact=contact):
        return RefusesMail(
            _("The address %(email)s is on the suppression list: mail to it bounced or is not wanted.")
            % {"email": contact.email}
        )
    if customer_page.is_left_alone(case=case, page=page):
        return LeftAlone(
            _(
                "This customer asked for no more messages about this case. If they write again, you can answer."
            )
        )
    return None


def draft(*, case: Case, by: User, subject: str, body: str, now: datetime) -> Draft:
    """The words with their fields filled, and all that was found in them. Never raises over what was typed."""
    values = merging.merge_values(case=case, by=by, now=now)
    words = composed(subject.strip() or default_subject(case=case), cursor.without(body), values)
    language = language_of(case)
    names = case.contact.name.split() if case.contact else []
    checks = tuple(tone.checks(words.body, language=language, names=names))
    return replace(words, tone=checks, is_first=case.contacted_at is None)


def composed(subject: str, body: str, values: Mapping[str, Any]) -> Draft:
    """Words with merge fields as somebody would read them, for whom the fields stand for `values`."""
    findings = [*reply_check.check(subject, values), *reply_check.check(body, values)]
    unique = list(
        dict.fromkeys((finding.code, str(finding.sentence), finding.is_blocking) for finding in findings)
    )
    by_key = {(finding.code, str(finding.sentence), finding.is_blocking): finding for finding in findings}
    ordered = sorted((by_key[key] for key in unique), key=lambda finding: not finding.is_blocking)
    shown = markup.shown(in_words(body, {name: _shielded(value) for name, value in values.items()}))
    return Draft(in_words(subject, values, single_line=True), shown.text, shown.html, tuple(ordered))


def _shielded(value: Any) -> str:
    """What a field stands for is words, whatever characters it holds."""
    return "" if value is None else markup.shielded(str(value))


def in_words(text: str, values: Mapping[str, Any], *, single_line: bool = False) -> str:
    """`text` with what is known filled in; a field without a value stays visible as it was written. Never raises."""
    try:
        missing = merge_fields.missing_fields(text, values)
        shown = {**values, **{name: f"{{{{ {name} }}}}" for name in missing}}
        return merge_fields.render(text, shown, single_line=single_line)
    except merge_fields.MergeSyntaxError:
        return text


def check(*, case: Case, by: User, subject: str, body: str, anyway: bool, now: datetime) -> Draft:
    """The words as they can be sent, with their fields filled; `anyway` in spite of findings that do not block.

    Raises NoAddress, RefusesMail, TooLong, NotReady.
    """
    if wrong := obstacle(case=case):
        raise wrong
    if len(body) > BODY_LENGTH:
        raise TooLong(_("Please keep it under %(most)s characters.") % {"most": f"{BODY_LENGTH:,}"})
    if len(subject) > SUBJECT_LENGTH:
        raise TooLong(
            _("Please keep the subject under %(most)s characters.") % {"most": SUBJECT_LENGTH},
            field="subject",
        )
    words = draft(case=case, by=by, subject=subject, body=body, now=now)
    if words.is_blocked or (words.findings and not anyway):
        raise NotReady(list(words.findings))
    return words


@transaction.atomic
def send(
    *,
    case: Case,
    by: User,
    subject: str,
    body: str,
    now: datetime,
    submission: str,
    anyway: bool = False,
    files: Sequence[str] = (),
) -> Mail:
    """Send a reply: it is queued, kept in the thread, and counts as contact, all or nothing.

    `submission` is the form's own random word: the same one again returns the first mail. An empty subject is the
    thread's. `anyway` sends in spite of findings that do not block; `files` are public ids of files of the case. Raises
    NoAddress, RefusesMail, TooLong, NotReady, FilesWrong, and detractors' MoveNotAllowed when the case is over.
    """
    case = _lock(case)
    if submission and (earlier := _sent_before(case, submission)):
        return earlier
    words = check(case=case, by=by, subject=subject, body=body, anyway=anyway, now=now)
    with_it = reply_files.chosen(case=case, public_ids=files)
    public_id = new_public_id()
    cases.record_contact(
        case=case, by=by, channel="REPLY", note=words.body, now=now, facts={"mail": public_id}
    )
    return conversations.post(
        case=case,
        by=by,
        mail="case_reply",
        subject=words.subject,
        text=words.body.strip(),
        html=words.html,
        files=with_it,
        context={"agent_name": by.display_name, "language": case.survey.language if case.survey else None},
        dedupe_key=f"reply:{public_id}",
        submission=submission,
        public_id=public_id,
        now=now,
    )


def _lock(case: Case) -> Case:
    """The case as it is now, with all a reply names, locked: a double click waits here."""
    found: Case = (
        Case.objects.of(case.workspace_id)
        .select_for_update(of=("self",))
        .select_related("workspace", "contact", "owner", "survey", "touchpoint")
        .get(pk=case.pk)
    )
    return found


def _sent_before(case: Case, submission: str) -> Mail | None:
    threads = Conversation.objects.of(case.workspace_id).filter(case=case)
    found: Mail | None = (
        Mail.objects.of(case.workspace_id)
        .filter(conversation__in=threads.values("pk"), submission=submission)
        .first()
    )
    return found


__all__ = [
    "Draft",
    "LeftAlone",
    "NoAddress",
    "NotReady",
    "RefusesMail",
    "ReplyError",
    "TooLong",
    "check",
    "draft",
    "send",
]
