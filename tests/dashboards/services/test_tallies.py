"""Tallies plus what is not yet folded equal the rows: at every moment, in any order, with any number of folds."""

import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Workspace
from dashboards.models import DailyTally, MonthTally
from dashboards.queries.counts import Scope, counts, stages
from dashboards.queries.nps import nps_figures, trend
from dashboards.services import tallies
from dashboards.tasks import fold_tallies
from surveys.models import InvitationChange, Response, ResponseChange
from tests.conftest import MONDAY_9AM
from tests.dashboards.support import (
    a_contact,
    a_survey,
    amended,
    an_answer,
    an_invitation,
    recounted,
    series_of,
)

YEAR = {"since": date(2025, 6, 1), "until": date(2026, 12, 31)}

steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("record"),
            st.integers(0, 10),
            st.sampled_from(["SURVEY", "SURVEY", "RESURVEY"]),
            st.sampled_from(["Delivery", "Support", ""]),
        ),
        st.tuples(st.just("amend"), st.integers(0, 10), st.integers(0, 7), st.just("")),
        st.tuples(
            st.just("doubt"), st.integers(0, 7), st.sampled_from(["LIKELY_SCANNER", "CONFIRMED"]), st.just("")
        ),
        st.tuples(st.just("fold"), st.integers(1, 3), st.just(0), st.just("")),
    ),
    max_size=14,
)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=steps)
def test_figures_equal_a_recount_at_every_moment_folded_or_not(acme: Workspace, script: list) -> None:
    Response.objects.of(acme).delete()
    DailyTally.objects.of(acme).delete()
    MonthTally.objects.of(acme).delete()
    survey = a_survey(acme, MONDAY_9AM)
    answers: list[Response] = []
    for number, (what, first, second, touchpoint) in enumerate(script):
        at = MONDAY_9AM + timedelta(hours=7 * number)
        if what == "record":
            dimensions = {"touchpoint": touchpoint} if touchpoint else {}
            answers.append(an_answer(survey, first, at, purpose=second, dimensions=dimensions))
        elif what == "amend" and answers:
            amended(answers[second % len(answers)], at, score=first)
        elif what == "doubt" and answers:
            amended(answers[first % len(answers)], at, trust=second)
        elif what == "fold":
            tallies.fold(now=at, limit=first)
        assert list(nps_figures(workspace=acme, **YEAR).distribution) == recounted(acme)
        groups = {
            g.key: list(g.figures.distribution)
            for g in nps_figures(workspace=acme, **YEAR, group_by="touchpoint").groups
        }
        for name in ("Delivery", "Support"):
            assert groups.get(name, [0] * 11) == recounted(acme, touchpoint=name)
        for series in ("RESURVEY", "DOUBTFUL"):
            rows = counts(scope=Scope(workspace=acme, **YEAR), series=[series])
            assert sum(row.n for row in rows) == sum(recounted(acme, series=series))


days = st.dates(date(2025, 12, 20), date(2026, 4, 10))


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answered=st.lists(
        st.tuples(days, st.integers(0, 10), st.sampled_from(["Delivery", "Support", ""])), max_size=12
    ),
    folded=st.integers(0, 24),
    period=st.tuples(days, days, days),
)
def test_a_period_that_cuts_months_counts_exactly_its_days(
    acme: Workspace, answered: list, folded: int, period: tuple
) -> None:
    Response.objects.of(acme).delete()
    DailyTally.objects.of(acme).delete()
    MonthTally.objects.of(acme).delete()
    survey = a_survey(acme, MONDAY_9AM)
    before, since, until = sorted(period)
    for day, score, touchpoint in answered:
        at = datetime.combine(day, time(12), tzinfo=UTC)
        dimensions = {"touchpoint": touchpoint} if touchpoint else {}
        an_answer(survey, score, at, dimensions=dimensions)
    if folded:
        tallies.fold(now=MONDAY_9AM, limit=folded)

    def expected(first: date, last: date, touchpoint: str | None = None) -> list[int]:
        found = [0] * 11
        for day, score, named in answered:
            found[score] += first <= day <= last and touchpoint in (None, named)
        return found

    figures = nps_figures(workspace=acme, since=since, until=until, group_by="touchpoint")
    assert list(figures.distribution) == expected(since, until)
    groups = {group.key or "": list(group.figures.distribution) for group in figures.groups}
    for name in ("Delivery", "Support", ""):
        assert groups.get(name, [0] * 11) == expected(since, until, name)
    for filters, name in (({}, None), ({"touchpoint": "Delivery"}, "Delivery")):
        scope = Scope(workspace=acme, since=since, until=until, filters=filters)
        for bucket in ("month", "week", "day"):
            found = trend(scope=scope, before=before, bucket=bucket)
            assert list(found.now.distribution) == expected(since, until, name)
            assert list(found.before.distribution) == expected(before, since - timedelta(days=1), name)
            for group, end in zip(
                found.buckets,
                [
                    *(date.fromisoformat(one.key or "") - timedelta(days=1) for one in found.buckets[1:]),
                    until,
                ],
                strict=True,
            ):
                start = max(date.fromisoformat(group.key or ""), since)
                assert list(group.figures.distribution) == expected(start, end, name)


