"""What is typed on the settings pages of the case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from detractors.enums import Category, TagColour


class StatusForm(forms.Form):
    """A new status of the workspace's own."""

    name = forms.CharField(label=_("Name"), max_length=60)
    category = forms.ChoiceField(
        label=_("Stands for"),
        choices=Category.choices,
        help_text=_("What a case may do, and whether its clock runs, follows from this alone."),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)


class ClosingForm(forms.Form):
    """What the workspace asks for."""

    needs_issue = forms.BooleanField(
        label=_("What is really behind the complaint"),
        help_text=_("The underlying issue, not only what the customer says is wrong."),
        required=False,
    )
    needs_note = forms.BooleanField(
        label=_("An internal note"),
        help_text=_("At least one, by a person, since the case was opened."),
        required=False,
    )
    needs_promises_done = forms.BooleanField(
        label=_("What was promised to the customer is done"),
        help_text=_("Every task marked as promised."),
        required=False,
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)


class TagForm(forms.Form):
    """A new tag."""

    name = forms.CharField(label=_("Name"), max_length=40)
    colour = forms.ChoiceField(label=_("Colour"), choices=TagColour.choices)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
