"""The components: what a template may show, with its word, its colour and its text for those who see neither.

Every component is shown with an example on the component page (`core/components_demo.py`).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from core import drawing, kept_forms, looks, moments, stencils

register = template.Library()
register.tag("stencil", stencils.parse)
register.filter("kept_form", kept_forms.drawn)

SPRITE = "vendor/tabler-icons-3.51.0/sprite.svg"

# The side: label, URL name, icon. A page is current when its address begins with the entry's, or with one of those beside it.
NAVIGATION = [
    (gettext_lazy("Home"), "dashboards:home", "home"),
    (gettext_lazy("Cases"), "detractors:queue", "inbox"),
    (gettext_lazy("My work"), "detractors:my_work", "list-check"),
    (gettext_lazy("Mentions"), "detractors:mention_list", "quote"),
    (gettext_lazy("Where work arises"), "detractors:arising", "chart-bar"),
    (gettext_lazy("Improvements"), "detractors:improvements", "tool"),
    (gettext_lazy("Playbooks"), "followups:playbooks", "route"),
    (gettext_lazy("Dashboard"), "dashboards:dashboard", "layout-dashboard"),
    (gettext_lazy("Surveys"), "surveys:survey_list", "message-2"),
    (gettext_lazy("Campaigns"), "surveys:campaign_list", "speakerphone"),
    (gettext_lazy("Contacts"), "surveys:contact_list", "users"),
    (gettext_lazy("Incoming mail"), "followups:tray", "mail-opened"),
    (gettext_lazy("Mailbox"), "outbox:mailbox", "mail"),
    (gettext_lazy("Settings"), "accounts:settings", "settings"),
]
# What is reached from an entry and stands elsewhere: the entry's URL name -> addresses below the workspace.
BESIDE = {
    "dashboards:dashboard": ("answers/",),
    "detractors:my_work": ("mails-in-doubt/",),
    "surveys:contact_list": ("answers/enter/",),
    "detractors:queue": ("forecast/", "clock/", "promised/", "doubtful/", "matrix/"),
}


# Links ------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def workspace_url(context: template.Context, name: str, workspace: Any = None, **kwargs: Any) -> str:
    """The address of a page of this workspace (or of another, given as `workspace`).

    Outside DEBUG an unknown name raises NoReverseMatch; in DEBUG it becomes `#`, so that half-built pages
    can be looked at.
    """
    place = workspace or getattr(context.get("request"), "workspace", None)
    slug = context.get("slug") if place is None else place.slug  # a stencil has no request
    try:
        return reverse(name, kwargs={"slug": slug, **kwargs}) if kwargs else _place(name, slug)
    except NoReverseMatch:
        if settings.DEBUG:
            return "#"
        raise


@lru_cache(maxsize=4096)
def _place(name: str, slug: str | None) -> str:
    return reverse(name, kwargs={"slug": slug})


@register.simple_tag(takes_context=True)
def current_place(context: template.Context) -> str:
    """The URL name of the entry of the side that this page belongs to, empty for none."""
    request = context["request"]
    slug = getattr(getattr(request, "workspace", None), "slug", "")
    beside = [(name, f"/w/{slug}/{path}") for name, paths in BESIDE.items() for path in paths]
    places = [(name, workspace_url(context, name)) for _label, name, _icon in NAVIGATION]
    # The longest address that fits is the page's own: /answers/enter/ is no list of answers.
    fits = [
        (len(url), name) for name, url in (*places, *beside) if url != "#" and request.path.startswith(url)
    ]
    return max(fits, default=(0, ""))[1]


@register.inclusion_tag("components/navigation.html", takes_context=True)
def navigation(context: template.Context) -> dict[str, Any]:
    """The side's list of pages, the current one marked (in a stencil as `current` says)."""
    own = current_place(context) if "request" in context else context["current"]
    items = [
        {"label": label, "url": workspace_url(context, name), "icon": icon_name, "current": name == own}
        for label, name, icon_name in NAVIGATION
    ]
    return {"items": items}


