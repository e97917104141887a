"""Who may see and do what: a manager acts, an agent looks, an analyst changes nothing, a stranger finds nothing."""

import io

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


@pytest.mark.parametrize("name", [*PAGES, *WORK_PAGES])
def test_an_owner_and_a_manager_see_every_page(
    name: str, rows: dict[str, str], owner: User, alice: User
) -> None:
    for user in (owner, alice):
        assert signed_in(user).get(address(name, rows)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_an_agent_and_an_analyst_may_look(name: str, rows: dict[str, str], bob: User, analyst: User) -> None:
    for user in (bob, analyst):
        assert signed_in(user).get(address(name, rows)).status_code == 200


@pytest.mark.parametrize("name", WORK_PAGES)
def test_an_agent_and_an_analyst_are_told_whom_to_ask(
    name: str, rows: dict[str, str], bob: User, analyst: User
) -> None:
    for user in (bob, analyst):
        assert signed_in(user).get(address(name, rows)).status_code == 403


@pytest.mark.parametrize("name", ACTS)
def test_an_agent_and_an_analyst_change_nothing(
    name: str, rows: dict[str, str], bob: User, analyst: User
) -> None:
    before = state()
    for user in (bob, analyst):
        assert signed_in(user).post(address(name, rows)).status_code == 403
    assert state() == before


@pytest.mark.parametrize("name", sorted({*PAGES, *WORK_PAGES, *ACTS}))
def test_a_stranger_finds_nothing(name: str, rows: dict[str, str], charlie: User) -> None:
    before = state()
    assert signed_in(charlie).get(address(name, rows)).status_code == 404
    assert signed_in(charlie).post(address(name, rows)).status_code == 404
    assert state() == before


@pytest.mark.parametrize(
    "name", [n for n in [*PAGES, *WORK_PAGES] if not n.endswith(("_list", "_add", "_new"))]
)
def test_ids_of_another_workspace_are_unknown_in_ones_own(
    name: str, rows: dict[str, str], charlie: User
) -> None:
    url = address(name, rows).replace("/w/acme/", "/w/globex/")
    assert signed_in(charlie).get(url).status_code == 404


@pytest.mark.parametrize("name", [*PAGES, *WORK_PAGES])
def test_nobody_signed_out_sees_a_page(name: str, rows: dict[str, str]) -> None:
    response = Client().get(address(name, rows))
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize("name", [*PAGES, *WORK_PAGES])
def test_looking_changes_nothing(name: str, rows: dict[str, str], owner: User) -> None:
    before = state()
    signed_in(owner).get(address(name, rows))
    assert state() == before


@pytest.mark.parametrize(
    "name", ["import_start", "campaign_start", "campaign_stop", "survey_close", "contact_export"]
)
def test_acts_cannot_be_done_by_following_a_link(name: str, rows: dict[str, str], owner: User) -> None:
    assert signed_in(owner).get(address(name, rows)).status_code == 405
