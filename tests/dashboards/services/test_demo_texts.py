"""The demo shows texts of every kind: answered, still open, and one for the tray."""

from datetime import timedelta

from accounts.models import Workspace
from dashboards.services import demo_texts
from detractors.models import CaseDecision
from outbox.models import OutboundMessage
from surveys.models import InboundText, Invitation, Response, Survey
from tests.conftest import MONDAY_9AM


def test_three_are_asked_by_text_and_two_text_back(acme: Workspace) -> None:
    now = MONDAY_9AM + timedelta(hours=4)
    demo_texts.play(workspace=acme, survey=Survey.objects.of(acme).select_related("workspace").get(), now=now)
    texts = OutboundMessage.objects.of(acme).filter(channel="SMS")
    assert [(row.state, row.parts) for row in texts] == [("SENT", 1)] * 3
    assert {row.status for row in Invitation.objects.of(acme)} == {"DELIVERED", "ANSWERED"}
    answer = Response.objects.of(acme).get()
    assert (answer.score, answer.channel, answer.comment) == (
        9,
        "SMS",
        "picked up in ten minutes. Thank you!",
    )
    assert list(InboundText.objects.of(acme).order_by("pk").values_list("outcome", flat=True)) == [
        "ANSWERED", "UNPLACED",
    ]  # fmt: skip
    assert CaseDecision.objects.of(acme).get().outcome == "NOT_OPENED"
