"""Working hours and holidays: several calendars, each with its week, its days off and its teams."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import queries
from accounts.forms import (
    ClosureForm,
    HolidayForm,
    HoursForm,
    HoursNameForm,
    HoursTeamsForm,
    PublicHolidaysForm,
)
from accounts.models import BusinessCalendar, Holiday
from accounts.rules.business_time import Calendar, CalendarError, NotReachable, add_minutes
from accounts.rules.permissions import Permission
from accounts.services import calendars, checklist, trying_hours
from accounts.views.settings import SettingsView

PREVIEWED = ("time_zone", "first", "holiday_on", "place", "teams_of")  # a field of each form with a preview
EXAMPLE_MINUTES = 60  # the promise shown as an example: the default first response


class HoursView(SettingsView):
    """The calendar is named by `?calendar=` or a hidden field; without it, the usual one."""

    permission = Permission.MANAGE_SLA
    url_name = "accounts:hours"

    def calendars(self) -> list[BusinessCalendar]:
        """All of the workspace, the usual one first."""
        return list(queries.calendars(workspace=self.workspace))

    def calendar(self) -> BusinessCalendar:
        """The calendar that was asked for."""
        wanted = self.request.POST.get("calendar") or self.request.GET.get("calendar") or ""
        for row in self.calendars():
            if str(row.pk) == wanted or (not wanted and row.is_default):
                return row
        raise Http404

    def today(self) -> date:
        """The local day of the workspace."""
        return timezone.now().astimezone(ZoneInfo(self.workspace.time_zone)).date()

    def saved_in(self, calendar: BusinessCalendar, text: str) -> HttpResponse:
        """Say what was done and show these hours again."""
        messages.success(self.request, text)
        return self.again(calendar)

    def again(self, calendar: BusinessCalendar) -> HttpResponse:
        place = reverse(self.url_name, kwargs={"slug": self.workspace.slug})
        return redirect(place if calendar.is_default else f"{place}?calendar={calendar.pk}")

    def show(self, status: int = 200, **forms: Any) -> HttpResponse:
        calendar = self.calendar()
        now, today = timezone.now(), self.today()
        try:
            due = add_minutes(queries.calendar(row=calendar), now, EXAMPLE_MINUTES)
        except (CalendarError, NotReachable):
            due = None
        closures = calendars.closures(calendar.holidays.all())
        teams = list(queries.teams(workspace=self.workspace).select_related("lead", "calendar"))
        return self.page(
            "accounts/hours.html",
            status,
            title=_("Working hours"),
            calendars=self.calendars(),
            calendar=calendar,
            teams=[team for team in teams if team.calendar_id == calendar.pk],
            now=now,
            due=due,
            coming=[one for one in closures if one.last.holiday_on >= today],
            past=[one for one in closures if one.last.holiday_on < today],
            hours_form=forms.get("hours_form")
            or HoursForm(
                week=calendar.week, initial={"time_zone": calendar.time_zone, "name": calendar.name}
            ),
            holiday_form=forms.get("holiday_form") or HolidayForm(),
            closure_form=forms.get("closure_form") or ClosureForm(),
            name_form=forms.get("name_form") or HoursNameForm(),
            teams_form=HoursTeamsForm(teams=teams, calendar=calendar),
            public_form=forms.get("public_form")
            or PublicHolidaysForm(countries=calendars.countries(), today=today),
        )


class Hours(HoursView):
    """The week. Asked by script with the values of one of the forms, what open cases would do by it."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        if request.headers.get("HX-Request") and any(name in request.GET for name in PREVIEWED):
            return render(request, "detractors/_preview.html", {"preview": self.preview()})
        return self.show()

    def preview(self) -> Any:
        """Of what is typed in the one form that was sent; None while that is nothing yet."""
        calendar, given, now = self.calendar(), self.request.GET, timezone.now()
        tried: dict[str, Any] = {"workspace": self.workspace, "now": now, "calendars": {}}
        if "teams_of" in given:
            teams = list(queries.teams(workspace=self.workspace))
            ticked = set(given.getlist("teams"))
            wanted = {team.pk for team in teams if str(team.pk) in ticked}
            tried["teams"] = trying_hours.with_teams(calendar=calendar, teams=teams, wanted=wanted)
            return calendars.preview(**tried)
        hours = self.tried_hours(calendar)
        return calendars.preview(**tried | {"calendars": {calendar.pk: hours}}) if hours else None

    def tried_hours(self, calendar: BusinessCalendar) -> Calendar | None:
        """The calendar with the typed week, or with the typed days off."""
        given = self.request.GET
        typed: dict[str, Any]
        if "time_zone" in given:
            form = HoursForm(given)
            if not form.is_valid():
                return None
            typed = {"time_zone": form.cleaned_data["time_zone"], "week": form.week}
        else:
            typed = {"closed": self.tried_days()}
        try:
            return trying_hours.laid_over(calendar=calendar, **typed)
        except ValidationError:
            return None

    def tried_days(self) -> set[date]:
        """The days off as typed: one, a closure, or the public ones of a place."""
        given = self.request.GET
        if "first" in given:
            closure = ClosureForm(given.dict() | {"name": "–"})
            if not closure.is_valid():
                return set()
            first, last = closure.cleaned_data["first"], closure.cleaned_data["last"]
            count = min((last - first).days + 1, calendars.LONGEST_CLOSURE)
            return {first + timedelta(days=step) for step in range(count)}
        if "holiday_on" in given:
            day = HolidayForm(given)
            return {day.cleaned_data["holiday_on"]} if day.is_valid() else set()
        form = PublicHolidaysForm(given, countries=calendars.countries(), today=self.today())
        if not form.is_valid():
            return set()
        every_year = form.cleaned_data["every_year"]
        years = [self.today().year, self.today().year + 1] if every_year else [form.cleaned_data["year"]]
        place = {"country": form.country, "region": form.region}
        return {day for year in years for day in calendars.public(**place, year=year)}

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = HoursForm(request.POST)
        if form.is_valid():
            calendar, now = self.calendar(), timezone.now()
            try:
                if form.cleaned_data["name"]:
                    calendars.rename(calendar=calendar, name=form.cleaned_data["name"])
                calendars.change(
                    calendar=calendar,
                    time_zone=form.cleaned_data["time_zone"],
                    week=form.week,
                    by=self.request.user,
                    now=now,
                )
                checklist.confirm(workspace=self.workspace, code="HOURS", by=self.request.user, now=now)
                return self.saved_in(
                    calendar, _("Working hours are saved. Promises that are running follow.")
                )
            except ValidationError as error:
                for field, texts in error.message_dict.items():
                    form.add_error(field if field in form.fields else None, texts)
        return self.show(422, hours_form=form)


