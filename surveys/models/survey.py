"""What we ask, in which words and colours."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from surveys.enums import Metric, SurveyStatus


@remembered(
    kind="survey",
    label=_("survey"),
    exclude=["public_id", "updated_at", "current_version"],
    words={"metric": _("kind of question"), "status": _("state")},
)
class Survey(WorkspaceOwned):
    """One question with its follow-ups. Merge fields are written `{{ company }}` (see core.merge_fields)."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(_("Name"), max_length=120)
    metric = models.CharField(max_length=5, choices=Metric.choices, default=Metric.NPS)
    status = models.CharField(max_length=8, choices=SurveyStatus.choices, default=SurveyStatus.DRAFT)
    language = models.CharField(_("Language"), max_length=16, default="en")
    question = models.CharField(_("Question"), max_length=300)
    low_label = models.CharField(_("Words at 0"), max_length=60, blank=True)
    high_label = models.CharField(_("Words at 10"), max_length=60, blank=True)
    prompt_promoter = models.CharField(_("Follow-up question for promoters"), max_length=300, blank=True)
    prompt_passive = models.CharField(_("Follow-up question for passives"), max_length=300, blank=True)
    prompt_detractor = models.CharField(_("Follow-up question for detractors"), max_length=300, blank=True)
    thanks_promoter = models.CharField(_("Thanks to promoters"), max_length=500, blank=True)
    thanks_passive = models.CharField(_("Thanks to passives"), max_length=500, blank=True)
    thanks_detractor = models.CharField(_("Thanks to detractors"), max_length=500, blank=True)
    subject = models.CharField(_("Subject of the mail"), max_length=200, blank=True)
    intro = models.CharField(_("Words before the question in the mail"), max_length=1000, blank=True)
    accent = models.CharField(_("Colour"), max_length=7, blank=True)  # empty: the workspace's
    thanks_links = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField()), blank=True
    )  # by class: {"PROMOTER": {"label", "url"}}
    sms_text = models.CharField(_("Text message"), max_length=300, blank=True, default="", db_default="")
    asks_mismatch = models.BooleanField(
        _("Ask again when score and words do not fit"), default=True, db_default=True
    )
    current_version = TenantKey(
        "surveys.SurveyVersion", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True)
    quiet_days = models.PositiveSmallIntegerField(
        _("Own days between two surveys"), default=0
    )  # the larger wins
    link_days = models.PositiveSmallIntegerField(_("Days a link is open"), default=60)
    edit_days = models.PositiveSmallIntegerField(_("Days an answer can be changed"), default=7)
    resurvey_days = models.PositiveSmallIntegerField(
        _("Days from the fix to the second question"), default=14
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(metric__in=Metric.values), name="survey_metric_known"),
            models.CheckConstraint(condition=Q(status__in=SurveyStatus.values), name="survey_status_known"),
            models.CheckConstraint(
                condition=Q(link_days__gte=1, link_days__lte=365), name="survey_link_days"
            ),
            models.CheckConstraint(condition=Q(edit_days__lte=365), name="survey_edit_days"),
            models.CheckConstraint(condition=Q(resurvey_days__lte=365), name="survey_resurvey_days"),
        ]
        indexes = [models.Index(fields=["workspace", "status", "id"], name="survey_list")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.status == SurveyStatus.ACTIVE

    @property
    def link_lifetime(self) -> timedelta:
        return timedelta(days=self.link_days)

    @property
    def edit_window(self) -> timedelta:
        return timedelta(days=self.edit_days)
