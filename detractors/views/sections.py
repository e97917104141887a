"""The pages of "Where the work arises", as tabs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Workspace
from accounts.rules.sight import Sight
from detractors.queries import spikes


def tabs(*, workspace: Workspace, active: str, sight: Sight) -> list[dict[str, Any]]:
    """What lies beside this page; how many spikes go on, for who sees them."""
    going = 0 if sight.is_limited else spikes.open_count(workspace=workspace)
    rows = [
        ("arising", _("Overview"), "chart-bar", None),
        ("spikes", _("Spikes"), "trending-up", going or None),
        ("waits", _("Waits and idle time"), "hourglass", None),
        ("executives", _("Executives"), "shield-check", None),
        ("library", _("Library"), "bookmark", None),
        ("retention", _("Kept and lost"), "users", None),
    ]
    return [
        {"label": label, "icon": icon, "count": count, "active": name == active,
         "url": reverse(f"detractors:{name}", args=[workspace.slug])}
        for name, label, icon, count in rows
    ]  # fmt: skip


def crumbs(*, workspace: Workspace, title: str = "") -> list[dict[str, str]]:
    """The way here."""
    here = {"label": _("Where the work arises"), "url": ""}
    found = [{"label": _("Cases"), "url": reverse("detractors:queue", args=[workspace.slug])}, here]
    if title:
        here["url"] = reverse("detractors:arising", args=[workspace.slug])
        found.append({"label": title, "url": ""})
    return found
