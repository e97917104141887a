"""Looking for spikes, once an hour in each workspace; one spike is told once, grows while it lasts, and ends by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from detractors.enums import NotificationKind, SpikeKind
from detractors.models import Case, CaseRule, CaseWatch, Spike, SpikeCase
from detractors.queries import spikes as queries
from detractors.rules import spikes as rule
from detractors.rules.spikes import Found
from detractors.services import ruling, telling
from detractors.services.errors import Incomplete

EVERY = timedelta(hours=1)
NOTE_LENGTH = 300


def sweep(*, now: datetime) -> int:
    """Look where it is time to, and end the routing whose day has come; returns how many spikes are new."""
    _end_routing(now)
    known = CaseWatch.objects.across_workspaces().values("workspace")
    fresh = [CaseWatch(workspace=one) for one in Workspace.objects.exclude(pk__in=known)]
    CaseWatch.objects.across_workspaces().bulk_create(fresh, ignore_conflicts=True)
    found = 0
    for pk in list(_due(now).order_by("pk").values_list("pk", flat=True)):
        found += _look_once(pk, now)
    return found


def _due(now: datetime):  # type: ignore[no-untyped-def]
    return CaseWatch.objects.across_workspaces().exclude(spikes_at__gt=now)


@transaction.atomic
def _look_once(pk: int, now: datetime) -> int:
    row = _due(now).filter(pk=pk).select_for_update(skip_locked=True).first()
    if row is None:
        return 0  # somebody else is looking, or has looked
    row.spikes_at = now + EVERY
    row.save(update_fields=["spikes_at"])
    return len(look(workspace=Workspace.objects.get(pk=row.workspace_id), now=now))


@transaction.atomic
def look(*, workspace: Workspace, now: datetime) -> list[Spike]:
    """Bring the spikes that go on up to date, end those that are over, and raise new ones; returns the new ones."""
    going = queries.running(workspace=workspace)
    if not going and queries.is_quiet(workspace=workspace, now=now):
        return []
    weeks = rule.weeks_of(queries.days_known(workspace=workspace, now=now))
    if not going and not weeks:
        return []  # nothing to compare with yet
    watched = queries.watched(workspace=workspace, now=now, weeks=weeks)
    held: dict[int, set[int]] = {}
    for spike in going:
        _follow(spike, watched, now)
        held[spike.pk] = set(
            SpikeCase.objects.of(workspace).filter(spike=spike).values_list("case_id", flat=True)
        )
    known = {(spike.kind, spike.key): spike for spike in going}
    by_id = {spike.pk: spike for spike in going}
    raised = []
    # Words last: the same cases have a better name where a touchpoint, a cell or an answer stands out.
    found = sorted(rule.find(watched, weeks=weeks), key=lambda one: one.kind == SpikeKind.WORD)
    with translation.override(workspace.language):
        for one in found:
            if (one.kind, one.key) in known:
                continue
            since = now - timedelta(days=rule.began(watched[one.kind][one.key], measured=one.measured))
            cases = queries.cases_of_thing(
                workspace=workspace, kind=one.kind, key=one.key, since=since, until=now
            )
            same = next((pk for pk, others in held.items() if rule.is_same(cases, others)), None)
            name = queries.name_of(workspace=workspace, kind=one.kind, key=one.key)
            if same is not None:
                _note_also(by_id[same], name)
                continue
            first = queries.first_moment(workspace=workspace, kind=one.kind, cases=cases) or since
            spike = _raise(workspace, one, name, first, cases, now)
            held[spike.pk], by_id[spike.pk] = set(cases), spike
            raised.append(spike)
    return raised


def _raise(
    workspace: Workspace, found: Found, name: str, since: datetime, cases: list[int], now: datetime
) -> Spike:
    measured = found.measured
    spike = Spike(
        workspace=workspace, kind=found.kind, key=found.key, name=name, window_days=measured.window, n=measured.n,
        most=measured.n, usual_n=measured.usual_n, usual_days=measured.usual_days, chance=measured.chance, since=since,
        raised_at=now, looked_at=now,
    )  # fmt: skip
    spike.save(force_insert=True)
    _keep_cases(spike, cases)
    newest = Case.objects.of(workspace).filter(pk__in=cases).order_by("-opened_at", "-pk").first()
    if newest is not None:
        telling.tell(
            case=newest, users=queries.told(workspace=workspace), kind=NotificationKind.SPIKE, key=f"spike:{spike.pk}",
            spike=spike, now=now,
        )  # fmt: skip
    return spike


def _follow(spike: Spike, watched: Mapping[str, Mapping[str, list[int]]], now: datetime) -> None:
    """What has come since; over once the window holds no more than was usual before it."""
    days = watched.get(spike.kind, {}).get(spike.key) or [0] * rule.DAYS
    spike.n = sum(days[: spike.window_days])
    spike.most = max(spike.most, spike.n)
    spike.looked_at = now
    if rule.is_normal(spike.n, usual_n=spike.usual_n, window=spike.window_days, usual_days=spike.usual_days):
        spike.ended_at = now
    else:
        cases = queries.cases_of_thing(
            workspace=spike.workspace, kind=spike.kind, key=spike.key, since=spike.since, until=now
        )
        _keep_cases(spike, cases)
    spike.save(update_fields=["n", "most", "looked_at", "ended_at"])


def _keep_cases(spike: Spike, cases: list[int]) -> None:
    rows = [SpikeCase(workspace_id=spike.workspace_id, spike=spike, case_id=pk) for pk in cases]
    SpikeCase.objects.of(spike.workspace_id).bulk_create(rows, ignore_conflicts=True, batch_size=1_000)


def _note_also(spike: Spike, name: str) -> None:
    if name not in spike.also and len(spike.also) < 10:
        spike.also = [*spike.also, name]
        spike.save(update_fields=["also"])


@transaction.atomic
def dismiss(*, spike: Spike, by: User, note: str, now: datetime) -> Spike:
    """It is no spike, and why; silent until the rate is normal again. Twice is once. Raises Incomplete without a note."""
    note = " ".join(note.split())
    if not note:
        raise Incomplete(_("Please say why it is no spike."), field="note")
    row: Spike = Spike.objects.of(spike.workspace_id).select_for_update(of=("self",)).get(pk=spike.pk)
    if row.dismissed_at is None:
        row.dismissed_at, row.dismissed_by, row.dismissed_note = now, by, note[:NOTE_LENGTH]
        row.save(update_fields=["dismissed_at", "dismissed_by", "dismissed_note"])
    return row


@transaction.atomic
def undismiss(*, spike: Spike) -> Spike:
    """It is one after all."""
    row: Spike = Spike.objects.of(spike.workspace_id).select_for_update(of=("self",)).get(pk=spike.pk)
    row.dismissed_at, row.dismissed_by, row.dismissed_note = None, None, ""
    row.save(update_fields=["dismissed_at", "dismissed_by", "dismissed_note"])
    return row


def _end_routing(now: datetime) -> None:
    """Rules whose day has come are switched off, each once."""
    due = Spike.objects.across_workspaces().filter(routed_until__lte=now)
    for pk in list(due.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            spike = due.filter(pk=pk).select_for_update(skip_locked=True, of=("self",)).first()
            if spike is None:
                continue
            rule_row = CaseRule.objects.of(spike.workspace_id).filter(pk=spike.rule_id).first()
            if rule_row is not None and rule_row.is_active:
                ruling.switch(rule=rule_row, on=False, now=now)
            spike.routed_until = None
            spike.save(update_fields=["routed_until"])
