"""manage.py account_mail: the latest link or code of a person's account, where mail is kept instead of sent.

Account mails belong to no workspace, so no mailbox page shows them; in the first run nothing else delivers them either.
"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from outbox import queries


class Command(BaseCommand):
    help = "Print the latest account mail (reset link, sign-in code) to an address while it works; only where mail is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="the address it was written to")

    def handle(self, **options: Any) -> None:
        if not settings.MAIL.is_kept:
            raise CommandError(
                "Mail leaves this installation: the link is in the person's mailbox, and nobody else can read it."
            )
        found = queries.latest_account_mail(email=options["email"], now=timezone.now())
        if found is None:
            raise CommandError(f"No account mail to {options['email']} that still works: ask for a new one.")
        self.stdout.write(found)
