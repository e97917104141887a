"""The page of an escalation as it is typed: a list of steps that are added, moved and taken away by buttons.

Every click sends the whole form; only Save keeps anything. A step is a dict of texts, as the browser sends them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from accounts.models import User
from core.numbers import whole
from detractors.enums import Clock, EscalationLevel, HandTo, TimerKind
from detractors.models import EscalationStep
from detractors.promise_forms import DAY, split_minutes
from detractors.services.chains import MOST_STEPS, ChainError, WantedStep
from outbox.models import ChatTarget

BEFORE, AFTER = "BEFORE", "AFTER"
NAMES = ("key", "kind", "number", "unit", "when", "who", "target", "hand_to")
TICKS = ("by_bell", "by_mail", "raises_priority", "breaks_quiet")
MOST = MOST_STEPS * len(TimerKind.values)
Typed = dict[str, str]


def typed(post: Mapping[str, str]) -> list[Typed]:
    """The steps in a posted form, in their order."""
    steps = []
    for place in range(MOST):
        if f"s{place}-kind" not in post:
            break
        step = {name: str(post.get(f"s{place}-{name}", ""))[:40] for name in NAMES}
        steps.append(step | {name: "on" if post.get(f"s{place}-{name}") else "" for name in TICKS})
    return steps


def stored(rows: Sequence[EscalationStep], *, day_minutes: int) -> list[Typed]:
    """Stored steps as the form shows them."""
    shown = []
    for row in rows:
        number, unit = split_minutes(abs(row.after_minutes), day_minutes=day_minutes, clock=row.clock)
        step = {
            "key": str(row.pk),
            "kind": row.kind,
            "number": str(number),
            "unit": unit
            if row.after_minutes
            else ("CLOCK_MINUTES" if row.clock == Clock.CALENDAR else "MINUTES"),
            "when": BEFORE if row.after_minutes < 0 else AFTER,
            "who": f"PERSON:{row.person_id}" if row.person_id else f"LEVEL:{row.level}",
            "target": str(row.target_id or ""),
            "hand_to": row.hand_to,
        }
        shown.append(step | {name: "on" if getattr(row, name) else "" for name in TICKS})
    return shown


def edited(steps: Sequence[Typed], act: str) -> list[Typed]:
    """The steps after a click: add-KIND, remove-2, up-2, down-2; anything else leaves them as they are."""
    found = [dict(step) for step in steps]
    verb, _dash, what = act.partition("-")
    if verb == "add" and what in TimerKind.values:
        if sum(step["kind"] == what for step in found) < MOST_STEPS:
            found.append(_new(what, found))
        return found
    place = whole(what, digits=3)
    if place is None or place >= len(found):
        return found
    if verb == "remove":
        del found[place]
    if verb in ("up", "down"):
        same = [at for at, step in enumerate(found) if step["kind"] == found[place]["kind"]]
        at = same.index(place) + (-1 if verb == "up" else 1)
        if 0 <= at < len(same):
            other = same[at]
            found[place], found[other] = found[other], found[place]
    return found


def _new(kind: str, steps: Sequence[Typed]) -> Typed:
    """The next level nobody hears at yet, an hour later than the latest step."""
    told = [step["who"] for step in steps if step["kind"] == kind]
    free = [level for level in EscalationLevel.values if f"LEVEL:{level}" not in told and level != "AGENT"]
    return {
        "key": "", "kind": kind, "number": "60" if told else "0", "unit": "MINUTES", "when": AFTER,
        "who": f"LEVEL:{free[0] if free else EscalationLevel.MANAGER}", "target": "", "hand_to": "",
        "by_bell": "on", "by_mail": "on", "raises_priority": "", "breaks_quiet": "",
    }  # fmt: skip


def read(
    steps: Sequence[Typed],
    *,
    day_minutes: int,
    people: Sequence[User],
    targets: Sequence[ChatTarget],
    levels: Mapping[int, str],
) -> list[WantedStep]:
    """The steps as they are wanted; `levels` says which level a person stands for. Raises ChainError."""
    persons = {str(person.pk): person for person in people}
    rooms = {str(target.pk): target for target in targets}
    wanted = []
    for place, step in enumerate(steps):
        verb, _colon, who = step["who"].partition(":")
        person = persons.get(who) if verb == "PERSON" else None
        if verb == "PERSON" and person is None:
            raise ChainError(_("Choose somebody who works here."), place=place, field="who")
        if person is None and who not in EscalationLevel.values:
            raise ChainError(_("Who is told?"), place=place, field="who")
        wanted.append(
            WantedStep(
                key=int(step["key"]) if step["key"].isascii() and step["key"].isdigit() else 0,
                kind=step["kind"],
                level=levels.get(person.pk, EscalationLevel.MANAGER) if person else who,
                person=person,
                after_minutes=_minutes(step, place, day_minutes),
                clock=Clock.CALENDAR if step["unit"].startswith("CLOCK_") else Clock.WORKING,
                target=rooms.get(step["target"]),
                hand_to=step["hand_to"] if step["hand_to"] in HandTo.values else "",
                by_bell=bool(step["by_bell"]),
                by_mail=bool(step["by_mail"]),
                raises_priority=bool(step["raises_priority"]),
                breaks_quiet=bool(step["breaks_quiet"]),
            )
        )
    return wanted


def _minutes(step: Typed, place: int, day_minutes: int) -> int:
    unit = step["unit"].removeprefix("CLOCK_")
    day = DAY if step["unit"].startswith("CLOCK_") else day_minutes or DAY
    factor = {"MINUTES": 1, "HOURS": 60, "DAYS": day}.get(unit)
    try:
        number = Decimal(step["number"].strip().replace(",", ".") or "0")
        if factor is None or not number.is_finite() or number < 0:
            raise InvalidOperation
    except InvalidOperation:
        raise ChainError(
            _("Write how long as a number, 0 for at once."), place=place, field="number"
        ) from None
    minutes = int(min(number, Decimal(10**7)) * factor)
    return -minutes if step["when"] == BEFORE else minutes
