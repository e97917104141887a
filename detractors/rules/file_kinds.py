"""What a file is, by its content: its name and what the browser says of it are not believed.

Only kinds that are known here are taken. Nothing is ever shown inside our pages (files leave as downloads), so that even
a file that is two things at once runs nowhere; what can only be meant to run is refused.
"""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """A content type and the endings a file of it may have."""

    content_type: str
    endings: tuple[str, ...]


PNG = Kind("image/png", (".png",))
JPEG = Kind("image/jpeg", (".jpg", ".jpeg"))
GIF = Kind("image/gif", (".gif",))
WEBP = Kind("image/webp", (".webp",))
PDF = Kind("application/pdf", (".pdf",))
DOCX = Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",))
XLSX = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",))
PPTX = Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", (".pptx",))
ODT = Kind("application/vnd.oasis.opendocument.text", (".odt",))
ODS = Kind("application/vnd.oasis.opendocument.spreadsheet", (".ods",))
TEXT = Kind("text/plain", (".txt", ".csv", ".log", ".md", ".eml"))
KINDS = (PNG, JPEG, GIF, WEBP, PDF, DOCX, XLSX, PPTX, ODT, ODS, TEXT)

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
)
_OPEN_DOCUMENTS = (ODT, ODS)
_OFFICE = ((b"word/", DOCX), (b"xl/", XLSX), (b"ppt/", PPTX))
HEAD = 64 * 1024  # bytes of the beginning that are looked at
_MACROS = (b"vbaProject.bin",)
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"<?php")


def kind_of(head: bytes, names: tuple[str, ...] = ()) -> Kind | None:
    """The kind of a file whose first HEAD bytes are `head`; None for what is not taken.

    `names` are those of the parts of a ZIP file, which office documents are.
    """
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"PK\x03\x04"):
        return _office(head, names)
    return TEXT if _is_text(head) else None


def _office(head: bytes, names: tuple[str, ...]) -> Kind | None:
    if any(name.encode().endswith(macro) for name in names for macro in _MACROS):
        return None
    for kind in _OPEN_DOCUMENTS:
        if b"mimetype" + kind.content_type.encode() in head[:200]:
            return kind
    if "[Content_Types].xml" not in names:
        return None
    return next(
        (kind for folder, kind in _OFFICE if any(name.encode().startswith(folder) for name in names)), None
    )


def _is_text(head: bytes) -> bool:
    """Plain text in UTF-8 without control characters, and no markup a browser would run."""
    if b"\x00" in head:
        return False
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # only the last character may be cut
            return False
        text = head[: error.start].decode("utf-8")
    begins = text.lstrip("\ufeff \t\r\n").casefold().encode()
    if begins.startswith(_MARKUP):
        return False
    return not any(char < " " and char not in "\t\r\n\f" for char in text)


def safe_name(name: str, kind: Kind) -> str:
    """The last part of `name` without what a file system or a header could misread, with an ending of its kind."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(char if char.isprintable() and char not in '<>:"|?*%' else "_" for char in last)
    plain = plain.strip(" .") or "file"
    if plain.casefold().endswith(kind.endings):
        stem, dot, ending = plain.rpartition(".")
        return f"{stem[:150]}{dot}{ending}"
    return f"{plain[:150]}{kind.endings[0]}"
