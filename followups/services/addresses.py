"""The address a customer answers to: it carries a signed word that leads back to the case.

`reply+<token>@` the inbound domain of the installation (AMENDS_INBOUND_DOMAIN), or `name+reply.<token>@` the workspace's own
mailbox, whose provider must deliver what stands behind a plus. With neither, answers go to a person's mailbox.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import Workspace
from core.tokens import ADDRESS_TOKEN_LENGTH, BadToken, address_token, match_address_token, new_address_nonce
from detractors.models import Case
from followups.models import Conversation
from followups.queries import inbound as queries

PURPOSE = "reply"
LIVES_ON = timedelta(days=366)  # after the case was closed
_TOKEN = re.compile(rf"\+(?:reply\.)?([a-z2-7]{{{ADDRESS_TOKEN_LENGTH}}})@")


def is_received(*, case: Case) -> bool:
    """Whether answers of this workspace's customers come back to us."""
    return bool(_pattern(case.workspace_id))


def nonce_of(conversation: Conversation | None) -> str:
    """The nonce of a thread, a fresh one where it has none."""
    return (conversation.reply_nonce if conversation else None) or new_address_nonce()


def maker(*, workspace: Workspace) -> Callable[[str], str]:
    """Where the answers of a thread come in, by its nonce; empty when this installation receives no mail."""
    pattern = _pattern(workspace.pk)
    return lambda nonce: pattern % address_token(PURPOSE, nonce) if pattern else ""


def nonces_in(addresses: tuple[str, ...]) -> list[str]:
    """The nonces of the genuine tokens in these addresses."""
    found = []
    for address in addresses:
        for token in _TOKEN.findall(address.lower()):
            try:
                found.append(match_address_token(PURPOSE, token))
            except BadToken:
                continue
    return found


def is_alive(*, case: Case, now: datetime) -> bool:
    """Whether the thread's address still takes mail: as long as its case is open, and a year more."""
    return case.closed_at is None or case.is_open or now - case.closed_at <= LIVES_ON


def _pattern(workspace_id: int) -> str:
    intake = queries.intake(workspace=workspace_id)
    if intake is not None and intake.is_on and intake.address:
        name, _at, domain = intake.address.partition("@")
        return f"{name.replace('%', '%%')}+reply.%s@{domain}"
    return f"reply+%s@{settings.INBOUND_DOMAIN}" if settings.INBOUND_DOMAIN else ""
