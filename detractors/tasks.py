"""The sweeps of the inner loop."""

from datetime import datetime

from celery import shared_task

from core.sweeps import sweep
from detractors.services import (
    alerts,
    appointments,
    bulk_runs,
    decisions,
    decisions_of_mentions,
    escalating,
    forecasting,
    promise_keeping,
    recounting,
    rehearsing,
    sla,
    snoozing,
    spikes,
    stages,
    tasks,
    telling,
    weighing,
)


@shared_task(name="detractors.decide_pending")
@sweep("detractors.decide_pending")
def decide_pending(*, now: datetime) -> int:
    """Decide every answer and every mention that waits; returns how many."""
    return decisions.decide_pending(now=now) + decisions_of_mentions.decide_pending(now=now)


@shared_task(name="detractors.tell_overdue_tasks")
@sweep("detractors.tell_overdue_tasks")
def tell_overdue_tasks(*, now: datetime) -> int:
    """Tell of promises that are nearly due and of tasks whose time is over, each once; returns how many."""
    return promise_keeping.remind(now=now) + tasks.tell_overdue(now=now)


@shared_task(name="detractors.remind_of_calls")
@sweep("detractors.remind_of_calls")
def remind_of_calls(*, now: datetime) -> int:
    """Remind of call-backs and mark those that were missed; returns how many steps."""
    return appointments.sweep(now=now)


@shared_task(name="detractors.wake_snoozed")
@sweep("detractors.wake_snoozed")
def wake_snoozed(*, now: datetime) -> int:
    """Bring back the cases whose snooze is over; returns how many."""
    return snoozing.sweep(now=now)


@shared_task(name="detractors.mail_notifications")
@sweep("detractors.mail_notifications")
def mail_notifications(*, now: datetime) -> int:
    """Write to those who want to hear by mail of what they have not seen; returns how many mails."""
    return telling.mail_digests(now=now)


@shared_task(name="detractors.forecast")
@sweep("detractors.forecast")
def make_forecasts(*, now: datetime) -> int:
    """Make every workspace's forecast anew, and judge those whose time is over; returns how many were made."""
    return forecasting.sweep(now=now)


@shared_task(name="detractors.rehearse")
@sweep("detractors.rehearse")
def rehearse(*, now: datetime) -> int:
    """Go on with rehearsals that were asked for; returns how many decisions were looked at."""
    return rehearsing.work(now=now)


@shared_task(name="detractors.run_bulk_acts")
@sweep("detractors.run_bulk_acts")
def run_bulk_acts(*, now: datetime) -> int:
    """Go on with every act on many cases; returns how many batches were done."""
    return bulk_runs.run(now=now)


@shared_task(name="detractors.enforce_sla")
@sweep("detractors.enforce_sla")
def enforce_sla(*, now: datetime) -> int:
    """Warn, mark and escalate what is due; returns how many steps were made."""
    done = sla.enforce(now=now)
    return done.warned + done.breached + done.escalated


@shared_task(name="detractors.act_on_escalations")
@sweep("detractors.act_on_escalations")
def act_on_escalations(*, now: datetime) -> int:
    """Hand over and raise what escalated cases wait for; returns how many steps."""
    return escalating.act_pending(now=now)


@shared_task(name="detractors.tell_held_alerts")
@sweep("detractors.tell_held_alerts")
def tell_held_alerts(*, now: datetime) -> int:
    """Tell the alerts that waited; returns how many receivers heard."""
    return alerts.tell_held(now=now)


@shared_task(name="detractors.mail_daily_digests")
@sweep("detractors.mail_daily_digests")
def mail_daily_digests(*, now: datetime) -> int:
    """Write to everybody whose hour it is; returns how many messages."""
    return alerts.tell_daily(now=now)


@shared_task(name="detractors.recount")
@sweep("detractors.recount")
def recount(*, now: datetime) -> int:
    """Open cases follow edited hours and promises; returns how many were told again."""
    return recounting.work(now=now)


@shared_task(name="detractors.recount_ranks")
@sweep("detractors.recount_ranks")
def recount_ranks(*, now: datetime) -> int:
    """Count open cases anew where what moves them forward has changed; returns how many."""
    return weighing.recount(now=now)


@shared_task(name="detractors.watch_spikes")
@sweep("detractors.watch_spikes")
def watch_spikes(*, now: datetime) -> int:
    """Look for more cases than usual where an hour is over; returns how many spikes are new."""
    return spikes.sweep(now=now)


@shared_task(name="detractors.keep_stages")
@sweep("detractors.keep_stages")
def keep_stages(*, now: datetime) -> int:
    """Read the stages of cases to which something has happened; returns how many."""
    return stages.sweep(now=now)
