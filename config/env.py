"""Typed readers of the environment: the one place where configuration enters.

Everything else reads `django.conf.settings`. Every secret can also come from a file: `NAME_FILE` names it
(the way container secrets are mounted). An error names the variable and says how to cure it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_ENV: Final = environ.Env()

# Redis databases by purpose: a flushed cache must never take the broker's messages or the limiter's counts with it.
REDIS_BROKER: Final = 0
REDIS_CACHE: Final = 1
REDIS_LIMITER: Final = 2


class _Required:
    """Marks a reader without a default."""


REQUIRED: Final = _Required()


class ConfigurationError(ImproperlyConfigured):
    """A variable is missing or unusable; the message names it and the cure."""


def is_set(name: str) -> bool:
    """Whether `name` or `name_FILE` carries a value."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def text(name: str, default: str | _Required = REQUIRED, *, cure: str = "") -> str:
    """The variable as text, stripped; empty counts as unset.

    Raises ConfigurationError when it is unset and has no default; `cure` is added to the message.
    """
    value = str(_ENV.str(name, default="")).strip()
    if value:
        return value
    if isinstance(default, _Required):
        raise ConfigurationError(_missing(name, cure))
    return default


def secret(name: str, default: str | _Required = REQUIRED, *, cure: str = "") -> str:
    """The variable, or the content of the file `name_FILE` names (stripped of surrounding white space).

    Raises ConfigurationError when neither is set and there is no default, when both are, or when the file
    cannot be read or is empty.
    """
    path = os.environ.get(f"{name}_FILE", "").strip()
    if not path:
        return text(name, default, cure=cure or f"or set {name}_FILE to the path of a file that holds it")
    if os.environ.get(name):
        raise ConfigurationError(f"{name} and {name}_FILE are both set: unset one of them.")
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{name}_FILE names {path}, which cannot be read ({error}): correct the path or its permission."
        ) from error
    if not content:
        raise ConfigurationError(f"{name}_FILE names {path}, which is empty: write the value into it.")
    return content


def flag(name: str, default: bool = False) -> bool:
    """The variable as a yes or no: 1, true, yes, on and 0, false, no, off in any case.

    Raises ConfigurationError for anything else, because a mistyped `DEBUG=ture` must not mean either.
    """
    value = text(name, "").lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ConfigurationError(f"{name} is {value!r}: use 1 or 0.")


def number(name: str, default: int | _Required = REQUIRED, *, least: int = 0) -> int:
    """The variable as a whole number of at least `least`; raises ConfigurationError otherwise."""
    value = text(name, "")
    if not value:
        if isinstance(default, _Required):
            raise ConfigurationError(_missing(name, ""))
        return default
    try:
        parsed = int(value)
    except ValueError as error:
        raise ConfigurationError(f"{name} is {value!r}: use a whole number.") from error
    if parsed < least:
        raise ConfigurationError(f"{name} is {parsed}: use a whole number of at least {least}.")
    return parsed


def words(name: str, default: Iterable[str] = ()) -> list[str]:
    """The variable as a list, separated by commas; blanks are dropped."""
    value = text(name, "")
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)


def choice(name: str, default: str, options: Iterable[str]) -> str:
    """The variable, which must be one of `options`; raises ConfigurationError otherwise."""
    allowed = list(options)
    value = text(name, default)
    if value not in allowed:
        raise ConfigurationError(f"{name} is {value!r}: use one of {', '.join(allowed)}.")
    return value


def path(name: str, default: Path) -> Path:
    """The variable as an absolute path; `~` is expanded, a relative path starts at the working folder."""
    value = text(name, "")
    return Path(value).expanduser().absolute() if value else default


def storage_folder(name: str, default: Path) -> Path:
    """Where uploaded files lie: the folder of a `file:` address, `default` if the variable is unset.

    Raises ConfigurationError for another kind of storage, or a folder that is not absolute.
    """
    value = text(name, "")
    if not value:
        return default
    parts = urlsplit(value)
    if parts.scheme != "file" or parts.netloc or not parts.path.startswith("/"):
        raise ConfigurationError(f"{name} is {value!r}: use a folder, for example file:///srv/amends/files.")
    return Path(unquote(parts.path))


def base_url(name: str = "AMENDS_BASE_URL") -> str:
    """The address people use, without a trailing slash; raises ConfigurationError when it is not one."""
    value = text(name, cure="for example https://feedback.example.com").rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError(
            f"{name} is {value!r}: use scheme and host, for example https://feedback.example.com."
        )
    return value


def database(name: str = "DATABASE_URL") -> dict[str, Any]:
    """The variable as an entry of Django's DATABASES (engine, name, user, password, host, port, options).

    Raises ConfigurationError when it is missing, or is not a PostgreSQL URL with a database name: there is one
    dialect.
    """
    value = secret(name, cure="for example postgres://user:password@host:5432/amends")
    if not value.startswith(("postgres://", "postgresql://")):
        raise ConfigurationError(f"{name} must start with postgres:// : PostgreSQL is the only database.")
    try:
        config: dict[str, Any] = dict(environ.Env.db_url_config(value))
    except ValueError as error:
        raise ConfigurationError(f"{name} cannot be read ({error}): quote special characters.") from error
    if not config.get("NAME"):
        raise ConfigurationError(f"{name} names no database: end it with /amends.")
    return config


def redis_url(number: int, name: str = "REDIS_URL") -> str:
    """The variable's server with logical database `number` (REDIS_BROKER, REDIS_CACHE, REDIS_LIMITER).

    A number in the variable is where counting starts, so that several installations can share a server:
    `redis://host/4` puts the broker in 4, the cache in 5 and the limiter in 6.
    Raises ConfigurationError when the variable is missing or not a Redis URL over TCP.
    """
    value = secret(name, cure="for example redis://:password@host:6379/0")
    parts = urlsplit(value)
    if parts.scheme not in {"redis", "rediss"}:
        raise ConfigurationError(f"{name} must start with redis:// or rediss:// .")
    first = parts.path.strip("/") or "0"
    if not first.isdigit():
        raise ConfigurationError(f"{name} ends with /{first}: end it with a database number, such as /0.")
    return urlunsplit(parts._replace(path=f"/{int(first) + number}"))


def _missing(name: str, cure: str) -> str:
    return f"{name} is not set: set it{f', {cure}' if cure else ''}."
