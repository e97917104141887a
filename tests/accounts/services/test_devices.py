from datetime import timedelta

import pytest

from accounts.models import KnownDevice, User
from accounts.services import devices
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

NOW = MONDAY_9AM


def remember(user: User, token: str = "", now=NOW):
    return devices.remember(user=user, token=token, user_agent="x" * 400, address="", now=now)


def test_only_a_hash_of_the_cookie_is_stored(owner: User) -> None:
    device, token, is_new = remember(owner)
    assert (is_new, len(token), token in device.token_hash, len(device.user_agent)) == (True, 43, False, 300)


def test_a_device_is_known_for_its_own_account_only(owner: User, alice: User) -> None:
    device, token, _is_new = remember(owner)
    assert devices.known(token=token, email=owner.email.upper(), now=NOW) == device
    assert [devices.known(token=token, email=email, now=NOW) for email in (alice.email, "n@n.example")] == [
        None,
        None,
    ]
    assert [devices.known(token=bad, email=owner.email, now=NOW) for bad in ("", "another")] == [None, None]


def test_people_who_share_a_browser_share_the_cookie_and_nothing_else(owner: User, alice: User) -> None:
    first, token, _is_new = remember(owner)
    second, same, is_new = remember(alice, token)
    assert (same, is_new, first.token_hash == second.token_hash) == (token, True, False)
    assert devices.known(token=token, email=owner.email, now=NOW) == first


def test_a_browser_is_forgotten_a_year_after_it_was_last_used(owner: User) -> None:
    device, token, _is_new = remember(owner)
    year = timedelta(days=365)
    assert devices.known(token=token, email=owner.email, now=NOW + year - timedelta(seconds=1)) == device
    assert devices.known(token=token, email=owner.email, now=NOW + year) is None
    remember(owner, token, NOW + year)
    assert devices.known(token=token, email=owner.email, now=NOW + year + year / 2) == device


def test_forgetting_the_others_keeps_the_one_with_the_cookie(owner: User) -> None:
    kept, token, _is_new = remember(owner)
    remember(owner)
    assert devices.forget_others(user=owner, token=token) == 1
    assert list(KnownDevice.objects.filter(user=owner)) == [kept]
