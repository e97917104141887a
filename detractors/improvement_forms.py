"""Forms of the register of improvements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from detractors.enums import ImprovementKind
from detractors.models import RootCause


class ImprovementForm(forms.Form):
    """What is to be changed, of which kind, by whom and until when, and which causes it removes."""

    title = forms.CharField(label=_("What is to be improved"), max_length=160)
    about = forms.CharField(
        label=_("What is wrong, and how you know"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        max_length=10_000,
    )
    kind = forms.ChoiceField(label=_("Kind of change"), choices=ImprovementKind.choices)
    causes = forms.MultipleChoiceField(
        label=_("Root causes it removes"),
        help_text=_("Every case with one of them belongs to this improvement."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    owner = forms.ChoiceField(label=_("Who does it"), required=False)
    due_on = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(
        self, data: Any = None, *, owners: Sequence[User], causes: Sequence[RootCause], **kwargs: Any
    ) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self._owners = {str(user.pk): user for user in owners}
        self._causes = {cause.public_id: cause for cause in causes}
        people: Any = self.fields["owner"]
        people.choices = [
            ("", _("Nobody yet")),
            *((pk, user.display_name) for pk, user in self._owners.items()),
        ]
        tree: Any = self.fields["causes"]
        tree.choices = [
            (code, f"{cause.parent.name}: {cause.name}" if cause.parent else cause.name)
            for code, cause in self._causes.items()
        ]

    @property
    def said(self) -> dict[str, Any]:
        """What the service takes, once the form is valid."""
        data = dict(self.cleaned_data)
        data["owner"] = self._owners.get(data["owner"])
        data["causes"] = [self._causes[code] for code in data["causes"]]
        return data
