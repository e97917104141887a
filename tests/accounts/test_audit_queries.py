"""The record is one list: both kinds, newest first, nothing twice and nothing left out from page to page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import audit_queries
from accounts.audit_queries import ITSELF, Line, Wanted
from accounts.audit_words import entries
from accounts.enums import Act, Role
from accounts.models import Holiday, Membership, Team, User, Workspace
from accounts.services import api_keys, audit
from core import acting
from detractors.models import SlaPolicy
from followups.models import ReplyTemplate
from surveys.models import Survey
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC)  # changes are dated by the database


def said(workspace: Workspace, wanted: Wanted | None = None, **facts: Any) -> list[str]:
    found = audit_queries.lines(workspace=workspace, wanted=wanted or Wanted(**facts), most=500)
    return [f"{one.who} {one.says}" for one in entries(workspace=workspace, lines=found)]


def member(workspace: Workspace, user: User) -> Membership:
    return Membership.objects.of(workspace).get(user=user)


def promote(workspace: Workspace, bob: User, by: User, role: str = Role.MANAGER) -> None:
    own = member(workspace, bob)
    with acting.acting(lambda: {"user": by.pk, "address": "203.0.113.9", "route": "accounts:member"}):
        Membership.objects.of(workspace).filter(pk=own.pk).update(role=role)


def test_a_changed_role_is_told_in_one_sentence(acme: Workspace, owner: User, bob: User) -> None:
    promote(acme, bob, owner)
    assert said(acme)[0] == "Olivia Owner changed role of Bob Brown from “Agent” to “Manager”"


def test_several_fields_are_listed_under_one_headline(acme: Workspace, owner: User, bob: User) -> None:
    other = Team(workspace=acme, name="Night shift", created_at=MONDAY_9AM)
    other.save()
    with acting.acting(lambda: {"user": owner.pk}):
        Membership.objects.of(acme).filter(user=bob).update(
            role=Role.ANALYST, team=other, takes_cases=False, away_until="2026-03-09", only_values=["North", "South"],
            only_attribute="region",
        )  # fmt: skip
    [entry] = entries(workspace=acme, lines=audit_queries.lines(workspace=acme, wanted=Wanted(), most=1))
    assert entry.says == "changed member “Bob Brown”"
    assert [(value.label, value.was, value.now) for value in entry.values] == [
        ("role", "Agent", "Analyst (reads only)"),
        ("team", "Customer care", "Night shift"),
        ("gets new cases", "yes", "no"),
        ("away until", "nothing", "9 Mar 2026"),
        ("sees only contacts by", "nothing", "region"),
        ("with one of the values", "nothing", "North, South"),
    ]


def test_what_is_gone_keeps_its_name(acme: Workspace, owner: User, bob: User) -> None:
    number = member(acme, bob).pk
    with acting.acting(lambda: {"user": owner.pk}):
        member(acme, bob).delete()
    audit.record(
        act=Act.MEMBER_REMOVED, by=owner, now=TODAY + timedelta(hours=1), workspace=acme, subject_kind="member", subject_id=number,
    )  # fmt: skip
    assert said(acme)[:2] == [
        "Olivia Owner removed a member: member “Bob Brown”",
        "Olivia Owner removed member “Bob Brown”",
    ]


def test_working_hours_lists_and_pictures_are_readable(acme: Workspace) -> None:
    calendar = type(acme)._meta.apps.get_model("accounts.BusinessCalendar").objects.of(acme)
    calendar.update(week={"tue": [["10:00", "12:00"], ["13:00", "15:00"]], "mon": [["09:00", "17:00"]]})
    first = audit_queries.lines(workspace=acme, wanted=Wanted(), most=1)
    [hours] = entries(workspace=acme, lines=first)
    assert hours.says == "changed working hours “Office hours”"
    assert hours.values[0].now == "Mon 09:00–17:00; Tue 10:00–12:00, 13:00–15:00"
    Workspace.objects.filter(pk=acme.pk).update(logo="data:image/png;base64,AAAA")
    assert said(acme)[0] == "Amends itself changed logo of Acme from “nothing” to “a picture”"


def test_who_is_a_person_a_key_or_amends_itself(acme: Workspace, owner: User) -> None:
    key, _secret = api_keys.issue(workspace=acme, name="shop", by=owner, now=MONDAY_9AM)
    survey = Survey.objects.of(acme)
    with acting.acting(lambda: {"key": key.prefix}):
        survey.update(name="One")
    with acting.acting(lambda: {"label": "surveys.prepare_campaigns"}):
        survey.update(name="Two")
    survey.update(name="Three")
    assert [line.partition(" changed")[0] for line in said(acme)[:3]] == [
        "Amends itself",
        "Amends itself (surveys.prepare_campaigns)",
        "API key “shop”",
    ]
    assert len(said(acme, person=f"key:{key.prefix}")) == 1
    assert all(line.startswith("Amends itself") for line in said(acme, person=ITSELF))
    assert said(acme, person=f"user:{owner.pk}")[-1] == "Olivia Owner created the workspace: workspace “Acme”"
    assert all(line.startswith("Olivia Owner") for line in said(acme, person=f"user:{owner.pk}"))


def test_another_workspace_is_another_record(acme: Workspace, globex: Workspace, charlie: User) -> None:
    audit.record(act=Act.EXPORTED, by=charlie, now=TODAY, workspace=globex)
    Survey.objects.of(globex).update(name="Of Globex")
    assert [line for line in said(acme) if "Globex" in line or "Charlie" in line] == []
    assert said(globex)[0] == "Amends itself changed Name of Of Globex from “Relationship NPS” to “Of Globex”"


def test_filters_narrow_the_list(acme: Workspace, owner: User, bob: User) -> None:
    promote(acme, bob, owner)
    Holiday(
        workspace=acme,
        calendar=SlaPolicy.objects.of(acme).get().calendar,
        holiday_on="2026-05-01",
        name="Labour Day",
    ).save()
    audit.record(
        act=Act.EXPORTED, by=bob, now=TODAY + timedelta(hours=1), workspace=acme, subject_kind="answers"
    )
    role = "Olivia Owner changed role of Bob Brown from “Agent” to “Manager”"
    assert said(acme, kind="member", act="update", person=f"user:{owner.pk}") == [role]
    assert said(acme, act="EXPORTED") == ["Bob Brown exported data: answers"]
    assert said(acme, kind="holiday") == ["Amends itself added holiday “1 May 2026 Labour Day”"]
    assert said(acme, kind="answers") == ["Bob Brown exported data: answers"]


def test_one_thing_has_its_own_history(acme: Workspace, owner: User, bob: User, alice: User) -> None:
    promote(acme, bob, owner)
    number = member(acme, bob).pk
    audit.record(
        act=Act.MEMBER_DEACTIVATED, by=owner, now=TODAY + timedelta(hours=1), workspace=acme, subject_kind="member", subject_id=number,
    )  # fmt: skip
    own = said(acme, thing=f"member:{number}")
    assert (own[0], own[-1]) == (
        "Olivia Owner deactivated a member: member “Bob Brown”",
        "Amends itself added member “Bob Brown”",
    )
    assert [line for line in own if "Alice" in line] == []
    assert said(acme, thing="member:999999999999999999") == []
    assert said(acme, thing="member:nonsense") == []


@pytest.mark.parametrize("words", ["manager", "Bob", "role", "OLIVIA", "agent"])
def test_words_find_values_people_fields_and_choices(
    acme: Workspace, owner: User, bob: User, words: str
) -> None:
    promote(acme, bob, owner)
    assert "Olivia Owner changed role of Bob Brown from “Agent” to “Manager”" in said(acme, words=words)


@pytest.mark.parametrize("words", ["%", "__", "\\", "'", "zzz-not-there", "100%"])
def test_signs_of_a_pattern_are_only_signs(acme: Workspace, words: str) -> None:
    # Of replies: steps of playbooks are kept as JSON, in which a line break is a backslash.
    assert said(acme, words=words, kind="reply_template") == []
    ReplyTemplate.objects.of(acme).filter(pk=ReplyTemplate.objects.of(acme).first().pk).update(
        subject=f"<{words}>"
    )
    assert len(said(acme, words=words, kind="reply_template")) == 1


def test_words_find_acts_and_kinds(acme: Workspace, owner: User) -> None:
    audit.record(
        act=Act.EXPORTED, by=owner, now=TODAY + timedelta(hours=1), workspace=acme, detail={"table": "trend"}
    )
    assert said(acme, words="exported") == said(acme, words="TREND") == ["Olivia Owner exported data"]
    assert said(acme, words="escalation") == said(acme, kind="escalation_step")


def test_days_are_from_and_up_to(acme: Workspace, owner: User) -> None:
    for day in range(3):
        audit.record(
            act=Act.EXPORTED, by=owner, now=MONDAY_9AM + timedelta(days=day), workspace=acme, subject_kind="figures",
            detail={"day": day},
        )  # fmt: skip
    found = audit_queries.lines(
        workspace=acme,
        wanted=Wanted(
            act="EXPORTED", since=MONDAY_9AM + timedelta(days=1), until=MONDAY_9AM + timedelta(days=2)
        ),
    )
    assert [line.data["day"] for line in found] == [1]


def all_pages(workspace: Workspace, size: int) -> list[Line]:
    found: list[Line] = []
    after = None
    while page := audit_queries.lines(workspace=workspace, wanted=Wanted(), after=after, most=size):
        found += page
        after = page[-1].place
    return found


@pytest.mark.parametrize("size", [1, 2, 7])
def test_pages_of_any_size_show_each_line_once(acme: Workspace, owner: User, size: int) -> None:
    """One transaction gives all changes the same moment: kind and id settle the order."""
    for _number in range(3):
        audit.record(act=Act.EXPORTED, by=owner, now=MONDAY_9AM, workspace=acme)
    whole = audit_queries.lines(workspace=acme, wanted=Wanted(), most=1_000)
    pages = all_pages(acme, size)
    assert [line.place for line in pages] == [line.place for line in whole]
    assert len({line.place for line in pages}) == len(whole) > 30


def test_names_cost_the_same_for_one_line_and_for_many(acme: Workspace, owner: User, bob: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            found = audit_queries.lines(workspace=acme, wanted=Wanted(kind="member"), most=500)
            entries(workspace=acme, lines=found)
        return len(asked)

    promote(acme, bob, owner)
    few = queries()
    for number in range(20):
        person = User.objects.create_user(f"p{number}@acme.example", name=f"Person {number}")
        Membership(workspace=acme, user=person, role=Role.AGENT, created_at=MONDAY_9AM).save()
        promote(acme, person, person)
    assert queries() == few


def test_everybody_who_was_ever_a_member_can_be_chosen(acme: Workspace, owner: User, bob: User) -> None:
    member(acme, bob).delete()
    assert audit_queries.people(workspace=acme) == [bob, owner]


def test_details_of_an_act_name_people_and_words(acme: Workspace, owner: User, bob: User) -> None:
    audit.record(
        act=Act.CASES_HANDED_OVER, by=owner, now=TODAY + timedelta(hours=1), workspace=acme, subject_kind="member",
        subject_id=member(acme, bob).pk, detail={"user": bob.pk, "cases": 3, "to": owner.pk, "role": "AGENT"},
    )  # fmt: skip
    [entry] = entries(workspace=acme, lines=audit_queries.lines(workspace=acme, wanted=Wanted(), most=1))
    assert (entry.says, sorted((value.label, value.now) for value in entry.values)) == (
        "handed over cases: member “Bob Brown”",
        [("cases", "3"), ("person", "Bob Brown"), ("role", "Agent"), ("to", "Olivia Owner")],
    )


def sign_in(user: User, at: datetime, act: Act = Act.SIGNED_IN) -> None:
    by = None if act == Act.SIGN_IN_FAILED else user
    audit.record(
        act=act, by=by, now=at, subject_kind="user", subject_id=user.pk, detail={"methods": ["password"]}
    )


def test_sign_ins_of_members_are_shown_in_their_workspaces_and_in_no_other(
    acme: Workspace, owner: User, bob: User, charlie: User, globex: Workspace
) -> None:
    sign_in(bob, MONDAY_9AM - timedelta(days=1))  # not a member yet
    for minute, (user, act) in enumerate(
        [(bob, Act.SIGN_IN_FAILED), (bob, Act.SIGNED_IN), (charlie, Act.SIGNED_IN), (bob, Act.SIGNED_OUT)]
    ):
        sign_in(user, TODAY + timedelta(hours=1, minutes=minute), act)
    assert said(acme, since=TODAY + timedelta(minutes=30)) == [
        "Bob Brown signed out: Bob Brown",
        "Bob Brown signed in: Bob Brown",
        "Amends itself failed to sign in: Bob Brown",
    ]
    assert said(globex, act=Act.SIGNED_IN) == ["Charlie Clark signed in: Charlie Clark"]
    assert said(acme, act=Act.SIGNED_IN) == ["Bob Brown signed in: Bob Brown"]
    assert said(acme, act=Act.SIGNED_IN, person=f"user:{owner.pk}") == []
    assert said(acme, words="signed out") == ["Bob Brown signed out: Bob Brown"]
    assert len(said(acme, kind="user")) == 3
    assert said(acme, kind="member", act=Act.SIGNED_IN) == []


def test_sign_ins_are_paged_with_the_rest_nothing_twice_nothing_left_out(
    acme: Workspace, owner: User, bob: User
) -> None:
    moment = TODAY + timedelta(hours=1)
    for user in (owner, bob, owner):
        sign_in(user, moment)
        audit.record(act=Act.EXPORTED, by=user, now=moment, workspace=acme, subject_kind="audit")
    whole = audit_queries.lines(workspace=acme, wanted=Wanted(), most=500)
    paged: list[Line] = []
    while page := audit_queries.lines(
        workspace=acme, wanted=Wanted(), after=paged[-1].place if paged else None, most=2
    ):
        paged += page
    assert [line.place for line in paged] == [line.place for line in whole]
    assert len({line.place for line in paged}) == len(paged) >= 6


def test_the_sign_ins_of_a_member_are_found_by_an_index(acme: Workspace, bob: User) -> None:
    sign_in(bob, TODAY)
    with connection.cursor() as cursor:  # beside those of four thousand people elsewhere
        cursor.execute(
            "INSERT INTO accounts_auditevent (key_prefix, act, subject_kind, subject_id, detail, request_id, at)"
            " SELECT '', 'SIGNED_IN', 'user', (900000 + n)::text, '{}', '', now() FROM generate_series(1, 4000) n"
        )
        cursor.execute("ANALYZE accounts_auditevent")
    with CaptureQueriesContext(connection) as asked:
        audit_queries.lines(workspace=acme, wanted=Wanted(act=Act.SIGNED_IN))
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + asked[-1]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan using audit_by_subject" in plan, plan
    assert "Seq Scan on accounts_auditevent" not in plan, plan
