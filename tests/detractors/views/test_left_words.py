from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from detractors.models import Case, RootCause
from detractors.services import cases
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(bob: User, open_case: Callable[..., Case]) -> Case:
    now: datetime = timezone.now()
    return open_case(now=now - timedelta(minutes=1))


def url(case: Case, act: str = "") -> str:
    return f"/w/acme/cases/{case.number}/{act + '/' if act else ''}"


def test_words_for_a_move_that_is_gone_stand_beside_what_happened(alice: User, bob: User, case: Case) -> None:
    client, cause = signed_in(bob), RootCause.objects.of(case.workspace_id).first()
    seen = client.get(url(case)).context["seen"]
    form = {"seen": str(seen), "submission": "", "reached": "on", "root_cause": cause.public_id}
    cases.dismiss(case=case, by=alice, reason="A test of ours.", now=timezone.now())
    page = client.post(url(case, "resolve"), {**form, "resolution": "We <sent> a new one.", "call_note": " "})
    assert page.status_code == 409
    assert [(one.label, one.text) for one in page.context["left_words"]] == [
        ("What was done", "We <sent> a new one.")
    ]
    html = page.content.decode()
    assert ("We &lt;sent&gt; a new one.</textarea>" in html, "your words are below" in html) == (True, False)
    late = client.post(
        url(case, "wait"), {"waiting_for": "The order number"}
    )  # drawn when it was over already
    assert [one.text for one in late.context["left_words"]] == ["The order number"]
    aside = client.post(url(case, "snooze"), {"until_they_answer": "on"})
    assert aside.context["left_words"] == []  # nothing was typed


def test_words_for_a_move_that_still_fits_stay_in_their_form(alice: User, bob: User, case: Case) -> None:
    client = signed_in(bob)
    seen = client.get(url(case)).context["seen"]
    cases.wait(case=case, by=alice, waiting_for="a photo", now=timezone.now())
    page = client.post(
        url(case, "resolve"), {"seen": str(seen), "reached": "on", "resolution": "Sent again."}
    )
    assert page.status_code == 422  # a cause is missing: that is said first
    cause = RootCause.objects.of(case.workspace_id).first()
    form = {"seen": str(seen), "reached": "on", "root_cause": cause.public_id, "resolution": "Sent again."}
    page = client.post(url(case, "resolve"), form)
    assert (page.status_code, "your words are below" in page.content.decode()) == (409, True)
    assert (page.context["left_words"], "Sent again.</textarea>" in page.content.decode()) == ([], True)
