"""A person's archive: once at a time, whole after any kill, gone with the person or by age, told to whoever asked."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User, Workspace
from outbox.models import OutboundMessage
from surveys.models import Contact, PersonArchive
from surveys.services import contacts, erasing, merging, person_archives, person_export
from tests.conftest import MONDAY_9AM

LATER = MONDAY_9AM + timedelta(minutes=2)


@pytest.fixture
def stored(settings: Any, tmp_path: Path) -> Path:
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return tmp_path / "archives"


@pytest.fixture
def archive(acme: Workspace, owner: User, dora: Contact, stored: Path) -> PersonArchive:
    return person_archives.start(contact=dora, by=owner, now=MONDAY_9AM)


def files(stored: Path) -> list[str]:
    return sorted(file.name for file in stored.glob("*"))


def fresh(archive: PersonArchive) -> PersonArchive:
    return PersonArchive.objects.of(archive.workspace_id).get(pk=archive.pk)


def test_it_is_made_once_and_whoever_asked_is_told_without_a_word_of_the_person(
    acme: Workspace, owner: User, dora: Contact, archive: PersonArchive, stored: Path
) -> None:
    assert [person_archives.run(now=MONDAY_9AM), person_archives.run(now=LATER)] == [1, 0]
    row = fresh(archive)
    assert (row.status, row.parts_done, row.parts_total > 5) == ("READY", row.parts_total, True)
    assert files(stored) == [f"{archive.public_id}.zip"]
    mail = OutboundMessage.objects.of(acme).get(mail="archive_ready")
    assert (mail.to, mail.kind) == (owner.email, "STAFF")
    assert [word for word in ("Dora", dora.email) if word in f"{mail.subject}{mail.facts}"] == []


def test_a_killed_run_is_begun_again_and_leaves_one_file(
    archive: PersonArchive, stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_args: Any, **_more: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:  # after the file was stored, before the row knew
        patch.setattr(person_archives, "_tell", killed)
        with pytest.raises(SystemExit):
            person_archives.run(now=MONDAY_9AM)
    row = fresh(archive)
    assert (row.status, row.attempts, files(stored)) == ("RUNNING", 1, [f"{archive.public_id}.zip"])
    assert person_archives.run(now=MONDAY_9AM + timedelta(seconds=30)) == 0  # the lease of the killed one
    assert person_archives.run(now=LATER) == 1
    assert (fresh(archive).status, files(stored)) == ("READY", [f"{archive.public_id}.zip"])


def test_what_fails_again_and_again_ends_and_stores_nothing(
    archive: PersonArchive,
    stored: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def broken(**_more: Any) -> int:
        raise OSError

    monkeypatch.setattr(person_export, "write", broken)
    with django_capture_on_commit_callbacks(execute=True):
        for hour in range(person_archives.MAX_ATTEMPTS + 1):
            person_archives.run(now=MONDAY_9AM + timedelta(hours=hour))
    assert (fresh(archive).status, files(stored)) == ("FAILED", [])


@pytest.mark.parametrize("when", ["before", "while", "after"])
def test_an_erased_person_leaves_no_file(
    owner: User, dora: Contact, archive: PersonArchive, stored: Path, when: str,
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    write = person_export.write

    def write_and_erase(**more: Any) -> int:
        rows = write(**more)
        erasing.erase(contact=dora, now=MONDAY_9AM, by=owner)
        return rows

    with django_capture_on_commit_callbacks(execute=True):
        if when == "before":
            erasing.erase(contact=dora, now=MONDAY_9AM, by=owner)
        if when == "while":
            monkeypatch.setattr(person_export, "write", write_and_erase)
        assert person_archives.run(now=MONDAY_9AM) == (1 if when == "after" else 0)
        if when == "after":
            erasing.erase(contact=dora, now=MONDAY_9AM, by=owner)
    assert (files(stored), PersonArchive.objects.of(dora.workspace_id).count()) == ([], 0)


def test_a_merged_person_and_age_leave_no_file(
    acme: Workspace, owner: User, dora: Contact, archive: PersonArchive, stored: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    other = contacts.upsert(workspace=acme, email="eve@customer.example", now=MONDAY_9AM)[0]
    half = person_archives.start(contact=other, by=owner, now=MONDAY_9AM)
    assert person_archives.run(now=MONDAY_9AM) == 2
    with django_capture_on_commit_callbacks(execute=True):
        merging.merge(keep=dora, other=other, by=owner, now=LATER)
    assert files(stored) == [f"{archive.public_id}.zip"]
    assert not PersonArchive.objects.of(acme).filter(pk=half.pk).exists()
    old = MONDAY_9AM + person_archives.KEPT_FOR + timedelta(minutes=1)
    with pytest.raises(person_archives.Gone):
        person_archives.opened(archive=fresh(archive), by=owner, now=old)
    with django_capture_on_commit_callbacks(execute=True):
        person_archives.run(now=old)
    assert (fresh(archive).status, files(stored)) == ("GONE", [])
