"""Incoming mail in the settings."""

from typing import Any

import pytest

from accounts.models import User, Workspace
from followups.models import MailIntake
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

GIVEN = {
    "reopens_days": "14", "takes_complaints": "on", "is_on": "on", "address": "Help@Acme.example", "host": "IMAP.acme.example",
    "port": "993", "line": "TLS", "user": "help", "password": "s3cret words", "folder": "INBOX", "done_folder": "", "every_minutes": "2",
}  # fmt: skip
PAGE = "/w/acme/settings/incoming/"


def test_only_who_may_change_settings_sees_it(owner: User, bob: User, charlie: User) -> None:
    assert [signed_in(user).get(PAGE).status_code for user in (owner, bob, charlie)] == [200, 403, 404]


def test_the_password_is_sealed_never_shown_and_stays_when_left_empty(owner: User, acme: Workspace) -> None:
    client = signed_in(owner)
    assert client.post(PAGE, GIVEN).status_code == 302
    row = MailIntake.objects.of(acme).get()
    sealed = row.password
    assert (row.address, row.host, "s3cret" in sealed, row.next_at is not None) == (
        "help@acme.example", "imap.acme.example", False, True,
    )  # fmt: skip
    assert "s3cret" not in client.get(PAGE).content.decode()
    client.post(PAGE, {**GIVEN, "password": "", "every_minutes": "5"})
    assert MailIntake.objects.of(acme).get().password == sealed


def test_a_kept_password_is_never_sent_to_another_server(owner: User, acme: Workspace) -> None:
    client = signed_in(owner)
    client.post(PAGE, GIVEN)
    page = client.post(PAGE, {**GIVEN, "password": "", "host": "imap.evil.example"})
    assert (page.status_code, MailIntake.objects.of(acme).get().host) == (422, "imap.acme.example")


@pytest.mark.parametrize(
    "wrong",
    [{"host": ""}, {"user": ""}, {"password": ""}, {"port": "0"}, {"line": "SSL"}, {"every_minutes": "0"}],
)
def test_what_a_mailbox_lacks_is_said(wrong: dict[str, str], owner: User, acme: Workspace) -> None:
    assert signed_in(owner).post(PAGE, {**GIVEN, **wrong}).status_code == 422
    assert not MailIntake.objects.of(acme).exists()


def test_an_address_is_of_one_workspace(
    owner: User, acme: Workspace, charlie: User, globex: Workspace
) -> None:
    signed_in(owner).post(PAGE, GIVEN)
    assert signed_in(charlie).post("/w/globex/settings/incoming/", GIVEN).status_code == 422


@pytest.mark.parametrize(
    ("host", "port", "says"),
    [
        ("127.0.0.1", "993", "not on the public internet"),
        ("localhost", "993", "not on the public internet"),
        ("169.254.169.254", "993", "not on the public internet"),
        ("8.8.8.8", "22", "Only the ports"),
    ],
)
def test_a_typed_server_does_not_lead_into_our_own_network(
    host: str, port: str, says: str, owner: User, acme: Workspace, settings: Any
) -> None:
    settings.ALLOW_PRIVATE_NETWORKS = False
    client = signed_in(owner)
    client.post(PAGE, {**GIVEN, "host": host, "port": port})
    client.post(f"{PAGE}check/")
    assert says in MailIntake.objects.of(acme).get().last_error
