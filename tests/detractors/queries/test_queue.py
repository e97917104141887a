from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Membership, User, Workspace
from detractors.models import Case, RootCause, SlaTimer
from detractors.queries import choices, ordering, queue
from detractors.queries.ordering import Place
from detractors.queries.queue import Wanted
from detractors.services import cases, lateness, sla
from surveys.models import Contact
from surveys.services import contacts, touchpoints
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=10)


@pytest.fixture
def person(acme: Workspace) -> Callable[[int], Contact]:
    def make(index: int) -> Contact:
        return contacts.upsert(
            workspace=acme,
            email=f"c{index}@customer.example",
            name=f"Customer {index}",
            company="Ibex",
            now=MONDAY_9AM,
        )[0]

    return make


@pytest.fixture
def many(
    acme: Workspace,
    bob: User,
    monkeypatch: pytest.MonkeyPatch,
    person: Callable[[int], Contact],
    open_cases: Callable[..., list[Case]],
) -> list[Case]:
    """Seven cases, numbers 1 to 7; 3, 4 and 5 tie in rank. Pages hold two."""
    monkeypatch.setattr(queue, "PAGE", 2)
    made = open_cases(map(person, range(7)))
    for case, minutes in zip(made, (5, 1, 3, 3, 3, 9, 0), strict=True):
        Case.objects.of(acme).filter(pk=case.pk).update(rank_at=MONDAY_9AM + timedelta(minutes=minutes))
    return made


def numbers(page: queue.Page) -> list[int]:
    return [case.number for case in page.cases]


def walk(acme: Workspace, user: User, wanted: Wanted) -> tuple[list[list[int]], list[list[int]]]:
    """The pages from first to last, and those met on the way back."""
    forth: list[list[int]] = []
    place: Place | None = None
    while True:
        page = queue.page(workspace=acme, user=user, wanted=wanted, place=place)
        forth.append(numbers(page))
        if page.last is None:
            break
        place = page.last
    back = [numbers(page)]
    while page.first is not None:
        page = queue.page(workspace=acme, user=user, wanted=wanted, place=page.first)
        back.append(numbers(page))
    return forth, back


def test_pages_follow_rank_and_number_through_ties_both_ways(
    acme: Workspace, bob: User, many: list[Case]
) -> None:
    forth, back = walk(acme, bob, Wanted())
    assert forth == [[7, 2], [3, 4], [5, 1], [6]]
    assert back == [[6], [5, 1], [3, 4], [7, 2]]


def test_a_search_over_everything_is_newest_first_both_ways(
    acme: Workspace, bob: User, many: list[Case]
) -> None:
    forth, back = walk(acme, bob, Wanted(tab=queue.ALL, words="customer"))
    assert forth == [[7, 6], [5, 4], [3, 2], [1]]
    assert back == list(reversed(forth))


def test_an_empty_list_has_no_neighbours(acme: Workspace, bob: User) -> None:
    assert queue.page(workspace=acme, user=bob, wanted=Wanted()) == queue.Page([], None, None)


def late(case: Case, **marks: Any) -> None:
    """As the sweep leaves a case whose first response is late."""
    SlaTimer.objects.of(case.workspace_id).filter(case=case, kind="FIRST_RESPONSE").update(**marks)
    lateness.keep(cases=[case.pk])


def found(acme: Workspace, user: User, **wanted: Any) -> list[int]:
    return sorted(numbers(queue.page(workspace=acme, user=user, wanted=Wanted(**wanted))))


def test_each_tab_holds_exactly_its_cases(
    acme: Workspace,
    alice: User,
    bob: User,
    person: Callable[[int], Contact],
    open_cases: Callable[..., list[Case]],
) -> None:
    mine, hers, nobodys, waiting, soon, broken, solved = open_cases(map(person, range(7)))
    cases.assign(case=hers, owner=alice, by=alice, now=LATER)
    cases.assign(case=nobodys, owner=None, by=alice, now=LATER)
    cases.wait(case=waiting, by=bob, waiting_for="a photo", now=LATER)
    late(soon, warned_at=LATER)
    late(broken, warned_at=LATER, breached_at=LATER)
    late(solved, warned_at=LATER, breached_at=LATER)
    cases.resolve(
        case=solved, by=bob, root_cause=RootCause.objects.of(acme).get(name="Late delivery"), resolution="Sent again.",
        contact={"channel": "CALL", "note": ""}, now=LATER,
    )  # fmt: skip
    assert found(acme, bob, tab=queue.MINE) == [mine.number, waiting.number, soon.number, broken.number]
    assert found(acme, bob, tab=queue.UNASSIGNED) == [nobodys.number]
    assert found(acme, bob, tab=queue.DUE_SOON) == [soon.number]
    assert found(acme, bob, tab=queue.BREACHED) == [broken.number]
    assert found(acme, bob, tab=queue.OPEN) == [1, 2, 3, 4, 5, 6]
    assert found(acme, bob, tab=queue.DONE) == [solved.number]
    assert found(acme, bob, tab=queue.ALL) == [1, 2, 3, 4, 5, 6, 7]
    counts = queue.standing(workspace=acme, user=bob, wanted=Wanted()).counts
    assert counts == {
        "mine": 4,
        "unassigned": 1,
        "due-soon": 1,
        "breached": 1,
        "open": 6,
        "snoozed": 0,
        "done": 1,
    }
    assert found(acme, bob, state="WAITING") == [waiting.number]
    assert found(acme, bob, tab=queue.ALL, state="RESOLVED") == [solved.number]
    assert found(acme, bob, owner=alice.pk) == [hers.number]
    assert found(acme, bob, owner=0) == [nobodys.number]


