"""wapiti over every page, signed in as the owner of a workspace of its own; and what it said."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.embedded import process

MODULES = (
    "xss", "permanentxss", "sql", "blindsql", "ssrf", "redirect", "crlf", "file", "exec", "xxe", "csrf", "csp",
    "cookieflags", "http_headers", "methods", "backup",
)  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """One run: where it starts, as whom, and what it must leave alone."""

    number: int
    name: str
    base: str
    starts: Sequence[str]
    cookies: dict[str, str]
    endpoint: str  # where a server that can be made to call is told to call
    left_alone: Sequence[str] = ()
    crawl_seconds: int = 420
    attack_seconds: int = 45  # for each module
    depth: int = 2


def command(visit: Visit, folder: Path) -> list[str]:
    """The command line of one run."""
    made = [
        *launcher(),
        "-u",
        f"{visit.base}/",
        "--scope",
        "domain",
        "-m",
        ",".join(MODULES),
        "-v",
        "1",
        "-f",
        "json",
    ]
    made += [
        "-o",
        str(folder / "report.json"),
        "-c",
        str(folder / "cookies.json"),
        "-H",
        f"X-Scan: wapiti:{visit.number}",
    ]
    made += [
        "--store-session",
        str(folder / "session"),
        "--store-config",
        str(folder / "config"),
        "-A",
        "wapiti",
    ]
    made += ["--max-scan-time", str(visit.crawl_seconds), "--max-attack-time", str(visit.attack_seconds)]
    made += ["--endpoint", visit.endpoint, "--no-bugreport", "--flush-session", "-S", "normal", "-t", "20"]
    made += ["--skip", "csrfmiddlewaretoken", "-d", str(visit.depth)]
    for start in visit.starts:
        made += ["-s", start]
    for path in visit.left_alone:
        made += ["-x", path]
    return made


def launcher() -> list[str]:
    """The interpreter wapiti was installed for, and our launcher."""
    installed = Path(shutil.which("wapiti") or "/usr/bin/wapiti")
    first = installed.read_text(encoding="utf-8", errors="replace").partition("\n")[0]
    return [first.removeprefix("#!").strip() or "python3", str(Path(__file__).with_name("launch_wapiti.py"))]


def cookie_file(visit: Visit) -> dict[str, Any]:
    """The cookies in the shape of wapiti's own file."""
    host = urlsplit(visit.base).hostname or ""
    shape = {"expires": None, "secure": False, "port": None, "version": 0}
    return {host: {"/": {name: {"value": value, **shape} for name, value in visit.cookies.items()}}}


@dataclass(frozen=True)
class Finding:
    """Something wapiti calls a vulnerability, an anomaly, or additional."""

    category: str
    method: str
    path: str
    parameter: str
    info: str

    @property
    def words(self) -> str:
        what = f" ({self.parameter})" if self.parameter else ""
        return f"{self.category}: {self.method} {self.path}{what}: {self.info}"


@dataclass
class Outcome:
    """What one run said."""

    visit: Visit
    seconds: float = 0.0
    code: int = 0
    is_cut: bool = False
    findings: list[Finding] = field(default_factory=list)
    said: str = ""
    has_report: bool = True

    @property
    def why_not(self) -> str:
        """Why nothing can be concluded from it; "" when it did all it was asked to."""
        missing = [name for name in MODULES if f"Launching module {name}" not in self.said]
        if self.is_cut:
            return "time was up"
        if self.code or not self.has_report:
            return f"code {self.code}, {'a' if self.has_report else 'no'} report"
        return f"without {', '.join(missing)}" if missing else ""


class Run:
    """A wapiti that is working; `poll` until it is done."""

    def __init__(self, visit: Visit, folder: Path, seconds: float) -> None:
        self.visit, self.seconds, self.is_cut = visit, seconds, False
        self.folder = folder / f"wapiti-{visit.number}"
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in ("session", "config"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "cookies.json").write_text(json.dumps(cookie_file(visit)), encoding="utf-8")
        self.begun = time.monotonic()
        with (self.folder / "said.txt").open("wb") as said:
            self.popen = subprocess.Popen(
                command(visit, self.folder), stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
                cwd=self.folder, start_new_session=True,
            )  # fmt: skip

    def poll(self) -> Outcome | None:
        """The outcome once it is there."""
        if self.popen.poll() is None and time.monotonic() - self.begun > self.seconds:
            self.is_cut = True
            self.end()
        if self.popen.poll() is None:
            return None
        report, said = self.folder / "report.json", (self.folder / "said.txt").read_text(errors="replace")
        found = findings(json.loads(report.read_text(encoding="utf-8"))) if report.exists() else []
        return Outcome(
            self.visit,
            time.monotonic() - self.begun,
            self.popen.returncode,
            self.is_cut,
            found,
            said,
            report.exists(),
        )

    def end(self) -> None:
        process.stop(self.popen.pid, ((signal.SIGINT, 20.0), (signal.SIGKILL, 3.0)), self.popen)


def findings(report: dict[str, Any]) -> list[Finding]:
    """The findings of a report, each once."""
    found: dict[Finding, None] = {}
    for part in ("vulnerabilities", "anomalies", "additionals"):
        for category, entries in report.get(part, {}).items():
            for entry in entries:
                one = Finding(
                    category, str(entry.get("method") or ""), str(entry.get("path") or ""),
                    str(entry.get("parameter") or ""), str(entry.get("info") or ""),
                )  # fmt: skip
                found[one] = None
    return list(found)
