"""The scan's own list: every route and every operation is on it, or has a reason; and what it makes of what it sees."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse

from accounts.models import Membership, Workspace
from bench.scan import fields, operations, report, routes, sqlmap, tally, targets, usable, verdict, wapiti
from bench.scan.cast import Cast
from config import api
from surveys.models import Contact
from tests.conftest import signed_in
from tests.guards.test_routes import STAFF_ROUTES


def test_every_route_is_scanned_or_has_a_reason() -> None:
    """A new route needs nothing here, unless its address has a part of a new kind or cannot be turned round."""
    planned = {plan.route.pattern for plan in targets.every_plan(api.document())}
    left_out = {
        one.pattern: routes.why_not(one) for one in routes.every_route() if one.pattern not in planned
    }
    assert {pattern for pattern, why in left_out.items() if not why} == set()
    assert set(left_out) & planned == set()
    staff = {one.name for one in routes.every_route() if one.is_staff and one.pattern in planned}
    assert staff == {one.name for one in STAFF_ROUTES if one.name != "components"}


def test_only_routes_hidden_by_another_are_left_out() -> None:
    left_out = {one.pattern: why for one in routes.every_route() if (why := routes.why_not(one))}
    assert all(why.startswith("never reached: /accounts/") for why in left_out.values()), left_out
    assert all(pattern.startswith(("accounts/3rdparty/", "accounts/social/")) for pattern in left_out)


def test_no_reason_and_no_sample_is_left_over() -> None:
    known = {one.pattern for one in routes.every_route()}
    assert set(routes.NOT_SCANNED) - known == set()
    assert set(routes.SAMPLES) - known == set()


def test_every_operation_of_the_api_is_scanned_with_its_body() -> None:
    document = api.document()
    paths = json.loads(document)["paths"]
    named = {
        (method.upper(), path_) for path_, item in paths.items() for method in item if method != "parameters"
    }
    found = [plan.operation for plan in targets.every_plan(document) if plan.operation and not plan.variant]
    assert {(one.method, one.path) for one in found} == named
    with_body = {(one.method, one.path) for one in found if one.body is not None}
    assert with_body == {
        (method.upper(), path_) for path_, item in paths.items() for method in item
        if "requestBody" in item[method]
    }  # fmt: skip


def test_a_hidden_route_says_who_answers_for_it() -> None:
    def view(_request: HttpRequest, **_parts: Any) -> HttpResponse:
        return HttpResponse()

    hidden = routes.Route("s/<str:token>/extra/", "", (("token", "str"),), ("GET",), view)
    assert routes.why_not(hidden) == "never reached: /s/AbCdEfGhIjKlMnOpQrStUv/extra/ is answered by nobody"
    with pytest.raises(ValueError, match="what a year looks like"):
        routes.address(routes.Route("y/<year:y>/", "", (("y", "year"),), ("GET",), view), {})
    assert path("s/", view).callback is view


def test_addresses_are_marked_where_something_fits_in() -> None:
    by_name = {one.name: one for one in routes.every_route()}
    values = {"slug": "acme", "number": 7, "public_id": "abc"}
    assert routes.address(by_name["surveys:contact"], values, "*") == "/w/acme/contacts/abc*/"
    assert routes.address(by_name["accounts:workspace"], values, "*") == "/w/acme*/"
    assert routes.address(by_name["detractors:note"], values, "*") == "/w/acme/cases/7*/note/"
    assert (
        routes.address(by_name["detractors:note"], values, "*", of_numbers=False) == "/w/acme/cases/7/note/"
    )
    key = routes.address(by_name["account_reset_password_from_key"], {}, "*")
    assert key == "/accounts/password/reset/key/1*-set-password*/"


def test_what_a_view_reads_is_found_in_its_source_and_its_forms() -> None:
    by_name = {one.name: one for one in routes.every_route()}
    query, _sent, _form = fields.read_by(by_name["surveys:contact_list"].view)
    assert {"search"} <= set(query)
    query, _sent, _form = fields.read_by(by_name["dashboards:dashboard"].view)
    assert {"survey", "since", "until"} & set(query)
    _query, sent, form = fields.read_by(by_name["surveys:answer"].view)
    assert {"score", "comment"} <= set(sent)
    _query, sent, form = fields.read_by(by_name["surveys:contact_add"].view)
    assert {"name", "email"} <= set(form)
    assert form["email"] == "ines@customer.example"
    _query, sent, form = fields.read_by(by_name["detractors:reopen"].view)
    assert "reason" in form  # by the act of the view, from the table of forms beside it


@pytest.mark.django_db
def test_forms_and_links_of_a_page_belong_to_their_routes(acme: Workspace) -> None:
    seen = fields.Seen()
    page = (
        "<a href='/w/acme/contacts/?search=x'>x</a><form method=post action='/w/acme/contacts/new/'>"
        "<input name=csrfmiddlewaretoken value=t><input name=name value=Ines><input type=file name=f>"
        "<select name=language><option value=de><option value=en selected></select></form>"
        "<button hx-post='/w/acme/surveys/new/'></button><a href='https://elsewhere.example/w/acme/cases/'></a>"
    )
    seen.read("http://127.0.0.1:1/w/acme/", page)
    assert seen.fields == {
        ("w/<slug:slug>/contacts/", "GET"): {"search": "x"},
        ("w/<slug:slug>/contacts/new/", "POST"): {"name": "Ines", "language": "en"},
        ("w/<slug:slug>/surveys/new/", "POST"): {},
    }
    assert seen.links == {"w/<slug:slug>/contacts/": ["/w/acme/contacts/?search=x"]}


def test_requests_are_counted_by_the_route_that_answered(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text(
        "200 1000 sqlmap:4 GET /w/acme/contacts/?search=1%27 HTTP/1.1\n"
        "404 1000 sqlmap:4 GET /w/acme/contacts/abc%27/ HTTP/1.1\n"
        "429 1000 sqlmap:5 POST /s/abc/ HTTP/1.1\n"
        "500 1000 wapiti:1 POST /s/abc/ HTTP/1.1\n"
        "404 1000 wapiti:1 GET /nowhere HTTP/1.1\n"
        "302 1000 wapiti:1 GET / HTTP/1.1\n"
        "200 1000 - GET /healthz HTTP/1.1\n"
    )
    found = tally.count(log)
    assert found.scanned == {
        ("sqlmap", "w/<slug:slug>/contacts/", "GET"): 1,
        ("sqlmap", "w/<slug:slug>/contacts/<str:public_id>/", "GET"): 1,
        ("wapiti", "s/<str:token>/", "POST"): 1,
        ("wapiti", "", "GET"): 1,
    }
    assert found.refused == {("sqlmap", "s/<str:token>/", "POST"): 1}
    assert found.of("sqlmap", "s/<str:token>/") == 0
    assert [line.target for line in found.broken] == ["/s/abc/"]
    assert found.elsewhere == {"wapiti": 1}
    assert (found.aimed[4], found.good[4]) == (2, 1)


def test_the_access_log_the_product_writes_is_the_one_that_is_read() -> None:
    assert tally.arguments(Path("/x/access.log")) == (
        "--access-logfile '/x/access.log' --access-logformat '%(s)s %(D)s %({x-scan}i)s %(r)s'"
    )


SAID = """
[10:00:00] [INFO] testing if URI parameter '#1*' is dynamic
[10:00:00] [INFO] heuristic (basic) test shows that URI parameter '#1*' might be injectable (possible DBMS: 'PostgreSQL')
[10:00:01] [WARNING] URI parameter '#1*' does not seem to be injectable
[10:00:02] [INFO] testing if (custom) POST parameter '#2*' is dynamic
[10:00:02] [INFO] checking if the injection point on (custom) POST parameter '#2*' is a false positive
[10:00:02] [WARNING] false positive or unexploitable injection point detected
[10:00:03] [CRITICAL] target URL content appears to be heavily dynamic. sqlmap is going to retry the request(s)
[10:00:04] [CRITICAL] unable to connect to the target URL
Parameter: #3* (URI)
    Type: boolean-based blind
