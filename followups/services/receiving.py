"""A mail is kept before anybody reads it: one row, raw, once however often it is delivered."""

from __future__ import annotations

import hashlib
import re
import zlib
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Workspace
from core.queue import nudge_on_commit
from followups import reading
from followups.enums import ReceivedState
from followups.models import ReceivedMail

LARGEST = 50 * 1024 * 1024  # bytes of a mail that are kept whole: what is sent today stays below
CUT = 1024 * 1024  # of a larger one: its beginning, where the words are
_BOUNDARY = re.compile(rb'boundary="?([^";\s]{1,200})', re.I)


def store(
    *,
    raw: bytes,
    came: str,
    now: datetime,
    workspace: Workspace | None = None,
    envelope_from: str = "",
    envelope_to: str = "",
    size: int | None = None,
) -> ReceivedMail | None:
    """Keep a mail and wake the sweep that places it; None when this very mail is here already.

    `size` is that of the whole mail where its bearer gave only the beginning.
    """
    whole = size if size is not None else len(raw)
    is_cut = whole > len(raw) or len(raw) > LARGEST
    kept = raw[:CUT] if len(raw) > LARGEST else raw
    row = ReceivedMail(
        workspace=workspace,
        came=came,
        fingerprint=fingerprint(raw, envelope_to, workspace.pk if workspace else None),
        envelope_from=reading.one_line(envelope_from, 320),
        envelope_to=reading.one_line(envelope_to, 320).lower(),
        raw=zlib.compress(kept, 1),
        size=min(whole, 2_147_483_647),
        is_cut=is_cut,
        received_at=now,
        state=ReceivedState.WAITING,
        next_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return None
    nudge_on_commit("followups.place_mail")
    return row


def raw_of(row: ReceivedMail) -> bytes:
    """The mail as it came; empty once it was forgotten."""
    return zlib.decompress(bytes(row.raw)) if row.raw is not None else b""


def fingerprint(raw: bytes, envelope_to: str, workspace_id: int | None) -> str:
    """The same for every delivery of a mail to one receiver.

    Providers that hand over a mail in pieces have it put together again here, with other boundaries each time.
    """
    said = raw
    for boundary in set(_BOUNDARY.findall(raw[: 4 * CUT])):
        said = said.replace(boundary, b"")
    digest = hashlib.sha256(f"{workspace_id}|{envelope_to.strip().lower()}|".encode())
    digest.update(said)
    return digest.hexdigest()
