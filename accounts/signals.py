"""News of accounts, told inside the transaction: all of it happens or none."""

from django.dispatch import Signal

account_mail = Signal()  # mail, to, user, context, dedupe_key, now: the outbox inserts a row
workspace_created = Signal()  # workspace, owner, now: every app above lays its first furniture