"""


def test_what_sqlmap_says_is_understood() -> None:
    target = sqlmap.Target(
        1, "s/<str:token>/", "POST", "http://127.0.0.1:1/s/a*/", form={"score": "7", "comment": "a b"}
    )
    assert target.data == "score=7*&comment=a%20b*"
    assert target.marks == 3
    found = sqlmap.read(target, SAID, seconds=3, is_cut=False, is_quick=False)
    assert (found.tested, found.tried) == (1, 2)
    assert found.found == ["#3* (URI)"]
    posted = "Parameter: #2* ((custom) POST)\n"
    assert sqlmap.read(target, posted, seconds=3, is_cut=False, is_quick=False).found == [
        "comment (#2* ((custom) POST))"
    ]
    assert found.maybe == [
        "heuristic (basic) test shows that URI parameter '#1*' might be injectable (possible DBMS: 'PostgreSQL')"
    ]
    assert found.refuted == ["(custom) POST parameter '#2*'"]
    assert found.trouble == ["unable to connect to the target URL"]


def test_a_json_body_is_marked_in_every_value() -> None:
    body = {"score": 7, "contact": {"name": "Ines"}, "send": True, "list": ["a"]}
    plain = {"score": 7, "contact": {"name": "Ines*"}, "send": True, "list": ["a*"]}
    assert sqlmap.marked(body, numbers=False) == plain
    assert sqlmap.marked(body, numbers=True) == {**plain, "score": "7*"}
    assert sqlmap.numbers_in(body) == ["score"]


def test_what_wapiti_says_is_understood() -> None:
    one = {"method": "GET", "path": "/w/demo/", "info": "because", "parameter": "q"}
    report = {
        "vulnerabilities": {"SQL Injection": [one, one], "XSS": []},
        "anomalies": {"Internal Server Error": [one]},
    }
    assert [finding.words for finding in wapiti.findings(report)] == [
        "SQL Injection: GET /w/demo/ (q): because",
        "Internal Server Error: GET /w/demo/ (q): because",
    ]


def test_a_sample_of_a_schema_has_everything_that_may_be_in_it() -> None:
    document = {
        "components": {"schemas": {"A": {"properties": {"n": {"type": ["integer", "null"], "minimum": 5}}}}}
    }
    schema = {"properties": {"a": {"$ref": "#/components/schemas/A"}, "e": {"enum": ["X", "Y"]},
                             "l": {"type": "array", "items": {"type": "string", "format": "email"}}}}  # fmt: skip
    assert operations.sample(document, schema) == {"a": {"n": 5}, "e": "X", "l": ["ines@customer.example"]}
    assert reverse("surveys:contact_list", kwargs={"slug": "acme"}) == "/w/acme/contacts/"


class _Answer:
    def __init__(self, status: int, fields: tuple[str, ...] = ()) -> None:
        self.status_code, self.fields = status, fields

    def json(self) -> Any:
        return {"errors": [{"field": name} for name in self.fields]}


def test_what_is_refused_beside_the_rest_is_found_by_asking() -> None:
    def ask(query: dict[str, str]) -> Any:
        return _Answer(400 if "cursor" in query or {"since", "until"} <= set(query) else 200)

    assert usable.of_query(ask, {"a": "1"}) == ({"a": "1"}, {})
    assert usable.of_query(ask, {"since": "1", "cursor": "x", "until": "2", "a": "1"}) == (
        {"since": "1", "a": "1"},
        {"cursor": "x", "until": "2"},
    )


def test_a_body_goes_without_the_fields_its_refusal_names() -> None:
    def ask(body: dict[str, Any]) -> Any:
        wrong = tuple(name for name in ("touchpoint", "contact") if name in body)
        return _Answer(422, (f"{wrong[0]}.email",)) if wrong else _Answer(201)

    body = {"contact": {"email": "x"}, "score": 3, "touchpoint": "y"}
    assert usable.of_body(ask, body) == ({"score": 3}, ["touchpoint", "contact"])
    assert usable.of_body(lambda _body: _Answer(409), body) == (body, [])


def result(**facts: Any) -> Any:
    """What a scan of one route has seen."""
    from datetime import UTC, datetime

    from bench.scan.work import Result

    plans = [plan for plan in targets.every_plan(api.document()) if plan.route.name == "surveys:contact_list"]
    seen = Result(
        "http://127.0.0.1:1", datetime(2026, 3, 2, tzinfo=UTC), plans=plans, routes=[plans[0].route]
    )
    seen.tally.scanned["sqlmap", plans[0].route.pattern, "GET"] = 46
    seen.tally.good[1] = 40
    for name, value in facts.items():
        setattr(seen, name, value)
    return seen


def test_a_scan_that_saw_nothing_wrong_has_passed() -> None:
    assert verdict.failures(result()) == []


def test_a_route_that_got_nothing_but_refusals_of_a_limit_is_a_failure() -> None:
    refused = tally.Tally()
    refused.refused["sqlmap", "w/<slug:slug>/contacts/", "GET"] = 46
    assert verdict.failures(result(tally=refused)) == [
        "sqlmap sent nothing to GET w/<slug:slug>/contacts/",
        "GET w/<slug:slug>/contacts/ was only refused: give MAKERS in bench/scan/cast.py a row for it",
        "w/<slug:slug>/contacts/ got no request",
    ]


EVERY_MODULE = "".join(f"[*] Launching module {name}\n" for name in wapiti.MODULES)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"said": EVERY_MODULE}, ""),
        ({"said": EVERY_MODULE, "is_cut": True}, "time was up"),
        ({"said": EVERY_MODULE, "code": 1}, "code 1, a report"),
        ({"said": EVERY_MODULE, "has_report": False}, "code 0, no report"),
        ({"said": EVERY_MODULE.replace("module ssrf", "")}, "without ssrf"),
    ],
)
def test_a_wapiti_that_did_not_do_all_it_was_asked_to_is_a_failure(facts: dict[str, Any], why: str) -> None:
    visit = wapiti.Outcome(
        wapiti.Visit(1, "all", "http://127.0.0.1:1", [], {}, "http://127.0.0.1:2"), **facts
    )
    said = verdict.failures(result(visits=[visit]))
    assert said == ([f"wapiti did not come to its end ({why})"] if why else [])


def test_an_answer_of_500_a_finding_and_a_call_are_failures() -> None:
    seen = result(called=["GET /ssrf/ HTTP/1.1"])
    seen.tally.broken = [
        tally.Line(500, 9, "sqlmap", 1, "GET", "/w/acme/contacts/?search=%27"),
        tally.Line(502, 9, "sqlmap", 1, "POST", "/accounts/sso/abc/"),
    ]
    target = sqlmap.Target(
        1, "w/<slug:slug>/contacts/", "GET", "http://127.0.0.1:1/w/acme/contacts/?search=1*"
    )
    seen.outcomes[1] = sqlmap.Outcome(target, found=["#1* (URI)"])
    cookie = "Secure flag is not set in the cookie : amends_session"
    seen.visits = [
        wapiti.Outcome(
            wapiti.Visit(1, "all", "http://127.0.0.1:1", [], {}, "http://127.0.0.1:2"),
            said=EVERY_MODULE,
            findings=[
                wapiti.Finding("Secure Flag cookie", "GET", "/", "", cookie),
                wapiti.Finding("Cross Site Scripting", "GET", "/w/acme/", "q", "XSS"),
            ],
        )
    ]
    seen.tokenless = {"w/<slug:slug>/contacts/new/": 403, "w/<slug:slug>/surveys/new/": 302}
    assert verdict.failures(seen) == [
        "answered 500: sqlmap GET /w/acme/contacts/?search=%27",
        "POST w/<slug:slug>/surveys/new/ without its token was answered 302, not 403",
        "sqlmap found GET w/<slug:slug>/contacts/: #1* (URI)",
        "wapiti found Cross Site Scripting: GET /w/acme/ (q): XSS",
        "the product called GET /ssrf/ HTTP/1.1",
    ]


def test_the_report_names_every_address_with_what_it_got() -> None:
    said = report.write(result(is_whole=False))
    assert "| `/w/<slug:slug>/contacts/` | GET | 46 | 40 | - | 0 |" in said


@pytest.mark.django_db
def test_every_route_gets_an_address_of_rows_that_exist() -> None:
    """Each page of the staff that can be looked at shows something to the owner, as the scanners meet it."""
    cast = Cast()
    client, wrong = signed_in(cast.owner), {}
    for route in routes.every_route():
        if routes.why_not(route):
            continue
        path_ = routes.address(route, cast.values(route))
        assert routes.answered_by(path_) == route.pattern
        if route.is_staff and "GET" in route.methods:
            answer = client.get(path_)
            if answer.status_code not in (200, 204, 302):
                wrong[route.name] = answer.status_code
    assert wrong == {}, "give MAKERS in bench/scan/cast.py a row for them"


@pytest.mark.django_db
def test_what_a_scanner_takes_away_is_put_back() -> None:
    cast = Cast()
    contact, cookies = cast.contact(), cast.cookies()
    cast.keep(1, [contact])
    assert cast.mend() == []
    contact.delete()
    Session.objects.filter(session_key=cookies[settings.SESSION_COOKIE_NAME]).delete()
    Workspace.objects.filter(pk=cast.workspace.pk).update(requires_second_factor=True)
    Membership.objects.of(cast.workspace).filter(user=cast.owner).update(role="AGENT")
    assert sorted(cast.mend()) == ["contact", "membership", "session", "workspace"]
    assert Contact.objects.of(cast.workspace).filter(public_id=contact.public_id).exists()
    client = Client()
    client.cookies.load(cookies)
    assert client.get(f"/w/{cast.workspace.slug}/settings/company/").status_code == 200
    cast.let_go(1)
    cast.forget(cookies)
    Contact.objects.of(cast.workspace).delete()
    assert cast.mend() == []
