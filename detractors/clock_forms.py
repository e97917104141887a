"""What the diagnostics page of the clock is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import BusinessCalendar
from accounts.rules.business_time import HORIZON_DAYS
from detractors.enums import Clock, TimerKind
from detractors.models import SlaPolicy
from detractors.services.promising import spans_of

AROUND_THE_CLOCK = "clock"
_TOO_LONG = gettext_lazy("That is more than ten years. Write fewer minutes.")


class DiagnosticsForm(forms.Form):
    """A moment on the wall of the calendar's zone, a length and whose hours."""

    at = forms.DateTimeField(
        label=gettext_lazy("From"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"),
        input_formats=["%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"],
        help_text=gettext_lazy("On the clock of the chosen hours."),
    )
    later = forms.BooleanField(
        label=gettext_lazy("The second time, if the clocks repeat this hour"), required=False
    )
    promise = forms.ChoiceField(
        label=gettext_lazy("What is promised"),
        required=False,
        help_text=gettext_lazy("Its length and its hours are taken, for a team without hours of its own."),
    )
    minutes = forms.DecimalField(
        label=gettext_lazy("Minutes"),
        min_value=0,
        max_value=HORIZON_DAYS * 1440,
        max_digits=10,
        decimal_places=3,
        error_messages={
            "required": gettext_lazy("Write a number of minutes, or choose what is promised."),
            "max_value": _TOO_LONG,
            "max_digits": _TOO_LONG,
            "max_whole_digits": _TOO_LONG,
            "min_value": gettext_lazy("Write 0 or more."),
        },
    )
    hours = forms.ChoiceField(label=gettext_lazy("In the hours of"))

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        calendars: Sequence[BusinessCalendar],
        policies: Sequence[SlaPolicy] = (),
        **kwargs: Any,
    ) -> None:
        """`policies` can be asked about instead of minutes and hours."""
        spans = {
            f"{policy.pk}:{kind}": (policy, kind, span)
            for policy in policies
            for kind, span in spans_of(policy).items()
        }
        given = {name: data.get(name) for name in data}
        if chosen := spans.get(str(given.get("promise", ""))):
            policy, _kind, span = chosen
            is_calendar = span.clock == Clock.CALENDAR
            given |= {
                "minutes": span.minutes,
                "hours": AROUND_THE_CLOCK if is_calendar else str(policy.calendar_id),
            }
        super().__init__(given, label_suffix="", **kwargs)
        words: list[Any] = [("", _("What stands below"))]
        words += [
            (key, f"{policy.name}: {TimerKind(kind).label}") for key, (policy, kind, _span) in spans.items()
        ]
        self.fields["promise"].choices = words  # type: ignore[attr-defined]  # a ChoiceField, as declared above
        self.rows = {str(row.pk): row for row in calendars}
        known = [(key, f"{row.name} ({row.time_zone})") for key, row in self.rows.items()]
        choices = [*known, (AROUND_THE_CLOCK, _("Around the clock (UTC)"))]
        self.fields["hours"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, as declared above

    def clean_at(self) -> datetime:
        """Without a zone, as typed: the zone is that of the hours."""
        at: datetime = self.cleaned_data["at"]
        if not 1970 <= at.year <= 2100:
            raise forms.ValidationError(_("Choose a year from 1970 to 2100."))
        return at.replace(tzinfo=None)

    @property
    def row(self) -> BusinessCalendar | None:
        """The chosen calendar; None for all hours there are."""
        return self.rows.get(self.cleaned_data["hours"])

    @property
    def start(self) -> datetime:
        """The moment, in UTC."""
        zone = ZoneInfo(self.row.time_zone) if self.row else ZoneInfo("UTC")
        wall: datetime = self.cleaned_data["at"].replace(tzinfo=zone, fold=int(self.cleaned_data["later"]))
        return wall.astimezone(UTC)
