"""One run of sqlmap at one address, every part of which is marked: path, query, form or JSON body, and what it said."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from config.embedded import process

MARK = "*"  # sqlmap's: the payload goes here
OPTIONS = (
    "--batch", "--flush-session", "--disable-coloring", "--skip-waf", "--drop-set-cookie", "--ignore-redirects",
    "--ignore-code", "400,401,403,404,405,409,410,413,415,422,429", "--dbms", "PostgreSQL", "--technique", "BEUST",
    "--level", "1", "--risk", "1", "--time-sec", "2", "--timeout", "20", "--retries", "1", "--keep-alive",
)  # fmt: skip

NO_TROUBLE = (
    "all tested parameters do not appear", "no parameter(s) found", "target URL content appears to be heavily dynamic",
    "considerable lagging",  # a busy machine; what it thinks it has found by time alone it checks again
)  # fmt: skip

RETRIED = "sqlmap is going to retry the request(s)"

_TESTED = re.compile(r"(\S+ parameter '[^']+') (?:does not seem to be injectable|is (?:'[^']*' )?injectable)")
_TRIED = re.compile(r"testing if .*?(\S+ parameter '[^']+') is dynamic")
_FOUND = re.compile(r"^Parameter: (.+)$", re.MULTILINE)
_REFUTED = re.compile(
    r"checking if the injection point on (.+) is a false positive$\n.*false positive or unexploitable",
    re.MULTILINE,
)
_MAYBE = re.compile(r"\[INFO\] (heuristic \(.*might be (?:vulnerable|injectable).*)$", re.MULTILINE)
_TROUBLE = re.compile(r"\[CRITICAL\] (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Target:
    """One address to scan, with everything that may be changed in it marked."""

    number: int
    pattern: str
    method: str
    url: str
    form: Mapping[str, str] | None = None
    body: Any = None
    marks_numbers: bool = False
    raw: str = ""  # a body as it is, marked or not
    kind: str = ""  # its Content-Type
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> str:
        """The body as sqlmap gets it, each value marked."""
        if self.raw:
            return self.raw
        if self.body is not None:
            return json.dumps(marked(self.body, numbers=self.marks_numbers))
        return "&".join(f"{name}={quote(value, safe='')}{MARK}" for name, value in (self.form or {}).items())

    @property
    def marks(self) -> int:
        """How many places are marked."""
        return (
            self.url.count(MARK) + self.data.count(MARK) + sum(v.count(MARK) for v in self.headers.values())
        )


def marked(body: Any, *, numbers: bool) -> Any:
    """A JSON value with a mark in each of its texts; with `numbers` each number becomes a marked text, too: sqlmap marks
    within quotes only, and beside a number that is a text nothing else may be read."""
    if isinstance(body, dict):
        return {name: marked(value, numbers=numbers) for name, value in body.items()}
    if isinstance(body, list):
        return [marked(value, numbers=numbers) for value in body]
    is_number = isinstance(body, int | float) and not isinstance(body, bool)
    return f"{body}{MARK}" if isinstance(body, str) or (is_number and numbers) else body


def numbers_in(body: Any) -> list[str]:
    """The names of the numbers of a JSON object."""
    if not isinstance(body, dict):
        return []
    return [
        name for name, value in body.items() if isinstance(value, int | float) and not isinstance(value, bool)
    ]


def with_query(url: str, query: Mapping[str, str]) -> str:
    """The address with each value of its query marked."""
    parts = "&".join(f"{name}={quote(value, safe='')}{MARK}" for name, value in query.items())
    return f"{url}?{parts}" if parts else url


def command(target: Target, folder: Path, *, is_quick: bool = False) -> list[str]:
    """The command line of one run; a quick one goes beyond the heuristics only where they find something."""
    headers = {
        "X-Scan": f"sqlmap:{target.number}",
        "Accept": "text/html,application/json",
        **target.headers,
    }
    if target.kind or target.body is not None:
        headers["Content-Type"] = target.kind or "application/json"
    made = ["sqlmap", "-u", target.url, "--method", target.method, *OPTIONS, "--output-dir", str(folder)]
    made += [
        "--user-agent",
        "sqlmap",
        "--headers",
        "\n".join(f"{name}: {value}" for name, value in headers.items()),
    ]
    made += ["--smart"] if is_quick else []
    if target.cookies:
        made += ["--cookie", "; ".join(f"{name}={value}" for name, value in target.cookies.items())]
    if target.data:
        made += ["--data", target.data]
    return made


@dataclass
class Outcome:
    """What one run said."""

    target: Target
    seconds: float = 0.0
    is_cut: bool = False
    is_quick: bool = False
    tested: int = 0  # places that got every payload
    tried: int = 0  # places that got those of the heuristics
    refuted: list[str] = field(default_factory=list)  # taken back by sqlmap's own check
    found: list[str] = field(default_factory=list)
    maybe: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)


class Run:
    """A sqlmap that is working; `poll` until it is done. It ends with us."""

    def __init__(self, target: Target, folder: Path, seconds: float, *, is_quick: bool = False) -> None:
        self.target, self.seconds, self.is_quick = target, seconds, is_quick
        self.folder = folder / f"sqlmap-{target.number:03d}{'-quick' if is_quick else ''}"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.log = self.folder / "said.txt"
        self.begun = time.monotonic()
        self.is_cut = False
        with self.log.open("wb") as said:
            self.popen = subprocess.Popen(
                command(target, self.folder, is_quick=is_quick), stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip

    def poll(self) -> Outcome | None:
        """The outcome once it is there; a run that takes too long is ended, which the outcome says."""
        if self.popen.poll() is None and time.monotonic() - self.begun > self.seconds:
            self.is_cut = True
            self.end()
        if self.popen.poll() is None:
            return None
        return read(
            self.target, self.log.read_text(encoding="utf-8", errors="replace"),
            seconds=time.monotonic() - self.begun, is_cut=self.is_cut, is_quick=self.is_quick,
        )  # fmt: skip

    def end(self) -> None:
        """End the program and whatever it started."""
        process.stop(self.popen.pid, ((signal.SIGTERM, 3.0), (signal.SIGKILL, 3.0)), self.popen)


def read(target: Target, said: str, *, seconds: float, is_cut: bool, is_quick: bool) -> Outcome:
    """The outcome in the words of a run."""
    trouble = [
        line
        for line in _TROUBLE.findall(said)
        if not line.startswith(NO_TROUBLE) and not line.endswith(RETRIED)
    ]
    return Outcome(
        target, seconds, is_cut, is_quick, len(set(_TESTED.findall(said))), len(set(_TRIED.findall(said))),
        _REFUTED.findall(said), [_named(target, found) for found in _FOUND.findall(said)], sorted(set(_MAYBE.findall(said))), trouble,
    )  # fmt: skip


def _named(target: Target, found: str) -> str:
    """What sqlmap calls `#2* ((custom) POST)` by its name in the form."""
    number = re.fullmatch(r"#(\d+)\* \(\(custom\) POST\)", found)
    names = list(target.form or {})
    if number is None or int(number[1]) > len(names):
        return found
    return f"{names[int(number[1]) - 1]} ({found})"
