"""The mail with a customer: what was written, what will leave by itself, and the reply.

Drawn as a part of the case page for a request by script, as a page of its own without.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from core.tokens import new_token
from detractors.models import Case
from detractors.queries import pages
from detractors.queries.cases import state_of
from detractors.rules import transitions
from detractors.services import submissions
from detractors.services.errors import CaseError
from detractors.views.cases import CaseView
from followups import queries
from followups.enums import ResurveyStatus
from followups.forms import ReplyForm
from followups.models import Mail, Resurvey
from followups.rules import markup
from followups.services import pending_replies, plans, replies
from followups.services.replies import Draft, ReplyError
from followups.wording import MERGE_FIELDS
from surveys.enums import InvitationStatus

TYPED = ("subject", "body", "submission", "seen", "then_move", "waiting_for", "root_cause", "resolution")


@dataclass(frozen=True)
class ShownMail:
    """One mail of the thread. `state` is a code of the message's look, empty when its departure is no longer kept."""

    mail: Mail
    by: str
    state: str
    is_automatic: bool
    html: str  # its words formatted, safe; empty when they are plain
    why: str  # why it did not leave or arrive


@dataclass(frozen=True)
class ShownResurvey:
    """The second question in a sentence: what happens when."""

    row: Resurvey
    word: str
    tone: str
    why: str


class ConversationView(CaseView):
    """What all pages here share: the thread of one case."""

    def show(
        self,
        case: Case,
        *,
        form: ReplyForm | None = None,
        draft: Draft | None = None,
        status: int = 200,
        **said: Any,
    ) -> HttpResponse:
        """The fragment for a request by script, else the page. said: `error`, `changes` of others."""
        context = self.facts(case) | {"draft": draft, "error": "", "changes": ()} | said
        context["changes"] = self.entries(case, context["changes"])
        if context["may_reply"] and not context["obstacle"]:
            context["form"] = form or self.fresh_form(case)
            context["shortcuts"] = context["form"].shortcuts
        is_part = bool(self.request.headers.get("HX-Request"))
        template = "followups/_conversation.html" if is_part else "followups/conversation.html"
        response = render(self.request, template, context, status=status)
        patch_vary_headers(response, ["HX-Request"])  # the browser's Back must not show a part as the page
        return response

    def facts(self, case: Case) -> dict[str, Any]:
        slug, number = self.workspace.slug, case.number
        may_work = self.may(Permission.WORK_CASES)
        fields = {name: MERGE_FIELDS.get(name, "") for name in queries.known_fields(workspace=self.workspace)}
        obstacle = replies.obstacle(case=case)
        resurvey = queries.resurvey(case=case)
        return {
            "title": _("Mail with %(name)s")
            % {"name": case.contact.display_name if case.contact else _("an anonymous customer")},
            "crumbs": [
                {"label": _("Cases"), "url": reverse("detractors:queue", kwargs={"slug": slug})},
                {
                    "label": f"#{number}",
                    "url": reverse("detractors:case", kwargs={"slug": slug, "number": number}),
                },
                {"label": _("Mail")},
            ],
            "case": case,
            "mails": [shown_mail(mail) for mail in queries.mails(case=case)],
            "planned": queries.planned_mails(case=case),
            "pending": queries.pending_replies(case=case),
            "resurvey": shown_resurvey(resurvey) if resurvey else None,
            "may_work": may_work,
            "may_reply": transitions.REPLY in self.moves(case),
            "is_over": may_work and not transitions.allowed(state_of(case), transitions.REPLY),
            "obstacle": obstacle.sentence if obstacle else "",
            "fields": fields,
            "reply_url": reverse("followups:reply", kwargs={"slug": slug, "number": number}),
            "draft_url": reverse("followups:draft", kwargs={"slug": slug, "number": number}),
            "conversation_url": reverse("followups:conversation", kwargs={"slug": slug, "number": number}),
        }

    def fresh_form(self, case: Case) -> ReplyForm:
        """Empty, or with the words of a reply its writer took back or that could not leave (`?again=`)."""
        words = {
            "subject": replies.default_subject(case=case),
            "body": "",
            "submission": new_token(),
            "seen": pages.last_event_id(case=case),
        }
        again = queries.pending_reply(case=case, public_id=self.request.GET.get("again", ""))
        if again is not None and not again.is_waiting and again.by_id == self.request.user.pk:
            words |= {"body": again.body, "then_move": again.then_move}
            words |= {"subject": again.subject} if again.subject else {}
            words |= again.then
        return self.reply_form(words)

    def typed_form(
        self, case: Case, *, renewed: bool = False, changed: dict[str, str] | None = None
    ) -> ReplyForm:
        """The form with what was typed; `renewed` takes note of everything that happened since it was drawn."""
        typed = {name: self.request.POST.get(name, "") for name in TYPED}
        typed["submission"] = typed["submission"] or new_token()
        if renewed or not typed["seen"].isdigit():
            typed["seen"] = str(pages.last_event_id(case=case))
        return self.reply_form({**typed, "anyway": bool(self.request.POST.get("anyway")), **(changed or {})})

    def reply_form(self, initial: dict[str, Any]) -> ReplyForm:
        return ReplyForm(initial=initial, **self.choices())

    def choices(self) -> dict[str, Any]:
        """What the form lets choose from."""
        return {
            "templates": queries.templates(workspace=self.workspace, user=self.request.user),
            "causes": pages.root_causes(workspace=self.workspace),
        }

    def draft_of(self, case: Case, form: ReplyForm) -> Draft:
        subject, body = str(form.initial.get("subject", "")), str(form.initial.get("body", ""))
        return replies.draft(case=case, by=self.request.user, subject=subject, body=body)


