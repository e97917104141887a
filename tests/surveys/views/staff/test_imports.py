"""The import in the browser, from the file to the rows that come back."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User, Workspace
from surveys.models import Contact, ContactImport
from surveys.services import imports
from tests.conftest import MONDAY_9AM, signed_in

NEW = "/w/acme/contacts/imports/new/"
TEXT = "E-Mail;Name;Region\r\nmaya@example.org;Maya;North\r\nbroken;=cmd();South\r\n"


@pytest.fixture(autouse=True)
def files(settings: object, tmp_path: Path) -> None:
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}  # type: ignore[attr-defined]


@pytest.fixture
def browser(acme: Workspace, alice: User) -> Client:
    return signed_in(alice)


def upload(browser: Client, text: str = TEXT) -> str:
    """The address of the uploaded import."""
    return str(browser.post(NEW, {"file": SimpleUploadedFile("people.csv", text.encode())})["Location"])


def choose(browser: Client, url: str, **changed: str) -> object:
    data = {
        "column_0": "email",
        "column_1": "name",
        "column_2": "attribute",
        "name_2": "Sales region",
        **changed,
    }
    return browser.post(url, data)


def work() -> None:
    imports.run(now=MONDAY_9AM)


def test_from_file_to_contacts(acme: Workspace, browser: Client) -> None:
    url = upload(browser)
    page = browser.get(url)
    assert [column["header"] for column in page.context["columns"]] == ["E-Mail", "Name", "Region"]
    assert page.context["columns"][0]["samples"] == ["maya@example.org", "broken"]
    choose(browser, url)
    assert 'hx-trigger="every 1s"' in browser.get(url).content.decode()
    work()
    checked = browser.get(url)
    assert (checked.context["is_checked"], checked.context["row"].rows_new) == (True, 1)
    assert not Contact.objects.of(acme).exists()
    browser.post(url + "start/")
    work()
    assert browser.get(url).context["is_done"] is True
    contact = Contact.objects.of(acme).get()
    assert (contact.email, contact.attributes) == ("maya@example.org", {"sales_region": "North"})


def test_the_progress_fragment_is_the_same_part_and_stops_asking_when_done(browser: Client) -> None:
    url = upload(browser)
    choose(browser, url)
    assert 'hx-trigger="every 1s"' in browser.get(url + "progress/").content.decode()
    work()
    fragment = browser.get(url + "progress/").content.decode()
    assert "hx-trigger" not in fragment
    assert "Import now" in fragment


def test_bad_rows_come_back_as_a_file_with_reasons_and_without_formulas(browser: Client) -> None:
    url = upload(browser)
    choose(browser, url)
    work()
    response = browser.get(url + "bad-rows.csv")
    text = b"".join(response.streaming_content).decode()
    assert text == (
        "\ufeffE-Mail;Name;Region;line;reason\r\nbroken;'=cmd();South;3;E-Mail: broken is no mail address.\r\n"
    )
    assert response["Content-Disposition"] == 'attachment; filename="people-not-imported.csv"'


def test_the_corrected_file_goes_in_as_it_came_back(acme: Workspace, browser: Client) -> None:
    url = upload(browser)
    choose(browser, url)
    work()
    text = b"".join(browser.get(url + "bad-rows.csv").streaming_content).decode()
    again = upload(browser, text.replace("broken;", "fixed@example.org;"))
    row = ContactImport.objects.of(acme).latest("pk")
    assert (row.mapping["3"], row.mapping["4"]) == ("", "")
    choose(browser, again, column_3="", column_4="")
    work()
    browser.post(again + "start/")
    work()
    assert Contact.objects.of(acme).get().name == "=cmd()"


def test_an_unusable_file_is_refused_on_the_same_page(acme: Workspace, browser: Client) -> None:
    response = browser.post(NEW, {"file": SimpleUploadedFile("empty.csv", b"\n")})
    assert response.status_code == 422
    assert "The file has no rows." in response.content.decode()
    assert not ContactImport.objects.of(acme).exists()


def test_a_file_that_is_too_large_is_refused(browser: Client, settings: object) -> None:
    settings.MAX_IMPORT_BYTES = 10  # type: ignore[attr-defined]
    response = browser.post(NEW, {"file": SimpleUploadedFile("big.csv", b"email\na@example.org\n")})
    assert response.status_code == 422


def test_a_mapping_that_cannot_work_says_so_and_keeps_the_choice(browser: Client) -> None:
    url = upload(browser)
    response = choose(browser, url, column_0="company")
    assert response.status_code == 422  # type: ignore[attr-defined]
    text = response.content.decode()  # type: ignore[attr-defined]
    assert "Map a column to the mail address or the external id" in text
    assert '<option value="company" selected>' in text


def test_pressing_start_too_early_or_twice_only_shows_the_import(browser: Client) -> None:
    url = upload(browser)
    assert browser.post(url + "start/")["Location"] == url
    choose(browser, url)
    work()
    for _press in range(2):
        assert browser.post(url + "start/")["Location"] == url
    work()
    assert browser.post(url + "start/")["Location"] == url
    assert browser.get(url).context["is_done"] is True


def test_cancelling_says_that_nothing_was_imported(acme: Workspace, browser: Client) -> None:
    url = upload(browser)
    choose(browser, url)
    work()
    browser.post(url + "cancel/")
    assert "Nothing was imported." in browser.get(url).content.decode()
    assert not Contact.objects.of(acme).exists()


def test_back_to_the_columns_after_a_check(browser: Client) -> None:
    url = upload(browser)
    choose(browser, url)
    work()
    browser.post(url + "columns/")
    assert browser.get(url).context["is_mapping"] is True
