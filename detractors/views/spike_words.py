"""A spike in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from detractors.models import Spike


def window(spike: Spike) -> str:
    """In the last 24 hours, or 7 days."""
    return _("in the last 24 hours") if spike.window_days == 1 else _("in the last 7 days")


def much(spike: Spike) -> str:
    """How many, how much more than usual."""
    cases = ngettext("%(n)d case", "%(n)d cases", spike.n) % {"n": spike.n}
    facts = {"cases": cases, "window": window(spike), "usual": f"{spike.usual:.1f}"}
    if spike.times is None:
        return _("%(cases)s %(window)s, where none came in the weeks before") % facts
    return _("%(cases)s %(window)s, %(times)s times the usual %(usual)s") % {
        **facts,
        "times": f"{spike.times:.1f}",
    }


def chance(spike: Spike) -> str:
    """One in so many, rounded to what can be said."""
    if spike.chance <= 0 or spike.chance < 1e-9:
        return _("less than one in a thousand million")
    return _("about one in %(n)s") % {"n": f"{float(f'{1 / spike.chance:.1g}'):,.0f}"}


def state(spike: Spike) -> tuple[str, str, str]:
    """(word, tone, icon) of where it stands."""
    if spike.is_over:
        return _("Back to normal"), "good", "circle-check"
    if spike.is_dismissed:
        return _("Not a spike"), "neutral", "ban"
    if spike.has_queue:
        return _("Has its queue"), "info", "users"
    return _("Goes on"), "bad", "trending-up"
