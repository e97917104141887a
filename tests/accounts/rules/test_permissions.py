from pathlib import Path

import pytest

from accounts.rules.permissions import (
    PERMISSIONS,
    READS,
    SENTENCES,
    Permission,
    can,
    may_grant,
    permissions_of,
    table,
)


def test_the_roles_are_the_five_of_the_glossary():
    assert list(PERMISSIONS) == ["OWNER", "ADMIN", "MANAGER", "AGENT", "ANALYST"]


def test_the_owner_may_do_everything():
    assert permissions_of("OWNER") == set(Permission)


def test_the_analyst_only_reads():
    assert permissions_of("ANALYST") - READS == set()


def test_an_admin_does_all_but_choose_owners():
    assert set(Permission) - permissions_of("ADMIN") == {Permission.MANAGE_OWNERS}


@pytest.mark.parametrize(
    ("higher", "lower"),
    [("OWNER", "ADMIN"), ("ADMIN", "MANAGER"), ("MANAGER", "AGENT"), ("MANAGER", "ANALYST")],
)
def test_a_higher_role_may_do_more_than_the_lower(higher, lower):
    assert permissions_of(lower) < permissions_of(higher)


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.VIEW_CASES, ["OWNER", "ADMIN", "MANAGER", "AGENT", "ANALYST"]),
        (Permission.WORK_CASES, ["OWNER", "ADMIN", "MANAGER", "AGENT"]),
        (Permission.ASSIGN_CASES, ["OWNER", "ADMIN", "MANAGER"]),
        (Permission.SEND_CAMPAIGNS, ["OWNER", "ADMIN", "MANAGER"]),
        (Permission.EXPORT, ["OWNER", "ADMIN", "MANAGER", "ANALYST"]),
        (Permission.VIEW_MAILBOX, ["OWNER", "ADMIN", "MANAGER"]),
        (Permission.MANAGE_KEYS, ["OWNER", "ADMIN"]),
        (Permission.MANAGE_OWNERS, ["OWNER"]),
    ],
)
def test_who_may(permission, roles):
    assert [role for role in PERMISSIONS if can(role, permission)] == roles


@pytest.mark.parametrize("role", [None, "", "owner", "SUPERUSER"])
def test_an_unknown_role_may_nothing(role):
    assert [permission for permission in Permission if can(role, permission)] == []


def test_every_permission_has_its_own_sentence_and_a_row_in_the_table():
    assert set(SENTENCES) == set(Permission)
    assert len(set(SENTENCES.values())) == len(Permission)
    assert [row[0] for row in table()] == list(Permission)
    assert table()[0] == (Permission.VIEW_CASES, SENTENCES[Permission.VIEW_CASES], tuple(PERMISSIONS))


@pytest.mark.parametrize(
    ("granter", "roles"),
    [
        ("OWNER", ["OWNER", "ADMIN", "MANAGER", "AGENT", "ANALYST"]),
        ("ADMIN", ["ADMIN", "MANAGER", "AGENT", "ANALYST"]),
        ("MANAGER", []),
        ("AGENT", []),
        ("ANALYST", []),
        (None, []),
        ("BOSS", []),
    ],
)
def test_nobody_gives_more_than_they_have(granter, roles):
    assert [role for role in PERMISSIONS if may_grant(granter, role)] == roles


def test_the_manual_prints_the_table():
    manual = (Path(__file__).resolve().parents[3] / "docs" / "roles.md").read_text()
    printed = [line for line in manual.splitlines() if line.startswith("| ")][1:]
    expected = [
        f"| {says} | " + " | ".join("yes" if role in roles else "" for role in PERMISSIONS) + " |"
        for _code, says, roles in table()
    ]
    assert printed == expected
