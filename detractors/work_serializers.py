"""What the API takes and shows of the work beside cases: tasks, call-backs, notes, watchers, notifications, tags, statuses."""

from typing import Any

from rest_framework import serializers

from core.api_fields import Body, Code, Flag, Moment, Row, Text, Whole
from detractors.enums import CallOutcome, Category, NotificationKind, TagColour
from detractors.models import CallAppointment, Notification, Task
from detractors.serializers import TEXT_LENGTH, OwnerReference
from detractors.services import statuses, tags

TITLE_LENGTH = 300  # characters, as the columns


class TaskBody(Body):
    """`owner` is a member; or ask somebody who is none with `helper_email`, not both."""

    title = Text(max_length=TITLE_LENGTH)
    owner = OwnerReference(required=False, allow_null=True)
    due_at = Moment(required=False, allow_null=True)
    blocks_resolving = Flag(required=False, help_text="The case cannot be resolved before it is done.")
    is_promise = Flag(required=False, help_text="The customer was promised it.")
    helper_email = serializers.EmailField(required=False, max_length=254)
    helper_name = Text(required=False, allow_blank=True, max_length=200)


class TaskChange(Body):
    is_done = Flag()


class TaskRow(Row):
    id = serializers.CharField(source="public_id")
    case = serializers.IntegerField(source="case.number", help_text="Number of its case.")
    title = serializers.CharField()
    owner = serializers.EmailField(source="owner.email", allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    blocks_resolving = serializers.BooleanField()
    is_promise = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    author = serializers.EmailField(source="author.email", allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = serializers.EmailField(source="done_by.email", allow_null=True)
    helper_email = serializers.CharField(allow_blank=True, help_text="Who was asked outside.")
    helper_name = serializers.CharField(allow_blank=True)
    link_expires_at = serializers.DateTimeField(allow_null=True)
    link_revoked_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField(allow_blank=True, help_text="What they answered.")
    answered_at = serializers.DateTimeField(allow_null=True)


class TaskQuery(Body):
    owner = Text(required=False, help_text='Mail address of the owner, or "none".')
    is_done = serializers.BooleanField(required=False)
    overdue = serializers.BooleanField(required=False)


class CallBackBody(Body):
    at = Moment()
    owner = OwnerReference(required=False, allow_null=True, help_text="Who calls; default: who made the key.")
    minutes = Whole(required=False, min_value=5, max_value=480)
    remind_minutes = Whole(required=False, min_value=0, max_value=1440)
    note = Text(required=False, allow_blank=True, max_length=TITLE_LENGTH)


class CallMadeBody(Body):
    outcome = Code(choices=CallOutcome.choices)
    note = Text(required=False, allow_blank=True, max_length=TEXT_LENGTH)


class CallBackRow(Row):
    id = serializers.CharField(source="public_id")
    case = serializers.IntegerField(source="case.number", help_text="Number of its case.")
    owner = serializers.EmailField(source="owner.email", allow_null=True)
    at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    remind_minutes = serializers.IntegerField()
    note = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    reminded_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    missed_at = serializers.DateTimeField(allow_null=True)
    dropped_at = serializers.DateTimeField(allow_null=True)
    is_open = serializers.SerializerMethodField()

    def get_is_open(self, call: CallAppointment) -> bool:
        return call.done_at is None and call.dropped_at is None


class CallBackQuery(Body):
    owner = Text(required=False, help_text='Mail address of the owner, or "none".')
    is_open = serializers.BooleanField(required=False)


class NoteText(Body):
    text = Text(max_length=TEXT_LENGTH, help_text="@name tells a colleague.")


class NoteRow(Row):
    id = serializers.SerializerMethodField()
    by = serializers.EmailField(source="by.email", allow_null=True)
    at = serializers.DateTimeField()
    text = serializers.CharField(source="note", allow_blank=True)
    told = serializers.ListField(
        child=serializers.EmailField(), help_text="Who is named and was told; never who may not see the case."
    )

    def get_id(self, event: Any) -> str:
        return str(event.pk)


class WatcherRow(Row):
    email = serializers.EmailField()
    name = serializers.CharField(source="display_name")


class WatchersRow(Row):
    watchers = WatcherRow(many=True)


class NotificationRow(Row):
    """One thing the maker of the key was told, about a case they may see now."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(choices=NotificationKind.choices)
    case = serializers.IntegerField(source="case.number", help_text="Number of the case.")
    by = serializers.EmailField(source="by.email", allow_null=True)
    at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField(allow_null=True)
    task = serializers.CharField(source="task.public_id", allow_null=True)
    call_back = serializers.CharField(source="appointment.public_id", allow_null=True)
    text = serializers.SerializerMethodField(
        help_text="The note, the task's title or answer, or what the call is about."
    )

    def get_text(self, row: Notification) -> str:
        if row.task is not None:
            task: Task = row.task
            return task.answer or task.title
        if row.appointment is not None:
            return row.appointment.note
        return row.event.note if row.event is not None else ""


class NotificationQuery(Body):
    is_seen = serializers.BooleanField(required=False)


class SeenBody(Body):
    id = Whole(required=False, min_value=1, max_value=2**63 - 1)
    up_to = Whole(required=False, min_value=1, max_value=2**63 - 1)


class SeenRow(Row):
    seen = serializers.IntegerField(help_text="How many were unseen before.")


class TagBody(Body):
    name = Text(max_length=tags.NAME_LENGTH)
    colour = Code(choices=TagColour.choices, required=False)


class TagChange(Body):
    name = Text(required=False, max_length=tags.NAME_LENGTH)
    colour = Code(choices=TagColour.choices, required=False)


class TagRow(Row):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    colour = serializers.ChoiceField(choices=TagColour.choices)
    cases = serializers.IntegerField(source="uses", help_text="How many cases have it.")


class TagsRow(Row):
    tags = TagRow(many=True)


class CaseStatusBody(Body):
    name = Text(max_length=statuses.NAME_LENGTH)
    category = Code(choices=Category.choices)


class CaseStatusChange(Body):
    name = Text(required=False, max_length=statuses.NAME_LENGTH)
    is_default = Flag(required=False, help_text="Cases of its category without a chosen status show it.")
    is_retired = Flag(required=False, help_text="No longer offered; cases that have it keep it.")


class CaseStatusRow(Row):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    category = serializers.ChoiceField(choices=Category.choices)
    position = serializers.IntegerField()
    is_default = serializers.BooleanField()
    retired_at = serializers.DateTimeField(allow_null=True)


class StatusesRow(Row):
    statuses = CaseStatusRow(many=True)
