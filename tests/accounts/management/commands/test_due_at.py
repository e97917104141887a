import io
import json
import sys

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.management.commands.due_at import Command

OFFICE = {
    "time_zone": "Europe/Berlin",
    "week": {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": ["2026-11-23"],
}


@pytest.fixture
def ask(tmp_path):
    """Runs the command over a calendar and lines, gives back the answers."""

    def run(lines, calendar=OFFICE, *flags):
        hours, batch, out = tmp_path / "c.json", tmp_path / "in.jsonl", io.StringIO()
        hours.write_text(calendar if isinstance(calendar, str) else json.dumps(calendar))
        batch.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
        call_command(Command(), f"--calendar={hours}", f"--batch={batch}", *flags, stdout=out)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    return run


def test_each_line_is_answered_in_order_in_utc(ask):
    lines = [
        {"start": "2026-11-20T15:30:00Z", "minutes": 60},
        "",
        {"start": "2026-11-20T16:30:00+01:00", "minutes": 30},
        {"start": "2026-11-24T08:00:00.250Z", "minutes": 1.5},
    ]
    assert ask(lines) == [
        {"due_at": "2026-11-24T08:30:00Z"},
        {"due_at": "2026-11-20T16:00:00Z"},
        {"due_at": "2026-11-24T08:01:30.250000Z"},
    ]


def test_the_steps_are_added_when_asked_for(ask):
    (answer,) = ask([{"start": "2026-11-20T15:30:00Z", "minutes": 60}], OFFICE, "--explain")
    assert answer == {
        "due_at": "2026-11-24T08:30:00Z",
        "steps": [
            {
                "kind": "WORK",
                "start": "2026-11-20T15:30:00Z",
                "end": "2026-11-20T16:00:00Z",
                "minutes": 30,
                "left": 30,
                "text": "Fri 2026-11-20 16:30 to Fri 2026-11-20 17:00: open, 30 working minutes used, 30 left",
            },
            {
                "kind": "CLOSED",
                "start": "2026-11-20T16:00:00Z",
                "end": "2026-11-24T08:00:00Z",
                "minutes": 0,
                "left": 30,
                "text": "Fri 2026-11-20 17:00 to Tue 2026-11-24 09:00: closed (holidays: 2026-11-23)",
            },
            {
                "kind": "WORK",
                "start": "2026-11-24T08:00:00Z",
                "end": "2026-11-24T08:30:00Z",
                "minutes": 30,
                "left": 0,
                "text": "Tue 2026-11-24 09:00 to Tue 2026-11-24 09:30: open, 30 working minutes used, 0 left",
            },
            {
                "kind": "DUE",
                "start": "2026-11-24T08:30:00Z",
                "end": "2026-11-24T08:30:00Z",
                "minutes": 0,
                "left": 0,
                "text": "due at Tue 2026-11-24 09:30 (Europe/Berlin)",
            },
        ],
    }


GOOD = {"start": "2026-11-24T08:00:00Z", "minutes": 1}


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("{", "line 2 is not JSON"),
        ("[1]", "line 2: write an object such as"),
        ({"minutes": 1}, "line 2, start: None is no moment"),
        ({"start": "2026-11-24T08:00:00", "minutes": 1}, "line 2, start: '2026-11-24T08:00:00' is no moment"),
        ({"start": "2026-11-24", "minutes": 1}, "line 2, start"),
        ({"start": "2026-02-30T08:00:00Z", "minutes": 1}, "line 2, start"),
        ({"start": "0001-01-01T00:00:00+10:00", "minutes": 1}, "line 2, start"),
        ({"start": 5, "minutes": 1}, "line 2, start: 5 is no moment"),
        ({"start": "2026-11-24T08:00:00Z"}, "line 2, minutes: None is no number"),
        ({"start": "2026-11-24T08:00:00Z", "minutes": -1}, "line 2, minutes: -1 is no number"),
        ({"start": "2026-11-24T08:00:00Z", "minutes": True}, "line 2, minutes: True is no number"),
        ({"start": "2026-11-24T08:00:00Z", "minutes": "60"}, "line 2, minutes: '60' is no number"),
        ('{"start": "2026-11-24T08:00:00Z", "minutes": NaN}', "line 2, minutes: nan is no number"),
        (
            {"start": "2026-11-24T08:00:00Z", "minutes": 10**9},
            "line 2: 1000000000 minutes are more than 10 years",
        ),
    ],
)
def test_a_bad_line_is_named_with_its_field(ask, bad, words):
    with pytest.raises(CommandError) as caught:
        ask([GOOD, bad])
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("calendar", "words"),
    [
        ("{", "is not JSON"),
        (OFFICE | {"time_zone": "Mars"}, "time_zone: 'Mars' is no time zone"),
        (OFFICE | {"week": {}}, "week: has no open hours"),
        (OFFICE | {"week": {"mon": [["12:00", "09:00"]]}}, "week.mon[0]: ends at 09:00"),
    ],
)
def test_a_bad_calendar_is_named_with_its_field(ask, calendar, words):
    with pytest.raises(CommandError) as caught:
        ask([GOOD], calendar)
    assert words in str(caught.value)


def test_missing_files_are_named(tmp_path):
    calendar = tmp_path / "c.json"
    with pytest.raises(CommandError, match=r"cannot read the calendar .*c\.json: No such file"):
        call_command(Command(), calendar=str(calendar), batch="x")
    calendar.write_text(json.dumps(OFFICE))
    with pytest.raises(CommandError, match=r"cannot read the batch .*in\.jsonl: No such file"):
        call_command(Command(), calendar=str(calendar), batch=str(tmp_path / "in.jsonl"))


def test_bytes_that_are_no_text_are_refused(tmp_path):
    calendar, batch = tmp_path / "c.json", tmp_path / "in.jsonl"
    calendar.write_bytes(b"\xff\xfe{")
    with pytest.raises(CommandError, match="is not JSON"):
        call_command(Command(), calendar=str(calendar), batch=str(batch))
    calendar.write_text(json.dumps(OFFICE))
    batch.write_bytes(b'{"start": "\xff"}')
    with pytest.raises(CommandError, match="is not UTF-8 text"):
        call_command(Command(), calendar=str(calendar), batch=str(batch))


def test_a_dash_reads_standard_input(tmp_path, monkeypatch):
    calendar, out = tmp_path / "c.json", io.StringIO()
    calendar.write_text("\ufeff" + json.dumps(OFFICE), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(GOOD) + "\n"))
    call_command(Command(), calendar=str(calendar), batch="-", stdout=out)
    assert out.getvalue() == '{"due_at": "2026-11-24T08:01:00Z"}\n'
