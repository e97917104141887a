"""The form of the contact policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessCalendar


class ClockInput(forms.TimeInput):
    """A time of day, as a browser's own field."""

    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class ContactPolicyForm(forms.Form):
    """How much one person is asked, and when."""

    quiet_days = forms.IntegerField(
        label=_("Days between two surveys"),
        min_value=0,
        help_text=_("Over all surveys. A survey can ask for a longer wait, never for a shorter one."),
    )
    decline_days = forms.IntegerField(
        label=_("Days of peace after a refusal"),
        min_value=0,
        help_text=_("For somebody who said “not now”."),
    )
    cap_count = forms.IntegerField(
        label=_("Messages at most"),
        min_value=0,
        max_value=1000,
        help_text=_("Surveys, reminders and mails about cases together, on all channels. 0: no limit."),
    )
    cap_days = forms.IntegerField(label=_("within days"), min_value=1, max_value=365)
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=ClockInput())
    quiet_to = forms.TimeField(label=_("until"), required=False, widget=ClockInput())
    keeps_holidays = forms.BooleanField(label=_("Nobody is written to on a holiday"), required=False)
    calendar = forms.ChoiceField(label=_("Holidays of"), required=False)
    minutes_per_case = forms.IntegerField(
        label=_("Minutes a case takes"),
        min_value=1,
        max_value=1440,
        help_text=_("A person's working time, for the estimate of what a campaign will bring."),
    )
    capacity_share = forms.IntegerField(
        label=_("Percent of the free hours for new cases"), min_value=1, max_value=100
    )

    def __init__(self, *args: Any, calendars: Sequence[BusinessCalendar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["calendar"]
        field.choices = [("", _("the usual working hours")), *((str(row.pk), row.name) for row in calendars)]

    def values(self) -> dict[str, Any]:
        """The cleaned fields as the service takes them."""
        data = dict(self.cleaned_data)
        calendar = data.pop("calendar")
        return {**data, "calendar_id": int(calendar) if calendar else None}
