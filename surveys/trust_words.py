"""What the rules of trust found, in sentences for people (pages and API)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _


def sign(code: str, fact: str = "") -> str:
    """The sentence of one sign; an unknown code is shown as it is."""
    words = {
        "QUICK": _("It came %(fact)s seconds after the mail arrived."),
        "ALL_LINKS": _("%(fact)s score links of the mail were opened within ten seconds."),
        "HIDDEN_LINK": _("A link in the mail was opened that people can neither see nor reach."),
        "SCANNER_AGENT": _("The program calls itself a mail scanner or a robot."),
        "TOOL_AGENT": _("The program is a tool, not a browser."),
        "HEADLESS": _("The browser is run by a program, without a screen."),
        "HEAD_REQUEST": _("The link was probed without opening it, as scanners do."),
        "NO_PAGE": _("The answer was sent without the page it belongs to."),
        "INSTANT": _("It was sent %(fact)s seconds after the page was opened: faster than a hand."),
        "NO_GESTURE": _("The page ran its script and saw no finger, mouse or key."),
    }
    return words[code] % {"fact": fact} if code in words else code


def signs(found: Iterable[Mapping[str, Any]]) -> list[str]:
    """A sentence for each sign."""
    return [sign(str(one.get("code", "")), str(one.get("fact", ""))) for one in found]


def evidence(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is known of an answer's visits, as label and value; facts that were not seen are left out."""
    if not facts:
        return []
    rows: list[tuple[str, str]] = []
    seconds = facts.get("seconds_after_delivery")
    if seconds is not None:
        rows.append((_("After the mail arrived"), _span(float(seconds))))
    age = facts.get("seconds_on_page")
    if age is not None:
        rows.append((_("On the page"), _span(float(age))))
    programs = {
        "browser": _("a browser"),
        "scanner": _("a mail scanner or robot"),
        "tool": _("a tool"),
        "headless": _("a browser without a screen"),
    }
    if facts.get("agent") in programs:
        rows.append((_("Program"), programs[facts["agent"]]))
    if facts.get("script"):
        rows.append((_("Hand on the page"), _("seen") if facts.get("gesture") else _("not seen")))
    else:
        rows.append((_("Hand on the page"), _("not known, no script ran")))
    if "visits" in facts:
        rows.append((_("Visits of the link"), str(facts["visits"])))
        rows.append((_("Of whoever answered"), str(facts.get("own_visits", 0))))
    if facts.get("from_mailbox"):
        rows.append((_("Opened from"), _("our own mailbox")))
    return rows


def _span(seconds: float) -> str:
    if seconds < 120:
        return _("%(n)s seconds") % {"n": f"{max(seconds, 0):g}"}
    if seconds < 7200:
        return _("%(n)s minutes") % {"n": round(seconds / 60)}
    return _("%(n)s hours") % {"n": round(seconds / 3600)}
