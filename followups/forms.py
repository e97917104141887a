"""What people type when they write to a customer or keep a reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.models import ReplyTemplate
from followups.services.replies import BODY_LENGTH, SUBJECT_LENGTH
from followups.services.reply_templates import NAME_LENGTH


class ReplyForm(forms.Form):
    """`seen` is the newest timeline entry when the form was drawn, `submission` the form's own random word.

    Lengths and words are judged by the service, so that nothing typed is ever lost to a limit of the field.
    """

    seen = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    submission = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    template = forms.TypedChoiceField(
        label=gettext_lazy("Start from a kept reply"), required=False, coerce=int, empty_value=None
    )
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        required=False,
        strip=True,
        widget=forms.TextInput(attrs={"dir": "auto", "maxlength": SUBJECT_LENGTH}),
    )
    body = forms.CharField(
        label=gettext_lazy("Your words to the customer"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 9, "dir": "auto", "maxlength": BODY_LENGTH}),
    )
    anyway = forms.BooleanField(label=gettext_lazy("I mean it like this: send it"), required=False)

    def __init__(self, *args: Any, templates: Sequence[ReplyTemplate], **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "reply-%s")
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        kept = [(template.pk, template.name) for template in templates]
        self.fields["template"].choices = [("", _("Choose…")), *kept]  # type: ignore[attr-defined]
        for name in ("subject", "body"):
            self.fields[name].widget.attrs["class"] = "form-control"
        self.fields["template"].widget.attrs["class"] = "form-select"
        self.fields["anyway"].widget.attrs["class"] = "form-check-input"


class ReplyTemplateForm(forms.Form):
    """A kept reply; its words are judged by the service."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": NAME_LENGTH, "dir": "auto"}),
        help_text=gettext_lazy("As colleagues find it in the list."),
    )
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": SUBJECT_LENGTH, "dir": "auto"}),
        help_text=gettext_lazy("Left empty, the conversation keeps its own."),
    )
    body = forms.CharField(
        label=gettext_lazy("Words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 9, "maxlength": BODY_LENGTH, "dir": "auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
