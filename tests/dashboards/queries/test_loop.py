"""The loop's figures against cases laid out by hand, and the rows behind each of them."""

from datetime import date, timedelta

import pytest

from accounts.models import User, Workspace
from dashboards.queries.cases import FIGURES, cases_behind
from dashboards.queries.loop import Funnel, loop_figures, moments
from dashboards.queries.root_causes import top_causes
from dashboards.statistics import median, p90
from detractors.models import Case, Lateness, RootCause, SlaPolicy, SlaTimer
from followups.models import Resurvey
from surveys.models import Survey
from tests.conftest import MONDAY_9AM
from tests.dashboards.support import a_contact, a_survey, an_answer

MARCH = {"since": date(2026, 3, 1), "until": date(2026, 3, 31)}


def a_case(survey: Survey, number: int, minutes: int | None = None, **fields) -> Case:
    workspace = survey.workspace
    facts = {
        "first_response_minutes": minutes,
        "first_response_minutes_calendar": None if minutes is None else minutes * 3,
    }
    fields.setdefault("opened_at", MONDAY_9AM)
    is_breached = fields.pop("is_breached", False)
    case = Case.objects.of(workspace).create(
        workspace=workspace, number=number, survey=survey, rank_at=MONDAY_9AM, created_at=MONDAY_9AM, updated_at=MONDAY_9AM,
        **facts, **fields,
    )  # fmt: skip
    if is_breached:
        Lateness.objects.of(workspace).create(
            workspace=workspace, case=case, number=number, rank_at=MONDAY_9AM if case.is_open else None,
            is_due_soon=False, is_breached=True,
        )  # fmt: skip
    return case


def a_timer(case: Case, kind: str = "FIRST_RESPONSE", **fields) -> SlaTimer:
    policy = SlaPolicy.objects.of(case.workspace).get(is_default=True)
    return SlaTimer.objects.of(case.workspace).create(
        workspace=case.workspace, case=case, policy=policy, kind=kind, promised_minutes=60, started_at=case.opened_at,
        warn_at=case.opened_at, due_at=case.opened_at + timedelta(hours=1), **fields,
    )  # fmt: skip


def test_without_cases_nothing_is_zero_percent(acme: Workspace) -> None:
    found = loop_figures(workspace=acme, **MARCH)
    assert (found.opened, found.open_now, found.first_response.n) == (0, 0, 0)
    assert [
        found.first_response.median,
        found.within_hour.value,
        found.sla_attainment.value,
        found.recovery_rate.value,
    ] == [None] * 4
    assert (found.closed_loop_rate.value, found.funnel.response_rate.value) == (None, None)


def test_first_response_is_median_and_90th_percentile_of_the_cases_opened_then(acme: Workspace) -> None:
    survey = a_survey(acme, MONDAY_9AM)
    lengths = [5, 12, 40, 60, 61, 300]
    for number, minutes in enumerate(lengths):
        a_case(survey, number + 1, minutes)
    a_case(survey, 50)  # not answered, promise still running
    a_case(survey, 51, is_breached=True)  # not answered, promise missed
    a_case(survey, 52, 1, opened_at=MONDAY_9AM - timedelta(days=40))
    found = loop_figures(workspace=acme, **MARCH)
    assert (found.first_response.n, found.first_response.median, found.first_response.p90) == (
        6,
        median(lengths),
        p90(lengths),
    )
    assert found.first_response_calendar.median == 3 * median(lengths)
    assert (found.within_hour.hits, found.within_hour.n) == (4, 7)
    assert found.opened == 8
    assert (found.open_now, found.breached_now) == (9, 1)


def test_a_promise_met_late_is_missed_and_a_running_one_counts_on_neither_side(acme: Workspace) -> None:
    survey = a_survey(acme, MONDAY_9AM)
    soon, late = MONDAY_9AM + timedelta(minutes=20), MONDAY_9AM + timedelta(hours=3)
    a_timer(a_case(survey, 1), met_at=soon)
    a_timer(a_case(survey, 2), met_at=late, breached_at=late)
    a_timer(a_case(survey, 3), breached_at=late)
    a_timer(a_case(survey, 4))
    a_timer(a_case(survey, 5), cancelled_at=soon)
    a_timer(a_case(survey, 6), "RESOLUTION", met_at=soon)
    found = loop_figures(workspace=acme, **MARCH)
    assert (found.sla_attainment.hits, found.sla_attainment.n) == (2, 4)
    assert (
        found.attainment_by_kind["FIRST_RESPONSE"].hits,
        found.attainment_by_kind["FIRST_RESPONSE"].n,
    ) == (1, 3)
    assert (found.attainment_by_kind["RESOLUTION"].hits, found.attainment_by_kind["RESOLUTION"].n) == (1, 1)
    assert (
        loop_figures(
            workspace=acme, **MARCH, survey=a_survey(acme, MONDAY_9AM, name="Other")
        ).sla_attainment.n
        == 0
    )


