import pytest

from accounts.models import Workspace
from surveys.models import Touchpoint
from surveys.services import touchpoints
from tests.conftest import MONDAY_9AM


def test_a_touchpoint_is_made_once_and_found_again(acme: Workspace, globex: Workspace) -> None:
    first = touchpoints.ensure(workspace=acme, name=" Check  out ", kind="RELATIONAL", now=MONDAY_9AM)
    again = touchpoints.ensure(workspace=acme, name="Check out", now=MONDAY_9AM)
    other = touchpoints.ensure(workspace=globex, name="Check out", now=MONDAY_9AM)
    assert (again, again.kind) == (first, "RELATIONAL")
    assert other != first
    assert list(Touchpoint.objects.of(acme)) == [first]


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_touchpoint_needs_a_name(acme: Workspace, name: str) -> None:
    with pytest.raises(touchpoints.UnnamedTouchpoint):
        touchpoints.ensure(workspace=acme, name=name, now=MONDAY_9AM)
