"""What a chat target is told of cases: a few lines for a room, plain facts for a program."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from detractors.notice_words import MIXED, Digest, Note, Wording
from outbox.enums import TargetEvent
from outbox.rendering import one_line
from outbox.services.chats import ChatRequest

EVENTS = {
    "case_urgent": TargetEvent.URGENT,
    "sla_warning": TargetEvent.WARNING,
    "sla_breach": TargetEvent.BREACH,
    "case_escalated": TargetEvent.ESCALATION,
    "remedy_asked": TargetEvent.REMEDY,
}
TYPES = {  # as a program reads them
    "case_urgent": "case.urgent",
    "sla_warning": "promise.due_soon",
    "sla_breach": "promise.missed",
    "case_escalated": "case.escalated",
    "remedy_asked": "remedy.waiting",
    MIXED: "digest",
}


def single(note: Note, words: Wording) -> ChatRequest:
    """One case in one message."""
    assert note.target is not None
    facts = _facts(note, words)
    title = _title(note, facts["customer"])
    lines = [_promise(note, words)] if note.timer else []
    if note.level:
        lines.append(_("Escalated to: %(level)s") % {"level": words.level(note.level)})
    if note.because:
        lines.append(note.because)
    return ChatRequest(
        target=note.target,
        type=TYPES[note.mail],
        title=title,
        text="\n".join([*lines, facts["url"]]),
        facts=facts,
        about=f"case:{note.case.pk}",
        dedupe_key=f"chat:{note.once}",
    )


def digest(found: Digest, words: Wording) -> ChatRequest:
    """Many cases in one message."""
    assert found.first.target is not None
    lines = [words.line(notes) for notes in found.shown]
    rows = [f"#{line['number']} {line['customer']}: {line['promise']}\n{line['url']}" for line in lines]
    if found.count > len(lines):
        rows.append(_("and %(more)s more") % {"more": found.count - len(lines)})
    return ChatRequest(
        target=found.first.target,
        type="digest",
        title=_digest_title(found),
        text="\n".join(rows),
        facts={"count": found.count, "cases": lines},
        about="",
        dedupe_key=f"chat:digest:{found.first.once}",
    )


def _title(note: Note, customer: str) -> str:
    said = {
        "case_urgent": _("Case %(number)s is new and urgent: %(customer)s"),
        "sla_warning": _("Case %(number)s is due soon: %(customer)s"),
        "sla_breach": _("Case %(number)s is overdue: %(customer)s"),
        "case_escalated": _("Case %(number)s was escalated: %(customer)s"),
        "remedy_asked": _("Case %(number)s: a remedy waits for a word: %(customer)s"),
    }
    return said[note.mail] % {"number": note.case.number, "customer": customer}


def _digest_title(found: Digest) -> str:
    n = found.count
    said = {
        "case_urgent": ngettext("%(n)s new urgent case", "%(n)s new urgent cases", n),
        "sla_warning": ngettext("%(n)s case is due soon", "%(n)s cases are due soon", n),
        "sla_breach": ngettext("%(n)s case is overdue", "%(n)s cases are overdue", n),
        "case_escalated": ngettext("%(n)s case was escalated", "%(n)s cases were escalated", n),
        "remedy_asked": ngettext(
            "In %(n)s case a remedy waits for a word", "In %(n)s cases a remedy waits for a word", n
        ),
    }
    plain = ngettext("%(n)s case needs somebody", "%(n)s cases need somebody", n)
    return said.get(found.kind, plain) % {"n": n}


def _promise(note: Note, words: Wording) -> str:
    assert note.timer is not None
    return _("%(promise)s, due %(due_at)s") % {
        "promise": words.promise(note.timer.kind),
        "due_at": words.moment(note.timer.due_at, None),
    }


def _facts(note: Note, words: Wording) -> dict[str, Any]:
    case = note.case
    facts: dict[str, Any] = {
        "case": case.number,
        "customer": one_line(words.customer(case), 200),
        "score": case.score,
        "priority": case.priority,
        "url": words.case_url(case),
    }
    if note.timer:
        facts |= {"promise": note.timer.kind, "due_at": note.timer.due_at.isoformat()}
    if note.level:
        facts["level"] = note.level
    return facts
