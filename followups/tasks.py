"""The sweeps of telling customers back."""

from datetime import datetime

from celery import shared_task

from core.sweeps import sweep
from followups.services import (
    announcements,
    fetching,
    followups,
    gatherings,
    pending_replies,
    placing,
    plans,
    playbook_running,
    playbook_starting,
    ready_made,
    resurveys,
)  # fmt: skip


@shared_task(name="followups.send_due")
@sweep("followups.send_due")
def send_due(*, now: datetime) -> int:
    """Send the planned mails that are due; returns how many were sent or given their reason."""
    return followups.send_due(now=now)


@shared_task(name="followups.plan_missing")
@sweep("followups.plan_missing")
def plan_missing(*, now: datetime) -> int:
    """Plan and notice what got lost; returns how much."""
    return plans.plan_missing(now=now) + ready_made.provide_missing(now=now)


@shared_task(name="followups.resurvey_due")
@sweep("followups.resurvey_due")
def resurvey_due(*, now: datetime) -> int:
    """Ask again, hear the answers, close what stays silent; returns how many moved."""
    return resurveys.resurvey_due(now=now)


@shared_task(name="followups.leave_replies")
@sweep("followups.leave_replies")
def leave_replies(*, now: datetime) -> int:
    """Replies leave once they can no longer be taken back; returns how many."""
    return pending_replies.leave_due(now=now)


@shared_task(name="followups.place_mail")
@sweep("followups.place_mail")
def place_mail(*, now: datetime) -> int:
    """Mail that came in is read and put where it belongs; returns how many."""
    return placing.place_due(now=now)


@shared_task(name="followups.fetch_mail")
@sweep("followups.fetch_mail")
def fetch_mail(*, now: datetime) -> int:
    """Mailboxes whose time has come are read; returns how many mails came."""
    return fetching.fetch_due(now=now)


@shared_task(name="followups.send_announcements")
@sweep("followups.send_announcements")
def send_announcements(*, now: datetime) -> int:
    """Tell people what was changed; returns how many mails left or got their reason."""
    return announcements.send_due(now=now)


@shared_task(name="followups.send_gatherings")
@sweep("followups.send_gatherings")
def send_gatherings(*, now: datetime) -> int:
    """Invite customers to events; returns how many mails left or got their reason."""
    return gatherings.send_due(now=now)


@shared_task(name="followups.begin_playbooks")
@sweep("followups.begin_playbooks")
def begin_playbooks(*, now: datetime) -> int:
    """Plan the steps after what has happened; returns how many playbooks began."""
    return playbook_starting.begin(now=now)


@shared_task(name="followups.run_playbooks")
@sweep("followups.run_playbooks")
def run_playbooks(*, now: datetime) -> int:
    """Do the steps of playbooks that are due; returns how many running ones were looked at."""
    return playbook_running.run_due(now=now)
