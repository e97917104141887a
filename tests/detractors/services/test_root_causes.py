import pytest

from accounts.models import Workspace
from detractors.models import RootCause
from detractors.queries import pages
from detractors.services import root_causes
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def cause(workspace: Workspace, name: str) -> RootCause:
    return RootCause.objects.of(workspace).get(name=name)


def test_the_tree_is_read_group_by_group(acme: Workspace) -> None:
    names = [row.name for row in pages.root_causes(workspace=acme)]
    assert names[:3] == ["Delivery", "Damaged or wrong delivery", "Late delivery"]


def test_a_third_level_is_refused(acme: Workspace) -> None:
    with pytest.raises(root_causes.RootCauseError) as caught:
        root_causes.add(workspace=acme, name="Deeper", parent=cause(acme, "Late delivery"), now=MONDAY_9AM)
    assert caught.value.field == "parent"


def test_a_cause_of_another_workspace_is_no_parent(acme: Workspace, globex: Workspace) -> None:
    with pytest.raises(root_causes.RootCauseError):
        root_causes.add(workspace=globex, name="Deeper", parent=cause(acme, "Delivery"), now=MONDAY_9AM)


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_name_has_one_to_a_hundred_characters(acme: Workspace, name: str) -> None:
    with pytest.raises(root_causes.RootCauseError):
        root_causes.add(workspace=acme, name=name, now=MONDAY_9AM)


def test_space_in_a_name_is_tidied(acme: Workspace) -> None:
    assert root_causes.add(workspace=acme, name="  Lost \n parcel ", now=MONDAY_9AM).name == "Lost parcel"


def test_a_group_retires_with_what_is_under_it_and_a_child_brings_it_back(acme: Workspace) -> None:
    root_causes.retire(cause=cause(acme, "Delivery"), now=MONDAY_9AM)
    left = {row.name for row in pages.root_causes(workspace=acme)}
    assert left & {"Delivery", "Late delivery", "Damaged or wrong delivery"} == set()
    root_causes.bring_back(cause=cause(acme, "Late delivery"))
    left = {row.name for row in pages.root_causes(workspace=acme)}
    assert left & {"Delivery", "Late delivery", "Damaged or wrong delivery"} == {"Delivery", "Late delivery"}


def test_the_last_cause_cannot_be_retired(acme: Workspace) -> None:
    tops = [row for row in pages.root_causes(workspace=acme) if row.parent_id is None]
    for top in tops[1:]:
        root_causes.retire(cause=top, now=MONDAY_9AM)
    with pytest.raises(root_causes.RootCauseError):
        root_causes.retire(cause=tops[0], now=MONDAY_9AM)


def test_a_retired_name_is_offered_back_instead_of_added_again(acme: Workspace) -> None:
    root_causes.retire(cause=cause(acme, "Late delivery"), now=MONDAY_9AM)
    with pytest.raises(root_causes.RootCauseError) as caught:
        root_causes.add(workspace=acme, name="Late Delivery", now=MONDAY_9AM)
    assert caught.value.sentence == "“Late delivery” is there already, retired: bring it back instead."
