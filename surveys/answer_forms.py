"""The form for an answer that a customer gave to one of us: it parses and checks shape; the service decides and writes."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from core.tokens import NONCE_LENGTH
from surveys.enums import ResponseChannel
from surveys.rules.verbatim import COMMENT_LIMIT, TextTooLong, clean
from surveys.services.staff_answers import CHANNELS

_SUBMISSION = re.compile(rf"[A-Za-z0-9_-]{{{NONCE_LENGTH}}}\Z")


class LocalMomentField(forms.CharField):
    """A day and time as the workspace's clock shows it; gives an aware moment, None when it is left empty."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.zone = ZoneInfo("UTC")

    def clean(self, value: Any) -> datetime | None:
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise forms.ValidationError(_("Write a day and a time, like 2026-03-02 09:30.")) from None
        return found if found.tzinfo else found.replace(tzinfo=self.zone)


class AnswerForm(forms.Form):
    """Who said what about which question, and when. `customer` is left out where the page knows the person."""

    submission = forms.CharField(widget=forms.HiddenInput)
    customer = forms.CharField(
        label=_("Customer"),
        required=False,
        max_length=254,
        help_text=_("Their mail address or your own id for them; leave it empty if you do not know them."),
    )
    survey: Any = forms.ModelChoiceField(
        label=_("Survey"), queryset=None, to_field_name="public_id", empty_label=None
    )
    score = forms.IntegerField(
        label=_("Score"), min_value=0, max_value=10, help_text=_("The number they named.")
    )
    comment = forms.CharField(
        label=_("In their words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("As close to what they said as you can: others will read it as the customer's voice."),
    )
    channel = forms.ChoiceField(
        label=_("Where they said it"), choices=[(code.value, code.label) for code in CHANNELS]
    )
    touchpoint: Any = forms.ModelChoiceField(
        label=_("Touchpoint"), queryset=None, to_field_name="public_id", required=False
    )
    responded_at = LocalMomentField(
        label=_("When"), help_text=_("Leave it empty for now. In the workspace's time.")
    )
    open_case = forms.BooleanField(label=_("Open a case even if it is older than seven days"), required=False)

    def __init__(
        self,
        *args: Any,
        surveys: Any,
        touchpoints: Any,
        zone: str,
        needs_touchpoint: bool = False,
        knows_customer: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["survey"].queryset = surveys
        fields["touchpoint"].queryset = touchpoints
        fields["touchpoint"].required = needs_touchpoint
        fields["touchpoint"].empty_label = None if needs_touchpoint else _("None")
        fields["responded_at"].zone = ZoneInfo(zone)
        if knows_customer:
            del self.fields["customer"]
        self.fields["channel"].initial = ResponseChannel.CALL.value

    def clean_submission(self) -> str:
        text: str = self.cleaned_data["submission"]
        if not _SUBMISSION.match(text):
            raise forms.ValidationError(_("Load this page again, please."))
        return text

    def clean_comment(self) -> str:
        try:
            return clean(self.cleaned_data["comment"])
        except TextTooLong:
            raise forms.ValidationError(
                _("Please keep it under %(most)s characters.") % {"most": COMMENT_LIMIT}
            ) from None
