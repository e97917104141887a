"""The audit page: for owners and admins, read only, and its file is recorded, too."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Act, Role
from accounts.history import kinds
from accounts.models import AuditEvent, Membership, Team, User, Workspace
from accounts.services import api_keys
from surveys.models import Survey
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/w/acme/settings/audit/"
FILE = "/w/acme/settings/audit/export/"


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def rename_company(client: Client, name: str, **extra) -> None:
    form = {
        "name": name, "time_zone": "UTC", "language": "en", "sender_name": "", "reply_to": "", "phone": "", "email": "",
        "address": "", "website": "", "quiet_days": "30",
    }  # fmt: skip
    assert client.post("/w/acme/settings/company/", form, **extra).status_code == 302


def test_a_setting_changed_on_its_page_tells_who_what_and_from_where(acme: Workspace, owner: User) -> None:
    rename_company(signed_in(owner), "Acme Ltd", REMOTE_ADDR="203.0.113.77")
    change = kinds()["workspace"].objects.across_workspaces().latest("pgh_id")
    request = change.pgh_context.pop("request")
    assert change.pgh_context == {
        "user": owner.pk, "address": "203.0.113.77", "route": "accounts:workspace_settings",
    }  # fmt: skip
    assert len(request) > 10
    page = text(signed_in(owner).get(PAGE))
    assert "Olivia Owner changed Company name of Acme Ltd from “Acme” to “Acme Ltd” 203.0.113.77" in page


def test_an_api_key_is_named_as_the_one_who_acted(acme: Workspace, owner: User) -> None:
    key, secret = api_keys.issue(workspace=acme, name="shop", by=owner, now=MONDAY_9AM)
    survey = Survey.objects.of(acme).get()
    answer = Client().post(
        "/api/v1/responses/",
        {"survey": survey.public_id, "score": 9, "touchpoint": "Delivery"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 201
    change = kinds()["touchpoint"].objects.of(acme).latest("pgh_id")
    assert (change.pgh_context["key"], "user" in change.pgh_context) == (key.prefix, False)
    assert "API key “shop” added touchpoint “Delivery”" in text(signed_in(owner).get(PAGE))


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OWNER, 200), (Role.ADMIN, 200), (Role.MANAGER, 403), (Role.AGENT, 403), (Role.ANALYST, 403)],
)
def test_owners_and_admins_only(acme: Workspace, bob: User, role: str, status: int) -> None:
    Membership.objects.of(acme).filter(user=bob).update(role=role)
    client = signed_in(bob)
    assert (client.get(PAGE).status_code, client.post(FILE).status_code) == (status, status)


def test_a_stranger_finds_nothing(acme: Workspace, charlie: User) -> None:
    assert (signed_in(charlie).get(PAGE).status_code, signed_in(charlie).post(FILE).status_code) == (404, 404)


def test_nothing_here_can_be_posted_to(acme: Workspace, owner: User) -> None:
    client = signed_in(owner)
    assert [getattr(client, method)(PAGE).status_code for method in ("post", "put", "patch", "delete")] == [
        405
    ] * 4
    assert client.get(FILE).status_code == 405


def test_looking_leaves_no_line(acme: Workspace, owner: User) -> None:
    before = AuditEvent.objects.of(acme).count()
    assert signed_in(owner).get(PAGE).status_code == 200
    assert AuditEvent.objects.of(acme).count() == before


def test_pages_follow_each_other_to_the_first_line(acme: Workspace, owner: User) -> None:
    for number in range(60):
        Team.objects.of(acme).update(name=f"Team {number:02}")
    client = signed_in(owner)
    seen, address = [], PAGE + "?kind=team"
    while address:
        body = client.get(address).content.decode()
        seen += re.findall(r"to “(Team \d\d)”", body)
        following = re.search(r'rel="next" href="([^"]+)"', body)
        address = following.group(1).replace("&amp;", "&") if following else ""
    assert seen == [f"Team {number:02}" for number in reversed(range(60))]


def test_a_forged_place_begins_at_the_top(acme: Workspace, owner: User) -> None:
    page = signed_in(owner).get(PAGE, {"after": "forged"})
    assert (page.status_code, "created the workspace" in text(page)) == (200, True)


def test_a_filter_that_is_none_is_said_and_kept(acme: Workspace, owner: User) -> None:
    page = signed_in(owner).get(PAGE, {"since": "yesterday", "until": "2026-03-01", "words": "Acme"})
    assert page.status_code == 422
    assert ("Enter a valid date." in text(page), 'value="yesterday"' in page.content.decode()) == (True, True)
    backwards = signed_in(owner).get(PAGE, {"since": "2026-03-02", "until": "2026-03-01"})
    assert (backwards.status_code, "This day is before the first one." in text(backwards)) == (422, True)
    assert signed_in(owner).get(PAGE, {"thing": "member:1;drop"}).status_code == 422
    assert signed_in(owner).get(PAGE, {"words": "a\x00b"}).status_code == 422


def test_what_fits_nothing_says_so(acme: Workspace, owner: User) -> None:
    assert "Nothing fits" in text(signed_in(owner).get(PAGE, {"words": "zzz"}))


def test_an_empty_record_teaches_what_will_be_here(db: None, owner: User) -> None:
    bare = Workspace.objects.create(name="Bare", slug="bare", created_at="2026-03-02T09:00:00Z")
    Membership(workspace=bare, user=owner, role=Role.OWNER, created_at="2026-03-02T09:00:00Z").save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('amends.retention', 'on', true)")
        cursor.execute("DELETE FROM accounts_workspacechange WHERE id = %s", [bare.pk])
        cursor.execute("DELETE FROM accounts_membershipchange WHERE workspace_id = %s", [bare.pk])
    page = text(signed_in(owner).get("/w/bare/settings/audit/"))
    assert "Nothing has been changed yet" in page


def test_moments_are_told_in_the_viewers_zone(acme: Workspace, owner: User) -> None:
    owner.time_zone = "Asia/Kolkata"
    owner.save()
    page = text(signed_in(owner).get(PAGE))
    assert ("When (IST)" in page, len(re.findall(r"\d\d:\d\d IST", page)) > 10) == (True, True)


def test_the_file_holds_what_is_shown_and_no_formula(acme: Workspace, owner: User) -> None:
    Team.objects.of(acme).update(name="=HYPERLINK(1)")
    client = signed_in(owner)
    rows = rows_of(client.post(FILE, {"kind": "team", "act": "update"}, REMOTE_ADDR="203.0.113.5"))
    assert rows[0] == ["at", "who", "what", "changes", "about", "address", "page", "request"]
    assert [row[1:5] for row in rows[1:]] == [
        ["Amends itself", "changed name of =HYPERLINK(1) from “Customer care” to “=HYPERLINK(1)”", "", "team"]
    ]
    assert rows[1][0].endswith("+00:00")
    [event] = AuditEvent.objects.of(acme).filter(act=Act.EXPORTED)
    assert (event.actor, event.subject_kind, event.detail, event.address) == (
        owner, "audit", {"kind": "team", "act": "update"}, "203.0.113.5",
    )  # fmt: skip


def test_a_long_record_goes_into_the_file_whole(
    acme: Workspace, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.views.audit.BATCH", 7)
    for number in range(25):
        Team.objects.of(acme).update(name=f"Team {number:02}")
    rows = rows_of(signed_in(owner).post(FILE, {"kind": "team", "act": "update"}))
    assert len({row[2] for row in rows[1:]}) == len(rows) - 1 == 25


def test_words_searched_for_are_not_recorded(acme: Workspace, owner: User) -> None:
    signed_in(owner).post(FILE, {"words": "ines@customer.example"})
    assert [event.detail for event in AuditEvent.objects.of(acme).filter(act=Act.EXPORTED)] == [{}]


def test_words_in_the_record_are_shown_as_text(acme: Workspace, owner: User) -> None:
    Team.objects.of(acme).update(name="<script>alert(1)</script>")
    page = signed_in(owner).get(PAGE).content.decode()
    assert ("<script>alert(1)" in page, "&lt;script&gt;alert(1)" in page) == (False, True)


def test_the_page_costs_the_same_for_many_lines(acme: Workspace, owner: User) -> None:
    client = signed_in(owner)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE, {"kind": "team"})
        return len(asked)

    Team.objects.of(acme).update(name="One")
    few = queries()
    for number in range(49):
        Team.objects.of(acme).update(name=f"Team {number}")
    assert queries() == few


def test_files_of_the_dashboard_are_recorded(acme: Workspace, owner: User) -> None:
    days = "?period=custom&since=2026-03-01&until=2026-03-31"
    client = signed_in(owner)
    assert [
        client.get(f"/w/acme/{name}{days}").status_code for name in ("answers.csv", "dashboard/trend.csv")
    ] == [200, 200]
    period = {"since": "2026-03-01", "until": "2026-03-31"}
    found = AuditEvent.objects.of(acme).filter(act=Act.EXPORTED).order_by("id")
    assert [(event.actor, event.subject_kind, event.detail) for event in found] == [
        (owner, "answers", period),
        (owner, "figures", period | {"table": "trend"}),
    ]
    assert "Olivia Owner exported data: figures" in text(client.get(PAGE))
