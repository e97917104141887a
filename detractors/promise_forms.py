"""What is typed on the settings pages of promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import BusinessCalendar
from accounts.queries import calendar as rule_calendar
from detractors.enums import Clock, Priority
from detractors.models import SlaPolicy
from detractors.rules.clock import Span
from detractors.services import policies
from surveys.models import Audience, Touchpoint

MINUTES, HOURS, DAYS = "MINUTES", "HOURS", "DAYS"
CLOCK_MINUTES, CLOCK_HOURS, CLOCK_DAYS = "CLOCK_MINUTES", "CLOCK_HOURS", "CLOCK_DAYS"
UNITS = (
    (gettext_lazy("Working time"), (
        (MINUTES, gettext_lazy("working minutes")),
        (HOURS, gettext_lazy("working hours")),
        (DAYS, gettext_lazy("working days")),
    )),
    (gettext_lazy("Around the clock"), (
        (CLOCK_MINUTES, gettext_lazy("minutes around the clock")),
        (CLOCK_HOURS, gettext_lazy("hours around the clock")),
        (CLOCK_DAYS, gettext_lazy("days around the clock")),
    )),
)  # fmt: skip
HOURS_FROM = 120  # minutes: below, people think in minutes
DAY = 24 * 60

TOUCHPOINT, AUDIENCE, PRIORITY = "touchpoint", "audience", "priority"


def split_minutes(minutes: int, *, day_minutes: int, clock: str = Clock.WORKING) -> tuple[int, str]:
    """Minutes as people say them: 960 with days of 480 is (2, DAYS), 120 is (2, HOURS), 90 is (90, MINUTES)."""
    prefix, day = ("CLOCK_", DAY) if clock == Clock.CALENDAR else ("", day_minutes)
    if day and minutes % day == 0:
        return minutes // day, prefix + DAYS
    if minutes >= HOURS_FROM and minutes % 60 == 0:
        return minutes // 60, prefix + HOURS
    return minutes, prefix + MINUTES


@dataclass(frozen=True)
class Preset:
    """A promise to begin with."""

    code: str
    label: Any
    says: Any
    values: dict[str, Any]


PRESETS = (
    Preset(
        "HOUR",
        gettext_lazy("Within the hour"),
        gettext_lazy("60 working minutes to the first answer, two working days until it is put right."),
        {"first_response": 60, "first_response_unit": MINUTES, "next_response": 4, "next_response_unit": HOURS,
         "resolution": 2, "resolution_unit": DAYS, "warn_percent": 75},
    ),
    Preset(
        "FIFTEEN",
        gettext_lazy("Fifteen minutes"),
        gettext_lazy("For what is urgent: 15 working minutes, put right within the working day."),
        {"first_response": 15, "first_response_unit": MINUTES, "next_response": 60, "next_response_unit": MINUTES,
         "resolution": 1, "resolution_unit": DAYS, "warn_percent": 60},
    ),
    Preset(
        "DAY",
        gettext_lazy("Same day"),
        gettext_lazy("4 working hours to the first answer, five working days until it is put right."),
        {"first_response": 4, "first_response_unit": HOURS, "next_response": 1, "next_response_unit": DAYS,
         "resolution": 5, "resolution_unit": DAYS, "warn_percent": 75},
    ),
    Preset(
        "ROUND_THE_CLOCK",
        gettext_lazy("Around the clock"),
        gettext_lazy("60 minutes on any day at any hour, three days until it is put right."),
        {"first_response": 60, "first_response_unit": CLOCK_MINUTES, "next_response": 4,
         "next_response_unit": CLOCK_HOURS, "resolution": 3, "resolution_unit": CLOCK_DAYS, "warn_percent": 75},
    ),
)  # fmt: skip


_TOO_MUCH = {
    "max_digits": gettext_lazy("A promise is at least a minute and at most a year."),
    "max_whole_digits": gettext_lazy("A promise is at least a minute and at most a year."),
    "max_decimal_places": gettext_lazy("Two decimals are enough: choose a smaller unit."),
}


class PromiseForm(forms.Form):
    """One promise; `wanted` is what policies.change and policies.add take."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    made_for = forms.ChoiceField(
        label=gettext_lazy("Made for"),
        required=False,
        help_text=gettext_lazy(
            "A cell of the matrix comes first, then the touchpoint, an audience, the priority, and last the usual promise."
        ),
    )
    first_response = forms.DecimalField(
        label=gettext_lazy("A person answers within"),
        min_value=0,
        max_digits=7,
        decimal_places=2,
        error_messages=_TOO_MUCH,
    )
    first_response_unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS)
    next_response = forms.DecimalField(
        label=gettext_lazy("When the customer writes again, within"),
        min_value=0,
        max_digits=7,
        decimal_places=2,
        required=False,
        error_messages=_TOO_MUCH,
    )
    next_response_unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS, required=False)
    resolution = forms.DecimalField(
        label=gettext_lazy("It is put right within"),
        min_value=0,
        max_digits=7,
        decimal_places=2,
        error_messages=_TOO_MUCH,
    )
    resolution_unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS)
    warn_percent = forms.IntegerField(
        label=gettext_lazy("Warn the owner when so much of the time is used (%)"), min_value=1, max_value=99
    )
    calendar = forms.ChoiceField(
        label=gettext_lazy("The clock runs in the hours of"),
        help_text=gettext_lazy("A team with working hours of its own keeps those."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        calendars: Sequence[BusinessCalendar],
        touchpoints: Sequence[Touchpoint],
        audiences: Sequence[Audience],
        is_default: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.rows = {str(row.pk): row for row in calendars}
        self.things: dict[str, dict[str, Any]] = {
            **{f"{TOUCHPOINT}:{row.pk}": {TOUCHPOINT: row} for row in touchpoints},
            **{f"{AUDIENCE}:{row.pk}": {AUDIENCE: row} for row in audiences},
            **{f"{PRIORITY}:{value}": {PRIORITY: value} for value in Priority.values},
        }
        self._choices("calendar", [(key, f"{row.name} ({row.time_zone})") for key, row in self.rows.items()])
        if is_default:
            del self.fields["made_for"]
        else:
            self._choices("made_for", self._made_for(touchpoints, audiences))

    def _choices(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, as declared above

    def _made_for(self, touchpoints: Sequence[Touchpoint], audiences: Sequence[Audience]) -> list[Any]:
        groups = [
            (_("Priority"), [(f"{PRIORITY}:{value}", label) for value, label in Priority.choices]),
            (_("Touchpoint"), [(f"{TOUCHPOINT}:{row.pk}", row.name) for row in touchpoints]),
            (_("Audience"), [(f"{AUDIENCE}:{row.pk}", row.name) for row in audiences]),
        ]
        return [("", _("Only where the matrix says so")), *(group for group in groups if group[1])]

    def clean_calendar(self) -> BusinessCalendar:
        """The chosen calendar."""
        return self.rows[self.cleaned_data["calendar"]]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        for name in ("first_response", "next_response", "resolution"):
            data[f"{name}_span"] = self._span(data, name)
        try:
            policies.check_promises(
                first_response=data["first_response_span"],
                next_response=data["next_response_span"],
                resolution=data["resolution_span"],
            )
        except policies.PolicyError as error:
            self.add_error(error.field, error.sentence)
        return data

    def _span(self, data: dict[str, Any], name: str) -> Span | None:
        """What was typed, in exact minutes of its clock."""
        if data.get(name) is None:
            return None
        unit: str = data.get(f"{name}_unit") or MINUTES
        is_calendar = unit.startswith("CLOCK_")
        day = DAY if is_calendar else rule_calendar(row=data["calendar"]).working_day_minutes
        factor = {MINUTES: 1, HOURS: 60, DAYS: day}[unit.removeprefix("CLOCK_")]
        return Span(int(Decimal(data[name]) * factor), str(Clock.CALENDAR if is_calendar else Clock.WORKING))

    @property
    def wanted(self) -> policies.Wanted:
        """The promise as typed."""
        data = self.cleaned_data
        return policies.Wanted(
            name=data["name"],
            first_response=data["first_response_span"],
            next_response=data["next_response_span"],
            resolution=data["resolution_span"],
            warn_percent=data["warn_percent"],
            calendar=data["calendar"],
            **self.things.get(data.get("made_for", ""), {}),
        )


def initial_of(policy: SlaPolicy, *, day_minutes: int) -> dict[str, Any]:
    """The stored policy as the form shows it."""
    found: dict[str, Any] = {
        "name": policy.name,
        "made_for": made_for_value(policy),
        "warn_percent": policy.warn_percent,
        "calendar": str(policy.calendar_id),
    }
    spans = (
        ("first_response", policy.first_response_minutes, policy.first_response_clock),
        ("next_response", policy.next_response_minutes, policy.next_response_clock),
        ("resolution", policy.resolution_minutes, policy.resolution_clock),
    )
    for name, minutes, clock in spans:
        if minutes is not None:
            found[name], found[f"{name}_unit"] = split_minutes(minutes, day_minutes=day_minutes, clock=clock)
    return found


def made_for_value(policy: SlaPolicy) -> str:
    """The choice of `made_for` that stands for what the policy is made for."""
    if policy.touchpoint_id:
        return f"{TOUCHPOINT}:{policy.touchpoint_id}"
    if policy.audience_id:
        return f"{AUDIENCE}:{policy.audience_id}"
    return f"{PRIORITY}:{policy.priority}" if policy.priority else ""
