"""manage.py create_workspace."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.enums import Role
from accounts.models import Membership, User, Workspace

pytestmark = pytest.mark.django_db


def create(password: str = "correct horse battery", slug: str = "acme") -> tuple[dict[str, str], str]:
    out, warnings = StringIO(), StringIO()
    call_command(
        "create_workspace", name="Acme", slug=slug, owner_email="olga@acme.example", owner_password=password, json=True,
        stdout=out, stderr=warnings,
    )  # fmt: skip
    return json.loads(out.getvalue()), warnings.getvalue()


def test_one_json_object_names_workspace_owner_and_key() -> None:
    made, warnings = create()
    assert (made["workspace"], made["owner"], warnings) == ("acme", "olga@acme.example", "")
    owner = User.objects.get(email="olga@acme.example")
    assert owner.check_password("correct horse battery")
    assert Membership.objects.of(Workspace.objects.get(slug="acme")).get(user=owner).role == Role.OWNER


def test_a_weak_password_of_an_operator_holds_but_is_not_passed_over() -> None:
    made, warnings = create(password="secret")
    assert made["workspace"] == "acme"
    assert warnings.startswith("The owner's password is weak: ")
    assert User.objects.get(email="olga@acme.example").check_password("secret")


def test_a_slug_in_use_is_said_and_nothing_is_made() -> None:
    create()
    with pytest.raises(CommandError, match="choose another --slug"):
        create()
    assert Workspace.objects.count() == 1
