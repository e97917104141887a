"""What is typed on the page of a link in an alert."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from detractors.work_forms import WorkForm, moment_field, name_zone


class HandOverForm(WorkForm):
    """To whom; cleaned to the person."""

    owner = forms.ChoiceField(label=gettext_lazy("To whom"))

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, act="hand-over", **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["owner"].choices = [  # type: ignore[attr-defined]  # a ChoiceField, as declared above
            ("", _("Choose a colleague")),
            *((key, person.display_name) for key, person in self.people.items()),
        ]

    def clean_owner(self) -> User:
        """The chosen colleague."""
        return self.people[self.cleaned_data["owner"]]


class CallBackForm(WorkForm):
    """When the customer will be called, and about what."""

    at = moment_field(gettext_lazy("When"), required=True)
    note = forms.CharField(
        label=gettext_lazy("What about? (optional)"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, act="call-back", **kwargs)
        name_zone(self.fields["at"])
