"""Low scores of other metrics watch their person; hours are learned; people overrule both."""

from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from detractors.services import decisions
from surveys.enums import Metric, Trust
from surveys.models import Contact, Invitation, Response, Survey
from surveys.services import invitations, responses
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def csat(survey: Survey) -> Survey:
    Survey.objects.of(survey.workspace).update(metric=Metric.CSAT)
    survey.refresh_from_db()
    return survey


def give(survey: Survey, contact: Contact, score: int) -> Response:
    row = responses.record(
        workspace=survey.workspace, survey=survey, contact=contact, score=score, now=MONDAY_9AM
    )
    decisions.decide_pending(now=MONDAY_9AM)
    contact.refresh_from_db()
    return row


def test_a_low_csat_watches_its_person_until_somebody_says_why_not(
    acme: Workspace, csat: Survey, dora: Contact, alice: User, bob: User
) -> None:
    give(csat, dora, 2)
    assert (dora.watch_since, dora.watch_because) == (MONDAY_9AM, "CSAT 2")
    client = signed_in(alice)
    assert "Gave a low score (CSAT 2)" in client.get(f"/w/acme/contacts/{dora.public_id}/").content.decode()
    path = f"/w/acme/contacts/{dora.public_id}/watch/"
    client.post(path, {"note": " "})
    dora.refresh_from_db()
    assert dora.watch_since == MONDAY_9AM
    assert signed_in(bob).post(path, {"note": "Fine"}).status_code == 403
    client.post(path, {"note": "Spoke with her, all is well"})
    dora.refresh_from_db()
    assert (dora.watch_since, dora.watch_because) == (None, "Spoke with her, all is well")


def test_a_good_csat_and_a_low_nps_watch_nobody(survey: Survey, dora: Contact) -> None:
    give(survey, dora, 0)
    assert dora.watch_since is None
    Survey.objects.of(survey.workspace).update(metric=Metric.CSAT)
    survey.refresh_from_db()
    give(survey, dora, 4)
    assert dora.watch_since is None


def test_what_was_a_machines_or_was_amended_is_no_reason(csat: Survey, dora: Contact) -> None:
    row = give(csat, dora, 1)
    responses.set_trust(response=row, trust=Trust.LIKELY_SCANNER, now=MONDAY_9AM)
    decisions.decide_pending(now=MONDAY_9AM)
    dora.refresh_from_db()
    assert dora.watch_since is None
    other = give(csat, dora, 2)
    assert dora.watch_since is not None
    responses.amend(response=other, score=5, now=MONDAY_9AM + timedelta(minutes=1))
    decisions.decide_pending(now=MONDAY_9AM + timedelta(minutes=1))
    dora.refresh_from_db()
    assert dora.watch_since is None


def test_the_hour_is_learned_in_the_persons_own_time_and_can_be_chosen(
    acme: Workspace, survey: Survey, dora: Contact, alice: User
) -> None:
    Contact.objects.of(acme).update(time_zone="Asia/Tokyo")
    for day in range(3):
        link = invitations.invite(workspace=acme, survey=survey, contact=dora, now=MONDAY_9AM, send=False)
        moment = MONDAY_9AM + timedelta(days=day, minutes=20)
        responses.record_by_invitation(token=link.link, score=9, comment="", now=moment)
        decisions.decide_pending(now=moment)
        dora.refresh_from_db()
        assert dora.send_hour == (18 if day == 2 else None)  # 09:20 UTC in Tokyo
    client = signed_in(alice)
    page = f"/w/acme/contacts/{dora.public_id}/"
    assert "about 18:00" in client.get(page).content.decode()
    client.post(f"{page}hour/", {"hour": "7"})
    dora.refresh_from_db()
    assert (dora.chosen_send_hour, dora.send_hour) == (7, 18)
    client.post(f"{page}hour/", {"hour": "31"})
    client.post(f"{page}hour/", {"hour": ""})
    dora.refresh_from_db()
    assert dora.chosen_send_hour is None
    assert Invitation.objects.of(acme).count() == 3
