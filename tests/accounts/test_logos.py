"""Logos: any picture leaves as a small PNG, anything else is refused with a sentence."""

import base64
import io

import pytest
from PIL import Image

from accounts import logos


def picture(kind: str = "PNG", size: tuple[int, int] = (800, 300), mode: str = "RGB") -> io.BytesIO:
    """A picture full of different colours: the hardest to make small."""
    image = Image.effect_noise(size, 200).convert(mode)
    out = io.BytesIO()
    image.save(out, kind)
    out.seek(0)
    return out


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_accepted_kind_becomes_a_small_png(kind: str) -> None:
    uri = logos.data_uri(picture(kind))
    raw = base64.b64decode(uri.removeprefix("data:image/png;base64,"))
    made = Image.open(io.BytesIO(raw))
    assert made.format == "PNG"
    assert len(raw) <= 4096
    assert len(uri) <= 6000
    assert made.width <= 320
    assert made.height <= 96


def test_a_plain_logo_keeps_its_size_and_transparency() -> None:
    image = Image.new("RGBA", (300, 80), (0, 0, 0, 0))
    image.paste((200, 30, 60, 255), (40, 20, 260, 60))
    out = io.BytesIO()
    image.save(out, "PNG")
    out.seek(0)
    raw = base64.b64decode(logos.data_uri(out).removeprefix("data:image/png;base64,"))
    made = Image.open(io.BytesIO(raw)).convert("RGBA")
    assert made.size == (300, 80)
    assert [made.getpixel(at)[3] for at in ((5, 5), (150, 40))] == [0, 255]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"\x89PNG\r\n\x1a\n broken",
    ],
)
def test_what_is_no_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(logos.LogoError, match="not a picture"):
        logos.data_uri(io.BytesIO(raw))


def test_a_cut_off_picture_is_refused() -> None:
    raw = picture().getvalue()
    with pytest.raises(logos.LogoError):
        logos.data_uri(io.BytesIO(raw[: len(raw) // 2]))


def test_a_picture_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logos, "MAX_PIXELS", 1_000)
    with pytest.raises(logos.LogoError, match="25 million"):
        logos.data_uri(picture(size=(40, 26)))


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logos, "MAX_UPLOAD_BYTES", 100)
    with pytest.raises(logos.LogoError, match="5 MB"):
        logos.data_uri(picture())