KEY = ("series", "dimension", "survey_id", "value", "measure")


def by_month(workspace: Workspace) -> dict:
    """The monthly tallies, without those that have come to nothing."""
    rows = MonthTally.objects.of(workspace).exclude(n=0).values_list("n", "month", *KEY)
    return {key: n for n, *key_parts in rows if (key := tuple(key_parts))}


def added_up(workspace: Workspace) -> dict:
    """The same from the daily tallies, one by one, in Python."""
    found: dict = {}
    for n, day, *rest in DailyTally.objects.of(workspace).values_list("n", "day", *KEY):
        key = (day.replace(day=1), *rest)
        found[key] = found.get(key, 0) + n
    return {key: n for key, n in found.items() if n}


def test_folding_moves_every_row_once_and_leaves_the_figures_alone(acme: Workspace) -> None:
    survey = a_survey(acme, MONDAY_9AM)
    for score in (0, 6, 7, 8, 9, 10, 10):
        an_answer(survey, score, MONDAY_9AM, dimensions={"touchpoint": "Delivery"})
    before = nps_figures(workspace=acme, **YEAR)
    assert tallies.fold(now=MONDAY_9AM, limit=4) == 4
    assert nps_figures(workspace=acme, **YEAR) == before
    assert tallies.fold_all(now=MONDAY_9AM) == 3
    assert tallies.fold_all(now=MONDAY_9AM) == 0
    assert nps_figures(workspace=acme, **YEAR) == before
    assert ResponseChange.objects.of(acme).filter(is_folded=False).count() == 0
    assert sum(DailyTally.objects.of(acme).filter(dimension="").values_list("n", flat=True)) == 7
    assert by_month(acme) == added_up(acme)


def test_the_funnel_is_counted_folded_or_not(acme: Workspace) -> None:
    survey, contact = a_survey(acme, MONDAY_9AM), a_contact(acme, MONDAY_9AM)
    expected = {"SENT": 3, "DELIVERED": 2, "OPENED": 1, "CLICKED": 0, "ANSWERED": 1, "COMMENTED": 0}
    an_invitation(
        survey,
        contact,
        MONDAY_9AM,
        "SENT",
        "DELIVERED",
        "OPENED",
        "ANSWERED",
        dimensions={"channel": "EMAIL"},
    )
    an_invitation(survey, contact, MONDAY_9AM, "SENT", "DELIVERED", dimensions={"channel": "EMAIL"})
    an_invitation(survey, contact, MONDAY_9AM, "SENT", dimensions={"channel": "SMS"})
    scope = Scope(workspace=acme, **YEAR)
    assert stages(scope=scope) == expected
    tallies.fold(now=MONDAY_9AM, limit=3)
    assert stages(scope=scope) == expected
    tallies.fold_all(now=MONDAY_9AM)
    assert stages(scope=scope) == expected
    by_mail = Scope(workspace=acme, **YEAR, filters={"channel": "EMAIL"})
    assert stages(scope=by_mail)["SENT"] == 2
    both = Scope(workspace=acme, **YEAR, filters={"channel": "EMAIL", "touchpoint": "-"})
    assert stages(scope=both)["SENT"] == 2


