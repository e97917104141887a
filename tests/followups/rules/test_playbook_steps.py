"""What a playbook may say, and which field is wrong."""

from typing import Any

import pytest

from detractors.rules.conditions import NUMBER, Field
from followups.rules import playbook_steps as rules
from followups.rules.playbook_steps import BadPlaybook, Known, Said, StepSaid

KNOWN = Known(
    fields={"score": Field("score", NUMBER)},
    merge_fields=("first_name",),
    members=(7,),
    teams=(3,),
    tags=(1, 2),
    statuses=("own",),
    templates={"MAIL": ("sorry",), "SMS": ("short",), "CALL": ("script",)},
)
MAIL = {"kind": "MAIL", "does": {"subject": "Sorry", "body": "Hello {{ first_name }}"}}


def read(**said: Any) -> Said:
    usual: dict[str, Any] = {
        "name": "One", "event": "CASE_OPENED", "silent_days": None, "stated": {}, "stops": None, "steps": [MAIL],
    }  # fmt: skip
    return rules.read(**{**usual, **said}, known=KNOWN)


def wrong(**said: Any) -> list[tuple[str, str]]:
    with pytest.raises(BadPlaybook) as caught:
        read(**said)
    return [(field, sentence.code) for field, sentence in caught.value.problems]


def test_a_step_is_kept_in_one_form() -> None:
    later = {
        "kind": "TASK",
        "required": True,
        "delay": {"amount": "2", "unit": "DAYS", "clock": "WORKING"},
        "conditions": {"groups": [{"conditions": [{"field": "score", "op": "at_most", "value": 3}]}]},
        "does": {"what": "CALL", "title": " Call  them ", "for": "LEAD", "template": "script", "member": 9},
    }
    assert read(steps=[MAIL, later]).steps == (
        StepSaid("MAIL", False, 0, "HOURS", "CALENDAR", "EVENT", {}, MAIL["does"]),
        StepSaid(
            "TASK", True, 2, "DAYS", "WORKING", "STEP",
            {"match": "all", "groups": [{"match": "all", "conditions": [{"field": "score", "op": "at_most", "value": "3"}]}]},
            {"what": "CALL", "title": "Call them", "for": "LEAD", "template": "script"},
        ),
    )  # fmt: skip


def test_without_stops_it_ends_as_its_event_usually_does() -> None:
    assert [read(event=event, silent_days=3).stops for event in ("CASE_OPENED", "SILENCE", "PROMOTER")] == [
        ("CUSTOMER_WROTE", "RESOLVED", "CLOSED", "OPTED_OUT"),
        ("CUSTOMER_WROTE", "PERSON_REPLIED", "RESOLVED", "CLOSED", "OPTED_OUT"),
        ("OPTED_OUT",),
    ]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"name": " "}, [("name", "NAME")]),
        ({"event": "BIRTHDAY", "name": ""}, [("name", "NAME"), ("event", "EVENT")]),
        ({"event": "SILENCE"}, [("silent_days", "SILENT_DAYS")]),
        ({"event": "SILENCE", "silent_days": 366}, [("silent_days", "SILENT_DAYS")]),
        ({"event": "RESOLVED", "stops": ["RESOLVED"]}, [("stops", "STOP")]),
        ({"steps": []}, [("steps", "NO_STEPS")]),
        ({"steps": [MAIL] * 21}, [("steps", "MANY_STEPS")]),
        ({"stated": {"groups": [{"conditions": [{"field": "mood"}]}]}}, [("conditions.0.0", "UNKNOWN_FIELD")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_playbook_names_its_field(
    said: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert wrong(**said) == found


@pytest.mark.parametrize(
    ("step", "field", "code"),
    [
        (5, "", "NO_SHAPE"),
        ({"kind": "DANCE"}, ".kind", "KIND"),
        ({"kind": "MAIL", "does": {}}, ".subject", "NO_WORDS"),
        ({"kind": "MAIL", "does": {"subject": "Hi"}}, ".body", "NO_WORDS"),
        ({"kind": "MAIL", "does": {"template": "short"}}, ".template", "TEMPLATE"),
        ({"kind": "MAIL", "does": {"subject": "{{ shoe_size }}", "body": "x"}}, ".subject", "FIELD"),
        ({"kind": "SMS", "does": {"body": "{{ first"}}, ".body", "MERGE"),
        ({"kind": "SMS", "does": {"body": "x" * 1001}}, ".body", "TOO_LONG"),
        ({"kind": "TASK", "does": {"title": "Call"}}, ".what", "WHAT"),
        ({"kind": "TASK", "does": {"what": "CALL", "title": "Call", "for": "TEAM"}}, ".for", "WHOM"),
        (
            {"kind": "TASK", "does": {"what": "CALL", "title": "Call", "for": "MEMBER", "member": 8}},
            ".member",
            "NO_MEMBER",
        ),
        ({"kind": "STATUS", "does": {"to": "CLOSED"}}, ".to", "MOVE"),
        ({"kind": "STATUS", "does": {"to": "WAITING"}}, ".waiting_for", "WAITING_FOR"),
        ({"kind": "STATUS", "does": {"to": "STATUS", "status": "gone"}}, ".status", "NO_STATUS"),
        ({"kind": "TAG", "does": {"tags": [1, 9]}}, ".tags", "NO_TAG"),
        ({"kind": "ASSIGN", "does": {"for": "TEAM", "team": 4}}, ".team", "NO_TEAM"),
        ({**MAIL, "delay": {"amount": 400, "unit": "DAYS"}}, ".delay", "DELAY"),
        ({**MAIL, "delay": {"amount": 1, "unit": "WEEKS"}}, ".delay", "DELAY"),
        (
            {**MAIL, "conditions": {"groups": [{"conditions": [{"field": "score", "op": "is", "value": "x"}]}]}},
            ".conditions.0.0",
            "BAD_NUMBER",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_step_names_its_place(step: Any, field: str, code: str) -> None:
    assert wrong(steps=[MAIL, step]) == [(f"steps.1{field}", code)]


def test_the_first_step_has_none_before_it() -> None:
    assert wrong(steps=[{**MAIL, "delay": {"since": "STEP"}}]) == [("steps.0.delay", "FIRST")]


@pytest.mark.parametrize("event", ["PROMOTER", "PASSIVE"])
def test_without_a_case_there_are_messages_only(event: str) -> None:
    tag = {"kind": "TAG", "does": {"tags": [1]}}
    assert wrong(event=event, steps=[MAIL, tag]) == [("steps.1.kind", "KIND_HERE")]


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert wrong(name="", stops=["NEVER"], steps=[{"kind": "X"}, {"kind": "Y"}]) == [
        ("name", "NAME"),
        ("stops", "STOP"),
        ("steps.0.kind", "KIND"),
        ("steps.1.kind", "KIND"),
    ]
