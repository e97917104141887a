"""The library: lessons to read, and the way a closed case takes to become one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission, can
from core.views import forbidden
from detractors.models import Case, Lesson
from detractors.queries import library as queries
from detractors.queries import pages
from detractors.rules import anonymising
from detractors.services import library
from detractors.services.errors import CaseError, Incomplete
from detractors.views import sections

KIND_WORDS: dict[str, Any] = {
    anonymising.CUSTOMER: gettext_lazy("customer"),
    anonymising.COMPANY: gettext_lazy("company"),
    anonymising.COLLEAGUE: gettext_lazy("colleague"),
    anonymising.EMAIL: gettext_lazy("e-mail address"),
    anonymising.LINK: gettext_lazy("link"),
    anonymising.PHONE: gettext_lazy("phone number"),
    anonymising.ADDRESS: gettext_lazy("address"),
    anonymising.NUMBER: gettext_lazy("number"),
}
LABELS: dict[str, Any] = {
    one.name: one.verbose_name for one in Lesson._meta.fields if one.name in library.FIELDS
}


class OfLibrary(WorkspaceView):
    """Everybody reads; managers publish and take back."""

    permission = Permission.VIEW_CASES

    @property
    def may_publish(self) -> bool:
        return self.may(Permission.ASSIGN_CASES)


class Library(OfLibrary):
    """What is published, with a search; and what is being written, for those who do."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        asked = {name: request.GET.get(name, "")[:200].replace("\x00", "") for name in ("q", "cell", "cause")}
        cells, causes = queries.choices(workspace=self.workspace)
        rows = queries.published(
            workspace=self.workspace, words=asked["q"], cell=asked["cell"], cause=asked["cause"]
        )
        context = {
            "title": _("Library"),
            "crumbs": sections.crumbs(workspace=self.workspace, title=_("Library")),
            "sections": sections.tabs(workspace=self.workspace, active="library", sight=self.sight),
            "asked": asked,
            "is_asked": any(asked.values()),
            "filters": [
                {"name": name, "label": label, "options": options, "chosen": asked[name]}
                for name, label, options in (("cell", _("Cell of the matrix"), cells), ("cause", _("Root cause"), causes))
                if options
            ],
            "rows": rows,
            "drafts": queries.in_writing(
                workspace=self.workspace, user=self.request.user, may_publish=self.may_publish, sight=self.sight
            ),
        }  # fmt: skip
        return render(request, "detractors/library.html", context)


class LessonPage(OfLibrary):
    """One lesson: read it, or go on writing it."""

    @cached_property
    def lesson(self) -> Lesson:
        found = queries.lesson_with(
            workspace=self.workspace, public_id=self.kwargs["public_id"], user=self.request.user,
            may_publish=self.may_publish, sight=self.sight,
        )  # fmt: skip
        if found is None:
            raise Http404
        return found

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self.page()

    def page(self, *, wrong: tuple[str, str] = ("", ""), status: int = 200) -> HttpResponse:
        lesson = self.lesson
        context: dict[str, Any] = {
            "title": lesson.title,
            "crumbs": [
                *sections.crumbs(workspace=self.workspace, title=_("Library"))[:-1],
                {"label": _("Library"), "url": reverse("detractors:library", args=[self.workspace.slug])},
                {"label": lesson.title, "url": ""},
            ],
            "lesson": lesson,
            "may_publish": self.may_publish,
            "parts": [
                (LABELS[name], getattr(lesson, name)) for name in library.FIELDS[1:] if getattr(lesson, name)
            ],
        }
        if not lesson.is_draft:
            return render(self.request, "detractors/lesson.html", context, status=status)
        people = queries.people_of(case=lesson.case) if lesson.case else []
        context["fields"] = [
            {
                "name": name,
                "label": LABELS[name],
                "text": getattr(lesson, name),
                "most": library.LENGTHS[name],
                "is_line": name == "title",
                "is_confirmed": name in lesson.confirmed,
                "left": [
                    {"text": one.text, "kind": KIND_WORDS[one.kind]}
                    for one in anonymising.find(getattr(lesson, name), people=people)
                ],
                "wrong": wrong[1] if wrong[0] == name else "",
            }
            for name in library.FIELDS
        ]
        return render(self.request, "detractors/lesson_write.html", context, status=status)

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        found = Lesson.objects.of(self.workspace).filter(public_id=public_id).first()
        is_mine = found is not None and found.is_draft and found.proposed_by_id == self.request.user.pk
        if not self.may_publish and not is_mine:
            return forbidden(request, _("Your role in this workspace does not write for the library."))
        act, now, lesson = request.POST.get("act", ""), timezone.now(), self.lesson
        try:
            if act == "retract":
                library.retract(
                    lesson=lesson, by=self.request.user, note=request.POST.get("note", ""), now=now
                )
                messages.success(request, _("It is read no more."))
            elif act == "discard":
                library.discard(lesson=lesson)
                messages.info(request, _("It is gone."))
                return redirect("detractors:library", slug=slug)
            elif lesson.is_draft:
                texts = {name: request.POST[name] for name in library.FIELDS if name in request.POST}
                lesson = library.write(
                    lesson=lesson, texts=texts, confirmed=request.POST.getlist("confirmed"), now=now
                )
                del self.lesson
                if act == "publish" and self.may_publish:
                    library.publish(lesson=lesson, by=self.request.user, now=now)
                    messages.success(request, _("Published. Nothing leads back to its case any more."))
                else:
                    messages.success(request, _("Saved as a draft."))
        except Incomplete as error:
            if act == "retract":
                messages.error(request, error.sentence)
            else:
                return self.page(wrong=(error.field, error.sentence), status=422)
        except CaseError as error:
            messages.error(request, error.sentence)
        return redirect("detractors:lesson", slug=slug, public_id=public_id)


class Propose(OfLibrary):
    """A closed case is proposed by a manager or by who leads its team: a draft without names, to be read."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        led = set() if self.may_publish else queries.leads(workspace=self.workspace, user=self.request.user)
        if not self.may_publish and not (led and can(self.request.membership.role, Permission.WORK_CASES)):
            return self.refused()
        case = pages.case(workspace=self.workspace, number=number, sight=self.sight)
        if case is None:
            raise Http404
        if not self.may_publish and case.team_id not in led:
            return self.refused()
        try:
            lesson, counted = library.propose(case=case, by=self.request.user, now=timezone.now())
        except CaseError as error:
            messages.error(request, error.sentence)
            return redirect("detractors:case", slug=slug, number=number)
        if counted:
            what = ", ".join(f"{KIND_WORDS[kind]} × {n}" for kind, n in sorted(counted.items()))
            messages.info(request, _("Replaced: %(what)s. Please read every field.") % {"what": what})
        return redirect("detractors:lesson", slug=slug, public_id=lesson.public_id)

    def refused(self) -> HttpResponse:
        return forbidden(
            self.request, _("A manager, or who leads the team, proposes a case for the library.")
        )


def facts(case: Case, *, viewer: Any, role: str) -> dict[str, Any]:
    """The context of templates/detractors/_library.html: where a closed case can be proposed."""
    may = case.is_closed and case.merged_into_id is None
    may = may and (
        can(role, Permission.ASSIGN_CASES)
        or (case.team is not None and case.team.lead_id == viewer.pk and can(role, Permission.WORK_CASES))
    )
    return {
        "library": {
            "url": reverse("detractors:lesson_propose", args=[case.workspace.slug, case.number])
            if may
            else "",
            "draft": queries.draft_of(case=case) if may else None,
        }
    }
