"""What people type when they write a template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import language_choices
from followups.enums import TemplateKind
from followups.forms import subject_field, words_field
from followups.services.templates import NAME_LENGTH


class TemplateWordsForm(forms.Form):
    """Its words in one language; they are judged by the service. `seen` is the mark of the words that were shown."""

    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    subject = subject_field(_("Left empty, the conversation keeps its own."))
    body = words_field(_("Words"))
    field_order: Sequence[str] = ("subject", "body")

    def __init__(self, *args: Any, kind: str, language: str, direction: str = "auto", **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "words-%s")
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        if kind != TemplateKind.MAIL:
            del self.fields["subject"]
        body = self.fields["body"]
        body.widget.attrs |= {"rows": 6 if kind == TemplateKind.SMS else 14, "class": "form-control"}
        if kind == TemplateKind.SMS:
            body.widget.attrs.pop("data-marks")  # a text message has no formatting
            body.widget.attrs["data-takes-fields"] = True
        if language:
            for name in ("subject", "body"):
                if name in self.fields:
                    self.fields[name].widget.attrs |= {"lang": language, "dir": direction}


class NewTemplateForm(TemplateWordsForm):
    """Its name, and its first words in its own language."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": NAME_LENGTH, "dir": "auto"}),
        help_text=_("As colleagues find it: the occasion, not the words."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    field_order = ("name", "language", "subject", "body")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, language="", **kwargs)


class TemplateForm(forms.Form):
    """What a template is called, and the language of those whose own it does not speak."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": NAME_LENGTH, "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("For everybody whose language is not here"))

    def __init__(self, *args: Any, languages: list[tuple[str, str]], **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "about-%s")
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
