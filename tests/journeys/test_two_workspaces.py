"""Two companies with the same customer, the same words and the same numbers on one server: nothing of one is seen by
the other, on any page, in any list, under any address."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import Team, User, Workspace
from accounts.services import api_keys, members
from detractors.models import Case
from detractors.services import cases, decisions
from outbox.models import OutboundMessage
from surveys.models import Campaign, Contact, Invitation, Survey
from surveys.services import campaigns, contacts, invitations, responses, touchpoints
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

SECRETS = {"acme": "ACME-ONLY-7F3A", "globex": "GLOBEX-ONLY-91C4"}


def furnish(workspace: Workspace, owner: User, agent: User) -> dict[str, Any]:
    """The same customer, touchpoint, campaign, answer and case in `workspace`; only the words tell them apart."""
    secret = SECRETS[workspace.slug]
    survey = Survey.objects.of(workspace).get()
    contact, _is_new = contacts.upsert(
        workspace=workspace,
        now=MONDAY_9AM,
        external_id="4711",
        email="ines@customer.example",
        name="Ines Iglesias",
        company=secret,
        attributes={"region": secret},
    )
    place = touchpoints.ensure(workspace=workspace, name="Delivery", now=MONDAY_9AM)
    campaign = campaigns.create(
        workspace=workspace,
        name=f"Spring {secret}",
        survey=survey,
        audience={"all": True},
        by=owner,
        now=MONDAY_9AM,
    )
    invitation = invitations.invite(
        workspace=workspace, survey=survey, contact=contact, touchpoint=place, now=MONDAY_9AM
    )
    invitations.send_due(now=MONDAY_9AM)
    recorded = responses.record_by_invitation(
        token=invitation.link, score=2, comment=f"Late again. {secret}", now=MONDAY_9AM
    )
    decisions.decide_pending(now=MONDAY_9AM)
    case = Case.objects.of(workspace).get(response=recorded.response_id)
    cases.note(case=case, by=agent, text=f"Internal {secret}", now=MONDAY_9AM + timedelta(minutes=1))
    _key, api_key = api_keys.issue(workspace=workspace, name="journey", by=owner, now=MONDAY_9AM)
    message = OutboundMessage.objects.of(workspace).filter(mail="survey_invitation").get()
    return {
        "survey": survey, "contact": contact, "campaign": campaign, "invitation": invitation, "case": case,
        "message": message, "api_key": api_key, "owner": owner,
    }  # fmt: skip


@pytest.fixture
def both(
    acme: Workspace, owner: User, bob: User, globex: Workspace, charlie: User
) -> dict[str, dict[str, Any]]:
    """Acme and Globex, furnished alike; one agent of the same name works in each."""
    other = members.ensure_user(
        email="bob@globex.example", name="Bob Brown", password="pw-bob-2026", now=MONDAY_9AM
    )
    members.add(
        workspace=globex, user=other, role=Role.AGENT, team=Team.objects.of(globex).get(), now=MONDAY_9AM
    )
    return {"acme": furnish(acme, owner, bob), "globex": furnish(globex, charlie, other)}


def pages(slug: str, rows: dict[str, Any]) -> list[str]:
    """Every page of a workspace that shows rows."""
    place, year = f"/w/{slug}", "?period=custom&since=2026-01-01&until=2026-12-31"
    contact, survey, campaign = (
        rows["contact"].public_id,
        rows["survey"].public_id,
        rows["campaign"].public_id,
    )
    case, message = rows["case"].number, rows["message"].public_id
    return [
        f"{place}/cases/", f"{place}/cases/?view=all", f"{place}/cases/?q=Ines", f"{place}/cases/{case}/",
        f"{place}/cases/{case}/conversation/", f"{place}/cases/of-contact/{contact}/",
        f"{place}/contacts/", f"{place}/contacts/?q=Ines", f"{place}/contacts/{contact}/", f"{place}/contacts/imports/",
        f"{place}/surveys/", f"{place}/surveys/{survey}/", f"{place}/campaigns/", f"{place}/campaigns/{campaign}/",
        f"{place}/campaigns/{campaign}/people/", f"{place}/dashboard/{year}", f"{place}/dashboard/breakdown/{year}",
        f"{place}/dashboard/funnel/{year}", f"{place}/dashboard/cases/{year}", f"{place}/answers/{year}", f"{place}/answers.csv{year}",
        f"{place}/dashboard/breakdown.csv{year}", f"{place}/mailbox/",
        f"{place}/mailbox/{message}/", f"{place}/mailbox/{message}/html/", f"{place}/settings/people/",
        f"{place}/settings/suppressions/", f"{place}/settings/keys/",
    ]  # fmt: skip


def body(response: Any) -> str:
    """All that was sent, also in pieces."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode())