@lru_cache(maxsize=8)
def _static_file(path: str) -> str:
    found = finders.find(path)
    if not isinstance(found, str):
        raise template.TemplateSyntaxError(f"No static file {path!r} to write into the page.")
    with open(found, encoding="utf-8") as file:
        return file.read()


@lru_cache(maxsize=8)
def _static_css(path: str) -> str:
    css = re.sub(r"/\*.*?\*/", "", _static_file(path), flags=re.DOTALL)
    return re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", css)).strip()


@register.simple_tag(takes_context=True)
def inline_css(context: template.Context, path: str) -> SafeString:
    """The style sheet, written into a page that loads nothing, with its nonce; read once per process."""
    return _style(context, _static_css(path))


@lru_cache(maxsize=8)
def _static_js(path: str) -> str:
    return re.sub(r"/\*.*?\*/\s*", "", _static_file(path), flags=re.DOTALL).strip()


@register.simple_tag(takes_context=True)
def inline_js(context: template.Context, path: str, **data: Any) -> SafeString:
    """A small script, written into a page that loads nothing, with its nonce; the page works without it.

    What it must know comes as data attributes of its own element.
    """
    nonce = str(getattr(context.get("request"), "csp_nonce", ""))
    facts = format_html_join("", ' data-{}="{}"', data.items())
    # Our own static file: nothing a visitor wrote.
    return format_html('<script nonce="{}"{}>{}</script>', nonce, facts, mark_safe(_static_js(path)))


@register.simple_tag(takes_context=True)
def brand_css(context: template.Context, brand: Mapping[str, Any] | None) -> SafeString:
    """The company's own colours as a nonce'd style; anything but a #rrggbb value is left out."""
    names = {"accent": "--accent", "accent_text": "--on-accent"}
    chosen = {
        names[key]: str(value) for key, value in (brand or {}).items() if key in names and _is_colour(value)
    }
    if not chosen:
        return SafeString("")
    return _style(context, ":root{" + ";".join(f"{name}:{value}" for name, value in chosen.items()) + "}")


def _is_colour(value: object) -> bool:
    return bool(re.fullmatch(r"#[0-9a-fA-F]{6}", str(value)))


def _style(context: template.Context, css: str) -> SafeString:
    # str() first: django-csp's nonce is lazy, and false until somebody has read it.
    nonce = str(getattr(context.get("request"), "csp_nonce", ""))
    # Our own static file, or colours just matched against #rrggbb: nothing a visitor wrote.
    body = mark_safe(css)
    return (
        format_html('<style nonce="{}">{}</style>', nonce, body)
        if nonce
        else format_html("<style>{}</style>", body)
    )


# Small parts ------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A picture from the sprite: decoration, or with `label` an image that says what it is."""
    return _icon(str(name), conditional_escape(label) if label else "")


# A page draws the same few parts dozens of times: each is made once, in each language. What somebody wrote is escaped
# before: a text and the same text marked as safe are one key.


@lru_cache(maxsize=1024)
def _icon(name: str, label: str) -> SafeString:
    href = f"{static(SPRITE)}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)


@register.simple_tag
def pill(text: str, tone: str = "neutral", icon_name: str = "") -> SafeString:
    """A word in a coloured pill. Tones: neutral, accent, info, good, warning, bad, loud."""
    picture = icon(icon_name) if icon_name else ""
    return format_html('<span class="pill tone-{}">{}{}</span>', tone, picture, text)


@register.simple_tag
def badge(kind: str, code: Any, label: str = "") -> SafeString:
    """The badge of a code: `{% badge "priority" case.priority %}`; `label` replaces the word.

    Kinds: segment, status, priority, outcome, timer, message, invitation, decision, trust, role. An empty
    code is an empty string.
    """
    if code in (None, ""):
        return SafeString("")
    said = conditional_escape(label) if label else ""
    return _badge(kind, str(getattr(code, "value", code)), said, get_language())


@lru_cache(maxsize=1024)
def _badge(kind: str, code: str, label: str, _language: str | None) -> SafeString:
    shown = looks.look(kind, code)
    return pill(label or str(shown.word), shown.tone, shown.icon)


