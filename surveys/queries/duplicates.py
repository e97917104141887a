"""Contacts that may be the same person as one: the same phone, or a name alike in the same company. Bounded."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.lookups import TrigramSimilar
from django.db import OperationalError, connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Upper

from accounts.rules.sight import EVERYTHING, Sight
from surveys.models import Contact
from surveys.queries import sight as sights

MOST = 5
PATIENCE = 1_000  # milliseconds: a suggestion that takes longer is not worth waiting for


def of_contact(*, contact: Contact, sight: Sight = EVERYTHING) -> list[Contact]:
    """At most MOST contacts that may be the same person, those with the same phone first; none when it takes too long."""
    others: Any = (
        Contact.objects.of(contact.workspace_id)
        .present()
        .filter(sights.contacts(workspace=contact.workspace_id, sight=sight))
        .exclude(pk=contact.pk)
        .order_by()
    )
    found: list[Contact] = []
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [PATIENCE])
            if contact.phone:
                found += others.filter(phone=contact.phone)[:MOST]
            if contact.name and len(found) < MOST:
                alike = Q(TrigramSimilar(Upper(F("name")), Upper(Value(contact.name))))
                same = Q(company=contact.company) if contact.company else Q(company="")
                known = [one.pk for one in found]
                found += others.filter(alike, same).exclude(pk__in=known)[: MOST - len(found)]
            cursor.execute("SET LOCAL statement_timeout = 0")
    except OperationalError:
        return []
    return found
