import pytest

from accounts.models import Workspace
from surveys.models import Attribute
from surveys.models.contact import MAX_REPORTABLE, MAX_VALUES
from surveys.services import attributes
from surveys.services.attributes import BadAttribute
from tests.conftest import MONDAY_9AM


def see(workspace: Workspace, *seen: dict[str, str]) -> dict[str, Attribute]:
    attributes.ensure(workspace=workspace, seen=seen, now=MONDAY_9AM)
    return {row.name: row for row in Attribute.objects.of(workspace).order_by("pk")}


def test_attributes_are_declared_on_first_sight_with_their_values(acme: Workspace) -> None:
    see(acme, {"account_region": "North", "plan": ""}, {"account_region": "South"})
    rows = see(acme, {"account_region": "North"})
    assert [(row.name, row.label, row.values, row.is_reportable) for row in rows.values()] == [
        ("account_region", "Account region", ["North", "South"], True)
    ]


def test_the_first_eight_are_reportable(acme: Workspace) -> None:
    rows = see(acme, {f"a{n}": "x" for n in range(MAX_REPORTABLE + 1)})
    assert [row.is_reportable for row in rows.values()] == [True] * MAX_REPORTABLE + [False]


def test_an_attribute_with_too_many_values_tells_people_apart_and_gives_up_its_place(acme: Workspace) -> None:
    rows = see(acme, *({"order": str(n)} for n in range(MAX_VALUES)))
    assert rows["order"].is_reportable
    rows = see(acme, {"order": "one more"})
    assert not rows["order"].is_reportable
    rows = see(acme, {f"a{n}": "x" for n in range(MAX_REPORTABLE)})
    assert [row.name for row in rows.values() if row.is_reportable] == [
        f"a{n}" for n in range(MAX_REPORTABLE)
    ]
    rows = see(acme, {"order": "and another"})
    assert len(rows["order"].values) == MAX_VALUES + 1


def test_values_are_text_on_one_line() -> None:
    given = {" plan ": " Gold\n plus ", "seats": 12, "vip": True, "gone": None}
    assert attributes.clean(given) == {"plan": "Gold plus", "seats": "12", "vip": "true", "gone": ""}


@pytest.mark.parametrize("bad", [{"": "x"}, {"x" * 61: "x"}, {"x": "y" * 501}, {"x": ["y"]}, {"x": {"y": 1}}])
def test_what_cannot_be_kept_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(BadAttribute):
        attributes.clean(bad)


def test_nothing_new_writes_nothing(acme: Workspace, django_assert_num_queries: object) -> None:
    see(acme, {"plan": "Gold"})
    with django_assert_num_queries(3):  # type: ignore[operator]  # a savepoint around one question
        attributes.ensure(workspace=acme, seen=[{"plan": "Gold"}], now=MONDAY_9AM)
