"""A world made once stands under each test of its class and is gone after the last."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from accounts.services import members
from tests import worlds
from tests.conftest import MONDAY_9AM

MADE: list[str] = []


def make() -> None:
    MADE.append("made")
    members.ensure_user(email="vera@world.example", name="Vera", now=MONDAY_9AM)


@pytest.fixture(scope="class")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with worlds.standing(django_db_blocker, make):
        yield


@pytest.mark.django_db
class TestWithin:
    @pytest.mark.parametrize("name", ["Wanda", "Wilma"])
    def test_each_test_finds_it_as_it_was_made(self, world: None, name: str) -> None:
        assert [user.name for user in User.objects.all()] == ["Vera"]
        User.objects.update(name=name)
        assert [user.name for user in User.objects.all()] == [name]
        assert MADE == ["made"]


def test_it_is_gone_afterwards(db: None) -> None:
    assert User.objects.count() == 0


def test_it_is_gone_when_it_could_not_be_made(db: None, django_db_blocker: Any) -> None:
    def fails() -> None:
        make()
        raise ValueError

    with pytest.raises(ValueError), worlds.standing(django_db_blocker, fails):
        pass
    MADE.pop()
    assert User.objects.count() == 0
