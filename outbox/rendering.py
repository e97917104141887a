"""A mail's folder and its facts become subject, text and HTML.

`templates/emails/<mail>/` holds `subject.txt`, `body.txt` and `body.mjml`. The MJML is compiled to HTML once per process
with its Django tags left in place, and the result is kept as a Django template: a campaign pays for the layout once and
for its words ten thousand times. In `body.mjml` a Django tag may stand in text, in an attribute, or inside `<mj-raw>`
where a tag of MJML would be; it must not contain `<`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import mrml
from django.conf import settings
from django.template import Context, Engine, Template, engines
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from accounts.models import Workspace
from core import colours, looks

SHARED = ("layout_head.mjml", "layout_top.mjml", "layout_foot.mjml")
SHARED_TEXT = "layout_foot.txt"
BIDI_LANGUAGES = ("ar", "fa", "he", "ur")
SUBJECT_LENGTH = 200  # characters; the row holds 300
NAME_LENGTH = 75  # characters
PRODUCT = "Amends"
PLAIN_ACCENT = "#7a3a6c"
# A score's button: background and ink, readable on their own and in dark mode (WCAG AA).
BUTTONS = {
    "detractor": ("#b23a27", "#ffffff"),
    "passive": ("#e2a72e", "#2a1c00"),
    "promoter": ("#1c7c5e", "#ffffff"),
    "none": ("#5b5160", "#ffffff"),
}
LINK = "LINK"
CELL = (
    '\n<td align="center" style="padding:0 1px"><a href="LINK" aria-label="{}" style="display:block;height:44px;'
    "line-height:44px;border-radius:6px;background-color:{};color:{};font-size:16px;font-weight:700;text-align:center;"
    'text-decoration:none"><span style="color:{}">{}</span></a></td>'
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # what no text part may hold; tab and line feed may
_NOT_IN_NAMES = re.compile(r"[@:,;<>\"\\()\[\]]+")
_BETWEEN_CELLS = re.compile(r"<(?:table|tr|td|div)\b")  # where a line break shows nothing
_GAPS = re.compile(r"\n{3,}")


class UnknownMail(LookupError):
    """There is no such folder in templates/emails/, or a file of it is missing."""


class BadTemplate(ValueError):
    """The MJML of a mail cannot be compiled; the message names the mail and what the compiler said."""


@dataclass(frozen=True)
class Rendered:
    """A mail as it leaves: one line of subject, the text part and the HTML part."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class _Folder:
    subject: Template
    text: Template
    html: Template


