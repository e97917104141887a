"""A step that is due, as it is put to those who do it, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Workspace
from detractors.models import Case, Task
from followups.models import PlannedStep, PlaybookRun
from followups.rules.playbook_runs import After
from followups.services.playbook_turn import Round, Turn
from outbox.models import OutboundMessage
from surveys.models import Contact


@dataclass(frozen=True, kw_only=True)
class Came:
    """What came of a step: done, or not and why, or it waits until a quiet hour is over."""

    because: str = ""
    until: datetime | None = None
    message: OutboundMessage | None = None
    task: Task | None = None


DONE = Came()


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One step that is due: its run, what the batch knows, and by what the people of this round are judged."""

    planned: PlannedStep
    run: PlaybookRun
    turn: Turn
    round: Round

    @property
    def case(self) -> Case | None:
        return self.turn.case_of(self.run)

    @property
    def a_case(self) -> Case:
        """The case of a step that is done for one."""
        found = self.case
        assert found is not None  # checked before
        return found

    @property
    def contact(self) -> Contact | None:
        return self.turn.contact_of(self.run)

    @property
    def workspace(self) -> Workspace:
        return self.turn.workspace

    @property
    def now(self) -> datetime:
        return self.turn.now

    @property
    def after(self) -> After:
        return self.turn.after(self.run)

    @property
    def does(self) -> dict[str, Any]:
        does: dict[str, Any] = self.planned.step.does
        return does

    @property
    def name(self) -> str:
        """“Chronic recovery”, step 2 of 4."""
        return _("“%(name)s”, step %(place)s of %(steps)s") % {
            "name": self.run.playbook.name,
            "place": self.planned.position,
            "steps": len(self.turn.planned[self.run.pk]),
        }
