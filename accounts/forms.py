"""Forms of the settings pages: they parse and check shape; services decide and write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import translation
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from accounts import logos
from accounts.models import BusinessCalendar, Team, Workspace
from accounts.rules import social_links
from accounts.rules.business_time import WEEKDAYS
from core import origins, zones
from core.colours import is_seen_on_white

DAY_NAMES = {
    "mon": _("Monday"), "tue": _("Tuesday"), "wed": _("Wednesday"), "thu": _("Thursday"), "fri": _("Friday"),
    "sat": _("Saturday"), "sun": _("Sunday"),
}  # fmt: skip
# Languages a survey can be written in; the ones Django knows the direction and name of.
LANGUAGES = (
    "ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it",
    "ja", "ko", "lt", "lv", "nb", "nl", "pl", "pt", "pt-br", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk", "vi",
    "zh-hans", "zh-hant",
)  # fmt: skip
_INTERVAL = re.compile(r"(\d{1,2})(?::?(\d{2}))?\s*(?:-|–|—|to)\s*(\d{1,2})(?::?(\d{2}))?")


def time_zones(empty: Any = None) -> list[tuple[str, Any]]:
    """Choices of every zone; with `empty`, a first choice of that label for none of its own."""
    named = [(zone, zone.replace("_", " ")) for zone in sorted(zones.names()) if "/" in zone or zone == "UTC"]
    return ([("", empty)] if empty else []) + named


def language_choices() -> list[tuple[str, str]]:
    """Choices of every language by its own name."""
    with translation.override("en"):
        return [(code, get_language_info(code)["name_local"].capitalize()) for code in LANGUAGES]


class OriginsField(forms.CharField):
    """Addresses of sites, one a line; a list in Python."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return origins.cleaned(str(value or "").splitlines())


class SocialLinksField(forms.CharField):
    """A name and an address a line; a list of {"label", "url"} in Python."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return social_links.written(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        try:
            return social_links.parsed(str(value or "").splitlines())
        except social_links.BadLink as error:
            raise forms.ValidationError(
                _("Write a name and an https address, like “Instagram https://…”: %(link)s"),
                params={"link": str(error)[:200]},
            ) from None
        except social_links.TooMany:
            raise forms.ValidationError(
                _("At most %(most)d links."), params={"most": social_links.MOST}
            ) from None


class WorkspaceForm(forms.ModelForm):
    """Who we are towards customers."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zones, help_text=_("Days in figures begin and end here.")
    )
    language = forms.ChoiceField(label=_("Language of your surveys"), choices=language_choices)
    website = forms.URLField(label=_("Website"), required=False, max_length=200, assume_scheme="https")
    frame_origins = OriginsField(
        label=_("Sites that may show the answer page in a frame"),
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 3, "spellcheck": "false", "placeholder": "https://www.example.com"}
        ),
        help_text=_(
            "One address a line, without a path. Empty: no site may. Pages of your team are never framed."
        ),
    )

    social_links = SocialLinksField(
        label=_("Social media"),
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 3, "spellcheck": "false", "placeholder": "Instagram https://www.instagram.com/…"}
        ),
        help_text=_("A name and an address a line, at most six."),
    )

    class Meta:
        model = Workspace
        fields: ClassVar[list[str]] = [
            "name", "time_zone", "language", "quiet_days", "sender_name", "reply_to", "phone", "email", "website", "address",
            "frame_origins", "social_links",
        ]  # fmt: skip
        help_texts: ClassVar[dict[str, Any]] = {
            "name": _("As customers know you: it is merged into questions and mails as {{ company }}."),
            "quiet_days": _(
                "Over all surveys together. A survey can ask for a longer wait, never for a shorter one."
            ),
            "sender_name": _("Stands in front of the sender address. Empty: the company name."),
            "reply_to": _("A mailbox somebody reads: customers do answer survey mails."),
            "phone": _("Shown under mails and answer pages, so that nobody has to search for you."),
        }
        widgets: ClassVar[dict[str, Any]] = {
            "address": forms.TextInput(attrs={"autocomplete": "street-address"})
        }


class BrandForm(forms.Form):
    """How customers recognise us."""

    accent = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label=_("Brand colour"),
        widget=forms.TextInput(attrs={"type": "color", "class": "form-control-color"}),
        help_text=_(
            "For buttons on answer pages and in mails. The ink on it is chosen so that it can be read."
        ),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
        help_text=_("PNG, JPEG, WebP or GIF up to 5 MB; it is drawn anew at 320 × 96 pixels or less."),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    def clean_accent(self) -> str:
        accent: str = self.cleaned_data["accent"].lower()
        if not is_seen_on_white(accent):
            raise forms.ValidationError(
                _("A button of this colour can hardly be seen on a white page. Choose a darker one.")
            )
        return accent

    def clean_logo(self) -> str:
        """The picture as a data: address; empty if none was chosen."""
        upload = self.cleaned_data["logo"]
        if not upload:
            return ""
        try:
            return logos.data_uri(upload)
        except logos.LogoError as error:
            raise forms.ValidationError(str(error)) from error


