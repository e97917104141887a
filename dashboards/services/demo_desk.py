"""What a team that has worked with the product for a while has made of it: views, kept replies, hours, a checked sender."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from accounts.enums import Role
from accounts.models import BusinessCalendar, Membership, User, Workspace
from accounts.services import calendars, teams
from detractors.enums import ViewScope
from detractors.services import saved_views
from followups import ready_made
from followups.enums import ThenMove
from followups.services import ready_templates, reply_templates, templates
from outbox import sender_rules
from outbox.models import SenderCheck
from outbox.sender_rules import Texts
from surveys.models import Touchpoint

DOMAIN = "linden-bikes.example"
# What stands in the shop's zone: whoever sends for it, and a policy that only watches. Under no usual name is a key.
ZONE = {
    DOMAIN: ("v=spf1 include:spf.mtasv.net -all",),
    "spf.mtasv.net": ("v=spf1 ip4:50.31.156.96/27 ip4:104.245.209.192/26 ~all",),
    f"_dmarc.{DOMAIN}": (f"v=DMARC1; p=none; rua=mailto:dmarc@{DOMAIN}",),
}

# Name, who sees it, whose it is, what it remembers.
VIEWS = (
    ("Large accounts, oldest first", ViewScope.ALL, Role.MANAGER, {"view": "open", "value": "5000", "sort": "opened"}),
    ("Waiting for three days", ViewScope.TEAM, Role.MANAGER, {"view": "open", "status": "WAITING", "waiting": "3d"}),
    ("Delivery by owner", ViewScope.ALL, Role.MANAGER, {"view": "open", "touchpoint": "Delivery", "group": "owner"}),
    ("Mine, due today", ViewScope.MINE, Role.AGENT, {"view": "mine", "due": "24h", "sort": "due"}),
)  # fmt: skip

REPLIES = (
    {
        "name": "Broken on arrival: a part leaves today",
        "shortcut": "part",
        "subject": "The part for your bike is on its way",
        "body": (
            'Hello {{ first_name | "there" }},\n\n'
            "thank you for telling us, and I am sorry: a bike should arrive whole. The part leaves our depot today, and "
            "you get its number as soon as the carrier has it. If you would rather have us fit it, our workshop does so "
            "without a charge, on any day that suits you.\n\n{{ agent_name }}\n{{ company }}"
        ),
        "then_move": ThenMove.WAIT,
        "then": {"waiting_for": "whether the part has arrived and fits", "waiting_days": "5"},
    },
    {
        "name": "Delivery slot missed: the fee comes back",
        "shortcut": "slot",
        "subject": "Your delivery fee comes back",
        "body": (
            'Hello {{ first_name | "there" }},\n\n'
            "thank you for writing. You kept the time free and nobody came: I am sorry. The delivery fee goes back to you "
            "today. From now on the carrier calls an hour before it arrives; if it does not, call me.\n\n"
            "{{ agent_name }}\n{{ company }}"
        ),
    },
)


TEMPLATES = (
    "first-delivery",
    "first-defect",
    "no-words",
    "still-on-it",
    "promoter",
    "call-once",
    "call-chronic",
    "sms-missed",
)
PICKED_UP = "If the bike has to go back, we pick it up: you carry nothing."
WORKSHOP = "Our workshop in Linden Street is open for you on Saturdays, too."
SIGNED = "\n\n{{ agent_name }}"


def furnish(*, workspace: Workspace, people: dict[str, list[User]], now: datetime) -> None:
    """All of it, as if made over the last weeks."""
    _views(workspace, people, now - timedelta(days=21))
    for words in REPLIES:
        reply_templates.add(workspace=workspace, now=now - timedelta(days=14), **words)
    _templates(workspace, people, now)
    _workshop(workspace, people, now - timedelta(days=30))
    _sender(workspace, now)


def _templates(workspace: Workspace, people: dict[str, list[User]], now: datetime) -> None:
    """Some of the ready-made ones; one was made the shop's own, and its next version waits to be published."""
    manager = people[Role.MANAGER][0]
    made = {
        key: ready_templates.ensure(workspace=workspace, key=key, by=manager, now=now - timedelta(days=20))
        for key in TEMPLATES
    }
    mail = made["first-delivery"]
    said = ready_made.WORDS["en"]["first-delivery"]
    for days, more, publish in ((12, PICKED_UP, True), (2, f"{PICKED_UP} {WORKSHOP}", False)):
        templates.write_language(
            template=mail, language="en", subject=said[0], body=said[1].replace(SIGNED, f" {more}{SIGNED}"),
            by=manager, now=now - timedelta(days=days), publish=publish,
        )  # fmt: skip


def _views(workspace: Workspace, people: dict[str, list[User]], now: datetime) -> None:
    moments = dict(Touchpoint.objects.of(workspace).values_list("name", "public_id"))
    for name, scope, role, query in VIEWS:
        membership = (
            Membership.objects.of(workspace)
            .select_related("user", "workspace", "team")
            .get(user=people[role][0])
        )
        asked = {
            key: moments.get(value, value) if key == "touchpoint" else value for key, value in query.items()
        }
        view = saved_views.create(membership=membership, name=name, query=asked, now=now)
        if scope != ViewScope.MINE:
            saved_views.share(view=view, membership=membership, scope=scope, now=now)


def _workshop(workspace: Workspace, people: dict[str, list[User]], now: datetime) -> None:
    """The workshop works on Saturdays and not on Mondays: a team and hours of its own."""
    owner = people[Role.OWNER][0]
    team = teams.create(workspace=workspace, name="Workshop", lead=people[Role.MANAGER][0], now=now)
    usual = BusinessCalendar.objects.of(workspace).get(is_default=True)
    hours = calendars.create(workspace=workspace, name="Workshop hours", like=usual, by=owner, now=now)
    days = {day: [["10:00", "18:30"]] for day in ("tue", "wed", "thu", "fri")}
    week = {**days, "sat": [["09:00", "14:00"]], "mon": [], "sun": []}
    calendars.change(calendar=hours, time_zone=hours.time_zone, week=week, by=owner, now=now)
    calendars.set_teams(calendar=hours, teams=[team], by=owner, now=now)


def _sender(workspace: Workspace, now: datetime) -> None:
    """Two looks at the domain: before the SPF record was written, and this week, read by the real rules."""
    found = {
        "spf": sender_rules.spf(
            domain=DOMAIN, look=_look, sends="include:spf.mtasv.net", via="spf.mtasv.net"
        ),
        "dkim": sender_rules.dkim(domain=DOMAIN, selector="", look=_look),
        "dmarc": sender_rules.dmarc(domain=DOMAIN, look=_look),
    }
    states = {kind: str(finding.state) for kind, finding in found.items()}
    checked, before = now - timedelta(days=2), now - timedelta(days=9)
    SenderCheck(
        workspace=workspace,
        domain=DOMAIN,
        findings={kind: asdict(finding) for kind, finding in found.items()},
        checked_at=checked,
        history=[
            {"at": checked.isoformat(), "selector": "", **states},
            {"at": before.isoformat(), "selector": "", **states, "spf": "MISSING"},
        ],
    ).save()


def _look(name: str) -> Texts:
    return Texts(ZONE.get(name, ()))
