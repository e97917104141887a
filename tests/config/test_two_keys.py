"""A fuzzer with the key of one workspace and the ids of another, over every operation that takes an id."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import serializers
from django.utils import timezone

from accounts.models import User, Workspace
from detractors.models import Case
from detractors.services import decisions
from surveys.models import Contact, Invitation, Response, Survey
from tests.api import Api
from tests.servers import need

SETTINGS = """
[checks]
positive_data_acceptance.enabled = false

[parameters]
{fixed}

[[operations]]
include-method = "PATCH"
[operations.checks]
negative_data_rejection.enabled = false
"""


def furnished(workspace: Workspace, by: User) -> dict[str, str]:
    """One of everything in this workspace: the id of each kind, as paths name it."""
    key, survey = Api(workspace, by=by), Survey.objects.of(workspace).get()
    person = {"email": "ines@x.example", "name": "Ines"}
    key.post("responses/", {"survey": survey.public_id, "score": 2, "contact": person})
    decisions.decide_pending(now=timezone.now())
    contact = Contact.objects.of(workspace).get()
    asked = key.post("invitations/", {"survey": survey.public_id, "contact": contact.public_id})
    Case.objects.of(workspace).update(number=4_711)  # no number of anybody else's
    return {
        "contacts": contact.public_id,
        "surveys": survey.public_id,
        "invitations": asked.json()["id"],
        "responses": Response.objects.of(workspace).get().public_id,
        "cases": "4711",
    }


def state(workspace: Workspace) -> str:
    """Every row of this workspace a key could reach."""
    kinds = (Contact, Survey, Invitation, Response, Case)
    return serializers.serialize(
        "json", [row for kind in kinds for row in kind.objects.of(workspace).order_by("pk")]
    )


def fuzz(folder: Path, url: str, secret: str, kind: str, one: str) -> list[tuple[str, str, int]]:
    """Ask every operation of this kind that takes an id for `one`: (method, path, status) of each request."""
    program = Path(sys.executable).with_name("st")
    need("schemathesis", found=program.exists(), cure="install the development requirements")
    fixed = f'"path.number" = {one}' if kind == "cases" else f'"path.id" = "{one}"'
    config, report = folder / f"{kind}.toml", folder / f"{kind}.har"
    config.write_text(SETTINGS.format(fixed=fixed))
    finished = subprocess.run(
        [
            str(program), "--config-file", str(config), "run", f"{url}/api/v1/openapi.json",
            "--header", f"Authorization: Bearer {secret}", "--include-path-regex", rf"/{kind}/\{{", "--phases", "coverage,fuzzing",
            "--max-examples", "3", "--max-time", "12", "--seed", "7", "--no-color", "--warnings", "off",
            "--continue-on-failure", "--report-har-path", str(report),
        ],
        cwd=folder, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stdout[-6000:]
    entries = json.loads(report.read_text())["log"]["entries"]
    return [
        (entry["request"]["method"], urlsplit(entry["request"]["url"]).path, entry["response"]["status"])
        for entry in entries
    ]


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_a_fuzzer_with_a_foreign_key_finds_and_changes_nothing(
    acme: Workspace, bob: User, charlie: User, globex: Workspace, live_server: Any, tmp_path: Path
) -> None:
    ids, before = furnished(acme, bob), ""
    secret, before = Api(globex, by=charlie).secret, state(acme)
    asked: Counter[str] = Counter()
    found = []
    for kind, one in ids.items():
        for method, path, status in fuzz(tmp_path, live_server.url, secret, kind, one):
            if f"/{kind}/{one}/" not in path:  # the fuzzer tried an id of its own
                continue
            asked[re.sub(re.escape(one), "{id}", path) + " " + method] += 1
            if status < 400:
                found.append((method, path, status))
    for operation, times in sorted(asked.items()):
        print(f"{times:5} {operation}")
    assert found == []
    assert len(asked) >= 20
    assert state(acme) == before
