"""The mail with a customer: what was written, what will leave by itself, and the reply.

Drawn as a part of the case page for a request by script, as a page of its own without.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from core.tokens import new_token
from detractors import promise_chips
from detractors.models import Attachment, Case
from detractors.queries import attachments, pages
from detractors.queries.cases import state_of
from detractors.rules import transitions
from detractors.services import promise_keeping
from detractors.services.attachments import MAX_BYTES, attach_all
from detractors.views.cases import CaseView
from detractors.views.left_words import LeftWords
from followups import queries
from followups.enums import Direction, MailKind, ResurveyStatus, TemplateKind
from followups.forms import ReplyForm
from followups.models import CustomerPage, Mail, Resurvey
from followups.queries import customer_page, merging, message_templates
from followups.queries import inbound as inbound_queries
from followups.rules import markup
from followups.services import letters, replies, reply_files
from followups.services.replies import Draft
from followups.wording import MERGE_FIELDS
from outbox.enums import State
from surveys.enums import InvitationStatus

TYPED = ("subject", "body", "submission", "seen", "then_move", "waiting_for", "root_cause", "resolution")


@dataclass(frozen=True)
class ShownFile:
    """A file of a mail or of the case; without a link when it was removed."""

    public_id: str
    name: str
    size: int
    url: str
    is_chosen: bool = False


@dataclass(frozen=True)
class ShownMail:
    """One mail of the thread. `state` is a code of the message's look, empty when its departure is no longer kept."""

    mail: Mail
    by: str
    state: str
    is_automatic: bool
    html: str  # its words formatted, safe; empty when they are plain
    files: list[ShownFile]
    why: str  # why it did not leave or arrive
    is_incoming: bool = False
    kind: str = ""  # of one a program wrote: what it is
    is_doubtful_fate: bool = False  # perhaps it left, and perhaps it did not


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
            context |= self.form_facts(case, context["form"]) | self.promises(case, draft)
        elif form is not None:  # the case allows no reply any more: what was typed stands beside the reason
            words = str(form.initial.get("body") or "")
            context["left_words"] = (
                [LeftWords(str(form.fields["body"].label), words)] if words.strip() else []
            )
        is_part = bool(self.request.headers.get("HX-Request"))
        template = "followups/_conversation.html" if is_part else "followups/conversation.html"
        response = render(self.request, template, context, status=status)
        patch_vary_headers(response, ["HX-Request"])  # the browser's Back must not show a part as the page
        return response

    def facts(self, case: Case) -> dict[str, Any]:
        slug, number = self.workspace.slug, case.number
        may_work = self.may(Permission.WORK_CASES)
        own_page = customer_page.page_of(case=case)
        obstacle = replies.obstacle(case=case, page=own_page)
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
            "mails": [shown_mail(mail, slug=slug) for mail in queries.mails(case=case)],
            "planned": queries.planned_mails(case=case),
            **self.own_page(case, own_page),
            "pending": queries.pending_replies(case=case),
            "resurvey": shown_resurvey(resurvey) if resurvey else None,
            "may_work": may_work,
            "may_reply": transitions.REPLY in self.moves(case),
            "is_over": may_work and not transitions.allowed(state_of(case), transitions.REPLY),
            "obstacle": obstacle.sentence if obstacle else "",
            "reply_url": reverse("followups:reply", kwargs={"slug": slug, "number": number}),
            "draft_url": reverse("followups:draft", kwargs={"slug": slug, "number": number}),
            "conversation_url": reverse("followups:conversation", kwargs={"slug": slug, "number": number}),
        }

    def form_facts(self, case: Case, form: ReplyForm) -> dict[str, Any]:
        """What is drawn around the fields of the form."""
        values = merging.merge_values(case=case, by=self.request.user, now=timezone.now())
        chosen = form.initial.get("attached") or ()
        return {
            "form": form,
            "shortcuts": form.shortcuts,
            "fields": [
                {"name": name, "label": MERGE_FIELDS.get(name, ""), "value": str(values.get(name) or "")}
                for name in merging.known_fields(workspace=self.workspace)
            ],
            "case_files": [
                shown_file(file, slug=self.workspace.slug, number=case.number, chosen=chosen)
                for file in attachments.of_case(case=case)
            ],
            "limits": {
                "most": reply_files.MOST,
                "one": MAX_BYTES,
                "all": reply_files.MOST_BYTES,
            },
        }

    def own_page(self, case: Case, page: CustomerPage) -> dict[str, Any]:
        """How the customer's own page of the case stands."""
        settings = customer_page.settings_of(workspace=self.workspace)
        closed = "" if settings.is_on else _("Customers' pages are switched off in the settings.")
        if page.revoked_at is not None:
            closed = _("It is closed.")
        return {
            "own_page": page,
            "own_page_is_on": settings.is_on,
            "own_page_closed": closed,
            "own_page_alone": customer_page.is_left_alone(case=case, page=page),
            "own_page_url": reverse("followups:case_page", kwargs={"token": case.link}),
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
            words["attached"] = again.files
        return self.reply_form(words)

    def typed_form(
        self, case: Case, *, renewed: bool = False, changed: Mapping[str, Any] | None = None
    ) -> ReplyForm:
        """The form with what was typed; `renewed` takes note of everything that happened since it was drawn."""
        typed: dict[str, Any] = {name: self.request.POST.get(name, "") for name in TYPED}
        typed["submission"] = typed["submission"] or new_token()
        if renewed or not typed["seen"].isdigit():
            typed["seen"] = str(pages.last_event_id(case=case))
        typed["attached"] = self.request.POST.getlist("attached")
        return self.reply_form({**typed, "anyway": bool(self.request.POST.get("anyway")), **(changed or {})})

    def reply_form(self, initial: dict[str, Any]) -> ReplyForm:
        return ReplyForm(initial=initial, **self.choices())

    def choices(self) -> dict[str, Any]:
        """What the form lets choose from."""
        return {
            "templates": queries.templates(workspace=self.workspace, user=self.request.user),
            "mails": message_templates.offered(workspace=self.workspace, kind=TemplateKind.MAIL),
            "causes": pages.root_causes(workspace=self.workspace),
        }

    def attached(self, case: Case, now: datetime) -> list[str]:
        """The files that go with the reply: those of the case that were ticked, and those that came with the form.

        The latter are files of the case from now on, so that a reply that is not sent yet has not lost them. Raises
        CaseError.
        """
        kept = attach_all(case=case, files=self.request.FILES.getlist("files"), by=self.request.user, now=now)
        return [*self.request.POST.getlist("attached"), *(file.public_id for file in kept)]

    def promises(self, case: Case, draft: Draft | None) -> dict[str, Any]:
        """What the words promise, as chips with what stands in the form already."""
        if draft is None:
            return {"promises": []}
        found = promise_keeping.read(
            case=case, text=draft.body, zone=get_current_timezone_name(), now=timezone.now()
        )
        return {"promises": promise_chips.chips(found, self.request.POST if self.request.POST else None)}

    def draft_of(self, case: Case, form: ReplyForm) -> Draft:
        subject, body = str(form.initial.get("subject", "")), str(form.initial.get("body", ""))
        return replies.draft(case=case, by=self.request.user, subject=subject, body=body, now=timezone.now())


class ConversationPage(ConversationView):
    """Everything written so far, and the form."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        return self.show(self.found(number))


class Formatted(ConversationView):
    """A mail of the customer as it was laid out, in a frame that may do nothing but open links in a new tab."""

    def get(self, request: HttpRequest, slug: str, number: int, public_id: str) -> HttpResponse:
        mail = inbound_queries.mail_of_case(case=self.found(number), public_id=public_id)
        if mail is None or not mail.html:
            raise Http404
        response = HttpResponse(letters.page(mail=mail))
        response["Content-Security-Policy"] = letters.FRAME_POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Frame-Options"] = "SAMEORIGIN"
        return response


def shown_file(file: Attachment, *, slug: str, number: int, chosen: Collection[str] = ()) -> ShownFile:
    """How a file of case `number` is drawn."""
    place = {"slug": slug, "number": number, "file_id": file.public_id}
    return ShownFile(
        public_id=file.public_id,
        name=file.name,
        size=file.size,
        url="" if file.removed_at else reverse("detractors:file", kwargs=place),
        is_chosen=file.public_id in chosen,
    )


def shown_mail(mail: Mail, *, slug: str) -> ShownMail:
    """How a mail of the thread is drawn."""
    if mail.direction == Direction.IN:
        is_person = mail.kind in ("", MailKind.HUMAN)
        return ShownMail(
            mail=mail,
            by=mail.sender_name or mail.sender or _("The customer"),
            state="",
            is_automatic=not is_person,
            html="",  # shown in a frame of its own
            files=[],
            why="",
            is_incoming=True,
            kind="" if is_person else str(mail.get_kind_display()),
        )
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
        files=[
            shown_file(row.attachment, slug=slug, number=row.attachment.case.number)
            for row in mail.files.all()
        ],
        why=why,
        is_doubtful_fate=state == State.UNKNOWN,
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
