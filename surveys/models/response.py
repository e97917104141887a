"""An answer, and the ledger of everything that happened to it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import In

from accounts.tenancy import TenantKey, TenantManager, TenantQuerySet, WorkspaceOwned, proven_workspace
from core.tokens import new_public_id
from surveys.enums import Metric, Mismatch, Purpose, RespondentType, ResponseChannel, Segment, Series, Trust
from surveys.rules.metrics import segment_ranges


def segment_agrees_with_score() -> In:
    """Metric, score and segment are one of the rule's own triples ("NPS:6:DETRACTOR"), so the score is in bounds too.

    One list rather than a condition for each segment: PostgreSQL reads the text of every constraint anew for each
    statement, and the long form cost an answer a fifth of its time in the database.
    """
    triples = [
        f"{metric}:{score}:{segment}"
        for metric in Metric.values
        for segment, low, high in segment_ranges(metric)
        for score in range(low, high + 1)
    ]
    said = Concat(
        "metric",
        Value(":"),
        Cast("score", models.TextField()),
        Value(":"),
        "segment",
        output_field=models.TextField(),
    )
    return In(said, triples)


class ResponseQuerySet(TenantQuerySet["Response"]):
    def headline(self) -> "ResponseQuerySet":
        """The answers NPS counts: metric NPS, first question, not a likely scanner."""
        return self.filter(metric=Metric.NPS, purpose=Purpose.SURVEY).exclude(trust=Trust.LIKELY_SCANNER)


class Response(WorkspaceOwned):
    """A score with the customer's own words.

    `day` is the local day of the workspace of `responded_at`; `dimensions` are the reportable facts
    as they were when the answer came ({"touchpoint": ..., "channel": ..., "attribute:region": ...}).
    `decide_at` is set while the answer still waits for what follows from it: the mark on its invitation and the lines of
    the funnel (services/settling.py), and its decision (see detractors), all in one transaction.
    """

    workspace = proven_workspace()
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    survey = TenantKey("surveys.Survey", on_delete=models.PROTECT, related_name="+")
    contact = TenantKey("surveys.Contact", null=True, on_delete=models.PROTECT, related_name="+")
    invitation = TenantKey("surveys.Invitation", null=True, on_delete=models.PROTECT, related_name="+")
    touchpoint = TenantKey("surveys.Touchpoint", null=True, on_delete=models.PROTECT, related_name="+")
    campaign = TenantKey("surveys.Campaign", null=True, on_delete=models.PROTECT, related_name="+")
    metric = models.CharField(max_length=5, choices=Metric.choices)
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.SURVEY)
    score = models.PositiveSmallIntegerField()
    segment = models.CharField(max_length=12, choices=Segment.choices)
    comment = models.TextField(blank=True)
    answers = models.JSONField(default=dict)
    channel = models.CharField(max_length=7, choices=ResponseChannel.choices)
    trust = models.CharField(max_length=14, choices=Trust.choices, default=Trust.CONFIRMED)
    language = models.CharField(max_length=16, blank=True)
    dimensions = models.JSONField(default=dict)
    day = models.DateField()
    responded_at = models.DateTimeField()
    received_at = models.DateTimeField()
    amended_at = models.DateTimeField(null=True)
    decide_at = models.DateTimeField(null=True)
    open_case = models.BooleanField(default=False)  # open a case even if the answer is old (API)
    submission = models.CharField(
        max_length=22, blank=True, default="", db_default=""
    )  # of a form without invitation: one answer
    version = TenantKey("surveys.SurveyVersion", null=True, on_delete=models.SET_NULL, related_name="+")
    source = models.CharField(max_length=80, blank=True, default="", db_default="")  # of a public link
    respondent_type = models.CharField(
        max_length=10,
        choices=RespondentType.choices,
        default=RespondentType.CUSTOMER,
        db_default=RespondentType.CUSTOMER,
    )
    is_complete = models.BooleanField(default=True, db_default=True)  # false while further questions are open
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    evidence = models.JSONField(
        default=dict, db_default=Value({}, models.JSONField())
    )  # what speaks for a person
    mismatch = models.CharField(max_length=9, choices=Mismatch.choices, blank=True, default="", db_default="")
    comment_language = models.CharField(max_length=16, blank=True, default="", db_default="")
    sentiment = models.FloatField(null=True)  # of the comment: 0 unhappy to 1 happy
    is_negative = models.BooleanField(null=True)  # the words are negative, whatever the score

    objects: ClassVar[TenantManager] = TenantManager(ResponseQuerySet)
    unscoped: ClassVar[models.Manager] = models.Manager()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["invitation"], name="response_once_per_invitation"),
            models.UniqueConstraint(
                fields=["survey", "submission"],
                condition=~Q(submission=""),
                name="response_once_per_submission",
            ),
            models.CheckConstraint(condition=segment_agrees_with_score(), name="response_segment_agrees"),
            models.CheckConstraint(
                condition=Q(channel__in=ResponseChannel.values), name="response_channel_known"
            ),
            models.CheckConstraint(condition=Q(trust__in=Trust.values), name="response_trust_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="response_purpose_known"),
        ]
        indexes = [
            models.Index(
                fields=["decide_at"], condition=Q(decide_at__isnull=False), name="response_undecided"
            ),
            models.Index(fields=["workspace", "-responded_at", "-id"], name="response_list"),
            models.Index(
                fields=["workspace", "day", "survey", "segment", "score", "metric", "purpose", "trust"],
                name="response_figures",
            ),
            models.Index(fields=["contact", "-responded_at"], name="response_of_contact"),
            models.Index(
                fields=["-id"], condition=Q(comment_language="") & ~Q(comment=""), name="response_unread"
            ),
            models.Index(  # the figures of a survey's links
                fields=["survey", "source"], condition=~Q(source=""), name="response_of_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score} {self.segment}"

    @property
    def needs_trust_badge(self) -> bool:
        """Whether the page says how the answer came to us: not where it is the customer's own, as usual."""
        return self.trust != Trust.CONFIRMED

    @property
    def spoken_language(self) -> str:
        """The language of the words for whoever reads them aloud; empty while it is not known."""
        return "" if self.comment_language == "und" else self.comment_language

    @property
    def is_doubted(self) -> bool:
        """Whether probably a machine gave it: nothing is drawn from it."""
        return self.trust == Trust.LIKELY_SCANNER

    @property
    def is_detractor(self) -> bool:
        return self.segment in (Segment.DETRACTOR, Segment.DISSATISFIED)

    @property
    def is_by_staff(self) -> bool:
        """Somebody of ours wrote it down for the customer."""
        return self.trust == Trust.STAFF


class ResponseChange(WorkspaceOwned):
    """Append-only: what an answer was before and is now, and what the figures must still take in.

    `before_*` is null for a new answer, `after_*` for one taken out; both have the same dimensions.
    """

    workspace = proven_workspace()
    response = TenantKey("surveys.Response", on_delete=models.CASCADE, related_name="changes")
    survey = TenantKey("surveys.Survey", on_delete=models.CASCADE, related_name="+")
    before_series = models.CharField(max_length=8, choices=Series.choices, null=True)
    before_score = models.PositiveSmallIntegerField(null=True)
    after_series = models.CharField(max_length=8, choices=Series.choices, null=True)
    after_score = models.PositiveSmallIntegerField(null=True)
    comment_before = models.TextField(blank=True)
    day = models.DateField()
    dimensions = models.JSONField(default=dict)
    at = models.DateTimeField()
    is_folded = models.BooleanField(default=False)

    class Meta(WorkspaceOwned.Meta):
        indexes = [
            models.Index(fields=["workspace"], condition=Q(is_folded=False), name="response_change_unfolded"),
            models.Index(fields=["response"], name="response_change_of"),
        ]

    def __str__(self) -> str:
        return f"{self.before_score} -> {self.after_score}"
