"""A sweep that stands still is seen: on every page of the staff and by whoever watches `/readyz`."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from core import deadlines
from detractors.models import Case, SlaTimer
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
SENTENCE = "Deadlines are not being enforced since"


@pytest.fixture
def late(acme: Workspace, bob: User) -> Callable[[timedelta], datetime]:
    """late(by) leaves one timer whose moment passed so long ago."""
    from detractors.services import decisions
    from surveys.models import Survey
    from surveys.services import responses

    now = timezone.now()
    responses.record(workspace=acme, survey=Survey.objects.of(acme).get(), contact=None, score=1, now=now)
    decisions.decide_pending(now=now)
    assert Case.objects.of(acme).count() == 1

    def leave(by: timedelta) -> datetime:
        moment = timezone.now() - by
        SlaTimer.objects.of(acme).filter(kind="FIRST_RESPONSE").update(next_at=moment)
        deadlines.forget()
        return moment

    return leave


def ready(client: Client) -> dict[str, str]:
    found: dict[str, str] = client.get("/readyz").json()["trouble"]
    return found


def test_a_row_more_than_two_minutes_late_turns_readyz_red(
    client: Client, late: Callable[[timedelta], datetime]
) -> None:
    late(timedelta(seconds=110))
    assert "deadlines" not in ready(client)
    moment = late(timedelta(seconds=125))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["trouble"]["deadlines"] == f"not enforced since {moment:%Y-%m-%dT%H:%M:%SZ}"


def test_every_page_of_the_staff_says_so(bob: User, late: Callable[[timedelta], datetime]) -> None:
    client = signed_in(bob)
    late(timedelta(seconds=60))
    assert SENTENCE not in client.get("/w/acme/cases/").content.decode()
    late(timedelta(minutes=5))
    assert SENTENCE in client.get("/w/acme/cases/").content.decode()


def test_the_question_is_asked_every_ten_seconds_at_most(
    late: Callable[[timedelta], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "ASKED_EVERY", 10.0)
    moment = late(timedelta(minutes=5))
    assert deadlines.known_late_since(now=timezone.now()) == moment
    SlaTimer.objects.across_workspaces().update(next_at=None)
    assert deadlines.known_late_since(now=timezone.now()) == moment
    deadlines.forget()
    assert deadlines.known_late_since(now=timezone.now()) is None


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "_known", {"asked": float("-inf"), "since": None})
