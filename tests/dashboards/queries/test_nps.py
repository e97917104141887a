"""NPS from the tallies, the ledger and the answers themselves: one figure, three ways."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Workspace
from dashboards.queries.counts import Scope, UnknownDimension, is_tallied
from dashboards.queries.nps import nps_figures, trend
from dashboards.services import tallies
from surveys.models import Attribute
from tests.conftest import MONDAY_9AM
from tests.dashboards.support import a_contact, a_survey, amended, an_answer

MARCH = {"since": date(2026, 3, 1), "until": date(2026, 3, 31)}


def give(survey, scores: dict[int, int], at: datetime = MONDAY_9AM, **facts) -> None:
    for score, times in scores.items():
        for _ in range(times):
            an_answer(survey, score, at, **facts)


@pytest.fixture(params=["unfolded", "folded", "half folded"])
def settle(request: pytest.FixtureRequest):
    def run() -> None:
        if request.param == "folded":
            tallies.fold_all(now=MONDAY_9AM)
        elif request.param == "half folded":
            tallies.fold(now=MONDAY_9AM, limit=7)

    return run


def test_the_figure_and_its_margin_are_the_published_ones(acme: Workspace, settle) -> None:
    # 50 promoters, 25 passives, 25 detractors: NPS +25, margin 100 x 1.96 x sqrt((.5 + .25 - .0625) / 100) = 16.25.
    give(a_survey(acme, MONDAY_9AM), {10: 30, 9: 20, 8: 15, 7: 10, 6: 10, 0: 15})
    settle()
    found = nps_figures(workspace=acme, **MARCH)
    assert (found.n, found.promoters, found.passives, found.detractors, found.nps) == (100, 50, 25, 25, 25.0)
    assert found.margin == pytest.approx(16.2515, abs=0.0001)
    assert found.distribution == (15, 0, 0, 0, 0, 0, 10, 10, 15, 20, 30)
    assert found.has_enough


def test_no_answers_are_no_data_and_one_answer_has_no_margin(acme: Workspace) -> None:
    none = nps_figures(workspace=acme, **MARCH)
    assert (none.n, none.nps, none.margin) == (0, None, None)
    give(a_survey(acme, MONDAY_9AM), {9: 1})
    one = nps_figures(workspace=acme, **MARCH)
    assert (one.n, one.nps, one.margin) == (1, 100.0, None)


def test_second_answers_and_scanners_never_move_the_headline_unless_asked_for(
    acme: Workspace, settle
) -> None:
    survey = a_survey(acme, MONDAY_9AM)
    give(survey, {3: 2})
    give(survey, {10: 3}, purpose="RESURVEY")
    give(survey, {0: 1}, trust="LIKELY_SCANNER")
    settle()
    assert nps_figures(workspace=acme, **MARCH).n == 2
    assert nps_figures(workspace=acme, **MARCH).nps == -100
    assert nps_figures(workspace=acme, **MARCH, include={"resurvey"}).n == 5
    assert nps_figures(workspace=acme, **MARCH, include={"doubtful", "resurvey"}).n == 6
    with pytest.raises(KeyError):
        nps_figures(workspace=acme, **MARCH, include={"everything"})


def test_other_metrics_and_other_workspaces_do_not_count(acme: Workspace, globex: Workspace, settle) -> None:
    give(a_survey(acme, MONDAY_9AM), {9: 2})
    give(a_survey(acme, MONDAY_9AM, name="Satisfaction", metric="CSAT"), {1: 5})
    give(a_survey(globex, MONDAY_9AM), {0: 7})
    settle()
    assert nps_figures(workspace=acme, **MARCH).distribution == (0,) * 9 + (2, 0)


def test_days_are_local_days_of_the_workspace(acme: Workspace, settle) -> None:
    acme.time_zone = "Asia/Tokyo"
    acme.save()
    survey = a_survey(acme, MONDAY_9AM)
    an_answer(survey, 10, datetime(2026, 2, 28, 15, 0, tzinfo=UTC))  # 1 March, 00:00 in Tokyo
    an_answer(survey, 0, datetime(2026, 2, 28, 14, 59, 59, tzinfo=UTC))  # 28 February there
    settle()
    assert nps_figures(workspace=acme, **MARCH).distribution == (0,) * 10 + (1,)


def test_days_weeks_and_months_have_every_bucket(acme: Workspace, settle) -> None:
    survey = a_survey(acme, MONDAY_9AM)
    give(survey, {10: 1}, datetime(2026, 3, 1, 12, tzinfo=UTC))  # a Sunday
    give(survey, {0: 2}, datetime(2026, 3, 31, 12, tzinfo=UTC))
    settle()
    weeks = nps_figures(workspace=acme, **MARCH, group_by="week").groups
    assert [(group.key, group.figures.n) for group in weeks] == [
        ("2026-02-23", 1), ("2026-03-02", 0), ("2026-03-09", 0), ("2026-03-16", 0), ("2026-03-23", 0), ("2026-03-30", 2),
    ]  # fmt: skip
    assert weeks[1].figures.nps is None
    assert len(nps_figures(workspace=acme, **MARCH, group_by="day").groups) == 31
    months = nps_figures(
        workspace=acme, since=date(2026, 1, 31), until=date(2026, 3, 31), group_by="month"
    ).groups
    assert [(group.key, group.figures.n) for group in months] == [
        ("2026-01-01", 0),
        ("2026-02-01", 0),
        ("2026-03-01", 3),
    ]


def test_groups_by_value_add_up_to_the_whole_with_what_is_not_set(acme: Workspace, settle) -> None:
    survey = a_survey(acme, MONDAY_9AM)
    give(survey, {9: 3}, dimensions={"touchpoint": "Delivery"})
    give(survey, {0: 5}, dimensions={"touchpoint": "Support"})
    give(survey, {7: 2})
    settle()
    found = nps_figures(workspace=acme, **MARCH, group_by="touchpoint")
    assert [(group.key, group.label, group.figures.n) for group in found.groups] == [
        ("Support", "Support", 5), ("Delivery", "Delivery", 3), (None, "", 2),
    ]  # fmt: skip
    assert sum(group.figures.n for group in found.groups) == found.n == 10
    channels = nps_figures(workspace=acme, **MARCH, group_by="channel").groups
    assert [(group.key, group.label) for group in channels] == [("EMAIL", "E-mail")]


def test_a_filter_and_a_grouping_by_the_same_dimension_agree(acme: Workspace, settle) -> None:
    survey = a_survey(acme, MONDAY_9AM)
    give(survey, {9: 3}, dimensions={"touchpoint": "Delivery"})
    give(survey, {0: 2}, dimensions={"touchpoint": "Support"})
    settle()
    found = nps_figures(workspace=acme, **MARCH, filters={"touchpoint": "Delivery"}, group_by="touchpoint")
    assert [(group.key, group.figures.n) for group in found.groups] == [("Delivery", 3)]


def test_two_filters_at_once_read_the_answers_and_agree(acme: Workspace, settle) -> None:
    Attribute.objects.of(acme).create(
        workspace=acme, name="region", label="Region", is_reportable=True, created_at=MONDAY_9AM
    )
    survey = a_survey(acme, MONDAY_9AM)
    give(survey, {9: 4}, dimensions={"touchpoint": "Delivery", "attribute:region": "North"})
    give(survey, {0: 2}, dimensions={"touchpoint": "Delivery", "attribute:region": "South"})
    give(survey, {5: 1}, dimensions={"touchpoint": "Support", "attribute:region": "North"})
    settle()
    both = {"touchpoint": "Delivery", "attribute:region": "North"}
    assert nps_figures(workspace=acme, **MARCH, filters=both).distribution == (0,) * 9 + (4, 0)
    by_region = nps_figures(
        workspace=acme, **MARCH, filters={"touchpoint": "Delivery"}, group_by="attribute:region"
    )
    assert {group.key: group.figures.n for group in by_region.groups} == {"North": 4, "South": 2}
    assert nps_figures(workspace=acme, **MARCH, filters={"touchpoint": "-"}).n == 0


def test_an_attribute_that_is_not_tallied_is_the_contacts_own(acme: Workspace) -> None:
    Attribute.objects.of(acme).create(
        workspace=acme, name="rare", label="Rare", is_reportable=False, created_at=MONDAY_9AM
    )
    survey = a_survey(acme, MONDAY_9AM)
    person = a_contact(acme, MONDAY_9AM, attributes={"rare": "yes"})
    give(survey, {10: 2}, contact=person)
    give(survey, {0: 1})
    tallies.fold_all(now=MONDAY_9AM)
    scope = Scope(workspace=acme, **MARCH, filters={"attribute:rare": "yes"})
    assert is_tallied(scope=scope) is False
    assert nps_figures(workspace=acme, **MARCH, filters={"attribute:rare": "yes"}).n == 2
    groups = nps_figures(workspace=acme, **MARCH, group_by="attribute:rare").groups
    assert {group.key: group.figures.n for group in groups} == {"yes": 2, None: 1}


def test_distinct_takes_each_persons_latest_and_keeps_the_anonymous(acme: Workspace) -> None:
    survey, person = a_survey(acme, MONDAY_9AM), a_contact(acme, MONDAY_9AM)
    an_answer(survey, 0, MONDAY_9AM, contact=person)
    an_answer(survey, 9, MONDAY_9AM + timedelta(days=3), contact=person)
    give(survey, {7: 2})
    found = nps_figures(workspace=acme, **MARCH, distinct=True)
    assert found.distribution == (0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0)


def test_the_trend_compares_with_the_days_before_and_keeps_the_fix_apart(acme: Workspace, settle) -> None:
    survey = a_survey(acme, MONDAY_9AM)
    give(survey, {0: 4}, datetime(2026, 2, 20, 12, tzinfo=UTC))
    give(survey, {10: 3}, datetime(2026, 3, 10, 12, tzinfo=UTC))
    give(survey, {9: 2}, datetime(2026, 3, 10, 12, tzinfo=UTC), purpose="RESURVEY")
    settle()
    found = trend(scope=Scope(workspace=acme, **MARCH), before=date(2026, 1, 29), bucket="week")
    assert (found.now.n, found.before.n, found.after_fix_total.n) == (3, 4, 2)
    assert (found.now.nps, found.before.nps) == (100, -100)
    assert [group.figures.n for group in found.buckets] == [0, 0, 3, 0, 0, 0]
    assert [group.figures.n for group in found.after_fix] == [0, 0, 2, 0, 0, 0]


def test_an_amended_answer_counts_once_with_its_new_score(acme: Workspace, settle) -> None:
    answer = an_answer(a_survey(acme, MONDAY_9AM), 2, MONDAY_9AM, dimensions={"touchpoint": "Delivery"})
    settle()
    amended(answer, MONDAY_9AM, score=9)
    assert nps_figures(workspace=acme, **MARCH).distribution == (0,) * 9 + (1, 0)
    assert nps_figures(workspace=acme, **MARCH, filters={"touchpoint": "Delivery"}).nps == 100


@pytest.mark.parametrize("dimension", ["score", "attribute:", "", "touchpoint'; DROP TABLE"])
def test_an_unknown_dimension_is_refused(acme: Workspace, dimension: str) -> None:
    with pytest.raises(UnknownDimension):
        Scope(workspace=acme, **MARCH, filters={dimension: "x"})


def test_values_travel_as_parameters(acme: Workspace) -> None:
    survey = a_survey(acme, MONDAY_9AM)
    evil = "x'; DELETE FROM surveys_response; -- %(workspace)s %"
    give(survey, {9: 1}, dimensions={"touchpoint": evil})
    both = {"touchpoint": evil, "channel": "EMAIL"}
    assert nps_figures(workspace=acme, **MARCH, filters={"touchpoint": evil}).n == 1
    assert nps_figures(workspace=acme, **MARCH, filters=both, group_by="attribute:it's 100 %").n == 1