@register.simple_tag
def score(value: int | None, segment: Any = None, size: str = "") -> SafeString:
    """The score as a chip, its segment as colour and, for screen readers, as a word; None is a dash."""
    return _score(value, str(getattr(segment, "value", segment or "")), size, get_language())


@lru_cache(maxsize=1024)
def _score(value: int | None, segment: str, size: str, _language: str | None) -> SafeString:
    if value is None:
        return format_html(
            '<span class="score">–<span class="visually-hidden">{}</span></span>', _("no score")
        )
    word = looks.look("segment", segment).word if segment else ""
    return format_html(
        '<span class="score score-{}{}" title="{}">{}<span class="visually-hidden"> {}</span></span>',
        looks.shade(segment), " score-large" if size == "large" else "", word, value, word,
    )  # fmt: skip


@register.simple_tag
def avatar(name: str, shape: str = "") -> SafeString:
    """A person's initials on a colour that stays theirs; decoration, the name stands beside it.

    Shapes: small, square, or both.
    """
    return _avatar(str(name or ""), shape)


@lru_cache(maxsize=1024)
def _avatar(name: str, shape: str) -> SafeString:
    words = [word for word in re.split(r"[\s@._-]+", name) if word]
    letters = (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"
    tint = zlib.crc32(name.encode()) % 4
    extra = "".join(f" initials-{word}" for word in shape.split())
    return format_html(
        '<span class="initials initials-{}{}" aria-hidden="true">{}</span>', tint, extra, letters
    )


@register.inclusion_tag("components/button.html")
def button(label: str, tone: str = "", icon: str = "", href: str = "", **attrs: str) -> dict[str, Any]:
    """A button, or with `href` a link that looks like one. Tones: "" (plain), primary, danger, quiet.

    Further arguments become attributes, `_` written as `-`: `{% button "Save" "primary" hx_post=url %}`.
    """
    attrs = {name.replace("_", "-"): value for name, value in attrs.items()}
    if not href:
        attrs.setdefault("type", "submit")
    return {"label": label, "tone": tone, "icon": icon, "href": href, "attrs": attrs}


# Time -------------------------------------------------------------------------------------------------------


@register.filter
def local_time(moment: datetime | None, zone: Any = None) -> SafeString | str:
    """An aware moment in the reader's zone, which is named: `23 Nov 2026, 10:00 CET`; None is empty."""
    if moment is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moments.machine(moment),
        moments.zone_of(zone),
        moments.in_words(moment, zone),
    )


@register.filter
def duration(minutes: float | timedelta | None) -> str:
    """Minutes (or a timedelta) in words: `1 h 20 min`, `30 s`; None is `–`."""
    return moments.duration(minutes)


@register.filter
def working(minutes: float | timedelta | None) -> str:
    """Working minutes (or a timedelta) in words, in hours where they are many: `28 h`; None is `–`."""
    return moments.working_duration(minutes)


@register.filter
def percent(share: float | None) -> str:
    """12 %, of a share from 0 to 1; empty for None."""
    return "" if share is None else _("%(n)s %%") % {"n": round(100 * share)}


@register.filter
def shade(segment: Any) -> str:
    """The class of a segment's colour, for any metric: `promoter`, `passive`, `detractor`, or `none`."""
    return looks.shade(segment)


@register.filter
def signed(number: float | None, places: int = 0) -> str:
    """A change with its sign: `+6`, `−3`, `0`; None is `–`."""
    if number is None:
        return "–"
    rounded = round(float(number), places)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):.{places}f}"


