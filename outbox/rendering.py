"""A mail's folder and its facts become subject, text and HTML.

`templates/emails/<mail>/` holds `subject.txt`, `body.txt` and `body.mjml`. The MJML is compiled to HTML once per process
with its Django tags left in place, and the result is kept as a Django template. In `body.mjml` a Django tag may stand in
text, in an attribute, or inside `<mj-raw>` where a tag of MJML would be; it must not contain `<`.

A `Press` renders many mails: what those of a campaign share is filled in once, and each mail pays for its own words only.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import mrml
from django.conf import settings
from django.template import Context, Engine, Template, engines
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from accounts.models import Workspace
from core import colours, looks
from core.tokens import new_token

SHARED = ("layout_head.mjml", "layout_top.mjml", "help_links.mjml", "case_link.mjml", "layout_foot.mjml")
SHARED_TEXTS = ("help_links.txt", "case_link.txt", "layout_foot.txt")
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
FORMS_KEPT = 50
# Facts that are the same for a whole campaign, and may be long (a logo): never holes, see Press.
SHARED_FACTS = frozenset({
    "accent", "accent_text", "company", "contact_lines", "contact_links", "dir", "high_label", "language", "logo", "low_label",
    "workspace_name", "because", "choose_step", "choosing", "choosing_text", "high_end", "low_end", "no_more", "one_minute",
    "open_page", "open_page_text", "how_now", "told_us",
})  # fmt: skip
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
_AS_IT_IS = re.compile(r"{{ *(\w+) *}}|{% *if (\w+) *%}")  # a fact, or the question whether there is one
_TAG = re.compile(r"{%\s*(\w+)(.*?)%}|{{(.*?)}}", re.DOTALL)
_NAME = re.compile(r"(?<![.\w])\w+")  # of a fact, not of a part of one: `url` of `one.url` is no fact
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_UNDERSTOOD = {
    "load", "translate", "blocktranslate", "endblocktranslate", "if", "elif", "else", "endif", "for", "endfor",
}  # fmt: skip
_MARK = f"\x02{new_token()}."  # what begins a hole: no fact can hold it
_HOLE = re.compile(rf"{re.escape(_MARK)}(\w+)\x03")


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
    holes: frozenset[str]  # facts that may differ from mail to mail at little cost


class _Form(NamedTuple):
    """A mail with what is shared filled in; in each part, words and names of holes take turns, words first."""

    subject: list[str]
    text: list[str]
    html: list[str]


def one_line(text: object, limit: int = SUBJECT_LENGTH) -> str:
    """`text` on one line without control characters, at most `limit` characters: nothing here can start a header."""
    words = " ".join(_CONTROL.sub(" ", _well_formed(str(text))).split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def person_name(text: object) -> str:
    """A display name without what mail programs read as an address: no @ : , ; brackets or quotes."""
    return one_line(_NOT_IN_NAMES.sub(" ", str(text)), NAME_LENGTH)


class Press:
    """Renders mails that share most of their facts, as those of a campaign do.

    A fact that stands in the templates only as it is (`{{ first_name }}`, `{% if first_name %}`) is a hole, put in for each
    mail; the templates are rendered once for all other facts. Keep one for a batch, not longer: it remembers.
    """

    def __init__(self) -> None:
        self._folders: dict[str, _Folder] = {}
        self._abouts: dict[int | None, dict[str, Any]] = {}
        self._forms: dict[Hashable, _Form] = {}

    def render(
        self,
        *,
        mail: str,
        context: Mapping[str, Any],
        workspace: Workspace | None,
        subject: str | None = None,
        text: str | None = None,
    ) -> Rendered:
        """The mail of folder `mail` with `context`; raises UnknownMail. See the function `render`."""
        given = None if subject is None else one_line(subject)
        folder, facts, own = self._parted(mail, context, workspace, given, text)
        form = self._form(folder, mail, facts, _key(facts), own, has_subject=given is not None)
        line = one_line(_fill(form.subject, own)) if given is None else given
        own["subject"] = line
        plain = _fill(form.text, own)
        html = _fill(form.html, {key: _escaped(value) for key, value in own.items()})
        return Rendered(line, _tidy(plain), html)

    def subject(self, *, mail: str, context: Mapping[str, Any], workspace: Workspace | None) -> str:
        """The subject that `render` would give, for a mail whose body is rendered later; raises UnknownMail."""
        folder, facts, own = self._parted(mail, context, workspace, None, None)
        shared = _key(facts)
        if shared is None:  # no form would be kept: do not render the body for it
            with translation.override(facts["language"]):
                values = {key: _clean(value) for key, value in (facts | own).items()}
                return one_line(folder.subject.render(Context(values, autoescape=False)))
        form = self._form(folder, mail, facts, shared, own, has_subject=False)
        return one_line(_fill(form.subject, own))

    def _parted(
        self,
        mail: str,
        context: Mapping[str, Any],
        workspace: Workspace | None,
        given: str | None,
        text: str | None,
    ) -> tuple[_Folder, dict[str, Any], dict[str, str]]:
        """The templates, the facts that are shared, and what is put into the holes."""
        folder = self._folder(mail)
        facts = self._about(workspace) | {key: value for key, value in context.items() if value is not None}
        scale, scale_text = _scale(facts.pop("scores", None) or (), facts)
        facts |= {
            "subject": given or "", "text": _clean(text or "").strip(), "scale": scale, "scale_text": scale_text,
        }  # fmt: skip
        own: dict[str, str] = {}
        for name in folder.holes:
            value = _clean(facts.get(name))
            if value and isinstance(value, str):
                own[name] = value
                del facts[name]
        return folder, facts, own

    def _folder(self, mail: str) -> _Folder:
        if mail not in self._folders:
            self._folders[mail] = _folder(mail)
        return self._folders[mail]

    def _about(self, workspace: Workspace | None) -> dict[str, Any]:
        key = workspace.pk if workspace else None
        if key not in self._abouts:
            self._abouts[key] = _about(workspace)
        return self._abouts[key]

    def _form(
        self,
        folder: _Folder,
        mail: str,
        facts: dict[str, Any],
        shared: Hashable,
        own: Mapping[str, str],
        *,
        has_subject: bool,
    ) -> _Form:
        key = (mail, has_subject, frozenset(own), shared)
        form = self._forms.get(key)
        if form is None:
            form = _make_form(folder, facts, own, has_subject=has_subject)
            if len(self._forms) >= FORMS_KEPT:
                self._forms.clear()
            if key[-1] is not None:
                self._forms[key] = form
        return form


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
    return Press().render(mail=mail, context=context, workspace=workspace, subject=subject, text=text)


def _make_form(
    folder: _Folder, facts: Mapping[str, Any], own: Mapping[str, str], *, has_subject: bool
) -> _Form:
    values = {key: _clean(value) for key, value in facts.items()}
    values |= {name: mark_safe(f"{_MARK}{name}\x03") for name in own}
    values["dir"] = values.get("dir") or direction(values["language"])
    values["accent"] = values["accent"] if _is_colour(values["accent"]) else PLAIN_ACCENT
    values["accent_text"] = colours.ink_on(values["accent"])
    with translation.override(values["language"]):
        words = "" if has_subject else folder.subject.render(Context(values, autoescape=False))
        if not has_subject:  # known when the holes are filled, or, without any, now
            is_hole = "subject" in folder.holes
            values["subject"] = mark_safe(f"{_MARK}subject\x03") if is_hole else one_line(words)
        text = folder.text.render(Context(values, autoescape=False))
        html = folder.html.render(Context(values))
    return _Form(*(_HOLE.split(part) for part in (words, text, html)))


def _fill(pieces: list[str], own: Mapping[str, str]) -> str:
    filled = pieces.copy()
    filled[1::2] = [own[name] for name in pieces[1::2]]
    return "".join(filled)


def _escaped(value: str) -> str:
    return value if isinstance(value, SafeString) else escape(value)


def _key(facts: Mapping[str, Any]) -> Hashable:
    """`facts` to be compared, or None where two that are equal may read differently (a moment in two time zones)."""
    key = []
    for name, value in facts.items():
        kind = type(value)
        if kind is list and all(type(item) is str for item in value):
            value = tuple(value)
        elif kind not in (str, SafeString, int, bool):
            return None
        key.append((name, kind, value))
    return tuple(key)


def _holes(*sources: str) -> frozenset[str]:
    """The facts that stand in every one of these templates only as they are."""
    source = "".join(sources)
    names = {fact or asked for fact, asked in _AS_IT_IS.findall(source)} - SHARED_FACTS
    otherwise: set[str] = set()
    for tag, arguments, value in _TAG.findall(_AS_IT_IS.sub("", source)):
        if tag and tag not in _UNDERSTOOD:  # it may read any fact
            return frozenset()
        otherwise.update(_NAME.findall(_QUOTED.sub("", arguments + value)))
    return frozenset() if "subject" in otherwise else frozenset(names - otherwise)


def direction(language: str) -> str:
    """`rtl` or `ltr`, by the language's code."""
    return "rtl" if language.split("-")[0].lower() in BIDI_LANGUAGES else "ltr"


