"""Whether the customer stayed, as it is typed on the case; the names of reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from detractors.enums import Retained
from detractors.models import LossReason


class RetentionForm(forms.Form):
    """Kept or lost, since when, and why."""

    state = forms.ChoiceField(
        label=gettext_lazy("The customer is"), choices=Retained.choices, widget=forms.RadioSelect
    )
    on_date = forms.DateField(
        label=gettext_lazy("Since"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
        help_text=gettext_lazy("Empty: today."),
    )
    reason = forms.ChoiceField(label=gettext_lazy("Why they left"), required=False)
    note = forms.CharField(
        label=gettext_lazy("What you know of it"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, data: Any = None, *, reasons: Sequence[LossReason], **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", auto_id="retention-%s", **kwargs)
        self.reasons = {row.public_id: row for row in reasons}
        self.fields["reason"].choices = [  # type: ignore[attr-defined]  # a ChoiceField, as declared above
            ("", _("Not known")),
            *((key, row.name) for key, row in self.reasons.items()),
        ]
        if not self.reasons:
            del self.fields["reason"]

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it; a reason that stands beside "kept" is left out."""
        data = self.cleaned_data
        reason = self.reasons.get(data.get("reason", "")) if data["state"] == Retained.LOST else None
        return {"state": data["state"], "on_date": data["on_date"], "reason": reason, "note": data["note"]}


class ReasonForm(forms.Form):
    """One more reason."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)


def choices_at_resolving(reasons: Sequence[LossReason]) -> list[tuple[str, str]]:
    """One choice for what is known of the customer when a case is resolved; nothing is known first."""
    return [
        ("", _("Not known yet")),
        (Retained.KEPT.value, _("Stays with us")),
        (Retained.LOST.value, _("Has left")),
        *(
            (f"{Retained.LOST}:{row.public_id}", _("Has left: %(reason)s") % {"reason": row.name})
            for row in reasons
        ),
    ]


def said_at_resolving(chosen: str, reasons: Sequence[LossReason]) -> dict[str, Any] | None:
    """The same as the service takes it; None where nothing is known."""
    state, _colon, public_id = chosen.partition(":")
    if state not in Retained.values:
        return None
    return {"state": state, "reason": next((row for row in reasons if row.public_id == public_id), None)}
