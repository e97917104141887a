"""The rest of the demo shop, played through the real services."""

from datetime import timedelta

from accounts.models import User, Workspace
from dashboards.queries import invariants
from dashboards.services import demo_channels
from detractors.models import Case
from detractors.services import sla
from outbox.models import OutboundMessage
from surveys.models import FeedbackSource, Mention, PublicLink, Response, Survey, WidgetKey
from surveys.queries import asked, faces
from tests.conftest import MONDAY_9AM


def test_every_channel_has_rows_that_hold_together(acme: Workspace, owner: User) -> None:
    survey = Survey.objects.of(acme).select_related("workspace").get()
    Workspace.objects.filter(pk=acme.pk).update(created_at=MONDAY_9AM - timedelta(days=365))
    demo_channels.furnish(workspace=acme, survey=survey, owner=owner, now=MONDAY_9AM)
    links = {row.source: row for row in PublicLink.objects.of(acme)}
    assert sorted(links) == ["Counter Hamburg", "Newsletter", "Rechnung"]
    assert (links["Counter Hamburg"].is_kiosk, links["Rechnung"].language) == (True, "de")
    rows = Response.objects.of(acme)
    at_counter = sum(link == 1 for *_said, link, _days in demo_channels.HEARD)
    assert {channel: rows.filter(channel=channel).count() for channel in ("LINK", "KIOSK", "WEB")} == {
        "LINK": len(demo_channels.HEARD) - at_counter,
        "KIOSK": at_counter + len(demo_channels.WORKSHOP),
        "WEB": len(demo_channels.CHECKOUT),
    }
    said = [one for row in asked.in_words(responses=list(rows)).values() for one in row.said]
    assert {"Delivery", "Hilfe und Service", "5 / 5"} <= {one.answer for one in said}
    assert faces.make(survey=survey, language="de").questions[0].text == "Was sollten wir zuerst verbessern?"
    assert WidgetKey.objects.of(acme).get().origins == [demo_channels.SHOP]
    assert sorted(FeedbackSource.objects.of(acme).values_list("kind", flat=True)) == ["FORM", "WEBHOOK"]
    assert Mention.objects.of(acme).filter(is_complaint=False).count() == len(demo_channels.REVIEWS)
    origins = sorted(Case.objects.of(acme).values_list("origin", flat=True))
    assert [origins.count(one) for one in ("COMPLAINT", "MENTION")] == [1, 1]
    assert not rows.filter(decide_at__isnull=False).exists()
    assert Survey.objects.of(acme).get(metric="CSAT").status == "ACTIVE"
    # Nothing is asked of the world: no feed is looked at, no mail goes to a customer.
    assert not FeedbackSource.objects.of(acme).filter(next_at__isnull=False).exists()
    assert not OutboundMessage.objects.of(acme).filter(kind="SURVEY").exists()
    sla.enforce(now=MONDAY_9AM)
    found = invariants.find(now=MONDAY_9AM + timedelta(minutes=5))
    assert [one.check.code for one in found if not one.holds] == []
