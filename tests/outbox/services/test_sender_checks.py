"""The check against a name server of its own on loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dns.resolver
import pytest

from accounts.models import Workspace
from config import mail
from outbox.channels.lookups import Lookups
from outbox.models import SenderCheck
from outbox.services import sender_checks
from tests.conftest import MONDAY_9AM
from tests.outbox.name_server import NameServer

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=5)


@pytest.fixture
def server(settings: Any) -> Iterator[NameServer]:
    settings.DEFAULT_FROM_EMAIL = "Acme <feedback@acme.com>"
    settings.MAIL = mail.configure("smtp://user:password@smtp.sendgrid.net:587")
    found = NameServer(
        {
            "acme.com": ["v=spf1 include:sendgrid.net -all", "x" * 700],
            "sendgrid.net": ["v=spf1 ip4:192.0.2.0/24 ~all"],
            "_dmarc.acme.com": ["v=DMARC1; p=reject"],
        }
    )
    settings.DNS_SERVERS = [found.address]
    yield found
    found.close()


def states(check: SenderCheck) -> dict[str, str]:
    check.refresh_from_db()
    return {kind: finding["state"] for kind, finding in check.findings.items()}


def test_a_check_waits_is_done_once_and_kept_with_the_former_ones(
    acme: Workspace, globex: Workspace, server: NameServer
) -> None:
    check = sender_checks.ask(workspace=acme, selector="", now=MONDAY_9AM)
    assert (server.asked, check.checked_at) == ([], None)  # nothing is asked while a person waits
    assert [sender_checks.run_due(now=MONDAY_9AM), sender_checks.run_due(now=LATER)] == [1, 0]
    assert states(check) == {"spf": "GOOD", "dmarc": "GOOD", "dkim": "MISSING"}
    assert (check.next_at, check.lease_until) == (None, None)
    assert server.over_tcp == 1  # the long answer did not fit into a datagram, and was read whole
    server.zone["_dmarc.acme.com"] = ["v=DMARC1; p=none"]
    again = sender_checks.ask(workspace=acme, selector="", now=LATER)
    sender_checks.run_due(now=LATER)
    assert (again.pk, states(check)["dmarc"]) == (check.pk, "WEAK")
    assert [entry["dmarc"] for entry in check.history] == ["WEAK", "GOOD"]
    assert list(SenderCheck.objects.of(globex)) == []


def test_only_the_selector_a_person_gave_is_asked_for(acme: Workspace, server: NameServer) -> None:
    server.zone["k7._domainkey.acme.com"] = ["v=DKIM1; p="]
    check = sender_checks.ask(workspace=acme, selector=" K7 ", now=MONDAY_9AM)
    sender_checks.run_due(now=MONDAY_9AM)
    assert states(check)["dkim"] == "WRONG"
    assert [name for name in server.asked if "_domainkey" in name] == ["k7._domainkey.acme.com"]


def test_a_name_without_texts_is_missing_and_a_broken_zone_could_not_be_asked(
    acme: Workspace, server: NameServer
) -> None:
    server.zone["acme.com"] = []
    server.broken = {"_dmarc.acme.com"}
    check = sender_checks.ask(workspace=acme, selector="s1", now=MONDAY_9AM)
    sender_checks.run_due(now=MONDAY_9AM)
    assert states(check) == {"spf": "MISSING", "dmarc": "UNASKED", "dkim": "MISSING"}


def test_a_silent_resolver_is_given_up_quickly_and_nothing_is_called_missing(
    acme: Workspace, server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_checks, "Lookups", lambda: Lookups(each=0.3))
    server.is_mute = True
    check = sender_checks.ask(workspace=acme, selector="", now=MONDAY_9AM)
    began = time.monotonic()
    sender_checks.run_due(now=MONDAY_9AM)
    assert time.monotonic() - began < 3
    assert states(check) == {"spf": "UNASKED", "dmarc": "UNASKED", "dkim": "UNASKED"}
    assert len(set(server.asked)) == 2  # then the resolver counts as away


def test_a_machine_without_a_resolver_could_not_ask(
    acme: Workspace, settings: Any, server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:

    def none(*_args: Any, **_more: Any) -> None:
        raise dns.resolver.NoResolverConfiguration

    settings.DNS_SERVERS = []
    monkeypatch.setattr(dns.resolver.Resolver, "read_resolv_conf", none)
    check = sender_checks.ask(workspace=acme, selector="", now=MONDAY_9AM)
    sender_checks.run_due(now=MONDAY_9AM)
    assert set(states(check).values()) == {"UNASKED"}


def test_a_check_whose_worker_was_killed_is_done_by_the_next(acme: Workspace, server: NameServer) -> None:
    check = sender_checks.ask(workspace=acme, selector="", now=MONDAY_9AM)
    SenderCheck.objects.of(acme).update(lease_until=MONDAY_9AM + sender_checks.LEASE)
    assert sender_checks.run_due(now=MONDAY_9AM) == 0
    assert sender_checks.run_due(now=MONDAY_9AM + sender_checks.LEASE) == 1
    assert states(check)["spf"] == "GOOD"


def test_a_question_asked_again_while_it_is_answered_is_answered_again(
    acme: Workspace, server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, selectors = sender_checks.look_at, []

    def meanwhile(*, domain: str, selector: str) -> dict[str, Any]:
        selectors.append(selector)
        if selector == "old":
            sender_checks.ask(workspace=acme, selector="new", now=MONDAY_9AM + timedelta(seconds=0))
            SenderCheck.objects.of(acme).update(next_at=MONDAY_9AM - timedelta(seconds=1))
        return real(domain=domain, selector=selector)

    monkeypatch.setattr(sender_checks, "look_at", meanwhile)
    check = sender_checks.ask(workspace=acme, selector="old", now=MONDAY_9AM)
    assert sender_checks.run_due(now=MONDAY_9AM) == 2
    assert (selectors, check.findings) == (["old", "new"], {})
    check.refresh_from_db()
    assert (check.next_at, check.findings["dkim"]["facts"]) == (None, {"selector": "new"})


@pytest.mark.parametrize("address", ["feedback@localhost", "feedback@amends.example", "a@x.internal"])
def test_a_domain_that_only_exists_inside_is_not_asked_about(
    acme: Workspace, settings: Any, address: str
) -> None:
    settings.DEFAULT_FROM_EMAIL = address
    with pytest.raises(sender_checks.NoDomain):
        sender_checks.ask(workspace=acme, selector="", now=MONDAY_9AM)


@pytest.mark.parametrize("selector", ["a b", "-a", "a_b\x00", "ä", "x" * 64, "a..b"])
def test_a_selector_is_letters_digits_hyphens_and_dots(
    acme: Workspace, server: NameServer, selector: str
) -> None:
    with pytest.raises(sender_checks.NoSelector):
        sender_checks.ask(workspace=acme, selector=selector, now=MONDAY_9AM)
