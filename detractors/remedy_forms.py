"""Forms of remedies: giving one, limits and budget, pools of codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from detractors.enums import RemedyKind
from detractors.models import RemedyPool
from detractors.rules import remedies as rules

ROLES = (Role.AGENT, Role.MANAGER, Role.ADMIN, Role.OWNER)


def amount(label: Any, *, required: bool = False, **more: Any) -> forms.DecimalField:
    """An amount of money, two decimals, not negative."""
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal(0),
        max_value=rules.MOST,
        max_digits=9,
        decimal_places=2,
        **more,
    )


class RemedyForm(forms.Form):
    """What the customer gets, what it is worth to them, what it costs us."""

    kind = forms.ChoiceField(label=_("What"), choices=RemedyKind.choices, required=False)
    what = forms.CharField(label=_("In words"), max_length=300, required=False)
    value = amount(_("Worth to the customer"))
    cost = amount(_("Cost to us"))
    pool = forms.ChoiceField(label=_("With a code"), required=False)
    due_at = forms.DateTimeField(
        label=_("On a day"),
        help_text=_(
            "For a gesture with a moment of its own, such as a letter or a small gift: it becomes a task."
        ),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    owner = forms.ChoiceField(label=_("Who does it"), required=False)
    any_day = forms.BooleanField(
        label=_("Also on a weekend or a holiday"),
        help_text=_("Without it, a day off becomes the next working day."),
        required=False,
    )

    def __init__(
        self, data: Any = None, *, pools: Sequence[RemedyPool], owners: Sequence[User] = (), **kwargs: Any
    ) -> None:
        super().__init__(data, label_suffix="", auto_id="remedy-%s", **kwargs)
        self._owners = {str(user.pk): user for user in owners}
        self.fields["owner"].choices = [  # type: ignore[attr-defined]  # a ChoiceField, as declared above
            ("", _("I do")), *((key, user.display_name) for key, user in self._owners.items())
        ]  # fmt: skip
        self._pools = {pool.public_id: pool for pool in pools}
        field: Any = self.fields["pool"]
        field.choices = [("", _("No code"))] + [
            (code, f"{pool.name} ({getattr(pool, 'free', 0)})") for code, pool in self._pools.items()
        ]
        if not self._pools:
            del self.fields["pool"]

    @property
    def said(self) -> dict[str, Any]:
        """What the service takes, once the form is valid."""
        data = dict(self.cleaned_data)
        data["pool"] = self._pools.get(data.get("pool", ""))
        data["owner"] = self._owners.get(data.get("owner", ""))
        return data | {"value": data["value"] or Decimal(0), "cost": data["cost"] or Decimal(0)}


class RemedySettingsForm(forms.Form):
    """Currency, the month's budget, and what each role may give without asking (empty: as much as they like)."""

    currency = forms.CharField(label=_("Currency"), max_length=3, help_text=_("Three letters, such as EUR."))
    budget = forms.DecimalField(
        label=_("Budget of a month"), required=False, min_value=Decimal(0), max_digits=11, decimal_places=2,
        help_text=_("Beyond it an admin or owner has to agree. Empty: no budget."),
    )  # fmt: skip

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        for role in ROLES:
            self.fields[f"{role}_once"] = amount(_("%(role)s: for one remedy") % {"role": role.label})
            self.fields[f"{role}_month"] = amount(_("%(role)s: in a month") % {"role": role.label})

    @property
    def limits(self) -> Mapping[str, rules.Limit]:
        """By role, once the form is valid."""
        data = self.cleaned_data
        return {str(role): rules.Limit(data[f"{role}_once"], data[f"{role}_month"]) for role in ROLES}


class PoolForm(forms.Form):
    """A place for codes of one offer."""

    name = forms.CharField(label=_("Name"), max_length=100)
    kind = forms.ChoiceField(label=_("What"), choices=RemedyKind.choices, initial=RemedyKind.OFFER)
    value = amount(_("Worth to the customer"))
    cost = amount(_("Cost to us"))

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
