"""What changed is remembered by the database itself, without secrets, and nobody changes the record."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from accounts.enums import Act, Role
from accounts.history import Change, kinds
from accounts.models import AuditEvent, Holiday, IdentityProvider, Membership, Team, User, Workspace
from accounts.services import api_keys, audit, workspaces
from surveys.models import Campaign, Survey
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
HOT = {  # models a customer or a case writes to: never remembered, their own ledgers tell
    "Contact", "Response", "Invitation", "Case", "CaseEvent", "SlaTimer", "OutboundMessage", "Mail", "User",
}  # fmt: skip


def changes(workspace: Workspace, kind: str) -> list[Change]:
    return list(kinds()[kind].objects.of(workspace).order_by("pgh_id"))


def test_only_configuration_is_remembered() -> None:
    remembered = {change.pgh_tracked_model.__name__ for change in kinds().values()}
    assert remembered == {
        "Workspace", "Membership", "Team", "BusinessCalendar", "Holiday", "ApiKey", "IdentityProvider", "RetentionRule",
        "Survey", "Campaign", "Touchpoint", "Attribute", "SlaPolicy", "EscalationStep", "RootCause", "ReplyTemplate",
        "WidgetKey", "Audience", "CampaignReminder", "ContactPolicy", "FeedbackSource", "PublicLink", "SmsGateway",
        "SurveyQuestion", "SurveyWording", "RankWeights", "Scenario", "Failure", "MatrixCell", "JourneyStep", "CaseRule",
        "CaseStatus", "CaseSettings", "Tag", "AlertRules", "ChatTarget", "CustomerPageSettings", "Improvement", "MailIntake",
        "RemedyLimit", "RemedyPool", "RemedySettings", "LossReason", "Playbook", "PlaybookStep", "MessageTemplate", "HelpLink",
    }  # fmt: skip
    assert remembered & HOT == set()
    assert {change.__name__ for change in kinds().values()} == {f"{name}Change" for name in remembered}


def test_no_secret_has_a_column() -> None:
    columns = {field.column for change in kinds().values() for field in change._meta.concrete_fields}
    assert columns & {"hashed_key", "sealed_secret", "nonce", "replaces_id", "password", "audience"} == set()


def test_an_update_keeps_only_what_it_was(acme: Workspace, bob: User) -> None:
    Membership.objects.of(acme).filter(user=bob).update(role=Role.MANAGER)
    last = changes(acme, "member")[-1]
    assert (last.pgh_label, last.was, last.role) == ("update", {"role": "AGENT"}, "MANAGER")


def test_each_row_of_a_bulk_update_has_its_line(acme: Workspace, alice: User, bob: User) -> None:
    before = len(changes(acme, "member"))
    Membership.objects.of(acme).update(takes_cases=False)
    fresh = changes(acme, "member")[before:]
    assert [(row.was, row.user_id) for row in fresh] == [({"takes_cases": True}, bob.pk)]


def test_what_is_hot_leaves_no_line(acme: Workspace, owner: User) -> None:
    before = len(changes(acme, "member"))
    Membership.objects.of(acme).update(last_assigned_at=MONDAY_9AM)
    key, _secret = api_keys.issue(workspace=acme, name="shop", by=owner, now=MONDAY_9AM)
    api_keys.mark_used(key=key, now=MONDAY_9AM)
    assert (len(changes(acme, "member")), len(changes(acme, "api_key"))) == (before, 1)


def test_the_progress_of_a_campaign_leaves_no_line(acme: Workspace) -> None:
    survey = Survey.objects.of(acme).get()
    campaign = Campaign(workspace=acme, name="Spring", survey=survey, created_at=MONDAY_9AM)
    campaign.save()
    Campaign.objects.of(acme).update(prepared_to=500, audience_to=900, started_at=MONDAY_9AM)
    Campaign.objects.of(acme).update(status="PREPARING")
    assert [(row.pgh_label, row.was) for row in changes(acme, "campaign")] == [
        ("insert", None),
        ("update", {"status": "DRAFT"}),
    ]


def test_a_new_secret_is_named_but_not_kept(acme: Workspace) -> None:
    provider = IdentityProvider(
        workspace=acme, name="Login", issuer="https://id.example", client_id="amends", sealed_secret="first-secret",
        created_at=MONDAY_9AM,
    )  # fmt: skip
    provider.save()
    IdentityProvider.objects.of(acme).update(sealed_secret="second-secret")
    IdentityProvider.objects.of(acme).update(sealed_secret="third-secret", name="Door")
    rows = changes(acme, "identity_provider")
    assert [row.was for row in rows] == [
        None,
        {"sealed_secret": None},
        {"sealed_secret": None, "name": "Login"},
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM accounts_identityproviderchange t")
        assert "secret" not in cursor.fetchone()[0].replace("sealed_secret", "")


def test_a_removed_thing_is_kept_as_it_was(acme: Workspace) -> None:
    calendar = acme_calendar(acme)
    holiday = Holiday(workspace=acme, calendar=calendar, holiday_on=date(2026, 5, 1), name="Labour Day")
    holiday.save()
    holiday.delete()
    last = changes(acme, "holiday")[-1]
    assert (last.pgh_label, last.name, last.holiday_on) == ("delete", "Labour Day", date(2026, 5, 1))


def acme_calendar(acme: Workspace):
    return apps.get_model("accounts.BusinessCalendar").objects.of(acme).get()


def test_the_record_outlives_the_workspace(db: None) -> None:
    bare = Workspace(name="Bare", slug="bare", created_at=MONDAY_9AM)
    bare.save()
    Team(workspace=bare, name="One", created_at=MONDAY_9AM).save()
    audit.record(act=Act.WORKSPACE_CREATED, by=None, now=MONDAY_9AM, workspace=bare)
    number = bare.pk
    bare.delete()
    connection.check_constraints()
    assert [row.pgh_label for row in changes(number, "team")] == ["insert", "delete"]
    assert [
        row.pgh_label
        for row in kinds()["workspace"].objects.across_workspaces().filter(id=number).order_by("pgh_id")
    ] == [
        "insert",
        "delete",
    ]
    assert AuditEvent.objects.of(number).count() == 1


TABLES = sorted([AuditEvent._meta.db_table, *(change._meta.db_table for change in kinds().values())])


@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_the_record_has_its_guard(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgtype & 2 > 0, tgtype & 8 > 0, tgtype & 16 > 0 FROM pg_trigger "
            "WHERE tgrelid = %s::regclass AND tgname LIKE '%%only_added%%' AND tgenabled = 'O'",
            [table],
        )
        assert [row[1:] for row in cursor.fetchall()] == [(True, True, True)]  # before, delete, update


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE accounts_auditevent SET act = 'SIGNED_OUT'",
        "DELETE FROM accounts_auditevent",
        "UPDATE accounts_teamchange SET name = 'Another'",
        "DELETE FROM accounts_teamchange",
        "DELETE FROM surveys_surveychange",
        "UPDATE detractors_slapolicychange SET was = NULL",
        "DELETE FROM followups_replytemplatechange",
    ],
)
def test_the_database_refuses_to_change_the_record(acme: Workspace, sql: str) -> None:
    with (
        pytest.raises(IntegrityError, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_even_the_retention_sweep_changes_no_line(acme: Workspace) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('amends.retention', 'on', true)")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("UPDATE accounts_auditevent SET act = 'SIGNED_OUT'")


def test_retention_forgets_what_is_older_and_closes_the_door(acme: Workspace, globex: Workspace) -> None:
    old, new = MONDAY_9AM - timedelta(days=731), MONDAY_9AM
    for moment in (old, new):
        for workspace in (acme, globex):
            audit.record(act=Act.EXPORTED, by=None, now=moment, workspace=workspace)
    foreign = AuditEvent.objects.of(globex).count()
    before = MONDAY_9AM - timedelta(days=730)  # changes are dated by the database: today
    assert audit.forget(workspace=acme, before=before) == 1
    assert AuditEvent.objects.of(acme).filter(act=Act.EXPORTED).count() == 1
    assert AuditEvent.objects.of(globex).count() == foreign
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_auditevent")


def test_retention_works_in_small_bites_and_takes_changes_too(acme: Workspace) -> None:
    everything = sum(len(changes(acme, kind)) for kind in kinds() if kind != "workspace") + 1
    everything += AuditEvent.objects.of(acme).count()
    far = MONDAY_9AM + timedelta(days=40_000)
    gone = []
    while number := audit.forget(workspace=acme, before=far, most=2):
        gone.append(number)
    assert (sum(gone), len(gone) > 1) == (everything, True)
    assert [kind for kind in kinds() if kind != "workspace" and changes(acme, kind)] == []


def test_acts_without_a_workspace_are_forgotten_by_themselves(acme: Workspace, owner: User) -> None:
    audit.record(act=Act.SIGNED_IN, by=owner, now=MONDAY_9AM)
    kept = AuditEvent.objects.of(acme).count()
    assert audit.forget(workspace=None, before=MONDAY_9AM + timedelta(seconds=1)) == 1
    assert AuditEvent.objects.of(acme).count() == kept


def test_a_new_workspace_is_recorded(acme: Workspace, owner: User) -> None:
    [event] = AuditEvent.objects.of(acme).filter(act=Act.WORKSPACE_CREATED)
    assert (event.actor, event.subject_kind, event.subject_id) == (owner, "workspace", str(acme.pk))
    assert workspaces.change(workspace=acme, name="Acme Ltd").name == "Acme Ltd"
    assert kinds()["workspace"].objects.across_workspaces().latest("pgh_id").was == {"name": "Acme"}


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_remembered_column_is_really_kept(kind: str) -> None:
    """A column that shares its name with a word of the change table itself would silently be left out."""
    change = kinds()[kind]
    model = change.pgh_tracked_model
    kept = {field.name for field in change._meta.local_fields}
    named = {*change.about_words, *change.about_shows} & {field.name for field in model._meta.local_fields}
    assert named - kept <= {
        "sealed_secret",
        "address",
        "secret",
        "password",
    }  # sealed, and named without their value


def test_the_changes_of_the_workspace_itself_are_behind_the_same_door(
    acme: Workspace, globex: Workspace
) -> None:
    workspaces.change(workspace=acme, name="Acme Ltd")
    assert [row.name for row in changes(acme, "workspace")] == ["Acme", "Acme Ltd"]
    assert [row.name for row in changes(globex, "workspace")] == ["Globex"]
