"""News of surveys, told after commit; and questions to the apps above."""

from django.dispatch import Signal

response_recorded = Signal()  # response_id, purpose, now
response_amended = Signal()  # response_id, purpose, now
contact_erased = Signal()  # contact, now
response_trust_changed = Signal()  # response_id, purpose, now
mention_received = Signal()  # now
seen_by_case = Signal()  # workspace, sight: gives {"responses": ids, "contacts": ids, "mentions": ids} whose case is visible, as queries
case_capacity = Signal()  # workspace, now: gives {"minutes", "open_cases"}: working time of the team within its promise, and its cases