def test_no_page_shows_a_word_of_the_other_workspace(both: dict[str, dict[str, Any]]) -> None:
    seen_own = set()
    for slug, other in (("acme", "globex"), ("globex", "acme")):
        browser = signed_in(both[slug]["owner"])
        for path in pages(slug, both[slug]):
            response = browser.get(path)
            text = body(response)
            assert (path, response.status_code) == (path, 200)
            assert (path, SECRETS[other] in text) == (path, False)
            if SECRETS[slug] in text:
                seen_own.add(path.replace(f"/w/{slug}/", "").split("?period")[0])
    # Pages that show the words at all: otherwise the check above would prove nothing.
    assert {"cases/?view=all", "contacts/", "answers/", "campaigns/"} <= seen_own


def test_the_others_rows_are_not_found_under_ones_own_address(both: dict[str, dict[str, Any]]) -> None:
    browser = signed_in(both["acme"]["owner"])
    theirs = {**both["globex"], "case": Case(number=987_654)}  # numbers begin at 1 in every workspace
    reached = [
        path
        for path in pages("acme", theirs)
        if any(
            name in path
            for name in (
                both["globex"][key].public_id for key in ("contact", "survey", "campaign", "message")
            )
        )
        and browser.get(path).status_code != 404
    ]
    assert reached == []


def test_a_stranger_finds_nothing_and_learns_nothing(both: dict[str, dict[str, Any]]) -> None:
    stranger = signed_in(both["globex"]["owner"])
    answers = {path: stranger.get(path) for path in pages("acme", both["acme"])}
    unknown = stranger.get("/w/no-such-workspace/cases/")
    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 404} == {}
    assert {path for path, answer in answers.items() if SECRETS["acme"] in answer.content.decode()} == set()
    assert unknown.status_code == 404


def test_nobody_signed_out_sees_a_page_of_a_workspace(both: dict[str, dict[str, Any]]) -> None:
    somebody = Client()
    answers = {path: somebody.get(path).status_code for path in pages("acme", both["acme"])}
    assert set(answers.values()) == {302}


def test_the_same_customer_answers_both_and_each_hears_its_own(both: dict[str, dict[str, Any]]) -> None:
    for slug in SECRETS:
        workspace = both[slug]["case"].workspace
        assert Contact.objects.of(workspace).count() == 1
        assert Case.objects.of(workspace).get().number == 1
        assert Invitation.objects.of(workspace).get().status == "ANSWERED"
        assert Campaign.objects.of(workspace).get().name == f"Spring {SECRETS[slug]}"


def test_an_api_key_opens_its_own_workspace_only(both: dict[str, dict[str, Any]]) -> None:
    program = Client(headers={"authorization": f"Bearer {both['acme']['api_key']}"})
    lists = ["contacts", "surveys", "invitations", "responses", "cases"]
    listed = {name: program.get(f"/api/v1/{name}/") for name in lists}
    assert {name: answer.status_code for name, answer in listed.items()} == dict.fromkeys(lists, 200)
    assert {name: len(answer.json()["results"]) for name, answer in listed.items()} == dict.fromkeys(lists, 1)
    assert {name for name, answer in listed.items() if SECRETS["globex"] in answer.content.decode()} == set()
    for name, key in (("contacts", "contact"), ("surveys", "survey"), ("invitations", "invitation")):
        foreign = program.get(f"/api/v1/{name}/{both['globex'][key].public_id}/")
        unknown = program.get(f"/api/v1/{name}/{'x' * 22}/")
        assert (foreign.status_code, foreign.content) == (404, unknown.content)


def test_the_figures_of_each_are_its_own(both: dict[str, dict[str, Any]], acme: Workspace) -> None:
    responses.record(
        workspace=acme,
        survey=both["acme"]["survey"],
        score=10,
        comment="Thank you!",
        now=MONDAY_9AM,
        responded_at=MONDAY_9AM,
    )
    figures = {}
    for slug in SECRETS:
        program = Client(headers={"authorization": f"Bearer {both[slug]['api_key']}"})
        answer = program.get("/api/v1/metrics/nps/?since=2026-01-01&until=2026-12-31").json()
        figures[slug] = (answer["n"], answer["promoters"], answer["detractors"], answer["nps"])
    assert figures == {"acme": (2, 1, 1, 0.0), "globex": (1, 0, 1, -100.0)}
