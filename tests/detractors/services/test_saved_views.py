from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.enums import Role
from accounts.models import Membership, Team, User, Workspace
from accounts.services import members
from core.privacy import Person
from detractors.models import QueuePreference, SavedView
from detractors.queries import views
from detractors.services import forgetting, saved_views
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def of(user: User, workspace: Workspace) -> Membership:
    return Membership.objects.of(workspace).select_related("user", "team", "workspace").get(user=user)


def make(user: User, workspace: Workspace, name: str = "Urgent", scope: str = "MINE") -> SavedView:
    view = saved_views.create(
        membership=of(user, workspace),
        name=name,
        query={"view": "open", "priority": "URGENT"},
        now=MONDAY_9AM,
    )
    if scope != "MINE":
        saved_views.share(view=view, membership=of(user, workspace), scope=scope, now=MONDAY_9AM)
    return view


def names(user: User, workspace: Workspace) -> list[str]:
    return [view.name for view in views.saved(membership=of(user, workspace))]


def test_a_view_is_seen_by_those_it_is_for(acme: Workspace, alice: User, bob: User) -> None:
    elsewhere = Team(workspace=acme, name="Elsewhere", created_at=MONDAY_9AM)
    elsewhere.save()
    carol = members.ensure_user(email="carol@acme.example", name="Carol", now=MONDAY_9AM)
    members.add(
        workspace=acme, user=carol, role=Role.AGENT, team=elsewhere, takes_cases=False, now=MONDAY_9AM
    )
    for name, scope in (("Hers", "MINE"), ("The team's", "TEAM"), ("Everybody's", "ALL")):
        make(alice, acme, name, scope)
    assert names(alice, acme) == ["Hers", "The team's", "Everybody's"]
    assert names(bob, acme) == ["The team's", "Everybody's"]  # of Alice's team
    assert names(carol, acme) == ["Everybody's"]


@pytest.mark.parametrize("scope", ["TEAM", "ALL"])
def test_an_agent_shares_nothing(acme: Workspace, bob: User, scope: str) -> None:
    view = make(bob, acme)
    with pytest.raises(saved_views.NotYours):
        saved_views.share(view=view, membership=of(bob, acme), scope=scope, now=MONDAY_9AM)
    view.refresh_from_db()
    assert view.scope == "MINE"


def test_a_shared_view_is_changed_by_who_may_share_and_no_other(
    acme: Workspace, owner: User, alice: User, bob: User
) -> None:
    view = make(alice, acme, scope="ALL")
    with pytest.raises(saved_views.NotYours):
        saved_views.rename(view=view, membership=of(bob, acme), name="Mine now", now=MONDAY_9AM)
    with pytest.raises(saved_views.NotYours):
        saved_views.remove(view=view, membership=of(bob, acme), now=MONDAY_9AM)
    saved_views.rename(view=view, membership=of(owner, acme), name="The urgent ones", now=MONDAY_9AM)
    view.refresh_from_db()
    assert (view.name, view.removed_at) == ("The urgent ones", None)


def test_views_change_places_and_stay_at_the_ends(acme: Workspace, bob: User) -> None:
    made = [make(bob, acme, name) for name in ("one", "two", "three")]
    me = of(bob, acme)
    saved_views.move(view=made[2], membership=me, up=True, now=MONDAY_9AM)
    assert names(bob, acme) == ["one", "three", "two"]
    saved_views.move(view=made[0], membership=me, up=True, now=MONDAY_9AM)
    saved_views.move(view=made[1], membership=me, up=False, now=MONDAY_9AM)
    assert names(bob, acme) == ["one", "three", "two"]


def test_a_removed_view_comes_back_where_it_was_for_a_day(acme: Workspace, bob: User) -> None:
    made = [make(bob, acme, name) for name in ("one", "two", "three")]
    me = of(bob, acme)
    saved_views.remove(view=made[1], membership=me, now=MONDAY_9AM)
    assert names(bob, acme) == ["one", "three"]
    saved_views.restore(view=made[1], membership=me)
    assert names(bob, acme) == ["one", "two", "three"]
    saved_views.remove(view=made[1], membership=me, now=MONDAY_9AM)
    later = MONDAY_9AM + saved_views.KEPT_FOR + timedelta(seconds=1)
    saved_views.create(membership=me, name="four", query={}, now=later)
    assert not SavedView.objects.of(acme).filter(pk=made[1].pk).exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_view_has_a_name_of_one_to_eighty_characters(acme: Workspace, bob: User, name: str) -> None:
    with pytest.raises(ValidationError):
        make(bob, acme, name)


def test_there_is_an_end_to_views(acme: Workspace, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 2)
    make(bob, acme, "one")
    make(bob, acme, "two")
    with pytest.raises(ValidationError):
        make(bob, acme, "three")


def test_columns_keep_their_order_and_unknown_ones_are_left_out(acme: Workspace, bob: User) -> None:
    saved_views.prefer(workspace=acme, user=bob, columns=["owner", "moon", "promise"], density="compact")
    saved_views.prefer(workspace=acme, user=bob, density="roomier")
    row = QueuePreference.objects.of(acme).get(user=bob)
    assert (row.columns, row.density) == (["promise", "owner"], "compact")


def test_a_view_that_searches_for_an_erased_person_goes_and_others_stay(acme: Workspace, bob: User) -> None:
    me = of(bob, acme)
    saved_views.create(
        membership=me, name="Hers", query={"view": "all", "q": "ines@customer.example"}, now=MONDAY_9AM
    )
    saved_views.create(membership=me, name="Ines Iglesias again", query={}, now=MONDAY_9AM)
    make(bob, acme, "Urgent")
    person = Person(
        workspace_id=acme.pk, contact_id=0, public_id="x", addresses=("ines@customer.example",),
        words=("Ines Iglesias",),
    )  # fmt: skip
    forgetting.forget(person, MONDAY_9AM)
    assert names(bob, acme) == ["Urgent"]
