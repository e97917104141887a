"""What bulk edits hold about a person, forgotten: what they were, a search for them, a value that was theirs alone."""

from core.privacy import Person
from surveys.models import BulkEdit, BulkEditRow, Contact
from surveys.rules import bulk_edits as rules
from surveys.services.bulk_edits import WORKING


def forget(person: Person) -> None:
    """Nothing of the person stays with an edit. Call it while their row still says who they are.

    A selection is only shown once the edit is over; of one that still runs it goes if it means nobody else. An edit whose
    value was theirs cannot tell any more what it gave: it ends, and there is no way back.
    """
    contact = Contact.objects.of(person.workspace_id).get(pk=person.contact_id)
    BulkEditRow.objects.of(person.workspace_id).filter(contact=person.contact_id).delete()
    for row in BulkEdit.objects.of(person.workspace_id).select_for_update().order_by("pk"):
        is_value = _is_theirs(row.value, person) or _only_they_have(row.field, row.value, contact)
        if is_value:
            row.value, row.newest_contact = "", 0
            row.forgotten_at = row.forgotten_at or row.created_at
            BulkEditRow.objects.of(person.workspace_id).filter(bulk_edit=row).delete()
        is_search = _is_asked_for(row, person, contact)
        if is_search:
            row.selection = {"contacts": []}
        if is_value or is_search:
            row.save()


def _is_theirs(text: str, person: Person) -> bool:
    """Whether the text names the person."""
    return any(trace.lower() in text.lower() for trace in person.traces)


def _only_they_have(field: str, value: str, contact: Contact) -> bool:
    """Whether this is the person's own value, and nobody else's."""
    others = Contact.objects.of(contact.workspace_id).present().exclude(pk=contact.pk)
    if not value:
        return False
    if field == rules.COMPANY:
        return value == contact.company and not others.filter(company=value).exists()
    name = field.removeprefix(rules.ATTRIBUTE)
    if not field.startswith(rules.ATTRIBUTE) or contact.attributes.get(name) != value:
        return False
    return not others.filter(attributes__contains={name: value}).exists()


def _is_asked_for(row: BulkEdit, person: Person, contact: Contact) -> bool:
    """Whether the selection holds words by which the person would be found."""
    search = str(row.selection.get("search", "")).lower()
    field = rules.ATTRIBUTE + str(row.selection.get("attribute", ""))
    if _only_they_have(field, str(row.selection.get("value", "")), contact):
        return True
    if not search or not (_is_theirs(search, person) or search in contact.search.lower()):
        return False
    others = Contact.objects.of(contact.workspace_id).present().exclude(pk=contact.pk)
    return row.status not in WORKING or not others.matching(search).exists()
