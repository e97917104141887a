"""From a visited link to a decision: scanners open no case and do not count, people are heard, and people's word stands."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.test import Client

from accounts.models import User, Workspace
from detractors.models import Case, CaseDecision, CaseEvent
from detractors.services import decisions
from surveys.enums import Trust
from surveys.models import (
    Contact,
    Invitation,
    InvitationChange,
    Response,
    ResponseChange,
    Survey,
    TrustChange,
)
from surveys.services import clicks, invitations, trusting, visits
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1"
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def mail_leaves(settings: Any) -> None:
    """As with a mail server: what is mailed can be seen by scanners."""
    settings.MAIL = replace(live_settings.MAIL, is_kept=False)


@pytest.fixture
def mailed(acme: Workspace, survey: Survey, ines: Contact) -> Invitation:
    """A link that arrived at Ines' on Monday at nine."""
    link = invitations.invite(workspace=acme, survey=survey, contact=ines, now=MONDAY_9AM, send=False)
    Invitation.objects.of(acme).filter(pk=link.pk).update(
        is_mailed=True, queued_at=MONDAY_9AM, sent_at=MONDAY_9AM, delivered_at=MONDAY_9AM
    )
    return Invitation.objects.of(acme).get(pk=link.pk)


class Visitor:
    """A program on some network, with a clock of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, link: Invitation, agent: str, network: str) -> None:
        self.monkeypatch, self.path = monkeypatch, f"/s/{link.link}/"
        self.client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=network)

    def at(self, moment: datetime) -> Client:
        self.monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
        return self.client

    def look(self, moment: datetime, **query: Any) -> None:
        assert self.at(moment).get(self.path, query).status_code == 200

    def send(self, moment: datetime, **form: Any) -> None:
        assert self.at(moment).post(self.path, form).status_code == 200

    def by_hand(self, moment: datetime, score: int, **form: Any) -> None:
        """Opens the page, and sends it twelve seconds later."""
        self.look(moment, score=score)
        page = visits.page_stamp(moment)
        self.send(moment + 12 * SECOND, score=score, page=page, hand="seen", **form)


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch, mailed: Invitation) -> Visitor:
    return Visitor(monkeypatch, mailed, CHROME, "203.0.113.9")


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch, mailed: Invitation) -> Visitor:
    return Visitor(monkeypatch, mailed, PHONE, "203.0.113.9")


def scan(scanner: Visitor, *, sends: bool = True) -> None:
    """All eleven links within a second, the hidden one, and the form."""
    for score in range(11):
        scanner.look(MONDAY_9AM + SECOND + score * timedelta(milliseconds=80), score=score)
    scanner.look(MONDAY_9AM + 2 * SECOND, **{"from": "list"})
    if sends:
        scanner.send(MONDAY_9AM + 3 * SECOND, score=0)


def decide(moment: datetime, workspace: Workspace) -> CaseDecision:
    decisions.decide_pending(now=moment)
    return CaseDecision.objects.of(workspace).get()


def series(workspace: Workspace) -> list[tuple[str | None, str | None]]:
    rows = ResponseChange.objects.of(workspace).order_by("pk")
    return [(row.before_series, row.after_series) for row in rows]


def test_a_scanner_that_submits_opens_no_case_and_does_not_count(acme: Workspace, scanner: Visitor) -> None:
    scan(scanner)
    decision = decide(MONDAY_9AM + 4 * SECOND, acme)
    assert (decision.outcome, decision.reason) == ("HELD", "SCANNER")
    answer = Response.objects.of(acme).get()
    assert (answer.trust, answer.amended_at) == (Trust.LIKELY_SCANNER, None)
    assert {sign["code"] for sign in answer.evidence["signs"]} >= {
        "QUICK",
        "ALL_LINKS",
        "HIDDEN_LINK",
        "NO_PAGE",
    }
    assert series(acme) == [(None, "HEADLINE"), ("HEADLINE", "DOUBTFUL")]
    change = TrustChange.objects.of(acme).get()
    assert (change.before, change.after, change.by) == ("CONFIRMED", "LIKELY_SCANNER", None)
    decisions.decide_pending(now=MONDAY_9AM + timedelta(days=1))
    assert Case.objects.of(acme).count() == 0


def test_a_person_of_the_same_office_after_the_scan_is_heard_at_once(
    acme: Workspace, scanner: Visitor, person: Visitor
) -> None:
    scan(scanner, sends=False)
    person.by_hand(MONDAY_9AM + timedelta(minutes=1), 2)
    decision = decide(MONDAY_9AM + timedelta(minutes=2), acme)
    assert (decision.outcome, Response.objects.of(acme).get().trust) == ("OPENED", Trust.CONFIRMED)


def test_a_person_after_a_scanners_answer_is_heard_and_counts(
    acme: Workspace, scanner: Visitor, person: Visitor
) -> None:
    scan(scanner)
    decide(MONDAY_9AM + 4 * SECOND, acme)
    person.by_hand(MONDAY_9AM + timedelta(hours=2), 3)
    decision = decide(MONDAY_9AM + timedelta(hours=2, minutes=1), acme)
    assert (decision.outcome, Response.objects.of(acme).get().trust) == ("OPENED", Trust.CONFIRMED)
    assert series(acme)[-1] == ("DOUBTFUL", "HEADLINE")


def test_one_sign_holds_the_answer_for_half_an_hour(acme: Workspace, person: Visitor) -> None:
    person.look(MONDAY_9AM + 2 * SECOND)
    person.send(
        MONDAY_9AM + 9 * SECOND, score=1, page=visits.page_stamp(MONDAY_9AM + 2 * SECOND), hand="seen"
    )
    decision = decide(MONDAY_9AM + 10 * SECOND, acme)
    assert (decision.outcome, decision.reason) == ("HELD", "DOUBTFUL")
    assert decision.decide_at == MONDAY_9AM + 9 * SECOND + timedelta(minutes=30)
    assert [sign["code"] for sign in decision.evidence["signs"]] == ["QUICK"]
    assert decide(MONDAY_9AM + timedelta(minutes=30), acme).outcome == "HELD"
    decision = decide(MONDAY_9AM + timedelta(minutes=31), acme)
    assert (decision.outcome, decision.decide_at) == ("OPENED", None)


def test_a_held_happy_answer_is_written_as_what_it_is(acme: Workspace, person: Visitor) -> None:
    person.send(MONDAY_9AM + timedelta(hours=1), score=10)
    assert decide(MONDAY_9AM + timedelta(hours=1), acme).reason == "DOUBTFUL"
    assert decide(MONDAY_9AM + timedelta(hours=2), acme).reason == "NOT_DETRACTOR"


def test_a_link_that_others_handed_out_carries_no_suspicion(
    acme: Workspace, mailed: Invitation, scanner: Visitor
) -> None:
    Invitation.objects.of(acme).update(is_mailed=False)
    scan(scanner)
    assert decide(MONDAY_9AM + 4 * SECOND, acme).outcome == "OPENED"


def test_the_built_in_mailbox_carries_no_suspicion(acme: Workspace, settings: Any, scanner: Visitor) -> None:
    settings.MAIL = replace(live_settings.MAIL, is_kept=True)
    scan(scanner)
    assert decide(MONDAY_9AM + 4 * SECOND, acme).outcome == "OPENED"


def test_one_click_opens_the_case_and_one_more_takes_it_back(
    acme: Workspace, alice: User, bob: User, scanner: Visitor
) -> None:
    scan(scanner)
    decide(MONDAY_9AM + 4 * SECOND, acme)
    answer = Response.objects.of(acme).get()
    client = signed_in(alice)
    page = client.get("/w/acme/doubtful/").content.decode()
    assert "3 seconds after the mail arrived" in page
    assert "11 score links of the mail were opened" in page
    judge = f"/w/acme/doubtful/{answer.public_id}/"
    assert signed_in(bob).post(judge, {"who": "customer"}).status_code == 403
    client.post(judge, {"who": "customer", "note": "She phoned."})
    decision = decide(MONDAY_9AM + timedelta(minutes=1), acme)
    assert (decision.outcome, Response.objects.of(acme).get().trust) == ("OPENED", Trust.CONFIRMED)
    assert "She phoned." in client.get("/w/acme/doubtful/?view=judged").content.decode()
    client.post(f"{judge}undo/", {"view": "judged"})
    decisions.decide_pending(now=MONDAY_9AM + timedelta(minutes=2))
    assert Response.objects.of(acme).get().trust == Trust.LIKELY_SCANNER
    assert Case.objects.of(acme).count() == 1  # what was promised to a person is theirs to close
    assert not CaseEvent.objects.of(acme).filter(kind="ANSWER_AMENDED").exists()


def test_a_persons_word_outweighs_the_signs(acme: Workspace, alice: User, person: Visitor) -> None:
    person.send(MONDAY_9AM + 9 * SECOND, score=1)
    assert decide(MONDAY_9AM + 10 * SECOND, acme).reason == "SCANNER"
    answer = Response.objects.of(acme).get()
    trusting.judge(
        response=answer, is_customer=True, by=alice, note="", now=MONDAY_9AM + timedelta(minutes=1)
    )
    assert decide(MONDAY_9AM + timedelta(minutes=1), acme).outcome == "OPENED"


def test_a_held_answer_judged_a_machines_stays_out(acme: Workspace, alice: User, person: Visitor) -> None:
    person.look(MONDAY_9AM + 2 * SECOND)
    person.send(
        MONDAY_9AM + 9 * SECOND, score=1, page=visits.page_stamp(MONDAY_9AM + 2 * SECOND), hand="seen"
    )
    decide(MONDAY_9AM + 10 * SECOND, acme)
    answer = Response.objects.of(acme).get()
    trusting.judge(
        response=answer, is_customer=False, by=alice, note="", now=MONDAY_9AM + timedelta(minutes=1)
    )
    assert decide(MONDAY_9AM + timedelta(days=1), acme).reason == "SCANNER"
    assert series(acme)[-1] == ("HEADLINE", "DOUBTFUL")


def test_looks_change_no_row_and_only_peoples_are_counted(
    acme: Workspace, mailed: Invitation, scanner: Visitor, person: Visitor
) -> None:
    before = dump(acme)
    scan(scanner, sends=False)
    assert scanner.at(MONDAY_9AM + 9 * SECOND).head(scanner.path).status_code == 200
    assert dump(acme) == before
    clicks.count_clicks(now=MONDAY_9AM + timedelta(minutes=10))
    assert Invitation.objects.of(acme).get().clicked_at is None
    opened = MONDAY_9AM + timedelta(hours=1)
    person.look(opened)
    assert dump(acme) == before
    clicks.count_clicks(now=opened + timedelta(minutes=5))
    clicks.count_clicks(now=opened + timedelta(minutes=9))
    assert Invitation.objects.of(acme).get().clicked_at == opened
    assert [row.stage for row in InvitationChange.objects.of(acme).filter(stage="CLICKED")] == ["CLICKED"]


def test_visits_of_an_erased_person_are_forgotten(mailed: Invitation, person: Visitor) -> None:
    person.look(MONDAY_9AM + timedelta(hours=1))
    assert len(visits.of([mailed.link_nonce])[mailed.link_nonce]) == 1
    visits.forget([mailed.link_nonce])
    assert visits.of([mailed.link_nonce]) == {}


def dump(workspace: Workspace) -> list[Any]:
    models = (Invitation, Response, ResponseChange, InvitationChange, TrustChange, CaseDecision, Contact)
    return [list(model.objects.of(workspace).order_by("pk").values()) for model in models]
