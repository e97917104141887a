"""Forms of the suppression list."""

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
