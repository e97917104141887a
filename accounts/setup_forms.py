"""The form of the first visit: it parses and checks shape; services/setup.py decides and writes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms import language_choices, time_zones
from accounts.models import User, Workspace
from accounts.people_forms import password_rules


class SetupForm(forms.Form):
    """The company and its first person."""

    company = forms.CharField(
        label=_("Company name"),
        max_length=120,
        help_text=_("As customers know you."),
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
    )
    slug = forms.SlugField(
        label=_("Short name for addresses"),
        max_length=50,
        validators=Workspace._meta.get_field("slug").validators,
        help_text=_("Small letters, digits and hyphens. It stays as it is."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones, initial="UTC")
    language = forms.ChoiceField(label=_("Language of your surveys"), choices=language_choices, initial="en")
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("Customers see it under your replies."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_rules(),
    )

    COMPANY_FIELDS = ("company", "slug", "time_zone", "language")

    @property
    def company_fields(self) -> list[forms.BoundField]:
        """What is asked about the company."""
        return [self[name] for name in self.COMPANY_FIELDS]

    @property
    def person_fields(self) -> list[forms.BoundField]:
        """What is asked about the person."""
        return [self[name] for name in self.fields if name not in self.COMPANY_FIELDS]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if password := data.get("password"):
            try:
                validate_password(password, User(email=data.get("email", ""), name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data
