"""allauth's doors for other sites, closed: who comes from a provider comes through accounts/views/sso.py."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.http import HttpRequest

from core import outgoing


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """No app of allauth's own is ever found, nobody signs up, and whatever it might fetch goes through the guard."""

    def list_providers(self, request: HttpRequest) -> list[Any]:
        return []

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        return []

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        return False

    def get_requests_session(self) -> Any:
        return outgoing.session()
