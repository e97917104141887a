"""What is typed on the pages of chat targets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from outbox.enums import TargetEvent, TargetKind
from outbox.models import ChatTarget


class TargetForm(forms.Form):
    """One target; its cleaned data is what chat_targets.save takes."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=TargetKind.choices)
    address = forms.CharField(
        label=gettext_lazy("Address of the webhook"),
        max_length=2000,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("It hears of"),
        choices=TargetEvent.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    digest_at = forms.TimeField(
        label=gettext_lazy("Overview at"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )

    def __init__(self, data: Any = None, *, target: ChatTarget | None = None) -> None:
        initial: dict[str, Any] = {"events": [TargetEvent.BREACH, TargetEvent.ESCALATION]}
        if target is not None:
            initial = {
                "name": target.name,
                "kind": target.kind,
                "events": target.events,
                "digest_at": target.digest_at,
            }
        super().__init__(data, initial=initial, label_suffix="")
        if target is not None:
            self.fields["address"].help_text = gettext_lazy(
                "It is kept sealed. Left empty, it stays as it is."
            )
