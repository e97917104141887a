"""News of surveys, told after commit; and questions to the apps above."""

from django.dispatch import Signal

response_recorded = Signal()  # response_id, purpose, now
response_amended = Signal()  # response_id, purpose, now
contact_erased = Signal()  # contact, now
response_trust_changed = Signal()  # response_id, purpose, now
mention_received = Signal()  # now
seen_by_case = Signal()  # workspace, sight: gives {"responses": ids, "contacts": ids, "mentions": ids} whose case is visible, as queries
# workspace, keep, other -> {"cases": how many of `other` move, "hinders": why they cannot, "" if they can}
merge_asked = Signal()
contacts_merged = (
    Signal()
)  # keep, other, by, now: inside the transaction; every app above moves what is of `other`
# contact, before, limit, sight -> [(moment, code, facts)]: what an app above knows to have happened with a contact
history_asked = Signal()
audience_uses = Signal()  # workspace, audience: gives the names of what is made for it in an app above
case_capacity = Signal()  # workspace, now: gives {"minutes", "open_cases"}: working time of the team within its promise, and its cases
