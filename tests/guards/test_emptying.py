"""What a test commits is gone after it, as if every table had been truncated."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.testcases import TransactionTestCase

from accounts.models import User, Workspace
from tests import emptying


def counts() -> dict[str, int]:
    """The rows of every table of a model, where there are any."""
    found = {
        model._meta.db_table: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
    }
    return {table: rows for table, rows in found.items() if rows and table not in emptying.KEPT}


@pytest.mark.django_db(transaction=True)
def test_every_row_goes_also_of_tables_whose_rows_are_never_deleted(acme: Workspace, bob: User) -> None:
    types = ContentType.objects.count()
    before = counts()
    assert {"accounts_workspace", "accounts_user", "accounts_auditevent", "surveys_survey"} <= before.keys()
    emptying.empty()
    assert (counts(), ContentType.objects.count()) == ({}, types)
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchall() == [("origin",)]


def test_it_is_how_tests_that_commit_end() -> None:
    assert TransactionTestCase._fixture_teardown is emptying.at_the_end


@pytest.mark.parametrize(
    ("may", "apps", "way"), [(True, None, "empty"), (False, None, "truncate"), (True, [], "truncate")]
)
def test_who_may_not_silence_triggers_truncates(
    monkeypatch: pytest.MonkeyPatch, may: bool, apps: Any, way: str
) -> None:
    went: list[str] = []

    class Case:
        available_apps = apps

        def _databases_names(self, include_mirrors: bool = True) -> list[str]:
            return ["default"]

    monkeypatch.setattr(emptying, "_may_silence_triggers", lambda _alias: may)
    monkeypatch.setattr(emptying, "empty", lambda _alias: went.append("empty"))
    monkeypatch.setattr(emptying, "_truncate", lambda _case: went.append("truncate"))
    emptying.at_the_end(Case())
    assert went == [way]
