"""Forms of signing in where ours differ from allauth's, and of the settings that go with it."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, RequestLoginCodeForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.services import factors


class SignInForm(LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["login"].widget.attrs.update(placeholder="", autofocus=True)
        self.fields["password"].widget.attrs.update(placeholder="")


class AskForCodeForm(RequestLoginCodeForm):
    """Where the code goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].widget.attrs.update(placeholder="", autofocus=True)


class NewPasswordForm(ChangePasswordForm):
    """The old one and the new one twice; a forgotten old one is reset from the sign-in page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.update(placeholder="")


class _OnceMixin:
    """A code of an app opens once, within one time step around now."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        authenticator: Authenticator = self.authenticator  # type: ignore[attr-defined]
        if authenticator.type == Authenticator.Type.TOTP and not factors.use_app_code(
            authenticator=authenticator, code=code
        ):
            raise get_adapter().validation_error("incorrect_code")
        return code


class FactorForm(_OnceMixin, AuthenticateForm):
    """The second step of signing in."""


class FactorAgainForm(_OnceMixin, ReauthenticateForm):
    """The second factor before something sensitive."""


class AppForm(ActivateTOTPForm):
    """The first code of a new app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("The six digits your app shows now")
        self.fields["code"].widget.attrs.update(
            placeholder="", inputmode="numeric", autocomplete="one-time-code"
        )


class PasskeyForm(AddWebAuthnForm):
    """A name to tell it from others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].max_length = 60
        self.fields["name"].help_text = _("For example the device it is on: “Work laptop”.")
        passwordless = self.fields["passwordless"]
        passwordless.label = _("Sign in with it instead of the password")
        passwordless.help_text = _("Needs a device that asks for a fingerprint, a face or a PIN.")
        passwordless.initial = True


class RequireFactorForm(forms.Form):
    """Whether everybody needs a second factor."""

    requires_second_factor = forms.BooleanField(
        label=_("Everybody in this workspace needs a second factor"),
        required=False,
        help_text=_(
            "Who has none is led to the page that sets one up before they see anything here. API keys are not affected."
        ),
    )


__all__ = [
    "AppForm", "AskForCodeForm", "FactorAgainForm", "FactorForm", "NewPasswordForm", "PasskeyForm", "RequireFactorForm",
    "SignInForm",
]  # fmt: skip