@register.simple_tag
def countdown(
    due_at: datetime | None,
    zone: Any = None,
    state: Any = "RUNNING",
    warn_at: datetime | None = None,
    now: datetime | None = None,
) -> SafeString:
    """A deadline: its moment in words with the zone, and how long is left.

    With `now` the server writes the distance too; `countdown.js` then keeps it current. States: RUNNING,
    DUE_SOON, PAUSED, BREACHED, MET. No deadline is an empty string.
    """
    if due_at is None:
        return SafeString("")
    code = str(getattr(state, "value", state))
    shown = looks.look("timer", code)
    ticking = {"RUNNING": "running", "DUE_SOON": "running", "BREACHED": "breached"}.get(code, "still")
    mood = {"DUE_SOON": " countdown-soon", "BREACHED": " countdown-over", "MET": " countdown-met"}.get(
        code, ""
    )
    left = str(shown.word) if ticking == "still" else (moments.distance(due_at, now) if now else "")
    warn = format_html(' data-warn="{}"', moments.machine(warn_at)) if warn_at else ""
    return format_html(
        '<time class="countdown{}" datetime="{}" data-countdown="{}"{} title="{}">{}'
        '<span class="countdown-left">{}</span> <span class="countdown-when">{}</span></time>',
        mood, moments.machine(due_at), ticking, warn, moments.zone_of(zone), icon(shown.icon), left,
        moments.in_words(due_at, zone, "D j M, H:i"),
    )  # fmt: skip


# Pictures ---------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/sparkline.html")
def sparkline(values: Sequence[float | None], label: str = "") -> dict[str, Any]:
    """A trend as a small line; None is a gap. Nothing is drawn when no value is known."""
    return {
        "spark": drawing.spark(values),
        "label": label,
        "width": drawing.SPARK_WIDTH,
        "height": drawing.SPARK_HEIGHT,
    }


