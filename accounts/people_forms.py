"""Forms of the people pages: they parse and check shape; services decide and write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from email.utils import parseaddr
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import dateformat
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.forms import time_zones
from accounts.models import Membership, Team, User
from accounts.rules.permissions import may_grant
from accounts.services.people import Heirs

MOST_INVITED = 50  # addresses at once
TURNS, NOBODY, STAY = "turns", "nobody", ""
LARGEST_ID = 2**63 - 1
PHONE = re.compile(r"\+[1-9]\d{7,14}", re.ASCII)

password_rules = lazy(password_validators_help_text_html, str)


def person_label(user: User, away: Mapping[int, date]) -> str:
    """The name, and until when the person is away if they are: for choosing somebody."""
    if user.pk not in away:
        return user.display_name
    day = dateformat.format(away[user.pk], "j M")
    return _("%(name)s (away until %(day)s)") % {"name": user.display_name, "day": day}


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


def _choices(form: forms.Form, name: str, choices: Sequence[Any]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, as declared


class _RoleForm(forms.Form):
    """`granter` is the role of the one who acts: only roles they may give are offered, and the present one."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)

    def __init__(self, *args: Any, granter: str, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keeps = self.initial.get("role")
        _choices(self, "role", [one for one in Role.choices if may_grant(granter, one[0]) or one[0] == keeps])
        self._teams = {str(team.pk): team for team in teams}
        _choices(
            self,
            "team",
            [("", gettext_lazy("No team")), *((pk, team.name) for pk, team in self._teams.items())],
        )

    def clean_team(self) -> Team | None:
        """The chosen team."""
        return self._teams.get(self.cleaned_data["team"])


@dataclass(frozen=True)
class Addressee:
    """One line of what was typed: `email` is empty when there is none to be found, `problem` says so."""

    line: str
    email: str = ""
    name: str = ""
    problem: str = ""


def addressees(text: str) -> list[Addressee]:
    """What people paste: one address a line, or several with commas or semicolons; `Nina New <nina@acme.example>` too.

    An address given twice counts once.
    """
    found: dict[str, Addressee] = {}
    for line in re.split(r"[\n;]", text):
        between = r"(?<=>)[\s,]*" if "<" in line else r"[\s,]+"
        pieces = re.split(between, line) if line.count("@") > 1 else [line]
        for piece in (piece.strip(" ,\t\r") for piece in pieces):
            if piece:
                one = _addressee(piece)
                found.setdefault(one.email or piece, one)
    return list(found.values())


def _addressee(piece: str) -> Addressee:
    name, email = parseaddr(piece) if "<" in piece else ("", piece)
    try:
        validate_email(email)
    except ValidationError:
        return Addressee(piece, problem=_("“%(line)s” is no e-mail address.") % {"line": piece[:80]})
    if len(email) > 254:
        return Addressee(piece, problem=_("“%(line)s” is too long.") % {"line": piece[:80]})
    return Addressee(piece, email=email.lower(), name=" ".join(name.split())[:120])


class InviteForm(_RoleForm):
    """New colleagues."""

    addresses = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        max_length=20_000,
        widget=forms.Textarea(
            attrs={"rows": 3, "placeholder": "nina@example.com\nMax Miller <max@example.com>"}
        ),
        help_text=gettext_lazy("One a line; a name before the address is taken over."),
    )
    takes_cases = forms.BooleanField(
        label=gettext_lazy("Gets new cases"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Takes part in the round robin."),
    )
    field_order = ("addresses", "role", "team", "takes_cases")

    def clean_addresses(self) -> list[Addressee]:
        """Every line, good and bad."""
        found = addressees(self.cleaned_data["addresses"])
        if len(found) > MOST_INVITED:
            raise ValidationError(
                _("Please invite at most %(most)s people at once.") % {"most": MOST_INVITED}
            )
        if not found:
            raise ValidationError(_("Please write at least one address."))
        return found


class MemberForm(_RoleForm):
    """What a colleague does here."""

    takes_cases = forms.BooleanField(
        label=gettext_lazy("Gets new cases"),
        required=False,
        help_text=gettext_lazy("Takes part in the round robin."),
    )
    field_order = ("role", "team", "takes_cases")


class HeirsForm(forms.Form):
    """To whom cases go. `people` can take them; with `stay`, they may also stay where they are."""

    heirs = forms.ChoiceField(label=gettext_lazy("Open cases go to"), required=False)

    def __init__(
        self,
        *args: Any,
        people: Iterable[User],
        away: Mapping[int, date],
        stay: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(user.pk): user for user in people}
        first = [(STAY, stay)] if stay else []
        _choices(
            self,
            "heirs",
            [
                *first,
                (TURNS, _("Whoever's turn it is")),
                *((pk, person_label(user, away)) for pk, user in self._people.items()),
                (NOBODY, _("Nobody: they wait unassigned")),
            ],
        )
        if not stay:
            self.fields["heirs"].initial = TURNS

    def clean_heirs(self) -> Heirs | None:
        """Whom was chosen; None when the cases stay."""
        value = self.cleaned_data["heirs"]
        if value in self._people:
            return Heirs(to=self._people[value])
        if value == STAY:
            return None
        return Heirs(in_turn=value == TURNS)


class GoForm(HeirsForm):
    """Somebody goes: without a word about the cases they go by turns."""

    def clean_heirs(self) -> Heirs:
        return super().clean_heirs() or Heirs(in_turn=True)


class AwayForm(HeirsForm):
    """Days away, the first and the last included. `has_work`: open cases can be handed over at once."""

    away_from = _day(gettext_lazy("Away from"), gettext_lazy("The first day away; empty means at once."))
    away_until = _day(
        gettext_lazy("Away until"),
        gettext_lazy("The last day away. Until then no new case comes by turns; empty means present."),
    )
    field_order = ("away_from", "away_until", "heirs")

    def __init__(self, *args: Any, has_work: bool, **kwargs: Any) -> None:
        super().__init__(*args, stay=_("They stay"), **kwargs)
        self.fields["heirs"].label = _("Open cases, when saved")
        if not has_work:
            del self.fields["heirs"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("away_from"), data.get("away_until")
        if first and not last and "away_until" not in self.errors:
            self.add_error("away_until", _("Say until when."))
        elif first and last and last < first:
            self.add_error("away_until", _("The last day cannot be before the first."))
        return data


class SightForm(forms.Form):
    """Which cases somebody meets; all that is set must hold, nothing set means every case."""

    only_own_teams = forms.BooleanField(
        label=gettext_lazy("Only cases of their teams"),
        required=False,
        help_text=gettext_lazy("The team they are in and the teams they lead."),
    )
    only_touchpoints = forms.MultipleChoiceField(
        label=gettext_lazy("Only these touchpoints"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    only_values = forms.MultipleChoiceField(
        label=gettext_lazy("Only customers with one of these values"),
        required=False,
        widget=forms.SelectMultiple(attrs={"class": "form-select", "size": 6}),
        help_text=gettext_lazy(
            "Values of one attribute. Hold Ctrl or Cmd to choose several, or to take one back."
        ),
    )

    def __init__(
        self, *args: Any, choices: Mapping[str, list[Any]], membership: Membership, **kwargs: Any
    ) -> None:
        now: dict[str, Any] = {
            "only_own_teams": membership.only_own_teams,
            "only_touchpoints": membership.only_touchpoints,
            "only_values": [_pair(membership.only_attribute, value) for value in membership.only_values],
        }
        super().__init__(*args, **{**kwargs, "initial": now})
        known = list(choices["touchpoints"])
        gone = set(membership.only_touchpoints) - {public_id for public_id, _name in known}
        _choices(self, "only_touchpoints", known + [(one, _("(no longer there)")) for one in sorted(gone)])
        values = {name: [str(value) for value in found] for name, found in choices["attributes"]}
        if membership.only_attribute:
            held = values.setdefault(membership.only_attribute, [])
            held += [value for value in membership.only_values if value not in held]
        _choices(
            self,
            "only_values",
            [
                (name, [(_pair(name, value), f"{name}: {value}") for value in found])
                for name, found in values.items()
                if found
            ],
        )
        for name in ("only_touchpoints", "only_values"):
            if not self.fields[name].choices:  # type: ignore[attr-defined]
                del self.fields[name]

    def clean_only_values(self) -> tuple[str, list[str]]:
        """The attribute and its chosen values."""
        pairs = [json.loads(one) for one in self.cleaned_data["only_values"]]
        names = {name for name, _value in pairs}
        if len(names) > 1:
            raise ValidationError(_("Choose values of one attribute only."))
        return (names.pop() if names else "", [value for _name, value in pairs])

    @property
    def limits(self) -> dict[str, Any]:
        """As services.people.limit takes it."""
        attribute, values = self.cleaned_data.get("only_values", ("", []))
        return {
            "only_own_teams": self.cleaned_data["only_own_teams"],
            "only_touchpoints": self.cleaned_data.get("only_touchpoints", []),
            "only_attribute": attribute,
            "only_values": values,
        }


def _pair(name: str, value: str) -> str:
    """An attribute and a value as one choice."""
    return json.dumps([name, value], ensure_ascii=False)


class ProfileForm(forms.Form):
    """One's own name and clock."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("Customers see it under your replies."),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)
    phone = forms.CharField(
        label=gettext_lazy("Your own number"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Where tests of text messages go; nobody else is shown it."),
        widget=forms.TextInput(
            attrs={"inputmode": "tel", "autocomplete": "tel", "placeholder": "+49 151 23456789"}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "time_zone", time_zones(_("As the workspace")))

    def clean_phone(self) -> str:
        """The number as it is texted to, "" for none."""
        given = re.sub(r"[\s()./-]", "", str(self.cleaned_data["phone"]))
        if given and not PHONE.fullmatch(given):
            raise forms.ValidationError(_("Write the number with its country: +49 151 23456789."))
        return given


class JoinForm(forms.Form):
    """A new account for the address of an invitation."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        help_text=gettext_lazy("Customers see it under your replies."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_rules(),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._email = email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if password := data.get("password"):
            try:
                validate_password(password, User(email=self._email, name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data


class TeamForm(forms.Form):
    """A team's name and lead."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    lead = forms.ChoiceField(
        label=gettext_lazy("Team lead"),
        required=False,
        help_text=gettext_lazy("Hears first when a promise to a customer is broken."),
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(user.pk): user for user in people}
        nobody = (STAY, _("Nobody: managers are told at once"))
        _choices(self, "lead", [nobody, *((pk, user.display_name) for pk, user in self._people.items())])

    def clean_lead(self) -> User | None:
        """The chosen person."""
        return self._people.get(self.cleaned_data["lead"])


class TeamMembersForm(forms.Form):
    """Who is in a team; somebody chosen leaves the team they are in."""

    members = forms.MultipleChoiceField(
        label=gettext_lazy("Members"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, team: Team, members: Iterable[Membership], **kwargs: Any) -> None:
        self._members = {str(member.pk): member for member in members}
        inside = [pk for pk, member in self._members.items() if member.team_id == team.pk]
        super().__init__(*args, **{**kwargs, "initial": {"members": inside}})
        _choices(self, "members", [(pk, self._label(member, team)) for pk, member in self._members.items()])

    def _label(self, member: Membership, team: Team) -> str:
        name: str = member.user.display_name
        if member.team is None or member.team_id == team.pk:
            return name
        return _("%(name)s (now in %(team)s)") % {"name": name, "team": member.team.name}

    def clean_members(self) -> list[Membership]:
        """The chosen members."""
        return [self._members[pk] for pk in self.cleaned_data["members"]]


class TeamDissolveForm(forms.Form):
    """Where members and cases of a team go when it is deleted."""

    into = forms.ChoiceField(label=gettext_lazy("Its members and cases go to"), required=False)

    def __init__(self, *args: Any, others: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._teams = {str(team.pk): team for team in others}
        nothing = (STAY, _("No team: it is empty"))
        _choices(self, "into", [nothing, *((pk, team.name) for pk, team in self._teams.items())])

    def clean_into(self) -> Team | None:
        """The chosen team."""
        return self._teams.get(self.cleaned_data["into"])
