"""What is typed about skills and languages, on the people page and on one's own."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.rules import abilities


@lru_cache(maxsize=1)
def language_names() -> dict[str, str]:
    """Main codes by code, English name and own name, in small letters."""
    found: dict[str, str] = {}
    for code, info in LANG_INFO.items():
        main = code.partition("-")[0]
        for name in (main, info.get("name", ""), info.get("name_local", "")):
            if name:
                found.setdefault(name.casefold(), main)
    return found


def language_word(code: str) -> str:
    """German; the code where it has no name."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


class AbilitiesForm(forms.Form):
    """Skills and languages of a member; `abilities` is what the service takes."""

    skills = forms.CharField(
        label=gettext_lazy("Skills"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy(
            "With commas between, for example: billing, cargo bikes. Rules can ask for them."
        ),
    )
    languages = forms.CharField(
        label=gettext_lazy("Languages"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("In which customers can be answered: German, fr, Polish."),
    )

    def __init__(self, data: Any = None, *, membership: Membership) -> None:
        initial = {
            "skills": ", ".join(membership.skills),
            "languages": ", ".join(language_word(code) for code in membership.languages),
        }
        # The own name of the shown language is understood, too, whatever language the page speaks.
        self.known = {
            **language_names(),
            **{language_word(code).casefold(): code for code in set(language_names().values())},
        }
        super().__init__(data, initial=initial, label_suffix="")

    def clean_skills(self) -> list[str]:
        """Each once."""
        try:
            return abilities.skills(self.cleaned_data["skills"])
        except abilities.BadAbility as error:
            raise forms.ValidationError(_said(error)) from None

    def clean_languages(self) -> list[str]:
        """As codes."""
        try:
            return abilities.languages(self.cleaned_data["languages"], names=self.known)
        except abilities.BadAbility as error:
            raise forms.ValidationError(_said(error)) from None

    @property
    def abilities(self) -> dict[str, list[str]]:
        """Keyword arguments of people.set_abilities."""
        return {name: self.cleaned_data[name] for name in ("skills", "languages")}


def _said(error: abilities.BadAbility) -> str:
    said = {
        "TOO_MANY": _("At most %(most)s.") % {"most": abilities.MOST},
        "TOO_LONG": _("“%(word)s” is too long.") % {"word": error.word[:60]},
        "UNKNOWN_LANGUAGE": _("“%(word)s” is no language we know.") % {"word": error.word[:60]},
    }
    return said[error.code]
