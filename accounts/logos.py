"""A company's logo: whatever picture is uploaded leaves as a small PNG inside a data: address.

The picture is decoded and drawn anew, so nothing but pixels survives (no metadata, no second file hidden behind the
first). SVG is not accepted: it can carry script.
"""

from __future__ import annotations

import base64
import io
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

MAX_UPLOAD_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 25_000_000  # a decoded picture of this size needs about 100 MB
MAX_BYTES = 4 * 1024  # the answer page carries the logo within its 15 kB
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# (largest width, largest height, colours), tried until one fits; the last fits whatever the picture is
STEPS = (
    (320, 96, 128),
    (320, 96, 32),
    (240, 72, 32),
    (160, 48, 32),
    (160, 48, 16),
    (96, 32, 16),
    (64, 24, 8),
)


class LogoError(ValueError):
    """The upload is no picture we can use; the text says why and what to do."""


def data_uri(file: IO[bytes]) -> str:
    """The picture in `file` as a data: address of a PNG of at most 4 kB. Raises `LogoError`."""
    raw = file.read(MAX_UPLOAD_BYTES + 1)
    if len(raw) > MAX_UPLOAD_BYTES:
        raise LogoError(_("The file is larger than 5 MB. Save a smaller version and try again."))
    picture = _open(raw)
    for width, height, colours in STEPS:
        encoded = _encode(picture, width, height, colours)
        if len(encoded) <= MAX_BYTES:
            return "data:image/png;base64," + base64.b64encode(encoded).decode("ascii")
    raise LogoError(_("This picture cannot be made small enough. Use one with fewer details."))


def _open(raw: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(raw), formats=FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            raise LogoError(
                _("The picture has more than 25 million pixels. Save a smaller version and try again.")
            )
        return picture.convert("RGBA")
    except LogoError:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise LogoError(_("This is not a picture we can read. Use a PNG, JPEG, WebP or GIF file.")) from error


def _encode(picture: Image.Image, width: int, height: int, colours: int) -> bytes:
    small = picture.copy()
    small.thumbnail((width, height), Image.Resampling.LANCZOS)
    reduced = small.quantize(colours, method=Image.Quantize.FASTOCTREE)
    out = io.BytesIO()
    reduced.save(out, "PNG", optimize=True)
    return out.getvalue()
