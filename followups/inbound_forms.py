"""What people type about incoming mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from followups.enums import Line
from followups.models import MailIntake

LTR = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}


class IntakeForm(forms.Form):
    """The rules first, then the mailbox."""

    reopens_days = forms.IntegerField(
        label=gettext_lazy("Days a reply opens a closed case again"),
        min_value=0,
        max_value=3650,
        help_text=gettext_lazy("A later reply opens a new case that names the old one."),
    )
    takes_complaints = forms.BooleanField(
        label=gettext_lazy("Mail to us opens a case"),
        required=False,
        help_text=gettext_lazy("Off: it waits among the mail to sort until somebody decides."),
    )
    is_on = forms.BooleanField(label=gettext_lazy("Read a mailbox"), required=False)
    address = forms.EmailField(
        label=gettext_lazy("Address of the mailbox"),
        required=False,
        widget=forms.EmailInput(attrs=LTR),
        help_text=gettext_lazy(
            "Customers answer to name+reply.…@ of it, so its provider must deliver what stands behind a plus; most do."
        ),
    )
    host = forms.CharField(
        label=gettext_lazy("IMAP server"), required=False, max_length=253, widget=forms.TextInput(attrs=LTR)
    )
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535)
    line = forms.ChoiceField(label=gettext_lazy("Encryption"), choices=Line.choices)
    user = forms.CharField(
        label=gettext_lazy("User name"), required=False, max_length=320, widget=forms.TextInput(attrs=LTR)
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
        help_text=gettext_lazy("Kept encrypted and never shown again. Left empty, the one there is stays."),
    )
    folder = forms.CharField(label=gettext_lazy("Folder"), max_length=200, widget=forms.TextInput(attrs=LTR))
    done_folder = forms.CharField(
        label=gettext_lazy("Folder for what was read"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=LTR),
        help_text=gettext_lazy("Left empty, mails stay where they are and are marked as read."),
    )
    every_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes between looks"), min_value=1, max_value=1440
    )

    @classmethod
    def of(cls, intake: MailIntake) -> IntakeForm:
        """The form with what is set; never the password."""
        names = [name for name in cls.base_fields if name != "password"]
        return cls(initial={name: getattr(intake, name) for name in names})

    def clean_host(self) -> str:
        return str(self.cleaned_data["host"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        return given
