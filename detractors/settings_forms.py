"""What is typed on the settings pages of promises and causes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import BusinessCalendar
from accounts.queries import calendar as rule_calendar
from detractors.enums import EscalationLevel, TimerKind
from detractors.models import RootCause, SlaPolicy
from detractors.services import policies

MINUTES, HOURS, DAYS = "MINUTES", "HOURS", "DAYS"
UNITS = (
    (MINUTES, gettext_lazy("working minutes")),
    (HOURS, gettext_lazy("working hours")),
    (DAYS, gettext_lazy("working days")),
)
HOURS_FROM = 120  # minutes: below, people think in minutes


def split_minutes(minutes: int, *, day_minutes: int) -> tuple[int, str]:
    """Minutes as people say them: 960 with days of 480 is (2, DAYS), 120 is (2, HOURS), 90 is (90, MINUTES)."""
    if day_minutes and minutes % day_minutes == 0:
        return minutes // day_minutes, DAYS
    if minutes >= HOURS_FROM and minutes % 60 == 0:
        return minutes // 60, HOURS
    return minutes, MINUTES


class PromisesForm(forms.Form):
    """The promise of the workspace; `words` is what policies.change takes."""

    first_response = forms.DecimalField(
        label=gettext_lazy("A person answers within"), min_value=0, max_digits=7, decimal_places=2
    )
    first_response_unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS)
    resolution = forms.DecimalField(
        label=gettext_lazy("It is put right within"), min_value=0, max_digits=7, decimal_places=2
    )
    resolution_unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS)
    warn_percent = forms.IntegerField(
        label=gettext_lazy("Warn the owner when so much of the time is used (%)"), min_value=1, max_value=99
    )
    calendar = forms.ChoiceField(label=gettext_lazy("The clock runs in the hours of"))

    def __init__(self, data: Any = None, *, calendars: Sequence[BusinessCalendar], **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.rows = {str(row.pk): row for row in calendars}
        self.fields["calendar"].choices = [  # type: ignore[attr-defined]  # a ChoiceField, as declared above
            (key, f"{row.name} ({row.time_zone})") for key, row in self.rows.items()
        ]
        for kind in policies.ESCALATED_KINDS:
            for level in EscalationLevel.values:
                self.fields[f"{kind}_{level}"] = forms.IntegerField(
                    required=False,
                    min_value=0,
                    max_value=policies.LONGEST_MINUTES,
                    label=f"{TimerKind(kind).label}: {EscalationLevel(level).label}",
                    widget=forms.NumberInput(attrs={"class": "form-control", "placeholder": "–"}),
                )

    def clean_calendar(self) -> BusinessCalendar:
        """The chosen calendar."""
        return self.rows[self.cleaned_data["calendar"]]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        day = rule_calendar(row=data["calendar"]).working_day_minutes
        factors = {MINUTES: 1, HOURS: 60, DAYS: day}
        for name in ("first_response", "resolution"):
            data[f"{name}_minutes"] = int(Decimal(data[name]) * factors[data[f"{name}_unit"]])
        try:
            policies.check_promises(
                first_response_minutes=data["first_response_minutes"],
                resolution_minutes=data["resolution_minutes"],
            )
        except policies.PolicyError as error:
            self.add_error(error.field, error.sentence)
        return data

    @property
    def words(self) -> dict[str, Any]:
        """Keyword arguments of `policies.change`, without the policy."""
        data = self.cleaned_data
        steps = {
            (str(kind), level): data[f"{kind}_{level}"]
            for kind in policies.ESCALATED_KINDS
            for level in EscalationLevel.values
            if data.get(f"{kind}_{level}") is not None
        }
        names = ("first_response_minutes", "resolution_minutes", "warn_percent", "calendar")
        return {**{name: data[name] for name in names}, "steps": steps}

    @property
    def escalation(self) -> list[tuple[Any, list[Any]]]:
        """Rows of the escalation table: the level's word and its two fields."""
        return [
            (level.label, [self[f"{kind}_{level}"] for kind in policies.ESCALATED_KINDS])
            for level in EscalationLevel
        ]


def promises_initial(
    policy: SlaPolicy, *, day_minutes: int, steps: dict[tuple[str, str], int]
) -> dict[str, Any]:
    """The stored policy as the form shows it."""
    first, first_unit = split_minutes(policy.first_response_minutes, day_minutes=day_minutes)
    last, last_unit = split_minutes(policy.resolution_minutes, day_minutes=day_minutes)
    return {
        "first_response": first,
        "first_response_unit": first_unit,
        "resolution": last,
        "resolution_unit": last_unit,
        "warn_percent": policy.warn_percent,
        "calendar": str(policy.calendar_id),
        **{f"{kind}_{level}": minutes for (kind, level), minutes in steps.items()},
    }


class CauseForm(forms.Form):
    """A new root cause, at the top or under another."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    parent = forms.ChoiceField(label=gettext_lazy("Under"), required=False)

    def __init__(self, data: Any = None, *, tops: Sequence[RootCause], **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.tops = {cause.public_id: cause for cause in tops}
        names = [(key, cause.name) for key, cause in self.tops.items()]
        self.fields["parent"].choices = [("", _("Nothing: a new group")), *names]  # type: ignore[attr-defined]

    def clean_parent(self) -> RootCause | None:
        """The chosen cause of the first level, if any."""
        return self.tops.get(self.cleaned_data["parent"])
