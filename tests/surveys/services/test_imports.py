"""CSV imports: checked without writing, imported once whatever kills them, honest about every row."""

import io
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import User, Workspace
from surveys.enums import ImportStatus
from surveys.models import BadRow, Contact, ContactImport
from surveys.services import contacts, imports
from tests.conftest import MONDAY_9AM

MAPPING = {0: "email", 1: "name", 2: "attribute:region"}
LATER = timedelta(hours=1)


@pytest.fixture(autouse=True)
def files(settings: object, tmp_path: Path) -> Path:
    """Uploads go to a folder of the test."""
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}  # type: ignore[attr-defined]
    return tmp_path


def lines(count: int) -> str:
    return "email,name,region\n" + "".join(f"c{at}@example.org,Customer {at},North\n" for at in range(count))


def upload(acme: Workspace, owner: User, text: str | bytes) -> ContactImport:
    raw = text if isinstance(text, bytes) else text.encode()
    return imports.create(
        workspace=acme, file=io.BytesIO(raw), file_name="people.csv", by=owner, now=MONDAY_9AM
    )


def counts(row: ContactImport) -> dict[str, int]:
    row.refresh_from_db()
    return {name: getattr(row, f"rows_{name}") for name in ("total", "done", "new", "changed", "same", "bad")}


def emails(workspace: Workspace) -> list[str]:
    return sorted(Contact.objects.of(workspace).values_list("email", flat=True))


def test_an_upload_guesses_columns_and_keeps_a_sample(acme: Workspace, owner: User) -> None:
    row = upload(acme, owner, "E-Mail;Vorname;Umsatz\r\nmaya@example.org;Maya;12,50\r\n")
    assert (row.delimiter, row.columns) == (";", ["E-Mail", "Vorname", "Umsatz"])
    assert (row.mapping["0"], row.mapping["1"]) == ("email", "first_name")
    assert row.sample == [["maya@example.org", "Maya", "12,50"]]
    assert row.status == ImportStatus.MAPPING


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_names_survive_every_usual_encoding(acme: Workspace, owner: User, encoding: str) -> None:
    row = upload(acme, owner, 'email,name,region\r\nz@example.org,"Zoë, Müller",Süd\r\n'.encode(encoding))
    run_through(row)
    contact = Contact.objects.of(acme).get()
    assert (contact.name, contact.attributes) == ("Zoë, Müller", {"region": "Süd"})


def test_a_file_without_rows_is_refused_with_a_sentence(acme: Workspace, owner: User) -> None:
    with pytest.raises(imports.ImportFailed) as refusal:
        upload(acme, owner, "\n\n")
    assert str(refusal.value) == "The file has no rows."
    assert not ContactImport.objects.of(acme).exists()


def run_through(row: ContactImport) -> None:
    imports.check(contact_import=row, mapping=MAPPING, now=MONDAY_9AM)
    imports.run(now=MONDAY_9AM)
    imports.start(contact_import=row, now=MONDAY_9AM)
    imports.run(now=MONDAY_9AM)
    row.refresh_from_db()


def test_the_check_counts_and_writes_nothing(acme: Workspace, owner: User) -> None:
    contacts.upsert(workspace=acme, email="c0@example.org", name="Other name", now=MONDAY_9AM)
    contacts.upsert(
        workspace=acme,
        email="c1@example.org",
        name="Customer 1",
        attributes={"region": "North"},
        now=MONDAY_9AM,
    )
    row = upload(acme, owner, lines(4) + "broken,Nobody,\n")
    imports.check(contact_import=row, mapping=MAPPING, now=MONDAY_9AM)
    imports.run(now=MONDAY_9AM)
    assert counts(row) == {"total": 5, "done": 5, "new": 2, "changed": 1, "same": 1, "bad": 1}
    assert row.status == ImportStatus.CHECKED
    assert emails(acme) == ["c0@example.org", "c1@example.org"]
    assert Contact.objects.of(acme).get(email="c0@example.org").name == "Other name"


def test_the_import_does_what_the_check_counted(acme: Workspace, owner: User) -> None:
    row = upload(acme, owner, lines(3))
    run_through(row)
    assert counts(row) == {"total": 3, "done": 3, "new": 3, "changed": 0, "same": 0, "bad": 0}
    assert (row.status, row.finished_at is not None) == (ImportStatus.DONE, True)
    assert emails(acme) == ["c0@example.org", "c1@example.org", "c2@example.org"]


