"""Everything that runs by itself, in one table.

A sweep walks rows that are due; it is safe to run twice, in parallel or late. `expires` lies below the period,
so a stalled worker does not wake to a thousand copies. `late_after` is when `/readyz` turns red.
"""

from datetime import timedelta
from typing import NamedTuple


class Sweep(NamedTuple):
    task: str
    every: float  # seconds
    keeps: str

    @property
    def late_after(self) -> timedelta:
        """Twenty missed turns, and never less than two minutes."""
        return timedelta(seconds=max(120.0, 20 * self.every))


SWEEPS = (
    Sweep("detractors.decide_pending", 5, "no detractor without a case or a written reason"),
    Sweep("detractors.enforce_sla", 2, "a breach is marked and told within seconds"),
    Sweep("detractors.act_on_escalations", 15, "what an escalation does to a case is done"),
    Sweep("detractors.tell_held_alerts", 15, "alerts that waited for quiet time or for one another are told"),
    Sweep(
        "detractors.mail_daily_digests",
        60,
        "who wants their cases in the morning has them, and so have chat rooms",
    ),
    Sweep("detractors.recount", 15, "open cases follow edited hours and promises"),
    Sweep("detractors.recount_ranks", 15, "open cases stand where the workspace's weights put them"),
    Sweep(
        "detractors.forecast",
        300,
        "who could miss a promise is known while something can be done, and how right that was",
    ),
    Sweep("detractors.rehearse", 15, "a rehearsal that was asked for goes on to its end"),
    Sweep("detractors.tell_overdue_tasks", 15, "whose promise is nearly due or task overdue is told once"),
    Sweep("detractors.remind_of_calls", 15, "a call-back is reminded of in time, or told as missed"),
    Sweep("detractors.wake_snoozed", 15, "a snoozed case is back when its time has come"),
    Sweep("detractors.run_bulk_acts", 15, "an act on many cases goes on, and so does its undo"),
    Sweep("detractors.watch_spikes", 60, "more cases than usual are told within the hour, once"),
    Sweep("detractors.keep_stages", 60, "waits and idle times follow the timelines within minutes"),
    Sweep("detractors.mail_notifications", 60, "who wants a mail hears of what they have not seen"),
    Sweep("outbox.sweep", 5, "nothing stays queued or stuck while being sent"),
    Sweep("outbox.sweep_texts", 5, "no text message stays queued, within the limits of its workspace's day"),
    Sweep("outbox.sweep_chats", 5, "no chat message stays queued"),
    Sweep("dashboards.fold_tallies", 5, "tallies keep up"),
    Sweep("surveys.follow_mail", 5, "an invitation knows what became of its mail"),
    Sweep("surveys.send_due", 15, "people are asked in time, or the reason is written"),
    Sweep("surveys.prepare_campaigns", 15, "a started campaign is prepared to its end"),
    Sweep("surveys.handle_events", 15, "an event that a campaign waits for asks in time"),
    Sweep("surveys.send_reminders", 60, "who has not answered is reminded in time, or the reason is written"),
    Sweep("surveys.run_imports", 15, "an interrupted import goes on"),
    Sweep("surveys.run_bulk_edits", 15, "a change of many contacts goes on, and so does its undo"),
    Sweep("surveys.make_archives", 15, "a person's archive is made, told, and removed by age"),
    Sweep("surveys.tell_of_texts", 60, "texts nobody could place are told once, then once a day"),
    Sweep("followups.leave_replies", 5, "a reply leaves once it can no longer be taken back"),
    Sweep("followups.send_due", 15, "planned mail leaves on time, or says why not"),
    Sweep("followups.send_announcements", 15, "who told us hears once what was changed"),
    Sweep("followups.send_gatherings", 15, "whoever is invited to an event gets one mail"),
    Sweep("followups.plan_missing", 60, "no case without its planned mails"),
    Sweep("followups.begin_playbooks", 15, "what a playbook begins with has its steps planned"),
    Sweep("followups.run_playbooks", 15, "steps of playbooks are done on time, or say why not"),
    Sweep("followups.resurvey_due", 60, "the loop is verified: asks, and closes what stays unanswered"),
    Sweep("followups.place_mail", 5, "mail that came in is in its case, or a person is asked"),
    Sweep("followups.fetch_mail", 5, "mailboxes are read when their time has come"),
    Sweep("surveys.read_feeds", 60, "reviews and posts are read when their feed is due"),
    Sweep("surveys.settle_erasures", 60, "no word that was on its way outlives an erasure; the list is safe"),
    Sweep("surveys.read_comments", 15, "a comment's language and mood are known soon after it came"),
    Sweep("surveys.learn_comments", 300, "a workspace's own words are learned from once a day"),
    Sweep("surveys.read_comments_again", 60, "what was learned is told of old comments too"),
    Sweep("surveys.count_clicks", 60, "an opened link is counted, a scanner's visit is not"),
    Sweep("surveys.expire_due", 300, "links end when they should"),
    Sweep("outbox.check_senders", 60, "a check of the sender's domain that was asked for is done"),
    Sweep("outbox.forget_bodies", 3600, "account mails are not kept for ever"),
    Sweep("accounts.run_retention", 3600, "once a day of each workspace, what was kept long enough goes"),
    Sweep("accounts.forget_sessions", 3600, "sessions that are over leave nothing"),
    Sweep("accounts.tell_of_ending_keys", 3600, "admins hear of a key's end a week before"),
    Sweep("accounts.keep_holidays", 3600, "public holidays are entered before their year begins"),
    Sweep("core.forget_idempotency_keys", 3600, "stored answers to API posts go after a day"),
)


def beat_schedule() -> dict[str, dict[str, object]]:
    """The table in Celery's shape."""
    return {
        sweep.task: {
            "task": sweep.task,
            "schedule": sweep.every,
            "options": {"expires": max(sweep.every - 1, 1)},
        }
        for sweep in SWEEPS
    }
