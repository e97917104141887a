"""The second yardstick of P1: the same job as a plain Django view over the ORM, on the same models and template."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.orm_settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.db import transaction  # noqa: E402  after Django is set up
from django.http import HttpRequest, HttpResponse  # noqa: E402  after Django is set up
from django.shortcuts import get_object_or_404, render  # noqa: E402  after Django is set up
from django.urls import path  # noqa: E402  after Django is set up
from django.utils import timezone  # noqa: E402  after Django is set up

from core import middleware  # noqa: E402  after Django is set up
from core.tokens import match_token  # noqa: E402  after Django is set up
from surveys.models import Attribute, Invitation, Response, ResponseChange  # noqa: E402  after Django is set up
from surveys.rules.metrics import classify  # noqa: E402  after Django is set up


def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Find, create, update, render: one statement each."""
    now = timezone.now()
    score, comment = int(request.POST["score"]), request.POST.get("comment", "")
    with transaction.atomic():
        invitations = Invitation.objects.across_workspaces().select_related("survey", "workspace", "contact")
        invitation = get_object_or_404(
            invitations, link_nonce=match_token("survey", token), expires_at__gt=now
        )
        survey, workspace = invitation.survey, invitation.workspace
        reportable = Attribute.objects.of(workspace).filter(is_reportable=True)
        dimensions = {"channel": invitation.channel, "language": survey.language} | {
            f"attribute:{row.name}": invitation.contact.attributes[row.name]
            for row in reportable
            if invitation.contact.attributes.get(row.name)
        }
        facts = {"workspace": workspace, "survey": survey, "day": now.date(), "dimensions": dimensions}
        response, is_new = Response.objects.across_workspaces().get_or_create(
            invitation=invitation,
            defaults={
                **facts, "contact": invitation.contact, "metric": survey.metric, "purpose": invitation.purpose,
                "score": score, "segment": classify(survey.metric, score), "comment": comment,
                "channel": invitation.channel, "language": survey.language, "responded_at": now, "received_at": now,
                "decide_at": now,
            },
        )  # fmt: skip
        if is_new:
            ResponseChange.objects.across_workspaces().create(
                **facts, response=response, after_series="HEADLINE", after_score=score, at=now
            )
    context = {
        "survey": {"company": workspace.name}, "brand": {"accent": workspace.accent}, "lang": survey.language,
        "thanks": "Thank you.", "score": score, "segment": response.segment, "comment": comment, "can_edit": True,
        "action": request.path, "edit_url": request.path,
    }  # fmt: skip
    return render(request, "surveys/public/thanks.html", context)


middleware.URLS = __name__  # the same short way as the answer page
urlpatterns = [path("s/<str:token>/", answer, name="answer")]
