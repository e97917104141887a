"""A person's own data: taken out as a file, and erased after a look at what goes."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.enums import Act
from accounts.models import AuditEvent, User, Workspace
from detractors.models import Case
from detractors.services import cases, decisions
from followups.services import replies
from surveys.models import Contact, Survey
from surveys.services import contacts, person_archives, responses
from tests.api import Api
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora(acme: Workspace, bob: User, django_capture_on_commit_callbacks: Any) -> Contact:
    """Dora has an answer with a comment, and a case with a note and a reply."""
    person, _new = contacts.upsert(
        workspace=acme, email="dora@customer.example", name="Dora <b>Doe", company="=cmd()", phone="+49 30 1234567",
        attributes={"region": "North"}, now=MONDAY_9AM,
    )  # fmt: skip
    survey = Survey.objects.of(acme).get()
    with django_capture_on_commit_callbacks(execute=True):
        responses.record(
            workspace=acme, survey=survey, contact=person, score=2, comment="=HYPERLINK(1)", now=MONDAY_9AM
        )
        decisions.decide_pending(now=MONDAY_9AM)
        case = Case.objects.of(acme).get()
        cases.note(case=case, by=bob, text="Call after six", now=MONDAY_9AM)
        replies.send(
            case=case,
            by=bob,
            subject="Sorry",
            body="Dear Dora, we look into it.",
            now=MONDAY_9AM,
            submission="s" * 22,
        )
    other, _new = contacts.upsert(
        workspace=acme, email="eve@customer.example", name="Eve Else", now=MONDAY_9AM
    )
    responses.record(
        workspace=acme, survey=survey, contact=other, score=9, comment="Eves words", now=MONDAY_9AM
    )
    return person


def url(contact: Contact, what: str) -> str:
    return f"/w/acme/contacts/{contact.public_id}/{what}/"


def opened(answer: Any) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def check_archive(archive: zipfile.ZipFile) -> None:
    said = json.loads(archive.read("person.json"))
    assert {name: len(said[name]) for name in ("person", "attributes", "answers", "cases", "conversation", "mails")} == {
        "person": 1, "attributes": 1, "answers": 1, "cases": 1, "conversation": 1, "mails": 1,
    }  # fmt: skip
    assert said["person"][0]["email"] == "dora@customer.example"
    assert (said["answers"][0]["score"], said["answers"][0]["comment"]) == (2, "=HYPERLINK(1)")
    assert "Call after six" in [event["note"] for event in said["case_timeline"]]
    assert said["conversation"][0]["body"] == "Dear Dora, we look into it."
    assert "Dear Dora" in said["mails"][0]["text"]
    whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert [word for word in ("Eve Else", "eve@customer", "Eves words") if word in whole] == []
    page = archive.read("index.html").decode()
    assert "Dora &lt;b&gt;Doe" in page
    assert "<b>Doe" not in page
    rows = list(csv.DictReader(io.StringIO(archive.read("answers.csv").decode("utf-8-sig"))))
    assert rows[0]["comment"] == "'=HYPERLINK(1)"  # a spreadsheet must not run it
    assert {name.partition(".")[2] for name in archive.namelist()} == {"csv", "json", "html", "txt"}


@pytest.fixture
def stored(settings: Any, tmp_path: Path) -> Path:
    """Where files are kept."""
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return tmp_path / "archives"


def test_everything_about_a_person_comes_as_one_archive(
    acme: Workspace, owner: User, dora: Contact, stored: Path
) -> None:
    client = signed_in(owner)
    page = client.post(url(dora, "export"))["Location"]
    assert client.post(url(dora, "export"))["Location"] == page  # the one on its way
    assert 'hx-trigger="every 1s"' in client.get(page).content.decode()
    assert client.post(f"{page}file/")["Location"] == page  # not yet
    assert person_archives.run(now=timezone.now()) == 1
    shown = client.get(page).content.decode()
    assert "The file is ready" in shown
    assert "every 1s" not in shown
    assert page in client.get(f"/w/acme/contacts/{dora.public_id}/").content.decode()
    assert AuditEvent.objects.of(acme).filter(act=Act.PERSON_EXPORTED).count() == 0  # nothing has left yet
    answer = client.post(f"{page}file/")
    assert answer["Content-Disposition"] == f'attachment; filename="person-{dora.public_id}.zip"'
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "no-store")
    check_archive(opened(answer))
    event = AuditEvent.objects.of(acme).get(act=Act.PERSON_EXPORTED)
    assert (event.actor, event.subject_id) == (owner, dora.public_id)


def test_only_owner_and_admin_see_or_take_the_file(
    acme: Workspace, owner: User, alice: User, charlie: User, globex: Workspace, dora: Contact, stored: Path
) -> None:
    page = signed_in(owner).post(url(dora, "export"))["Location"]
    person_archives.run(now=timezone.now())
    assert [signed_in(one).get(page).status_code for one in (alice, charlie)] == [403, 404]
    assert [signed_in(one).post(f"{page}file/").status_code for one in (alice, charlie)] == [403, 404]
    assert signed_in(charlie).post(f"{page}file/".replace("acme", "globex")).status_code == 404


def test_the_api_gives_the_same_archive(acme: Workspace, owner: User, dora: Contact) -> None:
    answer = Api(acme, by=owner).get(f"contacts/{dora.public_id}/export/")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200, "application/zip", "no-store",
    )  # fmt: skip
    check_archive(opened(answer))
    assert AuditEvent.objects.of(acme).get(act=Act.PERSON_EXPORTED).actor == owner


def test_the_api_knows_nobody_elsewhere(
    acme: Workspace, globex: Workspace, charlie: User, dora: Contact
) -> None:
    api = Api(globex, by=charlie)
    unknown = api.get(f"contacts/{'x' * 22}/export/")
    foreign = api.get(f"contacts/{dora.public_id}/export/")
    assert (foreign.status_code, foreign.content) == (404, unknown.content)
    assert AuditEvent.objects.of(acme).filter(act=Act.PERSON_EXPORTED).count() == 0


@pytest.mark.parametrize("what", ["export", "erase"])
def test_only_owner_and_admin_may(
    acme: Workspace, alice: User, bob: User, charlie: User, globex: Workspace, dora: Contact, what: str
) -> None:
    answers = [
        signed_in(user).post(url(dora, what), {"confirm": "yes"}).status_code
        for user in (alice, bob, charlie)
    ]
    assert answers == [403, 403, 404]
    assert signed_in(charlie).post(url(dora, what).replace("acme", "globex")).status_code == 404
    dora.refresh_from_db()
    assert dora.erased_at is None


def test_looking_changes_nothing_and_counts(acme: Workspace, owner: User, dora: Contact) -> None:
    answer = signed_in(owner).get(url(dora, "erase"))
    counts = {count.code: count.n for count in answer.context["counts"]}
    assert counts == {
        "attributes": 1, "answers": 1, "comments": 1, "cases": 1, "notes": counts["notes"], "mails": 1,
        "notices": counts["notices"], "conversation": 1,
    }  # fmt: skip
    assert counts["notes"] >= 2
    assert answer["Cache-Control"] == "no-store"
    dora.refresh_from_db()
    assert (dora.erased_at, AuditEvent.objects.of(acme).filter(act=Act.PERSON_ERASED).count()) == (None, 0)


def test_ticked_it_goes_and_unticked_the_page_says_so(acme: Workspace, owner: User, dora: Contact) -> None:
    client = signed_in(owner)
    refused = client.post(url(dora, "erase"))
    assert refused.status_code == 422
    assert "Tick this first" in refused.content.decode()
    done = client.post(url(dora, "erase"), {"confirm": "yes"}, follow=True)
    assert "The person is erased." in done.content.decode()
    dora.refresh_from_db()
    assert (dora.name, dora.erased_at is None) == ("", False)
    assert AuditEvent.objects.of(acme).get(act=Act.PERSON_ERASED).actor == owner
    assert client.post(url(dora, "export")).status_code == 404


def test_an_api_delete_goes_the_same_way(acme: Workspace, owner: User, dora: Contact) -> None:
    assert Api(acme, by=owner).delete(f"contacts/{dora.public_id}/").status_code == 204
    event = AuditEvent.objects.of(acme).get(act=Act.PERSON_ERASED)
    assert (event.actor, event.subject_id) == (owner, dora.public_id)