def one_line(text: object, limit: int = SUBJECT_LENGTH) -> str:
    """`text` on one line without control characters, at most `limit` characters: nothing here can start a header."""
    words = " ".join(_CONTROL.sub(" ", _well_formed(str(text))).split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def person_name(text: object) -> str:
    """A display name without what mail programs read as an address: no @ : , ; brackets or quotes."""
    return one_line(_NOT_IN_NAMES.sub(" ", str(text)), NAME_LENGTH)


def render(
    *,
    mail: str,
    context: Mapping[str, Any],
    workspace: Workspace | None,
    subject: str | None = None,
    text: str | None = None,
) -> Rendered:
    """The mail of folder `mail` with `context`; raises UnknownMail.

    Facts of `workspace` (company, contact_lines, accent, logo, language) are filled in where `context` has none.
    `subject` and `text` are a person's own words: they stand in the mail as `subject` and `text`, and are never read as a
    template.
    """
    facts = {**_about(workspace), **{key: value for key, value in context.items() if value is not None}}
    facts = {key: _clean(value) for key, value in facts.items()}
    facts |= {"subject": one_line(subject or ""), "text": _clean(text or "").strip()}
    facts["dir"] = facts.get("dir") or direction(facts["language"])
    facts["accent"] = facts["accent"] if _is_colour(facts["accent"]) else PLAIN_ACCENT
    facts["accent_text"] = colours.ink_on(facts["accent"])
    folder = _folder(mail)
    with translation.override(facts["language"]):
        facts["scale"], facts["scale_text"] = _scale(facts.get("scores") or (), facts)
        line = one_line(
            subject if subject is not None else folder.subject.render(Context(facts, autoescape=False))
        )
        facts["subject"] = line
        plain = folder.text.render(Context(facts, autoescape=False))
        html = folder.html.render(Context(facts))
    return Rendered(line, _tidy(plain), html)


def direction(language: str) -> str:
    """`rtl` or `ltr`, by the language's code."""
    return "rtl" if language.split("-")[0].lower() in BIDI_LANGUAGES else "ltr"


def mails() -> list[str]:
    """The name of every mail there is: the folders in templates/emails/."""
    return sorted(path.name for path in _home().iterdir() if path.is_dir())


def compile_mjml(name: str, source: str) -> str:
    """MJML with Django tags as HTML with the same tags. Raises BadTemplate.

    `<mj-include path="layout_....mjml" />` is replaced by that file of templates/emails/ here, because the compiler does
    not give an included section the width of the body.
    """
    for shared in SHARED:
        source = source.replace(
            f'<mj-include path="{shared}" />', (_home() / shared).read_text(encoding="utf-8")
        )
    try:
        # Without `fonts` the compiler would link one from elsewhere; ours are those of the reader's system.
        html = str(mrml.to_html(source, None, mrml.RenderOptions(disable_comments=True, fonts={})).content)
    except OSError as error:
        raise BadTemplate(f"{name}: {error}") from error
    return _BETWEEN_CELLS.sub(r"\n\g<0>", html)  # lines below 998 characters need no quoting: a fifth smaller


def _home() -> Path:
    return Path(settings.BASE_DIR) / "templates" / "emails"


def _folder(mail: str) -> _Folder:
    return _load(mail) if settings.DEBUG else _load_once(mail)


def _load(mail: str) -> _Folder:
    place = _home() / mail
    try:
        subject, text, mjml = (
            (place / name).read_text(encoding="utf-8") for name in ("subject.txt", "body.txt", "body.mjml")
        )
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UnknownMail(mail) from error
    text = text.replace(
        f'{{% include "emails/{SHARED_TEXT}" %}}', (_home() / SHARED_TEXT).read_text(encoding="utf-8")
    )
    backend: Any = engines["django"]
    engine: Engine = backend.engine
    return _Folder(
        engine.from_string(subject), engine.from_string(text), engine.from_string(compile_mjml(mail, mjml))
    )


_load_once = lru_cache(maxsize=64)(_load)


def _about(workspace: Workspace | None) -> dict[str, Any]:
    if workspace is None:
        return {
            "company": PRODUCT,
            "contact_lines": [],
            "accent": PLAIN_ACCENT,
            "logo": "",
            "language": settings.LANGUAGE_CODE,
        }
    lines = [workspace.phone, workspace.email, workspace.address, workspace.website]
    return {
        "company": workspace.name,
        "workspace_name": workspace.name,
        "contact_lines": [line for line in lines if line],
        "accent": workspace.accent,
        "logo": workspace.logo,
        "language": workspace.language,
    }


def _scale(scores: Any, facts: Mapping[str, Any]) -> tuple[SafeString, str]:
    """The numbers as a row of linked cells and as lines of text.

    They are written here, not in the templates: eleven times seven tags would be half the cost of a campaign.
    """
    ends = {0: facts.get("low_label"), len(scores) - 1: facts.get("high_label")}
    cells, lines = [], []
    for index, score in enumerate(scores):
        value, url = score["value"], str(score["url"])
        before, after = _cell(int(value), looks.shade(score.get("segment", "")), facts["language"])
        cells += [before, escape(url), after]
        lines.append(f"{value:>2}{f' ({ends[index]})' if ends.get(index) else ''}: {url}")
    return mark_safe("".join(cells)), "\n".join(lines)


@lru_cache(maxsize=512)
def _cell(value: int, shade: str, language: str) -> tuple[str, str]:
    """What stands before and after the link in the cell of one number; `language` is the active one."""
    background, ink = BUTTONS[shade]
    words = gettext("Choose %(value)s of 10") % {"value": value}
    cell = format_html(CELL, words, background, ink, ink, value)
    before, after = cell.split(LINK)
    return before, after


def _clean(value: Any) -> Any:
    """A fact without characters that no mail can hold."""
    return _INVISIBLE.sub("", _well_formed(value)) if type(value) is str else value


def _is_colour(value: object) -> bool:
    return bool(re.fullmatch(r"#[0-9a-fA-F]{6}", str(value)))


def _tidy(text: str) -> str:
    """Text without space at the ends of lines, with at most one empty line in a row."""
    lines = [line.rstrip() for line in text.split("\n")]
    return _GAPS.sub("\n\n", "\n".join(lines)).strip() + "\n"


def _well_formed(text: str) -> str:
    """Text without halves of surrogate pairs, which neither the database nor a mail can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
