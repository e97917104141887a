"""Calls to typed addresses reach the public internet, and nothing else: decided at the socket, against a real one."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from core import outgoing

# This machine, its networks and what only looks like somewhere else, in the spellings people have got past checks with.
SPELLINGS = [
    "127.0.0.1", "127.0.0.2", "127.1", "127.0.1", "127.255.255.254", "0.0.0.0", "0", "0.1.2.3",
    "2130706433", "017700000001", "0x7f000001", "0x7F.0x0.0x0.0x1", "0177.0.0.1", "0177.0.0.01", "127.0.0.01",
    "0x7f.1", "00000127.0.0.1", "127.0.0.1.", "localhost", "LOCALHOST", "localhost.", "0x0",
    "\uff11\uff12\uff17.\uff10.\uff10.\uff11", "\u2460\u2461\u2466.0.0.1", "127\u30020\u30020\u30021",
    "\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54",
    "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.255.254",
    "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "100.64.0.1", "100.100.100.200",
    "192.0.0.192", "192.88.99.1", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[::127.0.0.1]",
    "[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "[fec0::1]", "[fe80::1]", "[fe80::1%25lo]", "[fe80::1%lo]", "[fc00::1]",
    "[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "[100::1]", "127.0.0.1:80", "[::1]:443",
    "user@127.0.0.1", "user:password@127.0.0.1", "login.example.com@127.0.0.1", "127.0.0.1%2f@login.example.com",
    "login.example.com\\@127.0.0.1", "127.0.0.1\t", "127.0.0.1 ", "127.0.0.1%00", "",
]  # fmt: skip


class Nothing:
    """Stands where connections would be opened: who was called is remembered, nobody answers."""

    def __init__(self) -> None:
        self.called: list[Any] = []

    def connect(self, where: Any) -> None:
        self.called.append(where)
        raise ConnectionRefusedError


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch) -> Nothing:
    there = Nothing()
    monkeypatch.setattr(socket.socket, "connect", lambda _line, where: there.connect(where))
    return there


def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """A name server that gives these addresses, one answer after the other; the names it was asked for."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *_args: Any, **_kwargs: Any) -> list[Any]:
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("spelling", SPELLINGS, ids=ascii)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_spelling_of_an_inner_address_is_called(nothing: Nothing, spelling: str, scheme: str) -> None:
    with pytest.raises(outgoing.Refused):
        outgoing.fetch(f"{scheme}://{spelling}/")
    assert nothing.called == []


def test_there_are_sixty_spellings() -> None:
    assert len(set(SPELLINGS)) >= 60


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "//example.com/", "example.com", "http:///x",
     "https://example.com:99999/"],
)  # fmt: skip
def test_only_web_addresses_are_called(nothing: Nothing, url: str) -> None:
    with pytest.raises((outgoing.Refused, requests.exceptions.InvalidSchema)):
        outgoing.fetch(url)
    assert nothing.called == []


