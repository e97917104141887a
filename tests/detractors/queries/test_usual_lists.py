"""Lists whose statement is written once in a process show what a list written anew shows, whoever asks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from detractors.models import Case
from detractors.queries import queue
from detractors.queries.queue import Wanted
from detractors.rules import queue_layout as layout
from detractors.services import cases
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

USUAL = [
    *({"tab": tab} for tab in (*queue.TABS, queue.ALL)),
    *({"sort": sort} for sort in layout.SORTS),
    *({"group": group, "sort": "value"} for group in layout.GROUPS),
    {"priority": "LOW", "score": 3, "state": "NEW", "segment": "DETRACTOR", "channel": "EMAIL"},
]  # fmt: skip


def walk(asked: dict[str, Any], wanted: Wanted) -> list[Any]:
    """Every page of a list: numbers, neighbours and the fingerprint, as `page` and as `standing` have it."""
    seen: list[Any] = []
    place = None
    while True:
        page = queue.page(**asked, wanted=wanted, place=place)
        alone = queue.standing(**asked, wanted=wanted, place=place)
        assert alone == queue.standing(**asked, wanted=wanted, place=place, shown=page)
        seen.append(
            (
                [(case.number, case.words, len(case.clocks)) for case in page.cases],
                page.first,
                page.last,
                alone.version,
            )
        )
        if page.last is None:
            return seen
        place = page.last


def test_a_list_written_once_is_the_list_for_everybody_and_every_page(
    acme: Workspace, globex: Workspace, bob: User, alice: User, charlie: User,
    open_case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(queue, "PAGE", 2)
    people = [
        contacts.upsert(workspace=acme, email=f"c{n}@x.example", name=f"Customer {n}", now=MONDAY_9AM)[0]
        for n in range(5)
    ]
    made = [open_case(score=n % 7, contact=one, comment=f"word {n}") for n, one in enumerate(people)]
    cases.note(case=made[1], by=bob, text="Looked.", now=MONDAY_9AM + timedelta(minutes=5))
    everybody = [
        {"workspace": acme, "user": bob},
        {"workspace": acme, "user": alice},
        {"workspace": globex, "user": charlie},
    ]
    for facts in USUAL:
        wanted = Wanted(**facts, at=MONDAY_9AM)
        assert wanted.is_usual
        once = [walk(asked, wanted) for asked in everybody]
        with monkeypatch.context() as patch:
            patch.setattr(Wanted, "is_usual", False)
            assert [walk(asked, wanted) for asked in everybody] == once
        assert once[2][0][0] == []  # nothing of another workspace


def test_what_is_measured_from_now_or_typed_is_written_anew() -> None:
    unusual: list[dict[str, Any]] = [
        {"words": "parcel"}, {"company": "Ibex"}, {"due": "4h"}, {"age": "1d"}, {"waiting": "3d"},
        {"promised": "open"}, {"own_status": "abc"}, {"owner": 2_047_483_101}, {"team": 31_801},
    ]  # fmt: skip
    assert [Wanted(**facts).is_usual for facts in unusual] == [False] * 9
