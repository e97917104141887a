"""Examples for the component page: plain values, no rows of any workspace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday; the page looks the same on every day

SEGMENTS = ["DETRACTOR"] * 7 + ["PASSIVE"] * 2 + ["PROMOTER"] * 2

ICONS = [
    "inbox", "layout-dashboard", "message-2", "speakerphone", "users", "mail", "settings", "phone", "send",
    "note", "clock", "alarm", "clock-pause", "flame", "heart-handshake", "mood-happy", "mood-neutral",
    "mood-sad", "circle-check", "alert-triangle", "search", "filter", "download", "file-import", "history",
    "target", "shield-check", "trending-up",
]  # fmt: skip


class ExampleForm(forms.Form):
    """One field of each kind the product uses."""

    name = forms.CharField(label=_("Name"), help_text=_("As the customer should read it."))
    email = forms.EmailField(label=_("E-mail address"))
    channel = forms.ChoiceField(label=_("Channel"), choices=[("EMAIL", _("E-mail")), ("CALL", _("Call"))])
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    is_private = forms.BooleanField(label=_("Only for managers"), required=False)


def example_context() -> dict[str, Any]:
    """Everything `core/components.html` shows; fixed values, so that screenshots can be compared."""
    return {
        "title": _("Components"),
        "lead": _(
            "Every part the pages are made of, once. What is shown twice in the product is one of these."
        ),
        "crumbs": [{"label": _("Development"), "url": "#"}, {"label": _("Components"), "url": ""}],
        "now": NOON,
        "zone": "Europe/Berlin",
        "share": 0.12,
        "soon": NOON + timedelta(minutes=23),
        "later": NOON + timedelta(days=1, hours=3),
        "passed": NOON - timedelta(hours=1, minutes=14),
        "scale": [{"value": value, "segment": segment} for value, segment in enumerate(SEGMENTS)],
        "segments": ["DETRACTOR", "PASSIVE", "PROMOTER"],
        "statuses": ["NEW", "CONTACTED", "WAITING", "RESOLVED", "CLOSED"],
        "priorities": ["URGENT", "HIGH", "NORMAL", "LOW"],
        "outcomes": ["RECOVERED", "CONVERTED", "NOT_RECOVERED", "NO_ANSWER", "DISMISSED"],
        "timers": ["RUNNING", "DUE_SOON", "BREACHED", "PAUSED", "MET"],
        "messages_seen": ["QUEUED", "SENT", "DELIVERED", "BOUNCED", "SKIPPED", "DEAD"],
        "trend": [18, 12, 7, None, 4, 9, 15, 22, 26, 31],
        "minutes": [0.5, 42, 80, 1500],
        "changes": [6.2, -3, 0],
        "icons": ICONS,
        "chips": [
            {"label": _("Mine"), "url": "#", "active": True, "count": "12"},
            {"label": _("Unassigned"), "url": "#", "count": "3"},
            {"label": _("Due soon"), "url": "#", "count": "5", "icon": "alarm"},
            {"label": _("Breached"), "url": "#", "count": "1,000+", "icon": "alert-triangle"},
        ],
        "filters": [
            {"label": _("Touchpoint"), "value": "Delivery", "remove_url": "#"},
            {"label": _("Priority"), "value": "Urgent", "remove_url": "#"},
        ],
        "tabs": [
            {"label": _("Timeline"), "url": "#", "active": True, "icon": "history"},
            {"label": _("Mails"), "url": "#", "count": 3, "icon": "mail"},
            {"label": _("Customer"), "url": "#", "icon": "user"},
        ],
        "rows": _rows(),
        "form": ExampleForm(),
        "form_with_errors": ExampleForm({"name": "", "email": "alice@", "channel": "EMAIL"}),
        "segment_urls": {"DETRACTOR": "#detractors", "PASSIVE": "#passives", "PROMOTER": "#promoters"},
        "customer_facts": [
            (_("E-mail"), "maya.keller@acme.example"),
            (_("Phone"), "+49 30 901820"),
            (_("Customer since"), "2021"),
            (_("Company"), ""),
        ],
    }


def _rows() -> list[dict[str, Any]]:
    people = [
        (
            "Maya Keller",
            2,
            "DETRACTOR",
            "URGENT",
            "NEW",
            "Delivery came nine days late and nobody called me back.",
        ),
        (
            "Jonas Lindqvist",
            5,
            "DETRACTOR",
            "HIGH",
            "CONTACTED",
            "The new portal loses my filters every time.",
        ),
        ("Aiko Tanaka", 6, "DETRACTOR", "NORMAL", "WAITING", ""),
    ]
    timers = [
        {"due_at": NOON - timedelta(minutes=14), "state": "BREACHED", "warn_at": None},
        {"due_at": NOON + timedelta(minutes=23), "state": "DUE_SOON", "warn_at": NOON - timedelta(minutes=1)},
        {"due_at": NOON + timedelta(hours=26), "state": "PAUSED", "warn_at": None},
    ]
    return [
        {
            "number": 128 - index, "name": name, "score": score, "segment": segment, "priority": priority,
            "status": status, "comment": comment, "timer": timer,
            "owner": ["", "Alice Marsh", "Bob Okafor"][index],
        }
        for index, ((name, score, segment, priority, status, comment), timer) in enumerate(
            zip(people, timers, strict=True)
        )
    ]  # fmt: skip
