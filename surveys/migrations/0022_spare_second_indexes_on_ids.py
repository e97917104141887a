"""Ids and nonces are looked up whole: the second index Django makes for LIKE costs every answer and invitation, and serves no page."""

from django.db import migrations

INDEXES = {
    "surveys_response_public_id_0046a211_like": ("surveys_response", "public_id"),
    "surveys_invitation_public_id_ad3c0ea5_like": ("surveys_invitation", "public_id"),
    "surveys_invitation_link_nonce_1fe828cc_like": ("surveys_invitation", "link_nonce"),
    "surveys_contact_public_id_4d9ed4a5_like": ("surveys_contact", "public_id"),
}


class Migration(migrations.Migration):
    dependencies = [("surveys", "0021_tie_what_asks_to_its_workspace")]

    operations = [
        migrations.RunSQL(
            f"DROP INDEX IF EXISTS {name}",
            f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({column} varchar_pattern_ops)",
        )
        for name, (table, column) in INDEXES.items()
    ]
