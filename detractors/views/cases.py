"""The case page and everything that can be done there."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import WorkspaceView
from accounts.models import Membership
from accounts.queries import away_days, members
from accounts.rules.permissions import Permission, can
from core.numbers import whole
from detractors import forms, promise_chips
from detractors.enums import Category
from detractors.models import Case, CaseStatus, LossReason
from detractors.queries import pages, queue, stakes, statuses, telling
from detractors.queries import retention as retention_queries
from detractors.queries.cases import is_unheard_since_end, state_of
from detractors.rules import transitions
from detractors.rules.handing_over import may_hand_over
from detractors.services import cases, closing, prioritising, promise_keeping, ranking, submissions
from detractors.services import retention as retention_services
from detractors.services import statuses as status_services
from detractors.services.errors import CaseError, Incomplete, OtherCaseOpen
from detractors.views import (
    clocks,
    desk_undo,
    executives,
    left_words,
    library,
    pane,
    placing,
    presenting,
    retained,
    wording,
)
from detractors.views.work import FORMS as WORK_FORMS
from detractors.views.work import Work

# The letter that opens a panel.
KEYS = {"note": "n", "call": "l", "wait": "w", "resolve": "e", "assign": "a", "dismiss": "d", "reopen": "e"}
# The panels of the desk in order: act, move it makes, word, icon.
PANELS = (
    ("note", transitions.NOTE, gettext_lazy("Note"), "note"),
    ("call", transitions.CONTACT, gettext_lazy("Log a call"), "phone"),
    ("wait", transitions.WAIT, gettext_lazy("Wait"), "clock-pause"),
    ("resolve", transitions.RESOLVE, gettext_lazy("Resolve"), "circle-check"),
    ("assign", transitions.ASSIGN, gettext_lazy("Assign"), "user-check"),
    ("dismiss", transitions.DISMISS, gettext_lazy("Dismiss"), "ban"),
    ("reopen", transitions.REOPEN, gettext_lazy("Reopen"), "rotate"),
)


class CaseView(WorkspaceView):
    """A page about one case: finds it, or answers 404."""

    permission = Permission.VIEW_CASES
    retention_form: Any = None  # what was typed of the customer, and why it was not taken

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Beside the list (in a frame of our own page) it is drawn without what stands around it."""
        request.is_pane = pane.is_asked(request)
        response = super().dispatch(request, *args, **kwargs)
        return pane.opened(response) if request.is_pane else response

    def found(self, number: int) -> Case:
        case = pages.case(workspace=self.workspace, number=number, sight=self.sight)
        if case is None:
            raise Http404
        return case

    @cached_property
    def away(self) -> dict[int, date]:
        """Until when colleagues are away, by their id."""
        return away_days(workspace=self.workspace, now=timezone.now())

    @cached_property
    def members(self) -> list[Membership]:
        """Everybody who works here, by name."""
        return list(members(workspace=self.workspace))

    @cached_property
    def statuses(self) -> list[CaseStatus]:
        """The workspace's own statuses in use, in their order."""
        return statuses.offered(workspace=self.workspace)

    @cached_property
    def loss_reasons(self) -> list[LossReason]:
        """Why a customer was lost, those in use."""
        return retention_queries.reasons(workspace=self.workspace)

    def statuses_of(self, category: str) -> list[CaseStatus]:
        return [one for one in self.statuses if one.category == category]

    def work(self, case: Case) -> Work:
        """What is done for the case beside its moves."""
        return Work(
            workspace=self.workspace,
            case=case,
            viewer=self.request.user,
            may_work=self.may(Permission.WORK_CASES),
            sight=self.sight,
            now=timezone.now(),
            members=lambda: self.members,
        )

    def moves(self, case: Case) -> set[str]:
        return presenting.moves_of(case, role=self.request.membership.role, viewer_id=self.request.user.pk)

    def page(self, case: Case, *, status: int = 200, act: str = "", **said: Any) -> HttpResponse:
        """The whole page. `act` opens its panel; said: `form` with typed words, `changes` of others, `error`."""
        now = timezone.now()
        context = {**self.case_facts(case, now), **self.desk(case, act=act, form=said.get("form"))}
        context |= self.work(case).context(act=act, form=said.get("form"), seen=context["seen"])
        context["changes"] = self.entries(case, said.get("changes", ()))
        context["left_words"] = left_words.of_form(
            said.get("form"), act=act, moves=[name for name, *_rest in PANELS], is_open=case.is_open,
            drawn=[panel["act"] for panel in context["panels"]],
        )  # fmt: skip
        context["error"], context["error_url"] = said.get("error", ""), said.get("error_url", "")
        return render(self.request, "detractors/case.html", context, status=status)

    def case_facts(self, case: Case, now: datetime) -> dict[str, Any]:
        """All the page shows that is no form."""
        contact = case.contact
        place = {"slug": self.workspace.slug, "number": case.number}
        older_than = whole(self.request.GET.get("older", ""))
        timeline = pages.timeline(case=case, older_than=older_than)
        url = reverse("detractors:case", kwargs=place)
        contact_link = {"slug": self.workspace.slug, "public_id": contact.public_id} if contact else {}
        promises = [presenting.promise(timer, now) for timer in pages.timers(case=case)]
        return {
            "clocks": clocks.clocks(case, promises, now=now),
            "title": contact.display_name if contact else _("Anonymous customer"),
            "crumbs": [
                {
                    "label": _("Cases"),
                    "url": reverse("detractors:queue", kwargs={"slug": self.workspace.slug}),
                },
                {"label": f"#{case.number}"},
            ],
            "case": case,
            "now": now,
            "status": state_of(case).name,
            "is_mine": case.owner_id == self.request.user.pk,
            "owner_away_until": self.away.get(case.owner_id or 0),
            "minutes_open": max(
                0, int(((case.resolved_at or case.closed_at or now) - case.opened_at).total_seconds() // 60)
            ),
            "promises": promises,
            "hours": pages.hours_of(case=case),
            "answers": pages.answers(case=case),
            "mentions": pages.mentions(case=case),
            "stake": stakes.of_case(case=case, sight=self.sight),
            "why": wording.why_here(case) if case.is_open else None,
            "entries": self.entries(case, timeline.events),
            "older_url": f"{url}?older={timeline.older_than}#timeline" if timeline.older_than else "",
            "is_older": older_than is not None,
            "facts": presenting.contact_facts(contact) if contact else [],
            "warnings": presenting.contact_warnings(contact) if contact else [],
            "history": presenting.history(pages.scores(contact=contact, sight=self.sight))
            if contact
            else None,
            "earlier": pages.earlier_cases(case=case, sight=self.sight),
            "contact_url": presenting.page_url("surveys:contact", **contact_link) if contact else "",
            "conversation_url": self.conversation_url(place),
            "planned_url": presenting.page_url("followups:planned_steps", **place),
            "playbook_url": presenting.page_url("followups:start_playbook", **place),
            "undo": desk_undo.take(self.request, self.workspace),
            "changes_url": reverse("detractors:changes", kwargs=place),
            "here_url": reverse("detractors:here", kwargs=place),
            "zone": presenting.zone_name(),
            **executives.facts(case, viewer=self.request.user, role=self.request.membership.role),
            **retained.facts(
                case,
                role=self.request.membership.role,
                reasons=lambda: self.loss_reasons,
                form=self.retention_form,
            ),
            **library.facts(case, viewer=self.request.user, role=self.request.membership.role),
            **placing.facts(
                self.request, case, may_place=can(self.request.membership.role, Permission.WORK_CASES)
            ),
        }

    def conversation_url(self, place: dict[str, Any]) -> str:
        """Where the mails come from; words that were taken back (`?again=`) come with them."""
        url = presenting.page_url("followups:conversation", **place)
        again = self.request.GET.get("again", "")
        return f"{url}?{urlencode({'again': again})}" if url and again else url

    def entries(self, case: Case, events: Any) -> list[wording.Entry]:
        customer = case.contact.display_name if case.contact else _("Customer")
        return wording.entries(events, customer=customer)

    def desk(self, case: Case, *, act: str, form: forms.DeskForm | None) -> dict[str, Any]:
        """The forms of the moves that can be made, one of them open."""
        moves = self.moves(case)
        seen = pages.last_event_id(case=case)
        panels = []
        for name, move, word, icon in PANELS:
            if move in moves:
                shown = form if form is not None and name == act else self.form(name, case, seen=seen)
                panels.append(
                    {
                        "act": name,
                        "word": word,
                        "icon": icon,
                        "form": shown,
                        "url": self.act_url(case, name),
                        "key": KEYS[name],
                        "promises_url": self.act_url(case, "find_promises") if name == "call" else "",
                        "scripts_url": presenting.page_url(
                            "followups:call_scripts", slug=self.workspace.slug, number=case.number
                        )
                        if name == "call"
                        else "",
                    }
                )
        may_note = transitions.NOTE in moves
        issue = form if act == "issue" and form is not None else self.form("issue", case, seen=seen)
        has_conversation = bool(
            presenting.page_url("followups:conversation", slug=self.workspace.slug, number=case.number)
        )
        names = [panel["act"] for panel in panels] + (["reply"] if has_conversation else [])
        asked = act or self.request.GET.get("act", "")
        return {
            "panels": panels,
            "open_act": asked
            if asked in names
            else "reply"
            if has_conversation
            else names[0]
            if names
            else "",
            "issue_form": issue,
            "issue_url": self.act_url(case, "issue"),
            "may_note": may_note,
            "claim_url": self.act_url(case, "claim")
            if transitions.CLAIM in moves and case.owner_id is None
            else "",
            "status_form": self.status_form(case, act, form, seen) if may_note else None,
            "status_url": self.act_url(case, "status"),
            "priority_form": self.form("prioritise", case, seen=seen)
            if case.is_open and self.may(Permission.ASSIGN_CASES)
            else None,
            "priority_url": self.act_url(case, "prioritise"),
            "resume_url": self.act_url(case, "resume") if transitions.RESUME in moves else "",
            "resume_form": self.form("resume", case, seen=seen) if transitions.RESUME in moves else None,
            "seen": seen,
        }

    def status_form(
        self, case: Case, act: str, form: forms.DeskForm | None, seen: int
    ) -> forms.DeskForm | None:
        """The choice of the workspace's own statuses; None where there is none to choose from."""
        if act == "status" and form is not None:
            return form
        chosen = self.form("status", case, seen=seen)
        return chosen if len(chosen.fields["status"].choices) > 1 else None  # type: ignore[attr-defined]

    def act_url(self, case: Case, act: str) -> str:
        return reverse(f"detractors:{act}", kwargs={"slug": self.workspace.slug, "number": case.number})

    def form(self, act: str, case: Case, *, seen: int, data: Any = None) -> forms.DeskForm:
        """The form of an act, fresh or with what was typed."""
        return forms.drawn(
            FORMS[act],
            act=act,
            seen=seen,
            data=data,
            initial=self.initial(act, case),
            **self.needs(act, case),
        )

    def initial(self, act: str, case: Case) -> dict[str, Any]:
        if act == "status":
            return {"status": case.status.public_id if case.status and not case.status.is_default else ""}
        if act == "prioritise":
            return {"priority": ranking.by_hand(case)}
        if act == "issue":
            return {"stated_complaint": case.stated_complaint, "underlying_issue": case.underlying_issue}
        if (
            act == "resolve" and case.resolution
        ):  # solved before and opened again: start from the words of then
            return {"resolution": case.resolution}
        return {}

    def needs(self, act: str, case: Case) -> dict[str, Any]:
        if act == "resolve":
            return {
                "causes": pages.root_causes(workspace=self.workspace),
                "needs_contact": case.contacted_at is None,
                "missing": closing.missing(case=case),
                "statuses": self.statuses_of(Category.RESOLVED),
                "reasons": self.loss_reasons,
            }
        if act == "wait":
            return {"statuses": self.statuses_of(Category.WAITING)}
        if act == "status":
            statuses = self.statuses_of(case.category)
            return {"statuses": statuses, "usual": forms.usual_status(statuses, state_of(case).name)}
        if act in WORK_FORMS:
            return self.work(case).needs(act)
        if act == "assign":
            must_say = not self.may(Permission.ASSIGN_CASES)
            return {"owners": pages.owners_among(self.members), "away": self.away, "must_say": must_say}
        return {}


FORMS: dict[str, type[forms.DeskForm]] = {
    "note": forms.NoteForm,
    "call": forms.CallForm,
    "wait": forms.WaitForm,
    "resume": forms.ResumeForm,
    "resolve": forms.ResolveForm,
    "assign": forms.AssignForm,
    "dismiss": forms.DismissForm,
    "reopen": forms.ReopenForm,
    "issue": forms.IssueForm,
    "status": forms.StatusForm,
    "prioritise": forms.PriorityForm,
    **WORK_FORMS,
}


class CasePage(CaseView):
    """The page; `?older=<id>` asked by script brings only the next entries of the timeline."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.found(number)
        if (
            request.headers.get("HX-Request")
            and (older_than := whole(request.GET.get("older", ""))) is not None
        ):
            timeline = pages.timeline(case=case, older_than=older_than)
            url = reverse("detractors:case", kwargs={"slug": slug, "number": number})
            context = {
                "entries": self.entries(case, timeline.events),
                "older_url": f"{url}?older={timeline.older_than}#timeline" if timeline.older_than else "",
            }
            return render(request, "detractors/_entries.html", context)
        return self.page(case)


class Changes(CaseView):
    """What others did to the case since the page was drawn; 204 while that is nothing."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.found(number)
        seen = whole(request.GET.get("since", "")) or 0
        events = pages.changes_since(case=case, seen=seen, by=self.request.user)
        if not events:
            return HttpResponse(status=204)
        url = reverse("detractors:case", kwargs={"slug": slug, "number": number})
        return render(
            request, "detractors/_changed.html", {"changes": self.entries(case, events), "url": url}
        )


class Act(CaseView):
    """One move: a form in, one service call, back to the case. What was typed is never lost."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]
    act = ""
    done: Any = ""

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.acted_on(number)
        now = timezone.now()
        needs = self.needs(self.act, case)
        form = FORMS[self.act](request.POST, files=request.FILES, act=self.act, **needs)
        if not form.is_valid():
            return self.again(case, status=422)
        try:
            with submissions.once(
                case=case,
                by=self.request.user,
                submission=form.cleaned_data["submission"],
                seen=form.cleaned_data["seen"] if form.minds_changes else None,
                now=now,
            ):
                self.do(case, form.words, now)
        except submissions.AlreadyTaken:
            pass  # the first of the two clicks did it and said so
        except submissions.Changed as changed:
            return self.again(self.found(number), status=409, changes=changed.events)
        except CaseError as error:
            return self.again(self.found(number), status=409, error=error)
        else:
            messages.success(request, self.done)
            if request.POST.get("then") == "next":
                return self.next(number)
        return redirect("detractors:case", slug=slug, number=number)

    def next(self, number: int) -> HttpResponse:
        """The most pressing of the viewer's other cases, or their empty list."""
        slug = self.workspace.slug
        wanted = queue.Wanted(tab=queue.MINE)
        asked: dict[str, Any] = {"workspace": self.workspace, "user": self.request.user, "sight": self.sight}
        if found := queue.first(**asked, wanted=wanted, most=1, but=number):
            return redirect("detractors:case", slug=slug, number=found[0].number)
        messages.info(self.request, _("Nothing else is waiting for you."))
        return redirect(f"{reverse('detractors:queue', kwargs={'slug': slug})}?view={queue.MINE}")

    def acted_on(self, number: int) -> Case:
        """The case, where the viewer may do this to it; raises Http404 and PermissionDenied."""
        return self.found(number)

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        """The one service call."""
        raise NotImplementedError

    def again(
        self, case: Case, *, status: int, changes: Any = (), error: CaseError | None = None
    ) -> HttpResponse:
        """The page with the typed words in their place, and what stood in the way above them."""
        form = self.form(self.act, case, seen=pages.last_event_id(case=case), data=self.request.POST)
        said = {"error": "", "changes": changes, "form": form}
        if isinstance(error, Incomplete) and form.is_bound:
            for field, sentence in error.missing:
                form.add_error(field if field in form.fields else None, sentence)
        if error is not None:
            said["error"] = error.sentence
            if isinstance(error, OtherCaseOpen):
                if pages.is_visible(case=error.case, sight=self.sight):
                    said["error_url"] = self.act_url(error.case, "case")
                else:
                    said["error"] = _("The customer has another open case, which others work on.")
        return self.page(case, status=status, act=self.act, **said)


class Note(Act):
    act = "note"
    done: Any = gettext_lazy("Note written.")

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        event = cases.note(case=case, by=self.request.user, now=now, **words)
        if told := telling.told_of(event=event):
            self.done = _("Note written. Told: %(names)s.") % {"names": ", ".join(told)}


class Call(Act):
    act, done = "call", gettext_lazy("Call logged.")

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        kept = promise_chips.chosen(self.request.POST)
        event = cases.record_contact(case=case, by=self.request.user, channel="CALL", now=now, **words)
        promise_keeping.keep(case=case, by=self.request.user, promises=kept, event=event, now=now)


class Issue(Act):
    act, done = "issue", gettext_lazy("Saved.")

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        cases.note_issue(case=case, by=self.request.user, now=now, **words)


class Wait(Act):
    act, done = "wait", gettext_lazy("Waiting for the customer; the resolution clock stands still.")

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        cases.wait(case=case, by=self.request.user, now=now, **words)


class Resume(Act):
    act, done = "resume", gettext_lazy("The clock runs again.")

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        cases.resume(case=case, by=self.request.user, now=now)


class Resolve(Act):
    act, done = (
        "resolve",
        gettext_lazy("Resolved. The customer is told what was done, and asked again later."),
    )

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        kept = words.pop("kept")
        cases.resolve(case=case, by=self.request.user, now=now, **words)
        if kept is not None:
            retention_services.say(case=case, by=self.request.user, now=now, **kept)


class SetStatus(Act):
    act, done = "status", gettext_lazy("Status changed.")

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        status_services.put(case=case, by=self.request.user, now=now, **words)


class Assign(Act):
    """By who assigns cases; whoever works on one hands their own over, and says why."""

    act, done = "assign", gettext_lazy("Assigned.")

    def acted_on(self, number: int) -> Case:
        role = self.request.membership.role
        try:
            case = super().acted_on(number)
        except Http404:
            if may_hand_over(role=role, is_owner=False):
                raise
            raise PermissionDenied from None  # of what they may not see they learn nothing
        if not may_hand_over(role=role, is_owner=case.owner_id == self.request.user.pk):
            raise PermissionDenied
        return case

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        cases.assign(case=case, by=self.request.user, now=now, **words)


class Prioritise(Act):
    permission = Permission.ASSIGN_CASES
    act, done = "prioritise", gettext_lazy("Priority set.")

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        prioritising.prioritise(case=case, by=self.request.user, now=now, **words)


class Dismiss(Act):
    permission = Permission.ASSIGN_CASES
    act, done = "dismiss", gettext_lazy("Dismissed.")

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        cases.dismiss(case=case, by=self.request.user, now=now, **words)


class Reopen(Act):
    permission = Permission.REOPEN_CASES
    act = "reopen"
    done: Any = gettext_lazy("Open again, with a new promise.")

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        if is_unheard_since_end(case):
            self.done = _(
                "Open again. Its promises go on with what was left: the customer said nothing since."
            )
        cases.reopen(case=case, by=self.request.user, now=now, **words)


class CasesOfContact(WorkspaceView):
    """The cases of a customer as a fragment for the customer's page."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        contact = pages.contact_with(workspace=self.workspace, public_id=public_id, sight=self.sight)
        if contact is None:
            raise Http404
        found = list(
            pages.cases_of(workspace=self.workspace, contact_id=contact.pk, sight=self.sight)[
                : pages.CASES_OF_CONTACT_SHOWN + 1
            ]
        )
        stayed = retention_queries.of_contact(
            workspace=self.workspace, contact_id=contact.pk, sight=self.sight
        )
        context = {
            "earlier": found[: pages.CASES_OF_CONTACT_SHOWN],
            "has_more": len(found) > pages.CASES_OF_CONTACT_SHOWN,
            "stayed": stayed,
            "stayed_tone": retained.TONES[stayed.state] if stayed else "",
        }
        return render(request, "detractors/_cases_of_contact.html", context)


class CasesOfCompany(WorkspaceView):
    """The cases of a company's people as a fragment for the company's page."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        found = pages.cases_of_company(workspace=self.workspace, public_id=public_id, sight=self.sight)
        if found is None:
            raise Http404
        shown = list(found[: pages.CASES_OF_CONTACT_SHOWN + 1])
        context = {
            "earlier": shown[: pages.CASES_OF_CONTACT_SHOWN],
            "has_more": len(shown) > pages.CASES_OF_CONTACT_SHOWN,
        }
        return render(request, "detractors/_cases_of_contact.html", context)