def test_filters_narrow_and_join(
    acme: Workspace, bob: User, person: Callable[[int], Contact], open_case: Callable[..., Case]
) -> None:
    delivery = touchpoints.ensure(workspace=acme, name="Delivery", now=MONDAY_9AM)
    first = open_case(score=0, contact=person(0), touchpoint=delivery)
    second = open_case(score=0, contact=person(1))
    third = open_case(score=5, contact=person(2), touchpoint=delivery)
    assert found(acme, bob, touchpoint=delivery.public_id) == [first.number, third.number]
    assert found(acme, bob, score=0) == [first.number, second.number]
    assert found(acme, bob, touchpoint=delivery.public_id, score=0) == [first.number]
    assert first.survey is not None
    assert found(acme, bob, survey=first.survey.public_id, score=5) == [third.number]
    assert found(acme, bob, survey="nonesuch") == []
    assert found(acme, bob, priority=third.priority, score=5) == [third.number]


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("#2", [2]),
        ("2", [2]),
        ("IBEX", [1, 2, 3]),
        ("customer 1", [2]),
        ("refund", [3]),
        ("%", []),
        ("nobody", []),
    ],
)
def test_search_finds_number_person_company_and_words(
    acme: Workspace,
    bob: User,
    person: Callable[[int], Contact],
    open_case: Callable[..., Case],
    words: str,
    hits: list[int],
) -> None:
    for index, comment in enumerate(("late", "rude", "No REFUND yet")):
        contact = person(index)
        contacts.update(
            contact=contact,
            email=f"{'abc'[index]}@customer.example",
            name=f"Customer {'x1z'[index]}",
            now=MONDAY_9AM,
        )
        open_case(contact=contact, comment=comment)
    assert found(acme, bob, tab=queue.ALL, words=words) == hits


def test_another_workspace_is_never_seen(
    acme: Workspace,
    globex: Workspace,
    charlie: User,
    bob: User,
    person: Callable[[int], Contact],
    open_case: Callable[..., Case],
) -> None:
    open_case(contact=person(0))
    assert found(globex, charlie, tab=queue.ALL) == []
    assert set(queue.standing(workspace=globex, user=charlie, wanted=Wanted()).counts.values()) == {0}
    names = {
        choice.name for choice in choices.choices(workspace=globex) if choice.kind in ("owner", "survey")
    }
    assert names == {"Charlie Clark", "Relationship NPS"}


def test_counts_stop_at_their_cap(
    acme: Workspace, bob: User, many: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "COUNTED", 3)
    assert queue.standing(workspace=acme, user=bob, wanted=Wanted()).counts["open"] == 4


def test_the_fingerprint_changes_with_every_change_and_only_then(
    acme: Workspace, bob: User, person: Callable[[int], Contact], open_case: Callable[..., Case]
) -> None:
    case = open_case(contact=person(0))

    def version() -> str:
        return queue.standing(workspace=acme, user=bob, wanted=Wanted()).version

    seen = [version()]
    assert version() == seen[0]
    cases.note(case=case, by=bob, text="Looked at it.", now=LATER)
    seen.append(version())
    open_case(contact=person(1))
    seen.append(version())
    cases.wait(case=case, by=bob, waiting_for="a photo", now=LATER)
    seen.append(version())
    for minutes in (45, 61):  # warned, then missed and escalated
        sla.enforce(now=MONDAY_9AM + timedelta(minutes=minutes))
        seen.append(version())
    assert len(set(seen)) == 6


def test_late_cases_are_paged_by_rank_and_number_like_all_others(
    acme: Workspace, bob: User, many: list[Case]
) -> None:
    for case in many:
        if case.number != 4:
            late(case, warned_at=LATER, breached_at=LATER if case.number != 6 else None)
    forth, back = walk(acme, bob, Wanted(tab=queue.BREACHED))
    assert forth == [[7, 2], [3, 5], [1]]
    assert back == [[1], [3, 5], [7, 2]]
    assert walk(acme, bob, Wanted(tab=queue.DUE_SOON))[0] == [[6]]


def test_the_choices_are_people_touchpoints_and_surveys_by_name(
    acme: Workspace, owner: User, alice: User, bob: User
) -> None:
    touchpoints.ensure(workspace=acme, name="Delivery", now=MONDAY_9AM)
    listed = [
        (choice.kind, choice.name)
        for choice in choices.choices(workspace=acme)
        if choice.kind not in ("cause", "team")
    ]
    assert listed == [
        ("owner", "Alice Adams"), ("owner", "Bob Brown"), ("owner", "Olivia Owner"),
        ("survey", "Relationship NPS"), ("touchpoint", "Delivery"),
    ]  # fmt: skip


def test_a_place_survives_its_way_through_the_address() -> None:
    moment = MONDAY_9AM + timedelta(microseconds=123_457)
    assert ordering.moment_from(ordering.microseconds_of(moment)) == moment


def test_a_row_has_its_people_words_and_timers_in_two_queries(
    acme: Workspace, bob: User, many: list[Case], django_assert_num_queries: Any
) -> None:
    Membership.objects.of(acme).count()
    with django_assert_num_queries(2):
        page = queue.page(workspace=acme, user=bob, wanted=Wanted())
        seen = [(str(case.contact), str(case.owner), case.segment, len(case.clocks)) for case in page.cases]
    assert seen == [("Customer 6", "Bob Brown", "DETRACTOR", 2), ("Customer 1", "Bob Brown", "DETRACTOR", 2)]
