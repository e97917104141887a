"""Stages are kept from the timeline, equal to those made anew, and quick to be asked for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Membership, User, Workspace
from accounts.sight_queries import sight_of
from detractors.models import Case, CaseStages, CaseWatch, RootCause
from detractors.queries import stages as queries
from detractors.queries.stages import Asked, Figure
from detractors.services import cases, stages, tasks
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
EVER = Asked(MONDAY_9AM - timedelta(days=400), MONDAY_9AM + timedelta(days=400))


def kept(workspace: Workspace) -> list[dict[str, Any]]:
    return list(CaseStages.objects.of(workspace).order_by("case").values())


@pytest.fixture
def life(acme: Workspace, bob: User, alice: User, open_case: Callable[..., Case]) -> Case:
    """Opened and given to Bob at nine, answered at eleven, waiting to Tuesday ten, asked elsewhere for an hour, resolved at two."""
    case = open_case(3)
    case = cases.record_contact(
        case=case, by=bob, channel="REPLY", note="Sorry", now=MONDAY_9AM + 2 * HOUR
    ).case
    case = cases.wait(case=case, by=bob, waiting_for="a photo", now=MONDAY_9AM + 3 * HOUR)
    tuesday = MONDAY_9AM + 24 * HOUR
    case = cases.resume(case=case, by=bob, now=tuesday + HOUR)
    task = tasks.add(
        case=case, title="Ask the depot", owner=alice, by=bob, blocks_resolving=True, now=tuesday + 2 * HOUR
    )
    tasks.done(task=task, by=alice, now=tuesday + 3 * HOUR)
    cause = RootCause.objects.of(acme).first()
    return cases.resolve(
        case=case, by=bob, root_cause=cause, resolution="Refunded", underlying_issue="The label", now=tuesday + 5 * HOUR
    )  # fmt: skip


def test_a_turn_reads_what_is_new_and_twice_is_once(acme: Workspace, life: Case) -> None:
    stages.sweep(now=MONDAY_9AM + 30 * HOUR)
    row = CaseStages.objects.of(acme).get(case=life)
    said = {name: (getattr(row, name), getattr(row, f"{name}_calendar")) for name in stages.rule.COLUMNS}
    assert said == {
        "untaken": (None, None),  # it was Bob's from the first moment
        "unanswered": (120, 120), "at_work": (60 + 60 + 120, 60 + 60 + 120), "for_customer": (5 * 60 + 60, 22 * 60),
        "for_others": (60, 60), "resolved": (None, None), "idle": (0, 0), "handled": (120, 120), "mailed": (120, 120),
        "called": (None, None),
    }  # fmt: skip
    before = kept(acme)
    stages.sweep(now=MONDAY_9AM + 31 * HOUR)
    assert kept(acme) == before
    cases.reopen(case=life, by=life.resolved_by, reason="Not yet", now=MONDAY_9AM + 32 * HOUR)
    stages.sweep(now=MONDAY_9AM + 33 * HOUR)
    again = CaseStages.objects.of(acme).get(case=life)
    assert (again.resolved, again.at_work, again.unanswered) == (
        None,
        None,
        120,
    )  # it may come back to the first two


def test_what_is_kept_is_what_is_made_anew(
    acme: Workspace, life: Case, open_case: Callable[..., Case]
) -> None:
    stages.sweep(now=MONDAY_9AM + 30 * HOUR)
    stages.sweep(now=MONDAY_9AM + 31 * HOUR)
    Case.objects.of(acme).filter(pk=life.pk).update(team=None, version=life.version + 9)  # leaves no line
    stages.sweep(now=MONDAY_9AM + 40 * HOUR)
    assert CaseStages.objects.of(acme).get(case=life).team_id is not None
    stages.sweep(now=MONDAY_9AM + 60 * HOUR)  # a day later every case is compared
    assert CaseStages.objects.of(acme).get(case=life).team_id is None
    before = kept(acme)
    assert stages.rebuild(workspace=acme) == len(before) > 0
    assert kept(acme) == before


def test_a_line_that_was_committed_late_is_read_all_the_same(acme: Workspace, life: Case) -> None:
    stages.sweep(now=MONDAY_9AM + 30 * HOUR)
    newest = CaseWatch.objects.of(acme).get().seen_event
    assert CaseWatch.objects.of(acme).get().safe_event < newest  # the next turn begins where this one began
    CaseStages.objects.of(acme).delete()
    stages.sweep(now=MONDAY_9AM + 31 * HOUR)
    assert CaseStages.objects.of(acme).count() == 1
    CaseStages.objects.of(acme).delete()
    stages.sweep(now=MONDAY_9AM + 32 * HOUR)
    assert CaseStages.objects.of(acme).count() == 0  # nothing is new


def test_medians_percentiles_and_their_cases_within_what_a_member_sees(
    acme: Workspace, bob: User, life: Case, open_case: Callable[..., Case], django_assert_num_queries: Any
) -> None:
    stages.sweep(now=MONDAY_9AM + 30 * HOUR)
    row = CaseStages.objects.of(acme).get()
    for place in range(1, 10):
        clone = open_case(2, now=MONDAY_9AM, contact=None)
        CaseStages.objects.of(acme).filter(case=clone).delete()
        values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        CaseStages(
            **{**values, "case_id": clone.pk, "unanswered": 120 + place * 10, "owner_id": bob.pk}
        ).save()
    with django_assert_num_queries(1):
        [group] = queries.figures(workspace=acme, by="agent", asked=EVER)
    assert (group.key, group.n, group.is_small) == (str(bob.pk), 10, False)
    assert group.figures["unanswered"] == Figure(10, 165.0, pytest.approx(201.0))
    assert group.figures["called"] == Figure(0, None, None)
    found, n = queries.longest(workspace=acme, stage="unanswered", asked=EVER)
    assert (n, [case.minutes for case in found][:2]) == (10, [210, 200])  # type: ignore[attr-defined]
    Case.objects.of(acme).exclude(pk=life.pk).update(owner=None, team=None)
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    sight = sight_of(Membership.objects.of(acme).get(user=bob))
    [group] = queries.figures(workspace=acme, by="month", asked=EVER, sight=sight)
    assert (group.key, group.n, group.is_small) == ("2026-03-01", 1, True)
    assert queries.longest(workspace=acme, stage="unanswered", asked=EVER, sight=sight)[1] == 1


def test_the_page_draws_ranks_and_leads_to_the_cases(
    acme: Workspace, alice: User, bob: User, life: Case
) -> None:
    stages.sweep(now=MONDAY_9AM + 30 * HOUR)
    CaseStages.objects.of(acme).update(opened_at=timezone.now() - timedelta(days=3))
    client = signed_in(alice)
    page = client.get("/w/acme/arising/waits/?by=agent&clock=calendar&stage=for_customer").content.decode()
    assert "22 h" in page
    assert "too few to compare" in page
    assert f"agent={bob.pk}" in page
    mine = client.get(f"/w/acme/arising/waits/?agent={bob.pk}").content.decode()
    assert f'<option value="{bob.pk}" selected>Bob Brown</option>' in mine
    nothing = client.get(f"/w/acme/arising/waits/?agent={alice.pk}").content.decode()
    assert "No cases in this time" in nothing
    listed = client.get(f"/w/acme/arising/waits/cases/?stage=for_customer&agent={bob.pk}").content.decode()
    assert f"#{life.number}" in listed
    assert (
        f"#{life.number}"
        not in client.get("/w/acme/arising/waits/cases/?stage=for_customer&agent=0").content.decode()
    )
    table = b"".join(client.get("/w/acme/arising/waits/waits.csv?by=agent").streaming_content).decode()  # type: ignore[attr-defined]
    assert "Bob Brown,1,0,,,1,120.0,120.0" in table
    assert signed_in(bob).get("/w/acme/arising/waits/waits.csv").status_code == 403
