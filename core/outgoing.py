"""Every call this server makes to an address somebody typed: single sign-on, webhooks, whatever comes next.

    answer = outgoing.fetch("https://login.example.com/.well-known/openid-configuration")
    with outgoing.session() as http:  # a requests.Session, for libraries that want one
        http.get(url)

A typed address may point at this server's own network, so what is allowed is decided where it cannot change any more:
when the socket opens. The name is resolved once, every address it has must be on the public internet, and the connection
goes to the very address that was tested, with the Host and TLS name of the URL. Checking the name first and connecting
later would be open to a name that changes its address in between.

Ports 443 and 80, no redirects, no proxy of the environment, at most 64 KB of answer, 3 seconds to connect, 15 in all.
With AMENDS_ALLOW_PRIVATE_NETWORKS the private networks and loopback are reachable too, at any port; the
addresses where clouds keep their secrets never are.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError

PORTS = frozenset({443, 80})
LIMIT = 64 * 1024  # bytes of answer, unpacked
CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 15.0

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# What Python calls global or leaves open, though it leads (or may be made to lead) somewhere else.
_NOWHERE = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "240.0.0.0/4",
        "::/96",  # IPv4-compatible, long gone
        "::ffff:0:0:0/96",  # IPv4-translated
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64 within one network
        "100::/64",  # discard
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",  # site-local
    )
)
_INSIDE = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
    )
)
_METADATA = frozenset(ipaddress.ip_address(one) for one in ("100.100.100.200", "fd00:ec2::254"))  # of clouds
# A host whose last part is a number is an address (as browsers read it), whatever else it looks like.
_NUMBER_LAST = re.compile(r"(?:^|\.)(?:\d+|0[xX][0-9a-fA-F]*)\.?$", re.ASCII)
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f\\]")


class OutgoingError(requests.RequestException):
    """The call was not made, or not to its end."""


class Refused(OutgoingError):
    """This server does not call there. The sentence may be shown: it tells nothing about the network."""


class TooLarge(OutgoingError):
    """The answer is longer than the limit."""


class TimedOut(OutgoingError):
    """No whole answer within the time."""


class _Refusal(Exception):
    """Refused, on its way through urllib3, which takes every OSError for a broken line."""


def is_public(address: Address) -> bool:
    """Whether `address` is one single machine on the public internet."""
    address = _plain(address)
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_unspecified
        and not address.is_link_local
        and not any(address in network for network in _NOWHERE if network.version == address.version)
    )


def is_inside(address: Address) -> bool:
    """Whether `address` is in a private network or this machine: allowed by AMENDS_ALLOW_PRIVATE_NETWORKS only."""
    address = _plain(address)
    return address not in _METADATA and any(
        address in network for network in _INSIDE if network.version == address.version
    )


def _plain(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that only wraps it."""
    return getattr(address, "ipv4_mapped", None) or address


class _Call:
    """One request: its deadline, and the lines it opened, so that they can be cut when it is over."""

    def __init__(self, seconds: float) -> None:
        self.deadline = time.monotonic() + seconds
        self.is_over = False
        self._lines: list[socket.socket] = []
        self._lock = threading.Lock()
        self._clock = threading.Timer(seconds, self._cut)
        self._clock.daemon = True

    def __enter__(self) -> _Call:
        self._clock.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._clock.cancel()
        with self._lock:
            while self._lines:
                self._lines.pop().close()

    @property
    def left(self) -> float:
        return max(0.001, self.deadline - time.monotonic())

    def watch(self, line: socket.socket) -> None:
        """Cut this line when the time is over. A second handle of it, which stays valid when TLS takes the first."""
        with self._lock:
            self._lines.append(line.dup())
        if self.is_over:
            self._cut()

    def _cut(self) -> None:
        self.is_over = True
        with self._lock:
            for line in self._lines:
                try:
                    line.shutdown(socket.SHUT_RDWR)
                except OSError:  # the other side was quicker
                    continue


_call: ContextVar[_Call] = ContextVar("outgoing_call")


