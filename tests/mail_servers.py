"""A real IMAP and a real mail server of Debian on loopback, with folders and ports of their own, for a test.

    with mail_servers.dovecot() as box:                 # IMAP
        box.deliver("ines@customer.example", raw)
    with mail_servers.dovecot() as box, mail_servers.postfix(box, domains=("in.example",)) as mx:   # SMTP

Both live as long as the block, and leave nothing behind.
"""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imap_tools import MailBoxUnencrypted, MailMessage

from tests import servers

PASSWORD = "dove-2026"
HOST = "127.0.0.1"
WAIT = 45.0  # seconds until a server must be there


@dataclass(frozen=True)
class Box:
    """A running dovecot: every address has a mailbox, with the same password."""

    folder: Path
    imap: int
    uid: int
    gid: int

    def deliver(self, to: str, raw: bytes) -> None:
        """Put a mail into the mailbox of `to`."""
        with imaplib.IMAP4(HOST, self.imap) as line:
            line.login(to, PASSWORD)
            line.append("INBOX", "", "", raw)

    def mails(self, of: str, folder: str = "INBOX") -> list[MailMessage]:
        """What lies in a mailbox, the oldest first; reading marks nothing."""
        with MailBoxUnencrypted(HOST, self.imap).login(of, PASSWORD) as box:
            if not box.folder.exists(folder):
                return []
            box.folder.set(folder)
            return list(box.fetch(mark_seen=False))


