from typing import Any

import pytest

from accounts.models import User, Workspace
from detractors.models import AlertChoice, AlertRules, EscalationStep, SlaPolicy
from outbox.models import ChatTarget, OutboundMessage
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
ALERTS, CHAT = "/w/acme/settings/alerts/", "/w/acme/settings/chat/"


@pytest.fixture
def policy(acme: Workspace) -> SlaPolicy:
    return SlaPolicy.objects.of(acme).get(is_default=True)


@pytest.fixture
def page(policy: SlaPolicy) -> str:
    return f"/w/acme/settings/escalation/{policy.pk}/"


def fields(*steps: dict[str, str]) -> dict[str, str]:
    usual = {
        "key": "", "kind": "FIRST_RESPONSE", "number": "0", "unit": "MINUTES", "when": "AFTER", "who": "LEVEL:LEAD",
        "target": "", "hand_to": "", "by_bell": "on",
    }  # fmt: skip
    return {
        f"s{place}-{name}": value
        for place, step in enumerate(steps)
        for name, value in {**usual, **step}.items()
    }


def levels(policy: SlaPolicy) -> list[tuple[str, int, str]]:
    rows = EscalationStep.objects.of(policy.workspace_id).filter(policy=policy, kind="FIRST_RESPONSE")
    return list(rows.order_by("place").values_list("level", "after_minutes", "clock"))


def test_steps_are_added_moved_and_taken_away_and_only_save_keeps_them(
    owner: User, policy: SlaPolicy, page: str
) -> None:
    client = signed_in(owner)
    typed = fields({"who": "LEVEL:LEAD"}, {"who": "LEVEL:MANAGER", "number": "2", "unit": "HOURS"})
    for act, shown in (
        ("add-FIRST_RESPONSE", ["LEAD", "MANAGER", "EXECUTIVE"]), ("down-0", ["MANAGER", "LEAD"]),
        ("up-0", ["LEAD", "MANAGER"]), ("remove-0", ["MANAGER"]), ("", ["LEAD", "MANAGER"]),
    ):  # fmt: skip
        answer = client.post(page, {**typed, "act": act}, headers={"HX-Request": "true"})
        [card, *_others] = answer.context["kinds"]
        assert [row["step"]["who"].partition(":")[2] for row in card["rows"]] == shown
    assert levels(policy) == [("MANAGER", 0, "WORKING")]
    before = {"who": f"PERSON:{owner.pk}", "number": "30", "unit": "CLOCK_MINUTES", "when": "BEFORE"}
    saved = client.post(page, {**typed, **fields({"who": "LEVEL:LEAD"}, before), "act": "save"}, follow=True)
    assert levels(policy) == [("LEAD", 0, "WORKING"), ("MANAGER", -30, "CALENDAR")]
    assert "Undo" in saved.content.decode()
    client.post(f"{page}undo/")
    assert levels(policy) == [("MANAGER", 0, "WORKING")]


def test_the_preview_says_when_each_step_would_come(owner: User, page: str) -> None:
    typed = fields(
        {}, {"who": "LEVEL:MANAGER", "number": "1", "unit": "HOURS"}, {"number": "15", "when": "BEFORE"}
    )
    preview = signed_in(owner).post(page, typed, headers={"HX-Request": "true"}).context["previews"][0]
    assert [(line.at.strftime("%a %H:%M"), line.who) for line in preview.lines] == [
        ("Fri 16:15", "Team lead"), ("Fri 16:30", "Team lead"), ("Mon 09:30", "Managers"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "x"},
        {"number": "-1"},
        {"who": "PERSON:0"},
        {"who": "LEVEL:CEO"},
        {"by_bell": ""},
        {"unit": "MOONS"},
    ],
)
def test_what_is_no_step_is_said_beside_it(
    owner: User, policy: SlaPolicy, page: str, wrong: dict[str, str]
) -> None:
    answer = signed_in(owner).post(page, {**fields({}, wrong), "act": "save"})
    rows = answer.context["kinds"][0]["rows"]
    assert (answer.status_code, bool(rows[1]["error"]), levels(policy)) == (
        422, True, [("MANAGER", 0, "WORKING")],
    )  # fmt: skip


def test_the_pages_are_for_those_who_may_and_strangers_find_nothing(
    owner: User, bob: User, charlie: User, page: str
) -> None:
    for path in (page, CHAT):
        answers = [signed_in(user).get(path).status_code for user in (owner, bob, charlie)]
        assert answers == [200, 403, 404]
    assert [signed_in(user).get(ALERTS).status_code for user in (owner, bob, charlie)] == [200, 200, 404]


def test_everybody_chooses_their_own_alerts_and_admins_the_rules(
    acme: Workspace, owner: User, bob: User
) -> None:
    typed: dict[str, Any] = {
        "mail": ["BREACH"], "bell": ["WARNING", "BREACH"], "quiet_from": "20:00", "quiet_until": "07:00", "quiet_days": ["5", "6"],
        "daily_at": "",
    }  # fmt: skip
    assert signed_in(bob).post(ALERTS, typed).status_code == 302
    row = AlertChoice.objects.of(acme).get()
    assert (row.user, row.no_mail, row.no_bell, row.quiet_days) == (
        bob, ["ASSIGNED", "ESCALATION", "REMEDY", "WARNING"], ["ESCALATION"], [5, 6],
    )  # fmt: skip
    assert signed_in(bob).post(ALERTS, {**typed, "quiet_until": ""}).status_code == 422
    rules = {"most_at_once": "3", "within_minutes": "15"}
    assert [signed_in(user).post(f"{ALERTS}rules/", rules).status_code for user in (bob, owner)] == [403, 302]
    assert AlertRules.objects.of(acme).get().most_at_once == 3


def test_a_target_is_added_tried_switched_off_and_never_shows_its_address(
    acme: Workspace, owner: User
) -> None:
    client, address = signed_in(owner), "https://hooks.example.com/amends"
    typed = {"name": "Ops", "kind": "WEBHOOK", "address": address, "events": ["BREACH", "DIGEST"]}
    assert client.post(f"{CHAT}add/", typed).status_code == 422  # no time for the overview
    shown = client.post(f"{CHAT}add/", {**typed, "digest_at": "08:00"}, follow=True).content.decode()
    assert "whsec_" in shown
    row = ChatTarget.objects.of(acme).get()
    again = client.get(CHAT).content.decode() + client.get(f"{CHAT}{row.public_id}/").content.decode()
    assert ("whsec_" in again, "hooks.example.com" in again) == (False, False)
    client.post(f"{CHAT}{row.public_id}/act/", {"act": "test"})
    assert OutboundMessage.objects.of(acme).get(mail="chat_test").to == f"chat:{row.pk}"
    client.post(f"{CHAT}{row.public_id}/act/", {"act": "off"})
    row.refresh_from_db()
    assert not row.is_active
