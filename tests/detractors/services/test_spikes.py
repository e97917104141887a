"""A spike is told once, grows, is dismissed, gets its queue, and ends by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Membership, Team, User, Workspace
from accounts.rules.sight import EVERYTHING
from detractors.enums import EventKind, SpikeKind
from detractors.models import Case, CaseEvent, CaseRule, Notification, SavedView, Spike
from detractors.queries import queue
from detractors.queries import spikes as queries
from detractors.services import decisions, spikes, team_queues
from detractors.services.errors import Incomplete, MoveNotAllowed
from surveys.models import Response
from surveys.services import contacts, touchpoints
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def unhappy(acme: Workspace, bob: User, answer: Callable[..., Response]) -> Callable[..., None]:
    """unhappy(n, touchpoint, at=...) lets `n` people be unhappy there; each says `words`."""
    people = iter(range(1_000))

    def come(n: int, place: str, *, at: datetime, words: str = "") -> None:
        touchpoint = touchpoints.ensure(workspace=acme, name=place, now=MONDAY_9AM)
        for _one in range(n):
            person = contacts.upsert(
                workspace=acme, email=f"c{next(people)}@customer.example", now=MONDAY_9AM
            )[0]
            answer(2, contact=person, touchpoint=touchpoint, comment=words, now=at)
        decisions.decide_pending(now=at)

    return come


@pytest.fixture
def spike(acme: Workspace, alice: User, unhappy: Callable[..., None]) -> Spike:
    """Eight calm weeks with one case a week after delivery, then twelve in one night."""
    for week in range(1, 10):
        unhappy(1, "Delivery", at=MONDAY_9AM - timedelta(days=7 * week, hours=1), words="Late")
    unhappy(12, "Delivery", at=MONDAY_9AM - 5 * HOUR, words="Strike in the depot")
    spikes.sweep(now=MONDAY_9AM)
    return Spike.objects.of(acme).get()


def test_a_spike_is_told_once_with_what_how_much_and_since_when(
    acme: Workspace, alice: User, owner: User, bob: User, spike: Spike
) -> None:
    assert (spike.kind, spike.name, spike.n, spike.usual_n, spike.usual_days) == (
        SpikeKind.TOUCHPOINT, "Delivery", 12, 8, 8 if spike.window_days == 1 else 56,
    )  # fmt: skip
    assert spike.since == MONDAY_9AM - 5 * HOUR
    assert queries.cases_of(spike=spike).count() == 12
    assert "“strike”" in spike.also  # the same cases by a word: no second alert
    told = Notification.objects.of(acme).filter(spike=spike)
    assert {row.user for row in told} == {alice, owner}  # an agent hands out nothing
    for hours in (1, 2, 3):
        spikes.sweep(now=MONDAY_9AM + hours * HOUR)
    assert (Spike.objects.of(acme).count(), told.count()) == (1, 2)


def test_the_look_comes_once_an_hour_and_runs_twice_without_harm(
    acme: Workspace, alice: User, spike: Spike, unhappy: Callable[..., None]
) -> None:
    unhappy(3, "Delivery", at=MONDAY_9AM + HOUR / 2)
    spikes.sweep(now=MONDAY_9AM + HOUR / 2)  # too soon
    assert Spike.objects.of(acme).get().n == 12
    spikes.sweep(now=MONDAY_9AM + HOUR)
    spikes.sweep(now=MONDAY_9AM + HOUR)
    spike.refresh_from_db()
    assert (spike.n, spike.most, queries.cases_of(spike=spike).count()) == (15, 15, 15)


def test_it_ends_by_itself_and_a_new_one_is_a_new_alert(
    acme: Workspace, alice: User, spike: Spike, unhappy: Callable[..., None]
) -> None:
    later = MONDAY_9AM + timedelta(days=9)
    spikes.sweep(now=later)
    spike.refresh_from_db()
    assert (spike.ended_at, spike.n, spike.most) == (later, 0, 12)
    assert (
        "It ended by itself"
        in signed_in(alice).get(f"/w/acme/arising/spikes/{spike.public_id}/").content.decode()
    )
    unhappy(40, "Delivery", at=later + HOUR)
    spikes.sweep(now=later + 2 * HOUR)
    assert Spike.objects.of(acme).filter(ended_at__isnull=True).count() == 1
    assert Spike.objects.of(acme).count() == 2


def test_who_dismisses_says_why_and_it_stays_silent(
    acme: Workspace, alice: User, spike: Spike, unhappy: Callable[..., None]
) -> None:
    with pytest.raises(Incomplete):
        spikes.dismiss(spike=spike, by=alice, note="  ", now=MONDAY_9AM)
    spikes.dismiss(spike=spike, by=alice, note="A campaign of ours", now=MONDAY_9AM)
    unhappy(10, "Delivery", at=MONDAY_9AM + HOUR)
    spikes.sweep(now=MONDAY_9AM + 2 * HOUR)
    assert Spike.objects.of(acme).count() == 1
    assert queries.open_count(workspace=acme) == 0


def test_one_click_opens_a_team_queue_and_undo_puts_all_back(
    acme: Workspace, alice: User, bob: User, spike: Spike, unhappy: Callable[..., None]
) -> None:
    task_force = Team(workspace=acme, name="Depot", created_at=MONDAY_9AM)
    task_force.save()
    cases = list(queries.cases_of(spike=spike))
    spoken, over = cases[0], cases[1]
    Case.objects.of(acme).filter(pk=spoken.pk).update(contacted_at=MONDAY_9AM)
    Case.objects.of(acme).filter(pk=over.pk).update(category="CLOSED", closed_at=MONDAY_9AM)
    before = {case.pk: (case.owner_id, case.team_id) for case in Case.objects.of(acme)}
    asked: dict[str, Any] = {"by": alice, "sight": EVERYTHING, "now": MONDAY_9AM}

    _spike, moved, left = team_queues.open_queue(spike=spike, team=task_force, days=7, **asked)
    assert (moved, left) == (11, [])
    assert team_queues.open_queue(spike=spike, team=task_force, days=7, **asked)[1] == 0  # twice is once
    spoken.refresh_from_db()
    assert (spoken.team, spoken.owner) == (task_force, bob)  # who spoke to the customer keeps the case
    assert Case.objects.of(acme).filter(team=task_force, owner__isnull=True).count() == 10
    assert CaseEvent.objects.of(acme).filter(case=spoken, kind=EventKind.MOVED, by=alice).count() == 1
    view = SavedView.objects.of(acme).get()
    wanted = queue.Wanted(tab="open", spike=view.query["spike"])
    assert queue.wanted_cases(workspace=acme, user=alice, wanted=wanted).count() == 11

    Membership.objects.of(acme).filter(user=bob).update(team=task_force)
    unhappy(1, "Delivery", at=MONDAY_9AM + HOUR)
    newest = Case.objects.of(acme).latest("pk")
    assert (newest.team, newest.owner) == (task_force, bob)
    spikes.sweep(now=MONDAY_9AM + 2 * HOUR)
    assert queue.wanted_cases(workspace=acme, user=alice, wanted=wanted).count() == 12

    Membership.objects.of(acme).filter(user=bob).update(
        team=Team.objects.of(acme).exclude(pk=task_force.pk).get()
    )
    with pytest.raises(MoveNotAllowed):
        team_queues.undo(spike=spike, **{**asked, "by": bob})
    assert team_queues.undo(spike=spike, **asked) == (11, [])
    assert {
        case.pk: (case.owner_id, case.team_id) for case in Case.objects.of(acme).exclude(pk=newest.pk)
    } == before
    assert (SavedView.objects.of(acme).count(), CaseRule.objects.of(acme).count()) == (0, 0)


def test_the_rule_ends_on_its_day(acme: Workspace, alice: User, spike: Spike) -> None:
    team = Team.objects.of(acme).get()
    team_queues.open_queue(spike=spike, team=team, days=3, by=alice, sight=EVERYTHING, now=MONDAY_9AM)
    spikes.sweep(now=MONDAY_9AM + timedelta(days=3) - HOUR)
    assert CaseRule.objects.of(acme).get().is_active
    spikes.sweep(now=MONDAY_9AM + timedelta(days=3))
    spikes.sweep(now=MONDAY_9AM + timedelta(days=3))
    assert not CaseRule.objects.of(acme).get().is_active


def test_answers_causes_tags_and_words_are_counted_and_their_cases_found(
    acme: Workspace, alice: User, spike: Spike
) -> None:
    """Each thing's days and its very cases are the same cases, however they are asked for."""
    watched = queries.watched(workspace=acme, now=MONDAY_9AM, weeks=8)
    since = MONDAY_9AM - timedelta(days=63)
    for kind, things in watched.items():
        for key, days in things.items():
            found = queries.cases_of_thing(workspace=acme, kind=kind, key=key, since=since, until=MONDAY_9AM)
            assert len(found) == sum(days), (kind, key)
    assert watched[SpikeKind.WORD].keys() == {
        "strike",
        "depot",
    }  # "late" is said of most, "in" and "the" are short


