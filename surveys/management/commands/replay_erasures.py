"""manage.py replay_erasures: after an older back-up was restored, erase again whoever was erased since."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from surveys.services import erasing


class Command(BaseCommand):
    help = (
        "Applies the list of erasures kept in storage (folder 'erasures') to the database. Run it after restoring a"
        " back-up, before anything is sent; running it again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count the entries of the list")

    def handle(self, *args: Any, **options: Any) -> None:
        entries = list(erasing.entries())
        if options["dry_run"]:
            self.stdout.write(f"{len(entries)} entries in the list.")
            return
        now = timezone.now()
        erased = sum(erasing.replay(entry=entry, now=now) for entry in entries)
        self.stdout.write(f"{len(entries)} entries in the list, {erased} people erased again.")
