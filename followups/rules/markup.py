"""The light markup of replies: bold, italic, lists, quotes and links, in characters anybody can type and read.

It is a part of Markdown, read by markdown-it-py, with what surprises somebody who writes plain words left out: no headings
("#1 in my list"), no code by indentation, no escapes ("C:\\*"), no HTML, no marks inside words ("Kund*innen", "5*3*2",
"order_no_7"); a line below a list or a quote is not drawn into it, and a single line that begins with "-", "*" or "24." is
no list.

What a merge field stands for is never read as markup: see `shielded`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import Delimiter, StateInline
from markdown_it.token import Token

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote"}
SCHEMES = {"http", "https", "mailto", "tel"}
DEEPEST = 12  # what is nested deeper is no list anybody meant: it stays as it was typed
_PLAIN = {"paragraph_open", "paragraph_close", "inline", "text", "softbreak"}
_ITEM = re.compile(r" {0,3}\d{0,9}(?P<mark>(?<!\d)[-*+]|(?<=\d)[.)])[ \t]+\S")
_ITEM_MARK = re.compile(r"[-*+.)]")
_QUOTE = re.compile(r" {0,3}>")
_CJK = 0x2E80  # from here on, scripts that put no space between words
_SHIELD = 0xE000  # private use: no letter of any language
_MARKS = "*_[]()<>-+.\\!"
_TO_SHIELD = {ord(mark): chr(_SHIELD + ord(mark)) for mark in _MARKS}
_SHIELDED = re.compile(f"[{chr(_SHIELD)}-{chr(_SHIELD + 0x7F)}]")
_SHIELDED_IN_URL = re.compile(r"%EE%80%[89AB][0-9A-F]|%EE%81%[89AB][0-9A-F]")


@dataclass(frozen=True)
class Shown:
    """A text as it is sent: the text part, and the HTML of the other part; without any markup `html` is empty."""

    text: str
    html: str


def shielded(value: str) -> str:
    """`value` so that nothing in it is read as markup; `shown` gives its characters back."""
    return value.translate(_TO_SHIELD)


def shown(source: str) -> Shown:
    """`source` as text and as safe HTML; a text without markup comes back as it is."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    tokens = _parser().parse(_apart(source))
    if all(token.type in _PLAIN for token in _all(tokens)) or any(token.level > DEEPEST for token in tokens):
        return Shown(_unshielded(source), "")
    parser = _parser()
    made = clean(parser.renderer.render(tokens, parser.options, {}))
    made = _SHIELDED_IN_URL.sub(lambda found: quote(_unshielded(unquote(found[0]))), made)
    return Shown(_unshielded(_text(tokens)), _SHIELDED.sub(lambda found: html.escape(_bare(found)), made))


def clean(markup: str) -> str:
    """HTML with nothing in it but what replies are made of."""
    return nh3.clean(
        markup,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    ).strip()


def _unshielded(text: str) -> str:
    return _SHIELDED.sub(_bare, text)


def _bare(found: re.Match[str]) -> str:
    return chr(ord(found[0]) - _SHIELD)


def _apart(source: str) -> str:
    """An empty line where plain words follow a list or a quote: Markdown would draw them into it. A lone item is none."""
    lines = source.split("\n")
    kept: list[str] = []
    is_in_block = False
    for index, line in enumerate(lines):
        if not line.strip():
            is_in_block = False
        elif _ITEM.match(line) or _QUOTE.match(line):
            is_in_block = True
            if _ITEM.match(line) and _is_alone(lines, index):
                line = _ITEM_MARK.sub(lambda found: shielded(found[0]), line, count=1)
        elif is_in_block and not line.startswith("  "):
            kept.append("")
            is_in_block = False
        kept.append(line)
    return "\n".join(kept)


def _is_alone(lines: Sequence[str], index: int) -> bool:
    """Whether neither the line with words before nor the one after belongs to the same list."""
    before = next((line for line in reversed(lines[:index]) if line.strip()), "")
    after = next((line for line in lines[index + 1 :] if line.strip()), "")
    own = _mark(lines[index])
    return not any(_mark(line) == own or line.startswith("  ") for line in (before, after))


