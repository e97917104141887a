"""Checking the domain our mail comes from: asked for by a person, done by a sweep, never while somebody waits for a page."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.models import Workspace
from core.queue import nudge_on_commit
from outbox import sender_rules as rules
from outbox.channels.envelope import sender_address
from outbox.channels.lookups import Lookups
from outbox.models import SenderCheck

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)  # four times the longest check
SWEEP_BUDGET = 50.0  # seconds, as of the other sweeps
KEPT = 10  # former checks


class SenderCheckError(Exception):
    """The check cannot be done."""


class NoDomain(SenderCheckError):
    """The sender address has no domain the world could ask about."""


class NoSelector(SenderCheckError):
    """A DKIM selector is letters, digits, hyphens and dots."""


def domain() -> str:
    """The domain of the address all mail comes from, as DNS writes it; "" if the world does not know such domains."""
    name = sender_address().rpartition("@")[2].strip().rstrip(".").lower()
    try:
        name = name.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    is_private = name.endswith((".example", ".invalid", ".test", ".local", ".localhost", ".internal"))
    return "" if "." not in name or is_private else name


def ask(*, workspace: Workspace, selector: str, now: datetime) -> SenderCheck:
    """Have the domain checked at once, with the person's DKIM selector ("" tries the usual ones).

    Raises NoDomain and NoSelector. Asking while a check waits changes the selector and nothing else.
    """
    name, selector = domain(), selector.strip().lower()
    if not name:
        raise NoDomain(sender_address())
    if selector and (len(selector) > 63 or not rules.SELECTOR.fullmatch(selector)):
        raise NoSelector(selector)
    with transaction.atomic():
        check, _is_new = SenderCheck.objects.of(workspace).get_or_create(
            workspace=workspace, domain=name, defaults={"selector": selector, "next_at": now}
        )
        check.selector, check.next_at = selector, now
        check.save(update_fields=["selector", "next_at"])
        nudge_on_commit("outbox.check_senders")
    return check


def run_due(*, now: datetime) -> int:
    """Do every check that waits; returns how many. Safe to run in several processes."""
    began, done = time.monotonic(), 0
    while time.monotonic() - began < SWEEP_BUDGET:
        check = _claim(now + timedelta(seconds=time.monotonic() - began))
        if check is None:
            break
        findings = look_at(domain=check.domain, selector=check.selector)
        _record(check, findings, now=now + timedelta(seconds=time.monotonic() - began))
        done += 1
    return done


def look_at(*, domain: str, selector: str) -> dict[str, Any]:
    """What DNS says about the domain: {"spf", "dkim", "dmarc"}, each as SenderCheck keeps it."""
    look = Lookups()
    via = rules.through(provider=settings.MAIL.provider, host=settings.MAIL.host)
    found = {
        "spf": rules.spf(domain=domain, look=look, sends=_sends(via), via=via),
        "dmarc": rules.dmarc(domain=domain, look=look),
        "dkim": rules.dkim(domain=domain, selector=selector, look=look),  # last: it may ask for many names
    }
    return {kind: asdict(finding) for kind, finding in found.items()}


def _sends(via: str) -> str:
    """The SPF term for the servers our mail leaves through."""
    if via:
        return f"include:{via}"
    relay = settings.MAIL.host.lower()
    is_name = "." in relay and not relay.replace(".", "").isdigit() and ":" not in relay
    return f"mx a:{relay if is_name else settings.HOST}"


def _claim(now: datetime) -> SenderCheck | None:
    """One waiting check, nobody else's for LEASE."""
    with transaction.atomic():
        check = (
            SenderCheck.objects.across_workspaces()
            .select_for_update(skip_locked=True)
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now), next_at__lte=now)
            .order_by("next_at")
            .first()
        )
        if check is not None:
            check.lease_until = now + LEASE
            check.save(update_fields=["lease_until"])
    return check


def _record(check: SenderCheck, findings: dict[str, Any], *, now: datetime) -> None:
    """Keep what was found; a check that was asked for again meanwhile goes on waiting."""
    states = {kind: str(finding["state"]) for kind, finding in findings.items()}
    history = [{"at": now.isoformat(), "selector": check.selector, **states}, *check.history][:KEPT]
    row = SenderCheck.objects.across_workspaces().filter(pk=check.pk)
    with transaction.atomic():
        row.filter(lease_until=check.lease_until).update(
            findings=findings, history=history, checked_at=now, lease_until=None
        )
        row.filter(next_at=check.next_at, lease_until__isnull=True).update(next_at=None)
    log.info("sender_checked", domain=check.domain, **states)
