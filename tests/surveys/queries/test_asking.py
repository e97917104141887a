from accounts.models import Workspace
from outbox.enums import SuppressionReason, SuppressionScope
from outbox.services.messages import suppress
from surveys.models import Contact, Survey
from surveys.queries import asking, faces
from surveys.services import contacts, surveys
from tests.conftest import MONDAY_9AM


def test_any_scope_of_suppression_stops_a_survey(acme: Workspace, globex: Workspace, dora: Contact) -> None:
    eve, _ = contacts.upsert(workspace=acme, email="eve@customer.example", now=MONDAY_9AM)
    max_, _ = contacts.upsert(workspace=acme, email="max@customer.example", now=MONDAY_9AM)
    places = (
        (acme, dora, SuppressionScope.SURVEYS),
        (acme, eve, SuppressionScope.ALL),
        (globex, max_, SuppressionScope.ALL),
    )
    for workspace, contact, scope in places:
        suppress(
            workspace=workspace, address=contact.email, scope=scope, reason=SuppressionReason.MANUAL, source="test",
            now=MONDAY_9AM,
        )  # fmt: skip
    found = asking.suppressed_addresses(workspace=acme, contacts=[dora, eve, max_])
    assert found == {dora.email: "MANUAL", eve.email: "MANUAL"}


def test_missing_fields_of_all_texts_are_named_once(survey: Survey, dora: Contact) -> None:
    survey = surveys.change(
        survey=survey, subject="{{ touchpoint }}", intro='{{ touchpoint }} {{ customer_company | "you" }}',
        question="{{ customer_company }} {{ first_name }}?", now=MONDAY_9AM,
    )  # fmt: skip
    values = asking.merge_values(survey=survey, contact=dora)
    assert asking.missing_fields(face=faces.make(survey=survey), values=values) == (
        "customer_company",
        "touchpoint",
    )


def test_the_longer_of_two_quiet_periods_counts(survey: Survey, dora: Contact) -> None:
    contacts.note_asked(contact=dora, now=MONDAY_9AM)
    dora.refresh_from_db()
    survey = surveys.change(survey=survey, quiet_days=90, now=MONDAY_9AM)
    verdict = asking.verdict(survey=survey, contact=dora, now=MONDAY_9AM)
    assert (verdict.allowed, verdict.reason) == (False, "ASKED_RECENTLY")
    assert verdict.until is not None
    assert (verdict.until - MONDAY_9AM).days == 90
    assert asking.verdict(survey=survey, contact=dora, now=MONDAY_9AM, is_mailed=False).allowed
