"""The demo's desk is furnished: views that find cases, replies by shortcut, hours of a team, a sender that was checked."""

from accounts.enums import Role
from accounts.models import BusinessCalendar, Membership, Team, User, Workspace
from dashboards.services import demo_desk
from detractors import filters
from detractors.models import SavedView
from followups.models import MessageTemplate, ReplyTemplate
from outbox import queries
from surveys.services import touchpoints
from tests.conftest import MONDAY_9AM, signed_in


def test_views_replies_hours_and_a_checked_sender_are_there(
    acme: Workspace, owner: User, alice: User, bob: User
) -> None:
    touchpoints.ensure(workspace=acme, name="Delivery", now=MONDAY_9AM)
    people = {Role.OWNER: [owner], Role.MANAGER: [alice], Role.AGENT: [bob]}
    demo_desk.furnish(workspace=acme, people=people, now=MONDAY_9AM)
    views = SavedView.objects.of(acme).select_related("made_by").order_by("pk")
    assert [(view.scope, view.made_by) for view in views] == [
        ("ALL", alice), ("TEAM", alice), ("ALL", alice), ("MINE", bob),
    ]  # fmt: skip
    for view in views:  # every condition is one the queue knows
        membership = Membership.objects.of(acme).select_related("user").get(user=view.made_by)
        assert filters.read(view.query, membership=membership, now=MONDAY_9AM).kept == view.query
    kept = ReplyTemplate.objects.of(acme).exclude(shortcut="")
    assert sorted(kept.values_list("shortcut", flat=True)) == ["part", "slot"]
    written = MessageTemplate.objects.of(acme)
    assert (written.count(), written.get(key="first-delivery").live_number) == (8, 2)
    assert "Draft waits" in signed_in(alice).get("/w/acme/templates/").content.decode()
    hours = BusinessCalendar.objects.of(acme).get(is_default=False)
    assert [team.name for team in Team.objects.of(acme).filter(calendar=hours)] == ["Workshop"]
    assert hours.week["sat"] == [["09:00", "14:00"]]
    check = queries.sender_check(workspace=acme, domain="")
    assert {kind: found["state"] for kind, found in (check.findings if check else {}).items()} == {
        "spf": "GOOD", "dkim": "MISSING", "dmarc": "WEAK",
    }  # fmt: skip
    page = signed_in(owner).get("/w/acme/settings/sender/").content.decode()
    assert "Below is what was found of linden-bikes.example before." in page