class HoursForm(forms.Form):
    """Opening hours as people write them: `09:00-12:00, 13:00-17:30`."""

    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)

    def __init__(self, *args: Any, week: dict[str, list[list[str]]] | None = None, **kwargs: Any) -> None:
        initial = dict(kwargs.pop("initial", {}))
        for day in WEEKDAYS:
            initial[day] = ", ".join(f"{start}–{end}" for start, end in (week or {}).get(day, []))
        super().__init__(*args, **{**kwargs, "initial": initial})
        for day in WEEKDAYS:
            self.fields[day] = forms.CharField(
                label=DAY_NAMES[day],
                required=False,
                max_length=200,
                widget=forms.TextInput(attrs={"placeholder": _("closed"), "autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for day in WEEKDAYS:
            try:
                data[day] = intervals(data.get(day, ""))
            except ValueError:
                self.add_error(day, _("Write hours like 09:00-12:00, 13:00-17:00, or leave the day empty."))
        return data

    @property
    def week(self) -> dict[str, list[list[str]]]:
        """The cleaned hours in the calendar's own shape; closed days are left out."""
        return {day: self.cleaned_data[day] for day in WEEKDAYS if self.cleaned_data.get(day)}

    @property
    def days(self) -> list[forms.BoundField]:
        """The seven fields, Monday first."""
        return [self[day] for day in WEEKDAYS]


def intervals(text: str) -> list[list[str]]:
    """`9-12, 13:00–17:30` as [["09:00", "12:00"], ["13:00", "17:30"]]; raises ValueError on anything else."""
    found = []
    for part in filter(None, (piece.strip() for piece in re.split(r"[,;]", text))):
        match = _INTERVAL.fullmatch(part)
        if match is None:
            raise ValueError(part)
        start_hour, start_minute, end_hour, end_minute = match.groups()
        found.append(
            [f"{int(start_hour):02d}:{start_minute or '00'}", f"{int(end_hour):02d}:{end_minute or '00'}"]
        )
    return found


class HolidayForm(forms.Form):
    """One day on which nobody works."""

    holiday_on = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False)


class ClosureForm(forms.Form):
    """Days in a row on which nobody works: a company holiday, a season."""

    first = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("To, included"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    name = forms.CharField(label=_("Name"), max_length=120)


class HoursNameForm(forms.Form):
    """Further hours, made like the ones shown."""

    name = forms.CharField(label=_("Name"), max_length=80)


class HoursTeamsForm(forms.Form):
    """The teams that work by these hours."""

    teams = forms.MultipleChoiceField(label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, teams: Iterable[Team], calendar: BusinessCalendar, **kwargs: Any) -> None:
        self.rows = {str(team.pk): team for team in teams}
        inside = [pk for pk, team in self.rows.items() if team.calendar_id == calendar.pk]
        super().__init__(*args, **{**kwargs, "initial": {"teams": inside}})
        field: Any = self.fields["teams"]
        field.choices = [(pk, self._label(team, calendar)) for pk, team in self.rows.items()]

    def _label(self, team: Team, calendar: BusinessCalendar) -> str:
        if team.calendar is None or team.calendar_id == calendar.pk:
            return team.name
        return gettext("%(name)s (now by %(hours)s)") % {"name": team.name, "hours": team.calendar.name}

    def clean_teams(self) -> list[Team]:
        """The chosen teams."""
        return [self.rows[pk] for pk in self.cleaned_data["teams"]]


class PublicHolidaysForm(forms.Form):
    """All public holidays of a country, or of one of its regions, in one year or in every year."""

    place = forms.ChoiceField(label=_("Country or region"))
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    every_year = forms.BooleanField(
        label=_("And every year from now on"),
        required=False,
        help_text=_("This year and the next are entered now, each further year before it begins."),
    )

    def __init__(
        self, *args: Any, countries: dict[str, tuple[str, tuple[str, ...]]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        places: list[tuple[str, Any]] = [("", _("Choose…"))]
        for code, (name, regions) in countries.items():
            places.append((code, name))
            places += [(f"{code}/{region}", f"{name}: {region}") for region in regions]
        place: Any = self.fields["place"]
        year: Any = self.fields["year"]
        place.choices = places
        year.choices = [(number, str(number)) for number in range(today.year, today.year + 4)]

    @property
    def country(self) -> str:
        return str(self.cleaned_data["place"]).partition("/")[0]

    @property
    def region(self) -> str:
        return str(self.cleaned_data["place"]).partition("/")[2]
