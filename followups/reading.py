"""Reading a raw mail, whatever it is: broken MIME, wrong charsets, NUL bytes, a thousand headers. Never raises.

What is shown of it is text; HTML is cleaned of all that acts or calls (nh3), and what stood under the new words is set
apart, not thrown away (mail-parser-reply, and the marks it does not know).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parseaddr
from typing import Any

import structlog

log = structlog.get_logger(__name__)

HEADERS_READ = 400  # the first ones
HEADER_LENGTH = 4_000
BODY_LENGTH = 200_000  # characters of text that are kept
HTML_READ = 1_000_000
HTML_DEPTH = 400  # tags within tags: programs that read HTML take the square of it
PARTS_READ = 300
DEPTH = 20  # mails within mails
_LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "cs", "ja", "da"]
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "img", "li", "ol", "p", "pre",
    "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "width", "height"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}  # fmt: skip
_OF_ONE_BYTE = re.compile(
    r"(us-ascii|iso-?8859-?\d+|latin-?\d|(windows|cp)-?125\d|koi8-[ru]|macintosh)\Z", re.I
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]{0,3000}>")
_VOID = frozenset(
    {
        "br",
        "hr",
        "img",
        "input",
        "meta",
        "link",
        "area",
        "base",
        "col",
        "embed",
        "source",
        "track",
        "wbr",
        "p",
        "li",
    }
)
# Where the words of others begin, besides what the library knows.
_FOLDS = re.compile(
    r"^(?:_{20,}|-{5,} ?(?:forwarded message|original message|weitergeleitete nachricht|message transféré|mensaje reenviado|"
    r"messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada|wiadomość przekazana)|"
    r"(?:begin forwarded message|anfang der weitergeleiteten nachricht) ?:|"
    r"(?:.{0,80}\d{1,4}.{0,60}(?:wrote|schrieb.{0,80}|a écrit|escribió|ha scritto|schreef.{0,60}|escreveu|napisał\(a\)|skrev.{0,60}|"
    r"napsal|şunu yazdı)|\d{4}年.{0,80}) ?:\s*$)", re.I | re.M
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Something attached: its bytes, and what its sender calls it."""

    name: str
    content: bytes = field(repr=False)
    cid: str = ""


@dataclass(frozen=True, kw_only=True)
class Read:
    """A mail as it is understood. Header names are in small letters, the first of equal ones counts."""

    headers: dict[str, str]
    sender: str = ""
    sender_name: str = ""
    receivers: tuple[str, ...] = ()
    subject: str = ""
    message_id: str = ""
    answers: tuple[str, ...] = ()  # the ids it says it answers, the nearest first
    text: str = ""  # the new words
    quoted: str = ""
    html: str = ""
    parts: tuple[Part, ...] = ()
    report: str = ""
    returned: str = ""  # what a report quotes: our own mail's headers, and who could not be reached
    has_empty_sender: bool = False
    is_broken: bool = False


def read(raw: bytes, *, envelope_from: str | None = None) -> Read:
    """The mail in `raw`. `envelope_from` is what its bearer said of the sender, None when nothing was said."""
    try:
        return _read(raw, envelope_from)
    except Exception as error:  # nothing that is sent to us may stop the mail behind it
        log.warning("mail_not_understood", error=type(error).__name__, size=len(raw))
        return Read(headers={}, text=plain(raw[:BODY_LENGTH].decode("utf-8", "replace")), is_broken=True)


def _read(raw: bytes, envelope_from: str | None) -> Read:
    mail = message_from_bytes(raw, policy=policy.compat32)
    headers = _headers(mail)
    name, address = _address(headers.get("from", ""))
    text, html, parts, is_broken = _bodies(mail)
    if _is_too_deep(html):
        text, html = text or plain(_TAG.sub(" ", html))[:BODY_LENGTH].strip(), ""
    if not text and html:
        text = as_text(html)
    new, quoted = fold(text)
    returned_to = headers.get("return-path", "").strip()
    given = envelope_from if envelope_from is not None else None
    is_report = mail.get_content_type() == "multipart/report"
    report = one_line(_parameter(mail, "report-type"), 80) if is_report else ""
    return Read(
        headers=headers,
        sender=address,
        sender_name=one_line(name, 200),
        receivers=_receivers(headers),
        subject=one_line(headers.get("subject", ""), 300),
        message_id=_ids(headers.get("message-id", ""))[0][:255]
        if _ids(headers.get("message-id", ""))
        else "",
        answers=_answers(headers),
        text=new,
        quoted=quoted,
        html=clean_html(html),
        parts=tuple(parts),
        report=report,
        returned=_returned(mail) if report else "",
        has_empty_sender=returned_to == "<>" or given == "<>",
        is_broken=is_broken,
    )


