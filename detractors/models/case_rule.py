"""What opens, routes and weighs cases by itself: rules made by clicking."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import WorkspaceOwned
from core.tokens import new_public_id
from detractors.enums import RuleKind


@remembered(
    kind="case_rule",
    label=_("rule"),
    exclude=["public_id", "updated_at"],
    words={
        "name": _("name"),
        "kind": _("decides"),
        "position": _("place"),
        "is_active": _("switched on"),
        "conditions": _("conditions"),
        "effect": _("effect"),
    },
)
class CaseRule(WorkspaceOwned):
    """One rule. Of each kind they are asked by `position`; the first whose conditions hold decides.

    `conditions`: see rules/conditions.py; `effect`: see rules/effects.py.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=RuleKind.choices)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=False)
    conditions = models.JSONField(default=dict)
    effect = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RuleKind.values), name="case_rule_kind_known"),
            models.UniqueConstraint(fields=["workspace", "name"], name="case_rule_name_once"),
        ]
        indexes = [models.Index(fields=["workspace", "kind", "position"], name="case_rule_order")]

    def __str__(self) -> str:
        return self.name