def _resolved(host: str, port: int, seconds: float) -> list[Any]:
    """getaddrinfo with an end: the system's own waits as long as a slow name server likes."""
    found: list[Any] = []
    failed: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:  # UnicodeError: a label that is no label
            failed.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if failed:
        raise failed[0]
    if not found:
        raise TimeoutError
    return found


def _tested(rows: list[Any], port: int, ports: Collection[int] = PORTS) -> None:
    """Raises _Refusal unless every address of the name may be called at this port."""
    for row in rows:
        address = ipaddress.ip_address(str(row[4][0]).partition("%")[0])
        if settings.ALLOW_PRIVATE_NETWORKS and is_inside(address):
            continue
        if not is_public(address):
            raise _Refusal(_not_public())
        if port not in ports:
            named = _(" and ").join(str(one) for one in sorted(ports, reverse=True))
            raise _Refusal(_("Only the ports %(ports)s are called.") % {"ports": named})


class _OpensTested:
    """A connection whose socket goes to an address that has been tested, and only there."""

    _dns_host: str
    port: int
    socket_options: Any

    def _new_conn(self) -> socket.socket:
        call = _call.get()
        try:
            rows = _resolved(self._dns_host, self.port, min(CONNECT_SECONDS, call.left))
        except TimeoutError:
            raise ConnectTimeoutError(self, "the name was not resolved in time") from None  # type: ignore[arg-type]  # an HTTPConnection
        except socket.gaierror as error:
            raise NameResolutionError(self._dns_host, self, error) from None  # type: ignore[arg-type]  # likewise
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, str(error)) from None  # type: ignore[arg-type]  # likewise
        _tested(rows, self.port)
        failed: OSError = OSError("no address")
        for family, kind, protocol, _name, where in rows:
            line = socket.socket(family, kind, protocol)
            try:
                for option in self.socket_options or ():
                    line.setsockopt(*option)
                line.settimeout(min(CONNECT_SECONDS, call.left))
                line.connect(where)
            except OSError as error:
                failed = error
                line.close()
                continue
            call.watch(line)
            return line
        if isinstance(failed, TimeoutError):
            raise ConnectTimeoutError(self, "no connection in time")  # type: ignore[arg-type]  # likewise
        raise NewConnectionError(self, str(failed))  # type: ignore[arg-type]  # likewise


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Everything `connect` opens inside is cut after so many seconds, whatever it waits for."""
    with _Call(seconds) as call:
        token = _call.set(call)
        try:
            yield
        finally:
            _call.reset(token)


def connect(host: str, port: int, *, ports: Collection[int], is_ours: bool = False) -> socket.socket:
    """A line to a server that is spoken to otherwise than by HTTP, tested like all others; inside `within`.

    `is_ours` is for a host the operator of the installation sets: it may be anywhere. Raises Refused, TimedOut, OSError.
    """
    call = _call.get()
    if not host or _UNPRINTABLE.search(host):
        raise Refused(_not_an_address())
    try:
        rows = _resolved(host, port, min(CONNECT_SECONDS, call.left))
        if not is_ours:
            _tested(rows, port, ports)
    except TimeoutError:
        raise TimedOut(_("The name was not resolved in time.")) from None
    except _Refusal as error:
        raise Refused(str(error)) from None
    except UnicodeError:
        raise Refused(_not_an_address()) from None
    failed: OSError = OSError("no address")
    for family, kind, protocol, _name, where in rows:
        line = socket.socket(family, kind, protocol)
        try:
            line.settimeout(min(CONNECT_SECONDS, call.left))
            line.connect(where)
        except OSError as error:
            failed = error
            line.close()
            continue
        line.settimeout(call.left)
        call.watch(line)
        return line
    raise failed


class _PlainConnection(_OpensTested, HTTPConnection):
    pass


class _TLSConnection(_OpensTested, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TLSPool}


class _Session(requests.Session):
    """A requests.Session whose every request is guarded; whatever an argument asks for, it gets no more than that."""

    def __init__(self, *, limit: int, seconds: float) -> None:
        super().__init__()
        self.limit, self.seconds = limit, seconds
        self.trust_env = False  # no proxy, no .netrc
        self.headers["User-Agent"] = f"Amends/{settings.VERSION}"
        self.adapters.clear()
        self.mount("https://", _Adapter())
        self.mount("http://", _Adapter())

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: no redirect is followed."""

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        if _UNPRINTABLE.search(str(request.url)):  # before requests reads it in its own way
            raise Refused(_not_an_address())
        try:
            return super().prepare_request(request)
        except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, UnicodeError):
            raise Refused(_not_an_address()) from None

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """As requests does. Raises Refused, TooLarge, TimedOut, or what requests raises when a line breaks."""
        _check_url(request.url or "")
        asked = kwargs | {
            "timeout": (CONNECT_SECONDS, self.seconds), "stream": True, "proxies": {}, "allow_redirects": False,
            "verify": True, "cert": None,
        }  # fmt: skip
        with _Call(self.seconds) as call:
            token = _call.set(call)
            try:
                response = super().send(request, **asked)
                if response.is_redirect or response.is_permanent_redirect:
                    response.close()
                    raise Refused(_("It answers with a redirect, and redirects are not followed."))
                _read(response, limit=self.limit)
            except _Refusal as error:
                raise Refused(str(error), request=request) from None
            except (requests.Timeout, ConnectTimeoutError):
                raise TimedOut(_("No answer in time."), request=request) from None
            except OutgoingError:
                raise
            except (requests.RequestException, HTTPError, OSError):
                if call.is_over:
                    raise TimedOut(_("No answer in time."), request=request) from None
                raise
            finally:
                _call.reset(token)
                for adapter in self.adapters.values():
                    adapter.poolmanager.clear()  # type: ignore[attr-defined]  # ours: each call opens its own line
            if call.is_over:  # a body without a length ends like a line that was cut
                raise TimedOut(_("No answer in time."), request=request)
        return response


