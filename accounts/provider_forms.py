"""Forms of single sign-on: they parse and check shape; services decide and write."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import IdentityProvider
from accounts.sso.protocol import WELL_KNOWN, is_allowed

MOST_DOMAINS = 50
_DOMAIN = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\Z"
)
# Where anybody gets an address: no company's domain.
PUBLIC_DOMAINS = frozenset(
    [
        "aol.com",
        "gmail.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "me.com",
        "msn.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "web.de",
        "yahoo.com",
        "yandex.com",
    ]
)


class FindForm(forms.Form):
    """What somebody knows about their company."""

    company = forms.CharField(
        label=_("Your work e-mail address, its domain, or the short name of your workspace"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "organization", "autocapitalize": "none"}
        ),
    )


class ProviderForm(forms.Form):
    """One provider. Issuer and client can be set once: another issuer is another provider."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("As your people call it: it stands on their button.")
    )
    issuer = forms.CharField(
        label=_("Issuer"),
        max_length=300,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("The address your provider calls itself, such as https://login.example.com/realms/staff"),
    )
    client_id = forms.CharField(
        label=_("Client id"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        ),
    )
    secret = forms.CharField(
        label=_("Client secret"),
        max_length=1000,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    domains = forms.CharField(
        label=_("Mail domains"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_(
            "Whose verified addresses come in for the first time: invited people, and everybody if you allow it below."
        ),
    )
    adds_members = forms.BooleanField(
        label=_("Let everybody of these domains in without an invitation"), required=False
    )
    new_role = forms.ChoiceField(
        label=_("As"),
        choices=[(role.value, role.label) for role in (Role.ANALYST, Role.AGENT)],
        initial=Role.ANALYST,
        help_text=_("Who was invited gets the role of the invitation."),
    )

    def __init__(self, *args: Any, provider: IdentityProvider | None = None, **kwargs: Any) -> None:
        if provider is not None:
            kwargs["initial"] = {
                "name": provider.name,
                "domains": ", ".join(provider.domains),
                "adds_members": provider.adds_members,
                "new_role": provider.new_role,
            }
        super().__init__(*args, **kwargs)
        if provider is not None:
            del self.fields["issuer"], self.fields["client_id"]
            self.fields["secret"].required = False
            self.fields["secret"].help_text = _("One is set. Leave this empty to keep it.")

    def clean_issuer(self) -> str:
        issuer: str = self.cleaned_data["issuer"].strip().removesuffix(WELL_KNOWN)
        if not is_allowed(issuer):
            raise forms.ValidationError(_now("An issuer is an address that begins with https://"))
        parts = urlsplit(issuer)
        if (
            parts.query
            or parts.fragment
            or "\\" in issuer
            or not issuer.isascii()
            or not issuer.isprintable()
        ):
            raise forms.ValidationError(_now("An issuer has no “?” and no “#” in it, and is plain ASCII."))
        return issuer

    def clean_domains(self) -> list[str]:
        words = re.split(r"[\s,;]+", self.cleaned_data["domains"].strip().lower())
        domains = list(dict.fromkeys(word.lstrip("@") for word in words if word))
        wrong = [word for word in domains if not _DOMAIN.match(word)]
        if wrong:
            raise forms.ValidationError(
                _now("“%(word)s” is no mail domain. Write them like example.com, example.org.")
                % {"word": wrong[0][:80]}
            )
        anybodys = [word for word in domains if word in PUBLIC_DOMAINS]
        if anybodys:
            raise forms.ValidationError(
                _now("Anybody can have an address at %(domain)s.") % {"domain": anybodys[0]}
            )
        if len(domains) > MOST_DOMAINS:
            raise forms.ValidationError(_now("At most %(most)d domains.") % {"most": MOST_DOMAINS})
        return domains

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("adds_members") and "domains" in data and not data["domains"]:
            self.add_error("domains", _now("Name the domains whose people are let in."))
        return data
