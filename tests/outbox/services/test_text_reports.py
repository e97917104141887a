"""Delivery reports of texts: matched to one text of this workspace, and counted once."""

from datetime import timedelta

import pytest

from accounts.models import Workspace
from outbox.models import OutboundMessage, Suppression, TrackingEvent
from outbox.services import deliveries, text_reports
from tests.conftest import MONDAY_9AM
from tests.texts import DORAS, fresh, queued, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def left(acme: Workspace) -> OutboundMessage:
    """A text that left by a provider which says nothing yet."""
    set_up(acme)
    message = queued(acme)
    deliveries.sweep_texts(now=MONDAY_9AM)
    OutboundMessage.objects.of(acme).update(delivered_at=None)
    return message


def report(workspace: Workspace, kind: str, *, sid: str = "SM1", number: str = DORAS, **more: object) -> bool:
    facts = {"workspace_id": workspace.pk, "number": number, "provider_id": sid, "kind": kind} | more
    now = MONDAY_9AM + timedelta(minutes=1)
    return text_reports.record(**facts, now=now) is not None  # type: ignore[arg-type]  # facts of many kinds


def test_the_first_report_teaches_the_providers_id_and_the_next_one_uses_it(
    acme: Workspace, left: OutboundMessage
) -> None:
    later = queued(acme, key="later")
    assert report(acme, "sent") is True
    assert (fresh(left).provider_id, fresh(left).delivered_at) == ("SM1", None)
    deliveries.sweep_texts(now=MONDAY_9AM + timedelta(seconds=5))
    assert report(acme, "delivered") is True
    assert fresh(left).delivered_at == MONDAY_9AM + timedelta(minutes=1)
    assert fresh(later).provider_id == ""


def test_a_report_counts_once(acme: Workspace, left: OutboundMessage) -> None:
    assert [report(acme, "delivered") for _time in range(3)] == [True, False, False]
    assert TrackingEvent.objects.count() == 1


def test_a_report_of_another_workspace_or_number_means_no_text_of_ours(
    acme: Workspace, globex: Workspace, left: OutboundMessage
) -> None:
    assert report(globex, "delivered") is False
    assert report(acme, "delivered", number="+447700900123") is False
    assert (fresh(left).delivered_at, TrackingEvent.objects.count()) == (None, 0)


def test_a_number_nobody_has_is_not_texted_again(acme: Workspace, left: OutboundMessage) -> None:
    report(acme, "bounced", reason="invalid", detail="undelivered 30005")
    assert fresh(left).bounced_at is not None
    listed = Suppression.objects.of(acme).get()
    assert (listed.address, listed.reason, listed.scope) == (DORAS, "BOUNCED", "ALL")


def test_one_text_that_failed_bars_no_number(acme: Workspace, left: OutboundMessage) -> None:
    report(acme, "bounced", detail="undelivered 30003")
    assert fresh(left).bounced_at is not None
    assert Suppression.objects.of(acme).count() == 0


def test_a_report_settles_a_text_of_unknown_fate(acme: Workspace, left: OutboundMessage) -> None:
    OutboundMessage.objects.of(acme).update(state="UNKNOWN", sent_at=None)
    report(acme, "delivered")
    assert fresh(left).state == "SENT"
