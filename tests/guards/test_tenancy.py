"""No row without its workspace, no key across workspaces, no query that does not start there."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models

from accounts.models import Workspace
from accounts.tenancy import TenantManager
from core import tenant_keys
from surveys.models import Contact, Invitation, Survey
from tests.conftest import MONDAY_9AM

ROOT = Path(__file__).resolve().parents[2]

# Models without a required workspace, each with its reason.
WITHOUT_WORKSPACE = {
    "accounts.Workspace": "it is the tenant",
    "accounts.User": "a person may work in several workspaces",
    "accounts.AuditEvent": "acts on a person's own account belong to no workspace",
    "accounts.KnownDevice": "a person's own, like the account",
    "accounts.SetupLink": "it comes before the first workspace",
    "accounts.WorkspaceChange": "its own id is that of the workspace",
    "core.Heartbeat": "sweeps serve all workspaces",
    "core.IdempotencyKey": "its scope is the API key, which has a workspace",
    "followups.ReceivedMail": "mail is kept even when nobody can tell whose it is; a check ties all that follows to a workspace",
    "outbox.OutboundMessage": "mails about a person's own account belong to no workspace; a check allows only those",
    "outbox.TrackingEvent": "kept even when it fits no message; counts only through the message it fits",
}

# Where code may look across workspaces, with the reason.
ACROSS = {
    "accounts/queries.py": "who a person is, is asked before a workspace is open; calendars are read by policy",
    "accounts/sight_queries.py": "a sweep asks for the members of many workspaces; each row knows its workspace",
    "accounts/services/calendars.py": "a sweep: each row knows its workspace",
    "detractors/queries/cases.py": "sweeps read policies, steps and histories of many workspaces at once",
    "detractors/queries/clock.py": "the check of the loop leaves out the workspaces that are being recounted",
    "detractors/queries/due.py": "what a sweep has claimed; each row knows its workspace",
    "detractors/queries/promised.py": "a sweep: each row knows its workspace",
    "detractors/queries/snoozed.py": "a sweep: each row knows its workspace",
    "detractors/queries/tasks.py": "a sweep's rows know their workspace; a link that was matched leads to its task",
    "detractors/queries/telling.py": "a sweep: each row knows its workspace",
    "detractors/queries/sight.py": "a sweep asks for pairs of workspace and person; each row knows its workspace",
    "detractors/services/alerts.py": "a sweep: each row knows its workspace",
    "detractors/services/claiming.py": "the claim of two sweeps: each row knows its workspace",
    "detractors/services/decisions.py": "a sweep: each row knows its workspace",
    "detractors/services/decisions_of_mentions.py": "a sweep: each row knows its workspace",
    "detractors/services/recounting.py": "a sweep: each row knows its workspace",
    "detractors/pacing.py": "a sweep tells people of many workspaces; each row knows its workspace",
    "detractors/queries/acting.py": "the page of a link, which has no workspace in its address",
    "detractors/queries/alerts.py": "a sweep: each row knows its workspace",
    "detractors/queries/escalation.py": "a sweep reads the chains of many workspaces at once",
    "detractors/services/enforcing.py": "a sweep: each row knows its workspace",
    "detractors/services/escalating.py": "a sweep: each row knows its workspace",
    "detractors/services/spikes.py": "a sweep: each row knows its workspace",
    "detractors/services/stages.py": "a sweep: each row knows its workspace",
    "detractors/services/weighing.py": "a sweep: each row knows its workspace",
    "followups/queries/doubts.py": "finds what a sweep has to do; each row knows its workspace",
    "followups/services/doubts.py": "a sweep: each row knows its workspace",
    "followups/queries/inbound.py": "a token, an answered mail or a mailbox's address leads to its workspace",
    "followups/services/fetching.py": "a sweep: each row knows its workspace",
    "followups/services/intakes.py": "an address belongs to one workspace of the installation",
    "followups/services/placing.py": "a sweep: each row knows its workspace, or nobody does yet",
    "detractors/services/forecasting.py": "a sweep: each row knows its workspace",
    "detractors/services/rehearsing.py": "a sweep: each row knows its workspace",
    "followups/queries/announcements.py": "finds what a sweep has to do; each row knows its workspace",
    "followups/queries/gatherings.py": "finds what a sweep has to do, and whom a signed link names; each row knows its workspace",
    "followups/queries/customer_page.py": "a signed link names its case",
    "followups/queries/__init__.py": "finds what sweeps have to do; each row knows its workspace",
    "followups/services/conversations.py": "an undeliverable message finds its conversation; the row knows its workspace",
    "followups/services/pending_replies.py": "a sweep: each row knows its workspace",
    "followups/services/followups.py": "a sweep: each row knows its workspace",
    "followups/services/playbook_running.py": "a sweep: each row knows its workspace",
    "followups/services/playbook_starting.py": "a sweep: each row knows its workspace",
    "followups/services/ready_made.py": "a sweep looks for workspaces that have none yet",
    "followups/services/resurveys.py": "a sweep: each row knows its workspace",
    "outbox/queries.py": "messages by dedupe key, token or provider id; account mails have no workspace",
    "outbox/services/forgetting.py": "account mails belong to no workspace; secret words of all are blanked when too late",
    "outbox/services/deliveries.py": "a sweep: each row knows its workspace",
    "outbox/services/messages.py": "dedupe keys are unique in the whole installation",
    "outbox/services/sender_checks.py": "a sweep: each row knows its workspace",
    "outbox/services/suppressions.py": "the unsubscribe token opens its own row",
    "outbox/services/tracking.py": "a provider's event finds its message by id; the row knows its workspace",
    "surveys/queries/faces.py": "the page of a link, which has no workspace in its address",
    "surveys/queries/answers.py": "the short address of a link, which has no workspace in it",
    "surveys/queries/texts.py": "the address a provider of texts calls, which names no workspace",
    "surveys/queries/widget_keys.py": "the page of another site, which has no workspace in its address",
    "surveys/queries/lists.py": "running imports and campaigns, for the sweep",
    "surveys/services/bulk_edits.py": "a sweep: each row knows its workspace",
    "detractors/services/bulk_runs.py": "the sweep over acts on many cases",
    "surveys/services/erasing.py": "a sweep: each row knows its workspace",
    "surveys/services/events.py": "a sweep: each row knows its workspace",
    "surveys/services/person_archives.py": "a sweep: each row knows its workspace",
    "surveys/services/telling_of_texts.py": "a sweep: each row knows its workspace",
    "surveys/services/limits.py": "a sweep: each row knows its workspace",
    "surveys/services/preparing.py": "a sweep: each row knows its workspace",
    "surveys/services/reminders.py": "a sweep: each row knows its workspace",
    "surveys/queries/heard.py": "the address of a source outside, which names no workspace",
    "surveys/services/feeds.py": "a sweep: each row knows its workspace",
    "surveys/services/reminding.py": "a sweep: each row knows its workspace",
    "surveys/queries/asked.py": "the answers at hand name their surveys",
    "surveys/services/further.py": "a link that was matched leads here; a sweep's rows know their workspace",
    "surveys/services/clicks.py": "a sweep: each row knows its workspace",
    "surveys/services/comments.py": "sweeps: each row knows its workspace",
    "surveys/services/mismatches.py": "a link that was matched leads here; a sweep's rows know their workspace",
    "surveys/services/trusting.py": "a sweep's rows know their workspace",
    "surveys/services/following.py": "a sweep: each row knows its workspace",
    "surveys/services/help_links.py": "a press on a customer's page names a link and counts there",
    "surveys/services/imports.py": "a sweep: each row knows its workspace",
    "surveys/services/invitations.py": "a sweep: each row knows its workspace",
    "surveys/services/sending.py": "a sweep: each row knows its workspace",
}


def ours() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if model.__module__.split(".")[0] in (*tenant_keys.OUR_APPS, "core")
    ]


def test_every_model_has_a_required_workspace_or_a_reason() -> None:
    without = {
        model._meta.label
        for model in ours()
        if not model._meta.auto_created
        and not any(field.name == "workspace" and not field.null for field in model._meta.concrete_fields)
    }
    assert without == set(WITHOUT_WORKSPACE)


def test_the_default_door_of_every_tenant_model_starts_from_a_workspace() -> None:
    open_doors = {
        model._meta.label
        for model in tenant_keys.tenant_models()
        if not isinstance(model.objects, TenantManager)  # type: ignore[attr-defined]
    }
    assert open_doors == set()


def test_nobody_uses_the_unscoped_manager() -> None:
    users = {
        str(path.relative_to(ROOT))
        for app in (*tenant_keys.OUR_APPS, "core", "config")
        for path in (ROOT / app).rglob("*.py")
        if re.search(r"\b[A-Z]\w*\.unscoped\.(?!none\(\))", path.read_text())
    }
    assert users == set()


def test_looking_across_workspaces_is_allow_listed() -> None:
    users = {
        str(path.relative_to(ROOT))
        for app in (*tenant_keys.OUR_APPS, "core", "config")
        for path in (ROOT / app).rglob("*.py")
        if "management" not in path.parts
        and any(
            isinstance(node, ast.Attribute) and node.attr == "across_workspaces"
            for node in ast.walk(ast.parse(path.read_text()))
        )
    }
    assert users == set(ACROSS)


@pytest.mark.django_db
@pytest.mark.parametrize("app", tenant_keys.OUR_APPS)
def test_the_database_has_every_composite_key(app: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conname LIKE '%%_tenant_%%'")
        present = {row[0] for row in cursor.fetchall()}
    missing = tenant_keys.expected(app) - present
    sql = [
        forward for forward, _back in tenant_keys.statements(app) if any(name in forward for name in missing)
    ]
    assert missing == set(), "add to a migration:\n" + "\n".join(sql)


@pytest.mark.django_db
def test_no_row_can_point_into_another_workspace(acme: Workspace, globex: Workspace) -> None:
    survey = Survey.objects.of(acme).get()
    stranger = Contact(workspace=globex, name="Zoe", created_at=MONDAY_9AM, updated_at=MONDAY_9AM)
    stranger.save()
    foreign = Invitation(
        workspace=acme,
        survey=survey,
        contact=stranger,
        due_at=MONDAY_9AM,
        expires_at=MONDAY_9AM,
        created_at=MONDAY_9AM,
    )
    foreign.save()
    with pytest.raises(IntegrityError):  # what a commit would check
        connection.check_constraints()
