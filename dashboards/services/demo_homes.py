"""What waits for one agent of the bicycle shop today, and pages that help customers by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User, Workspace
from detractors.models import Case, RootCause
from detractors.services import appointments, tasks
from followups.services import customer_pages
from surveys.queries import help_links as queries
from surveys.rules import help_links as rules
from surveys.services import help_links
from surveys.services.help_links import Given

HELP = "https://help.linden-bikes.example/"
# By the option's text: where it leads, in both languages of the shop.
OPTIONS = {
    "Delivery": (
        ("delivery/where", "Where is my bike right now?", "Wo ist mein Rad gerade?"),
        ("delivery/day", "Choose another day", "Einen anderen Tag wählen"),
    ),
    "Help and service": (("workshop", "Book the workshop", "Werkstatttermin buchen"),),
}


def furnish(*, workspace: Workspace, agent: User, now: datetime) -> None:
    """Help links for two reasons and a root cause; a promise, a call-back and a customer who wrote back for `agent`."""
    for question in queries.questions(workspace=workspace):
        for option in question.options:
            if option["text"] in OPTIONS:
                reason = rules.of_option(question.public_id, option["id"])
                links = [Given(HELP + path, {"en": en, "de": de}) for path, en, de in OPTIONS[option["text"]]]
                help_links.put(workspace=workspace, reason=reason, links=links, now=now)
    late = RootCause.objects.of(workspace).filter(name="Late delivery").first()
    if late is not None:
        links = [
            Given(
                HELP + "delivery/late", {"en": "What you get when we are late", "de": "Wenn wir zu spät sind"}
            )
        ]
        help_links.put(workspace=workspace, reason=rules.of_cause(late.public_id), links=links, now=now)
    mine = Case.objects.of(workspace).open().awake().owned_by(agent).filter(contact__isnull=False)
    cases = list(mine.select_related("workspace", "contact", "owner").order_by("-number")[:3])
    if len(cases) < 3:
        return
    first, second, third = cases
    tasks.add(
        case=first, title="Send the tracking number of the new battery", by=agent, owner=agent, is_promise=True,
        due_at=now + timedelta(hours=3), now=now - timedelta(days=1),
    )  # fmt: skip
    appointments.plan(case=second, at=now + timedelta(minutes=90), by=agent, note="About the brakes", now=now)
    customer_pages.add(
        case=third,
        text="Nobody has called me yet. I am at home until six.",
        now=now - timedelta(minutes=35),
    )
