"""When people work: intervals a day, holidays, one time zone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned


def office_hours() -> dict[str, list[list[str]]]:
    """Monday to Friday, 09:00 to 17:00."""
    return {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@remembered(
    kind="calendar",
    label=_("working hours"),
    words={
        "name": _("name"),
        "time_zone": _("time zone"),
        "week": _("week"),
        "is_default": _("the usual ones"),
        "holiday_place": _("public holidays of"),
    },
    exclude=["changed_at", "holidays_until"],
)
class BusinessCalendar(WorkspaceOwned):
    name = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=64)
    week = models.JSONField(default=office_hours)  # {"mon": [["09:00", "17:00"], ...], ...} local times
    is_default = models.BooleanField(default=False)
    # "DE/BY": the public holidays of this country and region are kept entered for this year and the next.
    holiday_place = models.CharField(max_length=16, blank=True, default="", db_default="")
    holidays_until = models.PositiveSmallIntegerField(null=True)  # the year they are entered for
    changed_at = models.DateTimeField(
        null=True
    )  # hours or holidays; figures fixed before were counted by others
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="calendar_name_once"),
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(is_default=True), name="calendar_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@remembered(
    kind="holiday",
    label=_("holiday"),
    shows=["holiday_on", "name"],
    words={
        "calendar": _("working hours"),
        "holiday_on": _("day"),
        "name": _("name"),
        "is_worked": _("worked on"),
    },
)
class Holiday(WorkspaceOwned):
    calendar = TenantKey("accounts.BusinessCalendar", on_delete=models.CASCADE, related_name="holidays")
    holiday_on = models.DateField()
    name = models.CharField(max_length=120, blank=True)
    is_worked = models.BooleanField(default=False, db_default=False)  # unticked: the week holds on this day

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["calendar", "holiday_on"], name="holiday_once")]

    def __str__(self) -> str:
        return f"{self.holiday_on} {self.name}"
