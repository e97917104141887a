"""manage.py setup_link."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Workspace

pytestmark = pytest.mark.django_db


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("setup_link", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_a_link_that_opens_and_the_next_closes_it() -> None:
    links = [re.findall(r"https?://[^/]+(/setup/[A-Za-z0-9_-]{44}/)", printed())[0] for _time in range(2)]
    assert [Client().get(link).status_code for link in links] == [404, 200]


def test_with_a_workspace_it_says_so_and_can_be_asked_to_keep_quiet(acme: Workspace) -> None:
    with pytest.raises(CommandError, match="There is a workspace already"):
        printed()
    assert printed("--if-wanted") == ""
