"""Where a request comes from: the address of the client, and the id of the request, for limits and the audit log.

Headers are believed only as far as the installation's own proxies wrote them: with AMENDS_TRUSTED_PROXIES = n the n-th
entry of X-Forwarded-For from the right is what the outermost of them saw; everything to its left is the client's word.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Any

from django.conf import settings


def address_of(request: Any) -> str:
    """The client's IP address as text, or "" when the server knows none (a Unix socket without a proxy)."""
    hops = settings.TRUSTED_PROXIES
    seen = request.META.get("REMOTE_ADDR", "")
    if hops:
        entries = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        seen = entries[-hops] if len(entries) >= hops and entries[-hops] else seen
    return _as_address(seen)


def network_of(request: Any) -> str:
    """The part of the address that one client holds: IPv4 whole, IPv6 its /64. For limits."""
    address = address_of(request)
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False))


@lru_cache(maxsize=4096)  # a proxy shows many clients, a client comes several times
def _as_address(text: str) -> str:
    bare = text.removeprefix("[").partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:  # an IPv4 address with its port
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
