"""The work of a scan: several sqlmaps side by side and one wapiti, while the product is looked after."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import redis
import requests
from django.conf import settings

from bench.product import NotReady, Product, patiently
from bench.scan import routes, sqlmap, tally, targets, verdict, wapiti
from bench.scan.cast import Cast
from config import api
from config.embedded import process
from config.embedded.layout import CLONE
from config.embedded.ports import LOOPBACK, free_port

WALKED = "walked"  # wapiti's workspace: one of everything, so that every page has its forms and few are alike
WAPITI_SECONDS = 2_400.0
# What wapiti must not press, or it goes on as nobody; sqlmap meets each of them with a session of its own.
ENDS_SESSIONS = (
    "accounts/logout/", "accounts/security/sign-out-everywhere/", "accounts/security/sessions/end-others/",
    "accounts/security/sessions/*", "accounts/password/*", "accounts/2fa/*", "accounts/reauthenticate/",
    "w/*/settings/sign-in/", "w/*/settings/you/leave/", "static/*",
)  # fmt: skip


_ERROR = re.compile(r"\[(?:error|critical) *\] (.+?)(?: ip=.*)?$")


@dataclass
class Result:
    """All that was seen."""

    base_url: str
    begun: datetime
    seconds: float = 0.0
    is_whole: bool = True
    load: str = ""
    command: str = ""
    plans: list[targets.Plan] = field(default_factory=list)
    outcomes: dict[int, sqlmap.Outcome] = field(default_factory=dict)
    visits: list[wapiti.Outcome] = field(default_factory=list)
    tally: tally.Tally = field(default_factory=tally.Tally)
    routes: list[routes.Route] = field(default_factory=list)
    tokenless: dict[str, int] = field(default_factory=dict)  # what forms answer without their token
    called: list[str] = field(default_factory=list)  # what a server-side request reached
    errors: Counter[str] = field(
        default_factory=Counter
    )  # of the product's logs, without what differs each time
    failures: list[str] = field(default_factory=list)


class Work:
    """Everything a scan of `product` needs."""

    def __init__(
        self,
        product: Product,
        log: Path,
        *,
        only: str,
        named: Collection[str] | None = None,
        seconds: float,
        at_once: int,
        say: Callable[[str], None],
    ) -> None:
        self.product, self.log, self.only, self.named, self.say = product, log, only, named, say
        self.seconds, self.at_once = seconds, at_once
        self.folder = product.layout.data / "said"
        self.limits = redis.Redis.from_url(settings.LIMITER_URL)
        self.result = Result(product.base_url, datetime.now(UTC))
        self.cast, self.walked = Cast(), Cast(WALKED)
        self.maker = targets.Maker(product.base_url, self.cast)
        self.mended_at = 0.0

    def run(self, *, with_wapiti: bool) -> Result:
        """Do it all and judge it."""
        begun, result = time.monotonic(), self.result
        result.is_whole = not self.only and self.named is None
        result.routes = [route for route in routes.every_route() if self._is_asked_for(route)]
        result.plans = [plan for plan in targets.every_plan(api.document()) if self._is_asked_for(plan.route)]
        self.say(f"{len(result.routes)} routes, {len(result.plans)} addresses to scan")
        self.maker.look_round()
        result.tokenless = self.maker.send_without_token(result.plans)
        self.maker.hooks = self._start_hooks()
        listener = Listener()
        visiting = wapiti.Run(self._visit(listener), self.folder, WAPITI_SECONDS) if with_wapiti else None
        waiting = [(number, plan, False) for number, plan in enumerate(result.plans, start=1)]
        working: list[sqlmap.Run] = []
        try:
            while waiting or working or visiting:
                self._look_after()
                for run in list(working):
                    if (outcome := run.poll()) is not None:
                        working.remove(run)
                        if self._note(outcome, len(result.plans)):
                            number = outcome.target.number
                            waiting.append((number, result.plans[number - 1], True))
                if waiting and len(working) < self.at_once:
                    number, plan, is_quick = waiting.pop(0)
                    target = self.maker.make(plan, number)
                    if not plan.variant and self.maker.refused.get((plan.route.pattern, plan.method)):
                        result.plans.append(replace(plan, variant=targets.REFUSED))
                        waiting.append((len(result.plans), result.plans[-1], False))
                    is_quick = is_quick or f"?{targets.NOTHING}=" in target.url
                    working.append(sqlmap.Run(target, self.folder, self.seconds, is_quick=is_quick))
                if visiting and (visited := visiting.poll()) is not None:
                    result.visits.append(visited)
                    self.say(f"wapiti: {visited.seconds:.0f} s, {len(visited.findings)} findings")
                    visiting = None
        finally:
            for run in working:
                run.end()
            if visiting:
                visiting.end()
            listener.close()
            process.stop(self.hooks.pid, ((signal.SIGTERM, 5.0), (signal.SIGKILL, 3.0)), self.hooks)
        result.called = listener.called
        result.seconds = time.monotonic() - begun
        result.load = f"{os.getloadavg()[2]:.0f}"
        result.tally = tally.count(self.log)
        result.errors = self._errors()
        result.failures = verdict.failures(result)
        return result

    def _is_asked_for(self, route: routes.Route) -> bool:
        return self.only in route.pattern and (self.named is None or route.pattern in self.named)

    def _start_hooks(self) -> str:
        """A second web server of the same product, for which a mail provider reports: the first keeps its mail."""
        port = free_port()
        self.hooks = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"{LOOPBACK}:{port}", "--no-control-socket", "--worker-class", "gthread", "--threads", "4"],
            cwd=CLONE, env={**self.product.environment, "AMENDS_EMAIL_URL": targets.HOOK_MAIL},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _turn in patiently(180):
            with contextlib.suppress(requests.RequestException):
                requests.get(f"http://{LOOPBACK}:{port}/healthz", timeout=5)
                return f"http://{LOOPBACK}:{port}"
        raise NotReady("the server for a mail provider's reports does not answer")

    def _look_after(self) -> None:
        """The product's processes, its limits, which are counted anew each time, and what scanners took away."""
        assert self.product.supervisor is not None
        self.product.supervisor.tick()
        self.limits.flushdb()
        if time.monotonic() - self.mended_at > 0.3:
            self.cast.mend()
            self.walked.mend()
            self.mended_at = time.monotonic()

    def _note(self, outcome: sqlmap.Outcome, of: int) -> bool:
        """Whether the same address needs a quick run, because time was up before each place had been tried."""
        target = outcome.target
        before = self.result.outcomes.get(target.number)
        if before is not None:
            outcome.tested = max(outcome.tested, before.tested)
            for name in ("found", "maybe", "refuted", "trouble"):
                getattr(outcome, name).extend(getattr(before, name))
        self.result.outcomes[target.number] = outcome
        self.cast.forget(dict(target.cookies))
        self.cast.let_go(target.number)
        said = "; ".join([*outcome.found, *outcome.maybe, *outcome.trouble]) or "clean"
        self.say(
            f"{target.number:3}/{of} {target.method:6} {target.pattern}: {outcome.tested} tested and "
            f"{outcome.tried} tried of {target.marks} places, "
            f"{outcome.seconds:.0f} s{' (cut)' if outcome.is_cut else ''}: {said[:300]}"
        )
        return outcome.is_cut and not outcome.is_quick

    def _visit(self, listener: Listener) -> wapiti.Visit:
        """wapiti's way: every page of its workspace, the customers' pages and the pages without a session."""
        starts = []
        for route in self.result.routes:
            if not routes.why_not(route) and "GET" in route.methods and not route.is_api:
                starts.append(self.product.base_url + routes.address(route, self.walked.values(route)))
        return wapiti.Visit(
            1, "a workspace with one of everything", self.product.base_url, starts, self.walked.cookies(), listener.url,
            [f"{self.product.base_url}/{path}" for path in ENDS_SESSIONS],
        )  # fmt: skip

    def _errors(self) -> Counter[str]:
        found = Counter[str]()
        for path in sorted(self.product.layout.log.glob("*.log")):
            if path.stem not in ("web", "worker", "schedule"):
                continue
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                if (event := _ERROR.search(line)) and "request=" not in line:
                    found[f"{path.stem}: {event.group(1).strip()[:200]}"] += 1
        return found


class Listener:
    """Where wapiti sends a server that can be made to call: it notes who calls, but for wapiti itself."""

    def __init__(self) -> None:
        self.called: list[str] = []
        noted = self.called

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if not self.headers.get("X-Scan"):
                    noted.append(self.requestline)
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            do_POST = do_GET

            def log_message(self, format: str, *args: Any) -> None:
                """Not on the terminal."""

        self.server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self.url = f"http://{LOOPBACK}:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
