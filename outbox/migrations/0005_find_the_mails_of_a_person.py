"""Indexes for erasing: a person's mails by their address, and the notices to staff that may quote them. Made while mails
go on being written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    atomic = False  # CREATE INDEX CONCURRENTLY cannot run in a transaction

    dependencies = [("outbox", "0004_keep_facts_of_notices")]

    operations = [
        AddIndexConcurrently(
            model_name="outboundmessage",
            index=models.Index(
                models.F("workspace"),
                Lower("to"),
                condition=models.Q(("kind__in", ("SURVEY", "CUSTOMER"))),
                name="message_to_customer",
            ),
        ),
        AddIndexConcurrently(
            model_name="outboundmessage",
            index=models.Index(
                condition=models.Q(("forgotten_at__isnull", True), ("kind", "STAFF")),
                fields=["workspace"],
                name="message_to_staff_unforgotten",
            ),
        ),
    ]
