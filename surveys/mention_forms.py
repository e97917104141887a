"""Forms of sources and mentions: they parse and check shape; services decide and write."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.answer_forms import LocalMomentField
from surveys.enums import ResponseChannel, SourceKind

CHANNELS = [
    (code.value, code.label)
    for code in (ResponseChannel.REVIEW, ResponseChannel.SOCIAL, ResponseChannel.WEB, ResponseChannel.SUPPORT)
]
KINDS = [
    (SourceKind.FEED.value, _("RSS or Atom feed: read again and again")),
    (SourceKind.WEBHOOK.value, _("Signed webhook: another program sends them")),
    (SourceKind.CSV.value, _("CSV files: you upload them")),
    (SourceKind.STAFF.value, _("A page without a feed: somebody is reminded to look")),
    (SourceKind.FORM.value, _("Complaint form: customers write to you")),
]
HOURS = [
    (15, _("every 15 minutes")),
    (60, _("every hour")),
    (360, _("every 6 hours")),
    (1440, _("every day")),
    (4320, _("every 3 days")),
    (10080, _("every week")),
]
LOOKED_AT = (SourceKind.FEED, SourceKind.STAFF)  # they have an address, and somebody comes back to it
MOST_BYTES = 5 * 1024 * 1024


class SourceForm(forms.Form):
    """One source. What does not belong to its kind is ignored."""

    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("As it stands beside each mention: “Trustpilot”.")
    )
    url = forms.URLField(
        label=_("Address"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Of the feed, or of the page somebody is to look at."),
    )
    every_minutes = forms.TypedChoiceField(label=_("How often"), choices=HOURS, coerce=int, initial=60)
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[("", _("As the kind says")), *CHANNELS], required=False
    )
    touchpoint: Any = forms.ModelChoiceField(
        label=_("Touchpoint"), queryset=None, to_field_name="public_id", required=False, empty_label=_("None")
    )
    opens_cases = forms.BooleanField(label=_("Unhappy ones open a case"), required=False, initial=True)

    def __init__(self, *args: Any, touchpoints: Any, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["touchpoint"].queryset = touchpoints
        self.source_kind = kind
        if kind:
            fields["channel"].choices = CHANNELS
            del self.fields["kind"]  # what it is stays what it is
        if kind and kind not in LOOKED_AT:
            del self.fields["url"], self.fields["every_minutes"]
        if kind == SourceKind.FORM:
            del self.fields["opens_cases"]  # a complaint is always owed a case

    def clean(self) -> dict[str, Any]:
        """A channel nobody chose is that of the kind: what is written to us comes from the website, the rest are reviews."""
        cleaned: dict[str, Any] = super().clean() or {}
        is_form = self.cleaned_data.get("kind", self.source_kind) == SourceKind.FORM
        cleaned["channel"] = cleaned.get("channel") or (
            ResponseChannel.WEB.value if is_form else ResponseChannel.REVIEW.value
        )
        return cleaned


class MentionForm(forms.Form):
    """One opinion somebody read or heard."""

    source: Any = forms.ModelChoiceField(
        label=_("Source"), queryset=None, to_field_name="public_id", required=False, empty_label=_("By hand")
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=CHANNELS)
    stars = forms.TypedChoiceField(
        label=_("Stars"),
        required=False,
        choices=[("", _("None")), *((number, f"{number} ★") for number in range(1, 6))],
        coerce=int,
        empty_value=None,
    )
    is_complaint = forms.BooleanField(
        label=_("It is a complaint: open a case whatever the stars"), required=False
    )
    title = forms.CharField(label=_("Title"), required=False, max_length=300)
    text = forms.CharField(
        label=_("In their words"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    author = forms.CharField(label=_("Who wrote it"), required=False, max_length=200)
    email = forms.CharField(
        label=_("Their mail address"),
        required=False,
        max_length=254,
        help_text=_("If you know it: a contact with it gets the case."),
    )
    url = forms.URLField(label=_("Where it stands"), required=False, max_length=1000, assume_scheme="https")
    published_at = LocalMomentField(label=_("When"), help_text=_("Leave it empty for now."))

    def __init__(self, *args: Any, sources: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["source"].queryset = sources
        fields["published_at"].zone = ZoneInfo(zone)


class MentionFileForm(forms.Form):
    """A CSV file of opinions."""

    file = forms.FileField(
        label=_("CSV file"),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
        help_text=_("Columns: text, stars, author, title, url, published_at, id, email, language."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s MB. Split it, and upload the parts one after the other.")
                % {"most": MOST_BYTES // (1024 * 1024)}
            )
        return file
