"""Settings: pages that may help a customer, for each reason they can choose and each root cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from detractors.queries import pages
from surveys import words as survey_words
from surveys.models import HelpLink
from surveys.queries import help_links as queries
from surveys.queries import spoken
from surveys.rules import help_links as rules
from surveys.services import help_links


@dataclass(frozen=True)
class Reason:
    """One reason links can be given for."""

    code: str
    name: str
    links: Sequence[HelpLink]
    url: str
    is_under: bool = False

    @property
    def clicks(self) -> int:
        return sum(link.clicks for link in self.links)


@dataclass(frozen=True)
class Group:
    """A question of a survey with its options, or the tree of root causes."""

    title: str
    about: str
    reasons: Sequence[Reason]


class HelpView(SettingsView):
    permission = Permission.EDIT_SURVEYS
    url_name = "detractors:help_links"

    def groups(self) -> list[Group]:
        """Everything links can be given for."""
        links = queries.by_reason(workspace=self.workspace)
        found = [
            Group(
                question.text,
                question.survey.name,
                [
                    self.reason(rules.of_option(question.public_id, option["id"]), option["text"], links)
                    for option in question.options
                ],
            )
            for question in queries.questions(workspace=self.workspace)
        ]
        causes = [
            self.reason(
                rules.of_cause(cause.public_id), cause.name, links, is_under=cause.parent_id is not None
            )
            for cause in pages.root_causes(workspace=self.workspace)
        ]
        about = _("Why it happened, as your people find out; links of a cause reach those below it, too.")
        return [*found, *([Group(_("Root causes"), about, causes)] if causes else [])]

    def reason(
        self, code: str, name: str, links: Mapping[str, Sequence[HelpLink]], *, is_under: bool = False
    ) -> Reason:
        url = reverse("detractors:help_link", kwargs={"slug": self.workspace.slug, "reason": code})
        return Reason(code, name, links.get(code, ()), url, is_under)


class HelpLinks(HelpView):
    """All reasons, with how many links each has and how often they were pressed."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        groups = self.groups()
        return self.page(
            "detractors/help_links.html",
            title=_("Help links"),
            groups=groups,
            has_options=len(groups) > 1 or any(one.about for one in groups[:-1]),
            surveys_url=reverse("surveys:survey_list", kwargs={"slug": slug}),
        )


class HelpLinkEdit(HelpView):
    """The links of one reason, in each language, and how the customer sees them."""

    def get(self, request: HttpRequest, slug: str, reason: str) -> HttpResponse:
        group, found = self.found(reason)
        typed = [{"url": link.url, "words": dict(link.words), "clicks": link.clicks} for link in found.links]
        return self.show(group, found, typed)

    def post(self, request: HttpRequest, slug: str, reason: str) -> HttpResponse:
        group, found = self.found(reason)
        codes = [code for code, _name in self.languages()]
        kept = {link.url: link.words for link in found.links}
        given = []
        for place in range(rules.MOST_LINKS):
            url = request.POST.get(f"url_{place}", "")[:2000]
            words = {code: request.POST.get(f"words_{place}_{code}", "")[:300] for code in codes}
            if url:  # words in a language no survey speaks any more stay where they are
                words = {
                    **{code: text for code, text in kept.get(url, {}).items() if code not in codes},
                    **words,
                }
            given.append(help_links.Given(url, words))
        try:
            n = help_links.put(workspace=self.workspace, reason=reason, links=given, now=timezone.now())
        except help_links.HelpLinkError as error:
            typed = [{"url": one.url, "words": dict(one.words)} for one in given]
            return self.show(group, found, typed, faults=error.faults, status=422)
        said = _("Saved: customers with this reason see it at once.") if n else _("No links here any more.")
        return self.saved(said)

    def found(self, reason: str) -> tuple[Group, Reason]:
        """The reason among those there are, or 404."""
        for group in self.groups():
            for one in group.reasons:
                if one.code == reason:
                    return group, one
        raise Http404

    def show(
        self,
        group: Group,
        reason: Reason,
        typed: list[dict[str, Any]],
        *,
        faults: Mapping[tuple[int, str], str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        faults = faults or {}
        languages = self.languages()
        rows = [*typed, *({"url": "", "words": {}} for _place in range(rules.MOST_LINKS - len(typed)))]
        return self.page(
            "detractors/help_link.html",
            status,
            title=reason.name,
            crumbs=[
                {
                    "label": _("Help links"),
                    "url": reverse(self.url_name, kwargs={"slug": self.workspace.slug}),
                },
                {"label": reason.name, "url": ""},
            ],
            group=group,
            reason=reason,
            rows=[
                {
                    **row,
                    "place": place,
                    "words": [(code, name, row["words"].get(code, "")) for code, name in languages],
                    "url_error": faults.get((place, "url"), ""),
                    "words_error": faults.get((place, "words"), ""),
                }
                for place, row in enumerate(rows)
            ],
            previews=[
                {
                    "language": name,
                    "code": code,
                    "title": survey_words.of(code)["help"],
                    "labels": [
                        rules.said(row["words"], language=code, usual=self.workspace.language)
                        for row in typed
                        if any(row["words"].values())
                    ],
                }
                for code, name in languages
            ],
        )

    def languages(self) -> list[tuple[str, str]]:
        """Every language a survey of the workspace speaks, its own first."""
        codes = [self.workspace.language, *spoken.languages_of(workspace=self.workspace)]
        return [(code, _name_of(code)) for code in dict.fromkeys(one for one in codes if one)]


def _name_of(code: str) -> str:
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code
