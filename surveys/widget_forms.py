"""Forms of the widget keys: they parse and check shape; services decide and write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.key_forms import OnceForm, OverlapForm
from core.origins import MOST, cleaned
from surveys.rules import widget_settings

LONGEST = 260 * MOST  # characters: a host has at most 253


def _bounded(name: str, label: Any, help_text: Any = "") -> forms.IntegerField:
    least, most = widget_settings.BOUNDS[name]
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


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


class WidgetLookForm(forms.Form):
    """How the script asks; the bounds are the rule's."""

    mode = forms.ChoiceField(
        label=_("Where it asks"),
        choices=[
            (widget_settings.POPOVER, _("In a corner of the window")),
            (widget_settings.INLINE, _("Inside the page, where it has a place")),
        ],
        help_text=_("A page with an element &lt;div data-amends&gt;&lt;/div&gt; shows it there in any case."),
    )
    side = forms.ChoiceField(
        label=_("Corner"),
        choices=[(widget_settings.RIGHT, _("Right")), (widget_settings.LEFT, _("Left"))],
    )
    urls = forms.CharField(
        label=_("Only on these pages"),
        required=False,
        max_length=widget_settings.MOST_URLS * (widget_settings.LONGEST_URL + 1),
        widget=forms.Textarea(
            attrs={"rows": 3, "placeholder": "/checkout/*\n!/checkout/pay", "spellcheck": "false"}
        ),
        help_text=_(
            "One pattern a line: /checkout/* looks at the path, * stands for anything, a ! takes pages out. Empty: all."
        ),
    )
    delay = _bounded("delay", _("Seconds until it asks"))
    scroll = _bounded("scroll", _("Read at least (percent of the page)"))
    percent = _bounded("percent", _("Percent of visitors"))
    again_days = _bounded(
        "again_days",
        _("Days until it asks the same browser again"),
        _(
            "0 stores nothing in the browser. With more, the day of the last answer is kept there (localStorage, no cookie), "
            "if the browser allows it."
        ),
    )

    def clean_urls(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["urls"].splitlines() if line.strip()]
        wrong = [line for line in lines if not widget_settings.is_pattern(line)]
        if wrong:
            raise forms.ValidationError(
                _("This is no pattern of an address: %(lines)s") % {"lines": ", ".join(wrong)[:200]}
            )
        if len(lines) > widget_settings.MOST_URLS:
            raise forms.ValidationError(_("At most %(most)d patterns.") % {"most": widget_settings.MOST_URLS})
        return lines


class WidgetRotateForm(OverlapForm):
    """A key in the place of another; the old one works until then."""