def test_importing_the_same_file_again_changes_nothing(acme: Workspace, owner: User) -> None:
    run_through(upload(acme, owner, lines(3)))
    again = upload(acme, owner, lines(3))
    run_through(again)
    assert counts(again) == {"total": 3, "done": 3, "new": 0, "changed": 0, "same": 3, "bad": 0}


def test_bad_rows_are_kept_with_line_and_reason(acme: Workspace, owner: User) -> None:
    contacts.upsert(workspace=acme, email="a@example.org", external_id="A", now=MONDAY_9AM)
    contacts.upsert(workspace=acme, email="b@example.org", external_id="B", now=MONDAY_9AM)
    text = (
        "email,id,note\n"
        "nonsense,,x\n"
        "a@example.org,B,x\n"
        "twice@example.org,,first\n"
        f"long@example.org,,{'x' * 501}\n"
        "twice@example.org,,second\n"
        ",,alone\n"
    )
    row = upload(acme, owner, text)
    imports.check(
        contact_import=row, mapping={0: "email", 1: "external_id", 2: "attribute:note"}, now=MONDAY_9AM
    )
    imports.run(now=MONDAY_9AM)
    imports.start(contact_import=row, now=MONDAY_9AM)
    imports.run(now=MONDAY_9AM)
    found = [(bad.line, bad.reasons[0]["code"]) for bad in BadRow.objects.of(acme).order_by("line")]
    assert found == [
        (2, "BAD_EMAIL"),
        (3, "CONFLICT"),
        (4, "SUPERSEDED"),
        (5, "BAD_ATTRIBUTE"),
        (7, "NO_IDENTITY"),
    ]
    assert Contact.objects.of(acme).get(email="twice@example.org").attributes == {"note": "second"}
    assert counts(row)["bad"] == 5


def test_a_null_character_does_not_stop_an_import(acme: Workspace, owner: User) -> None:
    row = upload(acme, owner, "email,name,region\na@example.org,Nu\x00l,North\nb@example.org,Fine,North\n")
    run_through(row)
    assert (row.status, row.rows_new, row.rows_bad) == (ImportStatus.DONE, 1, 1)
    assert emails(acme) == ["b@example.org"]


