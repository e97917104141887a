"""What is typed in the editor of playbooks: a card for each step, put in order, taken away and brought back by clicks.

Nothing here is kept. Each card has a number of its own that stays with it when it moves: its fields are `s<number>-...`, and
the list `step` gives the order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from detractors import rule_forms
from detractors.rules import conditions
from followups.rules import playbook_steps as rules

FRESH_CONDITIONS: dict[str, Any] = {"match": conditions.ALL, "groups": []}
# The fields of a card besides its conditions, with what stands in them at first.
FIELDS = {
    "kind": rules.MAIL, "required": "", "amount": "1", "unit": rules.DAYS, "clock": rules.CALENDAR, "since": rules.STEP,
    "template": "", "subject": "", "body": "", "what": rules.CALL, "title": "", "for": rules.OWNER, "member": "", "team": "",
    "due_amount": "", "due_unit": rules.HOURS, "due_clock": rules.WORKING, "to": rules.TO_WAITING, "waiting_for": "",
    "status": "",
}  # fmt: skip
LONGEST = 20_000  # characters of one field that are read at all

Typed = dict[str, Any]  # "number", "conditions", "tags" and each of FIELDS


def fresh(number: int) -> Typed:
    """A new card."""
    return {"number": number, "conditions": dict(FRESH_CONDITIONS), "tags": [], **FIELDS}


def stored(data: Mapping[str, Any]) -> Typed:
    """What the editor shows of a playbook, given as services/playbooks.py takes it."""
    return {
        "name": data["name"],
        "event": data["event"],
        "silent_days": str(data.get("silent_days") or ""),
        "conditions": data.get("conditions") or dict(FRESH_CONDITIONS),
        "stops": list(data.get("stops") or ()),
        "steps": [_card(number, step) for number, step in enumerate(data["steps"])],
        "gone": "",
    }


def _card(number: int, step: Mapping[str, Any]) -> Typed:
    does, delay = dict(step.get("does") or {}), step.get("delay") or {}
    due, tags = does.pop("due", None) or {}, does.pop("tags", ())
    return {
        **fresh(number),
        "kind": step["kind"],
        "required": "1" if step.get("required") else "",
        "conditions": step.get("conditions") or dict(FRESH_CONDITIONS),
        "tags": [str(one) for one in tags],
        **{name: str(value) for name, value in does.items() if name in FIELDS},
        "amount": str(delay.get("amount", 0)),
        "unit": delay.get("unit", rules.HOURS),
        "clock": delay.get("clock", rules.CALENDAR),
        "since": delay.get("since", rules.EVENT if number == 0 else rules.STEP),
        **{f"due_{name}": str(due[name]) for name in ("amount", "unit", "clock") if name in due},
    }


def typed(post: QueryDict) -> Typed:
    """The whole form as it was posted."""
    numbers = [one for one in post.getlist("step") if one.isascii() and one.isdigit() and len(one) < 4]
    return {
        "name": post.get("name", "")[:LONGEST],
        "event": post.get("event", ""),
        "silent_days": post.get("silent_days", "")[:10],
        "conditions": rule_forms.stated(post),
        "stops": [one for one in post.getlist("stops") if one in rules.STOPS],
        "steps": [_posted(post, int(one)) for one in list(dict.fromkeys(numbers))[: rules.MOST_STEPS + 1]],
        "gone": post.get("gone", "")[: 3 * LONGEST],
    }


def _posted(post: QueryDict, number: int) -> Typed:
    pre = f"s{number}-"
    said = {name: post.get(f"{pre}{name}", "")[:LONGEST] for name in FIELDS}
    said |= {
        name: said[name] or FIELDS[name]
        for name in ("unit", "clock", "since", "due_unit", "due_clock")
        if not said[name]
    }
    return {
        "number": number,
        "conditions": rule_forms.stated(post, pre),
        "tags": post.getlist(f"{pre}tags")[: rules.MOST_TAGS + 1],
        **said,
    }


def edited(said: Typed, act: str) -> Typed:
    """The form after a click.

    "add-step", "restore-step", "s3-up", "s3-down", "s3-gone" (takes the card away), else a click on conditions as
    rule_forms.edited takes it, those of a card with its "s3-" before.
    """
    head, _dash, rest = act.partition("-")
    steps = said["steps"]
    if act == "add-step":
        if len(steps) < rules.MOST_STEPS:
            steps.append(fresh(_next(said)))
    elif act == "restore-step":
        _restore(said)
    elif head[:1] == "s" and head[1:].isdigit():
        at = next((place for place, step in enumerate(steps) if str(step["number"]) == head[1:]), None)
        if at is not None:
            _on_card(said, at, rest)
    else:
        said["conditions"] = rule_forms.edited(said["conditions"], act)
    if said["steps"]:  # whichever is first counts from the event
        said["steps"][0]["since"] = rules.EVENT
    return said


def _next(said: Typed) -> int:
    gone = _gone(said["gone"])
    numbers = [step["number"] for step in said["steps"]] + ([gone[1]["number"]] if gone else [])
    return max(numbers, default=-1) + 1


def _on_card(said: Typed, at: int, act: str) -> None:
    steps = said["steps"]
    if act in ("up", "down"):
        to = at - 1 if act == "up" else at + 1
        if 0 <= to < len(steps):
            steps[at], steps[to] = steps[to], steps[at]
    elif act == "gone":
        said["gone"] = json.dumps([at, steps.pop(at)])
    else:
        steps[at]["conditions"] = rule_forms.edited(steps[at]["conditions"], act)


def _restore(said: Typed) -> None:
    found = _gone(said["gone"])
    if found is not None and len(said["steps"]) < rules.MOST_STEPS:
        said["steps"].insert(min(found[0], len(said["steps"])), found[1])
    said["gone"] = ""


def _gone(text: str) -> tuple[int, Typed] | None:
    """The card taken away last, and where it stood; None when it is not what we wrote."""
    try:
        at, card = json.loads(text)
        kept: Typed = {name: str(card[name])[:LONGEST] for name in FIELDS}
        kept |= {"number": int(card["number"]), "tags": [str(one) for one in card["tags"]][: rules.MOST_TAGS]}
        groups = [
            {
                "match": str(group["match"]),
                "conditions": [
                    {name: str(one[name]) for name in ("field", "op", "value")} for one in group["conditions"]
                ],
            }
            for group in card["conditions"]["groups"][: conditions.MOST_GROUPS]
        ]
        kept["conditions"] = {"match": str(card["conditions"]["match"]), "groups": groups}
        return max(int(at), 0), kept
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def gone_place(said: Typed) -> int | None:
    """The number a person would give the step that was taken away last."""
    found = _gone(said["gone"]) if said["gone"] else None
    return None if found is None else found[0] + 1


# As the services take it ---------------------------------------------------------------------------------------------


def as_data(said: Typed) -> dict[str, Any]:
    """What services/playbooks.py takes."""
    return {
        "name": said["name"],
        "event": said["event"],
        "silent_days": said["silent_days"] or None,
        "conditions": said["conditions"],
        "stops": [one for one in said["stops"] if one in rules.STOPS_FOR.get(said["event"], ())],
        "steps": [_step(step) for step in said["steps"]],
    }


def _step(step: Typed) -> dict[str, Any]:
    kind = step["kind"]
    return {
        "kind": kind,
        "required": bool(step["required"]),
        "delay": {name: step[name] for name in ("amount", "unit", "clock", "since")},
        "conditions": step["conditions"],
        "does": _DOES.get(kind, lambda step: {})(step),
    }


def _message(step: Typed) -> dict[str, Any]:
    if step["template"]:
        return {"template": step["template"]}
    return {"subject": step["subject"], "body": step["body"]}


def _task(step: Typed) -> dict[str, Any]:
    does = {"what": step["what"], "title": step["title"], "for": step["for"], "member": step["member"]}
    if step["what"] == rules.CALL and step["template"]:
        does["template"] = step["template"]
    if step["due_amount"]:
        does["due"] = {name: step[f"due_{name}"] for name in ("amount", "unit", "clock")}
    return does


_DOES = {
    rules.MAIL: _message,
    rules.SMS: _message,
    rules.TASK: _task,
    rules.STATUS: lambda step: {name: step[name] for name in ("to", "waiting_for", "status")},
    rules.TAG: lambda step: {"tags": step["tags"]},
    rules.ASSIGN: lambda step: {name: step[name] for name in ("for", "member", "team")},
}


def unshown(step: Typed, shown: Sequence[str]) -> list[tuple[str, str]]:
    """What was typed for another kind of step: it is kept beside, so that it is back when the kind is."""
    kept = [(name, step[name]) for name in FIELDS if name not in shown and step[name] != FIELDS[name]]
    return kept + ([("tags", one) for one in step["tags"]] if "tags" not in shown else [])
