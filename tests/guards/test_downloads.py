"""Every file that leaves through the browser: a download, kept by nobody on the way, and nothing a spreadsheet would run.

The walk of `test_matrix.py` finds them itself: there a route that answers with a file and is not in FILES fails.
"""

import csv
import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User, Workspace
from dashboards.services import tallies
from detractors.services import decisions
from surveys.models import Attribute, Contact, Survey
from surveys.services import contacts, imports, person_archives, responses, touchpoints
from tests.api import Api
from tests.conftest import MONDAY_9AM, signed_in
from tests.guards.test_routes import STAFF_ROUTES, address, furnish

pytestmark = pytest.mark.django_db

STARTS = ("=", "+", "-", "@", "\t")
TEXTS = [f"{start}cmd|'/C calc'!A1" for start in STARTS]
# Every route of a workspace that answers with a file, and how it is asked for.
FILES = {
    "accounts:audit_export": "post",
    "dashboards:answers_csv": "get",
    "dashboards:breakdown_csv": "get",
    "dashboards:distribution_csv": "get",
    "dashboards:survey_report_csv": "get",
    "dashboards:trend_csv": "get",
    "detractors:queue_csv": "get",
    "detractors:call_file": "get",
    "detractors:rehearsal_csv": "get",
    "detractors:file": "get",
    "detractors:waits_csv": "get",
    "detractors:retention_csv": "get",
    "followups:original": "get",
    "followups:gathering_csv": "get",
    "surveys:contact_archive_file": "post",
    "surveys:contacts_csv": "get",
    "surveys:import_bad_rows": "get",
    "surveys:link_png": "get",
    "surveys:link_svg": "get",
}
TABLES = ["answers.csv", "attributes.csv", "person.csv"]  # of a person's archive: those with their words


@pytest.fixture
def browser(acme: Workspace, owner: User, settings: Any, tmp_path: Path) -> Client:
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return signed_in(owner)


@pytest.fixture
def person(acme: Workspace, owner: User) -> Contact:
    """Customers whose names, companies, words, places and attributes begin like formulas; teams, too."""
    survey = Survey.objects.of(acme).get()
    Attribute.objects.of(acme).create(
        workspace=acme, name="region", label="Region", is_reportable=True, values=TEXTS, created_at=MONDAY_9AM
    )
    found = []
    for number, text in enumerate(TEXTS):
        contact, _new = contacts.upsert(
            workspace=acme, email=f"c{number}@customer.example", name=text, company=text,
            attributes={"region": text}, now=MONDAY_9AM,
        )  # fmt: skip
        found.append(contact)
        responses.record(
            workspace=acme, survey=survey, contact=contact, score=2, comment=text,
            touchpoint=touchpoints.ensure(workspace=acme, name=text, now=MONDAY_9AM),
            now=MONDAY_9AM + timedelta(minutes=number),
        )  # fmt: skip
        Team(workspace=acme, name=text, created_at=MONDAY_9AM).save()
    decisions.decide_pending(now=MONDAY_9AM)
    tallies.fold_all(now=MONDAY_9AM + timedelta(hours=1))
    return found[0]


def body(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def cells(text: bytes, delimiter: str = ",") -> list[str]:
    return [
        cell for row in csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=delimiter) for cell in row
    ]


def check_headers(response: HttpResponse) -> None:
    assert response.status_code == 200
    found = (response["Content-Disposition"].split(";")[0], response["X-Content-Type-Options"])
    assert (*found, "no-store" in response.get("Cache-Control", "")) == ("attachment", "nosniff", True)


def check_cells(found: list[str]) -> None:
    """Nothing begins like a formula but numbers."""
    loose = [cell for cell in found if cell.lstrip(" ").startswith(STARTS) and not is_number(cell)]
    assert loose == []


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def said(found: list[str]) -> set[str]:
    """With which characters the texts begin that were made harmless."""
    return {cell[1] for cell in found if cell[:1] == "'" and cell[1:] in {*TEXTS, *map(str.strip, TEXTS)}}


def gives_a_file(answer: Any) -> bool:
    return bool(answer.get("Content-Disposition", ""))


def check_files(given: dict[str, str]) -> None:
    """All that somebody who may everything was given, by route and method.

    Asked by the matrix, whose owner walks every route by each method: `test_matrix.py`.
    Without its stored file an import has no rows to give back, and an archive is still to be made; see below."""
    assert {**given, "surveys:import_bad_rows": "get", "surveys:contact_archive_file": "post"} == FILES


ASKED = "period=custom&since=2026-03-01&until=2026-03-31"


@pytest.mark.parametrize(
    ("name", "query", "expected"),
    [
        ("dashboards:answers_csv", "", "=+-@"),
        ("dashboards:breakdown_csv", "&by=touchpoint", "=+-@"),
        ("dashboards:distribution_csv", "", ""),
        ("dashboards:trend_csv", "", ""),
    ],
)
def test_figures_and_answers_come_as_harmless_downloads(
    browser: Client, person: Contact, name: str, query: str, expected: str
) -> None:
    response = browser.get(reverse(name, kwargs={"slug": "acme"}) + f"?{ASKED}{query}")
    check_headers(response)
    found = cells(body(response))
    check_cells(found)
    assert said(found) >= set(expected)


