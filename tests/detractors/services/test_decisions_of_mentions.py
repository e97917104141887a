"""What becomes of reviews and complaints: decided as answers are, without a score."""

from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from detractors.models import Case, CaseDecision, CaseEvent, SlaTimer
from detractors.services import decisions, decisions_of_mentions
from outbox.models import OutboundMessage
from surveys.models import Contact, FeedbackSource, Mention, Survey
from surveys.rules.mentions import Heard
from surveys.services import complaining, contacts, mentions, responses, sources
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines(acme: Workspace) -> Contact:
    return contacts.upsert(workspace=acme, email="ines@customer.example", name="Ines", now=MONDAY_9AM)[0]


def source(acme: Workspace, owner: User, **given: object) -> FeedbackSource:
    facts = {"kind": "CSV", "name": "Reviews", "channel": "REVIEW"} | given
    return sources.add(workspace=acme, by=owner, now=MONDAY_9AM, **facts)  # type: ignore[arg-type]


def say(
    row: FeedbackSource,
    *,
    stars: int | None = 1,
    text: str = "Never again",
    days_ago: int = 0,
    **given: object,
) -> Mention:
    heard = Heard(text=text, stars=stars, published_at=MONDAY_9AM - timedelta(days=days_ago))
    [made] = mentions.take(source=row, heard=[heard], now=MONDAY_9AM, **given).new  # type: ignore[arg-type]
    return made


def decide() -> int:
    return decisions_of_mentions.decide_pending(now=MONDAY_9AM)


def outcome(mention: Mention) -> tuple[str, str]:
    row = CaseDecision.objects.of(mention.workspace_id).get(mention=mention)
    return row.outcome, row.reason


def test_an_unhappy_review_opens_a_case_without_a_score_with_promises_and_an_owner(
    acme: Workspace, owner: User, bob: User
) -> None:
    mention = say(source(acme, owner))
    assert decide() == 1
    case = Case.objects.of(acme).get()
    assert (case.origin, case.score, case.response, case.owner, case.stated_complaint) == (
        "MENTION", None, None, bob, "Never again",
    )  # fmt: skip
    assert outcome(mention) == ("OPENED", "MENTION")
    assert {part["code"] for part in case.rank_parts} == {"EXPOSURE"}
    assert SlaTimer.objects.of(acme).filter(case=case).count() == 2
    assert OutboundMessage.objects.of(acme).get(mail="case_assigned").to == bob.email


@pytest.mark.parametrize(
    ("stars", "reason"), [(3, "NOT_DETRACTOR"), (5, "NOT_DETRACTOR"), (None, "NOT_DETRACTOR")]
)
def test_what_is_not_unhappy_opens_nothing_and_says_so(
    acme: Workspace, owner: User, bob: User, stars: int | None, reason: str
) -> None:
    mention = say(source(acme, owner), stars=stars)
    decide()
    assert (outcome(mention), Case.objects.of(acme).count()) == (("NOT_OPENED", reason), 0)


def test_a_source_may_open_no_cases_and_what_is_old_opens_none(
    acme: Workspace, owner: User, bob: User
) -> None:
    unwanted = say(source(acme, owner, opens_cases=False))
    old = say(source(acme, owner, name="Other"), text="Long ago", days_ago=8)
    decide()
    assert (outcome(unwanted), outcome(old)) == (("NOT_OPENED", "NOT_WANTED"), ("NOT_OPENED", "HISTORICAL"))


def test_it_joins_the_open_case_of_a_known_customer(
    acme: Workspace, owner: User, bob: User, ines: Contact
) -> None:
    survey = Survey.objects.of(acme).get()
    responses.record(workspace=acme, survey=survey, contact=ines, score=2, now=MONDAY_9AM)
    decisions.decide_pending(now=MONDAY_9AM)
    mention = say(source(acme, owner), text="Still broken", contact=ines)
    decide()
    case = Case.objects.of(acme).get()
    assert (outcome(mention), case.score, case.latest_score) == (("JOINED", "OPEN_CASE"), 2, 2)
    assert CaseEvent.objects.of(acme).get(case=case, kind="MENTION_JOINED").note == "Still broken"
    assert "Still broken" in case.search


def test_two_of_one_customer_in_one_turn_are_one_case(
    acme: Workspace, owner: User, bob: User, ines: Contact
) -> None:
    row = source(acme, owner)
    first, second = say(row, contact=ines), say(row, text="And again", contact=ines)
    decide()
    assert Case.objects.of(acme).count() == 1
    assert [outcome(one)[0] for one in (first, second)] == ["OPENED", "JOINED"]


def test_deciding_twice_changes_nothing(acme: Workspace, owner: User, bob: User) -> None:
    say(source(acme, owner))
    decide()
    Mention.objects.of(acme).update(decide_at=MONDAY_9AM)
    assert (decide(), decide()) == (1, 0)
    assert (Case.objects.of(acme).count(), CaseDecision.objects.of(acme).count()) == (1, 1)


def test_a_complaint_always_opens_a_case_and_its_writer_gets_the_acknowledgement(
    acme: Workspace, owner: User, bob: User, django_capture_on_commit_callbacks: object
) -> None:
    form = source(acme, owner, kind="FORM", channel="WEB", opens_cases=False)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        complaining.write(
            source=form,
            text="Broken",
            email="New@customer.example",
            name="Nia",
            once="f" * 22,
            now=MONDAY_9AM,
        )
        decide()
    case = Case.objects.of(acme).get()
    assert (case.origin, case.score, case.contact.email) == ("COMPLAINT", None, "new@customer.example")
    assert case.rank_parts == []
    assert CaseDecision.objects.of(acme).get().reason == "COMPLAINT"
    from followups.models import FollowUp

    assert FollowUp.objects.of(acme).get(case=case).step == "ACKNOWLEDGE"


def test_a_stranger_who_fills_in_the_form_renames_nobody(
    acme: Workspace, owner: User, bob: User, ines: Contact
) -> None:
    form = source(acme, owner, kind="FORM", channel="WEB")
    complaining.write(source=form, text="Ha", email=ines.email, name="Mallory", once="g" * 22, now=MONDAY_9AM)
    ines.refresh_from_db()
    assert (ines.name, Mention.objects.of(acme).get().contact) == ("Ines", ines)


def test_reviews_and_complaints_are_in_no_net_promoter_score(acme: Workspace, owner: User, bob: User) -> None:
    from surveys.models import Response, ResponseChange

    say(source(acme, owner))
    decide()
    assert (Response.objects.of(acme).count(), ResponseChange.objects.of(acme).count()) == (0, 0)
