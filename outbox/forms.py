"""Forms of the suppression list and of the sender page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outbox.enums import SuppressionScope


class SuppressForm(forms.Form):
    """An address a person puts on the list."""

    address = forms.EmailField(label=_("E-mail address"), max_length=254)
    scope = forms.ChoiceField(label=_("What to stop"), choices=SuppressionScope.choices)
    note = forms.CharField(label=_("Why"), max_length=300, required=False)


class LiftForm(forms.Form):
    """Taking an address off the list needs a reason."""

    address = forms.CharField(max_length=320, widget=forms.HiddenInput)
    note = forms.CharField(label=_("Why may this address be mailed again?"), max_length=300)


class SenderForm(forms.Form):
    """What stands in front of the sender address, and where answers to our mails go."""

    sender_name = forms.CharField(
        label=_("From name"),
        max_length=120,
        required=False,
        help_text=_("Stands in front of the sender address. Empty: the company name."),
    )
    reply_to = forms.EmailField(
        label=_("Replies go to"),
        max_length=254,
        required=False,
        help_text=_("A mailbox somebody reads: customers do answer survey mails."),
    )


class CheckForm(forms.Form):
    """What only the person knows: under which name the key of the mail service stands."""

    selector = forms.CharField(
        label=_("DKIM selector"),
        max_length=63,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text=_(
            "What stands after “s=” in the DKIM-Signature header of a mail you sent. Empty: the usual ones are tried."
        ),
    )