# --- Headers -----------------------------------------------------------------------------------------------------


def _headers(mail: Message) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in mail._headers[:HEADERS_READ]:  # type: ignore[attr-defined]  # `items` decodes all of them
        key = str(name).strip().lower()[:100]
        if key == "received" or (key in found and key not in _MANY):
            continue
        said = _decoded(str(value)[:HEADER_LENGTH])
        found[key] = f"{found[key]}, {said}" if key in found else said
    return found


_MANY = frozenset(
    {"to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-forwarded-to", "authentication-results"}
)


def _decoded(value: str) -> str:
    value = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        pieces = [
            piece.decode(charset or "utf-8", "replace") if isinstance(piece, bytes) else piece
            for piece, charset in decode_header(value)
        ]
    except (LookupError, ValueError, AssertionError):  # a charset nobody knows, an encoded word that is none
        pieces = [value]
    return one_line("".join(pieces), HEADER_LENGTH)


def _address(value: str) -> tuple[str, str]:
    name, address = parseaddr(value)
    address = address.strip().lower()
    is_one = address.count("@") == 1 and not re.search(r"[\s<>\"(),;:]", address) and len(address) <= 320
    return name, address if is_one else ""


def _receivers(headers: dict[str, str]) -> tuple[str, ...]:
    fields = ("x-original-to", "delivered-to", "envelope-to", "x-forwarded-to", "to", "cc")
    found = getaddresses([headers[name] for name in fields if name in headers])
    return tuple(dict.fromkeys(address.strip().lower()[:320] for _name, address in found if "@" in address))[
        :50
    ]


def _ids(value: str) -> list[str]:
    return re.findall(r"<[^<>\s]{3,250}>", value)


def _answers(headers: dict[str, str]) -> tuple[str, ...]:
    nearest = _ids(headers.get("in-reply-to", "")) + list(reversed(_ids(headers.get("references", ""))))
    return tuple(dict.fromkeys(nearest))[:30]


def _parameter(part: Message, name: str) -> str:
    value = part.get_param(name)
    return str(value).lower()[:60] if value else "unknown"


# --- Bodies ------------------------------------------------------------------------------------------------------


def _bodies(mail: Message) -> tuple[str, str, list[Part], bool]:
    texts: list[str] = []
    htmls: list[str] = []
    parts: list[Part] = []
    is_broken = bool(mail.defects)
    for part in _leaves(mail, DEPTH):
        is_broken = is_broken or bool(part.defects)
        kind = part.get_content_type()
        is_file = part.get_content_disposition() == "attachment" or bool(part.get_filename())
        if kind == "message/rfc822" or (kind.startswith("message/") and part.is_multipart()):
            content = b"".join(_bytes(inner) for inner in part.get_payload())  # type: ignore[union-attr]
            parts.append(Part(_name(part, "mail.eml"), content))
        elif not is_file and kind == "text/plain":
            texts.append(_text(part))
        elif not is_file and kind == "text/html":
            htmls.append(_text(part)[:HTML_READ])
        elif not is_file and kind.startswith(("multipart/", "message/", "text/rfc822-headers")):
            continue
        else:
            content = _content(part)
            if content:
                cid = one_line(str(part.get("Content-ID", "")).strip().strip("<>"), 200)
                parts.append(Part(_name(part, "file"), content, cid))
    text = plain("\n\n".join(one for one in texts if one.strip()))[:BODY_LENGTH].strip()
    return text, htmls[0] if htmls else "", parts, is_broken


def _leaves(mail: Message, depth: int, budget: list[int] | None = None) -> Iterator[Message]:
    """The parts that hold something, at most PARTS_READ; a mail within the mail is one of them."""
    budget = budget if budget is not None else [PARTS_READ]
    if budget[0] <= 0:
        return
    budget[0] -= 1
    payload = _payload(mail)
    if isinstance(payload, list) and mail.get_content_maintype() != "message" and depth > 0:
        for part in payload:
            yield from _leaves(part, depth - 1, budget)
    else:
        yield mail


