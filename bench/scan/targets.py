"""From routes and operations to addresses a scanner can be sent to, each made of new rows at the moment it is needed."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from django.conf import settings

from bench.scan import fields, operations, routes, sqlmap, usable
from bench.scan.cast import NOWHERE, ORIGIN, Cast
from bench.scan.operations import Operation
from bench.scan.routes import Route
from detractors.models import RootCause

PAGES_OF_A_ROUTE = 12  # links with a query that are looked at, of each route
REFUSED = "what is refused beside the rest"
ANONYMOUS = {"accounts/invite/<str:token>/"}  # another person's session is turned away
# What has to be done to a case first, by the API: the ending of the route, the move and its body.
BEFORE = {
    "/resume/": ("wait", {"waiting_for": "a part"}),
    "/reopen/": ("dismiss", {"reason": "no complaint"}),
}
SESSIONLESS = (
    "s/",
    "u/",
    "m/",
    "c/",
    "e/",
    "complain/",
    "hooks/",
)  # the token in the path, or the secret in a header, is the right to act
HOOK_SECRET = "scanner:reports-by-machines"
HOOK_MAIL = f"postmark://?server_token=nobody&webhook_secret={HOOK_SECRET}"
HOOK = {
    "RecordType": "Bounce", "MessageID": "00000000-0000-4000-8000-000000000000", "Type": "HardBounce",
    "Email": "ines@customer.example", "Description": "unknown", "Details": "550", "BouncedAt": "2026-11-01T10:00:00Z",
}  # fmt: skip
HEADERS = ("X-Forwarded-For", "X-Request-ID", "Referer")
NOTHING = "scanned"  # the one parameter of an address that reads none
BOUNDARY = "scanned-by-machines"
UPLOAD = "\r\n".join(
    (
        f"--{BOUNDARY}", f'Content-Disposition: form-data; name="file"; filename="people{sqlmap.MARK}.csv"',
        "Content-Type: text/csv", "", f"email,name,plan{sqlmap.MARK}",
        f"ines@customer.example,Ines{sqlmap.MARK},gold{sqlmap.MARK}", f"--{BOUNDARY}--", "",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """One address and method a scanner is sent to. `variant` names what is marked beside the usual."""

    route: Route
    method: str
    operation: Operation | None = None
    variant: str = ""


def every_plan(document: bytes) -> list[Plan]:
    """Each route that can be reached with each of its methods, and each operation of the API."""
    known = {(one.pattern, one.method): one for one in operations.every_operation(document)}
    plans = [
        Plan(route, method, known.get((route.pattern, method)))
        for route in routes.every_route()
        if not routes.why_not(route)
        for method in route.methods
    ]
    by_name = {plan.route.name: plan for plan in plans if plan.method == "GET"}
    contacts = next(plan for plan in plans if plan.operation and plan.operation.path == "/api/v1/contacts/"
                    and plan.method == "POST")  # fmt: skip
    return [
        *plans,
        Plan(by_name["accounts:workspace"].route, "GET", variant="cookies"),
        Plan(by_name["account_login"].route, "POST", variant="headers"),
        Plan(by_name["surveys:import_new"].route, "POST", variant="file"),
        Plan(contacts.route, "POST", contacts.operation, variant="idempotency key"),
    ]


class Maker:
    """Makes targets for the product at `base`."""

    def __init__(self, base: str, cast: Cast) -> None:
        self.base, self.cast = base, cast
        self.seen = fields.Seen()
        self.is_anonymous: set[str] = set()  # patterns that answer only those who are not signed in
        self.refused: dict[tuple[str, str], dict[str, str]] = {}
        self.hooks = ""  # the address of the server that takes a provider's reports
        cause = RootCause.objects.of(cast.workspace).order_by("pk").first()
        self.known: dict[str, Callable[[], object]] = {
            "survey": lambda: cast.survey.public_id,
            "contact": lambda: cast.contact().public_id,
            "contacts": lambda: cast.contact().public_id,
            "key": lambda: cast.widget.public_id,
            "owner": lambda: cast.owner.email,
            "root_cause": lambda: cause.name if cause else "words",
            "email": lambda: "ines@customer.example",
            "phone": lambda: "+390212345678",
            "language": lambda: "en",
            "time_zone": lambda: "UTC",
            "group_by": lambda: "touchpoint",
            "since": lambda: "2026-01-01",
            "until": lambda: f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d}",
            "attributes": lambda: {"plan": "gold"},
            "addresses": lambda: "nina@people.example",
            "address": lambda: "ines@customer.example",
            "issuer": lambda: NOWHERE,
            "client_id": lambda: self.cast.token(),
            "secret": lambda: "a secret",
            "domains": lambda: "people.example",
            "place": lambda: "DE",
            "origins": lambda: ORIGIN,
            "frame_origins": lambda: ORIGIN,
            "holiday_on": lambda: "2027-12-27",
            "year": lambda: "2027",
            "account_value": lambda: "100",
            "cursor": lambda: "",
            "submission": lambda: "",  # else what is sent a second time is not done a second time
            "seen": lambda: "",
            "name": lambda: f"Scanned {self.cast.token()[:8]}",
        }

    # --- looking round ---------------------------------------------------------------------------------------

    def look_round(self) -> None:
        """Read the pages: what their forms send and what their links ask, and which of them need nobody signed in."""
        cookies = self.cast.cookies()
        for route in routes.every_route():
            if routes.why_not(route) or "GET" not in route.methods or route.is_api:
                continue
            url = self.base + routes.address(route, self.cast.values(route))
            own = cookies if route.is_staff else self.cast.cookies(self.cast.person)
            status = self._read(url, own)
            if own is not cookies:
                self.cast.forget(own)
            if not route.is_staff and status != 200 and self._read(url, {}) == 200:
                self.is_anonymous.add(route.pattern)
        for links in list(self.seen.links.values()):
            for link in sorted(set(links))[:PAGES_OF_A_ROUTE]:
                self._read(self.base + link, cookies)
        self.cast.forget(cookies)

    def send_without_token(self, plans: list[Plan]) -> dict[str, int]:
        """What each address for which a session counts answers to a form with the session and without its token, and to
        one with a file and a wrong token: 403 when both are refused, else what was answered instead."""
        found, cookies = {}, self.cast.cookies()
        for plan in plans:
            route = plan.route
            if (
                plan.method == "POST"
                and not plan.variant
                and not route.is_api
                and not route.pattern.startswith(SESSIONLESS)
            ):
                url = self.base + routes.address(route, self.cast.values(route))
                answers = [
                    requests.post(
                        url,
                        {"name": "x", **token},
                        files=files,
                        cookies=cookies,
                        timeout=30,
                        allow_redirects=False,
                    )
                    for token, files in (
                        ({}, None),
                        ({"csrfmiddlewaretoken": "wrong"}, {"file": ("a.csv", b"email")}),
                    )
                ]
                found[route.pattern] = max(answers, key=lambda answer: answer.status_code != 403).status_code
        self.cast.forget(cookies)
        return found

    def _read(self, url: str, cookies: dict[str, str]) -> int:
        answer = requests.get(url, cookies=cookies, timeout=30, allow_redirects=False)
        if answer.status_code == 200 and "html" in answer.headers.get("Content-Type", ""):
            self.seen.read(url, answer.text)
        return answer.status_code

    # --- making one ------------------------------------------------------------------------------------------

    def make(self, plan: Plan, number: int) -> sqlmap.Target:
        """The target of a plan, with rows of its own and, where one is needed, a session of its own. What a view refuses
        beside the rest is left in `self.refused`."""
        route = plan.route
        values, rows = self.cast.furnish(route)
        headers, cookies = self._rights(route)
        base = self.hooks if route.pattern.startswith("hooks/") and self.hooks else self.base
        plain = base + routes.address(route, values)
        self._bring_into_state(route, plain)
        self.cast.keep(number, rows)
        query, form, body = self._sent(plan)

        def ask(method: str, *, asked: Any = None, body: Any = None) -> requests.Response:
            return requests.request(
                method, plain, params=asked, json=body, headers=headers, cookies=cookies, timeout=30,
                allow_redirects=False,
            )  # fmt: skip

        known = self.refused.get((route.pattern, plan.method), {})
        if plan.variant == REFUSED and body is None:
            query = {name: value for name, value in query.items() if name in known}
        elif not plan.variant:
            query, rest = usable.of_query(lambda given: ask("GET", asked=given), query)
            if body is not None:
                body, names = usable.of_body(lambda given: ask(plan.method, body=given), body)
                rest = dict.fromkeys([*names, *sqlmap.numbers_in(body)], "")
            self.cast.mend()  # asking may have been the one time that it works
            self.refused[route.pattern, plan.method] = rest
        mark = "" if plan.variant else sqlmap.MARK
        url = base + routes.address(route, values, mark, of_numbers=plan.method == "GET")
        url = sqlmap.with_query(url, query if plan.variant in ("", REFUSED) else {})
        if not (plan.variant or sqlmap.MARK in url or form or body):
            url = sqlmap.with_query(url, {NOTHING: "1"})
        given: dict[str, Any] = {"form": form, "body": body, "marks_numbers": plan.variant == REFUSED}
        if plan.variant == "cookies":
            cookies = {name: f"{value}{sqlmap.MARK}" for name, value in cookies.items()}
            cookies[settings.DEVICE_COOKIE_NAME] = f"{self.cast.token()}{sqlmap.MARK}"
        elif plan.variant == "headers":
            headers, given = headers | dict.fromkeys(HEADERS, f"127.0.0.1{sqlmap.MARK}"), {}
        elif plan.variant == "idempotency key":
            headers["Idempotency-Key"] = f"scan-{number}{sqlmap.MARK}"
            given = {"raw": json.dumps(body), "kind": "application/json"}
        elif plan.variant == "file":
            given = {"raw": UPLOAD, "kind": f"multipart/form-data; boundary={BOUNDARY}"}
        return sqlmap.Target(
            number, route.pattern, plan.method, url, headers=headers, cookies=cookies, **given
        )

    def _sent(self, plan: Plan) -> tuple[dict[str, str], dict[str, str] | None, Any]:
        """Query, form and body of a plan, with values that are likely to be taken."""
        route = plan.route
        query, sent, form = fields.read_by(route.view)
        if route.pattern.startswith("hooks/"):
            return {}, None, dict(HOOK) if plan.method == "POST" else None
        if plan.operation is not None:
            given = {name: str(self._value(name, value)) for name, value in plan.operation.query.items()}
            return given, None, self._filled(plan.operation.body)
        shown = self.seen.fields.get((route.pattern, plan.method))
        if plan.method == "GET":
            read = {**query, **(shown or {})}
        else:
            has_act = bool(getattr(getattr(route.view, "view_class", None), "act", ""))
            read = {**sent, **(form if shown is None or has_act else {})}
            read |= {name: value or form.get(name, "") for name, value in (shown or {}).items()}
        if route.pattern.startswith("accounts/"):  # allauth's pages read it wherever they go on from
            read["next"] = f"/w/{self.cast.workspace.slug}/"
        read = {name: str(self._value(name, value)) for name, value in read.items()}
        return (read, None, None) if plan.method == "GET" else ({}, read, None)

    def _bring_into_state(self, route: Route, plain: str) -> None:
        """A case that is to be resumed waits, one that is to be opened again is closed: by the API, as a program would."""
        for ending, (move, body) in BEFORE.items():
            if route.pattern.endswith(ending) and "/cases/<int:number>/" in route.pattern:
                case = plain.removesuffix(ending).rpartition("/cases/")[2]
                self._call(f"/api/v1/cases/{case}/{move}/", body)

    def _call(self, path: str, body: dict[str, str]) -> None:
        answer = requests.post(
            self.base + path, json=body, headers={"Authorization": f"Bearer {self.cast.secret}"}, timeout=30
        )
        answer.raise_for_status()

    def _rights(self, route: Route) -> tuple[dict[str, str], dict[str, str]]:
        """The headers and cookies with which a route answers more than a refusal."""
        if route.pattern == "api/v1/widget/answers/":
            return {"Origin": ORIGIN}, {}
        if route.is_api:
            return {"Authorization": f"Bearer {self.cast.secret}"}, {}
        if route.pattern.startswith("hooks/"):
            return {"Authorization": f"Basic {b64encode(HOOK_SECRET.encode()).decode()}"}, {}
        if route.pattern.startswith(SESSIONLESS):
            return {}, {}
        cookies = self.cast.cookies(self.cast.person)
        if route.pattern in self.is_anonymous | ANONYMOUS:
            self.cast.forget(cookies)
            cookies = {settings.CSRF_COOKIE_NAME: cookies[settings.CSRF_COOKIE_NAME]}
        return {"X-CSRFToken": cookies[settings.CSRF_COOKIE_NAME]}, cookies

    def _value(self, name: str, value: object) -> object:
        return self.known[name]() if name in self.known else value

    def _filled(self, body: Any) -> Any:
        if not isinstance(body, dict):
            return body
        return {
            name: self._filled(value) if isinstance(value, dict) and value else self._value(name, value)
            for name, value in body.items()
        }
