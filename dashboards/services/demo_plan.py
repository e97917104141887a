"""What the bicycle shop has planned: a matrix with a gap, three rules, and who speaks what."""

from __future__ import annotations

from datetime import datetime

from accounts.models import BusinessCalendar, Membership, Team, User, Workspace
from accounts.services import people
from detractors.models import Case, Failure, Scenario, SlaPolicy
from detractors.queries import matrix as matrix_queries
from detractors.rules import matrix
from detractors.services import planning, ruling, weighing
from detractors.services.opening import cell_at
from surveys.enums import TouchpointKind
from surveys.services import touchpoints

SCENARIOS = {  # what customers want to do: the touchpoints it is told from
    "Buy a bike": ("Purchase",),
    "Get it delivered": ("Delivery",),
    "Get started": ("Onboarding",),
    "Get help": ("Support",),
}
FAILURES = {  # what can go wrong: words that point to it
    "Late or never": ("late", "days", "week*", "delay*", "wait*", "slot", "never came", "still waiting"),
    "Damaged or wrong": (
        "damag*",
        "crack*",
        "broken",
        "broke",
        "wrong",
        "scratch*",
        "missing",
        "another model",
    ),
    "Nobody answers": ("call back", "nobody answers", "no answer", "rude", "unfriendly", "ignored"),
    "Wrong bill": ("invoice*", "bill*", "charge*", "refund*", "expensive", "price*", "paid"),
}
CELLS = (  # scenario, failure, minutes earlier, the faster promise?, playbook
    ("Get it delivered", "Late or never", 60, True, "Carrier call"),
    ("Get it delivered", "Damaged or wrong", 90, True, "Swap the bike"),
    ("Get it delivered", "Nobody answers", 30, False, "Call them first"),
    ("Buy a bike", "Wrong bill", 45, False, "Correct the invoice"),
    ("Buy a bike", "Late or never", 30, False, "Confirm a date"),
    ("Get started", "Damaged or wrong", 60, False, "Send the right manual"),
    ("Get help", "Nobody answers", 60, True, "Call them first"),
    ("Get help", "Late or never", 30, False, "Book the workshop"),
)
ABILITIES = {
    "ana@linden-bikes.example": (["cargo bikes", "billing"], ["de", "pt", "en"]),
    "ben@linden-bikes.example": (["workshop"], ["en", "fr"]),
}


def plan(*, workspace: Workspace, by: User, now: datetime) -> None:
    """Matrix, journey map, rules, skills and languages."""
    for member in Membership.objects.of(workspace).select_related("user"):
        if member.user.email in ABILITIES:
            skills, languages = ABILITIES[member.user.email]
            people.set_abilities(membership=member, skills=skills, languages=languages, by=by)
    team = Team.objects.of(workspace).earliest("pk")
    scenarios = {
        name: planning.add_scenario(workspace=workspace, name=name, team=team, now=now) for name in SCENARIOS
    }
    failures = {
        name: planning.add_failure(workspace=workspace, name=name, words=words, now=now)
        for name, words in FAILURES.items()
    }
    _journey(workspace, scenarios, now)
    _cells(workspace, scenarios, failures, now)
    _rules(workspace, now)


def _journey(workspace: Workspace, scenarios: dict[str, Scenario], now: datetime) -> None:
    for scenario, names in SCENARIOS.items():
        for name in names:
            touchpoint = touchpoints.ensure(
                workspace=workspace, name=name, kind=TouchpointKind.TRANSACTIONAL, now=now
            )
            planning.map_touchpoint(touchpoint=touchpoint, scenario=scenarios[scenario], team=None, now=now)


def _cells(
    workspace: Workspace, scenarios: dict[str, Scenario], failures: dict[str, Failure], now: datetime
) -> None:
    fast = SlaPolicy(
        workspace=workspace,
        name="Stranded customer",
        calendar=BusinessCalendar.objects.of(workspace).get(is_default=True),
        first_response_minutes=30,
        resolution_minutes=480,
        created_at=now,
    )
    fast.save()
    for scenario, failure, minutes, is_fast, playbook in CELLS:
        planning.plan_cell(
            scenario=scenarios[scenario],
            failure=failures[failure],
            priority_minutes=minutes,
            policy=fast if is_fast else None,
            playbook=playbook,
            team=None,
            now=now,
        )


def _rules(workspace: Workspace, now: datetime) -> None:
    def on(field: str, op: str, value: str = "") -> dict[str, object]:
        return {"groups": [{"conditions": [{"field": field, "op": op, "value": value}]}]}

    passives = {
        "groups": [
            {
                "match": "all",
                "conditions": [
                    {"field": "segment", "op": "is", "value": "PASSIVE"},
                    {"field": "account_value", "op": "at_least", "value": "20000"},
                ],
            }
        ]
    }
    wanted = (
        ("OPENING", "Large accounts that waver", passives, {"do": "OPEN"}),
        ("ROUTING", "Their own language", on("language", "known"), {"to": "ANYBODY", "speaks": "1", "by": "LEAST_LOADED"}),
        ("PRIORITY", "Third time unlucky", on("standing", "is", "LONG_STANDING"), {"minutes": 60}),
    )  # fmt: skip
    for kind, name, stated, effect in wanted:
        rule = ruling.keep(
            workspace=workspace, rule=None, kind=kind, name=name, stated=stated, effect=effect, now=now
        )
        ruling.switch(rule=rule, on=True, now=now)


def place_history(*, workspace: Workspace, now: datetime) -> None:
    """Put the cases of the past year where the matrix would have put them, and count the open ones anew."""
    plan = matrix_queries.load(workspace=workspace)
    moved = []
    for case in Case.objects.of(workspace).filter(cell__isnull=True):
        placed = matrix.place(
            touchpoint_id=case.touchpoint_id,
            scenarios=plan.scenario_of,
            failures=plan.columns,
            answers={},
            words=case.stated_complaint,
        )
        if placed.scenario_id is not None and placed.failure_id is not None:
            where = (placed.scenario_id, placed.failure_id)
            if where not in plan.cells:
                plan.cells[where] = cell_at(
                    workspace=workspace,
                    scenario=plan.scenarios[placed.scenario_id],
                    failure=plan.failures[placed.failure_id],
                    now=now,
                )
            case.cell = plan.cells[where]
            moved.append(case)
    Case.objects.of(workspace).bulk_update(moved, ["cell"], batch_size=500)
    weighing.ask(workspace=workspace, now=now)
    weighing.recount(now=now)
