"""QR codes of addresses, drawn here: nothing is asked of anybody else's service.

Error correction M: a quarter-size logo is not put over it, but a crease or a stain on a poster is forgiven. Around it
stay the four blank modules ISO/IEC 18004 asks for.
"""

from __future__ import annotations

from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe

BORDER = 4  # modules
PIXELS = 12  # of one module in the PNG: an address gives about 500 pixels, 4 cm at 300 dpi


def svg(text: str) -> bytes:
    """The code as an SVG file."""
    out = BytesIO()
    _code(text).save(out, kind="svg", border=BORDER, scale=8, dark="#000", light="#fff", nl=False)
    return out.getvalue()


def inline_svg(text: str) -> SafeString:
    """The code as an element of a page; it has the size its surroundings give it."""
    drawn = _code(text).svg_inline(border=BORDER, dark="#000", light="#fff", omitsize=True)
    return mark_safe(drawn)  # squares drawn by segno: the text itself is not in it


def png(text: str) -> bytes:
    """The code as a PNG file."""
    out = BytesIO()
    _code(text).save(out, kind="png", border=BORDER, scale=PIXELS, dark="#000", light="#fff")
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    return segno.make(text, error="m", micro=False)
