"""Asking DNS for texts: the resolver of this machine, or the servers the operator names; nothing else is called.

Whoever asks waits at most as long as the budget says. A resolver that stays silent twice in a row is not asked again.
"""

from __future__ import annotations

import time

import dns.exception
import dns.name
import dns.nameserver
import dns.resolver
from django.conf import settings

from outbox.sender_rules import UNKNOWN, Texts

EACH = 4.0  # seconds for one name, all tries together
BUDGET = 30.0  # seconds for all names of a check
SILENT = 2  # unanswered questions in a row after which the resolver counts as away


class Lookups:
    """`lookups("example.com")` is what stands there as TXT; remembered, so that a name is asked for once."""

    def __init__(self, *, budget: float = BUDGET, each: float = EACH) -> None:
        self._ends, self._each, self._silent = time.monotonic() + budget, each, 0
        self._known: dict[str, Texts] = {}
        self._resolver = _resolver()

    def __call__(self, name: str) -> Texts:
        if name not in self._known:
            self._known[name] = self._ask(name)
        return self._known[name]

    def _ask(self, name: str) -> Texts:
        left = self._ends - time.monotonic()
        if self._resolver is None or self._silent >= SILENT or left <= 0:
            return UNKNOWN
        try:
            answer = self._resolver.resolve(name, "TXT", search=False, lifetime=min(self._each, left))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            self._silent = 0
            return Texts()
        except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel, UnicodeError):
            return Texts()  # a name that cannot exist holds nothing
        except (dns.exception.DNSException, OSError):  # silence, a refusal, a broken zone, no network
            self._silent += 1
            return UNKNOWN
        self._silent = 0
        return Texts(tuple(b"".join(row.strings).decode("utf-8", "replace") for row in answer))


def _resolver() -> dns.resolver.Resolver | None:
    """The configured resolver; None where this machine names none."""
    try:
        resolver = dns.resolver.Resolver(configure=not settings.DNS_SERVERS)
    except (dns.resolver.NoResolverConfiguration, OSError):
        return None
    if settings.DNS_SERVERS:
        resolver.nameservers = [_server(text) for text in settings.DNS_SERVERS]
    resolver.timeout = EACH / 2
    return resolver


def _server(text: str) -> dns.nameserver.Do53Nameserver:
    """ "10.0.0.2", "10.0.0.2:5353" or "[fd00::1]:53"; a bare IPv6 address needs no brackets."""
    address, colon, port = text.rpartition(":")
    if not colon or (":" in address and not address.endswith("]")):
        return dns.nameserver.Do53Nameserver(text.strip("[]"), 53)
    return dns.nameserver.Do53Nameserver(address.strip("[]"), int(port))
