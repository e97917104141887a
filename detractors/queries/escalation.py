"""The chains of escalation: whose steps a promise has, and what became of them on a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from accounts.models import User, Workspace
from accounts.queries import active
from detractors.models import EscalationStep, SlaPolicy
from detractors.rules.escalation import Step
from outbox.models import ChatTarget

Chains = Mapping[tuple[int, str], Sequence[Step]]


def chain_of(policy: SlaPolicy, usual: Mapping[int, int]) -> int:
    """The policy whose steps hold for `policy`: its own, or the workspace's usual one (`usual` by workspace)."""
    if policy.is_default or policy.has_own_chain:
        return policy.pk
    return usual.get(policy.workspace_id, policy.pk)


def steps_by_policy(*, policies: Iterable[SlaPolicy]) -> dict[tuple[int, str], list[Step]]:
    """The steps that hold for each policy, by (its id, timer kind); two queries for any number."""
    policies = list(policies)
    following = {row.workspace_id for row in policies if not row.is_default and not row.has_own_chain}
    usual: dict[int, int] = {}
    if following:
        rows = SlaPolicy.objects.across_workspaces().filter(workspace__in=following, is_default=True)
        usual = dict(rows.values_list("workspace_id", "pk"))
    wanted = {policy.pk: chain_of(policy, usual) for policy in policies}
    by_chain: dict[tuple[int, str], list[Step]] = {}
    for row in EscalationStep.objects.across_workspaces().filter(policy__in=set(wanted.values())):
        by_chain.setdefault((row.policy_id, row.kind), []).append(step_in(row))
    return {
        (policy, kind): steps
        for policy, chain in wanted.items()
        for (owner, kind), steps in by_chain.items()
        if owner == chain
    }


def step_in(row: EscalationStep) -> Step:
    """A stored row as the rule takes it."""
    return Step(
        level=row.level,
        after_minutes=row.after_minutes,
        clock=row.clock,
        key=row.pk or 0,
        place=row.place,
        since=row.since,
        person=row.person_id,
        by_bell=row.by_bell,
        by_mail=row.by_mail,
        target=row.target_id,
        hand_to=row.hand_to,
        raises_priority=row.raises_priority,
        breaks_quiet=row.breaks_quiet,
    )


def own_steps(*, policy: SlaPolicy) -> list[EscalationStep]:
    """The steps of a policy's own chain, in the order they are written down."""
    rows = EscalationStep.objects.of(policy.workspace_id).select_related("person", "target")
    return list(rows.filter(policy=policy).order_by("kind", "place", "after_minutes", "pk"))


def people(*, workspace: Workspace) -> list[User]:
    """Who can be named in a step, by name."""
    rows = active(workspace=workspace).select_related("user")
    return sorted((row.user for row in rows), key=lambda user: user.display_name.casefold())


def targets(*, workspace: Workspace) -> list[ChatTarget]:
    """The chat targets a step can tell, by name; those that are switched off among them."""
    return sorted(ChatTarget.objects.of(workspace), key=lambda target: target.name.casefold())
