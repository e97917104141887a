"""What the diagnostics page of the clock is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import BusinessCalendar
from accounts.rules.business_time import HORIZON_DAYS

AROUND_THE_CLOCK = "clock"


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
    minutes = forms.DecimalField(
        label=gettext_lazy("Minutes"),
        min_value=0,
        max_value=HORIZON_DAYS * 1440,
        max_digits=10,
        decimal_places=3,
    )
    hours = forms.ChoiceField(label=gettext_lazy("In the hours of"))

    def __init__(self, data: Any, *, calendars: Sequence[BusinessCalendar], **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
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