def mails() -> list[str]:
    """The name of every mail there is: the folders in templates/emails/."""
    return sorted(path.name for path in _home().iterdir() if path.is_dir())


def compile_mjml(name: str, source: str) -> str:
    """MJML with Django tags as HTML with the same tags. Raises BadTemplate.

    `<mj-include path="....mjml" />` of a SHARED file is replaced by that file of templates/emails/ here, because the compiler does
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
    for shared in SHARED_TEXTS:
        text = text.replace(
            f'{{% include "emails/{shared}" %}}', (_home() / shared).read_text(encoding="utf-8")
        )
    backend: Any = engines["django"]
    engine: Engine = backend.engine
    html = compile_mjml(mail, mjml)
    return _Folder(
        engine.from_string(subject),
        engine.from_string(text),
        engine.from_string(html),
        _holes(subject, text, html),
    )


_load_once = lru_cache(maxsize=64)(_load)


def _about(workspace: Workspace | None) -> dict[str, Any]:
    if workspace is None:
        return {
            "company": PRODUCT,
            "contact_lines": [],
            "contact_links": [],
            "accent": PLAIN_ACCENT,
            "logo": "",
            "language": settings.LANGUAGE_CODE,
        }
    lines = [workspace.phone, workspace.email, workspace.address, workspace.website]
    return {
        "company": workspace.name,
        "workspace_name": workspace.name,
        "contact_lines": [line for line in lines if line],
        "contact_links": list(workspace.social_links),
        "accent": workspace.accent,
        "logo": workspace.logo,
        "language": workspace.language,
    }


def _scale(scores: Any, facts: Mapping[str, Any]) -> tuple[SafeString, str]:
    """The numbers as a row of linked cells and as lines of text.

    They are written here, not in the templates: eleven times seven tags would be half the cost of a campaign.
    """
    if not scores:
        return mark_safe(""), ""
    steps = tuple(
        (int(score["value"]), looks.shade(score.get("segment", "")), score.get("stars", ""))
        for score in scores
    )
    urls = [str(score["url"]) for score in scores]
    ends = (_clean(facts.get("low_label")) or "", _clean(facts.get("high_label")) or "")
    cells, lines = _steps(steps, *ends, facts.get("choose_step") or "", facts["language"])
    row, text = list(cells), list(lines)
    row[1::2] = [escape(url) for url in urls]
    text[1::2] = urls
    return mark_safe("".join(row)), "".join(text)


@lru_cache(maxsize=128)
def _steps(
    steps: tuple[tuple[int, str, str], ...], low: str, high: str, choose: str, language: str
) -> tuple[list[str], list[str]]:
    """A row of cells and its lines of text, cut at the links: every second piece is one's place."""
    ends = {0: low, len(steps) - 1: high}
    cells, lines = [""], [""]
    with translation.override(language):
        for index, (value, shade, stars) in enumerate(steps):
            background, ink = BUTTONS[shade]
            sentence = choose or gettext("Choose %(value)s of %(most)s")
            words = sentence % {"value": value, "most": steps[-1][0]}
            shown = f"{value} ★" if stars else value
            before, after = format_html(CELL, words, background, ink, ink, shown).split(LINK)
            cells[-1] += before
            cells += ["", after]
            drawn = f" {stars}" if stars else ""
            lines[-1] += f"{value:>2}{drawn}{f' ({ends[index]})' if ends.get(index) else ''}: "
            lines += ["", "\n"]
    return cells, [*lines[:-1], ""]


def _clean(value: Any) -> Any:
    """A fact, or a list of them, without characters that no mail can hold."""
    if type(value) is list:
        return [_clean(item) for item in value]
    if type(value) is not str or value.isprintable():
        return value
    return _INVISIBLE.sub("", _well_formed(value))


def _is_colour(value: object) -> bool:
    return bool(re.fullmatch(r"#[0-9a-fA-F]{6}", str(value)))


def _tidy(text: str) -> str:
    """Text without space at the ends of lines, with at most one empty line in a row."""
    lines = [line.rstrip() for line in text.split("\n")]
    return _GAPS.sub("\n\n", "\n".join(lines)).strip() + "\n"


def _well_formed(text: str) -> str:
    """Text without halves of surrogate pairs, which neither the database nor a mail can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
