"""A mail server that keeps everything: each message becomes a file, and a line says what arrived.

    python -m bench.sink PORT FOLDER

A recipient whose mailbox begins with `gone` does not exist (550), one that begins with `full` is over its quota (452).
The line in FOLDER/received.jsonl is written before the message is acknowledged, so that whatever the sender believes,
the line is the truth: {"id": "<X-Amends-Id>", "to": ["a@b.example"], "file": "000001.eml"}.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

LINES = "received.jsonl"
REFUSALS = {"gone": "550 5.1.1 No such mailbox", "full": "452 4.2.2 Mailbox full"}


class Keeper:
    """The handler of the server: decides about recipients and writes what arrives to `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines = (folder / LINES).open("a", encoding="utf-8")
        self.count = 0

    async def handle_RCPT(  # the name is aiosmtpd's
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Refuse the mailboxes of REFUSALS, take every other."""
        for start, answer in REFUSALS.items():
            if address.startswith(start):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep the message, then say so."""
        self.count += 1
        name = f"{self.count:06}.eml"
        draft = self.folder / f".{name}"
        draft.write_bytes(envelope.content)
        draft.rename(self.folder / name)
        identity = message_from_bytes(envelope.content)["X-Amends-Id"]
        self.lines.write(json.dumps({"id": identity, "to": envelope.rcpt_tos, "file": name}) + "\n")
        self.lines.flush()
        os.fsync(self.lines.fileno())
        return "250 Kept"


async def serve(port: int, folder: Path) -> None:
    """Take mail on `port` of the loopback interface until SIGTERM."""
    keeper = Keeper(folder)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    server = await loop.create_server(lambda: SMTP(keeper, hostname="sink.example"), "127.0.0.1", port)
    async with server:
        await ended.wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
