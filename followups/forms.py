"""What people type when they write to a customer or keep a reply."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from detractors.forms import grouped
from detractors.models import RootCause
from followups.enums import ThenMove
from followups.models import ReplyTemplate
from followups.services.replies import BODY_LENGTH, SUBJECT_LENGTH
from followups.services.reply_templates import NAME_LENGTH

THEN = (
    (ThenMove.WAIT, gettext_lazy("waits for the customer")),
    (ThenMove.RESOLVE, gettext_lazy("is resolved")),
)


def kept_name(template: ReplyTemplate) -> str:
    """Its name, and its shortcut when it has one."""
    return f"{template.name} · /{template.shortcut}" if template.shortcut else template.name


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
    then_move = forms.ChoiceField(
        label=gettext_lazy("And the case"),
        required=False,
        choices=[("", gettext_lazy("stays as it is")), *THEN],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    waiting_for = forms.CharField(
        label=gettext_lazy("What we are waiting for"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    root_cause = forms.ChoiceField(label=gettext_lazy("Why did it happen?"), required=False)
    resolution = forms.CharField(
        label=gettext_lazy("What was done"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("The customer reads these words in the closing mail."),
    )

    def __init__(
        self, *args: Any, templates: Sequence[ReplyTemplate], causes: Sequence[RootCause] = (), **kwargs: Any
    ) -> None:
        kwargs.setdefault("auto_id", "reply-%s")
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        kept = [(template.pk, kept_name(template)) for template in templates]
        # A personal one comes last: of two with one shortcut it is the one meant.
        ordered = sorted(templates, key=lambda template: template.owner_id is not None)
        self.shortcuts = json.dumps({row.shortcut: row.pk for row in ordered if row.shortcut})
        self.fields["template"].choices = [("", _("Choose…")), *kept]  # type: ignore[attr-defined]
        self.causes = {cause.public_id: cause for cause in causes}
        self.fields["root_cause"].choices = [("", _("Choose a root cause")), *grouped(causes)]  # type: ignore[attr-defined]
        self.fields["root_cause"].widget.attrs["class"] = "form-select"
        for name in ("subject", "body", "waiting_for", "resolution"):
            self.fields[name].widget.attrs["class"] = "form-control"
        self.fields["template"].widget.attrs["class"] = "form-select"
        self.fields["anyway"].widget.attrs["class"] = "form-check-input"

    @property
    def then(self) -> dict[str, Any]:
        """What is done with the case, as `pending_replies.plan` takes it."""
        data = self.cleaned_data
        return {
            "then_move": data["then_move"],
            "then": {
                "waiting_for": data["waiting_for"],
                "root_cause": data["root_cause"],
                "resolution": data["resolution"],
            },
        }


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

    list = forms.ChoiceField(label=gettext_lazy("Who can use it"), required=False)
    shortcut = forms.CharField(
        label=gettext_lazy("Shortcut"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": 21, "dir": "ltr", "autocapitalize": "none"}),
        help_text=gettext_lazy("Typed in a reply as /shortcut and a space."),
    )
    then_move = forms.ChoiceField(
        label=gettext_lazy("And the case"),
        required=False,
        choices=[("", gettext_lazy("stays as it is")), *THEN],
    )
    waiting_for = forms.CharField(
        label=gettext_lazy("What we are waiting for"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=gettext_lazy("If the case waits. Left empty, the writer is asked."),
    )
    root_cause = forms.ChoiceField(label=gettext_lazy("Why did it happen?"), required=False)
    resolution = forms.CharField(
        label=gettext_lazy("What was done"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=gettext_lazy("If the case is resolved. Left empty, the writer is asked."),
    )

    def __init__(
        self, *args: Any, lists: Sequence[tuple[str, str]], causes: Sequence[RootCause] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.causes = {cause.public_id: cause for cause in causes}
        self.fields["root_cause"].choices = [("", _("Choose a root cause")), *grouped(causes)]  # type: ignore[attr-defined]
        self.fields["list"].choices = lists  # type: ignore[attr-defined]
        if len(lists) < 2:  # there is nothing to choose
            del self.fields["list"]

    @property
    def words(self) -> dict[str, Any]:
        """As `reply_templates.Kept` takes it, without its list."""
        data = self.cleaned_data
        then = {
            "waiting_for": data["waiting_for"].strip(),
            "root_cause": data["root_cause"],
            "resolution": data["resolution"].strip(),
        }
        return {name: data[name] for name in ("name", "subject", "body", "shortcut", "then_move")} | {
            "then": then
        }


class CustomerPagesForm(forms.Form):
    """How customers' own pages are in a workspace."""

    is_on = forms.BooleanField(
        label=_("Customers see their case"),
        help_text=_(
            "Switched off, the links in mails say that the page is closed, and new mails carry none."
        ),
        required=False,
    )
    days_open = forms.IntegerField(
        label=_("Days it stays open after the case is closed"), min_value=1, max_value=730
    )
    offers_calls = forms.BooleanField(
        label=_("They can choose a call-back"),
        help_text=_(
            "Times within the working hours of the case's team at which its owner has no other call."
        ),
        required=False,
    )
    call_minutes = forms.IntegerField(label=_("Minutes a call takes"), min_value=5, max_value=120)
    call_notice_hours = forms.IntegerField(
        label=_("Hours of notice"),
        help_text=_("No time earlier than this is offered."),
        min_value=0,
        max_value=168,
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
