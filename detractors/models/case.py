"""The tracked duty to one unhappy customer."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from accounts.tenancy import TenantKey, TenantManager, TenantQuerySet, WorkspaceOwned
from core.constraints import both_or_neither
from core.numbers import whole
from core.tokens import link_token, new_nonce
from detractors.enums import Category, Origin, Outcome, Priority
from detractors.models import orders

OPEN_CATEGORIES = (Category.OPEN, Category.WAITING)
# The words of a case without accents, in no language; a migration names no class of ours.
SEARCH_WORDS = Func("search", function="detractors_search_words", output_field=SearchVectorField())


class SearchFor(Func):
    """What somebody typed, as PostgreSQL asks for it. The function is the migrations'."""

    function = "detractors_search_for"
    output_field = models.TextField()


class Matches(Func):
    """Whether words hold what is searched for."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = models.BooleanField()


class CaseQuerySet(TenantQuerySet["Case"]):
    def open(self) -> "CaseQuerySet":
        """Cases somebody still has to work on: OPEN and WAITING."""
        return self.filter(category__in=OPEN_CATEGORIES)

    def awake(self) -> "CaseQuerySet":
        """Not snoozed."""
        return self.filter(snoozed_at__isnull=True)

    def owned_by(self, user: User) -> "CaseQuerySet":
        return self.filter(owner=user)

    def due_soon(self) -> "CaseQuerySet":
        """Open, and a promise passed its warning and is not yet due."""
        return self._late(is_due_soon=True)

    def breached(self) -> "CaseQuerySet":
        """Open, and a promise was missed."""
        return self._late(is_breached=True)

    def _late(self, **flag: bool) -> "CaseQuerySet":
        """Open cases by a flag of their Lateness, whose workspace is named so that its index can be walked."""
        return self.filter(
            lateness__workspace=F("workspace"),
            lateness__rank_at__isnull=False,
            **{f"lateness__{name}": value for name, value in flag.items()},
        )

    def matching(self, text: str) -> "CaseQuerySet":
        """By number ("#12" or "12") or by what was written of the person, the company and the complaint.

        Either the text as it stands, any case, parts of words too; or its words, in any order and whatever their accents,
        as PostgreSQL reads a search: "in quotes" together, -without, or. "#12" is a number and nothing else.
        """
        words = text.strip()
        if not words:
            return self
        number = whole(words.removeprefix("#"), digits=9)
        if number is not None and words.startswith("#"):
            return self.filter(number=number)
        found = Q(search__icontains=words) | Q(Matches(SEARCH_WORDS, SearchFor(Value(words))))
        return self.filter(found | Q(number=number) if number is not None else found)


class Case(WorkspaceOwned):
    """One open episode of a customer. `number` counts up in the workspace.

    `rank_at` orders the queue: the next due moment minus the minutes earned (see rules.priority).
    What the timers say of it is kept beside it, see Lateness.
    `first_response_minutes` is working time, `first_response_minutes_calendar` the customer's.
    `opened_at` is the answer's moment, however late the case was made.
    """

    number = models.PositiveIntegerField()
    link_nonce = models.CharField(max_length=22, default=new_nonce, editable=False)
    contact = TenantKey("surveys.Contact", null=True, on_delete=models.PROTECT, related_name="+")
    response = TenantKey("surveys.Response", null=True, on_delete=models.PROTECT, related_name="+")
    survey = TenantKey("surveys.Survey", null=True, on_delete=models.PROTECT, related_name="+")
    touchpoint = TenantKey("surveys.Touchpoint", null=True, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=9, choices=Origin.choices, default=Origin.RESPONSE)
    # The channel of the first answer, as it is there: a filter of the queue finds a rare one by index. Empty without one.
    channel = models.CharField(max_length=7, blank=True, default="", db_default="")
    category = models.CharField(max_length=8, choices=Category.choices, default=Category.OPEN)
    priority = models.CharField(max_length=6, choices=Priority.choices, default=Priority.NORMAL)
    rank_at = models.DateTimeField()
    rank_parts = models.JSONField(default=list)  # [{"code", "minutes"}]: the visible sum
    rank_facts = models.JSONField(
        default=dict, db_default=Value({}, models.JSONField())
    )  # see services/ranking.py
    account_value = models.DecimalField(max_digits=14, decimal_places=2, null=True)  # as it was counted
    is_public = models.BooleanField(default=False, db_default=False)  # others can read the complaint
    is_chronic = models.BooleanField(
        default=False, db_default=False
    )  # a long-standing issue of this customer
    cell = TenantKey("detractors.MatrixCell", null=True, on_delete=models.SET_NULL, related_name="+")
    score = models.PositiveSmallIntegerField(null=True)  # of the first answer
    latest_score = models.PositiveSmallIntegerField(null=True)  # of the latest answer
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    assigned_because = models.CharField(max_length=200, blank=True)
    team = TenantKey("accounts.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    policy = TenantKey("detractors.SlaPolicy", null=True, on_delete=models.PROTECT, related_name="+")
    stated_complaint = models.TextField(_("Stated complaint"), blank=True)
    underlying_issue = models.TextField(_("Underlying issue"), blank=True)
    search = models.TextField(blank=True, editable=False)
    # A name of the workspace's own within the category; null is the usual one of the category (see rules.statuses).
    status = TenantKey("detractors.CaseStatus", null=True, on_delete=models.PROTECT, related_name="+")
    snoozed_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)  # null while snoozed: only an answer wakes it
    merged_into = TenantKey("detractors.Case", null=True, on_delete=models.PROTECT, related_name="merged")
    split_from = TenantKey("detractors.Case", null=True, on_delete=models.PROTECT, related_name="+")

    opened_at = models.DateTimeField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(
        default=1
    )  # counts every change but Lateness: live pages ask "newer?"
    next_due_at = models.DateTimeField(null=True)  # the earliest running promise
    contacted_at = models.DateTimeField(null=True)
    customer_wrote_at = models.DateTimeField(null=True)  # the latest words of theirs since the case opened
    first_responded_at = models.DateTimeField(null=True)
    first_response_minutes = models.PositiveIntegerField(null=True)
    first_response_minutes_calendar = models.PositiveIntegerField(null=True)
    waiting_since = models.DateTimeField(null=True)
    waiting_for = models.CharField(max_length=300, blank=True)
    root_cause = TenantKey("detractors.RootCause", null=True, on_delete=models.PROTECT, related_name="+")
    resolution = models.TextField(_("What was done"), blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(null=True)
    told_back_at = models.DateTimeField(null=True)  # the closing mail left
    reopened_count = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=13, choices=Outcome.choices, blank=True)

    objects: ClassVar[TenantManager] = TenantManager(CaseQuerySet)
    unscoped: ClassVar[models.Manager] = models.Manager()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="case_number_once"),
            # Not a unique field: that would have a second index, for LIKE, which nothing asks.
            models.UniqueConstraint(fields=["link_nonce"], name="case_link_nonce_once"),
            models.UniqueConstraint(
                fields=["workspace", "contact"],
                condition=Q(category__in=["OPEN", "WAITING"], contact__isnull=False, split_from__isnull=True),
                name="case_one_open_per_contact",
            ),
            models.CheckConstraint(
                condition=Q(snoozed_at__isnull=True, snoozed_until__isnull=True)
                | Q(snoozed_at__isnull=False, category__in=["OPEN", "WAITING"]),
                name="case_snoozed_while_open",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(category="CLOSED"), name="case_merged_is_closed"
            ),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="case_category_known"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="case_priority_known"),
            models.CheckConstraint(
                condition=both_or_neither("resolved_at", "resolved_by"), name="case_resolved_pair"
            ),
            models.CheckConstraint(
                condition=Q(category="WAITING", waiting_since__isnull=False)
                | (~Q(category="WAITING") & Q(waiting_since__isnull=True)),
                name="case_waiting_pair",
            ),
            models.CheckConstraint(
                condition=~Q(category="RESOLVED") | Q(resolved_at__isnull=False, root_cause__isnull=False),
                name="case_resolved_has_cause",
            ),
            models.CheckConstraint(
                condition=~Q(category="CLOSED") | Q(closed_at__isnull=False), name="case_closed_has_moment"
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "rank_at", "number"],
                include=["snoozed_at"],  # so that counting a view reads the index alone
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue",
            ),
            models.Index(
                fields=["workspace", "owner", "rank_at", "number"],
                include=["snoozed_at"],
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_of_owner",
            ),
            models.Index(
                fields=["workspace", "number"],
                condition=Q(category__in=["RESOLVED", "CLOSED"]),
                name="case_done",
            ),
            # One for each filter of the queue, so that a value few cases have is found without walking them all.
            models.Index(
                fields=["workspace", "priority", "rank_at", "number"],
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_of_priority",
            ),
            models.Index(
                fields=["workspace", "touchpoint", "rank_at", "number"],
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_of_touchpoint",
            ),
            models.Index(
                fields=["workspace", "channel", "rank_at", "number"],
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_of_channel",
            ),
            # The queue of somebody who sees only their teams' cases: found beside their own, not among all.
            models.Index(
                fields=["workspace", "team", "rank_at", "number"],
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_of_team",
            ),
            models.Index(
                fields=["workspace", "survey", "rank_at", "number"],
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_of_survey",
            ),
            models.Index(
                fields=["workspace", "score", "rank_at", "number"],
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_of_score",
            ),
            # One for each sort of the queue besides the rank.
            models.Index(
                "workspace",
                orders.DUE_OR_NEVER,
                "number",
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_by_due",
            ),
            models.Index(
                fields=["workspace", "opened_at", "number"],
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_by_opened",
            ),
            models.Index(
                fields=["workspace", "updated_at", "number"],
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_by_updated",
            ),
            models.Index(
                "workspace",
                orders.SCORE_OR_NONE,
                "number",
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_by_score",
            ),
            models.Index(
                "workspace",
                orders.VALUE_OR_NONE,
                "number",
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_by_value",
            ),
            # One for each grouping, within a group by rank.
            models.Index(
                "workspace",
                orders.OWNER_OR_NOBODY,
                "rank_at",
                "number",
                include=["snoozed_at"],
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_in_owner",
            ),
            models.Index(
                "workspace",
                orders.TEAM_OR_NONE,
                "rank_at",
                "number",
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_in_team",
            ),
            models.Index(
                "workspace",
                orders.TOUCHPOINT_OR_NONE,
                "rank_at",
                "number",
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_in_touchpoint",
            ),
            models.Index(
                "workspace",
                orders.PRIORITY_PLACE,
                "rank_at",
                "number",
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_in_priority",
            ),
            models.Index(
                "workspace",
                orders.STATUS_PLACE,
                "rank_at",
                "number",
                condition=Q(category__in=["OPEN", "WAITING"]),
                name="case_queue_in_status",
            ),
            models.Index(
                fields=["workspace", "rank_at", "number"],
                condition=Q(category__in=["OPEN", "WAITING"], is_chronic=True),
                name="case_queue_chronic",
            ),
            models.Index(
                fields=["workspace", "cell", "rank_at", "number"],
                condition=Q(category__in=["OPEN", "WAITING"], cell__isnull=False),
                name="case_queue_of_cell",
            ),
            models.Index(
                fields=["workspace", "rank_at", "number"],
                condition=Q(category__in=["OPEN", "WAITING"], cell__isnull=True),
                name="case_queue_unmapped",
            ),
            models.Index(
                fields=["workspace", "rank_at", "number"],
                condition=Q(category__in=["OPEN", "WAITING"], is_public=True),
                name="case_queue_public",
            ),
            # Nearly every case comes of an answer: the others are found by this, which is small.
            models.Index(
                fields=["workspace", "origin", "rank_at", "number"],
                condition=Q(category__in=["OPEN", "WAITING"]) & ~Q(origin="RESPONSE"),
                name="case_queue_of_other_origin",
            ),
            models.Index(
                fields=["workspace", "opened_at"], include=["first_response_minutes"], name="case_figures"
            ),
            models.Index(fields=["contact", "-opened_at"], name="case_of_contact"),
            models.Index(
                fields=["workspace", "rank_at", "number"],
                condition=Q(category__in=["OPEN", "WAITING"], snoozed_at__isnull=False),
                name="case_queue_snoozed",
            ),
            models.Index(
                fields=["snoozed_until"], condition=Q(snoozed_until__isnull=False), name="case_to_wake"
            ),
            models.Index(
                fields=["workspace", "status"], condition=Q(status__isnull=False), name="case_of_status"
            ),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="case_merged_into"
            ),
            models.Index(fields=["response"], name="case_of_response"),
            models.Index(fields=["resolved_at"], condition=Q(category="RESOLVED"), name="case_resolved"),
            GinIndex(OpClass(Upper("search"), name="gin_trgm_ops"), name="case_search"),
            GinIndex(SEARCH_WORDS, name="case_search_words"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def is_open(self) -> bool:
        return self.category in OPEN_CATEGORIES

    @property
    def is_snoozed(self) -> bool:
        return self.snoozed_at is not None

    @property
    def is_waiting(self) -> bool:
        return self.category == Category.WAITING

    @property
    def is_resolved(self) -> bool:
        return self.category == Category.RESOLVED

    @property
    def is_closed(self) -> bool:
        return self.category == Category.CLOSED

    @property
    def is_due_soon(self) -> bool:
        """A promise passed its warning and is not yet due. Lists select `lateness` with the case."""
        late = getattr(self, "lateness", None)
        return late is not None and late.is_due_soon

    @property
    def is_breached(self) -> bool:
        """A promise was missed; that is permanent. Lists select `lateness` with the case."""
        late = getattr(self, "lateness", None)
        return late is not None and late.is_breached

    @property
    def link(self) -> str:
        """The token of the customer's own page of the case."""
        return link_token("case", self.link_nonce)


class CaseCounter(models.Model):
    """The last case number of a workspace; its row is the lock under which numbers are given out."""

    workspace = models.OneToOneField(
        "accounts.Workspace", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    last_number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.last_number)
