"""Which playbooks somebody can start for a case, and why one cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from detractors.models import Case
from followups.models import Playbook, PlaybookRun
from followups.playbook_enums import RunState, run_ends
from followups.queries import customer_page, playbooks
from followups.queries.playbook_events import Happening
from followups.rules import playbook_runs as rules
from followups.rules.playbook_steps import WITHOUT_CASE


@dataclass(frozen=True)
class Choice:
    """A playbook, and why it cannot be started for the case; empty when it can."""

    playbook: Playbook
    refusal: str


def choices(*, case: Case) -> list[Choice]:
    """Those of the workspace that can be chosen by hand, in their order: three queries."""
    rows = [row for row in playbooks.listed(workspace=case.workspace) if is_for_cases(row)]
    runs = PlaybookRun.objects.of(case.workspace_id).filter(case=case, state=RunState.RUNNING)
    running = set(runs.values_list("playbook", flat=True))
    is_alone = customer_page.is_left_alone(case=case)
    return [Choice(row, refusal(row, case=case, runs=row.pk in running, is_alone=is_alone)) for row in rows]


def is_for_cases(playbook: Playbook) -> bool:
    """Whether somebody can choose it at all."""
    return playbook.archived_at is None and not playbook.is_built_in and playbook.event not in WITHOUT_CASE


def refusal(playbook: Playbook, *, case: Case, runs: bool, is_alone: bool) -> str:
    """Why it does not begin for the case: it runs there, or would end before its first step."""
    if not is_for_cases(playbook):
        return _("This playbook cannot be started for a case.")
    if case.merged_into_id is not None:
        return _("This case was merged into another one.")
    if runs:
        return _("“%(name)s” runs here already.") % {"name": playbook.name}
    contact = case.contact
    because = rules.end_of(
        rules.Facts(
            event=playbook.event,
            stops=playbook.stops,
            is_erased=contact is not None and contact.erased_at is not None,
            is_resolved=case.is_resolved,
            is_closed=case.is_closed,
            is_opted_out=is_alone or (contact is not None and contact.followups_stopped_at is not None),
        )
    )
    if because:
        reason = str(dict(run_ends())[because])
        return _("It would stop before its first step: %(reason)s.") % {"reason": reason}
    return ""


def happening(*, case: Case, at: datetime, occasion: str = "", by: str = "") -> Happening:
    """What a playbook begins with that somebody chose."""
    return Happening(occasion, at, case, facts={"by": by})
