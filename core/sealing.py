"""Secrets of other systems (an identity provider's, a webhook's): readable by the program, not in a copy of the database.

Fernet (AES-128-CBC with HMAC-SHA256) under a key derived from AMENDS_SECRET_KEY by HKDF-SHA256 (RFC 5869); the fall-back
keys still open what was sealed before a rotation.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"amends sealed secrets v1"


class CannotUnseal(ValueError):
    """The text was sealed under a key this installation no longer has, or it is damaged."""


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    derived = [HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(key.encode()) for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def seal(plain: str) -> str:
    """`plain` as text that may be stored."""
    return _box(_keys()).encrypt(plain.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """The inverse of `seal`; raises CannotUnseal."""
    try:
        return _box(_keys()).decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, UnicodeError) as error:
        raise CannotUnseal("sealed under another key") from error
