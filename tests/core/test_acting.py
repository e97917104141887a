"""Who acts is told to the database once it matters, and forgotten afterwards."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.history import Change, kinds
from accounts.models import Membership, Team, User, Workspace
from core import acting

pytestmark = pytest.mark.django_db


def last(workspace: Workspace, kind: str = "team") -> Change:
    return kinds()[kind].objects.of(workspace).latest("pgh_id")


def rename(workspace: Workspace, name: str) -> None:
    Team.objects.of(workspace).update(name=name)


def test_outside_of_everything_nobody_acts(acme: Workspace) -> None:
    rename(acme, "One")
    assert (acting.facts(), last(acme).pgh_context) == ({}, None)


def test_the_facts_are_asked_when_the_line_is_written(acme: Workspace) -> None:
    known = {"user": None, "address": "198.51.100.7"}
    with acting.acting(lambda: known):
        known["user"] = 5
        rename(acme, "One")
    assert last(acme).pgh_context == {"user": 5, "address": "198.51.100.7"}


def test_after_the_actor_left_the_same_transaction_has_none(acme: Workspace) -> None:
    with acting.acting(lambda: {"label": "one"}):
        rename(acme, "One")
    rename(acme, "Two")
    assert last(acme).pgh_context is None


def test_the_inner_actor_acts_until_it_leaves(acme: Workspace) -> None:
    with acting.acting(lambda: {"label": "outer"}):
        with acting.acting(lambda: {"label": "inner"}):
            rename(acme, "One")
            assert last(acme).pgh_context == {"label": "inner"}
        rename(acme, "Two")
    assert last(acme).pgh_context == {"label": "outer"}


def test_a_command_is_known_by_its_name(acme: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting.process, "label", "manage.py create_workspace")
    rename(acme, "One")
    assert last(acme).pgh_context == {"label": "manage.py create_workspace"}


def test_percent_signs_and_many_rows_at_once_stay_what_they_are(acme: Workspace) -> None:
    with acting.acting(lambda: {"label": "100% sure; it's {me}"}), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_team SET name = '100% care' WHERE workspace_id = " + str(acme.pk))
        cursor.executemany(
            "UPDATE accounts_team SET name = %s WHERE workspace_id = %s", [("One", acme.pk), ("Two", acme.pk)]
        )
    rows = kinds()["team"].objects.of(acme).order_by("pgh_id")
    assert [(row.name, row.pgh_context) for row in rows][1:] == [
        (name, {"label": "100% sure; it's {me}"}) for name in ("100% care", "One", "Two")
    ]


def test_a_statement_with_a_common_table_expression_is_recognised(acme: Workspace) -> None:
    with acting.acting(lambda: {"label": "one"}), connection.cursor() as cursor:
        cursor.execute(
            "WITH chosen AS (SELECT id FROM accounts_team WHERE workspace_id = %s) "
            "UPDATE accounts_team SET name = 'One' FROM chosen WHERE accounts_team.id = chosen.id",
            [acme.pk],
        )
    assert last(acme).pgh_context == {"label": "one"}


@pytest.mark.parametrize(
    ("sql", "writes"),
    [
        ('UPDATE "accounts_team" SET name = 1', True),
        ("INSERT INTO accounts_team (name) VALUES (1)", True),
        ('DELETE FROM "accounts_team"', True),
        ('UPDATE "accounts_teamchange" SET name = 1', False),
        ('UPDATE "surveys_response" SET comment = \'UPDATE "accounts_team"\'', False),
        ('SELECT * FROM "accounts_team" FOR UPDATE', False),
        ("SAVEPOINT one", False),
    ],
)
def test_only_statements_that_write_configuration_are_accompanied(sql: str, writes: bool) -> None:
    assert acting._writes_configuration(sql) == writes


def test_a_page_that_writes_no_configuration_sends_nothing_more(acme: Workspace, owner: User) -> None:
    with acting.acting(lambda: {"user": owner.pk}), CaptureQueriesContext(connection) as asked:
        owner.save()
        list(Membership.objects.of(acme))
    assert [query["sql"] for query in asked if "set_config" in query["sql"]] == []


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_the_statement_gets_one_and_the_connection_keeps_nothing(
    acme: Workspace,
) -> None:
    with acting.acting(lambda: {"label": "one"}):
        rename(acme, "One")
        assert not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pghistory.context_metadata', true)")
        left = cursor.fetchone()[0]
    rename(acme, "Two")
    found = [row.pgh_context for row in kinds()["team"].objects.of(acme).order_by("pgh_id")]
    assert (left or "", found[-2:]) == ("", [{"label": "one"}, None])


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_line(acme: Workspace) -> None:
    before = kinds()["team"].objects.of(acme).count()
    with acting.acting(lambda: {"label": "one"}), transaction.atomic():
        rename(acme, "One")
        transaction.set_rollback(True)
    assert kinds()["team"].objects.of(acme).count() == before
