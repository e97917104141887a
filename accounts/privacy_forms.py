"""The form of how long what is kept: one number a kind, empty to keep."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core import retention


class RetentionForm(forms.Form):
    """A field `days_<code>` for each kind; an empty one keeps until somebody deletes."""

    def __init__(self, data: Any = None, *, days: dict[str, int | None]) -> None:
        super().__init__(data)
        for kind in retention.kinds():
            self.fields[f"days_{kind.code}"] = forms.IntegerField(
                label=kind.label,
                required=False,
                initial=days[kind.code],
                min_value=kind.least,
                max_value=retention.MOST_DAYS,
                widget=forms.NumberInput(
                    attrs={
                        "class": "form-control",
                        "placeholder": _("for ever"),
                        "inputmode": "numeric",
                        "aria-describedby": f"says_{kind.code}",
                    }
                ),
            )

    def days(self) -> dict[str, int | None]:
        """Days by kind as typed; the form is valid."""
        return {kind.code: self.cleaned_data[f"days_{kind.code}"] for kind in retention.kinds()}
