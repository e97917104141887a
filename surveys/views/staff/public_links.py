"""A survey's public links: the list with figures, making one, its page with QR code, print sheet and newsletter HTML."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from core.links import absolute_url
from surveys import qr, snippets, wording
from surveys.link_forms import PublicLinkForm
from surveys.models import PublicLink, Survey
from surveys.queries import faces, lists
from surveys.queries import public_links as queries
from surveys.services import public_links, touchpoints
from surveys.views.staff import base
from surveys.views.staff.surveys import SurveyView

SHEETS = (1, 4, 8)  # codes on one A4 page


class LinkView(SurveyView):
    """Everybody looks; who edits surveys makes and archives links."""

    def link(self, public_id: str, link_id: str) -> PublicLink:
        """The link with this id of the survey with this id, or 404."""
        found = queries.one(workspace=self.workspace, survey=public_id, public_id=link_id)
        if found is None:
            raise Http404
        return found

    def crumbs_of(self, survey: Survey, *more: tuple[Any, str]) -> list[dict[str, Any]]:
        page = reverse("surveys:survey", args=[self.workspace.slug, survey.public_id])
        return self.crumbs((survey.name, page), *more)

    def crumbs_of_link(self, link: PublicLink, *more: tuple[Any, str]) -> list[dict[str, Any]]:
        links = reverse("surveys:link_list", args=[self.workspace.slug, link.survey.public_id])
        return self.crumbs_of(link.survey, (_("Links"), links), *more)


class LinkList(LinkView):
    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        survey = self.one(public_id)
        known = queries.figures(survey=survey, sight=self.sight)
        page = lists.keyset(queries.of_survey(survey=survey), **base.cursor(request))
        context = {
            "title": _("Links"),
            "crumbs": self.crumbs_of(survey),
            "survey": survey,
            "page": page,
            "rows": [
                {"link": link, "url": address(link), "figures": known.get(link.source, queries.Figures())}
                for link in page.rows
            ],
            "own_link": absolute_url("surveys:public_survey", public_id=survey.public_id),
            "may_edit": self.may(Permission.EDIT_SURVEYS),
            **base.paging(request, page),
        }
        return render(request, "surveys/link_list.html", context)


class LinkAdd(LinkView):
    permission = Permission.EDIT_SURVEYS

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self._show(self.one(public_id), PublicLinkForm())

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        survey, form, now = self.one(public_id), PublicLinkForm(request.POST), timezone.now()
        if form.is_valid():
            given = dict(form.cleaned_data)
            name = given.pop("touchpoint")
            try:
                link = public_links.create(
                    workspace=self.workspace,
                    survey=survey,
                    touchpoint=touchpoints.ensure(workspace=self.workspace, name=name, now=now)
                    if name
                    else None,
                    by=request.user,
                    now=now,
                    **given,
                )
            except touchpoints.UnnamedTouchpoint:
                form.add_error("touchpoint", _("Write a name of 1 to 80 characters."))
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(
                    request, _("The link is made: copy it, print its code or paste it in a newsletter.")
                )
                return redirect("surveys:link", slug=slug, public_id=public_id, link_id=link.public_id)
        return self._show(survey, form, 422)

    def _show(self, survey: Survey, form: PublicLinkForm, status: int = 200) -> HttpResponse:
        links = reverse("surveys:link_list", args=[self.workspace.slug, survey.public_id])
        context = {
            "title": _("New link"),
            "crumbs": self.crumbs_of(survey, (_("Links"), links)),
            "survey": survey,
            "form": form,
            "touchpoints": lists.touchpoints(workspace=self.workspace),
        }
        return render(self.request, "surveys/link_new.html", context, status=status)


class LinkPage(LinkView):
    """One link: its address, its code, its figures, and HTML for a newsletter."""

    def get(self, request: HttpRequest, slug: str, public_id: str, link_id: str) -> HttpResponse:
        link = self.link(public_id, link_id)
        url = address(link)
        known = queries.figures(survey=link.survey, sight=self.sight)
        context = {
            "title": link.source,
            "crumbs": self.crumbs_of_link(link),
            "survey": link.survey,
            "link": link,
            "url": url,
            "code": qr.inline_svg(url),
            "snippet": newsletter(link),
            "figures": known.get(link.source, queries.Figures()),
            "may_edit": self.may(Permission.EDIT_SURVEYS),
        }
        return render(request, "surveys/link.html", context)


class LinkSnippet(LinkView):
    """The newsletter's HTML as a mail program shows it, for a frame of ours."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, slug: str, public_id: str, link_id: str) -> HttpResponse:
        return base.framed(f"<!doctype html>{newsletter(self.link(public_id, link_id))}")


class LinkCode(LinkView):
    """The QR code as a file."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, slug: str, public_id: str, link_id: str, kind: str) -> HttpResponse:
        link = self.link(public_id, link_id)
        drawn, content_type = {"svg": (qr.svg, "image/svg+xml"), "png": (qr.png, "image/png")}[kind]
        response = HttpResponse(drawn(address(link)), content_type=content_type)
        name = slugify(f"{link.survey.name} {link.source}") or link.public_id
        response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
        return response


class LinkSheet(LinkView):
    """A page to print: the code with the question and the company's logo, once or several times on A4."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, slug: str, public_id: str, link_id: str) -> HttpResponse:
        link = self.link(public_id, link_id)
        asked = request.GET.get("per", "")
        per = int(asked) if asked in {str(number) for number in SHEETS} else 4
        face = faces.make(survey=link.survey)
        url = address(link)
        context = {
            "title": link.source,
            "link": link,
            "face": face,
            "question": question(link, face),
            "code": qr.inline_svg(url),
            "plain_url": url.split("://", 1)[-1],
            "per": per,
            "copies": range(per),
            "sheets": [{"number": number, "is_chosen": number == per} for number in SHEETS],
        }
        return render(request, "surveys/link_sheet.html", context)


class LinkArchive(LinkView):
    permission = Permission.EDIT_SURVEYS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str, link_id: str) -> HttpResponse:
        link = public_links.archive(link=self.link(public_id, link_id), now=timezone.now())
        messages.success(request, _("“%(name)s” takes no answers any more.") % {"name": link.source})
        return redirect("surveys:link", slug=slug, public_id=public_id, link_id=link_id)


class LinkRestore(LinkView):
    permission = Permission.EDIT_SURVEYS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str, link_id: str) -> HttpResponse:
        link = public_links.restore(link=self.link(public_id, link_id))
        messages.success(request, _("“%(name)s” takes answers again.") % {"name": link.source})
        return redirect("surveys:link", slug=slug, public_id=public_id, link_id=link_id)


def address(link: PublicLink) -> str:
    """The link as it is handed out."""
    return absolute_url("surveys:public_survey", public_id=link.public_id)


def question(link: PublicLink, face: faces.Face) -> str:
    """The survey's question for nobody in particular."""
    touchpoint = link.touchpoint.name if link.touchpoint else ""
    return wording.fill(face.question, wording.values(company=face.company, touchpoint=touchpoint))


def newsletter(link: PublicLink) -> str:
    """The HTML to paste into a newsletter."""
    face = faces.make(survey=link.survey)
    return snippets.newsletter(face=face, question=question(link, face), address=address(link))
