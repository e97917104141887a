"""The API as a whole: its document, the page that shows it, and a fuzzer's opinion of both."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from accounts.rules.scopes import SENTENCES
from config import api
from detractors.services import decisions
from surveys.models import Survey
from tests.api import Api
from tests.servers import need

METHODS = ("get", "post", "patch", "delete")

# All checks but two. Well-formed data may still name a survey that does not exist: that is refused, and tested by name
# elsewhere. A PATCH takes any part of its fields, which the fuzzer reports as "missing required property" though none is.
FUZZER = """
[checks]
positive_data_acceptance.enabled = false

[parameters]
"path.number" = 1

[[operations]]
include-method = "PATCH"
[operations.checks]
negative_data_rejection.enabled = false
"""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return json.loads(api.document())


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def test_the_document_is_valid_and_nothing_in_it_had_to_be_guessed() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())


def test_the_document_needs_no_key_and_is_json() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer["Content-Type"], answer.json()["openapi"][:3]) == (
        200,
        "application/json",
        "3.1",
    )


def test_every_address_of_the_contract_is_in_the_document(document: dict[str, Any]) -> None:
    found = {
        (method.upper(), path.removeprefix("/api/v1/")) for path, method, _operation in operations(document)
    }
    moves = ("claim", "assign", "reply", "note", "call", "wait", "resume", "resolve", "reopen", "dismiss")
    assert found == {
        *((verb, "contacts/") for verb in ("GET", "POST")),
        *((verb, "contacts/{id}/") for verb in ("GET", "PATCH", "DELETE")),
        ("GET", "contacts/{id}/export/"),
        *((verb, "surveys/") for verb in ("GET", "POST")),
        *((verb, "surveys/{id}/") for verb in ("GET", "PATCH")),
        *((verb, "invitations/") for verb in ("GET", "POST")),
        ("GET", "invitations/{id}/"),
        *((verb, "responses/") for verb in ("GET", "POST")),
        ("GET", "responses/{id}/"),
        ("GET", "cases/"),
        ("GET", "cases/{number}/"),
        ("GET", "cases/{number}/events/"),
        *(("POST", f"cases/{{number}}/{move}/") for move in moves),
        ("GET", "metrics/nps/"),
        ("GET", "metrics/loop/"),
        ("GET", "metrics/at-stake/"),
        ("POST", "widget/answers/"),
        ("POST", "responses/{id}/judge/"),
        ("POST", "events/"),
        *((verb, "audiences/") for verb in ("GET", "POST")),
        *((verb, "audiences/{id}/") for verb in ("GET", "PATCH", "DELETE")),
        *((verb, "surveys/{id}/links/") for verb in ("GET", "POST")),
        *((verb, "surveys/{id}/links/{link}/") for verb in ("GET", "PATCH")),
        *((verb, "mentions/") for verb in ("GET", "POST")),
        ("GET", "mentions/{id}/"),
        ("POST", "complaints/"),
        ("POST", "cases/{number}/status/"),
        *(("GET", f"{plan}/") for plan in ("matrix", "playbooks", "ranking", "rules")),
        *((verb, "surveys/{id}/questions/") for verb in ("GET", "POST")),
        *((verb, "surveys/{id}/questions/{question}/") for verb in ("GET", "PATCH")),
        *((verb, "surveys/{id}/wordings/") for verb in ("GET", "POST")),
        *((verb, "surveys/{id}/wordings/{language}/") for verb in ("GET", "PATCH", "DELETE")),
        *((verb, "cases/{number}/tasks/") for verb in ("GET", "POST")),
        *((verb, "cases/{number}/tasks/{task}/") for verb in ("GET", "PATCH", "DELETE")),
        *((verb, "cases/{number}/tasks/{task}/link/") for verb in ("POST", "DELETE")),
        *((verb, "cases/{number}/call-backs/") for verb in ("GET", "POST")),
        *((verb, "cases/{number}/call-backs/{call}/") for verb in ("GET", "POST", "DELETE")),
        *((verb, "cases/{number}/notes/") for verb in ("GET", "POST")),
        ("GET", "cases/{number}/planned-steps/"),
        *((verb, "gatherings/") for verb in ("GET", "POST")),
        *(("GET", f"gatherings/{{id}}/{more}") for more in ("", "guests/")),
        *((verb, "gatherings/{id}/start/") for verb in ("POST", "DELETE")),
        *((verb, "cases/{number}/playbooks/") for verb in ("GET", "POST")),
        *((verb, "cases/{number}/planned-steps/{step}/skip/") for verb in ("POST", "DELETE")),
        *((verb, "cases/{number}/watchers/") for verb in ("GET", "POST", "DELETE")),
        *(("POST", f"cases/{{number}}/{act}/") for act in ("tags", "priority", "snooze", "wake")),
        *(("GET", f"{listed}/") for listed in ("tasks", "call-backs", "forecast")),
        *((verb, "notifications/") for verb in ("GET", "POST")),
        *((verb, f"{kept}/") for kept in ("tags", "case-statuses") for verb in ("GET", "POST")),
        *((verb, "tags/{id}/") for verb in ("PATCH", "DELETE")),
        ("PATCH", "case-statuses/{id}/"),
        *((verb, "templates/") for verb in ("GET", "POST")),
        *((verb, "templates/{id}/") for verb in ("GET", "PATCH")),
        *(
            ("GET", f"{listed}/")
            for listed in ("escalations", "executives", "lessons", "spikes", "metrics/waits")
        ),
        *((verb, "escalations/{id}/") for verb in ("GET", "PATCH")),
        *(("GET", f"{kept}/{{id}}/") for kept in ("lessons", "spikes")),
        *((verb, f"spikes/{{id}}/{act}/") for act in ("dismiss", "queue") for verb in ("POST", "DELETE")),
        ("GET", "cases/{number}/stages/"),
        ("POST", "cases/{number}/sponsor/"),
        *((verb, "cases/{number}/retention/") for verb in ("GET", "POST", "DELETE")),
        *((verb, "cases/{number}/promises/") for verb in ("GET", "POST")),
        *(("GET", found) for found in ("cases/{number}/promises/{promise}/", "promises/")),
        *(("POST", f"cases/{{number}}/promises/{{promise}}/{act}/") for act in ("keep", "move", "break")),
        *((verb, "loss-reasons/") for verb in ("GET", "POST")),
        ("PATCH", "loss-reasons/{id}/"),
        *((verb, "calendars/") for verb in ("GET", "POST")),
        *((verb, "calendars/{id}/") for verb in ("GET", "PATCH", "DELETE")),
        ("POST", "calendars/{id}/preview/"),
        *((verb, "calendars/{id}/holidays/") for verb in ("GET", "POST")),
        *((verb, "calendars/{id}/holidays/{day}/") for verb in ("PATCH", "DELETE")),
        ("GET", "clock/"),
        ("GET", "cases/{number}/clocks/"),
        *((verb, "sla-policies/") for verb in ("GET", "POST")),
        *((verb, "sla-policies/{id}/") for verb in ("GET", "PATCH")),
        *(("POST", f"sla-policies/{which}preview/") for which in ("", "{id}/")),
    }


def test_every_operation_is_named_tells_its_refusals_and_needs_the_key(document: dict[str, Any]) -> None:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    names = []
    for path, method, operation in operations(document):
        names.append(operation["operationId"])
        wanted = {"400", "401", "403", "429", "503"} | ({"404"} if "{" in path else set())
        wanted |= (
            {"409", "413", "415"} if method in ("post", "patch") else {"409"} if method == "delete" else set()
        )
        wanted |= {"422"} if method == "post" else set()
        refusals = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert (path, method, set(refusals)) == (path, method, wanted)
        assert all(answer["content"] == problem for answer in refusals.values())
        is_widget = path == "/api/v1/widget/answers/"
        assert operation.get("security", []) == ([] if is_widget else [{"apiKey": []}])
        assert operation["summary"] != ""
        assert operation["tags"] != []
        keys = [one for one in operation.get("parameters", []) if one["name"] == "Idempotency-Key"]
        assert len(keys) == (1 if method == "post" and not is_widget else 0)
        needed = operation.get("x-scopes", [])
        assert len(needed) == (0 if is_widget else 1)
        for scope in needed:
            assert scope in SENTENCES
            assert scope.endswith(":read" if method == "get" else ":write")
            assert f"`{scope}`" in operation["description"]
    assert len(names) == len(set(names))


def test_bodies_name_all_they_take(document: dict[str, Any]) -> None:
    loose = [
        name
        for name, schema in document["components"]["schemas"].items()
        if name.endswith("Request") and schema.get("additionalProperties") is not False
    ]
    assert loose == []


def test_every_resource_of_the_contract_has_its_fields(document: dict[str, Any]) -> None:
    contract = {
        "Contact": "email phone name company external_id language time_zone account_value attributes",
        "Survey": "id name metric question status public_id",
        "Invitation": "id status not_sent_because survey_url due_at",
        "Response": "id survey contact metric score segment comment channel trust responded_at case decision",
        "Case": "number status category priority owner response responses contact opened_at first_response_due_at"
        " first_responded_at resolution_due_at resolved_at breaches root_cause outcome customer_url",
        "Nps": "nps n promoters passives detractors margin_of_error groups",
        "Loop": "first_response_minutes sla_attainment closed_loop_rate recovery_rate",
    }
    schemas = document["components"]["schemas"]
    assert {
        name: set(words.split()) - set(schemas[name]["properties"]) for name, words in contract.items()
    } == {name: set() for name in contract}


@pytest.fixture
def browser() -> Iterator[Any]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    need("Chromium", found=program is not None, cure="install the package chromium, or set CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        window = playwright.chromium.launch(
            executable_path=program, args=[*flags, "--disable-gpu", "--no-first-run"]
        )
        yield window
        window.close()


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_the_page_draws_every_operation_under_the_strict_policy(
    browser: Any, document: dict[str, Any]
) -> None:
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait(30)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's own loop runs in this thread
    try:
        # High enough for all: of more than a hundred, the page draws those in view.
        page = browser.new_page(viewport={"width": 1280, "height": 20_000})
        told: list[str] = []
        page.on(
            "console",
            lambda message: told.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: told.append(str(error)))
        answer = page.goto(f"http://127.0.0.1:{server.port}/api/v1/docs/")
        wanted = sum(1 for _ in operations(document))
        page.wait_for_function(
            "wanted => document.querySelectorAll('.opblock').length >= wanted", arg=wanted, timeout=60_000
        )
        drawn = page.locator(".opblock").count()
    finally:
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
        server.terminate()
    policy = answer.headers["content-security-policy"]
    assert re.findall(r"unsafe-[a-z]+", policy) == []
    assert (drawn, told) == (wanted, [])


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_a_fuzzer_finds_no_server_error_and_no_answer_that_is_not_documented(
    acme: Workspace, bob: User, live_server: Any, tmp_path: Path
) -> None:
    key = Api(acme, by=bob)
    survey = Survey.objects.of(acme).get().public_id
    key.post(
        "responses/", {"survey": survey, "score": 2, "contact": {"email": "ines@x.example", "name": "Ines"}}
    )
    decisions.decide_pending(now=timezone.now())
    (tmp_path / "schemathesis.toml").write_text(FUZZER)
    program = Path(sys.executable).with_name("st")
    need("schemathesis", found=program.exists(), cure="install the development requirements")
    finished = subprocess.run(
        [
            str(program), "--config-file", str(tmp_path / "schemathesis.toml"),
            "run", f"{live_server.url}/api/v1/openapi.json",
            "--header", f"Authorization: Bearer {key.secret}", "--phases", "coverage,fuzzing", "--max-examples", "3",
            "--max-time", "25", "--workers", "1", "--seed", "7", "--no-color", "--warnings", "off", "--continue-on-failure",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    tried = re.search(r"(\d+) generated, (\d+) passed", finished.stdout)
    assert finished.returncode == 0, finished.stdout[-6000:]
    assert tried is not None
    assert int(tried[1]) == int(tried[2]) > 0
