"""News and questions of accounts to the apps above, told inside the transaction: all of it happens or none."""

from django.dispatch import Signal

account_mail = Signal()  # mail, to, user, context, dedupe_key, now: the outbox inserts a row
workspace_created = Signal()  # workspace, owner, now: every app above lays its first furniture
# workspace -> {"touchpoints": [(public id, name)], "attributes": [(name, [values])]}: what a member can be limited to
sight_choices = Signal()
# workspace, users (ids) -> {user id: (open cases, resolved cases that may open again)}
work_counted = Signal()
# workspace, user, to (User or None), in_turn, by, now -> how many cases went: to `to`, by turns, or to nobody
work_handed_over = Signal()
# workspace, team, to (Team), now -> how many cases went: the team is about to be deleted
team_dissolved = Signal()
# workspace -> {"contacts": bool, "survey": public id, "survey_edited": bool, "test_mail": bool}: what the first steps know
checklist_asked = Signal()
# workspace, what (the name of the hours), by, now: hours, holidays or whose hours were edited; promises are counted anew
hours_changed = Signal()
# workspace, calendars ({id: Calendar}), teams ({team id: calendar id}), now -> what open cases would do by such an edit
hours_tried = Signal()
