"""A forecast from the workspace's own history, its remedy, and its judgement."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import Membership, Team, User, Workspace
from accounts.services import members
from detractors.models import Case, Forecast, ForecastNow, RootCause, SlaTimer
from detractors.queries import forecasting as queries
from detractors.services import cases, decisions, forecasting, sla
from surveys.models import Contact, Response, Survey
from surveys.services import contacts, responses
from tests import worlds
from tests.conftest import MONDAY_9AM, olivia, robert, workspace

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = MONDAY_9AM + 14 * DAY + HOUR  # a Monday, ten o'clock
Answer = Callable[..., Response]


def second_agent(acme: Workspace) -> User:
    user = members.ensure_user(
        email="ana@acme.example", name="Ana Alba", password="pw-ana-2026-x", now=MONDAY_9AM
    )
    team = Team.objects.of(acme).get()
    members.add(workspace=acme, user=user, role=Role.AGENT, team=team, now=MONDAY_9AM - DAY)
    Membership.objects.of(acme).filter(user=user).update(takes_cases=True)
    return user


def customer(acme: Workspace, name: str, now: datetime) -> Contact:
    return contacts.upsert(workspace=acme, email=f"{name}@customer.example", name=name.title(), now=now)[0]


def live() -> None:
    """Two weeks in which Bob and Ana answered two cases a working day each, within the hour."""
    acme = workspace("Acme", olivia())
    bob, ana = robert(acme), second_agent(acme)
    survey = Survey.objects.of(acme).get()
    for day in range(11):
        morning = MONDAY_9AM + day * DAY
        if morning.weekday() >= 5:
            continue
        for n, user in enumerate((bob, ana, bob, ana)):
            at = morning + n * HOUR
            person = customer(acme, f"old{day}x{n}", at)
            responses.record(workspace=acme, survey=survey, contact=person, score=3, now=at)
            decisions.decide_pending(now=at)
            case = Case.objects.of(acme).order_by("-pk").first()
            assert case is not None
            if case.owner != user:
                case = cases.assign(case=case, owner=user, by=None, now=at)
            cases.record_contact(case=case, by=user, channel="REPLY", note="Hello", now=at + 30 * MINUTE)
            cause = RootCause.objects.of(acme).filter(children__isnull=True).first()
            cases.resolve(case=case, by=user, root_cause=cause, resolution="Done", now=at + 40 * MINUTE)


@pytest.fixture(scope="class")
def lived(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with worlds.standing(django_db_blocker, live):
        yield


def pile(acme: Workspace, user: User, count: int, answer: Answer) -> list[Case]:
    """So many new cases, all somebody's."""
    for n in range(count):
        answer(3, contact=customer(acme, f"new{n}", NOW), now=NOW)
    decisions.decide_pending(now=NOW)
    found = list(Case.objects.of(acme).open().order_by("number"))
    return [
        case if case.owner == user else cases.assign(case=case, owner=user, by=None, now=NOW)
        for case in found
    ]


def test_without_history_nothing_is_guessed_and_without_promises_nothing_said(
    acme: Workspace, bob: User, answer: Answer
) -> None:
    assert forecasting.make(workspace=acme, now=NOW) is False
    assert ForecastNow.objects.of(acme).get().data["state"] == "QUIET"
    pile(acme, bob, 2, answer)
    assert forecasting.make(workspace=acme, now=NOW) is False
    data = ForecastNow.objects.of(acme).get().data
    assert (data["state"], data["cases"], data["hours"]) == ("LITTLE", [], [])
    assert Forecast.objects.of(acme).count() == 0