@dataclass(frozen=True)
class Mx:
    """A running postfix, which gives all mail for its domains to the mailboxes."""

    folder: Path
    port: int


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on, all different."""
    lines = [socket.socket() for _ in range(count)]
    try:
        for line in lines:
            line.bind((HOST, 0))
        return [line.getsockname()[1] for line in lines]
    finally:
        for line in lines:
            line.close()


@contextmanager
def dovecot() -> Iterator[Box]:
    """IMAP for every address."""
    servers.need("dovecot", found=shutil.which("dovecot") is not None, cure="apt-get install dovecot-imapd")
    folder = Path(tempfile.mkdtemp(prefix="amends-dovecot-"))
    [imap] = free_ports(1)
    user = pwd.getpwuid(os.getuid()) if os.getuid() else pwd.getpwnam("nobody")
    (folder / "mail").mkdir()
    if not os.getuid():
        folder.chmod(0o755)
        shutil.chown(folder / "mail", user.pw_uid, user.pw_gid)
    (folder / "dovecot.conf").write_text(_dovecot(folder, imap, user), encoding="utf-8")
    process = subprocess.Popen(
        ["dovecot", "-F", "-c", str(folder / "dovecot.conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(imap, folder / "log")
        yield Box(folder, imap, user.pw_uid, user.pw_gid)
    finally:
        process.terminate()
        process.wait(timeout=WAIT)
        shutil.rmtree(folder, ignore_errors=True)


def _dovecot(folder: Path, imap: int, user: pwd.struct_passwd) -> str:
    inside = user.pw_name
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = {HOST}
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {inside}
default_internal_group = {_group(user)}
default_login_user = {inside}
mail_location = maildir:{folder}/mail/%Lu
mail_uid = {user.pw_uid}
mail_gid = {user.pw_gid}
first_valid_uid = 1
first_valid_gid = 1
recipient_delimiter = +
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user.pw_uid} gid={user.pw_gid} home={folder}/mail/%Lu allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def _group(user: pwd.struct_passwd) -> str:
    return grp.getgrgid(user.pw_gid).gr_name


@contextmanager
def postfix(box: Box, *, domains: Sequence[str]) -> Iterator[Mx]:
    """SMTP for `domains`; what is sent to one lies in the mailbox of its name. Its own master process, queue and logs; it needs root."""
    servers.need("postfix", found=shutil.which("postfix") is not None, cure="apt-get install postfix")
    servers.need(
        "root",
        found=_is_root_to_be_had(),
        cure="postfix starts as root only: run as root, or let sudo ask nothing",
    )
    folder = Path(tempfile.mkdtemp(prefix="amends-postfix-"))
    folder.chmod(0o755)
    [port] = free_ports(1)
    owner = pwd.getpwnam("postfix")
    for name in ("conf", "spool", "data"):
        (folder / name).mkdir()
    (folder / "conf" / "main.cf").write_text(_main(folder, box, domains), encoding="utf-8")
    boxes = "".join(f"@{domain} {domain}/\n" for domain in domains)  # one mailbox for all of a domain
    (folder / "conf" / "mailboxes").write_text(boxes, encoding="utf-8")
    (folder / "conf" / "master.cf").write_text(_master(port), encoding="utf-8")
    as_root = [] if not os.getuid() else ["sudo", "-n"]
    subprocess.run(
        [*as_root, "chown", f"{owner.pw_uid}:{owner.pw_gid}", str(folder / "data")], check=True, timeout=20
    )
    subprocess.run(
        [*as_root, "chown", "-R", "root", str(folder / "spool"), str(folder / "conf")], check=True, timeout=20
    )
    command = [*as_root, "postfix", "-c", str(folder / "conf")]
    subprocess.run([*command, "start"], check=True, capture_output=True, timeout=60)
    try:
        _wait(port, folder / "log")
        yield Mx(folder, port)
    finally:
        subprocess.run([*command, "stop"], check=False, capture_output=True, timeout=60)
        subprocess.run(
            [*as_root, "rm", "-rf", str(folder / "spool"), str(folder / "data")], check=False, timeout=20
        )
        shutil.rmtree(folder, ignore_errors=True)


def _is_root_to_be_had() -> bool:
    if not os.getuid():
        return True
    if shutil.which("sudo") is None:
        return False
    return (
        subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True, timeout=20).returncode == 0
    )


def _main(folder: Path, box: Box, domains: Sequence[str]) -> str:
    return f"""
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
multi_instance_name = postfix-amends-{box.imap}
inet_interfaces = {HOST}
inet_protocols = ipv4
myhostname = mx.amends.example
mydestination =
mynetworks = 127.0.0.0/8
disable_dns_lookups = yes
alias_maps =
alias_database =
recipient_delimiter = +
message_size_limit = 104857600
mailbox_size_limit = 0
virtual_mailbox_domains = {", ".join(domains)}
virtual_mailbox_maps = texthash:{folder}/conf/mailboxes
virtual_mailbox_base = {box.folder}/mail
virtual_mailbox_limit = 0
virtual_minimum_uid = 1
virtual_uid_maps = static:{box.uid}
virtual_gid_maps = static:{box.gid}
virtual_transport = virtual
default_transport = error:nothing leaves this machine
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_client_connection_rate_limit = 0
smtpd_reject_unlisted_recipient = no
"""


def _master(port: int) -> str:
    lines = [
        f"{HOST}:{port} inet n - n - - smtpd",
        "cleanup unix n - n - 0 cleanup",
        "qmgr unix n - n 300 1 qmgr",
        "rewrite unix - - n - - trivial-rewrite",
        "proxymap unix - - n - - proxymap",
        "postlog unix-dgram n - n - 1 postlogd",
        "anvil unix - - n - 1 anvil",
        *(f"{name} unix - - n - 0 bounce" for name in ("bounce", "defer", "trace")),
        *(
            f"{name} unix - {'n' if name == 'virtual' else '-'} n - - {name}"
            for name in ("virtual", "error", "smtp", "scache")
        ),
        "verify unix - - n - 1 verify",
        "flush unix n - n 1000? 0 flush",
        "showq unix n - n - - showq",
        "retry unix - - n - - error",
        "tlsmgr unix - - n 1000? 1 tlsmgr",
    ]
    return "\n".join(lines) + "\n"


def _wait(port: int, log: Path) -> None:
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    said = log.read_text(errors="replace")[-2000:] if log.exists() else "no log"
    raise RuntimeError(f"nobody listens at {port}: {said}")
