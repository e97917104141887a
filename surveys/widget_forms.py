"""Forms of the widget keys: they parse and check shape; services decide and write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.key_forms import OnceForm, OverlapForm
from core.origins import MOST, cleaned

LONGEST = 260 * MOST  # characters: a host has at most 253


class OriginsField(forms.CharField):
    """One origin a line; gives a list of them as browsers write them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Sites that may use it"),
            widget=forms.Textarea(
                attrs={"rows": 3, "placeholder": "https://www.example.com", "spellcheck": "false"}
            ),
            max_length=LONGEST,
            help_text=_("One a line: https, host, and port if it has one; nothing after it."),
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Raises ValidationError naming the lines that are no origin."""
        found = cleaned(super().clean(value).splitlines())
        if not found:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return found


class WidgetKeyForm(OnceForm):
    """A key for one survey."""

    name = forms.CharField(
        label=_("Name"),
        max_length=50,
        help_text=_("Where it is used, so that you know later what stops when you revoke it."),
    )
    survey: Any = forms.ModelChoiceField(
        label=_("Survey"), queryset=None, to_field_name="public_id", empty_label=None
    )
    origins = OriginsField()

    def __init__(self, *args: Any, surveys: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["survey"].queryset = surveys  # type: ignore[attr-defined]  # a ModelChoiceField, as declared


class OriginsForm(forms.Form):
    origins = OriginsField()


class WidgetRotateForm(OverlapForm):
    """A key in the place of another; the old one works until then."""
