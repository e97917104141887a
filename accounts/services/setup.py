"""The first workspace of an installation: a link that the server prints, good for one use and one day."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import queries
from accounts.models import SetupLink, User, Workspace
from accounts.services import workspaces
from core.tokens import BadToken, link_token, match_token

VALID = timedelta(hours=24)
_LOCK = 1_279_744_001  # of pg_advisory_xact_lock: whoever sets up waits for whoever is setting up


class SetUpAlready(ValueError):
    """There is a workspace: people sign in, and colleagues are invited."""


class Unknown(ValueError):
    """The link was used, is too old, was replaced by a newer one, never was, or there is a workspace."""


class AddressTaken(ValueError):
    """Somebody has an account with this address; a link of the server does not open it."""


def is_wanted() -> bool:
    """Whether the installation has no workspace yet."""
    return not Workspace.objects.exists()


@transaction.atomic
def issue(*, now: datetime) -> str:
    """A new link's token, valid for VALID; earlier links are closed. Raises SetUpAlready."""
    _one_at_a_time()
    if not is_wanted():
        raise SetUpAlready(_("There is a workspace already: sign in."))
    SetupLink.objects.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    link = SetupLink(created_at=now, expires_at=now + VALID)
    link.save()
    return link_token("setup", link.nonce)


def find(*, token: str, now: datetime) -> SetupLink:
    """The open link of a token. Raises Unknown."""
    try:
        nonce = match_token("setup", token)
    except BadToken as error:
        raise Unknown("") from error
    link = SetupLink.objects.filter(nonce=nonce, used_at=None, expires_at__gt=now).first()
    if link is None or not is_wanted():
        raise Unknown("")
    return link


@transaction.atomic
def complete(
    *,
    token: str,
    company: str,
    slug: str,
    time_zone: str,
    language: str,
    name: str,
    email: str,
    password: str,
    now: datetime,
) -> tuple[Workspace, User]:
    """The workspace with its owner; the link is used up. Of two at once, one wins.

    The password has passed the validators. Raises Unknown, AddressTaken, or ValidationError naming what does not fit.
    """
    _one_at_a_time()
    link = find(token=token, now=now)
    if queries.user_with(email=email) is not None:
        raise AddressTaken(email)
    owner = User.objects.create_user(email, password, name=name.strip(), joined_at=now)
    workspace = workspaces.create(
        name=company.strip(), slug=slug, owner=owner, time_zone=time_zone, language=language, now=now
    )
    link.used_at = now
    link.save(update_fields=["used_at"])
    return workspace, owner


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
