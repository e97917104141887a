"""What a playbook may say: its events, what each allows, its steps as data, and what is wrong with them.

A step is {"kind", "required", "delay": {"amount", "unit", "clock", "since"}, "conditions", "does"}; `conditions` are those
of detractors/rules/conditions.py, none means always. `does` says what, by kind:

MAIL    {"template": id} or {"subject": words, "body": words}
SMS     {"template": id} or {"body": words}
TASK    {"what": code, "title": words, "for": code, "member": user id, "template": id of a call script,
         "due": {"amount", "unit", "clock"} or null}
STATUS  {"to": "WAITING", "waiting_for": words} or {"to": "OPEN"} or {"to": "STATUS", "status": id}
TAG     {"tags": [ids]}
ASSIGN  {"for": code, "member": user id, "team": id}

Problems name their field: "name", "stops", "conditions.0.1" (group, condition), "steps.2.body", "steps.0.conditions.0.0";
all places count from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from core import merge_fields
from core.sentences import Sentence, gettext_noop
from detractors.rules import conditions
from detractors.rules.conditions import BadConditions, Conditions, Field

CASE_OPENED, NO_COMMENT, SILENCE, WAITING, RESOLVED = (
    "CASE_OPENED",
    "NO_COMMENT",
    "SILENCE",
    "WAITING",
    "RESOLVED",
)
RECOVERED, NOT_RECOVERED, PASSIVE, PROMOTER = "RECOVERED", "NOT_RECOVERED", "PASSIVE", "PROMOTER"
EVENTS = (CASE_OPENED, NO_COMMENT, SILENCE, WAITING, RESOLVED, RECOVERED, NOT_RECOVERED, PASSIVE, PROMOTER)
WITHOUT_CASE = frozenset({PASSIVE, PROMOTER})  # answers nobody opened a case for

MAIL, SMS, TASK, STATUS, TAG, ASSIGN = "MAIL", "SMS", "TASK", "STATUS", "TAG", "ASSIGN"
KINDS = (MAIL, SMS, TASK, STATUS, TAG, ASSIGN)
MESSAGES = frozenset({MAIL, SMS})
_OF_A_CLOSED_CASE = (MAIL, SMS, TAG)
KINDS_FOR: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(EVENTS, KINDS),
    **dict.fromkeys(WITHOUT_CASE, (MAIL, SMS)),
    RECOVERED: _OF_A_CLOSED_CASE,
    RESOLVED: (MAIL, SMS, TASK, TAG),
}
CUSTOMER_WROTE, PERSON_REPLIED, STOP_RESOLVED, STOP_CLOSED, REASSIGNED, OPTED_OUT = (
    "CUSTOMER_WROTE",
    "PERSON_REPLIED",
    "RESOLVED",
    "CLOSED",
    "REASSIGNED",
    "OPTED_OUT",
)
STOPS = (CUSTOMER_WROTE, PERSON_REPLIED, STOP_RESOLVED, STOP_CLOSED, REASSIGNED, OPTED_OUT)
STOPS_FOR: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(EVENTS, STOPS),
    **dict.fromkeys(WITHOUT_CASE, (OPTED_OUT,)),
    RESOLVED: (CUSTOMER_WROTE, PERSON_REPLIED, STOP_CLOSED, REASSIGNED, OPTED_OUT),
    RECOVERED: (CUSTOMER_WROTE, PERSON_REPLIED, OPTED_OUT),
}
USUAL_STOPS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(EVENTS, (CUSTOMER_WROTE, STOP_RESOLVED, STOP_CLOSED, OPTED_OUT)),
    **dict.fromkeys(WITHOUT_CASE, (OPTED_OUT,)),
    SILENCE: (CUSTOMER_WROTE, PERSON_REPLIED, STOP_RESOLVED, STOP_CLOSED, OPTED_OUT),
    RESOLVED: (CUSTOMER_WROTE, OPTED_OUT),
    RECOVERED: (CUSTOMER_WROTE, OPTED_OUT),
}

OWNER, LEAD, MANAGER, EXECUTIVE, MEMBER, TEAM = "OWNER", "LEAD", "MANAGER", "EXECUTIVE", "MEMBER", "TEAM"
TASK_FOR = (OWNER, LEAD, MANAGER, EXECUTIVE, MEMBER)
ASSIGN_TO = (LEAD, MANAGER, EXECUTIVE, MEMBER, TEAM)
CALL = "CALL"
WHAT = (CALL, "LETTER", "GIFT", "OTHER")
TO_WAITING, TO_OPEN, TO_STATUS = "WAITING", "OPEN", "STATUS"
MOVES = (TO_WAITING, TO_OPEN, TO_STATUS)
MINUTES, HOURS, DAYS = "MINUTES", "HOURS", "DAYS"
WORKING, CALENDAR = "WORKING", "CALENDAR"
EVENT, STEP = "EVENT", "STEP"
LONGEST = {MINUTES: 10_000, HOURS: 2_000, DAYS: 365}

NAME_LENGTH, SUBJECT_LENGTH, BODY_LENGTH, TEXT_LENGTH, TITLE_LENGTH = 80, 200, 10_000, 1_000, 300
MOST_STEPS, MOST_TAGS, MOST_SILENT_DAYS = 20, 10, 365

SENTENCES: dict[str, str] = {
    "NAME": gettext_noop("A name has 1 to %(most)s characters."),
    "EVENT": gettext_noop("Choose what it begins with."),
    "SILENT_DAYS": gettext_noop("Choose 1 to %(most)s days."),
    "STOP": gettext_noop("It cannot end with this, for what it begins with."),
    "NO_STEPS": gettext_noop("A playbook needs at least one step."),
    "MANY_STEPS": gettext_noop("At most %(most)s steps."),
    "NO_SHAPE": gettext_noop("A step says its kind, its delay and what it does."),
    "KIND": gettext_noop("Choose what the step does."),
    "KIND_HERE": gettext_noop("This step cannot follow what the playbook begins with."),
    "DELAY": gettext_noop("Choose 0 to %(most)s, and minutes, hours or days."),
    "FIRST": gettext_noop("There is no step before the first one: count from the event."),
    "NO_WORDS": gettext_noop("Write the words, or choose a template."),
    "TOO_LONG": gettext_noop("At most %(most)s characters."),
    "TEMPLATE": gettext_noop("There is no such template that is published."),
    "MERGE": gettext_noop("A merge field is not complete. Write {{ first_name }} or plain words."),
    "FIELD": gettext_noop("There is no field %(field)s."),
    "WHAT": gettext_noop("Choose what is to be done."),
    "TITLE": gettext_noop("Say in a few words what is to be done."),
    "WHOM": gettext_noop("Choose who it is for."),
    "NO_MEMBER": gettext_noop("Choose somebody who works on cases."),
    "NO_TEAM": gettext_noop("Choose a team."),
    "DUE": gettext_noop("Choose 1 to %(most)s, and minutes, hours or days."),
    "MOVE": gettext_noop("Choose where the case moves."),
    "WAITING_FOR": gettext_noop("Say what we wait for."),
    "NO_STATUS": gettext_noop("Choose a status that is in use."),
    "NO_TAG": gettext_noop("Choose at least one tag."),
    "MANY_TAGS": gettext_noop("At most %(most)s tags."),
}


class BadPlaybook(ValueError):
    """It was not kept: `problems` are (field, sentence), the first one as `field` and `sentence`."""

    def __init__(self, problems: Sequence[tuple[str, Sentence]]) -> None:
        self.problems = list(problems)
        self.field, self.sentence = self.problems[0]
        super().__init__("; ".join(f"{name}: {sentence}" for name, sentence in problems))


class _Wrong(Exception):
    def __init__(self, at: str, code: str, **facts: object) -> None:
        self.field, self.sentence = at, problem(code, **facts)


def problem(code: str, **facts: object) -> Sentence:
    """What is wrong, as a sentence."""
    return Sentence(code, SENTENCES[code], facts)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a playbook of the workspace may name. `templates` are ids of published ones, by kind."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    merge_fields: Collection[str] = ()
    members: Collection[int] = ()
    teams: Collection[int] = ()
    tags: Collection[int] = ()
    statuses: Collection[str] = ()
    templates: Mapping[str, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class StepSaid:
    """A step in its stored form."""

    kind: str
    is_required: bool
    delay_amount: int
    delay_unit: str
    delay_clock: str
    delay_from: str
    conditions: dict[str, Any]
    does: dict[str, Any]


@dataclass(frozen=True)
class Said:
    """A playbook in its stored form."""

    name: str
    event: str
    silent_days: int | None
    conditions: Conditions
    stops: tuple[str, ...]
    steps: tuple[StepSaid, ...]


def read(
    *,
    name: str,
    event: str,
    silent_days: Any,
    stated: Any,
    stops: Sequence[str] | None,
    steps: Any,
    known: Known,
) -> Said:
    """Everything in its stored form; no `stops` at all means the usual ones. Raises BadPlaybook with all problems."""
    wrong: list[tuple[str, Sentence]] = []
    name = " ".join(str(name).split())
    if not 0 < len(name) <= NAME_LENGTH:
        wrong.append(("name", problem("NAME", most=NAME_LENGTH)))
    if event not in EVENTS:
        raise BadPlaybook([*wrong, ("event", problem("EVENT"))])
    days = None
    if event == SILENCE:
        days = whole(silent_days, 1, MOST_SILENT_DAYS)
        if days is None:
            wrong.append(("silent_days", problem("SILENT_DAYS", most=MOST_SILENT_DAYS)))
    ends = tuple(dict.fromkeys(USUAL_STOPS[event] if stops is None else stops))
    if any(one not in STOPS_FOR[event] for one in ends):
        wrong.append(("stops", problem("STOP")))
    holds = _conditions(stated, known, "conditions", wrong)
    return _finished(wrong, name, event, days, holds, ends, _steps(steps, event, known, wrong))


def _finished(
    wrong: list[tuple[str, Sentence]],
    name: str,
    event: str,
    days: int | None,
    holds: Conditions,
    ends: tuple[str, ...],
    steps: tuple[StepSaid, ...],
) -> Said:
    if wrong:
        raise BadPlaybook(wrong)
    return Said(name, event, days, holds, tuple(one for one in STOPS if one in ends), steps)


def _conditions(stated: Any, known: Known, at: str, wrong: list[tuple[str, Sentence]]) -> Conditions:
    try:
        return conditions.read(stated or {}, fields=known.fields)
    except BadConditions as error:
        for place, sentence in error.problems:
            where = at if place is None else f"{at}.{place[0]}.{place[1]}"
            wrong.append((where, sentence))
        return Conditions()


def _steps(steps: Any, event: str, known: Known, wrong: list[tuple[str, Sentence]]) -> tuple[StepSaid, ...]:
    if not isinstance(steps, list | tuple) or not steps:
        wrong.append(("steps", problem("NO_STEPS")))
        return ()
    if len(steps) > MOST_STEPS:
        wrong.append(("steps", problem("MANY_STEPS", most=MOST_STEPS)))
        return ()
    found = []
    for place, step in enumerate(steps):
        at = f"steps.{place}"
        try:
            found.append(_step(step, place, event, known, wrong))
        except _Wrong as error:
            wrong.append((f"{at}.{error.field}" if error.field else at, error.sentence))
    return tuple(found)


def _step(step: Any, place: int, event: str, known: Known, wrong: list[tuple[str, Sentence]]) -> StepSaid:
    does, delay = (
        (step.get("does") or {}, step.get("delay") or {}) if isinstance(step, Mapping) else (None, None)
    )
    if not isinstance(does, Mapping) or not isinstance(delay, Mapping):
        raise _Wrong("", "NO_SHAPE")
    kind = step.get("kind")
    if kind not in KINDS:
        raise _Wrong("kind", "KIND")
    if kind not in KINDS_FOR[event]:
        raise _Wrong("kind", "KIND_HERE")
    amount, unit, clock = _length(delay, 0, "delay", "DELAY")
    since = delay.get("since", EVENT if place == 0 else STEP)
    if since not in (EVENT, STEP):
        raise _Wrong("delay", "DELAY", most=LONGEST[unit])
    if place == 0 and since == STEP:
        raise _Wrong("delay", "FIRST")
    holds = _conditions(step.get("conditions"), known, f"steps.{place}.conditions", wrong)
    return StepSaid(
        kind, bool(step.get("required")), amount, unit, clock, since, holds.as_data() if holds.groups else {},
        _READ[kind](does, known),
    )  # fmt: skip


def _length(given: Any, least: int, at: str, code: str) -> tuple[int, str, str]:
    """(amount, unit, clock) of a delay or a due time."""
    unit = given.get("unit", HOURS) if isinstance(given, Mapping) else HOURS
    most = LONGEST.get(unit, LONGEST[HOURS])
    amount = whole(given.get("amount", 0), least, most) if isinstance(given, Mapping) else None
    clock = given.get("clock", CALENDAR) if isinstance(given, Mapping) else CALENDAR
    if unit not in LONGEST or amount is None or clock not in (WORKING, CALENDAR):
        raise _Wrong(at, code, most=most)
    return amount, unit, clock


def whole(value: Any, least: int, most: int) -> int | None:
    """The whole number in `value` within these bounds, else None."""
    text = "" if isinstance(value, bool) else str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return int(text) if least <= int(text) <= most else None


# What a step does -------------------------------------------------------------------------------------------------


def _mail(does: Mapping[str, Any], known: Known) -> dict[str, Any]:
    if template := _template(does, known, MAIL):
        return {"template": template}
    return {
        "subject": _words(does, "subject", SUBJECT_LENGTH, known, single_line=True),
        "body": _words(does, "body", BODY_LENGTH, known),
    }


def _sms(does: Mapping[str, Any], known: Known) -> dict[str, Any]:
    if template := _template(does, known, SMS):
        return {"template": template}
    return {"body": _words(does, "body", TEXT_LENGTH, known)}


def _task(does: Mapping[str, Any], known: Known) -> dict[str, Any]:
    what = does.get("what")
    if what not in WHAT:
        raise _Wrong("what", "WHAT")
    title = " ".join(str(does.get("title") or "").split())
    if not title:
        raise _Wrong("title", "TITLE")
    if len(title) > TITLE_LENGTH:
        raise _Wrong("title", "TOO_LONG", most=TITLE_LENGTH)
    kept: dict[str, Any] = {"what": what, "title": title, **_whom(does, known, TASK_FOR)}
    if what == CALL and (template := _template(does, known, CALL)):
        kept["template"] = template
    if does.get("due"):
        amount, unit, clock = _length(does["due"], 1, "due", "DUE")
        kept["due"] = {"amount": amount, "unit": unit, "clock": clock}
    return kept


def _status(does: Mapping[str, Any], known: Known) -> dict[str, Any]:
    to = does.get("to")
    if to not in MOVES:
        raise _Wrong("to", "MOVE")
    if to == TO_WAITING:
        words = " ".join(str(does.get("waiting_for") or "").split())
        if not words:
            raise _Wrong("waiting_for", "WAITING_FOR")
        if len(words) > TITLE_LENGTH:
            raise _Wrong("waiting_for", "TOO_LONG", most=TITLE_LENGTH)
        return {"to": to, "waiting_for": words}
    if to == TO_STATUS:
        if does.get("status") not in known.statuses:
            raise _Wrong("status", "NO_STATUS")
        return {"to": to, "status": does["status"]}
    return {"to": to}


def _tag(does: Mapping[str, Any], known: Known) -> dict[str, Any]:
    given = does.get("tags")
    tags = [whole(one, 1, 10**9) for one in given] if isinstance(given, list | tuple) else []
    if not tags or any(one not in known.tags for one in tags):
        raise _Wrong("tags", "NO_TAG")
    if len(tags) > MOST_TAGS:
        raise _Wrong("tags", "MANY_TAGS", most=MOST_TAGS)
    return {"tags": sorted({one for one in tags if one is not None})}


def _assign(does: Mapping[str, Any], known: Known) -> dict[str, Any]:
    return _whom(does, known, ASSIGN_TO)


def _whom(does: Mapping[str, Any], known: Known, allowed: Sequence[str]) -> dict[str, Any]:
    whom = does.get("for")
    if whom not in allowed:
        raise _Wrong("for", "WHOM")
    if whom == MEMBER:
        member = whole(does.get("member"), 1, 10**9)
        if member not in known.members:
            raise _Wrong("member", "NO_MEMBER")
        return {"for": whom, "member": member}
    if whom == TEAM:
        team = whole(does.get("team"), 1, 10**9)
        if team not in known.teams:
            raise _Wrong("team", "NO_TEAM")
        return {"for": whom, "team": team}
    return {"for": whom}


def _template(does: Mapping[str, Any], known: Known, kind: str) -> str:
    template = str(does.get("template") or "")
    if template and template not in known.templates.get(kind, ()):
        raise _Wrong("template", "TEMPLATE")
    return template


def _words(does: Mapping[str, Any], name: str, most: int, known: Known, *, single_line: bool = False) -> str:
    text = str(does.get(name) or "")
    text = " ".join(text.split()) if single_line else text.replace("\r\n", "\n").strip()
    if not text:
        raise _Wrong(name, "NO_WORDS")
    if len(text) > most:
        raise _Wrong(name, "TOO_LONG", most=most)
    try:
        unknown = merge_fields.unknown_fields(text, known.merge_fields)
    except merge_fields.MergeSyntaxError:
        raise _Wrong(name, "MERGE") from None
    if unknown:
        raise _Wrong(name, "FIELD", field=unknown[0])
    return text


_READ: dict[str, Callable[[Mapping[str, Any], Known], dict[str, Any]]] = {
    MAIL: _mail,
    SMS: _sms,
    TASK: _task,
    STATUS: _status,
    TAG: _tag,
    ASSIGN: _assign,
}


def length(amount: int, unit: str) -> timedelta:
    """A delay around the clock; a day of working time is the calendar's own (see services/playbook_clock.py)."""
    return timedelta(minutes=amount * {MINUTES: 1, HOURS: 60, DAYS: 24 * 60}[unit])
