"""What every workspace finds: on are only those that do what the product did anyway."""

from datetime import timedelta

import pytest

from accounts.models import Workspace
from detractors.models import Case
from followups.models import FollowUp, Playbook
from followups.playbook_library import READY_MADE
from followups.queries import playbooks as queries
from followups.services import followups, plans, playbooks, ready_made
from followups.services.playbooks import PlaybookError
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def one(workspace: Workspace, key: str) -> Playbook:
    found: Playbook = Playbook.objects.of(workspace).get(key=key)
    return found


def test_only_what_the_product_does_anyway_is_on(acme: Workspace) -> None:
    rows = queries.listed(workspace=acme)
    assert [row.key for row in rows] == [ready.key for ready in READY_MADE]
    assert {row.key for row in rows if row.is_active} == {"acknowledge", "posted"}
    assert [step.does for step in queries.steps(playbook=one(acme, "acknowledge"))] == [
        {"built_in": "ACKNOWLEDGE"}
    ]


def test_each_can_be_saved_as_it_is(acme: Workspace) -> None:
    for row in queries.listed(workspace=acme):
        if not row.is_built_in:
            again = playbooks.update(playbook=row, now=MONDAY_9AM, **queries.as_data(playbook=row))
            assert (again.name, again.version) == (row.name, 1)


def test_they_are_given_once_and_what_was_removed_stays_removed(acme: Workspace) -> None:
    playbooks.archive(playbook=one(acme, "promoters"), now=MONDAY_9AM)
    assert ready_made.provide(workspace=acme, now=MONDAY_9AM) == 0
    assert ready_made.provide_missing(now=MONDAY_9AM) == 0
    Playbook.objects.of(acme).delete()
    assert [ready_made.provide_missing(now=MONDAY_9AM) for _turn in range(2)] == [1, 0]
    assert Playbook.objects.of(acme).count() == len(READY_MADE)


def test_the_automatic_acknowledgement_is_switched_off_and_on(acme: Workspace, case_of, news) -> None:
    row = playbooks.switch(playbook=one(acme, "acknowledge"), on=False, now=MONDAY_9AM)
    with news():
        before = case_of()
    plans.plan_missing(now=MONDAY_9AM)
    assert not FollowUp.objects.of(acme).exists()
    later = MONDAY_9AM + timedelta(hours=1)
    playbooks.switch(playbook=row, on=True, now=later)
    with news():
        case_of("omar", at=later)
    plans.plan_missing(now=later)
    followups.send_due(now=later + timedelta(minutes=10))
    told = list(FollowUp.objects.of(acme).values_list("case", "status"))
    assert told == [(Case.objects.of(acme).exclude(pk=before.pk).get().pk, "SENT")]


def test_a_built_in_one_has_no_words_to_change(acme: Workspace) -> None:
    row = one(acme, "posted")
    with pytest.raises(PlaybookError):
        playbooks.update(playbook=row, now=MONDAY_9AM, **queries.as_data(playbook=row))
    with pytest.raises(PlaybookError):
        playbooks.archive(playbook=row, now=MONDAY_9AM)
