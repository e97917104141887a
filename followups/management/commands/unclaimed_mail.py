"""`manage.py unclaimed_mail`: mail that reached an installation of several workspaces and names none of them.

manage.py unclaimed_mail                     lists it
manage.py unclaimed_mail --give 12 --to acme gives it to a workspace, whose rules then place it
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Workspace
from followups.queries import inbound as queries
from followups.services import placing


class Command(BaseCommand):
    help = "Lists mail nobody can tell the workspace of, and gives it to one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--give", type=int, metavar="ID", help="the mail")
        parser.add_argument("--to", metavar="SLUG", help="the workspace")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["give"] is None:
            for row in queries.unclaimed()[:500]:
                self.stdout.write(
                    f"{row.pk}\t{row.received_at:%Y-%m-%d %H:%M}\t{row.from_address}\t{row.envelope_to}\t{row.subject}"
                )
            return
        row = queries.unclaimed().filter(pk=options["give"]).first()
        workspace = Workspace.objects.filter(slug=options["to"] or "").first()
        if row is None or workspace is None:
            raise CommandError("There is no such mail without a workspace, or no such workspace.")
        placing.give(row=row, workspace=workspace, now=timezone.now())
        self.stdout.write(f"Given to {workspace.name}.")
