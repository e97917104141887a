"""P5: a campaign's mails out through SMTP (render, queue, reserve, mark, send, record) against Django's mail alone.

The yardstick makes the same messages from finished texts and sends them over one kept connection per worker. Both sides
run two workers against the same sink, a process that takes everything as fast as it can.
"""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import IO, Any

from bench import common

WORKERS = 2
MAILS = 1_000  # a worker
DATABASE = "bench_mail"
CHUNK = 500  # as a campaign queues them
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
QUESTION = "How likely are you to recommend Acme to a friend or colleague?"


def measure(mails: int = MAILS, times: int = 3) -> dict[str, Any]:
    """Mails a second of the product and of Django's mail in turn, with two workers each."""
    with common.django_database(DATABASE) as url, _sink() as port:
        from accounts.services import members, workspaces

        owner = members.ensure_user(email="owner@bench.example", now=START)
        workspaces.create(name="Bench", slug="bench", owner=owner, now=START)
        rates = common.in_turn(
            {
                who: partial(lambda who: WORKERS * mails / _run(who, url, port, mails), who)
                for who in ("django", "ours")
            },
            times,
        )
        left = _unsent()
    if left:
        raise AssertionError(f"{left} mails were not sent")
    ratio = rates["ours"] / rates["django"]
    return {
        "rates": rates,
        "ratio": ratio,
        "rows": [
            common.row(
                "Django's mail, one kept connection, two workers", f"{rates['django']:,.0f}/s", "1.00"
            ),
            common.row(
                "a campaign: render, queue, claim, send, record",
                f"{rates['ours']:,.0f}/s",
                f"{ratio:.2f}",
                ">= 0.50",
            ),
        ],
    }


def _unsent() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM outbox_outboundmessage WHERE state <> 'SENT' OR attempts <> 1")
        return int(cursor.fetchone()[0])


def _run(who: str, url: str, port: int, mails: int) -> float:
    """Seconds that two workers of a kind need for their mails, from the common start to the last one's end."""
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "AMENDS_EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DEBUG": "0",
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "bench.mail", who, str(mails)]
    workers = [
        subprocess.Popen(
            [*command, f"{who}-{time.time_ns()}-{number}"],
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for number in range(WORKERS)
    ]
    try:
        for worker in workers:
            _expect(worker.stdout, "ready")
        start = time.perf_counter()
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        for worker in workers:
            _expect(worker.stdout, "done")
        return time.perf_counter() - start
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def _expect(stream: IO[str] | None, word: str) -> None:
    line = stream.readline().strip() if stream else ""
    if line != word:
        raise RuntimeError(f"a worker said {line!r}, not {word!r}")


# --- A worker ---------------------------------------------------------------------------------------------


def _facts(number: int) -> dict[str, Any]:
    link = f"https://feedback.example/s/{number:044}/"
    segments = ["DETRACTOR"] * 7 + ["PASSIVE"] * 2 + ["PROMOTER"] * 2
    return {
        "first_name": "Maya",
        "question": QUESTION,
        "intro": "You ordered from us last week.",
        "scores": [{"value": v, "url": f"{link}?score={v}", "segment": s} for v, s in enumerate(segments)],
        "link": link,
        "low_label": "Not at all likely",
        "high_label": "Extremely likely",
    }


def work(who: str, mails: int, label: str) -> None:
    """One worker: get ready, wait for the word, send `mails` messages, say so."""
    import django

    import config.celery  # noqa: F401  the broker hints go to, as in every process of the product

    django.setup()
    run = _ours if who == "ours" else _django
    job = run(mails, label)
    next(job)
    print("ready", flush=True)
    sys.stdin.readline()
    with contextlib.suppress(StopIteration):
        next(job)
    print("done", flush=True)


def _ours(mails: int, label: str) -> Iterator[None]:
    from accounts.models import Workspace
    from outbox.enums import Kind
    from outbox.rendering import render
    from outbox.services import messages

    workspace = Workspace.objects.get(slug="bench")
    render(
        mail="survey_invitation", context=_facts(0), workspace=workspace
    )  # compiled once per process, as in a worker
    yield
    for start in range(0, mails, CHUNK):
        messages.queue_emails(
            [
                messages.EmailRequest(
                    mail="survey_invitation",
                    to=f"{label}-{number}@customer.example",
                    context=_facts(number),
                    dedupe_key=f"{label}:{number}",
                    kind=Kind.SURVEY,
                    workspace=workspace,
                    about=f"invitation:{number}",
                )
                for number in range(start, min(start + CHUNK, mails))
            ],
            now=datetime.now(UTC),
        )
    messages.sweep(now=datetime.now(UTC))


def _django(mails: int, label: str) -> Iterator[None]:
    from django.core.mail import EmailMultiAlternatives, get_connection

    from accounts.models import Workspace
    from outbox.rendering import render

    made = render(mail="survey_invitation", context=_facts(0), workspace=Workspace.objects.get(slug="bench"))
    connection = get_connection()
    yield
    connection.open()
    for number in range(mails):
        message = EmailMultiAlternatives(
            made.subject,
            made.text,
            "Bench <feedback@amends.example>",
            [f"{label}-{number}@customer.example"],
            headers={"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "X-Amends-Id": label},
        )
        message.attach_alternative(made.html, "text/html")
        connection.send_messages([message])
    connection.close()


# --- The sink -----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _sink() -> Iterator[int]:
    """A process that takes every mail and forgets it, and commands in one go, as mail servers do; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.mail", "sink", str(port)], text=True, stdout=subprocess.PIPE
    )
    try:
        _expect(process.stdout, "ready")
        yield port
    finally:
        process.kill()
        process.wait()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    answers = {
        b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
        b"DATA": b"354 go\r\n",
        b"QUIT": b"221 bye\r\n",
    }
    writer.write(b"220 sink\r\n")
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while True:
            verb = (await reader.readuntil(b"\r\n"))[:4].upper()
            writer.write(answers.get(verb, b"250 ok\r\n"))
            if verb == b"DATA":
                await reader.readuntil(b"\r\n.\r\n")
                writer.write(b"250 taken\r\n")
            if verb == b"QUIT":
                break
    writer.close()


async def _serve(port: int) -> None:
    server = await asyncio.start_server(_converse, "127.0.0.1", port, limit=2**22)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1:2] == ["sink"]:
        asyncio.run(_serve(int(sys.argv[2])))
    elif len(sys.argv) == 4:
        work(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    else:
        from config import embedded

        embedded.prepare_environment()
        for line in measure()["rows"]:
            print("{what:<58} {figure:>14}   {ratio:>10}   {target}".format(**line))
