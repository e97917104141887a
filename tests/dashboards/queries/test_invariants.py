"""A loaded workspace keeps every promise, and each check finds the one row that breaks its promise."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User, Workspace
from dashboards.queries import invariants
from dashboards.queries.nps import nps_figures
from dashboards.services import synthetic
from detractors.models import Case, CaseDecision
from followups.services import receiving
from surveys.models import Response, Survey
from tests.conftest import MONDAY_9AM
from tests.dashboards.support import a_survey, recounted

NOW = MONDAY_9AM + timedelta(days=1, hours=4)


@pytest.fixture
def loaded(acme: Workspace, bob: User) -> Workspace:
    if not Survey.objects.of(acme).filter(status="ACTIVE", metric="NPS").exists():
        a_survey(acme, MONDAY_9AM)
    synthetic.load(
        workspace=acme, contacts=60, responses=500, cases=90, days=120, seed=11, now=NOW, open_share=0.3
    )
    return acme


A_MOMENT = timedelta(seconds=100)  # longer than a decision may take, shorter than the clock's grace


def broken() -> dict[str, int]:
    return {
        finding.check.code: finding.count
        for finding in invariants.find(now=NOW + A_MOMENT)
        if not finding.holds
    }


def test_loaded_rows_keep_every_promise(loaded: Workspace) -> None:
    assert broken() == {}
    assert Case.objects.of(loaded).count() == 90
    assert Case.objects.of(loaded).open().count() >= 15
    assert Response.objects.of(loaded).filter(purpose="SURVEY").count() == 500
    found = nps_figures(workspace=loaded, since=NOW.date() - timedelta(days=200), until=NOW.date())
    assert list(found.distribution) == recounted(loaded)
    assert set(CaseDecision.objects.of(loaded).values_list("outcome", flat=True)) >= {"OPENED", "NOT_OPENED"}


def test_the_same_seed_gives_the_same_figures(loaded: Workspace, globex: Workspace) -> None:
    if not Survey.objects.of(globex).filter(status="ACTIVE", metric="NPS").exists():
        a_survey(globex, MONDAY_9AM)
    synthetic.load(
        workspace=globex, contacts=60, responses=500, cases=90, days=120, seed=11, now=NOW, open_share=0.3
    )
    assert recounted(globex) == recounted(loaded)


def test_loading_twice_adds_and_still_keeps_every_promise(loaded: Workspace) -> None:
    synthetic.load(workspace=loaded, contacts=10, responses=100, cases=400, days=30, seed=4, now=NOW)
    assert broken() == {}
    assert Case.objects.of(loaded).count() == 490


# (what goes wrong, in SQL) -> the check that must find it
BREAKING = {
    "INSERT INTO detractors_casestages (case_id, workspace_id, version, opened_at) SELECT id, workspace_id, version + 1, opened_at FROM detractors_case ORDER BY updated_at LIMIT 1":
        {"stages-behind"},
    "DELETE FROM detractors_casedecision WHERE outcome = 'NOT_OPENED' AND reason = 'HISTORICAL'": {"answer-undecided", "detractor-unheard"},
    "UPDATE detractors_casedecision SET reason = 'NOT_DETRACTOR' WHERE reason = 'HISTORICAL'": {"detractor-unheard"},
    "UPDATE detractors_case SET response_id = NULL WHERE number = (SELECT MAX(number) FROM detractors_case WHERE response_id IS NOT NULL)":
        {"decision-contradicts-case"},
    "DELETE FROM detractors_casedecision WHERE outcome = 'OPENED' AND case_id = (SELECT MAX(case_id) FROM detractors_casedecision)":
        {"case-from-nowhere", "answer-undecided", "detractor-unheard"},
    "UPDATE detractors_slatimer SET cancelled_at = now(), next_at = NULL, paused_at = NULL, remaining_seconds = NULL"
    " WHERE kind = 'RESOLUTION' AND case_id = (SELECT MAX(case_id) FROM detractors_slatimer WHERE kind = 'RESOLUTION' AND met_at IS NULL AND cancelled_at IS NULL"
    " AND paused_at IS NULL AND breached_at IS NULL)": {"case-without-timers", "due-soon-not-shown"},
    "UPDATE detractors_slatimer SET paused_at = started_at, remaining_seconds = 60, next_at = NULL WHERE kind = 'RESOLUTION'"
    " AND met_at IS NULL AND case_id = (SELECT MAX(case_id) FROM detractors_slatimer WHERE kind = 'RESOLUTION' AND met_at IS NULL AND cancelled_at IS NULL"
    " AND paused_at IS NULL AND breached_at IS NULL)": {"clock-disagrees", "clock-untold", "due-soon-not-shown"},
    "UPDATE detractors_slatimer SET due_at = due_at + INTERVAL '1 second' WHERE kind = 'RESOLUTION' AND met_at IS NULL"
    " AND cancelled_at IS NULL AND paused_at IS NULL AND breached_at IS NULL": {"clock-untold"},
    "UPDATE detractors_case SET first_response_minutes = first_response_minutes + 1 WHERE first_responded_at > TIMESTAMPTZ '2026-02-20 00:00+00'":
        {"clock-untold"},
    "UPDATE detractors_slatimer SET breached_at = NULL, next_at = due_at WHERE met_at IS NULL AND cancelled_at IS NULL AND breached_at IS NOT NULL"
    " AND paused_at IS NULL": {"timer-unmarked", "breach-not-shown", "due-soon-not-shown"},
    "UPDATE detractors_slatimer SET breached_at = NULL WHERE met_at > due_at": {"timer-unmarked", "breach-not-shown"},
    "UPDATE detractors_slatimer SET next_at = NULL WHERE met_at IS NULL AND breached_at IS NULL": {"timer-forgotten"},
    "UPDATE detractors_lateness SET is_breached = NOT is_breached WHERE number = (SELECT min(number) FROM detractors_lateness)":
        {"breach-not-shown"},
    "UPDATE detractors_lateness SET is_due_soon = NOT is_due_soon WHERE number = (SELECT min(number) FROM detractors_lateness)":
        {"due-soon-not-shown"},
    "DELETE FROM detractors_lateness WHERE number = (SELECT min(number) FROM detractors_lateness WHERE is_breached AND NOT is_due_soon)":
        {"breach-not-shown"},
    "UPDATE detractors_lateness SET rank_at = rank_at + INTERVAL '1 minute' WHERE rank_at IS NOT NULL": {"late-out-of-place"},
    "UPDATE detractors_lateness SET rank_at = TIMESTAMPTZ '2026-03-03 12:00+00' WHERE rank_at IS NULL": {"late-out-of-place"},
    "UPDATE dashboards_dailytally SET n = n + 1 WHERE id = (SELECT MIN(id) FROM dashboards_dailytally WHERE series = 'HEADLINE')":
        {"tallies-disagree", "months-disagree"},
    "DELETE FROM dashboards_dailytally WHERE id = (SELECT MIN(id) FROM dashboards_dailytally WHERE dimension = 'attribute:region' AND series = 'HEADLINE')":
        {"tallies-disagree", "months-disagree"},
    "UPDATE dashboards_dailytally SET n = n - 1 WHERE id = (SELECT MIN(id) FROM dashboards_dailytally WHERE series = 'FUNNEL')":
        {"funnel-disagrees", "months-disagree"},
    "UPDATE dashboards_monthtally SET n = n + 1 WHERE id = (SELECT MIN(id) FROM dashboards_monthtally WHERE series = 'HEADLINE')":
        {"months-disagree"},
    "DELETE FROM dashboards_monthtally WHERE id = (SELECT MIN(id) FROM dashboards_monthtally WHERE series = 'FUNNEL')": {"months-disagree"},
    "UPDATE dashboards_monthtally SET month = month + INTERVAL '10 years' WHERE series = 'RESURVEY'": {"months-disagree"},
    "UPDATE surveys_responsechange SET is_folded = FALSE WHERE id = (SELECT MIN(id) FROM surveys_responsechange)": {"tallies-disagree"},
    "UPDATE surveys_responsechange SET after_score = (after_score + 1) % 11 WHERE id = (SELECT MIN(id) FROM surveys_responsechange)":
        {"ledger-disagrees"},
    "DELETE FROM surveys_invitationchange WHERE id = (SELECT MIN(id) FROM surveys_invitationchange WHERE stage = 'ANSWERED')":
        {"answered-disagrees", "funnel-disagrees"},
    "UPDATE surveys_invitation SET status = 'OPENED' WHERE id = (SELECT MIN(id) FROM surveys_invitation WHERE status = 'ANSWERED')":
        {"answered-disagrees"},
    "UPDATE surveys_response SET day = day + 3 WHERE id = (SELECT MIN(id) FROM surveys_response)": {"answer-inconsistent", "tallies-disagree"},
    "UPDATE surveys_invitation SET status = 'PLANNED', due_at = TIMESTAMPTZ '2026-03-03 12:00+00'"
    " WHERE id = (SELECT MIN(id) FROM surveys_invitation WHERE status = 'EXPIRED')": {"not-sent-unexplained"},
    "UPDATE followups_followup SET status = 'PLANNED', sent_at = NULL WHERE id = (SELECT MIN(id) FROM followups_followup WHERE status = 'SENT')":
        {"follow-up-overdue"},
    "UPDATE detractors_casecounter SET last_number = 5": {"case-number-ahead"},
    "UPDATE detractors_case SET first_responded_at = opened_at WHERE contacted_at IS NULL AND category = 'OPEN'": {"first-response-disagrees", "clock-untold"},
}  # fmt: skip


def test_each_broken_promise_is_found(loaded: Workspace) -> None:
    """Each breaks the same loaded workspace and is taken back: to load it takes longer than all that is asked of it."""
    found = {}
    for statement in BREAKING:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount > 0, statement
            found[statement] = set(broken())
            transaction.set_rollback(True)
    assert found == BREAKING


def test_mail_that_came_in_and_waits_too_long_is_found(acme: Workspace) -> None:
    receiving.store(raw=b"Subject: x", came="IMAP", now=NOW - timedelta(minutes=20), workspace=acme)
    assert broken() == {"received-mail-stuck": 1}


def test_stuck_mail_and_an_overdue_held_answer_are_found(acme: Workspace) -> None:
    now = NOW.isoformat()
    with connection.cursor() as cursor:
        for number, (state, lease) in enumerate([("QUEUED", None), ("SENDING", now)]):
            cursor.execute(
                'INSERT INTO outbox_outboundmessage (public_id, workspace_id, channel, kind, mail, about, dedupe_key, "to", to_name,'
                " from_name, reply_to, subject, text, html, headers, message_id, provider_id, unsubscribe_nonce, is_secret, state,"
                " skipped_because, next_at, lease_until, attempts, last_error, created_at) VALUES (%s, %s, 'EMAIL', 'STAFF', 'x', '', %s,"
                " 'a@b.example', '', '', '', '', '', '', '{}', '', '', 'n', false, %s, '', %s, %s, 0, '', %s)",
                [
                    f"p{number}",
                    acme.pk,
                    f"k{number}",
                    state,
                    NOW - timedelta(minutes=16),
                    lease and NOW - timedelta(minutes=16),
                    NOW,
                ],
            )
    assert broken() == {"mail-stuck": 2}


def test_the_command_says_so_and_exits_with_one(acme: Workspace) -> None:
    out = StringIO()
    call_command("check_loop", stdout=out)
    assert f"All {len(invariants.CHECKS)} promises hold." in out.getvalue()
    a_survey(acme, MONDAY_9AM)
    synthetic.load(workspace=acme, contacts=5, responses=40, cases=3, days=30, seed=1, now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE detractors_casecounter SET last_number = 0")
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("check_loop", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (left.value.code, told["holds"]) == (1, False)
    assert [check["check"] for check in told["checks"] if not check["holds"]] == ["case-number-ahead"]


def test_generating_needs_a_workspace_with_a_survey(acme: Workspace) -> None:
    asked = {"contacts": "1", "responses": "1", "cases": "0"}
    with pytest.raises(CommandError, match="no workspace nowhere"):
        call_command("generate_data", workspace="nowhere", **asked)
    Survey.objects.of(acme).update(status="CLOSED")
    with pytest.raises(CommandError, match="no active NPS survey"):
        call_command("generate_data", workspace="acme", **asked)


def test_generating_tells_what_was_made_and_how_fast(acme: Workspace) -> None:
    a_survey(acme, MONDAY_9AM)
    out = StringIO()
    call_command(
        "generate_data",
        *["--workspace", "acme", "--contacts", "20", "--responses", "1_00", "--cases", "4", "--days", "60"],
        stdout=out,
    )
    assert "20 contacts" in out.getvalue()
    assert "answers/s" in out.getvalue()
    assert Response.objects.of(acme).filter(purpose="SURVEY").count() == 100
