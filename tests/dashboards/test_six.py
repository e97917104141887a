"""Six series on one page: each equals what its own page and the cases say."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from dashboards.services import tallies
from detractors.models import Case, CaseStages
from surveys.models import Touchpoint
from tests.conftest import MONDAY_9AM, signed_in
from tests.dashboards.support import a_survey, an_answer

pytestmark = pytest.mark.django_db
DATES = "period=custom&since=2026-03-01&until=2026-03-31"


def test_scores_and_times_of_the_same_days_and_touchpoint(
    acme: Workspace, alice: User, bob: User, django_assert_max_num_queries: Any
) -> None:
    for metric, scores in (("NPS", [10, 10, 9, 3]), ("CSAT", [5, 4, 4, 1]), ("CES", [7, 5])):
        survey = a_survey(acme, MONDAY_9AM, metric=metric, name=metric)
        for score in scores:
            an_answer(survey, score, MONDAY_9AM, dimensions={"touchpoint": "Delivery"})
    tallies.fold_all(now=MONDAY_9AM)
    delivery = Touchpoint.objects.of(acme).create(workspace=acme, name="Delivery", created_at=MONDAY_9AM)
    for number, (handled, mailed) in enumerate([(10, 60), (20, 120), (90, None)]):
        case = Case(
            workspace=acme, number=number + 1, rank_at=MONDAY_9AM, opened_at=MONDAY_9AM + timedelta(days=number),
            created_at=MONDAY_9AM, updated_at=MONDAY_9AM, touchpoint=delivery if number < 2 else None,
        )  # fmt: skip
        case.save()
        CaseStages(
            workspace=acme, case=case, version=1, opened_at=case.opened_at, touchpoint=case.touchpoint, handled=handled,
            mailed=mailed,
        ).save()  # fmt: skip
    client = signed_in(alice)

    def shown(query: str) -> list[tuple[str, str, int]]:
        rows = client.get(f"/w/acme/dashboard/six/?{query}").context["rows"]
        return [(row["code"], row["value"], row["n"]) for row in rows]

    assert shown(DATES) == [
        ("nps", "+50.0", 4), ("csat", "75 %", 4), ("ces", "6.00", 2), ("handled", "20 min", 3), ("mailed", "1 h 30 min", 2),
        ("called", "–", 0),
    ]  # fmt: skip
    assert [n for _code, _value, n in shown(f"{DATES}&touchpoint=Delivery")] == [4, 4, 2, 2, 2, 0]
    assert [n for _code, _value, n in shown("period=custom&since=2026-03-03&until=2026-03-31")] == [
        0,
        0,
        0,
        2,
        1,
        0,
    ]
    with django_assert_max_num_queries(22):
        page = client.get(f"/w/acme/dashboard/six/?{DATES}").content.decode()
    assert "Attempts do not count" in page
