"""What is drawn around a reply: formatting, files, kept replies put in where the cursor stands, the check list."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from detractors.models import Attachment, Case
from followups.models import PendingReply
from followups.services import pending_replies, reply_templates
from tests.conftest import MONDAY_9AM, signed_in
from tests.followups.views.test_conversation import SCRIPT, URL, typed

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return tmp_path


@pytest.fixture
def agent(bob: User, case: Case) -> Client:
    return signed_in(bob)


def sent(agent: Client, **words: Any) -> Any:
    return agent.post(f"{URL}reply/", typed(agent.get(URL).content.decode(), **words))


def test_a_formatted_reply_is_shown_formatted_before_and_after_it_leaves(agent: Client) -> None:
    words = {"body": "Dear Ines,\n- **one**\n- <b>two</b>"}
    preview = agent.post(f"{URL}draft/", {**words, "act": "preview"}, headers=SCRIPT).content.decode()
    sent(agent, **words)
    pending_replies.leave_due(now=timezone.now() + pending_replies.UNDO_FOR)
    page = agent.get(URL).content.decode()
    shown = "<li><strong>one</strong></li>\n<li>&lt;b&gt;two&lt;/b&gt;</li>"
    assert (shown in preview, shown in page) == (True, True)


def test_files_come_with_the_form_or_are_ticked_on_the_case(agent: Client, case: Case, bob: User) -> None:
    sent(
        agent,
        body="See the picture.",
        files=[SimpleUploadedFile("a.png", PNG), SimpleUploadedFile("b.txt", b"b")],
    )
    first = PendingReply.objects.of(case.workspace_id).get()
    files = list(Attachment.objects.of(case.workspace_id).order_by("pk").values_list("public_id", "name"))
    assert (first.files, [name for _id, name in files]) == ([pk for pk, _name in files], ["a.png", "b.txt"])
    pending_replies.leave_due(now=timezone.now() + pending_replies.UNDO_FOR)
    page = agent.get(URL).content.decode()
    assert f"/w/acme/cases/1/files/{files[0][0]}/" in page
    sent(agent, body="And once more.", attached=[files[1][0]])
    second = PendingReply.objects.of(case.workspace_id).order_by("-pk")[0]
    assert second.files == [files[1][0]]


def test_a_reply_that_is_not_sent_yet_keeps_its_files_ticked(agent: Client, case: Case) -> None:
    response = sent(agent, body="Dear {{ nobody }},", files=[SimpleUploadedFile("a.png", PNG)])
    kept = Attachment.objects.of(case.workspace_id).get()
    page = response.content.decode()
    box = page.index(f'name="attached" value="{kept.public_id}"')
    assert (response.status_code, "checked" in page[box : page.index(">", box)]) == (422, True)


def test_a_file_that_is_not_taken_is_named_and_no_word_is_lost(agent: Client, case: Case) -> None:
    response = sent(agent, body="My long words", files=[SimpleUploadedFile("run.exe", b"MZ\x00")])
    page = response.content.decode()
    assert (response.status_code, "run.exe: Files of this kind" in page, "My long words" in page) == (
        409, True, True,
    )  # fmt: skip
    assert not PendingReply.objects.of(case.workspace_id).exists()


def test_a_reply_taken_back_comes_back_with_its_files(agent: Client, case: Case) -> None:
    sent(agent, body="See the picture.", files=[SimpleUploadedFile("a.png", PNG)])
    pending = PendingReply.objects.of(case.workspace_id).get()
    agent.post(f"{URL}replies/{pending.public_id}/undo/")
    back = agent.get(f"{URL}?again={pending.public_id}").content.decode()
    box = back.index(f'name="attached" value="{pending.files[0]}"')
    assert "checked" in back[box : back.index(">", box)]


def test_without_script_looking_first_keeps_the_files_too(agent: Client, case: Case) -> None:
    data = {"body": "See it.", "act": "preview", "files": [SimpleUploadedFile("a.png", PNG)]}
    page = agent.post(f"{URL}draft/", data).content.decode()
    kept = Attachment.objects.of(case.workspace_id).get()
    box = page.index(f'name="attached" value="{kept.public_id}"')
    assert "checked" in page[box : page.index(">", box)]


def test_a_kept_reply_is_put_in_where_the_cursor_stood_and_says_where_to_go_on(
    agent: Client, acme: Workspace
) -> None:
    kept = reply_templates.add(
        workspace=acme, name="Sorry", body="I am sorry: {{ cursor }}.", shortcut="sorry", now=MONDAY_9AM
    )
    data = {"body": "Dear Ines,\r\nYours", "template": str(kept.pk), "at": "11", "act": "template"}
    part = agent.post(f"{URL}draft/", data, headers=SCRIPT).content.decode()
    assert "Dear Ines,\nI am sorry: .Yours</textarea>" in part.replace("\r", "")
    assert ('data-cursor="23"' in part, "data-marked" in part) == (True, True)


def test_a_first_reply_is_looked_at_for_its_tone(agent: Client) -> None:
    data = {"body": "Thank you, Ines. I will look into it.", "act": "preview"}
    part = agent.post(f"{URL}draft/", data, headers=SCRIPT).content.decode()
    there = [word for word in ("Thanks", "Understanding", "Apology", "Next step", "A time", "Their name")
             if f"Is there:</span><span>{word}" in part]  # fmt: skip
    assert there == ["Thanks", "Next step", "Their name"]
    assert "Say by when" in part