def test_long_values_are_cut_alike_when_folding_and_when_asking(acme: Workspace) -> None:
    survey = a_survey(acme, MONDAY_9AM)
    long = "x" * 250
    an_answer(survey, 9, MONDAY_9AM, dimensions={"touchpoint": long})
    asked = {"workspace": acme, **YEAR, "filters": {"touchpoint": long}}
    assert nps_figures(**asked).n == 1
    tallies.fold_all(now=MONDAY_9AM)
    assert nps_figures(**asked).n == 1
    assert nps_figures(workspace=acme, **YEAR, filters={"touchpoint": long, "channel": "EMAIL"}).n == 1


def test_rebuilding_gives_what_folding_gave(acme: Workspace) -> None:
    survey, contact = a_survey(acme, MONDAY_9AM), a_contact(acme, MONDAY_9AM)
    first = an_answer(survey, 3, MONDAY_9AM, dimensions={"touchpoint": "Delivery"})
    an_answer(survey, 9, MONDAY_9AM, purpose="RESURVEY")
    amended(first, MONDAY_9AM, score=8)
    an_invitation(survey, contact, MONDAY_9AM, "SENT", "ANSWERED")
    tallies.fold_all(now=MONDAY_9AM)
    columns = ("series", "day", "dimension", "value", "measure", "n")
    folded = set(DailyTally.objects.of(acme).exclude(n=0).values_list(*columns))
    amended(first, MONDAY_9AM, score=8)  # not folded when the rebuilding begins
    DailyTally.objects.of(acme).update(n=99)
    MonthTally.objects.of(acme).update(n=99)
    tallies.rebuild(workspace=acme)
    assert set(DailyTally.objects.of(acme).values_list(*columns)) == folded
    assert by_month(acme) == added_up(acme)
    assert tallies.fold(now=MONDAY_9AM) == 0


def test_the_sweep_folds_and_beats(acme: Workspace) -> None:
    an_answer(a_survey(acme, MONDAY_9AM), 9, MONDAY_9AM)
    assert fold_tallies() == 1


@pytest.mark.django_db(transaction=True)
def test_two_folds_at_once_while_answers_come_in_never_double_or_lose(acme: Workspace) -> None:
    surveys = [a_survey(acme, MONDAY_9AM, name=f"Survey {number}") for number in range(2)]
    for number in range(120):
        an_answer(
            surveys[number % 2],
            number % 11,
            MONDAY_9AM + timedelta(days=number % 3),
            dimensions={"touchpoint": f"T{number % 4}"},
        )
    failures: list[BaseException] = []
    seen: list[int] = []

    def guarded(work: object) -> None:
        try:
            work()  # type: ignore[operator]
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    def folding() -> None:
        for _ in range(15):
            tallies.fold(now=MONDAY_9AM, limit=9)

    def answering() -> None:
        for number in range(30):
            an_answer(surveys[0], number % 11, MONDAY_9AM, dimensions={"touchpoint": "T1"})

    def looking() -> None:
        for _ in range(20):
            seen.append(nps_figures(workspace=acme, **YEAR).n)

    threads = [
        threading.Thread(target=guarded, args=(work,)) for work in (folding, folding, answering, looking)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert seen == sorted(
        seen
    )  # answers are only added: a figure that ever fell would have missed or doubled some
    assert (seen[0] >= 120, seen[-1] <= 150) == (True, True)
    tallies.fold_all(now=MONDAY_9AM)
    assert list(nps_figures(workspace=acme, **YEAR).distribution) == recounted(acme)
    assert (
        sum(DailyTally.objects.of(acme).filter(dimension="", series="HEADLINE").values_list("n", flat=True))
        == 150
    )


def test_rebuilding_waits_for_nobody_else_s_workspace(acme: Workspace, globex: Workspace) -> None:
    an_answer(a_survey(globex, MONDAY_9AM), 9, MONDAY_9AM)
    tallies.fold_all(now=MONDAY_9AM)
    tallies.rebuild(workspace=acme)
    assert nps_figures(workspace=globex, **YEAR).n == 1
    assert nps_figures(workspace=acme, **YEAR).n == 0
    assert InvitationChange.objects.of(acme).count() == 0
    assert series_of("RESURVEY", "LIKELY_SCANNER") == "DOUBTFUL"
