"""Who may see and do what: a manager acts, an agent looks, an analyst changes nothing, a stranger finds nothing."""

import io
from collections.abc import Iterable, Sequence

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User, Workspace
from accounts.services import members
from surveys.models import Campaign, Contact, ContactImport, Survey
from surveys.services import campaigns, contacts, imports
from tests.conftest import MONDAY_9AM, signed_in

PAGES = [
    "contact_list", "contact", "survey_list", "survey", "survey_preview", "campaign_list", "campaign",
    "campaign_figures", "campaign_people", "campaign_mail",
]  # fmt: skip
WORK_PAGES = [
    "contact_add", "contact_edit", "import_list", "import_new", "import", "import_progress", "import_bad_rows",
    "survey_add", "survey_edit", "campaign_add",
]  # fmt: skip
ACTS = [
    "contact_add", "contact_edit", "contact_opt_out", "contact_erase", "contact_export", "import_new", "import", "import_start",
    "import_columns", "import_cancel", "survey_add", "survey_edit", "survey_preview", "survey_activate",
    "survey_close", "campaign_add", "campaign_test", "campaign_start", "campaign_stop", "campaign_discard",
]  # fmt: skip


@pytest.fixture
def analyst(acme: Workspace) -> User:
    user = members.ensure_user(email="ana@acme.example", name="Ana Lyst", now=MONDAY_9AM)
    members.add(workspace=acme, user=user, role=Role.ANALYST, now=MONDAY_9AM)
    return user


@pytest.fixture
def rows(acme: Workspace, owner: User, settings: object, tmp_path: object) -> dict[str, str]:
    """One of each noun at Acme: kind -> public id."""
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}  # type: ignore[attr-defined]
    survey = Survey.objects.of(acme).get()
    contact, _new = contacts.upsert(workspace=acme, email="maya@example.org", name="Maya", now=MONDAY_9AM)
    campaign = campaigns.create(
        workspace=acme, name="Spring", survey=survey, audience={"all": True}, by=owner, now=MONDAY_9AM
    )
    row = imports.create(
        workspace=acme,
        file=io.BytesIO(b"email\na@example.org\n"),
        file_name="a.csv",
        by=owner,
        now=MONDAY_9AM,
    )
    return {
        "contact": contact.public_id, "survey": survey.public_id, "campaign": campaign.public_id, "import": row.public_id,
    }  # fmt: skip


def address(name: str, rows: dict[str, str]) -> str:
    noun = name.split("_")[0]
    needs_id = not name.endswith(("_list", "_add", "_new"))
    return reverse(
        f"surveys:{name}", kwargs={"slug": "acme", **({"public_id": rows[noun]} if needs_id else {})}
    )


def state() -> list[object]:
    """Everything a forbidden act could have changed."""
    return [
        list(model.objects.across_workspaces().order_by("pk").values())
        for model in (Contact, Survey, Campaign, ContactImport)
    ]


def answers(
    names: Iterable[str], rows: dict[str, str], clients: Sequence[Client], method: str = "get"
) -> dict[str, tuple[int, ...]]:
    """With which status each of the pages answers them. To make the rows takes longer than all that is asked of one page:
    every page is asked with the same."""
    return {
        name: tuple(getattr(client, method)(address(name, rows)).status_code for client in clients)
        for name in names
    }


def test_an_owner_and_a_manager_see_every_page(rows: dict[str, str], owner: User, alice: User) -> None:
    pages, clients = [*PAGES, *WORK_PAGES], [signed_in(owner), signed_in(alice)]
    assert answers(pages, rows, clients) == dict.fromkeys(pages, (200, 200))


def test_an_agent_and_an_analyst_may_look(rows: dict[str, str], bob: User, analyst: User) -> None:
    clients = [signed_in(bob), signed_in(analyst)]
    assert answers(PAGES, rows, clients) == dict.fromkeys(PAGES, (200, 200))


def test_an_agent_and_an_analyst_are_told_whom_to_ask(rows: dict[str, str], bob: User, analyst: User) -> None:
    clients = [signed_in(bob), signed_in(analyst)]
    assert answers(WORK_PAGES, rows, clients) == dict.fromkeys(WORK_PAGES, (403, 403))


def test_an_agent_and_an_analyst_change_nothing(rows: dict[str, str], bob: User, analyst: User) -> None:
    clients, before = [signed_in(bob), signed_in(analyst)], state()
    for name in ACTS:
        assert (answers([name], rows, clients, "post"), state()) == ({name: (403, 403)}, before)


def test_a_stranger_finds_nothing(rows: dict[str, str], charlie: User) -> None:
    clients, before = [signed_in(charlie)], state()
    for name in sorted({*PAGES, *WORK_PAGES, *ACTS}):
        for method in ("get", "post"):
            assert (answers([name], rows, clients, method), state()) == ({name: (404,)}, before)


def test_ids_of_another_workspace_are_unknown_in_ones_own(rows: dict[str, str], charlie: User) -> None:
    client = signed_in(charlie)
    named = [name for name in [*PAGES, *WORK_PAGES] if not name.endswith(("_list", "_add", "_new"))]
    urls = {name: address(name, rows).replace("/w/acme/", "/w/globex/") for name in named}
    assert {name: client.get(url).status_code for name, url in urls.items()} == dict.fromkeys(named, 404)


def test_nobody_signed_out_sees_a_page(rows: dict[str, str]) -> None:
    pages = [*PAGES, *WORK_PAGES]
    found = {name: Client().get(address(name, rows)) for name in pages}
    assert {
        name: (one.status_code, one.headers.get("Location", "").split("?")[0]) for name, one in found.items()
    } == dict.fromkeys(pages, (302, "/accounts/login/"))


def test_looking_changes_nothing(rows: dict[str, str], owner: User) -> None:
    client, before = signed_in(owner), state()
    for name in [*PAGES, *WORK_PAGES]:
        client.get(address(name, rows))
        assert (name, state()) == (name, before)


def test_acts_cannot_be_done_by_following_a_link(rows: dict[str, str], owner: User) -> None:
    acts = ["import_start", "campaign_start", "campaign_stop", "survey_close", "contact_export"]
    assert answers(acts, rows, [signed_in(owner)]) == dict.fromkeys(acts, (405,))
