"""What is typed on the page of alerts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from detractors.enums import AlertKind
from detractors.models import AlertChoice
from detractors.pacing import Rules
from detractors.services import alerts

DAYS = (
    ("0", gettext_lazy("Monday")), ("1", gettext_lazy("Tuesday")), ("2", gettext_lazy("Wednesday")),
    ("3", gettext_lazy("Thursday")), ("4", gettext_lazy("Friday")), ("5", gettext_lazy("Saturday")),
    ("6", gettext_lazy("Sunday")),
)  # fmt: skip
BY_BELL = (
    AlertKind.WARNING,
    AlertKind.BREACH,
    AlertKind.ESCALATION,
)  # a case that is given rings in the queue itself


def _clock(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "form-control"})
    return forms.TimeField(label=label, required=False, widget=widget)


class AlertForm(forms.Form):
    """How one member wants to be alerted; `wanted` is what alerts.choose takes."""

    mail = forms.MultipleChoiceField(choices=AlertKind.choices, required=False)
    bell = forms.MultipleChoiceField(choices=[(one.value, one.label) for one in BY_BELL], required=False)
    quiet_from = _clock(gettext_lazy("Quiet from"))
    quiet_until = _clock(gettext_lazy("until"))
    quiet_days = forms.MultipleChoiceField(
        label=gettext_lazy("And all day on"),
        choices=DAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    daily_at = _clock(gettext_lazy("Every day at"))

    def __init__(self, data: Any = None, *, row: AlertChoice | None = None) -> None:
        no_mail, no_bell = (row.no_mail, row.no_bell) if row else ([], [])
        initial = {
            "mail": [kind for kind in AlertKind.values if kind not in no_mail],
            "bell": [kind for kind in BY_BELL if kind not in no_bell],
            "quiet_from": row.quiet_from if row else None,
            "quiet_until": row.quiet_until if row else None,
            "quiet_days": [str(day) for day in row.quiet_days] if row else [],
            "daily_at": row.daily_at if row else None,
        }
        super().__init__(data, initial=initial, label_suffix="")

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A line for each kind, with its two ticks."""
        mail, bell = self["mail"].value() or [], self["bell"].value() or []
        return [
            {
                "code": kind.value,
                "label": kind.label,
                "by_mail": kind.value in mail,
                "by_bell": kind.value in bell,
                "has_bell": kind in BY_BELL,
            }
            for kind in AlertKind
        ]

    @property
    def wanted(self) -> dict[str, Any]:
        """As alerts.choose takes it."""
        data = self.cleaned_data
        return {
            "no_mail": [kind for kind in AlertKind.values if kind not in data["mail"]],
            "no_bell": [kind for kind in BY_BELL if kind not in data["bell"]],
            "quiet_from": data["quiet_from"],
            "quiet_until": data["quiet_until"],
            "quiet_days": [int(day) for day in data["quiet_days"]],
            "daily_at": data["daily_at"],
        }


class RulesForm(forms.Form):
    """How a workspace alerts its people."""

    most_at_once = forms.IntegerField(
        label=gettext_lazy("Alerts one by one, at most"), min_value=1, max_value=alerts.MOST_AT_ONCE
    )
    within_minutes = forms.IntegerField(
        label=gettext_lazy("within minutes"),
        min_value=1,
        max_value=alerts.LONGEST_WITHIN,
        help_text=gettext_lazy("What is more comes together: one message that names every case once."),
    )
    links_need_sign_in = forms.BooleanField(
        label=gettext_lazy("Links in alerts ask for a sign-in"),
        required=False,
        help_text=gettext_lazy(
            "Without it, whoever has the mail can take, put off or hand over the case for three days."
        ),
    )

    def __init__(self, data: Any = None, *, rules: Rules) -> None:
        initial = {
            "most_at_once": rules.most_at_once,
            "within_minutes": int(rules.within.total_seconds() // 60),
            "links_need_sign_in": rules.links_need_sign_in,
        }
        super().__init__(data, initial=initial, label_suffix="")
