"""Working hours and holidays."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import queries
from accounts.forms import HolidayForm, HoursForm, PublicHolidaysForm
from accounts.models import BusinessCalendar, Holiday
from accounts.rules.business_time import CalendarError, NotReachable, add_minutes
from accounts.rules.permissions import Permission
from accounts.services import calendars, checklist
from accounts.views.settings import SettingsView

EXAMPLE_MINUTES = 60  # the promise shown as an example: the default first response


class HoursView(SettingsView):
    permission = Permission.MANAGE_SLA
    url_name = "accounts:hours"

    def calendar(self) -> BusinessCalendar:
        """The calendar promises run by."""
        found: BusinessCalendar = get_object_or_404(
            BusinessCalendar.objects.of(self.workspace).prefetch_related("holidays"), is_default=True
        )
        return found

    def today(self) -> date:
        """The local day of the workspace."""
        return timezone.now().astimezone(ZoneInfo(self.workspace.time_zone)).date()

    def show(self, status: int = 200, **forms: Any) -> HttpResponse:
        calendar = self.calendar()
        now = timezone.now()
        try:
            due = add_minutes(queries.calendar(row=calendar), now, EXAMPLE_MINUTES)
        except (CalendarError, NotReachable):
            due = None
        today = self.today()
        holidays = sorted(calendar.holidays.all(), key=lambda day: day.holiday_on)
        return self.page(
            "accounts/hours.html",
            status,
            title=_("Working hours"),
            calendar=calendar,
            now=now,
            due=due,
            coming=[day for day in holidays if day.holiday_on >= today],
            past=[day for day in holidays if day.holiday_on < today],
            hours_form=forms.get("hours_form")
            or HoursForm(week=calendar.week, initial={"time_zone": calendar.time_zone}),
            holiday_form=forms.get("holiday_form") or HolidayForm(),
            public_form=forms.get("public_form")
            or PublicHolidaysForm(countries=calendars.countries(), today=today),
        )


class Hours(HoursView):
    """The week."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = HoursForm(request.POST)
        if form.is_valid():
            try:
                calendars.change(
                    calendar=self.calendar(), time_zone=form.cleaned_data["time_zone"], week=form.week
                )
                checklist.confirm(
                    workspace=self.workspace, code="HOURS", by=self.request.user, now=timezone.now()
                )
                return self.saved(_("Working hours are saved. Cases opened from now on follow them."))
            except ValidationError as error:
                for field, texts in error.message_dict.items():
                    form.add_error("time_zone" if field == "time_zone" else None, texts)
        return self.show(422, hours_form=form)


class HolidayAdd(HoursView):
    """One day."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = HolidayForm(request.POST)
        if not form.is_valid():
            return self.show(422, holiday_form=form)
        return _added(self, {form.cleaned_data["holiday_on"]: form.cleaned_data["name"]})


class PublicHolidaysAdd(HoursView):
    """A whole year of a country or region."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = PublicHolidaysForm(request.POST, countries=calendars.countries(), today=self.today())
        if not form.is_valid():
            return self.show(422, public_form=form)
        days = calendars.public(country=form.country, region=form.region, year=form.cleaned_data["year"])
        return _added(self, days)


class HolidayRemove(HoursView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, holiday_id: int) -> HttpResponse:
        holiday = get_object_or_404(Holiday.objects.of(self.workspace), pk=holiday_id)
        calendars.remove_holiday(holiday=holiday)
        return self.saved(_("The holiday is removed."))


def _added(view: HoursView, days: dict[date, str]) -> HttpResponse:
    try:
        count = calendars.add_holidays(calendar=view.calendar(), days=days)
    except calendars.TooManyHolidays as error:
        messages.error(view.request, str(error))
        return redirect(view.url_name, slug=view.workspace.slug)
    if not count:
        return view.saved(_("Those days were holidays already."))
    return view.saved(
        ngettext("%(n)s holiday was added.", "%(n)s holidays were added.", count) % {"n": count}
    )
