"""Everything that decides where a new case goes, read once for a transaction: matrix, rules, weights, histories.

The order is always the same: the matrix places the case; the first opening rule says whether it opens; the first priority
rule adds minutes or a promise; the first routing rule, else the owning team, says whose it is. Each decision is a line in
the timeline, in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from accounts.models import Membership, Team, Workspace
from accounts.queries import case_workers
from detractors.enums import EventKind, RuleKind
from detractors.models import Case, CaseEvent, CaseTag, MatrixCell, SlaPolicy, Tag
from detractors.queries import cases as case_queries
from detractors.queries import matrix as matrix_queries
from detractors.queries import rules as rule_queries
from detractors.queries import standings
from detractors.queries.rules import InOrder, Rule
from detractors.rules import assigning, effects, matrix, routing, standing
from detractors.rules.assigning import Wish, Worker
from detractors.rules.expressions import Facts
from detractors.rules.standing import Standing
from detractors.services import ranking, timeline

LONGEST_REASON = 200  # characters of Case.assigned_because

ReadFacts = Callable[..., dict[str, Any]]


class Book:
    """What one transaction knows. `facts` reads an answer's (or a mention's) facts for the conditions of rules."""

    def __init__(self, *, workspace: Workspace, now: datetime, facts: ReadFacts) -> None:
        self.workspace, self.now, self._read_facts = workspace, now, facts
        self.weights = ranking.weights_of(workspace=workspace)
        self.rules = rule_queries.active(workspace=workspace)
        self.matrix = matrix_queries.load(workspace=workspace)
        self._answers: dict[int, list[standing.Answer]] = {}
        self._found: dict[int, tuple[matrix.Placed, Standing, Facts]] = {}
        self._decided: dict[tuple[int, str], Rule | None] = {}
        self._in_order: dict[str, InOrder] = {}
        self._policies: dict[int, SlaPolicy] = {}
        self.tagged: list[CaseTag] = []  # to be stored beside the new cases
        self._tags: set[int] | None = None
        self._workers: list[Membership] | None = None
        self._open_cases: Counter[int] | None = None  # as they are stored
        self._given: Counter[int] = Counter()  # and by this transaction, not stored yet

    # --- Reading -------------------------------------------------------------------------------------------------

    def read(self, things: Iterable[Any]) -> None:
        """Read the score histories of these answers or mentions: one query for those that are not known yet."""
        contacts = {one.contact_id for one in things if one.contact_id} - self._answers.keys()
        self._answers |= standings.of_contacts(workspace=self.workspace, contacts=contacts)

    @cached_property
    def _scenarios(self) -> Mapping[int, int]:
        return self.matrix.scenario_of

    @cached_property
    def _columns(self) -> Sequence[matrix.Failure]:
        return self.matrix.columns

    @cached_property
    def _has_rules(self) -> bool:
        return any(self.rules.values())

    def _of(self, thing: Any) -> tuple[matrix.Placed, Standing, Facts]:
        """Place, standing and facts of an answer or a mention; found once."""
        known = self._found.get(thing.id)
        if known is None:
            placed = matrix.place(
                touchpoint_id=thing.touchpoint_id,
                scenarios=self._scenarios,
                failures=self._columns,
                answers=getattr(thing, "answers", {}),
                words=_words(thing),
            )
            if thing.contact_id not in self._answers:
                self.read([thing])
            how = standing.read(
                self._answers.get(thing.contact_id or 0, ()),
                at=_moment(thing),
                is_unhappy_now=not hasattr(thing, "score"),
            )
            facts = Facts({})
            if self._has_rules:
                facts = Facts(self._read_facts(thing, standing=how, placed=placed, matrix=self.matrix))
            known = self._found[thing.id] = (placed, how, facts)
        return known

    def rule_for(self, thing: Any, kind: str) -> Rule | None:
        """The first rule of this kind that fits; asked once for each thing."""
        if not self.rules[kind]:
            return None
        asked = (thing.id, kind)
        if asked not in self._decided:
            if kind not in self._in_order:
                self._in_order[kind] = InOrder(self.rules[kind])
            self._decided[asked] = self._in_order[kind].first_match(self._of(thing)[2])
        return self._decided[asked]

    # --- Opening -------------------------------------------------------------------------------------------------

    def opening(self, thing: Any) -> tuple[str, Rule | None]:
        """(what a rule says about opening a case, the rule); ("", None) when none has a word in it."""
        rule = self.rule_for(thing, RuleKind.OPENING)
        return ("", None) if rule is None else (rule.effect["do"], rule)

    def held_until(self, thing: Any) -> datetime | None:
        """Until when a rule holds the answer; None once that is over, or when no rule holds it."""
        does, rule = self.opening(thing)
        if does != effects.HOLD or rule is None:
            return None
        until: datetime = thing.received_at + timedelta(hours=rule.effect["hours"])
        return until if self.now < until else None

    # --- A new case ----------------------------------------------------------------------------------------------

    def settle(self, case: Case, thing: Any) -> list[CaseEvent]:
        """Place the new case in the matrix and give it what its rank is made of; the lines that say so.

        Its policy is set only where the first priority rule names one; else it follows from the case (promising.Book).
        """
        placed, how, _facts = self._of(thing)
        events: list[CaseEvent] = []
        cell = self._cell(placed)
        if cell is not None:
            case.cell = cell
        if not self.matrix.is_empty:
            facts: dict[str, Any] = {"cell": str(cell)} if cell else {}
            events.append(
                timeline.line(
                    case=case, kind=EventKind.PLACED, now=self.now, note=placed.sentence.say(_), **facts
                )
            )
        contact = thing.contact
        case.account_value = contact.worth if contact else None
        case.rank_facts = {"metric": getattr(thing, "metric", "NPS")}
        ranking.keep_standing(case=case, standing=how)
        rule = self.rule_for(thing, RuleKind.PRIORITY)
        if rule is not None:
            case.policy = self._policy(rule)
            minutes = int(rule.effect.get("minutes", 0))
            policy = case.policy.pk if case.policy else None
            ranking.keep_rule(case=case, name=rule.row.name, minutes=minutes, policy=policy)
            named = {"policy": case.policy.name} if rule.effect.get("policy") and case.policy else {}
            events.append(self._ruled(case, rule, minutes=minutes, **named))
            self._tag(case, rule)
        opener = self.rule_for(thing, RuleKind.OPENING)
        if opener is not None:
            events.append(self._ruled(case, opener, do=opener.effect["do"]))
        return events

    def _tag(self, case: Case, rule: Rule) -> None:
        wanted = rule.effect.get("tags", ())
        if wanted and self._tags is None:
            self._tags = set(Tag.objects.of(self.workspace).values_list("pk", flat=True))
        self.tagged += [
            CaseTag(workspace=self.workspace, case=case, tag_id=tag)
            for tag in wanted
            if tag in (self._tags or ())  # it may have been deleted since
        ]

    def _ruled(self, case: Case, rule: Rule, **facts: Any) -> CaseEvent:
        return timeline.line(case=case, kind=EventKind.RULED, now=self.now, rule=rule.row.name, **facts)

    def rank(self, case: Case) -> None:
        """The place in the queue, from all that was settled."""
        ranking.count(case=case, weights=self.weights, cell=case.cell)

    def _cell(self, placed: matrix.Placed) -> MatrixCell | None:
        if placed.scenario_id is None or placed.failure_id is None:
            return None
        where = (placed.scenario_id, placed.failure_id)
        if where not in self.matrix.cells:
            self.matrix.cells[where] = self._make_cell(where)
        return self.matrix.cells[where]

    def _make_cell(self, where: tuple[int, int]) -> MatrixCell:
        scenario, failure = self.matrix.scenarios[where[0]], self.matrix.failures[where[1]]
        return cell_at(workspace=self.workspace, scenario=scenario, failure=failure, now=self.now)

    def _policy(self, rule: Rule | None) -> SlaPolicy | None:
        wanted = rule.effect.get("policy") if rule is not None else None
        if wanted:
            if not self._policies:
                rows = SlaPolicy.objects.of(self.workspace).filter(retired_at__isnull=True)
                self._policies = {row.pk: row for row in rows}
            return self._policies.get(wanted)  # it may have been deleted since
        return None

    # --- Whose it is ---------------------------------------------------------------------------------------------

    def workers(self) -> list[Membership]:
        """Everybody who is there and may work on cases, for rules that name somebody."""
        if self._workers is None:
            self._workers = case_workers(workspace=self.workspace, now=self.now)
        return self._workers

    def names_people(self) -> bool:
        """Whether a routing rule can give a case to somebody outside the round robin."""
        named = (effects.MEMBER, effects.CONTACT_OWNER)
        return any(rule.effect.get("to") in named for rule in self.rules[RuleKind.ROUTING])

    def owning_team(self, case: Case, thing: Any) -> Team | None:
        """Whose work this is by the matrix: the cell's team, else the touchpoint's, else the scenario's."""
        cell, step = case.cell, self.matrix.steps.get(thing.touchpoint_id or 0)
        scenario = self.matrix.scenarios.get(self._of(thing)[0].scenario_id or 0)
        for row in (cell, step, scenario):
            if row is not None and row.team is not None:
                team: Team = row.team
                return team
        return None

    def route(self, case: Case, thing: Any, able: Sequence[Membership]) -> tuple[int | None, str]:
        """(membership id or None, why) for a new case; `able` are those who are there and may see it."""
        rule = self.rule_for(thing, RuleKind.ROUTING)
        team = self.owning_team(case, thing)
        takers = [one for one in able if one.takes_cases]
        if rule is None and team is None:
            routed = routing.route(
                [routing.Member(id=one.pk, last_assigned_at=one.last_assigned_at) for one in takers]
            )
            return routed.member_id, routed.sentence.say(_)
        wish = self._wish(case, thing, rule, team, able)
        chosen = assigning.choose([self._worker(one) for one in able], wish)
        because = ", ".join(part.say(_) for part in chosen.parts)
        if len(because) > LONGEST_REASON:
            because = because[: LONGEST_REASON - 1].rstrip() + "…"
        return chosen.member_id, because[:1].upper() + because[1:]

    def asked(self, case: Case, thing: Any) -> dict[str, Any]:
        """What is asked of whoever gets the case, before it is known who is there: by which rule, of which team, and so on."""
        rule, team = self.rule_for(thing, RuleKind.ROUTING), self.owning_team(case, thing)
        if rule is None:
            return {"team": team.pk} if team else {}
        effect = rule.effect
        if effect["to"] == effects.TEAM:
            team_id = effect.get("team")
        else:
            team_id = team.pk if team and not _has_wish(effect) else None
        return {
            **{name: value for name, value in effect.items() if value},
            "rule": rule.row.name,
            "team": team_id,
            "language": self._language(thing) if effect.get("speaks") else "",
        }

    def given(self, user_id: int) -> None:
        """Somebody got a case: it counts for the next one of this transaction."""
        self._given[user_id] += 1

    def _worker(self, one: Membership) -> Worker:
        member = routing.Member(
            id=one.pk,
            last_assigned_at=one.last_assigned_at,
            open_cases=self._load_of(one),
            skills=frozenset(word.casefold() for word in one.skills),
        )
        return Worker(
            member=member,
            team_id=one.team_id,
            languages=frozenset(one.languages),
            takes_cases=one.takes_cases,
        )

    def _load_of(self, one: Membership) -> int:
        if self._open_cases is None:
            self._open_cases = Counter(case_queries.open_by_owner(workspace=self.workspace))
        return self._open_cases[one.user_id] + self._given[one.user_id]

    def _wish(
        self, case: Case, thing: Any, rule: Rule | None, team: Team | None, able: Sequence[Membership]
    ) -> Wish:
        if rule is None:
            return Wish(team_id=team.pk if team else None, team=team.name if team else "")
        effect = rule.effect
        to, by_user = effect["to"], {one.user_id: one.pk for one in able}
        if to == effects.TEAM:
            team = Team.objects.of(self.workspace).filter(pk=effect.get("team")).first()
        elif _has_wish(effect):
            team = None  # the rule's own wish comes before the owning team
        person = None
        if to == effects.MEMBER:
            person = by_user.get(int(effect.get("member") or 0), 0)
        elif to == effects.CONTACT_OWNER:
            person = by_user.get(self._owner_of(thing.contact, able), 0)
        language = self._language(thing)
        return Wish(
            rule=rule.row.name,
            person_id=person,
            is_contact_owner=to == effects.CONTACT_OWNER,
            team_id=team.pk if team else None,
            team=team.name if team else "",
            skill=effect.get("skill", ""),
            language=language if effect.get("speaks") else "",
            language_name=language_name(language),
            by=effect.get("by", effects.TURNS),
        )

    def _language(self, thing: Any) -> str:
        return rule_queries.main_language(
            getattr(thing, "comment_language", ""),
            thing.contact.language if thing.contact else "",
            thing.language,
        )

    def _owner_of(self, contact: Any, able: Sequence[Membership]) -> int:
        """The user whose customer this is: named by address in the attribute "owner", else who had their last case."""
        if contact is None:
            return 0
        attributes = contact.attributes if isinstance(contact.attributes, dict) else {}
        address = str(attributes.get("owner", "")).strip().lower()
        if address:
            return next((one.user_id for one in able if one.user.email.lower() == address), 0)
        return case_queries.last_owner_of(workspace=self.workspace, contact_id=contact.pk) or 0


def _has_wish(effect: dict[str, Any]) -> bool:
    """Whether a rule that names no team asks for something of its own."""
    return bool(effect.get("skill") or effect.get("speaks") or effect["to"] != effects.ANYBODY)


def cell_at(*, workspace: Workspace, scenario: Any, failure: Any, now: datetime) -> MatrixCell:
    """The cell where these meet, made unplanned if nobody was there before; safe in parallel."""
    cells = MatrixCell.objects.of(workspace)
    fresh = MatrixCell(workspace=workspace, scenario=scenario, failure=failure, created_at=now)
    cells.bulk_create([fresh], ignore_conflicts=True)
    found: MatrixCell = cells.select_related("team", "policy__calendar", "scenario", "failure").get(
        scenario=scenario, failure=failure
    )
    return found


def language_name(code: str) -> str:
    """German; the code itself where it has no name."""
    try:
        return str(get_language_info(code)["name_translated"]) if code else ""
    except KeyError:
        return code


def _words(thing: Any) -> str:
    return str(thing.comment) if hasattr(thing, "comment") else f"{thing.title} {thing.text}"


def _moment(thing: Any) -> datetime:
    found: datetime = thing.responded_at if hasattr(thing, "responded_at") else thing.published_at
    return found