class TestWithHistory:
    """Bob and Ana have answered for two weeks."""

    @pytest.fixture
    def acme(self, lived: None, db: None) -> Workspace:
        return Workspace.objects.get(slug="acme")

    @pytest.fixture
    def bob(self, acme: Workspace) -> User:
        return User.objects.get(email="bob@acme.example")

    @pytest.fixture
    def ana(self, acme: Workspace) -> User:
        """A second agent, who has nothing to do."""
        return User.objects.get(email="ana@acme.example")

    def test_a_pile_is_foreseen_and_given_to_who_has_time(
        self, acme: Workspace, bob: User, ana: User, answer: Answer
    ) -> None:
        piled = pile(acme, bob, 6, answer)
        assert forecasting.make(workspace=acme, now=NOW) is True
        row = ForecastNow.objects.of(acme).get()
        assert (row.data["state"], row.data["due"]) == ("OK", 6)  # each is resolved later than tomorrow
        chances = {one["number"]: one["chance"] for one in row.data["cases"]}
        assert chances[piled[-1].number] > 0.9  # five stand before it, and there is an hour
        numbers = [case.number for case in piled if case.number in chances]
        assert [chances[number] for number in numbers] == sorted(chances[number] for number in numbers)
        [hour] = [one for one in row.data["hours"] if one["at"] == (NOW + HOUR).isoformat()]
        assert (hour["due"], hour["likely"] >= 4) == (6, True)

    def test_the_remedy_respects_who_is_there_and_does_not_move_the_trouble(
        self, acme: Workspace, bob: User, ana: User, answer: Answer
    ) -> None:
        SlaTimer.objects.of(acme).update(promised_minutes=60)
        pile(acme, bob, 6, answer)
        SlaTimer.objects.of(acme).filter(met_at=None, kind="FIRST_RESPONSE").update(due_at=NOW + 5 * HOUR)
        forecasting.make(workspace=acme, now=NOW)
        data = ForecastNow.objects.of(acme).get().data
        given = [one for one in data["cases"] if one["to"]]
        assert {one["to"] for one in given} == {ana.pk}
        assert all(one["then"] < 0.5 < one["chance"] for one in given)
        likely = [one for one in data["cases"] if one["chance"] >= 0.5]
        assert 0 < len(given) < len(likely)  # Ana cannot save them all
        Membership.objects.of(acme).filter(user=ana).update(
            away_from=NOW.date(), away_until=NOW.date() + 3 * DAY
        )
        forecasting.make(workspace=acme, now=NOW)
        assert [one["to"] for one in ForecastNow.objects.of(acme).get().data["cases"] if one["to"]] == []

    def test_who_is_away_will_answer_nothing(
        self, acme: Workspace, bob: User, ana: User, answer: Answer
    ) -> None:
        [case] = pile(acme, bob, 1, answer)
        forecasting.make(workspace=acme, now=NOW)
        before = ForecastNow.objects.of(acme).get().data["expected"]
        Membership.objects.of(acme).filter(user=bob).update(
            away_from=NOW.date(), away_until=NOW.date() + 3 * DAY
        )
        forecasting.make(workspace=acme, now=NOW)
        data = ForecastNow.objects.of(acme).get().data
        assert data["expected"] > before
        assert [(one["number"], one["chance"]) for one in data["cases"]] == [(case.number, 1.0)]

    def test_a_day_keeps_its_first_forecast_and_is_judged_once_by_what_came(
        self, acme: Workspace, bob: User, ana: User, answer: Answer
    ) -> None:
        piled = pile(acme, bob, 4, answer)
        forecasting.sweep(now=NOW - 2 * HOUR)  # before nine nobody has begun
        assert Forecast.objects.of(acme).count() == 0
        forecasting.sweep(now=NOW)
        kept = Forecast.objects.of(acme).get()
        forecasting.sweep(now=NOW + HOUR)
        assert Forecast.objects.of(acme).get().made_at == kept.made_at == NOW
        assert len(kept.said) == 4
        cases.record_contact(case=piled[0], by=bob, channel="REPLY", note="Hello", now=NOW + 20 * MINUTE)
        cases.dismiss(
            case=piled[1], by=bob, reason="Double", now=NOW + 25 * MINUTE
        )  # given up: it says nothing
        sla.enforce(now=NOW + 3 * DAY)
        forecasting.sweep(now=NOW + 3 * DAY)
        kept.refresh_from_db()
        assert (kept.promises, kept.missed) == (3, 2)
        chance = {timer: value for timer, _due, value in kept.said}
        came = {
            timer.pk: timer.breached_at is not None
            for timer in SlaTimer.objects.of(acme).filter(pk__in=list(chance), cancelled_at=None)
        }
        assert kept.error == pytest.approx(sum((chance[pk] - missed) ** 2 for pk, missed in came.items()) / 3)
        assert kept.error_none == pytest.approx(2 / 3)
        judged_at = kept.judged_at
        forecasting.sweep(now=NOW + 4 * DAY)
        kept.refresh_from_db()
        assert kept.judged_at == judged_at == NOW + 3 * DAY
        forecasting.sweep(now=NOW + 200 * DAY)
        assert Forecast.objects.of(acme).count() == 0

    def test_a_promise_that_was_moved_says_nothing(
        self, acme: Workspace, bob: User, ana: User, answer: Answer
    ) -> None:
        pile(acme, bob, 1, answer)
        forecasting.sweep(now=NOW)
        SlaTimer.objects.of(acme).filter(met_at=None, cancelled_at=None).update(
            due_at=NOW + 20 * DAY, warn_at=NOW + 19 * DAY
        )
        forecasting.judge(now=NOW + 3 * DAY)
        kept = Forecast.objects.of(acme).get()
        assert (kept.judged_at, kept.promises, kept.error) == (NOW + 3 * DAY, 0, None)

    def test_history_is_counted_by_hour_and_owner(self, acme: Workspace, bob: User, ana: User) -> None:
        found = queries.history(workspace=acme, since=NOW - 28 * DAY, now=NOW)
        assert (found.total, found.days) == (72, 9)
        assert sum(n for _hour, n in found.done[bob.pk, queries.ANSWER]) == 18
        assert found.came == {bob.pk: 18, ana.pk: 18}
        assert found.base_rate == 0

    def test_the_forecast_asks_the_database_as_often_for_many_cases(
        self,
        acme: Workspace,
        bob: User,
        ana: User,
        answer: Answer,
        django_assert_max_num_queries: Callable[..., object],
    ) -> None:
        pile(acme, bob, 12, answer)
        with django_assert_max_num_queries(26):  # type: ignore[attr-defined]
            forecasting.make(workspace=acme, now=NOW)
