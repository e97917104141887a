"""Mails and texts that playbooks send: judged, worded and queued for many people at once.

They are judged by the same rules as every other message about a case (rules/sending.py), and count in the same budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template.defaultfilters import truncatechars
from django.utils.html import linebreaks
from django.utils.safestring import mark_safe

from core import merge_fields
from detractors.services import batches
from detractors.services.batches import Note
from followups.enums import SkippedBecause
from followups.playbook_enums import NotDone
from followups.queries import customer_page
from followups.rules import sending
from followups.services import conversations, templates
from followups.services.conversations import Letter
from followups.services.playbook_asks import Ask, Came
from followups.services.templates import NotPublished, Unfilled, Words
from outbox.enums import Kind
from outbox.services import messages
from outbox.services.messages import EmailRequest
from outbox.services.texts import TextRequest, queue_texts
from surveys.models import Contact
from surveys.queries import asking

MAIL = "playbook_step"
OPENING = 90  # characters a mail program shows beside the subject


def mails(asks: Sequence[Ask]) -> list[Came]:
    """What came of each; no two are of one case or to one person."""
    judged = [_mail_or_not(ask) for ask in asks]
    chosen = [(ask, words) for ask, words in zip(asks, judged, strict=True) if isinstance(words, Words)]
    sent = _of_cases([one for one in chosen if one[0].case]) | _of_answers(
        [one for one in chosen if not one[0].case]
    )
    return [
        Came(message=sent[ask.planned.pk]) if isinstance(words, Words) else words
        for ask, words in zip(asks, judged, strict=True)
    ]


def _of_cases(chosen: list[tuple[Ask, Words]]) -> dict[int, Any]:
    """Those about a case stand in its conversation and its timeline."""
    if not chosen:
        return {}
    now = chosen[0][0].now
    posted = conversations.post_all(
        [Letter(case=ask.a_case, html=words.html, **_given(ask, words)) for ask, words in chosen], now=now
    )
    batches.note_automatic(
        [
            Note(case=ask.a_case, what=ask.name, facts={"mail": mail.public_id})
            for (ask, _words), mail in zip(chosen, posted, strict=True)
        ],
        now=now,
    )
    return {ask.planned.pk: mail.message for (ask, _words), mail in zip(chosen, posted, strict=True)}


def _of_answers(chosen: list[tuple[Ask, Words]]) -> dict[int, Any]:
    """Those after an answer without a case: a link in them ends such mails, and surveys with them."""
    if not chosen:
        return {}
    requests = [
        EmailRequest(
            to=contact.email,
            to_name=contact.name,
            from_name=ask.workspace.from_name,
            reply_to=ask.workspace.reply_to,
            kind=Kind.SURVEY,
            workspace=ask.workspace,
            about=f"answer:{ask.run.response_id}",
            **_given(ask, words),
        )
        for ask, words in chosen
        if (contact := ask.contact)
    ]
    queued = messages.queue_emails(requests, now=chosen[0][0].now)
    return {ask.planned.pk: message for (ask, _words), message in zip(chosen, queued, strict=True)}


def _given(ask: Ask, words: Words) -> dict[str, Any]:
    """What every mail of a step has. All that differs from one to the next stands in its template as it is (rendering.Press)."""
    formatted = words.html or linebreaks(words.body, autoescape=True)
    return {
        "mail": MAIL,
        "subject": words.subject or None,
        "context": {
            "words": words.body,
            "opening": truncatechars(words.body, OPENING),
            "formatted": mark_safe(formatted),  # escaped, or cleaned where it was made
            "language": words.language or None,
        },
        "dedupe_key": f"{MAIL}:{ask.planned.pk}",
        "expires_at": ask.planned.due_at + sending.KEEPS_FOR,
    }


def texts(asks: Sequence[Ask]) -> list[Came]:
    """The same for text messages."""
    judged = [_text_or_not(ask) for ask in asks]
    chosen = [(ask, words) for ask, words in zip(asks, judged, strict=True) if isinstance(words, Words)]
    requests = [
        TextRequest(
            mail=MAIL,
            kind=Kind.CUSTOMER if ask.case else Kind.SURVEY,
            workspace=ask.workspace,
            to=asking.number_of(contact=contact, gateway=ask.round.ground.gateway),
            to_name=contact.name,
            subject=ask.run.playbook.name,
            text=words.body,
            dedupe_key=f"{MAIL}:{ask.planned.pk}",
            about=f"case:{ask.case.pk}" if ask.case else f"answer:{ask.run.response_id}",
            expires_at=ask.planned.due_at + sending.KEEPS_FOR,
        )
        for ask, words in chosen
        if (contact := ask.contact)
    ]
    if not requests:
        return [one for one in judged if isinstance(one, Came)]
    now = asks[0].now
    queued = queue_texts(requests, now=now)
    sent = {ask.planned.pk: message for (ask, _words), message in zip(chosen, queued, strict=True)}
    batches.note_automatic(
        [Note(case=ask.a_case, what=ask.name) for ask, _words in chosen if ask.case], now=now
    )
    return [
        Came(message=sent[ask.planned.pk]) if isinstance(words, Words) else words
        for ask, words in zip(asks, judged, strict=True)
    ]


# Whether, and in which words ------------------------------------------------------------------------------------------


def _mail_or_not(ask: Ask) -> Words | Came:
    contact = ask.contact
    if contact is None:
        return Came(because=SkippedBecause.NO_ADDRESS)
    return _words_or_not(ask, contact, address=contact.email, by_text=False)


def _text_or_not(ask: Ask) -> Words | Came:
    contact, gateway = ask.contact, ask.round.ground.gateway
    if contact is None:
        return Came(because=NotDone.NO_NUMBER)
    if gateway is None:
        return Came(because=NotDone.NO_GATEWAY)
    number = asking.number_of(contact=contact, gateway=gateway)
    return _words_or_not(ask, contact, address=number, by_text=True)


def _words_or_not(ask: Ask, contact: Contact, *, address: str, by_text: bool) -> Words | Came:
    """What is said to them now at this address; why nothing is, or until when it waits."""
    if reason := _why_not(ask, contact, address=address, by_text=by_text):
        return Came(because=reason)
    held = asking.holding(workspace=ask.workspace, contact=contact, found=ask.round.ground, now=ask.now)
    if held is not None:
        return Came(until=held.until)
    try:
        return _words(ask, contact)
    except NotPublished:
        return Came(because=NotDone.NO_WORDS)
    except Unfilled:
        return Came(because=SkippedBecause.NO_FIELD)


def _why_not(ask: Ask, contact: Contact, *, address: str, by_text: bool) -> str:
    """The one reason not to write to them now."""
    case = ask.case
    reason = sending.why_not(
        sending.Facts(
            step=sending.PLAYBOOK,
            category=case.category if case else "",
            happened_at=ask.planned.due_at,
            is_same_episode=True,
            automatic_lately=ask.round.automatic.get(case.pk, 0) if case else 0,
            has_address=bool(address),
            is_erased=contact.erased_at is not None,
            is_suppressed=_is_suppressed(ask, contact, address),
            is_undeliverable=not by_text and contact.undeliverable_at is not None,
            is_opted_out=contact.followups_stopped_at is not None,
            is_left_alone=case is not None
            and customer_page.is_left_alone(case=case, page=ask.turn.page_of(case)),
            is_capped=contact.pk in ask.round.ground.capped,
        ),
        now=ask.now,
    )
    if reason == SkippedBecause.NO_ADDRESS and by_text:
        return NotDone.NO_NUMBER
    return reason or ""


def _is_suppressed(ask: Ask, contact: Contact, address: str) -> bool:
    """A mail of a case may go where only surveys are refused; anything else may not."""
    if ask.case is not None and address == contact.email:
        return address.lower() in ask.round.refusing
    return address.lower() in ask.round.ground.suppressed


def _words(ask: Ask, contact: Contact) -> Words:
    """What it says to this person, in their language where its template has it. Raises NotPublished, Unfilled."""
    if "template" in ask.does:
        found = ask.turn.template(ask.does["template"])
        if found is None:
            raise NotPublished("")
        template, version = found
        return templates.words_for(
            template=template,
            version=version,
            now=ask.now,
            case=ask.case,
            contact=contact,
            known=ask.turn.known,
        )
    subject, body = ask.does.get("subject", ""), ask.does["body"]
    language = templates.wanted_by(case=ask.case, contact=contact)
    values = templates.values_for(
        case=ask.case, contact=contact, by=None, language=language, now=ask.now, known=ask.turn.known,
        wanted=[*merge_fields.fields(subject), *merge_fields.fields(body)],
    )  # fmt: skip
    missing = [name for text in (subject, body) for name in merge_fields.missing_fields(text, values)]
    if missing:
        raise Unfilled(fields=missing)
    return Words(
        merge_fields.render(subject, values, single_line=True),
        merge_fields.render(body, values).strip(),
        "",
        language,
        False,
        0,
    )
