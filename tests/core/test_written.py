from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, User, Workspace
from core.written import ANY_MOMENT, ANY_TEXT, Written, any_id, any_small, may_be_blank
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def members() -> Written:
    """Everybody of a workspace with a role."""
    rows = Membership.objects.of(any_id()).select_related("user").annotate(address=F("user__email"))
    return Written(rows.filter(role=ANY_TEXT).order_by("pk"), workspace=any_id(), role=ANY_TEXT)


def test_it_reads_what_the_queryset_finds_with_other_values_each_time(
    acme: Workspace, globex: Workspace, alice: User, bob: User, charlie: User
) -> None:
    written = members()
    with CaptureQueriesContext(connection) as captured:
        found = {
            (place.slug, role): [
                (row.user.email, row.address, row.workspace_id)
                for row in written.rows(workspace=place.pk, role=role)
            ]
            for place in (acme, globex)
            for role in ("MANAGER", "AGENT", "OWNER")
        }
    assert len(captured) == 6
    plain = {
        (place.slug, role): [
            (row.user.email, row.user.email, place.pk)
            for row in Membership.objects.of(place).filter(role=role).order_by("pk")
        ]
        for place in (acme, globex)
        for role in ("MANAGER", "AGENT", "OWNER")
    }
    assert found == plain
    assert found["globex", "AGENT"] == [] != found["acme", "AGENT"]


def test_tuples_are_read_as_tuples_and_the_first_of_nothing_is_none(acme: Workspace, bob: User) -> None:
    rows = (
        Membership.objects.of(any_id()).filter(created_at__lt=ANY_MOMENT).values_list("user__email", "role")
    )
    written = Written(rows, workspace=any_id(), now=ANY_MOMENT)
    joined = Membership.objects.of(acme).get(user=bob).created_at
    assert (bob.email, "AGENT") in written.rows(workspace=acme.pk, now=joined + timedelta(seconds=1))
    assert written.first(workspace=acme.pk, now=MONDAY_9AM - timedelta(days=999)) is None


def test_a_statement_that_asks_for_no_workspace_is_refused() -> None:
    with pytest.raises(ValueError, match="does not ask for workspace"):
        Written(
            Membership.objects.across_workspaces().filter(user=any_id(1)), workspace=any_id(), user=any_id(1)
        )


def test_named_it_runs_with_its_constants_written_out(acme: Workspace, bob: User) -> None:
    rows = Membership.objects.of(any_id()).filter(Q(role="AGENT") | Q(role="50 % 'more'")).values_list("user")
    statement = Written(rows, workspace=any_id()).named()
    with connection.cursor() as cursor:
        cursor.execute(statement, {"workspace": acme.pk})
        assert cursor.fetchall() == [(bob.pk,)]


def test_no_blank_is_taken_for_another() -> None:
    blanks = [*map(any_id, range(1000)), *map(any_small, range(100))]
    assert len(set(blanks)) == 1100
    assert [may_be_blank(number) for number in (None, 0, 10, 31_800, *blanks)] == [False] * 4 + [True] * 1100