def _payload(part: Message) -> Any:
    """What is in the part, as it was parsed: asked for politely, a charset with a NUL in its name raises."""
    try:
        return part.get_payload()
    except (ValueError, LookupError):
        return part._payload  # type: ignore[attr-defined]


def _content(part: Message) -> bytes:
    try:
        payload: Any = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        payload = None
    if isinstance(payload, bytes):
        return payload
    raw = _payload(part)
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _bytes(mail: Any) -> bytes:
    try:
        made: bytes = mail.as_bytes(policy=policy.compat32)
    except Exception:  # the generator of the library has many ways to stumble over what its parser took
        return b""
    return made


def _text(part: Message) -> str:
    content = _content(part)
    named = part.get_content_charset() or "utf-8"
    # Of a charset of single bytes everything is valid; what is valid UTF-8 as well was hardly meant otherwise.
    is_any = _OF_ONE_BYTE.match(named) is not None and not content.isascii()
    for charset in ("utf-8", named, "cp1252") if is_any else (named, "utf-8", "cp1252"):
        try:
            return content.decode(charset)
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def _name(part: Message, otherwise: str) -> str:
    try:
        found = part.get_filename() or ""
    except Exception:  # a name in a charset nobody knows, or in pieces that do not fit
        found = ""
    return one_line(_decoded(found), 200) or otherwise


def _returned(mail: Message) -> str:
    """The words of a report's parts that are for machines, and the headers of the mail it is about."""
    said: list[str] = []
    for part in mail.walk():
        if part.get_content_type() in {"message/delivery-status", "text/rfc822-headers", "message/rfc822"}:
            said.append(_bytes(part)[:20_000].decode("utf-8", "replace"))
    return plain("\n".join(said))[:40_000]


# --- Words -------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Text as it may be stored and shown: no control characters, none that turn the direction, lines ended by \\n."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", ""))


def one_line(text: str, most: int) -> str:
    """Text for one line, without what is no character."""
    return " ".join(plain(text).split())[:most]


def fold(text: str) -> tuple[str, str]:
    """The new words, and what stands under them: both together are all there was."""
    from mailparser_reply import EmailReplyParser  # takes a tenth of a second to load

    try:
        mail = EmailReplyParser(languages=_LANGUAGES).read(text[:50_000])
        new = (mail.latest_reply or "").strip() if len(mail.replies) else ""
    except Exception as error:
        log.warning("reply_not_folded", error=type(error).__name__)
        new = ""
    if not new or not text.lstrip().startswith(new[:200]):
        new = text.strip()
    found = _FOLDS.search(new)
    if found is not None and new[: found.start()].strip():
        new = new[: found.start()].strip()
    if not _begins(text, new):
        return text.strip(), ""
    rest = text.strip()[len(new) :].strip()
    return new, rest


def _begins(text: str, new: str) -> bool:
    return bool(new) and text.strip().startswith(new)


def as_text(html: str) -> str:
    """The words of HTML, as they would be read."""
    from inscriptis import get_text  # brings lxml with it

    try:
        return plain(get_text(html))[:BODY_LENGTH].strip()
    except Exception as error:  # lxml refuses some bytes and depths
        log.warning("html_not_read", error=type(error).__name__)
        return plain(_TAG.sub(" ", html))[:BODY_LENGTH].strip()


def _is_too_deep(html: str) -> bool:
    depth = 0
    for found in _TAG.finditer(html):
        name = found[2].lower()
        if name in _VOID or found[0].endswith("/>"):
            continue
        depth = max(depth - 1, 0) if found[1] else depth + 1
        if depth > HTML_DEPTH:
            return True
    return False


def clean_html(html: str) -> str:
    """HTML that does nothing: no scripts, no styles, no forms, and no picture but those that came with the mail."""
    if not html.strip():
        return ""
    import nh3

    def only_own_pictures(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            return value if value.lower().startswith("cid:") else None
        return value

    try:
        return plain(
            nh3.clean(
                plain(html[:HTML_READ]), tags=_TAGS, attributes=_ATTRIBUTES, attribute_filter=only_own_pictures,
                url_schemes={"http", "https", "mailto", "tel", "cid"}, link_rel="noopener noreferrer nofollow",
            )
        )[:BODY_LENGTH]  # fmt: skip
    except Exception as error:
        log.warning("html_not_cleaned", error=type(error).__name__)
        return ""
