"""manage.py generate_data: believable synthetic rows in bulk, tallies included."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Workspace
from dashboards.services import synthetic


class Command(BaseCommand):
    help = (
        "Load believable contacts, invitations, answers and cases into a workspace, with everything that belongs to them."
        " The same --seed on the same day gives the same figures. Answers that have no case although unhappy were taken over"
        " from an earlier system and say so (decision NOT_OPENED, HISTORICAL)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", required=True, help="its slug")
        parser.add_argument("--contacts", type=_count, required=True)
        parser.add_argument(
            "--responses",
            type=_count,
            required=True,
            help="first answers; second answers after a fix come on top",
        )
        parser.add_argument(
            "--cases",
            type=_count,
            required=True,
            help="at least; every unhappy answer of the last 8 days has one",
        )
        parser.add_argument(
            "--days", type=_count, default=365, help="spread over so many days until now (default 365)"
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--open-share",
            type=_share,
            default=None,
            help="0 to 1: how many of the cases are open (default: the young ones)",
        )

    def handle(self, **options: Any) -> None:
        workspace = Workspace.objects.filter(slug=options["workspace"]).first()
        if workspace is None:
            raise CommandError(
                f"There is no workspace {options['workspace']}: make it with create_workspace first."
            )
        if not 1 <= options["days"] <= 3_650:
            raise CommandError("--days must be between 1 and 3650.")
        began = time.perf_counter()
        try:
            loaded = synthetic.load(
                workspace=workspace, contacts=options["contacts"], responses=options["responses"], cases=options["cases"],
                days=options["days"], seed=options["seed"], now=timezone.now(), open_share=options["open_share"],
            )  # fmt: skip
        except synthetic.NothingToLoadInto as error:
            raise CommandError(f"{error} has no active NPS survey: make and start one first.") from error
        seconds = max(time.perf_counter() - began, 0.001)
        self.stdout.write(
            f"{loaded.contacts:,} contacts, {loaded.invitations:,} invitations, {loaded.responses:,} answers"
            f" ({loaded.detractors:,} of detractors), {loaded.cases:,} cases ({loaded.open_cases:,} open,"
            f" {loaded.joined:,} answers joined one)"
        )
        rows = loaded.contacts + loaded.invitations + loaded.responses + loaded.cases
        self.stdout.write(
            f"{seconds:,.1f} s, {loaded.responses / seconds:,.0f} answers/s, {rows / seconds:,.0f} of these rows/s"
        )


def _count(text: str) -> int:
    number = int(text.replace("_", "").replace(",", ""))
    if number < 0:
        raise ValueError("a number of rows is not negative")
    return number


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise ValueError("a share is between 0 and 1")
    return share
