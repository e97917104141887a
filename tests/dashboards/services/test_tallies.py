"""Tallies plus what is not yet folded equal the rows: at every moment, in any order, with any number of folds."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Workspace
from dashboards.models import DailyTally
from dashboards.queries.counts import Scope, counts, stages
from dashboards.queries.nps import nps_figures
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


def test_the_funnel_is_counted_folded_or_not(acme: Workspace) -> None:
    survey, contact = a_survey(acme, MONDAY_9AM), a_contact(acme, MONDAY_9AM)
    expected = {"SENT": 3, "DELIVERED": 2, "OPENED": 1, "ANSWERED": 1, "COMMENTED": 0}
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
    tallies.rebuild(workspace=acme)
    assert set(DailyTally.objects.of(acme).values_list(*columns)) == folded
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
