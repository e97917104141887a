"""The question of the audit page, as its address carries it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit_queries import ITSELF, Place, Wanted
from accounts.audit_words import act_labels, kind_labels

PLACE = "audit-page"  # purpose of the signed place in the list
MOST_WORDS = 100  # characters


class AuditForm(forms.Form):
    """Filters; whatever is none of the choices is an error, and the list then shows everything else asked for."""

    words = forms.CharField(label=_("Words"), required=False, max_length=MOST_WORDS)
    person = forms.ChoiceField(label=_("Who"), required=False)
    kind = forms.ChoiceField(label=_("About"), required=False)
    act = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    thing = forms.RegexField(r"^[a-z_]{1,30}:[\w.-]{1,40}$", required=False, widget=forms.HiddenInput())

    order: ClassVar[tuple[str, ...]] = ("words", "person", "kind", "act", "since", "until", "thing")

    def __init__(
        self, data: Mapping[str, Any], *, people: list[tuple[str, str]], keys: dict[str, str]
    ) -> None:
        super().__init__(data)
        choices: dict[str, Any] = self.fields  # typed as fields of any kind, which have no choices
        choices["person"].choices = [
            ("", _("Anybody")),
            *people,
            *((f"key:{prefix}", _("API key “%(name)s”") % {"name": name}) for prefix, name in keys.items()),
            (ITSELF, _("Amends itself")),
        ]
        choices["kind"].choices = [("", _("Anything")), *kind_labels().items()]
        choices["act"].choices = [("", _("Any act")), *act_labels().items()]
        for name in ("person", "kind", "act"):
            self.fields[name].widget.attrs["class"] = "form-select"
        for name in ("words", "since", "until"):
            self.fields[name].widget.attrs["class"] = "form-control"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day is before the first one."))
        return data

    def asked(self) -> dict[str, str]:
        """What was asked and understood, as the parts of an address."""
        data = self.cleaned_data
        return {name: str(data[name]) for name in self.order if data.get(name)}

    def wanted(self) -> Wanted:
        """The question; days are those of the viewer's zone."""
        data = {name: value for name, value in self.cleaned_data.items() if value}
        return Wanted(
            person=data.get("person", ""), kind=data.get("kind", ""), act=data.get("act", ""),
            words=data.get("words", "").replace("\x00", ""), thing=data.get("thing", ""),
            since=_midnight(data.get("since"), 0), until=_midnight(data.get("until"), 1),
        )  # fmt: skip


def _midnight(day: date | None, later: int) -> datetime | None:
    """The beginning of the day `later` days after `day`, in the viewer's zone."""
    if day is None or not 1900 < day.year < 9000:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=later), time.min)).astimezone(UTC)


def signed(place: Place) -> str:
    """A place in the list as text for the address."""
    return signing.dumps([place.at.isoformat(), place.kind, place.id], salt=PLACE, compress=True)


def place(text: str) -> Place | None:
    """The place in an address; None for none and for one that is not ours: the list then begins at its top."""
    try:
        at, kind, number = signing.loads(text, salt=PLACE)
    except signing.BadSignature:
        return None
    return Place(datetime.fromisoformat(at), kind, number)