class ConversationPage(ConversationView):
    """Everything written so far, and the form."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        return self.show(self.found(number))


class DraftPage(ConversationView):
    """Look at a reply before it leaves, or put a kept reply into it; nothing is stored."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.found(number)
        is_by_script = bool(request.headers.get("HX-Request"))
        if request.POST.get("act") == "template":
            form = self.typed_form(case, changed=self.with_template())
            context = self.facts(case) | {
                "form": form,
                "draft": self.draft_of(case, form),
                "shortcuts": form.shortcuts,
            }
            if is_by_script:
                return render(request, "followups/_reply.html", context)
            return self.show(case, form=form, draft=context["draft"])
        form = self.typed_form(case)
        draft = self.draft_of(case, form)
        if is_by_script:
            context = {"draft": draft if str(form.initial["body"]).strip() else None, "form": form}
            return render(request, "followups/_preview.html", context)
        return self.show(case, form=form, draft=draft)

    def with_template(self) -> dict[str, str]:
        """What was typed and the words of the chosen reply: instead of nothing, or after what is there."""
        chosen = self.request.POST.get("template", "")
        template = (
            queries.template(workspace=self.workspace, user=self.request.user, pk=int(chosen))
            if _is_id(chosen)
            else None
        )
        if template is None:
            return {}
        typed = self.request.POST.get("body", "")
        body = f"{typed.rstrip()}\n\n{template.body}" if typed.strip() else template.body
        then = {"then_move": template.then_move, **template.then} if template.then_move else {}
        return {"body": body, **({"subject": template.subject} if template.subject else {}), **then}


class Reply(ConversationView):
    """Send it, once, and not over words its writer has not seen."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.found(number)
        now = timezone.now()
        form = ReplyForm(request.POST, **self.choices())
        if not form.is_valid():
            return self.again(
                case, status=422, error=_("This form is not complete. Please look at it again.")
            )
        data = form.cleaned_data
        try:
            with submissions.once(
                case=case, by=self.request.user, submission=data["submission"], seen=data["seen"], now=now
            ):
                pending_replies.plan(
                    case=case,
                    by=self.request.user,
                    subject=data["subject"],
                    body=data["body"],
                    submission=data["submission"],
                    anyway=data["anyway"],
                    now=now,
                    **form.then,
                )
        except submissions.AlreadyTaken:
            pass  # the first of the two clicks sent it and said so
        except submissions.Changed as changed:
            return self.again(self.found(number), status=409, changes=changed.events)
        except replies.NotReady:
            return self.again(case, status=422)
        except (ReplyError, CaseError) as error:
            return self.again(self.found(number), status=409, error=error.sentence)
        else:
            seconds = int(pending_replies.UNDO_FOR.total_seconds())
            messages.success(request, _("Your reply leaves in %(seconds)s seconds.") % {"seconds": seconds})
        return redirect("detractors:case", slug=slug, number=number)

    def again(self, case: Case, *, status: int, **said: Any) -> HttpResponse:
        form = self.typed_form(case, renewed=True)
        return self.show(case, form=form, draft=self.draft_of(case, form), status=status, **said)


class UndoReply(ConversationView):
    """Take a reply back before it leaves; its writer finds the words in the form again."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int, public_id: str) -> HttpResponse:
        case = self.found(number)
        pending = queries.pending_reply(case=case, public_id=public_id)
        if pending is None:
            raise Http404
        try:
            pending_replies.undo(pending=pending, by=self.request.user, now=timezone.now())
        except pending_replies.NotThere:
            messages.warning(request, _("It was too late: this reply has left, or was taken back already."))
        else:
            messages.success(request, _("Your reply is back: nothing was sent."))
        page = reverse("followups:conversation", kwargs={"slug": slug, "number": number})
        return redirect(f"{page}?again={public_id}#reply-form")


class SwitchOff(ConversationView):
    """A planned mail is not sent."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
        case = self.found(number)
        row = queries.follow_up(case=case, pk=pk)
        if row is None:
            raise Http404
        try:
            plans.switch_off(follow_up=row, by=self.request.user, now=timezone.now())
        except plans.NotPlanned as error:
            messages.warning(request, error.sentence)
        else:
            messages.success(request, _("This mail is not sent."))
        return redirect("detractors:case", slug=slug, number=number)


def shown_mail(mail: Mail) -> ShownMail:
    """How a mail of the thread is drawn."""
    message = mail.message
    state, why = "", ""
    if message is not None:
        reported = (
            ("COMPLAINED", message.complained_at),
            ("BOUNCED", message.bounced_at),
            ("DELIVERED", message.delivered_at),
        )
        state = next((code for code, at in reported if at), message.state)
        why = message.last_error
    return ShownMail(
        mail=mail,
        by=mail.by.display_name if mail.by else _("Sent automatically"),
        state=state,
        is_automatic=mail.by is None,
        html=safe(mail.html),
        why=why,
    )


def shown_resurvey(row: Resurvey) -> ShownResurvey:
    """How the second question stands."""
    tones = {
        ResurveyStatus.ANSWERED: "good",
        ResurveyStatus.ASKED: "info",
        ResurveyStatus.NOT_ASKED: "warning",
    }
    invitation = row.invitation
    why = ""
    if invitation is not None and invitation.status == InvitationStatus.NOT_SENT:
        why = str(invitation.get_not_sent_because_display())
    return ShownResurvey(
        row=row,
        word=str(row.get_status_display()),
        tone=tones.get(ResurveyStatus(row.status), "neutral"),
        why=why,
    )


def safe(html: str) -> str:
    """What was kept as formatted words, with nothing else in it, to be shown as it is."""
    return mark_safe(markup.clean(html)) if html else ""


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