@pytest.mark.parametrize("port", [22, 25, 5432, 6379, 8080])
def test_only_two_ports_are_called(nothing: Nothing, monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    names(monkeypatch, ["93.184.216.34"])
    with pytest.raises(outgoing.Refused):
        outgoing.fetch(f"https://login.example.com:{port}/")
    assert nothing.called == []


def test_a_public_address_is_called(nothing: Nothing, monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
    with pytest.raises(requests.ConnectionError):
        outgoing.fetch("https://login.example.com/")
    assert nothing.called == [("93.184.216.34", 443), ("2606:2800:220:1:248:1893:25c8:1946", 443)]


def test_one_inner_address_among_several_refuses_the_name(
    nothing: Nothing, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, ["93.184.216.34", "10.0.0.5"])
    with pytest.raises(outgoing.Refused):
        outgoing.fetch("https://login.example.com/")
    assert nothing.called == []


def test_a_name_that_changes_its_address_is_asked_once_and_gets_nothing_by_it(
    nothing: Nothing, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = names(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    with pytest.raises(requests.ConnectionError):
        outgoing.fetch("http://rebind.example.com/")
    assert (asked, nothing.called) == (["rebind.example.com"], [("93.184.216.34", 80)])
    with pytest.raises(outgoing.Refused):  # each further call is tested anew
        outgoing.fetch("http://rebind.example.com/")
    assert nothing.called == [("93.184.216.34", 80)]


def test_a_refusal_tells_nothing_about_the_network(nothing: Nothing, monkeypatch: pytest.MonkeyPatch) -> None:
    said = set()
    for address in ("10.0.0.5", "127.0.0.1", "169.254.169.254"):
        names(monkeypatch, [address])
        with pytest.raises(outgoing.Refused) as refused:
            outgoing.fetch("https://inner.example.com/")
        said.add(str(refused.value))
    assert said == {"This address is not on the public internet, so it is not called."}


def test_proxies_of_the_environment_are_not_asked(nothing: Nothing, monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, ["93.184.216.34"])
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://10.0.0.9:3128")
    with pytest.raises(requests.ConnectionError):
        outgoing.fetch("http://login.example.com/")
    with outgoing.session() as http, pytest.raises(requests.ConnectionError):
        http.get("http://login.example.com/", proxies={"http": "http://10.0.0.9:3128"}, verify=False)
    assert nothing.called == [("93.184.216.34", 80)] * 2


@pytest.mark.parametrize("address", ["169.254.169.254", "100.100.100.200", "fd00:ec2::254", "0.0.0.0", "224.0.0.1"])  # fmt: skip
def test_clouds_secrets_stay_closed_where_private_networks_are_open(
    nothing: Nothing, monkeypatch: pytest.MonkeyPatch, settings: Any, address: str
) -> None:
    settings.ALLOW_PRIVATE_NETWORKS = True
    names(monkeypatch, [address])
    with pytest.raises(outgoing.Refused):
        outgoing.fetch("http://metadata.example.com/")
    assert nothing.called == []


@pytest.mark.parametrize(
    ("address", "public"),
    [("8.8.8.8", True), ("2606:4700::1111", True), ("::ffff:8.8.8.8", True), ("100.64.0.1", False),
     ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("fec0::1", False), ("ff02::1", False)],
)  # fmt: skip
def test_addresses_python_calls_global_are_judged_once_more(address: str, public: bool) -> None:
    assert outgoing.is_public(ipaddress.ip_address(address)) is public


# --- Against a server on this machine, which the setting allows -----------------------------------------------


@pytest.fixture
def inside(settings: Any) -> None:
    settings.ALLOW_PRIVATE_NETWORKS = True


Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], int]]:
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> int:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                try:
                    answer(self)
                except OSError:  # the caller hung up
                    self.close_connection = True

            def log_message(self, *_args: Any) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return server.server_address[1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def words(body: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_an_answer_comes_back_whole_and_the_host_is_that_of_the_address(
    inside: None, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        heard.append(handler.headers["Host"])
        words(b'{"issuer": "x"}')(handler)

    port = serve(answer)
    names(monkeypatch, ["127.0.0.1"])
    found = outgoing.fetch(f"http://login.example.com:{port}/x")
    assert (found.status_code, found.json(), heard) == (200, {"issuer": "x"}, [f"login.example.com:{port}"])


def test_the_tls_name_is_that_of_the_address_and_a_foreign_certificate_is_refused(
    inside: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    heard: list[str] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_own_certificate(tmp_path))
    context.sni_callback = lambda _line, name, _context: heard.append(name)  # type: ignore[assignment]
    listener = socket.create_server(("127.0.0.1", 0))

    def shake_hands() -> None:
        line, _where = listener.accept()
        with pytest.raises(OSError):
            context.wrap_socket(line, server_side=True)

    thread = threading.Thread(target=shake_hands, daemon=True)
    thread.start()
    names(monkeypatch, ["127.0.0.1"])
    with outgoing.session() as http, pytest.raises(requests.exceptions.SSLError):
        http.get(f"https://login.example.com:{listener.getsockname()[1]}/", verify=False)
    thread.join(5)
    listener.close()
    assert heard == ["login.example.com"]


def _own_certificate(folder: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "login.example.com")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "own.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(inside: None, serve: Any, status: int) -> None:
    heard: list[str] = []
    inner = serve(lambda handler: heard.append(handler.path))
    port = serve(words(b"", status, Location=f"http://127.0.0.1:{inner}/secret"))
    with pytest.raises(outgoing.Refused):
        outgoing.fetch(f"http://127.0.0.1:{port}/")
    with outgoing.session() as http, pytest.raises(outgoing.Refused):
        http.get(f"http://127.0.0.1:{port}/", allow_redirects=True)
    assert heard == []


def test_an_answer_of_64_kilobytes_is_read_and_one_byte_more_is_not(inside: None, serve: Any) -> None:
    port = serve(words(b"x" * outgoing.LIMIT))
    assert len(outgoing.fetch(f"http://127.0.0.1:{port}/").content) == outgoing.LIMIT
    port = serve(words(b"x" * (outgoing.LIMIT + 1)))
    with pytest.raises(outgoing.TooLarge):
        outgoing.fetch(f"http://127.0.0.1:{port}/")


def test_a_small_answer_that_unpacks_to_a_large_one_is_too_large(inside: None, serve: Any) -> None:
    import gzip

    port = serve(words(gzip.compress(b"x" * 50_000_000), 200, **{"Content-Encoding": "gzip"}))
    with pytest.raises(outgoing.TooLarge):
        outgoing.fetch(f"http://127.0.0.1:{port}/")


def drip(before: bytes) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(before)
        for _second in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.1)

    return answer


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n",
                                    b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"])  # fmt: skip
def test_a_server_that_answers_drop_by_drop_is_cut_off(inside: None, serve: Any, before: bytes) -> None:
    port = serve(drip(before))
    began = time.monotonic()
    with pytest.raises(outgoing.TimedOut):
        outgoing.fetch(f"http://127.0.0.1:{port}/", seconds=0.5)
    assert time.monotonic() - began < 3


def test_a_server_that_never_shakes_hands_is_cut_off(inside: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        began = time.monotonic()
        with pytest.raises(outgoing.TimedOut):
            outgoing.fetch(f"https://127.0.0.1:{listener.getsockname()[1]}/", seconds=0.5)
    assert time.monotonic() - began < 3


def test_a_name_server_that_never_answers_is_not_waited_for(
    inside: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: ended.wait(10))
    began = time.monotonic()
    with pytest.raises(outgoing.TimedOut):
        outgoing.fetch("https://slow.example.com/", seconds=0.3)
    ended.set()
    assert time.monotonic() - began < 3


def test_a_session_serves_several_calls_each_with_its_own_time(inside: None, serve: Any) -> None:
    port = serve(words(b"ok"))
    with outgoing.session() as http:
        assert [http.get(f"http://127.0.0.1:{port}/{number}").text for number in range(3)] == ["ok"] * 3
