import pytest

from detractors.rules.file_kinds import DOCX, JPEG, ODT, PDF, PNG, TEXT, WEBP, kind_of, safe_name

PARTS = ("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("head", "names", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", (), PNG),
        (b"\xff\xd8\xff\xe0....", (), JPEG),
        (b"RIFF1234WEBPVP8 ", (), WEBP),
        (b"%PDF-1.7\n", (), PDF),
        (b"PK\x03\x04....", PARTS, DOCX),
        (b"PK\x03\x04" + b"." * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text", (), ODT),
        ("Grüße,\r\n\tInes".encode(), (), TEXT),
        (b"PK\x03\x04....", (), None),  # any other archive
        (b"PK\x03\x04....", (*PARTS, "word/vbaProject.bin"), None),
        (b"MZ\x90\x00", (), None),
        (b"\x7fELF\x02", (), None),
        (b"#!/bin/sh\x00", (), None),
        (b"  <!DOCTYPE html><p>", (), None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", (), None),
        (b"<script>alert(1)</script>", (), None),
        (b"RIFF\x24\x00\x00\x00AVI LIST", (), None),
        (b"caf\xe9 not UTF-8 at all", (), None),
    ],
)
def test_a_file_is_what_its_content_says(head: bytes, names: tuple[str, ...], kind: object) -> None:
    assert kind_of(head, names) == kind


def test_a_character_cut_at_the_end_of_what_is_read_is_no_reason_to_refuse() -> None:
    assert kind_of("Größe".encode()[:-1] + "ß".encode()[:1]) == TEXT


@pytest.mark.parametrize(
    ("name", "kind", "safe"),
    [
        ("report.pdf", PDF, "report.pdf"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("C:\\Users\\ines\\photo.JPG", JPEG, "photo.JPG"),
        ("evil.html", TEXT, "evil.html.txt"),
        ('a"b\r\nSet-Cookie: x.png', PNG, "a_b__Set-Cookie_ x.png"),
        ("", PNG, "file.png"),
        (" .. ", PDF, "file.pdf"),
    ],
)
def test_a_name_is_its_last_part_with_an_ending_of_its_kind(name: str, kind: object, safe: str) -> None:
    assert safe_name(name, kind) == safe  # type: ignore[arg-type]
