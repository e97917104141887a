"""Writing to a customer: looking at a reply first, sending it, taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from core.numbers import whole
from detractors import promise_chips
from detractors.models import Case
from detractors.services import submissions
from detractors.services.errors import CaseError
from followups import queries
from followups.forms import OF_LANGUAGES, ReplyForm
from followups.queries import message_templates
from followups.rules import cursor
from followups.services import pending_replies, plans, templates
from followups.services.errors import NotReady, ReplyError
from followups.views.conversation import ConversationView
from surveys.queries import faces


class DraftPage(ConversationView):
    """Look at a reply before it leaves, or put a kept reply into it; nothing is stored but files chosen without script."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.found(number)
        is_by_script = bool(request.headers.get("HX-Request"))
        if request.POST.get("act") == "template":
            form = self.typed_form(case, changed=self.with_words(case))
            context = self.facts(case) | self.form_facts(case, form) | {"draft": self.draft_of(case, form)}
            if is_by_script:
                return render(request, "followups/_reply.html", context)
            return self.show(case, form=form, draft=context["draft"])
        if is_by_script:
            form = self.typed_form(case)
            draft = self.draft_of(case, form)
            context = {"draft": draft if str(form.initial["body"]).strip() else None, "form": form}
            context |= self.promises(case, draft)
            return render(request, "followups/_preview.html", context)
        try:  # a page that is drawn anew has lost the files that were chosen
            attached = self.attached(case, timezone.now())
        except CaseError as error:
            form = self.typed_form(case)
            return self.show(
                case, form=form, draft=self.draft_of(case, form), status=422, error=error.sentence
            )
        form = self.typed_form(case, changed={"attached": attached})
        return self.show(case, form=form, draft=self.draft_of(case, form))

    def with_words(self, case: Case) -> dict[str, Any]:
        """What was typed with the chosen words in it: where the cursor stood (`at`), else at its end."""
        chosen = self.request.POST.get("template", "")
        if chosen.startswith(OF_LANGUAGES):
            return self.with_spoken(case, chosen.removeprefix(OF_LANGUAGES))
        pk = whole(chosen)
        template = (
            queries.template(workspace=self.workspace, user=self.request.user, pk=pk)
            if pk is not None
            else None
        )
        if template is None:
            return {}
        then = {"then_move": template.then_move, **template.then} if template.then_move else {}
        return self.put_in(template.subject, template.body) | then

    def with_spoken(self, case: Case, public_id: str) -> dict[str, Any]:
        """The words of a template in the customer's language, or in its own, which is said."""
        template = message_templates.one(workspace=self.workspace, public_id=public_id)
        version = message_templates.live(template=template) if template and template.is_live else None
        if template is None or version is None:
            return {}
        wanted = templates.wanted_by(case=case)
        language, is_fallback = templates.language_for(template=template, texts=version.words, wanted=wanted)
        said = version.words.get(language, {})
        note = ""
        if is_fallback:
            note = _("“%(name)s” has no words in %(wanted)s: these are in %(spoken)s.") % {
                "name": template.name, "wanted": faces.name_of(wanted), "spoken": faces.name_of(language),
            }  # fmt: skip
        return self.put_in(said.get("subject", ""), said.get("body", "")) | {"spoken": note}

    def put_in(self, subject: str, body: str) -> dict[str, Any]:
        """The fields of the form with these words in them."""
        at = whole(self.request.POST.get("at", ""))
        typed = self.request.POST.get("body", "")
        words, place = cursor.put_in(typed, body, at=at)
        where = {"cursor": place, "is_marked": cursor.is_marked(body)}
        return {"body": words, **where, **({"subject": subject} if subject else {})}


class Reply(ConversationView):
    """Send it, once, and not over words its writer has not seen."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.found(number)
        now = timezone.now()
        form = ReplyForm(request.POST, **self.choices())  # files are judged by their content, see `attached`
        if not form.is_valid():
            return self.again(
                case, status=422, error=_("This form is not complete. Please look at it again.")
            )
        data = form.cleaned_data
        attached = request.POST.getlist("attached")
        try:
            attached = self.attached(case, now)
            promises = promise_chips.chosen(request.POST)
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
                    then_move=data["then_move"],
                    then=form.then,
                    files=attached,
                    promises=promises,
                    now=now,
                )
        except submissions.AlreadyTaken:
            pass  # the first of the two clicks sent it and said so
        except submissions.Changed as changed:
            return self.again(self.found(number), attached, status=409, changes=changed.events)
        except NotReady:
            return self.again(case, attached, status=422)
        except (ReplyError, CaseError) as error:
            return self.again(self.found(number), attached, status=409, error=error.sentence)
        else:
            seconds = int(pending_replies.UNDO_FOR.total_seconds())
            messages.success(request, _("Your reply leaves in %(seconds)s seconds.") % {"seconds": seconds})
        return redirect("detractors:case", slug=slug, number=number)

    def again(
        self, case: Case, attached: list[str] | None = None, *, status: int, **said: Any
    ) -> HttpResponse:
        changed = None if attached is None else {"attached": attached}
        form = self.typed_form(case, renewed=True, changed=changed)
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
        page = reverse("detractors:case", kwargs={"slug": slug, "number": number})
        return redirect(f"{page}?act=reply&again={public_id}#reply-form")


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
