"""Who and what the scanners meet: a workspace of their own with an owner, and something new for every address.

Runs in the product's environment, on its database. Each target gets rows made for it, so nothing has to be spared: the
address that erases a contact erases one that was made to be erased. What a scanner may take away from everybody (the
session, the owner's role, the workspace's settings) is put back by `mend`.
"""

from __future__ import annotations

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
from django.db import models
from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey, BusinessCalendar, Holiday, Membership, Team, User, Workspace
from accounts.services import api_keys, devices, invites, members, providers, teams, workspaces
from bench.scan.routes import Route
from core.tokens import link_token, new_token
from detractors.models import Case
from detractors.services import decisions
from followups.enums import FollowUpStep
from followups.models import FollowUp
from outbox.enums import Kind
from outbox.models import OutboundMessage
from outbox.services import messages
from surveys.models import Campaign, Contact, ContactImport, Invitation, Response, Survey, WidgetKey
from surveys.services import campaigns, contacts, imports, invitations, responses, surveys, widget_keys

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
        self.sessions: dict[str, tuple[str, Any]] = {}
        self.kept = [_Kept(row) for row in (self.workspace, self.owner, self.key, self.survey, self.widget)]
        self.kept += [_Kept(Membership.objects.of(found).get(user=self.owner))]

    # --- what opens doors ------------------------------------------------------------------------------------

    def cookies(self) -> dict[str, str]:
        """A new session of the owner, who has just given the password; with it the cookie forms are checked against."""
        client = Client()
        client.force_login(self.owner, backend=BACKEND)
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time() + 3600, "email": self.owner.email}
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
        broken = [kept.name for kept in self.kept if kept.mend()]
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
        """What to put into the parts of an address: new rows, and the best known maker for each part."""
        made: dict[str, object] = {"slug": self.workspace.slug}
        for prefix, part, maker in sorted(MAKERS, key=lambda one: len(one[0])):
            if route.pattern.startswith(prefix) and any(name == part for name, _kind in route.parts):
                made[part] = maker
        rows = {part: maker(self) if callable(maker) else maker for part, maker in made.items()}
        if route.pattern.startswith("accounts/2fa/"):
            rows |= self.factors(has_app="totp/activate" not in route.pattern)
        return rows

    def _number(self) -> str:
        return f"{self.run}-{next(self.count)}"

    def contact(self) -> Contact:
        number = self._number()
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

    def case_and_mail(self) -> FollowUp:
        now = timezone.now()
        planned = FollowUp(
            workspace=self.workspace, case=self.case(), step=FollowUpStep.WAITING, episode=7,
            due_at=now + timedelta(days=3), created_at=now,
        )  # fmt: skip
        planned.save()
        return planned

    def new_survey(self) -> Survey:
        return surveys.create(
            workspace=self.workspace, name=f"Survey {self._number()}", now=timezone.now()
        )

    def campaign(self) -> Campaign:
        return campaigns.create(
            workspace=self.workspace, name=f"Campaign {self._number()}", survey=self.survey,
            audience={"all": True}, by=self.owner, now=timezone.now(),
        )  # fmt: skip

    def upload(self) -> ContactImport:
        lines = f"email,name\np-{self._number()}@customer.example,Pat\nno address,Quinn\n"
        file = SimpleUploadedFile("people.csv", lines.encode(), "text/csv")
        return imports.create(
            workspace=self.workspace, file=file, file_name="people.csv", by=self.owner, now=timezone.now()
        )

    def invitation(self) -> Invitation:
        return invitations.invite(
            workspace=self.workspace, survey=self.survey, contact=self.contact(), now=timezone.now(), send=False
        )

    def message(self) -> OutboundMessage:
        number = self._number()
        return messages.queue_email(
            mail="case_reply", to=f"m-{number}@customer.example", context={}, subject="News", text="All is well.",
            dedupe_key=f"scan:{number}", kind=Kind.CUSTOMER, now=timezone.now(), workspace=self.workspace,
        )  # fmt: skip

    def member(self) -> Membership:
        number, now = self._number(), timezone.now()
        user = members.ensure_user(
            email=f"a-{number}@people.example", name=f"Agent {number}", password=PASSWORD, now=now
        )
        return members.add(
            workspace=self.workspace, user=user, role="AGENT", team=self.first_team(), takes_cases=False, now=now
        )

    def first_team(self) -> Team:
        return Team.objects.of(self.workspace).earliest("pk")

    def team(self) -> Team:
        return teams.create(workspace=self.workspace, name=f"Team {self._number()}", now=timezone.now())

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
            workspace=self.workspace, name=f"key {self._number()}", by=self.owner, now=timezone.now()
        )
        return key

    def widget_key(self) -> WidgetKey:
        return widget_keys.issue(
            workspace=self.workspace, survey=self.survey, name=f"widget {self._number()}", origins=[ORIGIN],
            by=self.owner, now=timezone.now(),
        )  # fmt: skip

    def invite(self) -> Any:
        return invites.invite(
            workspace=self.workspace, by=self.owner, email=f"n-{self._number()}@people.example", role="AGENT",
            now=timezone.now(),
        )  # fmt: skip

    def provider(self) -> Any:
        number = self._number()
        return providers.add(
            workspace=self.workspace, by=self.owner, name=f"Provider {number}", issuer=NOWHERE,
            client_id=f"amends-{number}", secret="a secret", domains=[], adds_members=False,
            new_role="ANALYST", now=timezone.now(),
        )  # fmt: skip

    def session_row(self) -> UserSession:
        now = timezone.now()
        return UserSession.objects.create(
            user=self.owner, session_key=self.token(), ip="127.0.0.1", user_agent="another", created_at=now,
            last_seen_at=now,
        )  # fmt: skip

    def device(self) -> Any:
        return devices.remember(
            user=self.owner, token=new_token(32), user_agent="another", address="127.0.0.1", now=timezone.now()
        )[0]

    def connection(self) -> SocialAccount:
        return SocialAccount.objects.create(
            user=self.owner, provider=f"p-{self._number()}"[:30], uid=self._number()
        )

    def factors(self, *, has_app: bool) -> dict[str, object]:
        """The owner has a passkey and, with `has_app`, codes of an app and for recovery."""
        Authenticator.objects.filter(user=self.owner).delete()
        if has_app:
            Authenticator.objects.create(
                user=self.owner, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"}
            )
            Authenticator.objects.create(
                user=self.owner, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "ab" * 20, "used_mask": 0}
            )
        key = Authenticator.objects.create(
            user=self.owner, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}}
        )
        return {"pk": key.pk}


