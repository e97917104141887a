"""Who and what the scanners meet: a workspace of their own with an owner, and something new for every address.

Runs in the product's environment, on its database. Each target gets rows made for it, so nothing has to be spared: the
address that erases a contact erases one that was made to be erased. What a scanner may take away from everybody (the
session, the owner's role, the workspace's settings) is put back by `mend`.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, OperationalError, models, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey, BusinessCalendar, Holiday, Membership, Team, User, Workspace
from accounts.services import api_keys, devices, invites, members, providers, teams, workspaces
from bench.scan import alerting, asking, casework, closing, letters, passkey, planning, playing
from bench.scan.routes import Route
from core.sealing import seal
from core.tokens import link_token, new_token
from detractors.models import Case
from detractors.services import decisions
from followups.enums import FollowUpStep
from followups.models import FollowUp, PendingReply
from outbox.enums import Kind
from outbox.models import OutboundMessage
from outbox.services import messages
from surveys.models import (
    Campaign,
    Contact,
    ContactImport,
    FeedbackSource,
    Invitation,
    Mention,
    Response,
    Survey,
    WidgetKey,
)
from surveys.rules.mentions import Heard
from surveys.services import (
    campaigns,
    contacts,
    imports,
    invitations,
    mentions,
    responses,
    sources,
    surveys,
    widget_keys,
)

MAKING_TURNS = 3
PASSWORD = "scanned-by-machines-2026"
ORIGIN = "https://shop.example"
NOWHERE = "https://login.invalid"  # a name that is never anybody's (RFC 2606)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Cast:
    """The workspace `slug`, made if it is missing, and its owner."""

    def __init__(self, slug: str = "scanned") -> None:
        now = timezone.now()
        self.count = itertools.count(1)
        self.run = new_token(4).lower().replace("_", "x").replace("-", "x")
        found = Workspace.objects.filter(slug=slug).first()
        if found is None:
            self.owner = members.ensure_user(
                email=f"owner@{slug}.example", name="Otto Owner", password=PASSWORD, now=now
            )
            found = workspaces.create(name="Scanned", slug=slug, owner=self.owner, now=now)
        else:
            self.owner = Membership.objects.of(found).filter(role="OWNER").select_related("user")[0].user
        self.workspace = found
        self.survey = Survey.objects.of(found).order_by("pk")[0]
        if self.survey.status != "ACTIVE":
            surveys.activate(survey=self.survey, now=now)
        self.key, self.secret = api_keys.issue(workspace=found, name="scanner", by=self.owner, now=now)
        self.widget = self.widget_key()
        self.person = self.owner
        self.lent: dict[int, list[_Kept]] = {}
        self.sessions: dict[str, tuple[str, Any]] = {}
        self.kept = [_Kept(row) for row in (self.workspace, self.owner, self.key, self.survey, self.widget)]
        self.kept += [_Kept(Membership.objects.of(found).get(user=self.owner))]

    # --- what opens doors ------------------------------------------------------------------------------------

    def cookies(self, person: User | None = None) -> dict[str, str]:
        """A new session of the owner (or `person`), who has just given the password; with it the cookie forms are
        checked against."""
        person = person or self.owner
        client = Client()
        client.force_login(person, backend=BACKEND)
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time() + 3600, "email": person.email}
        ]
        session.save()
        row = Session.objects.get(session_key=session.session_key)
        self.sessions[row.session_key] = (row.session_data, row.expire_date)
        return {
            settings.SESSION_COOKIE_NAME: row.session_key,
            settings.CSRF_COOKIE_NAME: self.token(),
        }

    @staticmethod
    def token() -> str:
        """A secret as forms are checked against: the cookie and the header hold the same."""
        return (new_token(32).replace("_", "a").replace("-", "b") + "c" * 32)[:32]

    def mend(self) -> list[str]:
        """Put back what everybody needs; the names of what had been changed."""
        kept = [*self.kept, *(one for rows in self.lent.values() for one in rows)]
        broken = [one.name for one in kept if one.mend()]
        alive = set(
            Session.objects.filter(session_key__in=self.sessions).values_list("session_key", flat=True)
        )
        for key, (data, until) in self.sessions.items():
            if key not in alive:
                Session.objects.update_or_create(
                    session_key=key, defaults={"session_data": data, "expire_date": until}
                )
                broken.append("session")
        return broken

    def forget(self, cookies: dict[str, str]) -> None:
        """A session no scanner uses any more need not be mended."""
        self.sessions.pop(cookies.get(settings.SESSION_COOKIE_NAME, ""), None)

    # --- one of everything -----------------------------------------------------------------------------------

    def values(self, route: Route) -> dict[str, object]:
        """What to put into the parts of an address: of new rows, where somebody knows how to make them."""
        return self.furnish(route)[0]

    def furnish(self, route: Route) -> tuple[dict[str, object], list[models.Model]]:
        """The values of `values`, and the rows they are of. Whose account they belong to is `self.person`: somebody new
        for every page about an account, so that no scan takes away what another one needs."""
        self.person = self.owner
        if route.pattern.startswith("accounts/"):
            self.person = self.member().user
        makers = {
            part: (maker, what)
            for prefix, part, maker, what in sorted(MAKERS, key=lambda one: len(one[0]))
            if route.pattern.startswith(prefix) and any(name == part for name, _kind in route.parts)
        }
        made: dict[Any, models.Model] = {}
        values: dict[str, object] = {"slug": self.workspace.slug, **FIXED.get(route.pattern, {})}
        if route.pattern.startswith("accounts/2fa/"):
            self.factors(has_app="totp/activate" not in route.pattern)
            if "/webauthn/" in route.pattern:
                self.a_passkey()
        for part, (maker, what) in makers.items():
            if maker not in made:
                made[maker] = self._make(maker)
            row = made[maker]
            values[part] = what(row) if callable(what) else getattr(row, what)
        return values, list(made.values())

    def _make(self, maker: Callable[[Cast], models.Model]) -> models.Model:
        """The row, once more where it met a worker of the product that was busy with the same rows."""
        turns = 1
        while True:
            try:
                with transaction.atomic():  # services that lock rows ask for one, as their callers have it
                    return maker(self)
            except OperationalError:
                if turns == MAKING_TURNS:
                    raise
                turns += 1

    def keep(self, number: int, rows: list[models.Model]) -> None:
        """Put these rows back, too, until `let_go`: what a scanner takes away, it takes away again and again."""
        self.lent[number] = [
            _Kept(row) for row in rows
        ]  # as they are now, whatever they were when they were made

    def let_go(self, number: int) -> None:
        self.lent.pop(number, None)

    def number(self) -> str:
        return f"{self.run}-{next(self.count)}"

    def contact(self) -> Contact:
        number = self.number()
        found, _is_new = contacts.upsert(
            workspace=self.workspace, external_id=number, email=f"c-{number}@customer.example",
            name=f"Customer {number}", now=timezone.now(),
        )  # fmt: skip
        return found

    def response(self) -> Response:
        return responses.record(
            workspace=self.workspace, survey=self.survey, contact=self.contact(), score=2, comment="Too late.",
            now=timezone.now(),
        )  # fmt: skip

    def case(self) -> Case:
        response = self.response()
        decisions.decide_pending(now=timezone.now())
        for _turn in range(100):  # the product's own worker may have been quicker, and be at it still
            found = Case.objects.of(self.workspace).filter(contact=response.contact).first()
            if found is not None:
                return found
            time.sleep(0.1)
        raise LookupError(f"no case was opened for {response!r}")

    def pending_reply(self) -> PendingReply:
        case = self.case()
        pending = PendingReply(
            workspace=self.workspace,
            case=case,
            by=self.owner,
            body="Hello",
            leaves_at=timezone.now() + timedelta(days=1),
            created_at=timezone.now(),
        )
        pending.save()
        return pending

    def planned_mail(self) -> FollowUp:
        now = timezone.now()
        planned = FollowUp(
            workspace=self.workspace, case=self.case(), step=FollowUpStep.WAITING, episode=7,
            due_at=now + timedelta(days=3), created_at=now,
        )  # fmt: skip
        planned.save()
        return planned

    def new_survey(self) -> Survey:
        return surveys.create(workspace=self.workspace, name=f"Survey {self.number()}", now=timezone.now())

    def campaign(self) -> Campaign:
        return campaigns.create(
            workspace=self.workspace, name=f"Campaign {self.number()}", survey=self.survey,
            audience={"all": True}, by=self.owner, now=timezone.now(),
        )  # fmt: skip

    def upload(self) -> ContactImport:
        lines = f"email,name\np-{self.number()}@customer.example,Pat\nno address,Quinn\n"
        file = SimpleUploadedFile("people.csv", lines.encode(), "text/csv")
        return imports.create(
            workspace=self.workspace, file=file, file_name="people.csv", by=self.owner, now=timezone.now()
        )

    def invitation(self) -> Invitation:
        return invitations.invite(
            workspace=self.workspace,
            survey=self.survey,
            contact=self.contact(),
            now=timezone.now(),
            send=False,
        )

    def survey_mail(self) -> OutboundMessage:
        return self.message(Kind.SURVEY)

    def message(self, kind: Kind = Kind.CUSTOMER) -> OutboundMessage:
        number = self.number()
        return messages.queue_email(
            mail="case_reply", to=f"m-{number}@customer.example", context={}, subject="News", text="All is well.",
            dedupe_key=f"scan:{number}", kind=kind, now=timezone.now(), workspace=self.workspace,
        )  # fmt: skip

    def member(self) -> Membership:
        number, now = self.number(), timezone.now()
        user = members.ensure_user(
            email=f"a-{number}@people.example", name=f"Agent {number}", password=PASSWORD, now=now
        )
        return members.add(
            workspace=self.workspace,
            user=user,
            role="AGENT",
            team=self.first_team(),
            takes_cases=False,
            now=now,
        )

    def first_team(self) -> Team:
        return Team.objects.of(self.workspace).earliest("pk")

    def team(self) -> Team:
        return teams.create(workspace=self.workspace, name=f"Team {self.number()}", now=timezone.now())

    def holiday(self) -> Holiday:
        calendar = BusinessCalendar.objects.of(self.workspace).order_by("pk")[0]
        row = Holiday(
            workspace=self.workspace, calendar=calendar,
            holiday_on=timezone.now().date() + timedelta(days=400 + next(self.count)),
        )  # fmt: skip
        row.save()
        return row

    def api_key(self) -> ApiKey:
        key, _secret = api_keys.issue(
            workspace=self.workspace, name=f"key {self.number()}", by=self.owner, now=timezone.now()
        )
        return key

    def widget_key(self) -> WidgetKey:
        return widget_keys.issue(
            workspace=self.workspace, survey=self.survey, name=f"widget {self.number()}", origins=[ORIGIN],
            by=self.owner, now=timezone.now(),
        )  # fmt: skip

    def source(self) -> FeedbackSource:
        return sources.add(
            workspace=self.workspace, kind="WEBHOOK", name=f"Source {self.number()}", channel="REVIEW",
            by=self.owner, now=timezone.now(),
        )  # fmt: skip

    def complaint_form(self) -> FeedbackSource:
        return sources.add(
            workspace=self.workspace, kind="FORM", name=f"Form {self.number()}", channel="WEB", by=self.owner,
            now=timezone.now(),
        )  # fmt: skip

    def mention(self) -> Mention:
        heard = Heard(text=f"Never again {self.number()}", stars=1, published_at=timezone.now())
        return mentions.take(source=self.source(), heard=[heard], now=timezone.now()).new[0]

    def invite(self) -> Any:
        return invites.invite(
            workspace=self.workspace, by=self.owner, email=f"n-{self.number()}@people.example", role="AGENT",
            now=timezone.now(),
        )  # fmt: skip

    def provider(self) -> Any:
        number = self.number()
        return providers.add(
            workspace=self.workspace, by=self.owner, name=f"Provider {number}", issuer=NOWHERE,
            client_id=f"amends-{number}", secret="a secret", domains=[], adds_members=False,
            new_role="ANALYST", now=timezone.now(),
        )  # fmt: skip

    def session_row(self) -> UserSession:
        now = timezone.now()
        return UserSession.objects.create(
            user=self.person, session_key=self.token(), ip="127.0.0.1", user_agent="another", created_at=now,
            last_seen_at=now,
        )  # fmt: skip

    def device(self) -> Any:
        return devices.remember(
            user=self.person,
            token=new_token(32),
            user_agent="another",
            address="127.0.0.1",
            now=timezone.now(),
        )[0]

    def connection(self) -> SocialAccount:
        return SocialAccount.objects.create(
            user=self.person, provider=f"p-{self.number()}"[:30], uid=self.number()
        )

    def factors(self, *, has_app: bool) -> None:
        """With `has_app` the person has codes of an app and for recovery; without, no second factor."""
        if has_app:
            Authenticator.objects.create(
                user=self.person, type=Authenticator.Type.TOTP, data={"secret": seal("JBSWY3DPEHPK3PXP")}
            )
            Authenticator.objects.create(
                user=self.person,
                type=Authenticator.Type.RECOVERY_CODES,
                data={"seed": seal("ab" * 20), "used_mask": 0},
            )

    def a_passkey(self) -> Authenticator:
        """One that was registered in a browser."""
        name = f"Key {self.number()}"
        data = {"name": name, "credential": passkey.credential("localhost", name)}
        found: Authenticator = Authenticator.objects.create(
            user=self.person, type=Authenticator.Type.WEBAUTHN, data=data
        )
        return found


class _Kept:
    """A row as it was, to be put back. Moments that change by themselves matter only when it has to be made anew."""

    MOMENTS = ("last_login", "last_seen_at", "updated_at")

    def __init__(self, row: models.Model) -> None:
        self.name = row._meta.model_name or ""
        self.model, self.pk = type(row), row.pk
        self.names = [column.attname for column in row._meta.concrete_fields if not column.primary_key]
        self.whole = self._read()
        self.values = self._without_moments(self.whole)

    def _read(self) -> dict[str, Any]:
        return self.model._base_manager.filter(pk=self.pk).values(*self.names).first() or {}

    def _without_moments(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if name not in self.MOMENTS}

    def mend(self) -> bool:
        """Whether there was something to put back."""
        if self._without_moments(self._read()) == self.values:
            return False
        with contextlib.suppress(DatabaseError, LookupError), transaction.atomic():
            if not self.model._base_manager.filter(pk=self.pk).update(**self.values):
                self.model(pk=self.pk, **self.whole).save(force_insert=True)
            if self.name == "playbook":
                playing.steps_back(self.pk, self.whole["version"])
        return True


def _token(row: Any) -> str:
    return link_token("unsubscribe", row.unsubscribe_nonce)


# Parts that are no row's.
FIXED: dict[str, dict[str, object]] = {
    "hooks/anymail/<str:provider>/tracking/": {"provider": "postmark"},
    "act/<str:token>/<slug:what>/": {"what": "tomorrow"},
    "hooks/anymail/<str:provider>/inbound/": {"provider": "postmark"},
}

# The beginning of a pattern, a part of it, who makes the row, and what of the row belongs into the part. The longest
# beginning wins.
Maker = tuple[str, str, Callable[[Cast], models.Model], str | Callable[[Any], object]]
_W = "w/<slug:slug>/"
_S = f"{_W}surveys/<str:public_id>/"
_C = f"{_W}cases/<int:number>/"
_P = f"{_W}playbooks/<slug:public_id>/"


def _of_survey(row: Any) -> str:
    """The address of the survey a row belongs to."""
    return str(row.survey.public_id)


def _of_contact(row: Any) -> str:
    return str(row.contact.public_id)


MAKERS: list[Maker] = [
    (f"{_W}contacts/", "public_id", Cast.contact, "public_id"),
    (f"{_W}contacts/<str:public_id>/export/<str:archive_id>/", "public_id", asking.archive, _of_contact),
    (f"{_W}contacts/<str:public_id>/export/<str:archive_id>/", "archive_id", asking.archive, "public_id"),
    (f"{_W}contacts/imports/", "public_id", Cast.upload, "public_id"),
    (f"{_W}surveys/", "public_id", Cast.new_survey, "public_id"),
    (f"{_S}links/", "public_id", asking.link, _of_survey),
    (f"{_S}links/", "link_id", asking.link, "public_id"),
    (f"{_S}questions/", "public_id", asking.question, _of_survey),
    (f"{_S}questions/", "question_id", asking.question, "public_id"),
    (f"{_S}languages/", "public_id", asking.wording, _of_survey),
    (f"{_S}languages/", "language", asking.wording, "language"),
    (f"{_S}versions/", "public_id", asking.version, _of_survey),
    (f"{_S}versions/", "version_number", asking.version, "number"),
    (f"{_W}contacts/audiences/", "public_id", asking.audience, "public_id"),
    (f"{_W}contacts/bulk-edits/", "public_id", asking.bulk_edit, "public_id"),
    (f"{_W}contacts/companies/", "public_id", asking.company, "public_id"),
    (f"{_W}cases/of-company/", "public_id", asking.company, "public_id"),
    (f"{_W}cases/views/", "public_id", asking.saved_view, "public_id"),
    (f"{_W}improvements/", "public_id", asking.improvement, "public_id"),
    (f"{_W}remedies/", "public_id", asking.remedy, "public_id"),
    (f"{_W}templates/", "public_id", asking.template, "public_id"),
    (f"{_W}templates/<str:public_id>/versions/", "version_number", asking.template, "live_number"),
    (f"{_W}playbooks/", "public_id", asking.playbook, "public_id"),
    (f"{_P}runs/", "public_id", playing.planned_step, lambda row: row.run.playbook.public_id),
    (f"{_P}runs/", "run_id", playing.planned_step, lambda row: row.run.public_id),
    (f"{_W}gatherings/", "public_id", closing.gathering, "public_id"),
    (f"{_W}arising/library/", "public_id", asking.lesson, "public_id"),
    (f"{_W}arising/spikes/", "public_id", asking.spike, "public_id"),
    (f"{_W}cases/bulk/", "public_id", asking.bulk_action, "public_id"),
    (f"{_W}settings/attributes/", "pk", asking.attribute, "pk"),
    (f"{_W}campaigns/", "public_id", Cast.campaign, "public_id"),
    (f"{_W}mailbox/", "public_id", Cast.message, "public_id"),
    (f"{_W}cases/", "number", Cast.case, "number"),
    (f"{_W}cases/<int:number>/conversation/replies/", "public_id", Cast.pending_reply, "public_id"),
    (
        f"{_W}cases/<int:number>/conversation/replies/",
        "number",
        Cast.pending_reply,
        lambda row: row.case.number,
    ),
    (f"{_W}cases/<int:number>/conversation/mails/", "pk", Cast.planned_mail, "pk"),
    (f"{_W}cases/<int:number>/conversation/mails/", "number", Cast.planned_mail, lambda row: row.case.number),
    (f"{_C}conversation/letters/", "public_id", letters.letter, "public_id"),
    (f"{_C}conversation/letters/", "number", letters.letter, lambda row: row.conversation.case.number),
    (f"{_C}conversation/letters/<slug:public_id>/decide/", "public_id", letters.doubt, "public_id"),
    (
        f"{_C}conversation/letters/<slug:public_id>/decide/",
        "number",
        letters.doubt,
        lambda row: row.conversation.case.number,
    ),
    (f"{_W}incoming/", "public_id", letters.received, "public_id"),
    (f"{_C}planned/", "public_id", playing.planned_step, "public_id"),
    (f"{_C}planned/", "number", playing.planned_step, lambda row: row.run.case.number),
    (f"{_C}playbooks/", "public_id", playing.planned_step, lambda row: row.run.public_id),
    (f"{_C}playbooks/", "number", playing.planned_step, lambda row: row.run.case.number),
    ("api/v1/cases/<int:number>/planned-steps/", "step", playing.planned_step, "public_id"),
    (
        "api/v1/cases/<int:number>/planned-steps/",
        "number",
        playing.planned_step,
        lambda row: row.run.case.number,
    ),
    (f"{_C}tasks/", "task_id", casework.task, "public_id"),
    (f"{_C}tasks/", "number", casework.task, lambda row: row.case.number),
    (f"{_C}call-backs/", "call_id", casework.call, "public_id"),
    (f"{_C}call-backs/", "number", casework.call, lambda row: row.case.number),
    (f"{_C}files/", "file_id", casework.file, "public_id"),
    (f"{_C}files/", "number", casework.file, lambda row: row.case.number),
    (f"{_C}split/", "answer_id", casework.joined, lambda row: row.response.public_id),
    (f"{_C}split/", "number", casework.joined, lambda row: row.case.number),
    ("task/", "token", casework.question, "link"),
    ("act/<str:token>/remedies/", "public_id", closing.waiting_remedy, "public_id"),
    ("act/<str:token>/remedies/", "token", closing.waiting_remedy, lambda row: alerting.act_token(row.case)),
    ("act/", "token", Cast.case, alerting.act_token),
    (f"{_W}settings/chat/", "public_id", alerting.target, "public_id"),
    (f"{_W}settings/escalation/", "policy_id", asking.promise, "pk"),
    (f"{_W}cases/of-contact/", "public_id", Cast.contact, "public_id"),
    (f"{_W}settings/people/", "member_id", Cast.member, "pk"),
    (f"{_W}settings/people/invitations/", "public_id", Cast.invite, "public_id"),
    (f"{_W}settings/teams/", "team_id", Cast.team, "pk"),
    (f"{_W}settings/sign-in/providers/", "public_id", Cast.provider, "public_id"),
    (f"{_W}settings/promises/", "policy_id", asking.promise, "pk"),
    (f"{_W}settings/holidays/", "holiday_id", Cast.holiday, "pk"),
    (f"{_W}settings/keys/", "prefix", Cast.api_key, "prefix"),
    (f"{_W}settings/widget-keys/", "public_id", Cast.widget_key, "public_id"),
    (f"{_W}settings/sources/", "public_id", Cast.source, "public_id"),
    (f"{_W}matrix/", "scenario_id", planning.scenario, "public_id"),
    (f"{_W}matrix/", "failure_id", planning.failure, "public_id"),
    (f"{_W}settings/rules/", "rule_id", planning.rule, "public_id"),
    (f"{_W}settings/rehearsals/", "rehearsal_id", planning.rehearsal, "public_id"),
    (f"{_W}settings/rules/held/", "public_id", planning.held, "public_id"),
    (f"{_W}mentions/", "public_id", Cast.mention, "public_id"),
    ("hooks/mentions/", "public_id", Cast.source, "public_id"),
    ("hooks/sms/", "public_id", asking.gateway, "public_id"),
    (f"{_W}texts/", "public_id", asking.text, "public_id"),
    ("c/", "token", Cast.case, "link"),
    ("e/", "token", closing.guest, "link"),
    ("m/", "nonce", Cast.invitation, "link_nonce"),
    ("complain/", "public_id", Cast.complaint_form, "public_id"),
    ("api/v1/mentions/", "id", Cast.mention, "public_id"),
    ("accounts/security/sessions/", "session_id", Cast.session_row, "pk"),
    ("accounts/security/devices/", "device_id", Cast.device, "pk"),
    ("accounts/security/connections/", "account_id", Cast.connection, "pk"),
    ("accounts/2fa/", "pk", Cast.a_passkey, "pk"),
    ("accounts/sso/", "public_id", Cast.provider, "public_id"),
    ("accounts/invite/", "token", Cast.invite, "token"),
    ("s/h/", "public_id", asking.help_link, "public_id"),
    (f"{_W}settings/help/", "reason", asking.help_link, "reason"),
    ("s/p/", "public_id", lambda cast: cast.survey, "public_id"),
    ("s/", "token", Cast.invitation, "link"),
    ("u/", "token", Cast.survey_mail, _token),
    ("api/v1/contacts/", "id", Cast.contact, "public_id"),
    ("api/v1/surveys/", "id", Cast.new_survey, "public_id"),
    ("api/v1/surveys/<slug:id>/links/", "id", asking.link, _of_survey),
    ("api/v1/surveys/<slug:id>/links/", "link", asking.link, "public_id"),
    ("api/v1/surveys/<slug:id>/questions/", "id", asking.question, _of_survey),
    ("api/v1/surveys/<slug:id>/questions/", "question", asking.question, "public_id"),
    ("api/v1/surveys/<slug:id>/wordings/", "id", asking.wording, _of_survey),
    ("api/v1/surveys/<slug:id>/wordings/", "language", asking.wording, "language"),
    ("api/v1/audiences/", "id", asking.audience, "public_id"),
    ("api/v1/invitations/", "id", Cast.invitation, "public_id"),
    ("api/v1/responses/", "id", Cast.response, "public_id"),
    ("api/v1/cases/", "number", Cast.case, "number"),
    ("api/v1/cases/<int:number>/tasks/", "task", casework.task, "public_id"),
    ("api/v1/cases/<int:number>/tasks/", "number", casework.task, lambda row: row.case.number),
    ("api/v1/cases/<int:number>/tasks/<slug:task>/link/", "task", casework.question, "public_id"),
    (
        "api/v1/cases/<int:number>/tasks/<slug:task>/link/",
        "number",
        casework.question,
        lambda row: row.case.number,
    ),
    ("api/v1/cases/<int:number>/call-backs/", "call", casework.call, "public_id"),
    ("api/v1/cases/<int:number>/call-backs/", "number", casework.call, lambda row: row.case.number),
    ("api/v1/cases/<int:number>/promises/", "promise", closing.customer_promise, "public_id"),
    ("api/v1/cases/<int:number>/promises/", "number", closing.customer_promise, lambda row: row.case.number),
    ("api/v1/loss-reasons/", "id", closing.loss_reason, "public_id"),
    ("api/v1/tags/", "id", casework.tag, "public_id"),
    ("api/v1/case-statuses/", "id", casework.status, "public_id"),
    ("api/v1/escalations/", "id", asking.promise, "pk"),
    ("api/v1/calendars/", "day", Cast.holiday, lambda row: row.holiday_on.isoformat()),
    ("api/v1/calendars/", "id", Cast.holiday, lambda row: row.calendar_id),
    ("api/v1/sla-policies/", "id", asking.promise, "pk"),
    ("api/v1/gatherings/", "id", closing.gathering, "public_id"),
    ("api/v1/spikes/", "id", asking.spike, "public_id"),
    ("api/v1/lessons/", "id", asking.lesson, "public_id"),
]
