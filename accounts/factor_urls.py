"""allauth's pages that add or remove a second factor, under their own names and addresses: here the factor, its line in
the audit log and the notice to its owner are one transaction. They come before allauth's own list."""

from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.db import transaction
from django.urls import path

urlpatterns = [
    path("totp/activate/", transaction.atomic(totp.activate_totp), name="mfa_activate_totp"),
    path("totp/deactivate/", transaction.atomic(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("webauthn/add/", transaction.atomic(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path(
        "webauthn/keys/<int:pk>/remove/",
        transaction.atomic(webauthn.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path(
        "recovery-codes/generate/",
        transaction.atomic(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
]
