"""Entering an answer a customer gave by phone, in a demo or to support."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from core.tokens import new_nonce
from surveys.answer_forms import AnswerForm
from surveys.models import Contact, Response
from surveys.queries import entering
from surveys.services import contacts, responses, staff_answers
from surveys.views.staff import base
from surveys.views.staff.contacts import contact_or_404


class AnswerEnter(WorkspaceView):
    """The form; `?contact=` names the person it is about."""

    permission = Permission.RECORD_RESPONSES

    @cached_property
    def known(self) -> Contact | None:
        """The person the page is about; 404 for one that may not be seen."""
        public_id = self.request.GET.get("contact", "").replace("\0", "")
        return contact_or_404(self, public_id) if public_id else None

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show(self._form(initial={"submission": new_nonce()}))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = self._form(request.POST)
        if form.is_valid():
            response = self._enter(form)
            if response is not None:
                return self._entered(response)
        return self._show(form, 422)

    def _form(self, data: Any = None, **given: Any) -> AnswerForm:
        return AnswerForm(
            data,
            surveys=entering.surveys(workspace=self.workspace),
            touchpoints=entering.touchpoints(workspace=self.workspace, sight=self.sight),
            needs_touchpoint=self.sight.touchpoints is not None,
            zone=self.workspace.time_zone,
            knows_customer=self.known is not None,
            **given,
        )

    def _enter(self, form: AnswerForm) -> Response | None:
        """The stored answer; None when something did not fit, which the form then says."""
        given = dict(form.cleaned_data)
        text = given.pop("customer", "")
        contact = self.known or self._customer(form, text)
        if form.errors:
            return None
        try:
            return staff_answers.enter(
                workspace=self.workspace,
                contact=contact,
                by=self.request.user,
                now=timezone.now(),
                **given,
            )
        except responses.ScoreOutOfRange as error:
            form.add_error("score", str(error))
        except responses.AnswerFromTheFuture:
            form.add_error("responded_at", _("This lies in the future."))
        except responses.NoLongerEditable:
            form.add_error(None, _("This form was sent before, and its answer can no longer be changed."))
        return None

    def _customer(self, form: AnswerForm, text: str) -> Contact | None:
        """Who is meant. A new address makes a contact, if the member may make one; without words: nobody."""
        if not text.strip():
            if self.sight.is_limited:
                form.add_error("customer", _("Name the customer: you could not see an anonymous answer."))
            return None
        found = entering.customer(workspace=self.workspace, text=text, sight=self.sight)
        if found is None and self.may(Permission.MANAGE_CONTACTS) and not self.sight.is_limited:
            try:
                found = contacts.upsert(workspace=self.workspace, email=text.strip(), now=timezone.now())[0]
            except ValidationError:
                found = None
        if found is None:
            form.add_error("customer", _("No contact that you can see has this address or id."))
        return found

    def _entered(self, response: Response) -> HttpResponse:
        messages.success(
            self.request,
            _("The answer is entered: %(score)s, marked as entered by you.") % {"score": response.score},
        )
        if response.contact is not None:
            return redirect("surveys:contact", slug=self.workspace.slug, public_id=response.contact.public_id)
        return redirect("surveys:answer_enter", slug=self.workspace.slug)

    def _show(self, form: AnswerForm, status: int = 200) -> HttpResponse:
        slug = self.workspace.slug
        people = (_("Contacts"), reverse("surveys:contact_list", args=[slug]))
        person = (
            [(self.known.display_name, reverse("surveys:contact", args=[slug, self.known.public_id]))]
            if self.known
            else []
        )
        fields: Any = form.fields["survey"]
        context = {
            "title": _("Enter an answer"),
            "form": form,
            "person": self.known,
            "has_surveys": fields.queryset.exists(),
            "crumbs": base.crumbs(people, *person),
            "cancel_url": person[0][1] if person else people[1],
        }
        return render(self.request, "surveys/answer_enter.html", context, status=status)
