"""manage.py check_loop: proves the product's promises on the live database; exits 1 with the offending rows."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from dashboards.queries import invariants


class Command(BaseCommand):
    help = (
        "Prove on the live database that no detractor is unheard, no promise unmarked, no figure wrong and no mail stuck."
        " Exits with 1 and the first offending rows of each broken promise."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **options: Any) -> None:
        findings = []
        for finding in invariants.find(now=timezone.now()):
            findings.append(finding)
            if not options["json"]:
                self._say(finding)
        broken = [finding for finding in findings if not finding.holds]
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {"holds": not broken, "checks": [_plain(finding) for finding in findings]}, indent=2
                )
            )
        elif broken:
            self.stdout.write(f"{len(broken)} of {len(findings)} promises are broken.")
        else:
            self.stdout.write(f"All {len(findings)} promises hold.")
        if broken:
            raise SystemExit(1)

    def _say(self, finding: invariants.Finding) -> None:
        mark = "ok    " if finding.holds else "BROKEN"
        self.stdout.write(f"{mark} {finding.count:>8,}  {finding.check.sentence} [{finding.check.code}]")
        for workspace, what, detail in finding.rows:
            self.stdout.write(f"                   {workspace}: {what}: {detail}")
        if finding.count > len(finding.rows):
            self.stdout.write(f"                   and {finding.count - len(finding.rows):,} more")


def _plain(finding: invariants.Finding) -> dict[str, Any]:
    return {
        "check": finding.check.code,
        "sentence": finding.check.sentence,
        "holds": finding.holds,
        "count": finding.count,
        "rows": [
            {"workspace": workspace, "row": what, "detail": detail}
            for workspace, what, detail in finding.rows
        ],
    }
