"""Response rate by channel, counted against rows made one by one."""

from datetime import date

import pytest

from accounts.models import User, Workspace
from accounts.rules.sight import EVERYTHING
from dashboards.queries.channels import Stage, channels
from dashboards.queries.counts import Scope
from dashboards.services import tallies
from tests.conftest import MONDAY_9AM, signed_in
from tests.dashboards.support import a_contact, a_survey, an_answer, an_invitation

pytestmark = pytest.mark.django_db
MARCH = {"since": date(2026, 3, 1), "until": date(2026, 3, 31)}


@pytest.fixture
def asked(acme: Workspace) -> None:
    """One person asked three times by mail, another once; by SMS two; a stranger answered on the website."""
    survey = a_survey(acme, MONDAY_9AM)
    people = [a_contact(acme, MONDAY_9AM, name=f"Person {n}") for n in range(2)]
    mail, sms = {"channel": "EMAIL"}, {"channel": "SMS"}
    for _ in range(2):
        an_invitation(survey, people[0], MONDAY_9AM, "SENT", "DELIVERED", dimensions=mail)
    an_invitation(survey, people[0], MONDAY_9AM, "SENT", "DELIVERED", "ANSWERED", dimensions=mail)
    an_invitation(survey, people[1], MONDAY_9AM, "SENT", dimensions=mail)
    an_invitation(survey, people[0], MONDAY_9AM, "SENT", "ANSWERED", "COMMENTED", dimensions=sms)
    an_invitation(survey, people[1], MONDAY_9AM, "SENT", dimensions=sms)
    stranger = an_answer(survey, 9, MONDAY_9AM, dimensions={"channel": "WEB"})
    stranger.channel = "WEB"
    stranger.save()
    an_invitation(
        a_survey(acme, MONDAY_9AM, name="Other", metric="CSAT"),
        people[0],
        MONDAY_9AM,
        "SENT",
        dimensions=mail,
    )


@pytest.mark.parametrize("is_folded", [False, True])
def test_invitations_and_people_are_counted_by_channel(acme: Workspace, asked: None, is_folded: bool) -> None:
    if is_folded:
        tallies.fold_all(now=MONDAY_9AM)
    found = {one.code: one for one in channels(scope=Scope(workspace=acme, sight=EVERYTHING, **MARCH))}
    assert {code: (one.stages["SENT"], one.answered) for code, one in found.items()} == {
        "EMAIL": (Stage(4, 2), 1), "SMS": (Stage(2, 2), 1), "WEB": (Stage(0, 0), 1),
    }  # fmt: skip
    rates = {code: one.response_rate for code, one in found.items()}
    assert {code: (rate.hits, rate.n) for code, rate in rates.items()} == {
        "EMAIL": (1, 3), "SMS": (1, 2), "WEB": (0, 0),
    }  # fmt: skip
    # Wilson's interval of 1 of 3, worked out apart.
    assert (round(rates["EMAIL"].low or 0, 4), round(rates["EMAIL"].high or 0, 4)) == (0.0615, 0.7923)


def test_filters_narrow_and_other_workspaces_stay_out(
    acme: Workspace, globex: Workspace, asked: None
) -> None:
    only = Scope(workspace=acme, filters={"channel": "SMS"}, **MARCH)
    assert [one.code for one in channels(scope=only)] == ["SMS"]
    assert channels(scope=Scope(workspace=globex, **MARCH)) == []


def test_the_dashboard_fetches_it_and_the_page_stands_alone(
    acme: Workspace, alice: User, bob: User, charlie: User, asked: None
) -> None:
    address = "/w/acme/dashboard/channels/?period=custom&since=2026-03-01&until=2026-03-31"
    assert [signed_in(user).get(address).status_code for user in (alice, bob, charlie)] == [200, 200, 404]
    part = signed_in(alice).get(address, headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in part, "too few to say" in part, "nobody was invited" in part) == (False, True, True)
