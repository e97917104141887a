"""Ready-made playbooks: what every workspace finds, in words worth copying.

On from the first day are only those that do what the product does anyway; all others wait until somebody switches them on.
Nobody is asked for a review because they are happy: who is content and who is not get the same words about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from detractors.enums import Clock
from followups.playbook_enums import DelayFrom, DelayUnit, PlaybookEvent, StepKind, TaskWhat, Whom


@dataclass(frozen=True)
class Ready:
    """One ready-made playbook. `words` of its steps are translated when they are provided."""

    key: str
    name: str
    event: str
    steps: tuple[dict[str, Any], ...]
    conditions: dict[str, Any] = field(default_factory=dict)
    is_on: bool = False
    silent_days: int | None = None
    stops: tuple[str, ...] | None = None


def _after(
    amount: int, unit: str, *, since: str = DelayFrom.STEP, clock: str = Clock.WORKING
) -> dict[str, Any]:
    return {"amount": amount, "unit": unit, "since": since, "clock": clock}


def _mail(subject: str, body: str, delay: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": StepKind.MAIL, "delay": delay, "does": {"subject": subject, "body": body}, **more}


def _task(
    what: str, whom: str, title: str, delay: dict[str, Any], *, days: int, required: bool
) -> dict[str, Any]:
    due = {"amount": days, "unit": DelayUnit.DAYS, "clock": Clock.WORKING}
    does = {"what": what, "for": whom, "title": title, "due": due}
    return {"kind": StepKind.TASK, "required": required, "delay": delay, "does": does}


def _standing(*codes: str) -> dict[str, Any]:
    conditions = [{"field": "standing", "op": "is", "value": code} for code in codes]
    return {"match": "all", "groups": [{"match": "any", "conditions": conditions}]}


AT_ONCE = _after(0, DelayUnit.MINUTES, since=DelayFrom.EVENT)
READY_MADE = (
    Ready("acknowledge", gettext_noop("Acknowledge promptly"), PlaybookEvent.CASE_OPENED, (), is_on=True),
    Ready("posted", gettext_noop("Keep posted while waiting"), PlaybookEvent.WAITING, (), is_on=True),
    Ready(
        "ask_why",
        gettext_noop("Ask why, when a score has no words"),
        PlaybookEvent.NO_COMMENT,
        (
            _mail(
                gettext_noop("You gave us a {{ score }}. May I ask why?"),
                gettext_noop(
                    'Hello {{ first_name | "there" }},\n\n'
                    "you gave {{ company }} a {{ score }}, and I would like to understand it. Something was not as it "
                    "should have been, and I am sorry about that.\n\n"
                    "What happened? One sentence is enough: just answer this mail, and I will see to it.\n\n"
                    '{{ agent_name | "Your team" }}\n{{ company }}'
                ),
                _after(2, DelayUnit.HOURS, since=DelayFrom.EVENT),
            ),
        ),
        stops=("CUSTOMER_WROTE", "PERSON_REPLIED", "RESOLVED", "CLOSED", "OPTED_OUT"),
    ),
    Ready(
        "one_off",
        gettext_noop("One-off recovery"),
        PlaybookEvent.CASE_OPENED,
        (
            _task(
                TaskWhat.CALL,
                Whom.OWNER,
                gettext_noop("Call: say sorry, ask what would put it right, say by when"),
                AT_ONCE,
                days=1,
                required=True,
            ),
            _mail(
                gettext_noop("Where we are with what you told us"),
                gettext_noop(
                    'Hello {{ first_name | "there" }},\n\n'
                    "you told us what went wrong, and it is not settled yet. I have not forgotten it: I am working on it, "
                    "and you will hear from me as soon as there is something to tell.\n\n"
                    "If anything has changed for you meanwhile, answer this mail; it comes straight to me.\n\n"
                    '{{ agent_name | "Your team" }}\n{{ company }}'
                ),
                _after(3, DelayUnit.DAYS),
            ),
            _task(
                TaskWhat.OTHER,
                Whom.OWNER,
                gettext_noop(
                    "Was it our mistake? Then a small gesture is in place: decide on one, or against it"
                ),
                _after(1, DelayUnit.DAYS),
                days=2,
                required=False,
            ),
        ),
        conditions=_standing("FIRST", "ONE_OFF"),
    ),
    Ready(
        "chronic",
        gettext_noop("Chronic recovery"),
        PlaybookEvent.CASE_OPENED,
        (
            {"kind": StepKind.ASSIGN, "delay": AT_ONCE, "does": {"for": Whom.LEAD}},
            _task(
                TaskWhat.CALL,
                Whom.LEAD,
                gettext_noop(
                    "Call in person: it is not the first time. Say what will change and by when. No coupon: it would not "
                    "mend this"
                ),
                _after(0, DelayUnit.MINUTES),
                days=1,
                required=True,
            ),
            _task(
                TaskWhat.OTHER,
                Whom.LEAD,
                gettext_noop(
                    "Has what was promised in the call really changed? Tell the customer what was done"
                ),
                _after(5, DelayUnit.DAYS),
                days=2,
                required=True,
            ),
        ),
        conditions=_standing("LONG_STANDING"),
    ),
    Ready(
        "silence",
        gettext_noop("Ask once more after silence"),
        PlaybookEvent.SILENCE,
        (
            _mail(
                gettext_noop("Shall I go on with this?"),
                gettext_noop(
                    'Hello {{ first_name | "there" }},\n\n'
                    "I wrote to you some days ago and have not heard from you. Perhaps it is settled for you, perhaps you "
                    "have had enough of us for now; both is fine.\n\n"
                    "If it is not settled, answer this mail, even with one word, and I go on.\n\n"
                    '{{ agent_name | "Your team" }}\n{{ company }}'
                ),
                AT_ONCE,
            ),
        ),
        silent_days=5,
    ),
    Ready(
        "recovered",
        gettext_noop("Thank who gave us a second chance"),
        PlaybookEvent.RECOVERED,
        (
            _mail(
                gettext_noop("Thank you for the second chance"),
                gettext_noop(
                    'Hello {{ first_name | "there" }},\n\n'
                    "you told us when we were not good enough, and again when it was better. Both took your time, and "
                    "both helped us. Thank you.\n\n"
                    "If anything slips again, answer this mail: it comes to the person who knows your case.\n\n"
                    '{{ agent_name | "Your team" }}\n{{ company }}'
                ),
                _after(1, DelayUnit.DAYS, since=DelayFrom.EVENT),
            ),
        ),
    ),
    Ready(
        "promoters",
        gettext_noop("Thank promoters, ask for a referral"),
        PlaybookEvent.PROMOTER,
        (
            _mail(
                gettext_noop("Thank you, and a small favour"),
                gettext_noop(
                    'Hello {{ first_name | "there" }},\n\n'
                    "thank you for your kind answer: it was read by the people it is about, and it made their day.\n\n"
                    "Do you know somebody {{ company }} could be good for? Forward them this mail, or tell us whom to "
                    "thank if they come.\n\n"
                    "And if you write reviews, write one as you see it, wherever you like: we ask everybody, whatever they "
                    "think of us.\n\n"
                    "{{ company }}"
                ),
                _after(1, DelayUnit.DAYS, since=DelayFrom.EVENT),
            ),
        ),
    ),
    Ready(
        "passives",
        gettext_noop("Thank passives, ask what is missing"),
        PlaybookEvent.PASSIVE,
        (
            _mail(
                gettext_noop("Thank you. What was missing?"),
                gettext_noop(
                    'Hello {{ first_name | "there" }},\n\n'
                    "thank you for your answer. It sounds as if it was all right, and not more than that. What would have "
                    "made it very good? Answer this mail; we read every word.\n\n"
                    "And if you write reviews, write one as you see it, wherever you like: we ask everybody, whatever they "
                    "think of us.\n\n"
                    "{{ company }}"
                ),
                _after(1, DelayUnit.DAYS, since=DelayFrom.EVENT),
            ),
        ),
    ),
)


def in_words(step: dict[str, Any]) -> dict[str, Any]:
    """The step with its words in the active language."""
    does = {
        name: _(value) if name in ("subject", "body", "title") else value
        for name, value in step["does"].items()
    }
    return {**step, "does": does}
