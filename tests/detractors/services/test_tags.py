from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from detractors.models import Case, CaseEvent, Tag
from detractors.queries import queue
from detractors.queries import tags as queries
from detractors.services import tags
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=10)


def names(case: Case) -> list[str]:
    return [tag.name for tag in queries.of_case(case=case)]


def test_tags_are_made_as_they_are_typed_and_are_the_same_in_any_case(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    tags.put(case=case, names=["Carrier", " cargo   bike ", "carrier"], by=bob, now=LATER)
    assert names(case) == ["cargo bike", "Carrier"]
    tags.put(case=case, names=["CARRIER", "refund"], by=bob, now=LATER)
    assert (names(case), Tag.objects.of(acme).count()) == (["Carrier", "refund"], 3)
    line = CaseEvent.objects.of(acme).filter(case=case).latest("id")
    assert line.facts == {"added": ["refund"], "removed": ["cargo bike"]}
    version = Case.objects.of(acme).get(pk=case.pk).version
    tags.put(case=case, names=["refund", "Carrier"], by=bob, now=LATER)
    assert Case.objects.of(acme).get(pk=case.pk).version == version


def test_merging_two_tags_leaves_one_on_every_case(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    both = open_case()
    maya, _new = contacts.upsert(workspace=acme, email="maya@customer.example", now=MONDAY_9AM)
    one = open_case(contact=maya)
    tags.put(case=both, names=["Carrier", "Courier"], by=bob, now=LATER)
    tags.put(case=one, names=["Courier"], by=bob, now=LATER)
    courier, carrier = (Tag.objects.of(acme).get(name=name) for name in ("Courier", "Carrier"))
    assert tags.merge(tag=courier, into=carrier) == 2
    assert (names(both), names(one), Tag.objects.of(acme).count()) == (["Carrier"], ["Carrier"], 1)
    with pytest.raises(tags.TagError):
        tags.merge(tag=carrier, into=carrier)


def test_a_name_in_use_cannot_be_taken_by_renaming(acme: Workspace) -> None:
    first, _second = tags.ensure(workspace=acme, names=["Carrier", "Courier"], now=LATER)
    with pytest.raises(tags.TagError):
        tags.rename(tag=first, name="courier")
    assert tags.rename(tag=first, name="CARRIER").name == "CARRIER"


def test_many_cases_are_tagged_at_once_and_what_changed_undoes_it(
    acme: Workspace,
    bob: User,
    open_case: Callable[..., Case],
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    made = []
    for index in range(4):
        person, _new = contacts.upsert(workspace=acme, email=f"c{index}@customer.example", now=MONDAY_9AM)
        made.append(open_case(contact=person))
    [tag] = tags.ensure(workspace=acme, names=["Carrier"], now=LATER)
    tags.put(case=made[0], names=["Carrier"], by=bob, now=LATER)
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        changed = tags.put_on_many(
            workspace=acme, cases=[case.pk for case in made], tag=tag, on=True, by=bob, now=LATER
        )
    assert changed == [case.pk for case in made[1:]]
    wanted = queue.Wanted(tag=tag.public_id)
    assert queue.wanted_cases(workspace=acme, user=bob, wanted=wanted).count() == 4
    line = CaseEvent.objects.of(acme).filter(case=made[1]).latest("id")
    assert (line.by, line.facts) == (bob, {"added": ["Carrier"], "removed": []})
    tags.put_on_many(workspace=acme, cases=changed, tag=tag, on=False, by=bob, now=LATER)
    assert [names(case) for case in made] == [["Carrier"], [], [], []]


def test_cases_of_another_workspace_are_not_tagged(
    acme: Workspace, globex: Workspace, charlie: User, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    [tag] = tags.ensure(workspace=globex, names=["Ours"], now=LATER)
    assert tags.put_on_many(workspace=globex, cases=[case.pk], tag=tag, on=True, by=charlie, now=LATER) == []
    assert names(case) == []
