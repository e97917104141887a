"""What a batch of running playbooks of one workspace knows: read in a few questions, however many they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Max, Q

from accounts.models import Membership, Workspace
from accounts.queries import case_workers
from detractors.enums import CallOutcome, EventKind
from detractors.models import Case, CaseEvent
from detractors.queries import cases as case_queries
from detractors.queries.sight import Onlookers
from detractors.rules import conditions
from detractors.rules.conditions import Conditions
from followups import queries
from followups.models import CustomerPage, MessageTemplate, PlannedStep, PlaybookRun, TemplateVersion
from followups.queries import message_templates
from followups.queries.merging import Known
from followups.queries.playbook_facts import CASE_WITH, FactBook
from followups.rules import playbook_steps as rules
from followups.rules.playbook_runs import After
from followups.services.playbook_clock import Clock
from surveys.models import Contact, Response
from surveys.queries import asking
from surveys.queries.asking import Ground


class Round:
    """By what the people of one round are judged, asked where somebody is to be written to: each gets at most one message."""

    def __init__(self, turn: Turn, runs: Iterable[PlaybookRun]) -> None:
        self._turn = turn
        self._people = [contact for run in runs if (contact := turn.contact_of(run))]
        self._cases = [case for run in runs if (case := turn.case_of(run))]

    @cached_property
    def ground(self) -> Ground:
        """Who has had enough by now, and by which gateway texts go."""
        turn = self._turn
        return asking.ground(
            workspace=turn.workspace, contacts=self._people, now=turn.now, by_text=turn.is_by_text
        )

    @cached_property
    def refusing(self) -> frozenset[str]:
        """Addresses, in small letters, to which not even a personal mail may go."""
        addresses = [one.email for one in self._people]
        return queries.refusing_all_mail(workspace=self._turn.workspace, addresses=addresses)

    @cached_property
    def automatic(self) -> dict[int, int]:
        """Case -> automatic mails within the last day."""
        turn = self._turn
        return queries.automatic_lately(workspace=turn.workspace, cases=self._cases, now=turn.now)


class Turn:
    """The runs, locked by the caller, with their cases, steps and people as they are now."""

    def __init__(self, runs: list[PlaybookRun], *, now: datetime) -> None:
        self.runs, self.now = runs, now
        self.workspace: Workspace = runs[0].workspace
        self.cases: dict[int, Case] = {}
        self.planned: dict[int, list[PlannedStep]] = {}
        self.answered: dict[int, datetime] = {}  # case -> when a person wrote or called last
        self.pages: dict[int, CustomerPage] = {}
        self.people: dict[int, Contact] = {}  # of runs without a case
        self.answers: dict[int, Any] = {}
        self.onlookers = Onlookers()
        self._book, self._clock = FactBook(workspace=self.workspace), Clock(workspace=self.workspace, now=now)
        self._expected = False
        self._stale: set[int] = set()
        self._templates: dict[str, tuple[MessageTemplate, TemplateVersion] | None] = {}
        self._levels: dict[tuple[str, int | None], list[int]] = {}
        self._read()

    def _read(self) -> None:
        wanted = sorted({run.case_id for run in self.runs if run.case_id is not None})
        cases = Case.objects.of(self.workspace)
        # First the keys, then the rows: a locking read that waited would give old neighbours. Nobody is waited for.
        free = cases.filter(pk__in=wanted).select_for_update(skip_locked=True).order_by("pk")
        locked = list(free.values_list("pk", flat=True))
        self._read_cases(locked)
        steps = PlannedStep.objects.of(self.workspace).select_related("step")
        for step in steps.filter(run__in=[run.pk for run in self.runs]).order_by("run", "position"):
            self.planned.setdefault(step.run_id, []).append(step)
        reached = Q(kind=EventKind.REPLIED) | Q(kind=EventKind.CALLED, facts__outcome=CallOutcome.REACHED)
        lines = CaseEvent.objects.of(self.workspace).filter(reached, case__in=locked)
        self.answered = dict(lines.values("case").annotate(last=Max("at")).values_list("case", "last"))
        pages = CustomerPage.objects.of(self.workspace).filter(case__in=locked)
        self.pages = {page.case_id: page for page in pages}
        self._read_answers([run for run in self.runs if run.case_id is None])

    def _read_cases(self, ids: Iterable[int]) -> None:
        rows = Case.objects.of(self.workspace).select_related(*CASE_WITH).filter(pk__in=list(ids))
        for case in rows:
            case.workspace = self.workspace
            if case.contact is not None:
                case.contact.workspace = self.workspace
            self.cases[case.pk] = case

    def _read_answers(self, runs: list[PlaybookRun]) -> None:
        if not runs:
            return
        rows = Response.objects.of(self.workspace).select_related(
            "survey", "touchpoint", "contact__workspace"
        )
        self.answers = {row.pk: row for row in rows.filter(pk__in=[run.response_id for run in runs])}
        contacts = Contact.objects.of(self.workspace).select_related("workspace")
        self.people = {row.pk: row for row in contacts.filter(pk__in=[run.contact_id for run in runs])}

    # Of a run -------------------------------------------------------------------------------------------------------

    def is_busy(self, run: PlaybookRun) -> bool:
        """Somebody works on its case at this moment."""
        return run.case_id is not None and run.case_id not in self.cases

    def case_of(self, run: PlaybookRun) -> Case | None:
        """Its case, under the lock we have."""
        return self.cases.get(run.case_id or 0)

    def contact_of(self, run: PlaybookRun) -> Contact | None:
        """Who it is about."""
        case = self.case_of(run)
        return case.contact if case else self.people.get(run.contact_id or 0)

    def page_of(self, case: Case) -> CustomerPage:
        """What was chosen on the customer's own page."""
        return self.pages.get(case.pk) or CustomerPage(workspace_id=case.workspace_id, case=case)

    def after(self, run: PlaybookRun) -> After:
        """How its delays are counted."""
        case = self.case_of(run)
        return self._clock.of(team=case.team_id if case else None)

    def holds(self, run: PlaybookRun, stated: dict[str, Any]) -> bool:
        """Whether conditions hold for the run's case or answer as it is now."""
        wanted = Conditions.stored(stated)
        if wanted.is_always:
            return True
        if not self._expected:
            self._book.expect(cases=self.cases.values(), responses=self.answers.values())
            self._expected = True
        case = self.case_of(run)
        if case is not None:
            return conditions.holds(wanted, self._book.of_case(case))
        answer = self.answers.get(run.response_id or 0)
        return answer is not None and conditions.holds(wanted, self._book.of_response(answer))

    # What steps change ----------------------------------------------------------------------------------------------

    def changed(self, case: Case) -> None:
        """A step changed the case: it is read again before the next round."""
        self._stale.add(case.pk)

    def tagged(self, case: Case) -> None:
        """Its tags are others: conditions are asked about them anew."""
        self._book.forget(case)
        self._expected = False

    def refresh(self) -> None:
        """The cases that steps have changed, as they are now."""
        if self._stale:
            for pk in self._stale:
                self._book.forget(self.cases[pk])
            self._read_cases(self._stale)
            self._stale, self._expected = set(), False
            self.__dict__.pop("known", None)

    # For what steps do ----------------------------------------------------------------------------------------------

    @cached_property
    def is_by_text(self) -> bool:
        """Whether any of these playbooks sends text messages."""
        return any(one.step.kind == rules.SMS for steps in self.planned.values() for one in steps)

    @cached_property
    def known(self) -> Known:
        """What words about these cases can name."""
        return Known(list(self.cases.values()))

    def template(self, public_id: str) -> tuple[MessageTemplate, TemplateVersion] | None:
        """A template with the version in use; None where there is none."""
        if public_id not in self._templates:
            found = message_templates.one(workspace=self.workspace, public_id=public_id)
            version = message_templates.live(template=found) if found else None
            self._templates[public_id] = (found, version) if found and version else None
        return self._templates[public_id]

    @cached_property
    def workers(self) -> dict[int, Membership]:
        """Who is there and works on cases, by user."""
        return {one.user_id: one for one in case_workers(workspace=self.workspace, now=self.now)}

    @cached_property
    def busy(self) -> dict[int, int]:
        """How many open cases each owner has; who hands one on counts it."""
        return case_queries.open_by_owner(workspace=self.workspace)

    def of_level(self, level: str, case: Case) -> list[int]:
        """Who is told at this level, of this case."""
        lead = case.team.lead if case.team else None
        key = (level, lead.pk if lead else None)
        if key not in self._levels:
            people = case_queries.people_of_level(workspace=self.workspace, level=level, lead=lead)
            self._levels[key] = [one.pk for one in people]
        return self._levels[key]