@register.inclusion_tag("components/segment_bar.html")
def segment_bar(
    detractors: int, passives: int, promoters: int, urls: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The three segments as parts of one bar, with counts and percent; `urls` maps a segment to its rows."""
    counts = [("DETRACTOR", detractors), ("PASSIVE", passives), ("PROMOTER", promoters)]
    items = []
    said = []
    for part in drawing.parts(counts):
        word = str(looks.SEGMENT_PLURALS[part.segment])
        said.append(f"{word} {part.share:.0f} %")
        items.append(
            {
                "part": part,
                "shade": looks.shade(part.segment),
                "word": word,
                "icon": looks.look("segment", part.segment).icon,
                "url": (urls or {}).get(part.segment, ""),
            }
        )
    return {"parts": items, "words": ", ".join(said)}


@register.inclusion_tag("components/scale_legend.html")
def scale_legend(
    scale: Sequence[Mapping[str, Any]], low_label: str = "", high_label: str = ""
) -> dict[str, Any]:
    """The 0-10 scale as a coloured picture. `scale`: dicts of value and segment, lowest first."""
    steps, groups, width = drawing.scale(scale)
    named = [(group, str(looks.SEGMENT_PLURALS.get(group.segment, group.segment))) for group in groups]
    return {
        "steps": [{"step": step, "shade": looks.shade(step.segment)} for step in steps],
        "brackets": [{"group": group, "word": word} for group, word in named],
        "width": width,
        "is_short": len(steps) < 8,  # its picture is drawn larger, so its words are smaller
        "low_label": low_label,
        "high_label": high_label,
        "words": "; ".join(f"{word} {group.low}–{group.high}" for group, word in named),
    }


@register.inclusion_tag("components/progress.html")
def progress(
    value: float, maximum: float = 100, label: str = "", tone: str = "", caption: str = ""
) -> dict[str, Any]:
    """How far something is, from 0 to `maximum`. Tones: "" (accent), good, warning, bad."""
    share = min(max(100 * value / maximum, 0), 100) if maximum else 0
    return {"value": value, "maximum": maximum, "share": round(share, 2), "percent": round(share),
            "label": label, "tone": tone, "caption": caption}  # fmt: skip


@register.inclusion_tag("components/stat_tile.html")
def stat_tile(label: str, value: Any, **facts: Any) -> dict[str, Any]:
    """One figure with what makes it honest; None is shown as "no data", never as 0.

    Facts: `n` (how many answers it rests on), `margin` (text), `change` (text), `tone` of the change (good,
    bad, ""), `arrow` (icon of the change), `url` and `link` (the rows behind it), `values` (a sparkline),
    `hint`, `icon`, `basis` (own words instead of n), `no_data` (own words).
    """
    n = facts.get("n")
    basis = "" if n is None else ngettext("from %(n)s answer", "from %(n)s answers", n) % {"n": f"{n:,}"}
    arrows = {"good": "trending-up", "bad": "trending-down"}
    return {
        **facts,
        "label": label,
        "value": value,
        "is_missing": value is None or value == "",
        "basis": facts.get("basis", basis),
        "arrow": facts.get("arrow") or arrows.get(facts.get("tone", ""), "minus"),
    }


# Parts with a body ------------------------------------------------------------------------------------------


@register.simple_block_tag
def card(
    content: str, title: str = "", subtitle: str = "", flush: bool = False, ident: str = ""
) -> SafeString:
    """A card around its body; `flush` leaves the padding to the body (tables, lists)."""
    head = ""
    if title:
        small = format_html('<span class="card-subtitle">{}</span>', subtitle) if subtitle else ""
        head = format_html('<div class="card-header"><h2 class="card-title">{}</h2>{}</div>', title, small)
    body = content if flush else format_html('<div class="card-body">{}</div>', content)
    anchor = format_html(' id="{}"', ident) if ident else ""
    return format_html('<section class="card"{}>{}{}</section>', anchor, head, body)


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "") -> SafeString:
    """A message inside the page. Tones: info, good, warning, bad (announced at once by screen readers)."""
    icons = {
        "info": "info-circle",
        "good": "circle-check",
        "warning": "alert-triangle",
        "bad": "alert-circle",
    }
    role = "alert" if tone == "bad" else "status"
    head = format_html('<strong class="notice-title">{}</strong>', title) if title else ""
    return format_html(
        '<div class="notice tone-{}" role="{}">{}<div class="notice-body">{}{}</div></div>',
        tone, role, icon(icons.get(tone, "info-circle")), head, content,
    )  # fmt: skip


@register.simple_block_tag
def moment(content: str, title: str, at: datetime | None = None, **facts: Any) -> SafeString:
    """One entry of a timeline. Facts: `by` (who), `zone`, `icon`, `tone`; the body is what was said."""
    by = format_html('<span class="by">{}</span>', facts["by"]) if facts.get("by") else ""
    body = format_html('<div class="moment-body">{}</div>', content) if content.strip() else ""
    return format_html(
        '<li class="moment"><span class="moment-mark tone-{}">{}</span><div>'
        '<div class="moment-head"><strong>{}</strong>{}{}</div>{}</div></li>',
        facts.get("tone", "neutral"), icon(facts.get("icon", "point")), title, by,
        local_time(at, facts.get("zone")), body,
    )  # fmt: skip


@register.simple_block_tag
def dialog(content: str, ident: str, title: str, drawer: bool = False) -> SafeString:
    """A dialog (or drawer) opened by `<button commandfor="ident" command="show-modal">`; Escape closes it."""
    return format_html(
        '<dialog class="sheet{}" id="{}" aria-labelledby="{}-title"><div class="sheet-head">'
        '<h2 id="{}-title">{}</h2><button class="icon-button" type="button" commandfor="{}" command="close" '
        'aria-label="{}">{}</button></div><div class="sheet-body">{}</div></dialog>',
        " sheet-drawer" if drawer else "", ident, ident, ident, title, ident, _("Close"), icon("x"), content,
    )  # fmt: skip


@register.simple_tag
def verbatim_quote(text: str) -> SafeString:
    """The customer's own words, set apart from ours; no words is an empty string."""
    if not text:
        return SafeString("")
    return format_html('<blockquote class="verbatim" dir="auto">{}{}</blockquote>', icon("quote"), text)


@register.simple_tag
def facts(pairs: Sequence[tuple[str, Any]]) -> SafeString:
    """A list of label and value; pairs without a value are left out."""
    rows = [(label, value) for label, value in pairs if value not in (None, "")]
    return format_html('<dl class="facts">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))