def _not_public() -> str:
    return _("This address is not on the public internet, so it is not called.")


def _not_an_address() -> str:
    return _("This is not an address that can be called: it begins with https:// and names a host.")


def _check_url(url: str) -> None:
    """Raises Refused for what is no plain http(s) address; where it leads is tested when the line opens."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise Refused(_not_an_address()) from None
    if parts.scheme not in ("http", "https") or not host:
        raise Refused(_not_an_address())
    if "@" in parts.netloc:
        raise Refused(_("An address with a user name in it is not called."))
    if "%" in host:
        raise Refused(_not_an_address())
    if f".{host}".rstrip(".").endswith(".localhost") and not settings.ALLOW_PRIVATE_NETWORKS:
        raise Refused(_not_public())  # RFC 6761: this machine, whatever a name server says
    if _NUMBER_LAST.search(host):  # 127.1, 0x7f000001, 2130706433, 0177.0.0.1: only the usual spelling counts
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            raise Refused(_not_an_address()) from None


def _read(response: requests.Response, *, limit: int) -> None:
    """The whole body into memory. Raises TooLarge as soon as there is more than `limit`, whatever its length said."""
    parts, size = [], 0
    for part in response.iter_content(min(limit + 1, 16 * 1024)):
        size += len(part)
        if size > limit:
            response.close()
            raise TooLarge(_("The answer is longer than %(limit)d bytes.") % {"limit": limit})
        parts.append(part)
    response._content = b"".join(parts)


def session(*, limit: int = LIMIT, seconds: float = TOTAL_SECONDS) -> requests.Session:
    """A requests.Session whose every request is guarded: `limit` in bytes of answer, `seconds` for each call in all."""
    return _Session(limit=limit, seconds=seconds)


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    data: bytes | Mapping[str, str] | None = None,
    json: Any = None,
    limit: int = LIMIT,
    seconds: float = TOTAL_SECONDS,
) -> requests.Response:
    """One call, answered whole; any status but a redirect's comes back.

    Raises Refused, TooLarge, TimedOut, or another requests.RequestException when nobody answers there.
    """
    with session(limit=limit, seconds=seconds) as http:
        return http.request(method, url, headers=dict(headers or {}), data=data, json=json)