class HoursAdd(HoursView):
    """Further hours, like the ones shown."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = HoursNameForm(request.POST)
        if form.is_valid():
            try:
                calendar = calendars.create(
                    workspace=self.workspace,
                    name=form.cleaned_data["name"],
                    like=self.calendar(),
                    by=self.request.user,
                    now=timezone.now(),
                )
            except ValidationError as error:
                form.add_error("name", error.message_dict["name"])
            else:
                return self.saved_in(
                    calendar, _("“%(name)s” is there. Set its week and its teams.") % {"name": calendar.name}
                )
        return self.show(422, name_form=form)


class HoursRemove(HoursView):
    """Hours nobody needs."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        calendar = self.calendar()
        name = calendar.name
        try:
            calendars.remove(calendar=calendar)
        except calendars.CalendarInUse as error:
            messages.error(request, str(error))
            return self.again(calendar)
        return self.saved(_("“%(name)s” is removed.") % {"name": name})


class HoursTeams(HoursView):
    """Who works by these hours."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        calendar = self.calendar()
        teams = list(queries.teams(workspace=self.workspace).select_related("lead", "calendar"))
        form = HoursTeamsForm(request.POST, teams=teams, calendar=calendar)
        if not form.is_valid():
            return self.show(422)
        changed = calendars.set_teams(
            calendar=calendar, teams=form.cleaned_data["teams"], by=self.request.user, now=timezone.now()
        )
        said = _("Saved. What is left of running promises is counted in the new hours.")
        return self.saved_in(calendar, said if changed else _("Nothing had to change."))


class HolidayAdd(HoursView):
    """One day."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = HolidayForm(request.POST)
        if not form.is_valid():
            return self.show(422, holiday_form=form)
        calendar = self.calendar()
        days = {form.cleaned_data["holiday_on"]: form.cleaned_data["name"]}
        return _added(
            self, calendar, lambda: calendars.add_holidays(
                calendar=calendar, days=days, by=self.request.user, now=timezone.now()
            ),
        )  # fmt: skip


class ClosureAdd(HoursView):
    """Days in a row."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = ClosureForm(request.POST)
        if form.is_valid():
            calendar = self.calendar()
            try:
                return _added(
                    self, calendar, lambda: calendars.add_closure(
                        calendar=calendar, by=self.request.user, now=timezone.now(), **form.cleaned_data
                    ),
                )  # fmt: skip
            except ValidationError as error:
                form.add_error("last", error.message_dict["last"])
        return self.show(422, closure_form=form)


class PublicHolidaysAdd(HoursView):
    """A year of a country or region, or every year."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        calendar, now = self.calendar(), timezone.now()
        if request.POST.get("act") == "stop":
            calendars.keep_public(calendar=calendar, country="", region="", by=self.request.user, now=now)
            return self.saved_in(calendar, _("No further years are entered. The days that are stay."))
        form = PublicHolidaysForm(request.POST, countries=calendars.countries(), today=self.today())
        if not form.is_valid():
            return self.show(422, public_form=form)
        place = {"country": form.country, "region": form.region}
        if form.cleaned_data["every_year"]:
            return _added(
                self, calendar, lambda: calendars.keep_public(
                    calendar=calendar, by=self.request.user, now=now, **place
                ),
            )  # fmt: skip
        days = calendars.public(**place, year=form.cleaned_data["year"])
        return _added(
            self, calendar, lambda: calendars.add_holidays(
                calendar=calendar, days=days, by=self.request.user, now=now
            ),
        )  # fmt: skip


class HolidayRemove(HoursView):
    """Remove, untick (`act` work) or tick again (`act` close) a holiday or a closure."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, holiday_id: int) -> HttpResponse:
        rows = Holiday.objects.of(self.workspace).select_related("calendar__workspace")
        holiday = get_object_or_404(rows, pk=holiday_id)
        act, by, now = request.POST.get("act", ""), self.request.user, timezone.now()
        if act in ("work", "close"):
            calendars.tick_holiday(holiday=holiday, is_worked=act == "work", by=by, now=now)
            said = _("We work on that day.") if act == "work" else _("Nobody works on that day.")
            return self.saved_in(holiday.calendar, said)
        calendars.remove_holiday(holiday=holiday, by=by, now=now)
        return self.saved_in(holiday.calendar, _("The holiday is removed."))


def _added(view: HoursView, calendar: BusinessCalendar, add: Any) -> HttpResponse:
    try:
        count = add()
    except (calendars.TooManyHolidays, calendars.UnknownCountry) as error:
        messages.error(view.request, str(error))
        return view.again(calendar)
    if not count:
        return view.saved_in(calendar, _("Those days were holidays already."))
    return view.saved_in(
        calendar, ngettext("%(n)s holiday was added.", "%(n)s holidays were added.", count) % {"n": count}
    )
