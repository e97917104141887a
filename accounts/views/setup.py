"""The first visit: an installation without a workspace, and the link that makes one."""

from typing import Any

from allauth.account.utils import perform_login
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.services import setup
from accounts.setup_forms import SetupForm


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class Setup(View):
    """GET shows the form and changes nothing; POST makes the workspace and its owner, who is in at once.

    A link that opens nothing is a page that does not exist.
    """

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        self._open(token)
        return self._show(SetupForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        self._open(token)
        form = SetupForm(request.POST)
        if not form.is_valid():
            return self._show(form, 422)
        try:
            workspace, owner = setup.complete(token=token, now=timezone.now(), **form.cleaned_data)
        except setup.Unknown as error:
            raise Http404 from error
        except setup.AddressTaken:
            form.add_error("email", _("Somebody has an account with this address. Please use another one."))
            return self._show(form, 422)
        except ValidationError as error:
            _tell(form, error)
            return self._show(form, 422)
        messages.success(
            request, _("Welcome. %(name)s is ready; these are good first steps.") % {"name": workspace.name}
        )
        response: HttpResponse = perform_login(
            request, owner, redirect_url=reverse("accounts:workspace", kwargs={"slug": workspace.slug})
        )
        return response

    def _open(self, token: str) -> None:
        try:
            setup.find(token=token, now=timezone.now())
        except setup.Unknown as error:
            raise Http404 from error

    def _show(self, form: SetupForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "title": _("Set up your workspace")}
        return render(self.request, "accounts/setup.html", context, status=status)


def _tell(form: SetupForm, error: ValidationError) -> None:
    """Put what the service says beside the field it is about."""
    renamed: dict[str, Any] = {"name": "company"}  # the workspace's name; the person's was checked before
    for field, texts in getattr(error, "error_dict", {NON_FIELD_ERRORS: error.messages}).items():
        name = renamed.get(field, field)
        form.add_error(name if name in form.fields else None, texts)
