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
from detractors.services.attachments import ENDINGS
from followups.enums import ThenMove
from followups.models import MessageTemplate, ReplyTemplate
from followups.services.replies import BODY_LENGTH, SUBJECT_LENGTH
from followups.services.reply_templates import NAME_LENGTH

THEN = (
    (ThenMove.WAIT, gettext_lazy("waits for the customer")),
    (ThenMove.RESOLVE, gettext_lazy("is resolved")),
)


OF_LANGUAGES = "mail:"  # and a public id: a template, beside the ids of kept replies


def kept_name(template: ReplyTemplate) -> str:
    """Its name, and its shortcut when it has one."""
    return f"{template.name} · /{template.shortcut}" if template.shortcut else template.name


class ThenForm(forms.Form):
    """What is done with the case once a reply has left, and what that needs."""

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
    )
    root_cause = forms.ChoiceField(label=gettext_lazy("Why did it happen?"), required=False)
    resolution = forms.CharField(
        label=gettext_lazy("What was done"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args: Any, causes: Sequence[RootCause] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.causes = {cause.public_id: cause for cause in causes}
        self.fields["root_cause"].choices = [("", _("Choose a root cause")), *grouped(causes)]  # type: ignore[attr-defined]

    @property
    def then(self) -> dict[str, Any]:
        """As `PendingReply.then`, before it is judged."""
        return {name: self.cleaned_data[name].strip() for name in ("waiting_for", "root_cause", "resolution")}


def words_field(label: Any) -> forms.CharField:
    """The words of a reply, with the light markup of followups/rules/markup.py."""
    attrs = {"rows": 9, "dir": "auto", "maxlength": BODY_LENGTH, "data-marks": True}
    return forms.CharField(label=label, required=False, strip=False, widget=forms.Textarea(attrs=attrs))


def subject_field(help_text: Any = "") -> forms.CharField:
    """The subject of a reply."""
    widget = forms.TextInput(attrs={"dir": "auto", "maxlength": SUBJECT_LENGTH})
    return forms.CharField(label=gettext_lazy("Subject"), required=False, widget=widget, help_text=help_text)


class Files(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class ReplyForm(ThenForm):
    """`seen` is the newest timeline entry when the form was drawn, `submission` the form's own random word.

    Lengths and words are judged by the service, so that nothing typed is ever lost to a limit of the field. Files are read
    from the request: those that are taken are files of the case, chosen by `attached`.
    """

    seen = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    submission = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    template = forms.ChoiceField(label=gettext_lazy("Start from words that are there"), required=False)
    subject = subject_field()
    body = words_field(gettext_lazy("Your words to the customer"))
    new_files = forms.FileField(
        label=gettext_lazy("Files"),
        required=False,
        widget=Files(attrs={"accept": ",".join(ENDINGS), "class": "form-control"}),
    )
    anyway = forms.BooleanField(label=gettext_lazy("I mean it like this: send it"), required=False)

    def __init__(
        self,
        *args: Any,
        templates: Sequence[ReplyTemplate],
        mails: Sequence[MessageTemplate] = (),
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("auto_id", "reply-%s")
        super().__init__(*args, **kwargs)
        moves = self.fields["then_move"]
        moves.widget = forms.RadioSelect(attrs={"class": "form-check-input"}, choices=moves.choices)  # type: ignore[attr-defined]
        self.fields["resolution"].help_text = _("The customer reads these words in the closing mail.")
        kept = [(template.pk, kept_name(template)) for template in templates]
        # A personal one comes first: of two with one shortcut it is the one meant.
        ordered = sorted(templates, key=lambda template: template.owner_id is None)
        named = [{"id": row.pk, "word": row.shortcut, "name": row.name} for row in ordered]
        named += [{"id": f"{OF_LANGUAGES}{row.public_id}", "word": "", "name": row.name} for row in mails]
        self.shortcuts = json.dumps(named, ensure_ascii=False)
        groups: list[Any] = [("", _("Choose…"))]
        if mails:
            spoken = [(f"{OF_LANGUAGES}{row.public_id}", row.name) for row in mails]
            groups += [(_("Templates, in their language"), spoken), (_("Kept replies"), kept)]
        else:
            groups += kept
        self.fields["template"].choices = groups  # type: ignore[attr-defined]
        if "cursor" in self.initial:
            attrs = self.fields["body"].widget.attrs
            attrs["data-cursor"] = self.initial["cursor"]
            attrs["data-marked"] = bool(self.initial["is_marked"])
        for name in ("subject", "body", "waiting_for", "resolution"):
            self.fields[name].widget.attrs["class"] = "form-control"
        for name in ("template", "root_cause"):
            self.fields[name].widget.attrs["class"] = "form-select"
        self.fields["anyway"].widget.attrs["class"] = "form-check-input"


class ReplyTemplateForm(ThenForm):
    """A kept reply; its words are judged by the service."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": NAME_LENGTH, "dir": "auto"}),
        help_text=gettext_lazy("As colleagues find it in the list."),
    )
    subject = subject_field(gettext_lazy("Left empty, the conversation keeps its own."))
    body = words_field(gettext_lazy("Words"))
    list = forms.ChoiceField(label=gettext_lazy("Who can use it"), required=False)
    shortcut = forms.CharField(
        label=gettext_lazy("Shortcut"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": 21, "dir": "ltr", "autocapitalize": "none"}),
        help_text=gettext_lazy("Typed in a reply as /shortcut, then Tab or Enter."),
    )
    field_order = ("name", "subject", "body", "list", "shortcut")

    def __init__(self, *args: Any, lists: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["waiting_for"].help_text = _("If the case waits. Left empty, the writer is asked.")
        self.fields["resolution"].help_text = _("If the case is resolved. Left empty, the writer is asked.")
        self.fields["resolution"].widget.attrs["rows"] = 2
        self.fields["list"].choices = lists  # type: ignore[attr-defined]
        if len(lists) < 2:  # there is nothing to choose
            del self.fields["list"]

    @property
    def words(self) -> dict[str, Any]:
        """As `reply_templates.Kept` takes it, without its list."""
        data = self.cleaned_data
        return {name: data[name] for name in ("name", "subject", "body", "shortcut", "then_move")} | {
            "then": self.then
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
