"""The outer loop of the bicycle shop: what is changed for everyone, what was given, and a customer on their own page."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.enums import Role
from accounts.models import User, Workspace
from detractors.enums import RemedyKind
from detractors.models import Case, RootCause
from detractors.services import improvements, remedies
from followups.services import customer_pages

CODES = ("RIDE-7K2M", "RIDE-9QXA", "RIDE-4HTN", "RIDE-1ZPW", "RIDE-8CVE")


def furnish(*, workspace: Workspace, people: dict[str, list[User]], now: datetime) -> None:
    """Two improvements, a pool of codes, a refund that was given and one that waits for a word."""
    manager, agent = people[Role.MANAGER][0], people[Role.AGENT][0]
    _improve(workspace, manager, agent, now)
    remedies.change_settings(workspace=workspace, currency="EUR", budget=Decimal(1500), limits={})
    pool = remedies.add_pool(
        workspace=workspace, name="A free inspection", kind=RemedyKind.OFFER, value=Decimal(59), cost=Decimal(22),
        now=now - timedelta(days=30),
    )  # fmt: skip
    remedies.import_codes(pool=pool, lines=CODES)
    cases = list(Case.objects.of(workspace).open().filter(contact__isnull=False).order_by("number")[:3])
    if len(cases) < 3:
        return
    first, second, third = cases
    given = remedies.give(
        case=first, by=agent, kind=RemedyKind.REFUND, what="The delivery fee", value=Decimal("14.90"),
        cost=Decimal("14.90"), now=now - timedelta(hours=5),
    )  # fmt: skip
    remedies.given(remedy=given, by=agent, now=now - timedelta(hours=4))
    remedies.give(case=second, by=agent, kind="", pool=pool, now=now - timedelta(hours=3))
    remedies.give(
        case=third, by=agent, kind=RemedyKind.REPLACEMENT, what="A new display, fitted at their door", value=Decimal(240),
        cost=Decimal(130), now=now - timedelta(hours=2),
    )  # fmt: skip
    customer_pages.add(
        case=second,
        text="I am at home on Thursday from four o'clock, if that helps.",
        now=now - timedelta(minutes=50),
    )


def _improve(workspace: Workspace, manager: User, agent: User, now: datetime) -> None:
    late = RootCause.objects.of(workspace).get(name="Late delivery")
    calling = improvements.add(
        workspace=workspace, by=manager, owner=manager, causes=[late], kind="PROCESS",
        title="The carrier calls an hour before it comes",
        about="Customers wait at home for slots that were moved in the carrier's own app. We hear of it from them.",
        due_on=(now + timedelta(days=18)).date(), now=now - timedelta(days=20),
    )  # fmt: skip
    improvements.start(improvement=calling, now=now - timedelta(days=12))
    improvements.comment(
        improvement=calling, by=agent, text="North does it since Monday. South wants it in the contract first.",
        now=now - timedelta(days=3),
    )  # fmt: skip
    manuals = improvements.add(
        workspace=workspace, by=manager, owner=agent, kind="PRODUCT", title="The right manual in every box",
        causes=[RootCause.objects.of(workspace).get(name="Wrong information")],
        about="Three boxes of one week had the manual of another frame.", now=now - timedelta(days=60),
    )  # fmt: skip
    improvements.finish(
        improvement=manuals, now=now - timedelta(days=21),
        outcome="Every box now carries a manual that names its frame number, and we look before it is closed.",
    )  # fmt: skip
