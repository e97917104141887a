"""Forms of text messages: the gateway, and the tray of texts nobody could place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.enums import SmsProvider
from surveys.models import SmsGateway


class SecretInput(forms.PasswordInput):
    """What was stored is never shown again; browsers keep nothing of it."""

    def __init__(self, placeholder: Any) -> None:
        super().__init__(
            render_value=False,
            attrs={"autocomplete": "new-password", "placeholder": placeholder, "spellcheck": "false"},
        )


class GatewayForm(forms.Form):
    """The gateway. Empty secrets leave the stored ones as they are; what cannot be kept is said by the service."""

    is_active = forms.BooleanField(label=_("Send text messages"), required=False)
    provider = forms.ChoiceField(
        label=_("How they leave"),
        choices=SmsProvider.choices,
        widget=forms.RadioSelect,
        help_text=_("Kept here: nothing leaves, each text is in the mailbox, where its link works."),
    )
    address = forms.CharField(
        label=_("Account at the provider"),
        max_length=1000,
        required=False,
        help_text=_(
            "As apprise writes it: twilio://AccountSID:AuthToken@+15551234567, vonage://key:secret@Sender,"
            " msgbird://key/Sender. The receiver's number is put at the end, or where {to} stands."
        ),
    )
    number = forms.CharField(
        label=_("Your number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "placeholder": "+49 30 1234567"}),
        help_text=_("Where replies come in. With it, texts say that a number or STOP may be sent back."),
    )
    secret = forms.CharField(
        label=_("Secret of reports and replies"),
        max_length=200,
        required=False,
        help_text=_("Of Twilio: your auth token. For others, press “Make a secret” below."),
    )
    per_day = forms.IntegerField(
        label=_("At most a day, in parts"),
        min_value=1,
        max_value=1_000_000,
        initial=1000,
        help_text=_("Providers charge by the part: this is your ceiling of cost for a day."),
    )
    per_number = forms.IntegerField(
        label=_("At most a day to one number"), min_value=1, max_value=100, initial=3
    )
    per_country = forms.IntegerField(
        label=_("At most a day into one country, in parts"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text=_("Empty: no limit of its own."),
    )
    countries = forms.CharField(
        label=_("Countries"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "DE AT CH", "autocomplete": "off"}),
        help_text=_(
            "Texts go to these alone, which keeps out numbers that cost you a fortune. Empty: to every one."
        ),
    )

    def __init__(self, *args: Any, row: SmsGateway | None = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs["initial"] = {
                name: getattr(row, name)
                for name in (
                    "is_active", "provider", "number", "per_day", "per_number", "per_country", "countries",
                )
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        kept = _("Kept. Type another to replace it.")
        self.fields["address"].widget = SecretInput(kept if row and row.address else "")
        self.fields["secret"].widget = SecretInput(kept if row and row.secret else "")
        if row is None:
            self.fields["provider"].initial = SmsProvider.CONSOLE


class GatewayTestForm(forms.Form):
    """Where a test text goes."""

    to = forms.CharField(
        label=_("Your own number"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "placeholder": "+49 151 23456789"}),
    )
