"""What is typed on the settings page of causes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from detractors.models import RootCause


class CauseForm(forms.Form):
    """A new root cause, at the top or under another."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    parent = forms.ChoiceField(label=gettext_lazy("Under"), required=False)

    def __init__(self, data: Any = None, *, tops: Sequence[RootCause], **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.tops = {cause.public_id: cause for cause in tops}
        names = [(key, cause.name) for key, cause in self.tops.items()]
        self.fields["parent"].choices = [("", _("Nothing: a new group")), *names]  # type: ignore[attr-defined]

    def clean_parent(self) -> RootCause | None:
        """The chosen cause of the first level, if any."""
        return self.tops.get(self.cleaned_data["parent"])
