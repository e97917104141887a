"""What makes a scan fail, and the findings that are known to be none, each with its evidence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.scan import routes
from bench.scan.routes import answered_by
from bench.scan.tally import Line

if TYPE_CHECKING:
    from bench.scan.work import Result

# A finding that matches is explained, not counted: (scanner, expression on its words, why it is none).
EXPLAINED: list[tuple[str, str, str]] = [
    (
        "sqlmap", r"^POST w/<slug:slug>/cases/<int:number>/\S+: submission \(#\d+\* \(\(custom\) POST\)\)$",
        "The word of a form, by which a second click is known: sent again it is answered as the first time (302), and another "
        "word in the same moment finds the case moved (409). sqlmap repeats the words it takes for true and invents those it "
        "takes for false, so it sees a difference; it then found no database behind it. The word is bound as a parameter and "
        "kept as it is (`tests/detractors/views/test_cases.py`, `test_the_word_of_a_form_is_kept_whatever_it_looks_like`).",
    ),
    (
        "sqlmap", r"^POST w/<slug:slug>/cases/<int:number>/reopen/: reason \(#\d+\* \(\(custom\) POST\)\)$",
        "A case is opened again once: the first request with any reason is answered 302, the next 409 until the scan has "
        "dismissed it anew, so an answer depends on the moment and not on the words; sqlmap then found no database behind it. "
        "The reason is bound as a parameter and kept word for word (`tests/detractors/views/test_cases.py`, "
        "`test_the_reason_of_opening_again_is_kept_whatever_it_looks_like`).",
    ),
    (
        "sqlmap", r"^POST hooks/anymail/<str:provider>/inbound/: heuristic \(XSS\) test",
        "The answer to a provider names the kind of report it does not expect, as text/plain with nosniff: no browser takes it "
        "for a page, and only who knows the provider's secret gets it.",
    ),
    (
        "wapiti", r"^Secure Flag cookie: .*Secure flag is not set in the cookie : amends_\w+$",
        "The scan speaks http to loopback. With https the cookies are Secure and named `__Host-` (`config/settings.py`; "
        "`tests/config/test_security.py`).",
    ),
    (
        "wapiti", r"^Cross Site Request Forgery: POST /(?:[sumce]|complain)/\S+: Lack of anti CSRF token$",
        "The customers' pages have no session and no cookie that another site could borrow: the token in the path is the "
        "right to act (`core/middleware.py`).",
    ),
    (
        "wapiti", r"^Cross Site Request Forgery: POST /w/\S+/preview/: Lack of anti CSRF token$",
        "The answer page that the preview of a survey shows; pressed there, it is answered 403 for want of a token (the "
        "check of every form below, `surveys:survey_preview` among them).",
    ),
    (
        "wapiti", r"^Cross Site Request Forgery: POST /w/\S+/(imports/new|company)/: CSRF token '\w+' is not properly checked",
        "Forms with a file: wapiti 3.0.4 sends their token so that nobody can read it, so the right one and the wrong one are "
        "answered alike, with 403 (the access log; the check of every form below sends files, too).",
    ),
    (
        "wapiti", r"^HTTP Secure Headers: .*Strict-Transport-Security is not set$",
        "The scan speaks http to loopback, where this header means nothing. With https every answer has it "
        "(`tests/config/test_security.py`).",
    ),
    (
        "wapiti", r"^HTTP Secure Headers: .*X-XSS-Protection is not set$",
        "The filter this header spoke to is gone from every browser, and could itself be turned against a page. The "
        "Content-Security-Policy with nonces stands in its place.",
    ),
]  # fmt: skip

# What scans have found in the product, and the test that holds it since.
MENDED: list[tuple[str, str]] = [
    (
        "`/accounts/security/second-factor/?next=1` was answered 500: a word that is no path was looked up as the name of a page.",
        "tests/accounts/test_middleware.py::test_the_way_on_is_a_path_and_never_the_name_of_a_page",
    ),
    (
        "POST `/w/<slug>/settings/suppressions/` was answered 500 once, when somebody took the same address off in the same "
        "moment.",
        "tests/outbox/services/test_suppressions.py::test_an_address_that_somebody_takes_off_meanwhile_is_on_the_list_first",
    ),
    (
        "POST `/e/<token>/` was answered 500 once, when a guest answered in the moment in which the sweep wrote to them.",
        "tests/followups/services/test_gatherings.py::test_a_guest_is_taken_before_the_case_as_by_the_sweep",
    ),
    (
        "POST `/w/<slug>/settings/rules/<rule>/` and `/settings/promises/add/` were answered 500 now and then when a rehearsal "
        "was asked for: the oldest one was removed while a worker was still writing its cases.",
        "tests/detractors/services/test_rehearsing.py::test_one_that_a_worker_is_walking_is_let_go_the_next_time",
    ),
]  # fmt: skip

# Answers of 500 and above that are meant: (route, status) and why.
MEANT: dict[tuple[str, int], str] = {
    ("accounts/sso/<str:public_id>/", 502): "the identity provider, login.invalid, does not answer",
    ("readyz", 503): "the worker has not yet reported for the first time",
}


def is_meant(line: Line) -> bool:
    """Whether an answer of 500 and above is what the product is there to say."""
    return (answered_by(line.path), line.status) in MEANT


def explanation(scanner: str, words: str) -> str:
    """Why a finding is none; "" when nobody has explained it."""
    return next((why for who, pattern, why in EXPLAINED if who == scanner and re.search(pattern, words)), "")


def findings(result: Result) -> list[tuple[str, str, str]]:
    """Every finding of both scanners: (scanner, words, explanation or "")."""
    found = []
    for number, outcome in sorted(result.outcomes.items()):
        del number
        for words in (*outcome.found, *outcome.maybe):
            said = f"{outcome.target.method} {outcome.target.pattern}: {words}"
            found.append(("sqlmap", said, explanation("sqlmap", said)))
    for visit in result.visits:
        for one in visit.findings:
            found.append(("wapiti", one.words, explanation("wapiti", one.words)))
    return found


def failures(result: Result) -> list[str]:
    """One sentence for each reason why this scan has not passed."""
    said = []
    for plan in result.plans:
        if not result.tally.of("sqlmap", plan.route.pattern, plan.method):
            said.append(f"sqlmap sent nothing to {plan.method} {plan.route.pattern}")
    for number, plan in enumerate(result.plans, start=1):
        if plan.route.is_staff and plan.method == "GET" and not result.tally.good[number]:
            said.append(
                f"GET {plan.route.pattern} was only refused: give MAKERS in bench/scan/cast.py a row for it"
            )
    for route in result.routes:
        reached = sum(result.tally.of(by, route.pattern) for by in ("sqlmap", "wapiti"))
        if not reached and not routes.why_not(route):
            said.append(f"{route.pattern} got no request")
    for line in result.tally.broken:
        if is_meant(line):
            continue
        said.append(f"answered {line.status}: {line.by} {line.method} {line.target[:300]}")
    for outcome in result.outcomes.values():
        for words in outcome.trouble:
            said.append(
                f"sqlmap could not go on at {outcome.target.method} {outcome.target.pattern}: {words}"
            )
    said += [f"wapiti did not come to its end ({visit.why_not})" for visit in result.visits if visit.why_not]
    said += [
        f"POST {pattern} without its token was answered {status}, not 403"
        for pattern, status in result.tokenless.items()
        if status != 403
    ]
    said += [f"{scanner} found {words}" for scanner, words, why in findings(result) if not why]
    said += [f"the product called {line}" for line in result.called]
    return list(dict.fromkeys(said))