def test_pages_tell_managers_let_agents_look_and_hide_figures_from_limited_members(
    acme: Workspace, alice: User, bob: User, spike: Spike
) -> None:
    path = f"/w/acme/arising/spikes/{spike.public_id}/"
    page = signed_in(alice).get(path).content.decode()
    assert "12 cases in the last 24 hours" in page or "12 cases in the last 7 days" in page
    assert "Open a team queue" in page
    assert "Open a team queue" not in signed_in(bob).get(path).content.decode()
    assert signed_in(bob).post(f"{path}queue/", {"team": "1", "days": "7"}).status_code == 403
    bell = signed_in(alice).get("/w/acme/notifications/").content.decode()
    assert "Delivery" in bell
    row = Notification.objects.of(acme).get(user=alice)
    opened = signed_in(alice).post("/w/acme/notifications/open/", {"notification": row.pk})
    assert opened.headers["Location"] == path
    posted = signed_in(alice).post(
        f"{path}queue/", {"team": Team.objects.of(acme).get().pk, "days": "7"}, follow=True
    )
    assert "went to" in posted.content.decode()
    assert "Undo" in posted.content.decode()
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    assert signed_in(bob).get(path).status_code == 404
    assert "Delivery" not in signed_in(bob).get("/w/acme/arising/spikes/").content.decode()
