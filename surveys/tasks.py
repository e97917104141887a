"""Tasks of surveys. Each is a sweep: safe to run twice, in parallel, or late."""

from datetime import datetime

from celery import shared_task

from core.sweeps import sweep
from surveys import campaign_tasks  # noqa: F401  its tasks are found with these
from surveys.services import clicks, comments, erasing, feeds, invitations, reminding


@shared_task(name="surveys.send_due")
@sweep("surveys.send_due")
def send_due(*, now: datetime) -> int:
    """Ask everybody whose invitation is due, or write the reason why not."""
    return invitations.send_due(now=now)


@shared_task(name="surveys.follow_mail")
@sweep("surveys.follow_mail")
def follow_mail(*, now: datetime) -> int:
    """Learn what became of the mails that left."""
    return invitations.follow_mail(now=now)


@shared_task(name="surveys.read_comments")
@sweep("surveys.read_comments")
def read_comments(*, now: datetime) -> int:
    """Read what customers wrote: its language, and how unhappy it is."""
    return comments.read_new(now=now)


@shared_task(name="surveys.learn_comments")
@sweep("surveys.learn_comments")
def learn_comments(*, now: datetime) -> int:
    """Learn from the scored comments of a workspace whose day has come."""
    return comments.learn_due(now=now)


@shared_task(name="surveys.read_comments_again")
@sweep("surveys.read_comments_again")
def read_comments_again(*, now: datetime) -> int:
    """Read old comments once more where a model has learned something since."""
    return comments.read_again(now=now)


@shared_task(name="surveys.count_clicks")
@sweep("surveys.count_clicks")
def count_clicks(*, now: datetime) -> int:
    """Count the links that people, not scanners, have opened."""
    return clicks.count_clicks(now=now)


@shared_task(name="surveys.expire_due")
@sweep("surveys.expire_due")
def expire_due(*, now: datetime) -> int:
    """End the links whose time is over."""
    return invitations.expire_due(now=now)


@shared_task(name="surveys.settle_erasures")
@sweep("surveys.settle_erasures")
def settle_erasures(*, now: datetime) -> int:
    """Run fresh erasures once more, and keep their list outside the database."""
    return erasing.settle(now=now)


@shared_task(name="surveys.read_feeds")
@sweep("surveys.read_feeds")
def read_feeds(*, now: datetime) -> int:
    """Read the feeds whose time has come, and remind of pages that have none."""
    return feeds.read_due(now=now) + reminding.remind_due(now=now)