def test_the_list_of_contacts_comes_as_a_harmless_download(browser: Client, person: Contact) -> None:
    response = browser.get(reverse("surveys:contacts_csv", kwargs={"slug": "acme"}))
    check_headers(response)
    found = cells(body(response))
    check_cells(found)
    assert said(found) >= set("=+-@")


def test_the_list_of_cases_comes_as_a_harmless_download(browser: Client, person: Contact) -> None:
    decisions.decide_pending(now=MONDAY_9AM + timedelta(hours=1))
    response = browser.get(reverse("detractors:queue_csv", kwargs={"slug": "acme"}) + "?view=open")
    check_headers(response)
    found = cells(body(response))
    check_cells(found)
    assert said(found) >= set("=+-@")


def test_the_report_of_a_survey_comes_as_a_harmless_download(
    acme: Workspace, browser: Client, person: Contact
) -> None:
    survey = Survey.objects.of(acme).get()
    where = reverse("dashboards:survey_report_csv", kwargs={"slug": "acme", "public_id": survey.public_id})
    response = browser.get(f"{where}?{ASKED}")
    check_headers(response)
    check_cells(cells(body(response)))


@pytest.mark.parametrize("name", ["surveys:link_png", "surveys:link_svg"])
def test_the_codes_of_a_link_come_as_pictures(
    acme: Workspace, owner: User, browser: Client, name: str
) -> None:
    furniture = furnish(acme, owner)
    response = browser.get(address(next(one for one in STAFF_ROUTES if one.name == name), "acme", furniture))
    check_headers(response)
    assert response["Content-Type"] in ("image/png", "image/svg+xml")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("detractors:call_file", "text/calendar"),
        ("detractors:file", "text/plain"),
        ("followups:original", "application/octet-stream"),
    ],
)
def test_what_lies_beside_a_case_comes_as_a_download(
    acme: Workspace, owner: User, browser: Client, name: str, kind: str
) -> None:
    furniture = furnish(acme, owner)
    response = browser.get(address(next(one for one in STAFF_ROUTES if one.name == name), "acme", furniture))
    check_headers(response)
    assert response["Content-Type"].split(";")[0] == kind


def test_the_audit_log_comes_as_a_harmless_download(browser: Client, person: Contact, owner: User) -> None:
    owner.name = TEXTS[0]
    owner.save()
    browser.post("/w/acme/settings/audit/export/")
    response = browser.post("/w/acme/settings/audit/export/")
    check_headers(response)
    found = cells(body(response))
    check_cells(found)
    assert said(found) == {"="}


@pytest.mark.parametrize("asked_by", ["browser", "program"])
def test_a_persons_archive_is_a_harmless_download(
    acme: Workspace, owner: User, browser: Client, person: Contact, asked_by: str
) -> None:
    if asked_by == "browser":
        page = browser.post(f"/w/acme/contacts/{person.public_id}/export/")["Location"]
        person_archives.run(now=timezone.now())
        response = browser.post(f"{page}file/")
    else:
        response = Api(acme, by=owner).get(f"contacts/{person.public_id}/export/")
    check_headers(response)
    archive = zipfile.ZipFile(io.BytesIO(body(response)))
    tables = {name: cells(archive.read(name)) for name in archive.namelist() if name.endswith(".csv")}
    for found in tables.values():
        check_cells(found)
    assert [name for name in TABLES if said(tables[name]) != {"="}] == []


def test_refused_rows_of_an_import_come_back_as_a_harmless_download(browser: Client) -> None:
    lines = "".join(f'broken;"{text}"\r\n' for text in TEXTS)
    file = SimpleUploadedFile("people.csv", f"E-Mail;Name\r\n{lines}".encode())
    url = str(browser.post("/w/acme/contacts/imports/new/", {"file": file})["Location"])
    browser.post(url, {"column_0": "email", "column_1": "name"})
    imports.run(now=MONDAY_9AM)
    response = browser.get(url + "bad-rows.csv")
    check_headers(response)
    found = cells(body(response), ";")
    check_cells(found)
    assert said(found) >= set("=+-@")


def test_a_logo_too_large_is_said_beside_its_field(acme: Workspace, browser: Client) -> None:
    page = "/w/acme/settings/company/"
    for size, said_of_it in ((5 * 1024 * 1024 + 1, "larger than 5 MB"), (100, "not a picture we can read")):
        logo = SimpleUploadedFile("logo.png", b"x" * size, content_type="image/png")
        response = browser.post(page, {"part": "brand", "accent": "#2a4d9b", "logo": logo})
        assert (response.status_code, list(response.context["brand_form"].errors)) == (422, ["logo"])
        assert said_of_it in response.content.decode()
    acme.refresh_from_db()
    assert acme.logo == ""
