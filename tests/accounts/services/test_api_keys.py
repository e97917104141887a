"""Keys: made, rotated without a gap, adopted, revoked; their end is told in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from accounts.enums import Act, Role
from accounts.models import ApiKey, AuditEvent, Membership, User, Workspace
from accounts.rules.scopes import BadScopes
from accounts.services import api_keys, audit
from core import idempotency
from outbox.models import OutboundMessage
from tests.conftest import MONDAY_9AM as NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def make(workspace: Workspace, by: User, **more) -> ApiKey:
    key, _secret = api_keys.issue(workspace=workspace, name="shop", by=by, now=NOW, **more)
    return key


def again(key: ApiKey) -> ApiKey:
    return ApiKey.objects.get(pk=key.pk)


def acts(workspace: Workspace) -> list[tuple[str, str]]:
    rows = AuditEvent.objects.of(workspace).filter(subject_kind="api_key").order_by("pk")
    return list(rows.values_list("act", "subject_id"))


def test_making_one_is_on_record_without_its_secret(acme: Workspace, owner: User) -> None:
    key, secret = api_keys.issue(
        workspace=acme, name="shop", by=owner, can_do=["cases:read", "read"], expires_at=NOW + DAY, now=NOW
    )
    assert (key.scopes, key.expiry_date) == (["read"], NOW + DAY)
    [event] = AuditEvent.objects.of(acme).filter(act=Act.KEY_ISSUED)
    assert (event.actor, event.subject_kind, event.subject_id) == (owner, "api_key", key.prefix)
    assert event.detail == {"scopes": ["read"], "ends": "2026-03-03T09:00:00+00:00"}
    assert secret.partition(".")[2] not in str(event.detail)


def test_a_key_that_may_do_nothing_is_not_made(acme: Workspace, owner: User) -> None:
    with pytest.raises(BadScopes):
        make(acme, owner, can_do=[])
    assert ApiKey.objects.filter(workspace=acme).count() == 0


def test_while_it_is_rotated_both_work_and_the_old_one_ends_as_chosen(acme: Workspace, owner: User) -> None:
    old = make(acme, owner, can_do=["cases:read"], expires_at=NOW + 90 * DAY)
    new, secret = api_keys.rotate(key=old, by=owner, until=NOW + DAY, expires_at=NOW + 365 * DAY, now=NOW)
    assert (new.name, new.scopes, new.expiry_date, new.replaces) == (
        "shop",
        ["cases:read"],
        NOW + 365 * DAY,
        old,
    )
    assert again(old).expiry_date == NOW + DAY
    assert ApiKey.objects.key_generator.verify(secret, new.hashed_key)
    assert acts(acme) == [("KEY_ISSUED", old.prefix), ("KEY_ROTATED", old.prefix)]


def test_a_key_is_replaced_by_one_key_only(acme: Workspace, owner: User) -> None:
    old = make(acme, owner)
    new, _secret = api_keys.rotate(key=old, by=owner, until=NOW + DAY, expires_at=None, now=NOW)
    with pytest.raises(api_keys.InRotation):
        api_keys.rotate(key=old, by=owner, until=NOW + DAY, expires_at=None, now=NOW)
    api_keys.revoke(key=new, by=owner, now=NOW)
    other, _secret = api_keys.rotate(key=old, by=owner, until=NOW + 2 * DAY, expires_at=None, now=NOW)
    assert again(old).expiry_date == NOW + DAY  # an end is never moved on
    with pytest.raises(api_keys.Ended):
        api_keys.rotate(key=new, by=owner, until=NOW + DAY, expires_at=None, now=NOW)
    assert other.replaces == old


def test_a_key_that_has_ended_is_not_rotated(acme: Workspace, owner: User) -> None:
    old = make(acme, owner, expires_at=NOW + DAY)
    with pytest.raises(api_keys.Ended):
        api_keys.rotate(key=old, by=owner, until=NOW + 2 * DAY, expires_at=None, now=NOW + DAY)


def test_finishing_ends_the_old_one_at_once(acme: Workspace, owner: User) -> None:
    old = make(acme, owner)
    new, _secret = api_keys.rotate(key=old, by=owner, until=NOW + DAY, expires_at=None, now=NOW)
    api_keys.finish_rotation(key=old, by=owner, now=NOW)
    assert (again(old).revoked, again(new).revoked) == (True, False)
    with pytest.raises(api_keys.NotInRotation):
        api_keys.finish_rotation(key=new, by=owner, now=NOW)


@pytest.mark.parametrize("end", [None, NOW + 90 * DAY])
def test_cancelling_gives_the_old_one_its_own_end_back(acme: Workspace, owner: User, end) -> None:
    old = make(acme, owner, expires_at=end)
    new, _secret = api_keys.rotate(key=old, by=owner, until=NOW + DAY, expires_at=NOW + 365 * DAY, now=NOW)
    api_keys.cancel_rotation(key=old, by=owner, now=NOW + DAY - SECOND)
    assert (again(old).revoked, again(old).expiry_date, again(new).revoked) == (False, end, True)


def test_cancelling_needs_no_record(acme: Workspace, owner: User) -> None:
    old = make(acme, owner, expires_at=NOW + 90 * DAY)
    api_keys.rotate(key=old, by=owner, until=NOW + DAY, expires_at=None, now=NOW)
    assert audit.forget(workspace=acme, before=NOW + DAY) > 0
    api_keys.cancel_rotation(key=old, by=owner, now=NOW)
    assert again(old).expiry_date == NOW + 90 * DAY


@pytest.mark.parametrize(
    ("end", "is_recorded", "former"),
    [(None, True, None), (NOW + 90 * DAY, True, NOW + 90 * DAY), (NOW + 90 * DAY, False, NOW + DAY)],
)
def test_rotations_from_before_learn_the_former_end_from_the_record(
    acme: Workspace, owner: User, end, is_recorded: bool, former
) -> None:
    old = make(acme, owner, expires_at=end)
    new, _secret = api_keys.rotate(key=old, by=owner, until=NOW + DAY, expires_at=None, now=NOW)
    ApiKey.objects.filter(pk=new.pk).update(former_end=None)
    if not is_recorded:
        audit.forget(workspace=acme, before=NOW + DAY)
    import_module("accounts.migrations.0005_remember_former_ends_of_keys").read_former_ends(apps, None)
    assert again(new).former_end == former


def test_what_is_over_cannot_be_cancelled(acme: Workspace, owner: User) -> None:
    old = make(acme, owner)
    new, _secret = api_keys.rotate(key=old, by=owner, until=NOW + DAY, expires_at=None, now=NOW)
    with pytest.raises(api_keys.NotInRotation):
        api_keys.cancel_rotation(key=old, by=owner, now=NOW + DAY)
    assert (again(old).expiry_date, again(new).revoked) == (NOW + DAY, False)


def test_revoking_twice_is_once(acme: Workspace, owner: User) -> None:
    key = make(acme, owner)
    api_keys.revoke(key=key, by=owner, now=NOW)
    api_keys.revoke(key=key, by=owner, now=NOW)
    assert acts(acme) == [("KEY_ISSUED", key.prefix), ("KEY_REVOKED", key.prefix)]


def test_who_adopts_a_key_acts_with_it_from_then_on(acme: Workspace, owner: User, bob: User) -> None:
    key = make(acme, bob)
    api_keys.adopt(key=key, by=owner, now=NOW)
    assert again(key).created_by == owner
    api_keys.revoke(key=key, by=owner, now=NOW)
    with pytest.raises(api_keys.Ended):
        api_keys.adopt(key=key, by=owner, now=NOW)


def test_the_same_form_makes_one_key_and_shows_its_secret_once(acme: Workspace, owner: User) -> None:
    def work() -> tuple[ApiKey, str]:
        return api_keys.issue(workspace=acme, name="shop", by=owner, now=NOW)

    first, secret = api_keys.once(workspace=acme, token="t1", now=NOW, work=work)
    second, nothing = api_keys.once(workspace=acme, token="t1", now=NOW + DAY - SECOND, work=work)
    assert (first, len(secret), nothing) == (second, 41, "")
    assert secret.partition(".")[2] not in str(list(idempotency.IdempotencyKey.objects.values()))
    assert ApiKey.objects.filter(workspace=acme).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_sendings_at_once_one_makes_a_key(acme: Workspace, owner: User) -> None:
    def send(_number: int) -> str:
        try:
            _key, secret = api_keys.once(
                workspace=acme, token="t1", now=NOW,
                work=lambda: api_keys.issue(workspace=acme, name="shop", by=owner, now=NOW),
            )  # fmt: skip
            return secret
        except idempotency.StillRunning:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        secrets = [secret for secret in pool.map(send, range(8)) if secret]
    assert (len(secrets), ApiKey.objects.filter(workspace=acme).count()) == (1, 1)


# The notice


def told(workspace: Workspace) -> list[tuple[str, str]]:
    rows = OutboundMessage.objects.of(workspace).filter(mail="key_expires").order_by("pk")
    return list(rows.values_list("to", "subject"))


def test_admins_hear_once_a_week_before_a_key_ends(
    acme: Workspace, owner: User, alice: User, bob: User
) -> None:
    Membership.objects.of(acme).filter(user=alice).update(role=Role.ADMIN)
    make(acme, owner, expires_at=NOW + 8 * DAY)
    assert (api_keys.tell_of_ends(now=NOW + DAY - SECOND), told(acme)) == (0, [])
    for hour in range(3):
        assert api_keys.tell_of_ends(now=NOW + DAY + timedelta(hours=hour)) == 1
    assert told(acme) == [
        ("olivia@acme.example", "The API key “shop” ends soon"), ("alice@acme.example", "The API key “shop” ends soon"),
    ]  # fmt: skip
    message = OutboundMessage.objects.of(acme).filter(mail="key_expires").first()
    assert "ends on 10 Mar 2026, 09:00 UTC" in message.text
    assert "/w/acme/settings/keys/" in message.text


def test_nobody_hears_of_keys_that_are_over_revoked_replaced_or_endless(acme: Workspace, owner: User) -> None:
    make(acme, owner)
    make(acme, owner, expires_at=NOW)
    api_keys.revoke(key=make(acme, owner, expires_at=NOW + DAY), by=owner, now=NOW)
    api_keys.rotate(
        key=make(acme, owner, expires_at=NOW + DAY), by=owner, until=NOW + DAY, expires_at=None, now=NOW
    )
    assert (api_keys.tell_of_ends(now=NOW), told(acme)) == (0, [])


def test_the_last_use_is_noted_to_the_minute(acme: Workspace, owner: User) -> None:
    key, now = make(acme, owner), timezone.now()
    for seconds, expected in ((0, 0), (59, 0), (61, 61)):
        api_keys.mark_used(key=key, now=now + timedelta(seconds=seconds))
        assert again(key).last_used_at == now + timedelta(seconds=expected)
