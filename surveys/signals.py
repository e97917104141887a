"""News of surveys, told after commit."""

from django.dispatch import Signal

response_recorded = Signal()  # response_id, purpose, now
response_amended = Signal()  # response_id, purpose, now
contact_erased = Signal()  # contact, now
response_trust_changed = Signal()  # response_id, purpose, now
