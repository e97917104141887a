"""A survey's mail to oneself, before any customer gets it."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core.links import absolute_url
from outbox.enums import Kind
from outbox.models import OutboundMessage
from outbox.services.messages import queue_email
from surveys import wording
from surveys.models import Survey
from surveys.queries import faces
from surveys.services import mailing, sms_gateways, trying_texts

ABOUT = "survey_test"


def send(*, survey: Survey, to: User, now: datetime) -> OutboundMessage:
    """The mail as a made-up customer would get it; its links open the preview, so nothing is counted.

    Pressed twice within a minute it leaves once.
    """
    workspace = survey.workspace
    link = absolute_url("surveys:survey_preview", slug=workspace.slug, public_id=survey.public_id)
    values = wording.values(company=workspace.name, name=_("Maya Keller"), touchpoint="")
    face = faces.make(survey=survey)
    context = mailing.mail_context(face=face, values=values, link=link, facts={})
    subject = wording.fill(face.subject, values)
    return queue_email(
        mail="survey_invitation",
        to=to.email,
        to_name=to.name,
        from_name=workspace.from_name,
        context={**context, "unsubscribe_url": link},
        subject=_("Test: %(subject)s") % {"subject": subject or context["question"]},
        dedupe_key=f"{ABOUT}:{survey.pk}:{to.pk}:{now:%Y%m%d%H%M}",
        kind=Kind.STAFF,
        workspace=workspace,
        about=f"{ABOUT}:{survey.pk}",
        now=now,
    )


def first_steps(*, workspace: Workspace) -> dict[str, object]:
    """What the checklist of a new workspace asks about its first survey: which one, edited, tried."""
    rows = Survey.objects.of(workspace).order_by("pk")
    first = rows.first()
    mails = OutboundMessage.objects.of(workspace)
    tried = mails.filter(about__startswith=f"{ABOUT}:") | mails.filter(
        about__startswith="campaign:", kind=Kind.STAFF
    )
    tried = tried | mails.filter(about__startswith=f"{sms_gateways.ABOUT}:", mail=trying_texts.MAIL)
    return {
        "survey": first.public_id if first else "",
        "survey_edited": any(row.updated_at > row.created_at for row in rows[:5]) or rows.count() > 1,
        "test_mail": tried.exists(),
    }
