"""What the API takes and shows when the clock is asked, and of the two clocks of a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.hours_serializers import CalendarReference
from accounts.rules.business_time import HORIZON_DAYS, Step
from core.api_fields import Body, Code, Moment, Row, Text
from detractors.enums import Clock, TimerKind
from detractors.queries.rows import LARGEST_NUMBER
from detractors.rules import clock_story, stretches

STATES = ("DUE", "STILL", "NEVER")
STEPS = ("WORK", "CLOSED", clock_story.STILL, clock_story.ON, clock_story.HOURS, "DUE")
MOVES = ("START", "PAUSE", "RESUME", "HOURS")
STRETCHES = (stretches.RUN, stretches.WAIT, stretches.OVER)


class AddressMoment(Moment):
    """A moment in an address, where a "+" that was not escaped arrives as a space."""

    def to_internal_value(self, value: Any) -> datetime:
        if isinstance(value, str):
            value = value[:11] + value[11:].replace(" ", "+")
        return super().to_internal_value(value)


class ClockQuery(Body):
    """A moment with a promise or with minutes, or a case."""

    at = AddressMoment(required=False, help_text="From when on. Default: now. Not with `case`.")
    sla_policy = Text(required=False, max_length=16, help_text="Id of a promise: its length and its hours.")
    minutes = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=HORIZON_DAYS * 1440,
        help_text="Instead of a promise: business minutes of `calendar`, without one minutes around the clock.",
    )
    calendar = CalendarReference(required=False)
    case = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=LARGEST_NUMBER,
        help_text="Number of a case: its own promise, with pauses and hand-overs. Needs `cases:read`, too.",
    )
    kind = Code(
        choices=TimerKind.choices,
        required=False,
        help_text=f"Which promise of the case or of `sla_policy`. Default: {TimerKind.FIRST_RESPONSE}.",
    )


@extend_schema_field(serializers.FloatField())
class Minutes(serializers.Field[Any, Any, Any, Any]):
    """A length of time in minutes, exact to the millisecond."""

    def to_representation(self, value: Any) -> float:
        return round(value.total_seconds() / 60, 5)


class ClockStepRow(Row):
    """A step: WORK counts, CLOSED passes without counting; of a case also STILL (it stands still), ON (it goes on), HOURS (other
    hours from here on). The last one is DUE, or STILL.
    """

    kind = serializers.ChoiceField(choices=[(kind, kind) for kind in STEPS])
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    minutes = serializers.FloatField(help_text="Counted in this step, in minutes of the clock.")
    left = serializers.FloatField(help_text="Minutes of the clock still to go after it.")
    says = serializers.SerializerMethodField(help_text="The same in words, in the time zone of the hours.")

    def get_says(self, row: Step) -> str:
        return row.sentence.say(gettext)


class ClockRow(Row):
    """DUE: at `due_at`. STILL: the promise of the case stands still. NEVER: not within ten years of these hours."""

    state = serializers.ChoiceField(choices=[(state, state) for state in STATES])
    start = serializers.DateTimeField()
    minutes = serializers.IntegerField(help_text="The length: business minutes, or minutes around the clock.")
    clock = serializers.ChoiceField(choices=Clock.choices)
    calendar = serializers.CharField(
        allow_null=True, help_text="Id of the hours it runs by; null: around the clock."
    )
    time_zone = serializers.CharField(help_text="Of the hours; UTC around the clock.")
    due_at = serializers.DateTimeField(allow_null=True)
    steps = ClockStepRow(many=True)
    steps_left_out = serializers.IntegerField(help_text="Of a very long walk the steps in the middle.")
    sla_policy = serializers.CharField(allow_null=True)
    case = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(choices=TimerKind.choices, allow_null=True)
    stored_due_at = serializers.DateTimeField(
        allow_null=True, help_text="What the case says; of one that stands still, what it said before."
    )
    is_as_stored = serializers.BooleanField(
        allow_null=True,
        help_text="false: hours or promises were edited after this was missed or kept, and it stayed as it was.",
    )


class StretchRow(Row):
    """From `start` to `end` nothing changed. RUN: the team's clock runs; WAIT: the customer has to act; OVER: the case was over."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=[(state, state) for state in STRETCHES])
    owner = serializers.CharField(allow_null=True, help_text="Name of who had the case.")
    calendar = serializers.CharField(allow_null=True, help_text="Id of the hours that counted.")
    time_zone = serializers.CharField(help_text="Of these hours.")
    customer_minutes = Minutes(help_text="Minutes around the clock.")
    working_minutes = Minutes(help_text="Business minutes that were used; 0 unless the clock runs.")


class MoveRow(Row):
    """START, PAUSE, RESUME, or HOURS: other hours count from then on."""

    what = serializers.ChoiceField(choices=[(move, move) for move in MOVES])
    at = serializers.DateTimeField()
    calendar = serializers.CharField()


class CasePromiseRunRow(Row):
    """One promise of the case from its start; a promise that began anew is a further one."""

    kind = serializers.ChoiceField(choices=TimerKind.choices)
    sla_policy = serializers.CharField()
    minutes = serializers.IntegerField(help_text="Promised: business minutes, or minutes around the clock.")
    clock = serializers.ChoiceField(choices=Clock.choices)
    started_at = serializers.DateTimeField()
    warn_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    met_at = serializers.DateTimeField(allow_null=True)
    breached_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True, help_text="Given up, or promised no longer.")
    paused_at = serializers.DateTimeField(allow_null=True, help_text="It stands still since then.")
    left_seconds = serializers.IntegerField(
        allow_null=True, help_text="What is left while it stands still, in seconds of its clock."
    )
    moves = MoveRow(many=True)


class CaseClocksRow(Row):
    """The customer's clock runs from the answer to the end; the team's in its working hours, not while the customer has to act."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField(help_text="The end of the case, or now.")
    is_over = serializers.BooleanField()
    customer_minutes = Minutes(help_text="Minutes around the clock.")
    working_minutes = Minutes(help_text="Business minutes of the hours of whoever had the case.")
    waited_minutes = Minutes(help_text="Of the customer's minutes those in which the customer had to act.")
    stretches = StretchRow(many=True)
    promises = CasePromiseRunRow(many=True)
