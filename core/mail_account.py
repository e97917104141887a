"""Where a mailbox is, and who reads it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class MailAccount:
    """A mailbox that is read by IMAP; what was read goes to `done_folder`, or is marked as seen.

    `is_ours`: the operator set it, so it may be on our own network.
    """

    host: str
    port: int
    line: str
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    done_folder: str = ""
    is_ours: bool = False