def _mark(line: str) -> str:
    found = _ITEM.match(line)
    return found["mark"] if found else ""


def _all(tokens: Sequence[Token]) -> list[Token]:
    return [one for token in tokens for one in (token, *_all(token.children or ()))]


# --- Marks ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"breaks": True}).enable(
        ["list", "blockquote", "newline", "link", "emphasis", "balance_pairs", "fragments_join"]
    )
    parser.inline.ruler.at("emphasis", _emphasis)
    return parser


def _emphasis(state: StateInline, silent: bool) -> bool:
    """As the library's own rule, but a star inside a word is a star, as an underscore is an underscore."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    scanned = state.scanDelims(state.pos, marker == "*" and _is_between_characters(state))
    for _ in range(scanned.length):
        token = state.push("text", "", 0)
        token.content = marker
        state.delimiters.append(
            Delimiter(
                marker=ord(marker),
                length=scanned.length,
                token=len(state.tokens) - 1,
                end=-1,
                open=scanned.can_open,
                close=scanned.can_close,
            )
        )
    state.pos += scanned.length
    return True


def _is_between_characters(state: StateInline) -> bool:
    """Whether a script without spaces stands on a side: there, words begin anywhere."""
    end = state.pos
    while end < state.posMax and state.src[end] == "*":
        end += 1
    sides = state.src[state.pos - 1 : state.pos] + state.src[end : end + 1]
    return any(_CJK <= ord(side) < _SHIELD for side in sides)


# --- The text part ----------------------------------------------------------------------------------------------


def _text(tokens: Sequence[Token]) -> str:
    """The tokens in plain words: *bold* and _italic_, lists and quotes as they are typed, and the address behind a link's words."""
    blocks = _blocks(list(tokens))
    return "\n".join(line.rstrip() for line in blocks)


def _blocks(tokens: list[Token]) -> list[str]:
    lines: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = _end(tokens, at)
        inside = tokens[at + 1 : end]
        if token.type == "paragraph_open":
            block = _inline(inside[0]).split("\n")
        elif token.type == "blockquote_open":
            block = [f"> {line}".rstrip() for line in _blocks(inside)]
        else:
            block = _list(token, inside)
        lines += ["", *block] if lines else block
        at = end + 1
    return lines


def _list(token: Token, inside: list[Token]) -> list[str]:
    lines: list[str] = []
    number = int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None
    at = 0
    while at < len(inside):
        end = _end(inside, at)
        mark = f"{token.markup} " if number is None else f"{number}{token.markup} "
        number = None if number is None else number + 1
        is_loose = any(
            one.type == "paragraph_open" and not one.hidden and one.level == inside[at].level + 1
            for one in inside[at:end]
        )
        block = _blocks(inside[at + 1 : end]) or [""]
        indented = [mark + block[0], *(" " * len(mark) + line for line in block[1:])]
        lines += ["", *indented] if lines and is_loose else indented
        at = end + 1
    return lines


def _end(tokens: list[Token], at: int) -> int:
    """Where the block that begins at `at` ends."""
    depth = 0
    for index in range(at, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    return len(tokens)


def _inline(token: Token) -> str:
    pieces: list[str] = []
    links: list[tuple[str, int]] = []
    for child in token.children or ():
        if child.type in ("strong_open", "strong_close"):
            pieces.append("*")
        elif child.type in ("em_open", "em_close"):
            pieces.append("_")
        elif child.type == "link_open":
            links.append((str(child.attrGet("href") or ""), len(pieces)))
        elif child.type == "link_close":
            address, begin = links.pop()
            bare = address.removeprefix("mailto:").removeprefix("tel:")
            if unquote(bare) != unquote("".join(pieces[begin:])):
                pieces.append(f" <{_SHIELDED_IN_URL.sub(lambda found: unquote(found[0]), bare)}>")
        elif child.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
        else:
            pieces.append(child.content)
    return "".join(pieces)