def test_work_killed_between_batches_goes_on_at_the_next_row(
    acme: Workspace, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "BATCH", 2)
    row = upload(acme, owner, lines(7))
    imports.check(contact_import=row, mapping=MAPPING, now=MONDAY_9AM)
    imports.run(now=MONDAY_9AM)
    imports.start(contact_import=row, now=MONDAY_9AM)

    class Killed(BaseException):
        """Nothing of ours may catch this: as a kill, nothing runs after it."""

    seen = []
    real = imports._do_batch

    def dying(*args: object) -> None:
        if len(seen) == 2:
            raise Killed
        seen.append(1)
        real(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(imports, "_do_batch", dying)
        with pytest.raises(Killed):
            imports.run(now=MONDAY_9AM)
    assert counts(row)["done"] == 4
    assert imports.run(now=MONDAY_9AM) == 0  # its lease still runs: nobody takes it twice
    imports.run(now=MONDAY_9AM + LATER)
    assert counts(row) == {"total": 7, "done": 7, "new": 7, "changed": 0, "same": 0, "bad": 0}
    assert row.status == ImportStatus.DONE
    assert len(emails(acme)) == 7


def test_cancelling_while_importing_keeps_and_tells_what_is_in(
    acme: Workspace, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "BATCH", 2)
    monkeypatch.setattr(imports, "WORK_SECONDS", 1e-9)
    row = upload(acme, owner, lines(5))
    imports.check(contact_import=row, mapping=MAPPING, now=MONDAY_9AM)
    with monkeypatch.context() as patched:
        patched.setattr(imports, "WORK_SECONDS", 60.0)
        imports.run(now=MONDAY_9AM)
    imports.start(contact_import=row, now=MONDAY_9AM)
    leased = imports._claim(MONDAY_9AM)
    assert leased is not None
    assert imports._work(leased, MONDAY_9AM, 0.0) == 1
    imports.cancel(contact_import=row, now=MONDAY_9AM)
    assert imports.run(now=MONDAY_9AM + LATER) == 0
    assert (counts(row)["done"], counts(row)["new"], row.status) == (2, 2, ImportStatus.CANCELLED)
    assert emails(acme) == ["c0@example.org", "c1@example.org"]


def test_cancelling_after_the_check_leaves_no_counts_behind(acme: Workspace, owner: User) -> None:
    row = upload(acme, owner, lines(2))
    imports.check(contact_import=row, mapping=MAPPING, now=MONDAY_9AM)
    imports.run(now=MONDAY_9AM)
    imports.cancel(contact_import=row, now=MONDAY_9AM)
    assert counts(row) == {"total": 2, "done": 0, "new": 0, "changed": 0, "same": 0, "bad": 0}


def test_a_batch_that_finds_the_import_cancelled_writes_nothing(acme: Workspace, owner: User) -> None:
    row = upload(acme, owner, lines(2))
    imports.check(contact_import=row, mapping=MAPPING, now=MONDAY_9AM)
    imports.run(now=MONDAY_9AM)
    imports.start(contact_import=row, now=MONDAY_9AM)
    leased = imports._claim(MONDAY_9AM)
    assert leased is not None
    imports.cancel(contact_import=row, now=MONDAY_9AM)
    assert imports._work(leased, MONDAY_9AM, 0.0) == 0
    assert emails(acme) == []


def test_an_import_that_never_gets_anywhere_is_given_up_and_says_so(
    acme: Workspace, owner: User, files: Path
) -> None:
    row = upload(acme, owner, lines(2))
    imports.check(contact_import=row, mapping=MAPPING, now=MONDAY_9AM)
    (files / row.file.name).unlink()
    for attempt in range(imports.MAX_ATTEMPTS + 1):
        imports.run(now=MONDAY_9AM + attempt * LATER)
    row.refresh_from_db()
    assert row.status == ImportStatus.FAILED
    assert row.last_error.startswith("FileNotFoundError")
    assert row.rows_done == 0


def test_a_mapping_without_address_or_id_is_refused(acme: Workspace, owner: User) -> None:
    row = upload(acme, owner, lines(1))
    with pytest.raises(imports.ImportFailed) as refusal:
        imports.check(contact_import=row, mapping={0: "", 1: "name", 2: ""}, now=MONDAY_9AM)
    assert str(refusal.value) == "Map a column to the mail address or the external id: one of them is needed."


def test_an_import_cannot_start_before_it_is_checked(acme: Workspace, owner: User) -> None:
    row = upload(acme, owner, lines(1))
    with pytest.raises(imports.NotNow):
        imports.start(contact_import=row, now=MONDAY_9AM)


def test_starting_twice_starts_once(acme: Workspace, owner: User) -> None:
    row = upload(acme, owner, lines(3))
    imports.check(contact_import=row, mapping=MAPPING, now=MONDAY_9AM)
    imports.run(now=MONDAY_9AM)
    imports.start(contact_import=row, now=MONDAY_9AM)
    leased = imports._claim(MONDAY_9AM)
    again = imports.start(contact_import=row, now=MONDAY_9AM)
    assert leased is not None
    assert again.lease_until == leased.lease_until


def test_the_file_is_gone_when_the_import_is_over(
    acme: Workspace, owner: User, files: Path, django_capture_on_commit_callbacks: object
) -> None:
    row = upload(acme, owner, lines(2))
    assert len(list((files / "imports").iterdir())) == 1
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        run_through(row)
    assert list((files / "imports").iterdir()) == []


def test_an_opted_out_contact_stays_opted_out(acme: Workspace, owner: User) -> None:
    contact, _new = contacts.upsert(workspace=acme, email="c0@example.org", now=MONDAY_9AM)
    contacts.opt_out(contact=contact, now=MONDAY_9AM)
    run_through(upload(acme, owner, lines(1)))
    contact.refresh_from_db()
    assert (contact.name, contact.opted_out_at) == ("Customer 0", MONDAY_9AM)


def test_contacts_of_another_workspace_are_not_touched(
    acme: Workspace, globex: Workspace, owner: User
) -> None:
    contacts.upsert(workspace=globex, email="c0@example.org", name="Globex's own", now=MONDAY_9AM)
    run_through(upload(acme, owner, lines(1)))
    assert Contact.objects.of(globex).get().name == "Globex's own"
    assert Contact.objects.of(acme).get().name == "Customer 0"
