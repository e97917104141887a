"""manage.py setup_link: the link with which a fresh installation gets its first workspace."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.services import setup
from core.links import absolute_url


class Command(BaseCommand):
    help = "Print a new set-up link, valid for 24 hours and one use; earlier ones are closed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-wanted", action="store_true", help="say nothing when there is a workspace")

    def handle(self, **options: Any) -> None:
        try:
            token = setup.issue(now=timezone.now())
        except setup.SetUpAlready as error:
            if options["if_wanted"]:
                return
            raise CommandError(
                "There is a workspace already: its people sign in and invite others."
            ) from error
        self.stdout.write(
            "There is no workspace yet. Open this link within 24 hours to make yours; it works once:\n"
            f"  {absolute_url('accounts:setup', token=token)}"
        )
