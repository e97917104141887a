"""Forms of public links: they parse and check shape; services decide and write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.services.public_links import LONGEST_TURN, SHORTEST_TURN, SOURCE_LIMIT
from surveys.services.touchpoints import NAME_LIMIT


class PublicLinkForm(forms.Form):
    """Where the link is put, and how it behaves there."""

    source = forms.CharField(
        label=_("Where it is used"),
        max_length=SOURCE_LIMIT,
        help_text=_("For example “Newsletter June” or “Counter Hamburg”: figures are kept for each."),
    )
    touchpoint = forms.CharField(
        label=_("Moment of the journey"),
        max_length=NAME_LIMIT,
        required=False,
        widget=forms.TextInput(attrs={"list": "touchpoints", "autocomplete": "off"}),
        help_text=_("For example Delivery or Support. Empty: the relation as a whole."),
    )
    is_kiosk = forms.BooleanField(
        label=_("A kiosk: a tablet on a counter, one customer after the other"),
        required=False,
        help_text=_("It begins anew after each answer and never shows what the customer before has written."),
    )
    kiosk_seconds = forms.IntegerField(
        label=_("Seconds until the next customer"),
        min_value=SHORTEST_TURN,
        max_value=LONGEST_TURN,
        initial=8,
        required=False,
        help_text=_("How long the thanks stay."),
    )

    def clean_kiosk_seconds(self) -> Any:
        return self.cleaned_data["kiosk_seconds"] or 8
