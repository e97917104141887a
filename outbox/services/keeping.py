"""Secret words where mail is kept instead of sent: they stay readable for `manage.py account_mail` while they work."""

from __future__ import annotations

from django.db import transaction

from outbox.models import OutboundMessage


@transaction.atomic
def keep_until_expiry(*, message: OutboundMessage) -> OutboundMessage:
    """The words of a kept mail are a secret from now on: the hourly sweep blanks them once `expires_at` has passed.

    A mail that is queued as a secret is blanked the moment it counts as sent, which for a kept one is at once.
    """
    message.is_secret = True
    message.save(update_fields=["is_secret"])
    return message