class _Kept:
    """A row as it was, to be put back."""

    def __init__(self, row: models.Model) -> None:
        self.name = row._meta.model_name or ""
        self.model, self.pk = type(row), row.pk
        columns = [column for column in row._meta.concrete_fields if not column.primary_key]
        self.names = [
            column.attname for column in columns if column.name not in ("last_login", "last_seen_at", "updated_at")
        ]
        self.values = self._read() or ()

    def _read(self) -> Any:
        return self.model._base_manager.filter(pk=self.pk).values_list(*self.names).first()

    def mend(self) -> bool:
        """Whether there was something to put back."""
        if self._read() == self.values:
            return False
        self.model._base_manager.update_or_create(
            pk=self.pk, defaults=dict(zip(self.names, self.values, strict=True))
        )
        return True


# The beginning of a pattern, a part of it, and who makes what belongs there; the longest beginning wins.
Maker = Callable[[Cast], object]
_W = "w/<slug:slug>/"
MAKERS: list[tuple[str, str, Maker]] = [
    (f"{_W}contacts/", "public_id", lambda cast: cast.contact().public_id),
    (f"{_W}contacts/imports/", "public_id", lambda cast: cast.upload().public_id),
    (f"{_W}surveys/", "public_id", lambda cast: cast.new_survey().public_id),
    (f"{_W}campaigns/", "public_id", lambda cast: cast.campaign().public_id),
    (f"{_W}mailbox/", "public_id", lambda cast: cast.message().public_id),
    (f"{_W}cases/", "number", lambda cast: cast.case().number),
    (f"{_W}cases/of-contact/", "public_id", lambda cast: cast.contact().public_id),
    (f"{_W}settings/people/", "member_id", lambda cast: cast.member().pk),
    (f"{_W}settings/people/invitations/", "public_id", lambda cast: cast.invite().public_id),
    (f"{_W}settings/teams/", "team_id", lambda cast: cast.team().pk),
    (f"{_W}settings/sign-in/providers/", "public_id", lambda cast: cast.provider().public_id),
    (f"{_W}settings/holidays/", "holiday_id", lambda cast: cast.holiday().pk),
    (f"{_W}settings/keys/", "prefix", lambda cast: cast.api_key().prefix),
    (f"{_W}settings/widget-keys/", "public_id", lambda cast: cast.widget_key().public_id),
    ("accounts/security/sessions/", "session_id", lambda cast: cast.session_row().pk),
    ("accounts/security/devices/", "device_id", lambda cast: cast.device().pk),
    ("accounts/security/connections/", "account_id", lambda cast: cast.connection().pk),
    ("accounts/sso/", "public_id", lambda cast: cast.provider().public_id),
    ("accounts/invite/", "token", lambda cast: cast.invite().token),
    ("s/p/", "public_id", lambda cast: cast.survey.public_id),
    ("s/", "token", lambda cast: cast.invitation().link),
    ("u/", "token", lambda cast: link_token("unsubscribe", cast.message().unsubscribe_nonce)),
    ("hooks/anymail/", "provider", lambda cast: "postmark"),
    ("api/v1/contacts/", "id", lambda cast: cast.contact().public_id),
    ("api/v1/surveys/", "id", lambda cast: cast.new_survey().public_id),
    ("api/v1/invitations/", "id", lambda cast: cast.invitation().public_id),
    ("api/v1/responses/", "id", lambda cast: cast.response().public_id),
    ("api/v1/cases/", "number", lambda cast: cast.case().number),
]
