"""Forms of the keys page: they parse and check shape; services decide and write."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules import key_life, scopes
from core.tokens import new_token

READ_ONLY, EVERYTHING, CHOSEN = "read", "everything", "chosen"
FORM_LIFE = timedelta(hours=12)  # how long a page with a form may lie open; a form is known for 24 hours
_SIGNER = signing.TimestampSigner(salt="accounts.key_forms")
_MINUTE = "%Y-%m-%dT%H:%M"


def signed_token() -> str:
    """What makes one form one key, however often it is sent."""
    return _SIGNER.sign(new_token())


class OnceForm(forms.Form):
    """A form that does its work once. Sent too late, it comes back with a fresh token and what was typed."""

    once = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        self.is_ours = data is None or _is_ours(data.get("once", ""))
        if data is not None and not self.is_ours:
            data = data.copy()
            data["once"] = signed_token()
        super().__init__(data, **kwargs)
        self.initial.setdefault("once", signed_token())

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.is_ours:
            raise forms.ValidationError(_("This page lay open too long. Look it over and send it again."))
        return given


def _is_ours(token: str) -> bool:
    try:
        _SIGNER.unsign(token, max_age=FORM_LIFE)
    except signing.BadSignature:
        return False
    return True


def _lifetime() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=gettext_lazy("Works for"),
        coerce=int,
        choices=[
            (30, gettext_lazy("30 days")),
            (90, gettext_lazy("90 days")),
            (365, gettext_lazy("365 days")),
            (0, gettext_lazy("ever, until it is revoked")),
        ],
        initial=key_life.USUAL_LIFETIME,
        help_text=gettext_lazy("Admins get a mail a week before it ends."),
    )


class ApiKeyForm(OnceForm):
    """A key for one program."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=50,
        help_text=gettext_lazy("What uses it, so that you know later what stops when you revoke it."),
    )
    can = forms.ChoiceField(
        label=gettext_lazy("May"),
        choices=[
            (READ_ONLY, gettext_lazy("Read everything")),
            (EVERYTHING, gettext_lazy("Read and write everything")),
            (CHOSEN, gettext_lazy("Only what is chosen")),
        ],
        widget=forms.RadioSelect,
        initial=READ_ONLY,
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Chosen"), required=False, widget=forms.CheckboxSelectMultiple
    )
    days = _lifetime()

    def __init__(self, data: Any = None, *, taken: set[str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._taken = taken
        self.fields["scopes"].choices = [(one, _(scopes.SENTENCES[one])) for one in scopes.SINGLE]  # type: ignore[attr-defined]  # a ChoiceField, as declared

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if name.lower() in self._taken:
            raise forms.ValidationError(
                _("A key with this name exists. Revoke it first, or choose another name.")
            )
        return name

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("can") == CHOSEN and not given.get("scopes") and "scopes" not in self.errors:
            self.add_error("scopes", _("Choose at least one thing it may do."))
        return given

    @property
    def can_do(self) -> list[str]:
        """The scopes that were chosen; only after `is_valid`."""
        preset = {READ_ONLY: [scopes.READ], EVERYTHING: list(scopes.EVERYTHING)}
        return preset.get(self.cleaned_data["can"]) or list(self.cleaned_data["scopes"])


class UntilField(forms.DateTimeField):
    """A minute in the viewer's zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MINUTE)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=[_MINUTE, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs)


class OverlapForm(OnceForm):
    """Until when the old key of a rotation works."""

    until = UntilField(label=gettext_lazy("The old key works until"))

    def __init__(self, data: Any = None, *, now: datetime, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._now = now
        self.initial.setdefault("until", now + key_life.USUAL_OVERLAP)
        zone = timezone.get_current_timezone_name()
        self.fields["until"].help_text = _("At most 30 days from now. In your time: %(zone)s.") % {
            "zone": zone
        }

    def clean_until(self) -> datetime:
        until: datetime = self.cleaned_data["until"]
        # A minute that is running counts as now; the last one as 30 days.
        if self._now - timedelta(minutes=1) <= until < self._now:
            return self._now
        if not self._now <= until <= self._now + key_life.LONGEST_OVERLAP:
            raise forms.ValidationError(_("Choose a moment within the next 30 days."))
        return until


class RotateForm(OverlapForm):
    """A key in the place of another."""

    days = _lifetime()
    field_order = ("until", "days")
