"""A customer's mail as it was laid out: cleaned when it came in, with its own pictures written into it."""

from __future__ import annotations

import base64
import re
from typing import Any

from django.utils.html import escape

from detractors.models import Attachment
from detractors.services import attachments
from followups.models import Mail

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
MOST_BYTES = 3 * 1024 * 1024  # of all pictures in one mail
FRAME_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_PICTURE = re.compile(r'(<img\b[^>]*?\bsrc=")cid:([^"]{1,300})(")')
_LINK = re.compile(r"<a ")
_HEAD = (
    '<!doctype html><html><head><meta charset="utf-8"><style>body{font:15px/1.5 system-ui,sans-serif;margin:1rem;'
    "color:#1f2430;background:#fff;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}"
    "blockquote{margin:0 0 0 .5rem;padding-left:.75rem;border-left:2px solid #c8ccd6;color:#5a6072}</style></head><body>"
)


def page(*, mail: Mail) -> str:
    """The whole page for the frame."""
    pictures = _pictures(mail)

    def put(found: re.Match[str]) -> str:
        return f"{found[1]}{pictures.get(found[2], '')}{found[3]}"

    body = _LINK.sub('<a target="_blank" ', _PICTURE.sub(put, mail.html))
    return f"{_HEAD}{body}</body></html>"


def _pictures(mail: Mail) -> dict[str, str]:
    """The pictures of the mail by the name its HTML calls them."""
    wanted: dict[str, Any] = {
        part["attachment"]: part["cid"] for part in mail.parts if part.get("cid") and part.get("attachment")
    }
    rows = Attachment.objects.of(mail.workspace_id).filter(
        public_id__in=wanted, content_type__in=PICTURES, removed_at__isnull=True
    )
    found: dict[str, str] = {}
    left = MOST_BYTES
    for row in rows.order_by("pk"):
        if row.size > left or (file := attachments.open_file(row)) is None:
            continue
        left -= row.size
        with file:
            content = base64.b64encode(file.read()).decode("ascii")
        found[escape(wanted[row.public_id])] = f"data:{row.content_type};base64,{content}"
    return found
