"""Files go with a reply over a real mail server, are files of the case, and are gone with the person."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User, Workspace
from core.privacy import Person
from detractors.models import Attachment, Case
from detractors.services import attachments
from detractors.services import forgetting as case_forgetting
from detractors.services.errors import Incomplete
from followups.models import Mail, PendingReply
from followups.services import pending_replies, reply_files
from outbox.models import MessageFile, OutboundMessage
from outbox.services import deliveries
from outbox.services import forgetting as outbox_forgetting
from tests.conftest import MONDAY_9AM
from tests.followups.conftest import LATER
from tests.outbox.conftest import Postman, postman  # noqa: F401  the same mail server

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
LEFT = LATER + pending_replies.UNDO_FOR


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return tmp_path


def kept(case: Case, by: User, *files: tuple[str, bytes]) -> list[str]:
    made = attachments.attach_all(
        case=case, files=[SimpleUploadedFile(*file) for file in files], by=by, now=LATER
    )
    return [row.public_id for row in made]


def planned(case: Case, by: User, files: list[str], **given: Any) -> PendingReply:
    words: dict[str, Any] = {"subject": "", "body": "Dear Ines, see the **pictures**.", "submission": "f1"}
    return pending_replies.plan(case=case, by=by, files=files, now=LATER, **{**words, **given})


def test_files_go_with_the_mail_and_are_shown_with_it(case: Case, bob: User, postman: Postman) -> None:  # noqa: F811  the fixture
    files = kept(case, bob, ("Größe.png", PNG), ("notes.txt", "Grüße, Åsa\n".encode()))
    planned(case, bob, files)
    assert deliveries.sweep(now=LATER) == 0  # for 15 seconds nothing leaves
    assert pending_replies.leave_due(now=LEFT) == 1
    deliveries.sweep(now=LEFT)
    ((address, mail),) = postman.received
    found = [
        (part.get_filename(), part.get_content_type(), part.get_content()) for part in mail.iter_attachments()
    ]
    assert (address, found) == (
        "ines@customer.example",
        [("Größe.png", "image/png", PNG), ("notes.txt", "text/plain", "Grüße, Åsa\n")],
    )
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert "see the *pictures*." in text.get_content()
    assert html is not None
    assert "<p>Dear Ines, see the <strong>pictures</strong>.</p>" in html.get_content()
    shown = Mail.objects.of(case.workspace_id).get(conversation__case=case, by=bob)
    assert [row.attachment.name for row in shown.files.order_by("pk")] == ["Größe.png", "notes.txt"]
    assert (shown.body, shown.html) == (
        "Dear Ines, see the *pictures*.",
        "<p>Dear Ines, see the <strong>pictures</strong>.</p>",
    )


def test_a_mail_whose_file_is_gone_is_refused_and_says_which(
    case: Case,
    bob: User,
    postman: Postman,  # noqa: F811  the fixture
    folder: Path,
) -> None:
    planned(case, bob, kept(case, bob, ("a.png", PNG)))
    pending_replies.leave_due(now=LEFT)
    for path in (folder / "attachments").iterdir():
        path.unlink()
    deliveries.sweep(now=LEFT)
    message = OutboundMessage.objects.of(case.workspace_id).get(mail="case_reply")
    assert (message.state, "a.png" in message.last_error, postman.received) == ("FAILED", True, [])


def test_a_file_removed_within_the_seconds_holds_the_reply_back(case: Case, bob: User) -> None:
    files = kept(case, bob, ("a.png", PNG))
    pending = planned(case, bob, files)
    row = Attachment.objects.of(case.workspace_id).get(public_id=files[0])
    attachments.remove(attachment=row, by=bob, now=LATER)
    assert pending_replies.leave_due(now=LEFT) == 0
    pending.refresh_from_db()
    assert pending.failed_because == "A file is no longer on this case: attach it again."


def test_when_one_file_is_not_taken_none_is(case: Case, bob: User) -> None:
    with pytest.raises(Incomplete) as caught:
        kept(case, bob, ("a.png", PNG), ("run.exe", b"MZ\x00\x01"))
    assert caught.value.sentence.startswith("run.exe: Files of this kind are not taken")
    assert not Attachment.objects.of(case.workspace_id).exists()


def test_files_of_another_case_too_many_and_too_much_are_refused(
    case: Case, bob: User, acme: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = kept(case, bob, ("a.png", PNG), ("b.png", PNG))
    monkeypatch.setattr(reply_files, "MOST", 1)
    with pytest.raises(reply_files.FilesWrong, match="at most 1 files"):
        planned(case, bob, files)
    monkeypatch.setattr(reply_files, "MOST", 2)
    monkeypatch.setattr(reply_files, "MOST_BYTES", len(PNG) * 2 - 1)
    with pytest.raises(reply_files.FilesWrong, match="Together"):
        planned(case, bob, files)
    with pytest.raises(reply_files.FilesWrong, match="no longer on this case"):
        planned(case, bob, ["x" * 22])
    assert not PendingReply.objects.of(acme).exists()


def test_the_same_submission_sends_its_files_once(case: Case, bob: User) -> None:
    files = kept(case, bob, ("a.png", PNG))
    planned(case, bob, files)
    planned(case, bob, files)
    pending_replies.leave_due(now=LEFT)
    pending_replies.leave_due(now=LEFT + timedelta(minutes=5))
    assert MessageFile.objects.of(case.workspace_id).count() == 1


def test_erasing_a_person_leaves_no_file_and_no_name_of_one(case: Case, bob: User, folder: Path) -> None:
    planned(case, bob, kept(case, bob, ("Ines Iglesias.png", PNG)))
    pending_replies.leave_due(now=LEFT)
    OutboundMessage.objects.of(case.workspace_id).update(state="SENT", next_at=None)
    assert case.contact is not None
    person = Person(
        workspace_id=case.workspace_id,
        contact_id=case.contact.pk,
        addresses=("ines@customer.example",),
        public_id=case.contact.public_id,
        words=("Ines Iglesias",),
    )
    outbox_forgetting.forget(person, MONDAY_9AM)
    case_forgetting.forget_words(workspace_id=case.workspace_id, cases=[case.pk], now=LEFT)
    assert not MessageFile.objects.of(case.workspace_id).exists()
    assert [row.name for row in Attachment.objects.of(case.workspace_id)] == [""]
