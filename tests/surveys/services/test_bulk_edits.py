"""Many contacts at once: changed once whatever kills it, and put back exactly as far as nobody touched them since."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.enums import Act
from accounts.models import AuditEvent, User, Workspace
from outbox.enums import SuppressionReason, SuppressionScope
from outbox.models import Suppression
from outbox.services import suppressions
from surveys.enums import BulkEditStatus, InvitationStatus, NotSentBecause
from surveys.models import Attribute, BulkEdit, BulkEditRow, Company, Contact, Invitation, Survey
from surveys.services import bulk_edit_batches, bulk_edits, companies, contacts, erasing, invitations, merging
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

LATER = MONDAY_9AM + timedelta(hours=1)
ALL = {"search": ""}


def person(workspace: Workspace, name: str, **fields: Any) -> Contact:
    contact, _new = contacts.upsert(
        workspace=workspace, email=f"{name}@customer.example", name=name.title(), now=MONDAY_9AM, **fields
    )
    return contact


def start(workspace: Workspace, by: User, field: str, value: str = "", **facts: Any) -> BulkEdit:
    facts.setdefault("selection", ALL)
    return bulk_edits.start(workspace=workspace, field=field, value=value, by=by, now=LATER, **facts)


def done(edit: BulkEdit) -> BulkEdit:
    bulk_edits.run(now=LATER)
    edit.refresh_from_db()
    return edit


def undone(edit: BulkEdit, by: User) -> BulkEdit:
    bulk_edits.undo(edit=edit, by=by, now=LATER + timedelta(days=1))
    edit.refresh_from_db()
    return edit


def column(workspace: Workspace, name: str) -> dict[str, Any]:
    rows = Contact.objects.of(workspace).order_by("pk").values_list("name", name)
    return dict(rows)


def counts(edit: BulkEdit) -> dict[str, int | None]:
    names = ("total", "done", "changed", "same", "unfit", "restored")
    return {name: getattr(edit, f"rows_{name}") for name in names}


@pytest.fixture
def people(acme: Workspace) -> list[Contact]:
    return [
        person(
            acme, "anna", language="de", attributes={"region": "North", "plan": "gold"}, company="Old Works"
        ),
        person(acme, "ben", attributes={"region": "South"}),
        person(acme, "cleo", language="fr", company="Cleo & Sons"),
    ]


def test_all_that_match_are_changed_in_the_background(
    acme: Workspace, owner: User, people: list[Contact]
) -> None:
    edit = start(acme, owner, "language", "fr")
    assert (edit.status, column(acme, "language")) == ("RUNNING", {"Anna": "de", "Ben": "", "Cleo": "fr"})
    done(edit)
    assert column(acme, "language") == {"Anna": "fr", "Ben": "fr", "Cleo": "fr"}
    assert counts(edit) == {"total": 3, "done": 3, "changed": 2, "same": 1, "unfit": 0, "restored": 0}
    assert (edit.status, edit.finished_at is not None) == (BulkEditStatus.DONE, True)
    event = AuditEvent.objects.of(acme).get(act=Act.CONTACTS_EDITED)
    assert (event.actor, event.subject_id, event.detail) == (owner, edit.public_id, {"field": "language"})


def test_few_ticked_ones_are_changed_at_once(acme: Workspace, owner: User, people: list[Contact]) -> None:
    edit = start(acme, owner, "language", "it", selection={"contacts": [people[0].pk, people[2].pk]})
    assert edit.status == BulkEditStatus.DONE
    assert column(acme, "language") == {"Anna": "it", "Ben": "", "Cleo": "it"}


def test_ids_of_another_workspace_mean_nobody(
    acme: Workspace, globex: Workspace, owner: User, people: list[Contact]
) -> None:
    stranger = person(globex, "xena", language="es")
    edit = start(acme, owner, "language", "it", selection={"contacts": [stranger.pk]})
    stranger.refresh_from_db()
    assert (edit.status, edit.rows_done, stranger.language) == (BulkEditStatus.DONE, 0, "es")


def test_who_comes_later_is_not_meant(acme: Workspace, owner: User, people: list[Contact]) -> None:
    edit = start(acme, owner, "language", "it")
    person(acme, "dora", language="pl")
    assert done(edit).rows_done == 3
    assert column(acme, "language")["Dora"] == "pl"


def test_the_filters_are_those_of_the_list(acme: Workspace, owner: User, people: list[Contact]) -> None:
    done(start(acme, owner, "language", "it", selection={"attribute": "region", "value": "North"}))
    assert column(acme, "language") == {"Anna": "it", "Ben": "", "Cleo": "fr"}


def test_changing_what_the_filter_asks_for_still_meets_everybody(
    acme: Workspace, owner: User, people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_edits, "BATCH", 1)
    Contact.objects.of(acme).update(attributes={"region": "North"})
    edit = done(
        start(acme, owner, "attribute:region", "East", selection={"attribute": "region", "value": "North"})
    )
    assert counts(edit)["changed"] == 3
    assert set(map(str, column(acme, "attributes").values())) == {"{'region': 'East'}"}


@pytest.mark.parametrize(
    ("field", "value", "read", "given", "former"),
    [
        ("time_zone", "Europe/Rome", "time_zone", "Europe/Rome", {"Anna": "", "Ben": "", "Cleo": ""}),
        ("respondent_type", "EMPLOYEE", "respondent_type", "EMPLOYEE", dict.fromkeys(["Anna", "Ben", "Cleo"], "CUSTOMER")),
        ("company", "New Works", "company", "New Works", {"Anna": "Old Works", "Ben": "", "Cleo": "Cleo & Sons"}),
    ],
)  # fmt: skip
def test_there_and_back_again(
    acme: Workspace,
    owner: User,
    people: list[Contact],
    field: str,
    value: str,
    read: str,
    given: str,
    former: Any,
) -> None:
    edit = done(start(acme, owner, field, value))
    assert set(column(acme, read).values()) == {given}
    undone(edit, owner)
    assert column(acme, read) == former
    assert (edit.status, edit.rows_restored, edit.rows_kept) == (BulkEditStatus.UNDONE, 3, 0)


def test_attributes_come_back_and_those_that_were_missing_go_again(
    acme: Workspace, owner: User, people: list[Contact]
) -> None:
    before = column(acme, "attributes")
    edit = done(start(acme, owner, "attribute:region", "East"))
    assert [row["region"] for row in column(acme, "attributes").values()] == ["East"] * 3
    assert column(acme, "attributes")["Anna"]["plan"] == "gold"
    assert "East" in Attribute.objects.of(acme).get(name="region").values
    undone(edit, owner)
    assert column(acme, "attributes") == before


def test_an_attribute_is_taken_off_and_comes_back(
    acme: Workspace, owner: User, people: list[Contact]
) -> None:
    before = column(acme, "attributes")
    edit = done(start(acme, owner, "attribute:region", empties=True))
    assert [list(row) for row in column(acme, "attributes").values()] == [["plan"], [], []]
    assert counts(edit)["same"] == 1
    undone(edit, owner)
    assert column(acme, "attributes") == before


def test_a_new_company_is_found_by_search_and_the_old_one_comes_back_under_its_name_of_today(
    acme: Workspace, owner: User, people: list[Contact]
) -> None:
    edit = done(start(acme, owner, "company", "New Works"))
    anna = Contact.objects.of(acme).get(name="Anna")
    assert (anna.account.name, anna.search) == ("New Works", "Anna anna@customer.example New Works")
    old = Company.objects.of(acme).get(name="Old Works")
    companies.change(company=old, name="Older Works", now=LATER)
    undone(edit, owner)
    anna.refresh_from_db()
    assert (anna.company, anna.account_id, anna.search) == (
        "Older Works", old.pk, "Anna anna@customer.example Older Works",
    )  # fmt: skip


def test_who_was_changed_since_keeps_what_they_have(
    acme: Workspace, owner: User, people: list[Contact]
) -> None:
    edit = done(start(acme, owner, "language", "it"))
    contacts.update(contact=people[0], language="pl", now=LATER)
    contacts.update(contact=people[1], name="Ben B.", now=LATER)  # another field: the language is still ours
    undone(edit, owner)
    assert column(acme, "language") == {"Anna": "pl", "Ben B.": "", "Cleo": "fr"}
    assert (edit.rows_restored, edit.rows_kept) == (2, 1)
    assert AuditEvent.objects.of(acme).get(act=Act.CONTACTS_RESTORED).detail == {
        "field": "language",
        "rows": 3,
    }


def test_two_edits_undone_in_turn_restore_the_first_state(
    acme: Workspace, owner: User, people: list[Contact]
) -> None:
    before = column(acme, "language")
    first, second = done(start(acme, owner, "language", "it")), done(start(acme, owner, "language", "es"))
    undone(second, owner)
    undone(first, owner)
    assert column(acme, "language") == before


def test_a_merged_contact_is_not_restored(acme: Workspace, owner: User, people: list[Contact]) -> None:
    edit = done(start(acme, owner, "language", "it"))
    merging.merge(keep=people[0], other=people[1], by=owner, now=LATER)
    undone(edit, owner)
    assert (edit.rows_restored, edit.rows_kept) == (2, 1)


# Kills ---------------------------------------------------------------------------------------------------------


def broken_after(monkeypatch: pytest.MonkeyPatch, name: str, batches: int) -> None:
    """`name` of the batches raises after so many calls, like a killed worker; what it did before stays."""
    real, calls = getattr(bulk_edit_batches, name), {"n": 0}

    def step(*args: Any, **facts: Any) -> Any:
        if calls["n"] == batches:
            monkeypatch.setattr(bulk_edit_batches, name, real)
            raise RuntimeError("killed")
        calls["n"] += 1
        return real(*args, **facts)

    monkeypatch.setattr(bulk_edit_batches, name, step)


def test_killed_in_the_middle_it_goes_on_and_counts_everybody_once(
    acme: Workspace, owner: User, people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_edits, "BATCH", 1)
    edit = start(acme, owner, "language", "it")
    broken_after(monkeypatch, "apply", 1)
    bulk_edits.run(now=LATER)
    edit.refresh_from_db()
    assert (edit.rows_done, edit.last_error, edit.status) == (1, "RuntimeError", BulkEditStatus.RUNNING)
    bulk_edits.run(now=LATER)  # somebody may still work on it
    edit.refresh_from_db()
    assert edit.rows_done == 1
    bulk_edits.run(now=LATER + timedelta(minutes=2))
    edit.refresh_from_db()
    assert counts(edit) == {"total": 3, "done": 3, "changed": 3, "same": 0, "unfit": 0, "restored": 0}
    assert BulkEditRow.objects.of(acme).count() == 3


def test_an_undo_killed_in_the_middle_goes_on(
    acme: Workspace, owner: User, people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = column(acme, "language")
    edit = done(start(acme, owner, "language", "it"))
    monkeypatch.setattr(bulk_edits, "BATCH", 1)
    broken_after(monkeypatch, "restore", 2)
    undone(edit, owner)
    assert (edit.rows_restored, edit.status) == (2, BulkEditStatus.UNDOING)
    bulk_edits.run(now=LATER + timedelta(days=2))
    edit.refresh_from_db()
    assert (edit.rows_restored, edit.status, column(acme, "language")) == (3, BulkEditStatus.UNDONE, before)


def test_what_fails_again_and_again_ends_and_can_be_undone(
    acme: Workspace, owner: User, people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = column(acme, "language")
    monkeypatch.setattr(bulk_edits, "BATCH", 1)
    edit = start(acme, owner, "language", "it")
    broken_after(monkeypatch, "apply", 1)
    bulk_edits.run(now=LATER)

    def never(*_args: Any, **_facts: Any) -> Any:
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(bulk_edit_batches, "apply", never)
        for turn in range(1, 8):
            bulk_edits.run(now=LATER + timedelta(hours=turn))
    edit.refresh_from_db()
    assert (edit.status, edit.rows_changed) == (BulkEditStatus.FAILED, 1)
    undone(edit, owner)
    assert (edit.status, column(acme, "language")) == (BulkEditStatus.UNDONE, before)


def test_stopped_it_changes_nobody_further(
    acme: Workspace, owner: User, people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = start(acme, owner, "language", "it")
    bulk_edits.stop(edit=edit, now=LATER)
    assert done(edit).rows_changed == 0
    assert column(acme, "language") == {"Anna": "de", "Ben": "", "Cleo": "fr"}
    with pytest.raises(bulk_edits.NotNow):
        bulk_edits.stop(edit=edit, now=LATER)
    with pytest.raises(bulk_edits.NotNow):  # nothing was changed
        bulk_edits.undo(edit=edit, by=owner, now=LATER)


# Consent -------------------------------------------------------------------------------------------------------


def test_opting_out_refuses_what_was_planned_and_undo_spares_who_was_out_before(
    acme: Workspace, owner: User, people: list[Contact]
) -> None:
    contacts.opt_out(contact=people[0], now=MONDAY_9AM)
    survey = Survey.objects.of(acme).get()
    invitations.invite(
        workspace=acme,
        survey=survey,
        contact=people[1],
        now=MONDAY_9AM,
        due_at=MONDAY_9AM + timedelta(days=3),
    )
    edit = done(start(acme, owner, "opted_out"))
    row = Invitation.objects.of(acme).get()
    assert (row.status, row.not_sent_because) == (InvitationStatus.NOT_SENT, NotSentBecause.OPTED_OUT)
    assert (counts(edit)["changed"], counts(edit)["same"]) == (2, 1)
    undone(edit, owner)
    assert column(acme, "opted_out_at") == {"Anna": MONDAY_9AM, "Ben": None, "Cleo": None}


def test_suppressing_takes_addresses_and_undo_leaves_other_peoples_words(
    acme: Workspace, owner: User, people: list[Contact]
) -> None:
    contacts.upsert(workspace=acme, external_id="no-address", name="Nora", now=MONDAY_9AM)
    suppressions.suppress(
        workspace=acme, address="anna@customer.example", scope=SuppressionScope.SURVEYS, source="staff",
        reason=SuppressionReason.UNSUBSCRIBED, note="by phone", now=MONDAY_9AM,
    )  # fmt: skip
    edit = done(start(acme, owner, "suppressed", "ALL"))
    assert counts(edit) == {"total": 4, "done": 4, "changed": 3, "same": 0, "unfit": 1, "restored": 0}
    standing = Suppression.objects.of(acme).filter(lifted_at__isnull=True).order_by("address")
    assert {row.scope for row in standing} == {"ALL"}
    # Cleo says it herself afterwards, by the link in a mail: her own word stays.
    suppressions.suppress(
        workspace=acme, address="cleo@customer.example", scope=SuppressionScope.SURVEYS, source="message:1",
        reason=SuppressionReason.UNSUBSCRIBED, now=LATER,
    )  # fmt: skip
    undone(edit, owner)
    assert [(row.address, row.scope, row.reason, row.note) for row in standing.all()] == [
        ("anna@customer.example", "SURVEYS", "UNSUBSCRIBED", "by phone"),
        ("cleo@customer.example", "ALL", "UNSUBSCRIBED", ""),
    ]
    assert (edit.rows_restored, edit.rows_kept) == (2, 1)


# Forgetting ----------------------------------------------------------------------------------------------------


def test_what_people_were_goes_after_a_month_and_with_it_the_way_back(
    acme: Workspace, owner: User, people: list[Contact]
) -> None:
    edit = done(start(acme, owner, "language", "it", selection={"search": "customer"}))
    bulk_edits.run(now=LATER + timedelta(days=29))
    assert BulkEditRow.objects.of(acme).count() == 3
    bulk_edits.run(now=LATER + timedelta(days=31))
    edit.refresh_from_db()
    assert (BulkEditRow.objects.of(acme).count(), edit.selection) == (0, {"contacts": []})
    with pytest.raises(bulk_edits.NotNow):
        bulk_edits.undo(edit=edit, by=owner, now=LATER + timedelta(days=31))


def test_an_erased_person_leaves_no_former_value_and_no_search_for_them(
    acme: Workspace, owner: User, people: list[Contact]
) -> None:
    edit = done(start(acme, owner, "language", "it", selection={"search": "anna@customer"}))
    by_name = done(start(acme, owner, "attribute:friend", "Anna the first"))
    everybody = done(start(acme, owner, "language", "es"))
    erasing.erase(contact=people[0], now=LATER)
    for row in (edit, by_name, everybody):
        row.refresh_from_db()
    assert edit.selection == {"contacts": []}
    assert (by_name.value, by_name.forgotten_at is not None) == ("", True)
    assert not BulkEditRow.objects.of(acme).filter(contact=people[0]).exists()
    undone(everybody, owner)
    assert (everybody.rows_restored, everybody.rows_kept) == (2, 1)
