"""Rows of asking for the scan: what a survey has beside its score, audiences, companies, attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import Membership
from detractors.models import BulkAction, Improvement, Lesson, Remedy, RootCause, SavedView, SlaPolicy, Spike
from detractors.rules.clock import Span
from detractors.services import improvements, policies, remedies, saved_views
from followups.models import MessageTemplate, Playbook
from followups.services import playbooks, templates
from surveys.models import (
    Attribute,
    Audience,
    BulkEdit,
    Company,
    HelpLink,
    InboundText,
    PersonArchive,
    PublicLink,
    SmsGateway,
    SurveyQuestion,
    SurveyVersion,
    SurveyWording,
)
from surveys.rules import help_links as help_rules
from surveys.services import (
    audiences,
    bulk_edits,
    contacts,
    help_links,
    person_archives,
    public_links,
    questions,
    responses,
    sms_gateways,
    surveys,
    wordings,
)

if TYPE_CHECKING:
    from bench.scan.cast import Cast


def audience(cast: Cast) -> Audience:
    return audiences.create(
        workspace=cast.workspace, name=f"Audience {cast.number()}", filter=[{"field": "has_email", "op": "yes"}],
        by=cast.owner, now=timezone.now(),
    )  # fmt: skip


def company(cast: Cast) -> Company:
    number = cast.number()
    found, _is_new = contacts.upsert(
        workspace=cast.workspace, external_id=number, name=f"Customer {number}", company=f"Company {number}",
        now=timezone.now(),
    )  # fmt: skip
    row: Company = Company.objects.of(cast.workspace).get(pk=found.account_id)
    return row


def attribute(cast: Cast) -> Attribute:
    name = f"plan{cast.number()}"
    contacts.upsert(
        workspace=cast.workspace, external_id=cast.number(), attributes={name: "gold"}, now=timezone.now()
    )
    row: Attribute = Attribute.objects.of(cast.workspace).get(name=name)
    return row


def bulk_edit(cast: Cast) -> BulkEdit:
    """One that is done, so that it can be undone."""
    return bulk_edits.start(
        workspace=cast.workspace, selection={"contacts": [cast.contact().pk]}, field="language", value="de",
        by=cast.owner, now=timezone.now(),
    )  # fmt: skip


def archive(cast: Cast) -> PersonArchive:
    return person_archives.start(contact=cast.contact(), by=cast.owner, now=timezone.now())


def link(cast: Cast) -> PublicLink:
    return public_links.create(
        workspace=cast.workspace, survey=cast.new_survey(), source=f"Poster {cast.number()}", by=cast.owner,
        now=timezone.now(),
    )  # fmt: skip


def question(cast: Cast) -> SurveyQuestion:
    return questions.add(
        survey=cast.new_survey(),
        kind="SINGLE",
        text="What was it?",
        options=["Price", "Speed"],
        now=timezone.now(),
    )


def help_link(cast: Cast) -> HelpLink:
    """A page that may help, for a root cause of the workspace."""
    cause = RootCause.objects.of(cast.workspace).order_by("pk").first()
    assert cause is not None, "a new workspace has root causes"
    reason = help_rules.of_cause(cause.public_id)
    links = [help_links.Given("https://help.example/", {"en": "Help"})]
    help_links.put(workspace=cast.workspace, reason=reason, links=links, now=timezone.now())
    return HelpLink.objects.of(cast.workspace).get(reason=reason)


def wording(cast: Cast) -> SurveyWording:
    return wordings.write(survey=cast.new_survey(), language="de", texts={}, now=timezone.now())


def version(cast: Cast) -> SurveyVersion:
    """The first version of a survey whose words changed after an answer."""
    survey, now = cast.new_survey(), timezone.now()
    surveys.activate(survey=survey, now=now)
    responses.record(workspace=cast.workspace, survey=survey, contact=cast.contact(), score=9, now=now)
    questions.add(survey=survey, kind="TEXT", text="What else?", now=now)
    row: SurveyVersion = SurveyVersion.objects.of(cast.workspace).get(survey=survey, number=1)
    return row


# The desk: a saved view, an act on many cases.


def saved_view(cast: Cast) -> SavedView:
    owner = Membership.objects.of(cast.workspace).select_related("user", "workspace").get(user=cast.owner)
    theirs = SavedView.objects.of(cast.workspace).exclude(name__startswith="View ")
    theirs.delete()  # what the scan itself has saved: fifty are enough
    return saved_views.create(
        membership=owner, name=f"View {cast.number()}", query={"view": "open"}, now=timezone.now()
    )


def bulk_action(cast: Cast) -> BulkAction:
    row = BulkAction(workspace=cast.workspace, act="ASSIGN", done_at=timezone.now(), done_by=cast.owner)
    row.save()
    return row


def spike(cast: Cast) -> Spike:
    now, word = timezone.now(), f"word{cast.number()}"
    row = Spike(
        workspace=cast.workspace, kind="WORD", key=word, name=word, window_days=1, n=9, most=9, usual_n=1, usual_days=8,
        chance=1e-6, since=now, raised_at=now, looked_at=now,
    )  # fmt: skip
    row.save()
    return row


def lesson(cast: Cast) -> Lesson:
    now = timezone.now()
    row = Lesson(
        workspace=cast.workspace, state="PUBLISHED", title=f"Lesson {cast.number()}", happened="Late.", done="Sent again.",
        lesson="Look first.", created_at=now, updated_at=now, published_at=now, published_by=cast.owner,
    )  # fmt: skip
    row.save()
    return row


def improvement(cast: Cast) -> Improvement:
    title = f"Improvement {cast.number()}"
    return improvements.add(workspace=cast.workspace, by=cast.owner, title=title, now=timezone.now())


def playbook(cast: Cast) -> Playbook:
    steps = [{"kind": "MAIL", "does": {"subject": "Sorry", "body": "Hello"}}]
    name = f"Playbook {cast.number()}"
    return playbooks.create(
        workspace=cast.workspace, name=name, event="CASE_OPENED", steps=steps, now=timezone.now()
    )


def remedy(cast: Cast) -> Remedy:
    return remedies.give(case=cast.case(), by=cast.owner, kind="GIFT", what="Chocolate", now=timezone.now())


def promise(cast: Cast) -> SlaPolicy:
    """One for all: a workspace has a hundred at most."""
    usual = SlaPolicy.objects.of(cast.workspace).select_related("calendar", "workspace").get(is_default=True)
    found: SlaPolicy | None = SlaPolicy.objects.of(cast.workspace).filter(name="Scanned").first()
    wanted = policies.Wanted(
        name="Scanned", first_response=Span(30), resolution=Span(480), calendar=usual.calendar
    )
    return found or policies.add(workspace=cast.workspace, wanted=wanted, by=cast.owner, now=timezone.now())


def gateway(cast: Cast) -> SmsGateway:
    """The workspace's gateway, which keeps every text here; its secret is the password of targets.HOOK_SECRET."""
    return sms_gateways.row_of(workspace=cast.workspace) or sms_gateways.save(
        workspace=cast.workspace, provider="CONSOLE", number="", per_day=1_000, per_number=3, per_country=None,
        countries="", is_active=True, secret="reports-by-machines", now=timezone.now(),
    )  # fmt: skip


def text(cast: Cast) -> InboundText:
    row = InboundText(
        workspace=cast.workspace, provider_id=cast.number(), number="+4915112345678", text="thanks", outcome="UNPLACED",
        received_at=timezone.now(),
    )  # fmt: skip
    row.save()
    return row


def template(cast: Cast) -> MessageTemplate:
    return templates.create(
        workspace=cast.workspace, kind="MAIL", name=f"Template {cast.number()}", language="en",
        words={"en": {"subject": "Sorry", "body": "Hello {{ name }}"}}, by=cast.owner, now=timezone.now(),
    )  # fmt: skip