@pytest.fixture
def second_answers(acme: Workspace, owner: User) -> Survey:
    """Five cases told back; second answers 10, 8 and 3 of three of them."""
    survey = a_survey(acme, MONDAY_9AM)
    for number, score in enumerate([10, 8, 3, None, None], start=1):
        person = a_contact(acme, MONDAY_9AM, name=f"Person {number}")
        case = a_case(survey, number, 10, contact=person, told_back_at=MONDAY_9AM if number < 5 else None)
        row = Resurvey(workspace=acme, case=case, due_at=MONDAY_9AM, created_at=MONDAY_9AM)
        if score is not None:
            row.response = an_answer(survey, score, MONDAY_9AM, contact=person, purpose="RESURVEY")
            row.status, row.score_after, row.settled_at = "ANSWERED", score, MONDAY_9AM
        row.save()
    return survey


def test_recovery_is_of_the_second_answers_and_closing_of_the_cases(
    acme: Workspace, second_answers: Survey
) -> None:
    found = loop_figures(workspace=acme, **MARCH)
    assert (found.recovery_rate.hits, found.recovery_rate.n, found.converted) == (2, 3, 1)
    assert (found.closed_loop_rate.hits, found.closed_loop_rate.n) == (4, 5)


def test_every_figure_equals_the_number_of_cases_behind_it(acme: Workspace, second_answers: Survey) -> None:
    late = MONDAY_9AM + timedelta(hours=3)
    a_timer(a_case(second_answers, 10, 200, is_breached=True), met_at=late, breached_at=late)
    a_timer(a_case(second_answers, 11, 30), met_at=MONDAY_9AM)
    a_case(second_answers, 12, is_breached=True)
    found = loop_figures(workspace=acme, **MARCH)
    behind = {figure: cases_behind(workspace=acme, figure=figure, **MARCH).count() for figure in FIGURES}
    assert behind == {
        "opened": found.opened, "answered": found.first_response.n, "within-hour": found.within_hour.hits,
        "beyond-hour": found.within_hour.n - found.within_hour.hits, "told-back": found.closed_loop_rate.hits,
        "not-told-back": found.opened - found.closed_loop_rate.hits, "met": 1, "breached": 1,
        "resurveyed": found.recovery_rate.n, "recovered": found.recovery_rate.hits, "open-now": found.open_now,
        "breached-now": found.breached_now,
    }  # fmt: skip
    with pytest.raises(KeyError):
        cases_behind(workspace=acme, figure="all", **MARCH)


def test_causes_are_counted_most_frequent_first_and_open_their_cases(acme: Workspace, owner: User) -> None:
    survey = a_survey(acme, MONDAY_9AM)
    late, price = (RootCause.objects.of(acme).get(name=name) for name in ("Late delivery", "Price too high"))
    for number, cause in enumerate([late, late, price], start=1):
        a_case(survey, number, root_cause=cause)
    a_case(survey, 4)
    causes, known = top_causes(workspace=acme, **MARCH)
    assert [(cause.name, cause.parent, cause.cases) for cause in causes] == [
        ("Late delivery", "Delivery", 2), ("Price too high", "Price and billing", 1),
    ]  # fmt: skip
    assert known == 3
    assert cases_behind(workspace=acme, figure="opened", **MARCH, cause=late.public_id).count() == 2


def test_a_period_is_whole_local_days_also_when_clocks_change(acme: Workspace) -> None:
    acme.time_zone = "Europe/Berlin"
    start, end = moments(
        workspace=acme, since=date(2026, 3, 29), until=date(2026, 3, 29)
    )  # the day of 23 hours
    assert (start.isoformat(), end - start) == ("2026-03-28T23:00:00+00:00", timedelta(hours=23))


def test_the_response_rate_is_of_the_delivered_and_of_the_sent_where_none_is_reported() -> None:
    assert (
        Funnel(sent=10, delivered=8, opened=0, clicked=0, answered=2, commented=1).response_rate.value == 0.25
    )
    assert (
        Funnel(sent=10, delivered=0, opened=0, clicked=0, answered=2, commented=1).response_rate.value == 0.2
    )
    assert (
        Funnel(sent=0, delivered=0, opened=0, clicked=0, answered=0, commented=0).response_rate.value is None
    )
