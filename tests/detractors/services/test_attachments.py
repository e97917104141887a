from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Membership, Team, User, Workspace
from core.privacy import Person
from detractors.enums import EventKind
from detractors.models import Attachment, Case, CaseEvent
from detractors.services import attachments, forgetting
from detractors.services.errors import Incomplete
from surveys.models import Contact
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=10)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return tmp_path


@pytest.fixture
def case(bob: User, open_case: Callable[..., Case]) -> Case:
    return open_case()


def attached(case: Case, by: User, name: str = "photo.png", content: bytes = PNG) -> Attachment:
    return attachments.attach(
        case=case, file=SimpleUploadedFile(name, content), by=by, now=LATER, note="See."
    )


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_a_name_that_says_nothing_and_given_out_as_a_download(
    bob: User, case: Case, folder: Path
) -> None:
    row = attached(case, bob, name="../Ines photo.svg", content=PNG)
    [path] = stored(folder)
    assert (path.read_bytes(), "Ines" in str(path), path.suffix) == (PNG, False, "")
    answer = signed_in(bob).get(f"/w/acme/cases/{case.number}/files/{row.public_id}/")
    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Disposition"] == 'attachment; filename="Ines photo.svg.png"'
    found = (answer["Content-Type"], answer["X-Content-Type-Options"], answer["Cache-Control"])
    assert found == ("image/png", "nosniff", "no-store")
    line = CaseEvent.objects.of(case.workspace_id).filter(case=case).latest("id")
    assert (line.kind, line.note, line.facts["file"]) == (EventKind.FILE_ADDED, "See.", "Ines photo.svg.png")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("photo.png", b"MZ\x90\x00"),
        ("archive.zip", b"PK\x03\x04" + b"\x00" * 30),
        ("empty.txt", b""),
        ("large.png", PNG + b"0" * attachments.MAX_BYTES),
    ],
)
def test_what_is_not_taken_leaves_nothing_behind(
    bob: User, case: Case, folder: Path, name: str, content: bytes
) -> None:
    with pytest.raises(Incomplete) as caught:
        attached(case, bob, name=name, content=content)
    assert (caught.value.field, stored(folder), Attachment.objects.of(case.workspace_id).count()) == (
        "file",
        [],
        0,
    )


def test_a_row_that_cannot_be_written_leaves_no_file(
    bob: User, case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_OF_CASE", 1)
    attached(case, bob)
    with pytest.raises(Incomplete):
        attached(case, bob)
    assert len(stored(folder)) == 1


def test_a_colleague_who_may_not_see_the_case_and_a_stranger_find_no_file(
    acme: Workspace, bob: User, owner: User, charlie: User, case: Case
) -> None:
    row = attached(case, bob)
    path = f"/w/acme/cases/{case.number}/files/{row.public_id}/"
    other = Team(workspace=acme, name="Elsewhere", created_at=MONDAY_9AM)
    other.save()
    Case.objects.of(acme).update(team=other, owner=owner)
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    assert [signed_in(user).get(path).status_code for user in (owner, bob, charlie)] == [200, 404, 404]


def test_a_file_goes_with_the_person_once_that_is_committed(
    acme: Workspace,
    bob: User,
    ines: Contact,
    case: Case,
    folder: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    row = attached(case, bob, name="Ines Iglesias.png")
    person = Person(workspace_id=acme.pk, contact_id=ines.pk, public_id=ines.public_id)
    with django_capture_on_commit_callbacks(execute=True):
        forgetting.forget(person, LATER)
        assert len(stored(folder)) == 1
    row.refresh_from_db()
    assert (stored(folder), row.name, row.removed_at) == ([], "", LATER)
    assert attachments.open_file(row) is None


def test_a_removed_file_is_gone_and_its_name_stays_in_the_timeline(
    bob: User, case: Case, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    row = attached(case, bob)
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(bob).post(f"/w/acme/cases/{case.number}/files/{row.public_id}/remove/")
    line = CaseEvent.objects.of(case.workspace_id).filter(case=case).latest("id")
    assert (answer.status_code, stored(folder), line.kind, line.facts) == (
        302, [], EventKind.FILE_REMOVED, {"file": "photo.png"},
    )  # fmt: skip
    assert signed_in(bob).get(f"/w/acme/cases/{case.number}/files/{row.public_id}/").status_code == 404
