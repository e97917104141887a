"""Why an answer is trusted as it is: every judgement, by whom, with the evidence it was made from."""

from django.conf import settings
from django.db import models

from accounts.tenancy import TenantKey, WorkspaceOwned
from surveys.enums import Trust


class TrustChange(WorkspaceOwned):
    """Append-only. `by` is null when the rules judged; `signs` are the rules' codes with their facts."""

    response = TenantKey("surveys.Response", on_delete=models.CASCADE, related_name="trust_changes")
    before = models.CharField(max_length=14, choices=Trust.choices)
    after = models.CharField(max_length=14, choices=Trust.choices)
    signs = models.JSONField(default=list)  # [{"code", ...facts}]
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        indexes = [models.Index(fields=["response", "-id"], name="trust_change_of")]

    def __str__(self) -> str:
        return f"{self.before} -> {self.after}"
