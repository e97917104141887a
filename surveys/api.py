"""Contacts, surveys and invitations of the REST API."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import Authored
from core.api import Endpoint
from core.api_fields import all_shown, rows_serializer, shown
from core.downloads import attachment
from core.openapi import PAGE_PARAMETERS
from core.pagination import paged
from core.problems import FieldError, Problem, conflict, invalid, not_found, of_validation
from surveys.enums import SurveyStatus
from surveys.models import Contact, Survey
from surveys.queries import rows
from surveys.serializers import (
    ContactBody,
    ContactQuery,
    ContactRow,
    InvitationBody,
    InvitationQuery,
    InvitationRow,
    SurveyBody,
    SurveyQuery,
    SurveyRow,
)
from surveys.services import contacts, invitations, person_export, surveys, touchpoints

ContactPage = rows_serializer("ContactPage", ContactRow)
SurveyPage = rows_serializer("SurveyPage", SurveyRow)
InvitationPage = rows_serializer("InvitationPage", InvitationRow)


@contextmanager
def refusals(*, within: str = "") -> Iterator[None]:
    """What the services refuse, as problems; `within` is the field of the body that was handed to them."""
    try:
        yield
    except ValidationError as error:
        raise of_validation(error, within=within) from None
    except contacts.NoIdentity as error:
        raise invalid(FieldError(within, "NO_IDENTITY", str(error))) from None
    except contacts.Conflict as error:
        field = f"{within}.email" if within else "email"
        raise conflict("OTHER_CONTACT", str(error), FieldError(field, "OTHER_CONTACT", str(error))) from None
    except touchpoints.UnnamedTouchpoint as error:
        raise invalid(FieldError("touchpoint", "INVALID", str(error))) from None


class SurveysEndpoint(Authored, Endpoint):
    """Turns what the body refers to into rows."""

    def refuse_with_limits(self) -> None:
        """Contacts are written by those who see all of them: what is not seen must not be changed, nor guessed at."""
        if self.sight.is_limited:
            sentence = _("The maker of this key sees only a part of the contacts and so cannot change them.")
            raise Problem(403, "LIMITED_SIGHT", sentence)

    def upsert(self, given: dict[str, Any], *, within: str = "") -> tuple[Contact, bool]:
        """The contact with these fields, made or changed, and whether it is new.

        Raises Problem (403) with limits, and without the scope to write contacts.
        """
        self.require_scope("contacts", write=True)
        self.refuse_with_limits()
        fields = dict(given)
        identity = {name: fields.pop(name, None) or "" for name in ("external_id", "email")}
        with refusals(within=within):
            return contacts.upsert(
                workspace=self.workspace,
                now=self.now,
                attributes=fields.pop("attributes", None),
                **identity,
                **fields,
            )

    def contact(self, given: Any) -> Contact | None:
        """The contact a body refers to: known by id, or described."""
        return self.upsert(given, within="contact")[0] if isinstance(given, dict) else given

    def touchpoint(self, name: str | None) -> Any:
        """The touchpoint of this name, made if unknown; None without a name."""
        if not name:
            return None
        with refusals():
            return touchpoints.ensure(workspace=self.workspace, name=name, now=self.now)


# --- Contacts -----------------------------------------------------------------------------------------------------


class Contacts(SurveysEndpoint):
    resource = "contacts"

    @extend_schema(
        operation_id="contacts_list",
        summary="Contacts, newest first",
        parameters=[ContactQuery, *PAGE_PARAMETERS],
        responses=ContactPage,
        tags=["contacts"],
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(ContactQuery)
        found = rows.contacts(workspace=self.workspace, sight=self.sight).matching(wanted.get("search", ""))
        if "email" in wanted:
            found = found.filter(email=wanted["email"].lower())
        if "external_id" in wanted:
            found = found.filter(external_id=wanted["external_id"])
        return paged(request, found, ordering=["-id"], show=partial(all_shown, ContactRow))

    @extend_schema(
        operation_id="contacts_upsert",
        summary="Make or change a contact",
        description="Found by `external_id`, else by `email`: 201 when it is new, 200 when it was known.",
        request=ContactBody,
        responses={200: ContactRow, 201: ContactRow},
        tags=["contacts"],
    )
    def post(self, request: Request) -> Response:
        contact, is_new = self.upsert(self.read(ContactBody))
        return Response(shown(ContactRow, contact), status=201 if is_new else 200)


class ContactDetail(SurveysEndpoint):
    resource = "contacts"

    def _contact(self, public_id: str) -> Contact:
        contact = rows.contact(workspace=self.workspace, public_id=public_id, sight=self.sight)
        if contact is None:
            raise not_found()
        return contact

    @extend_schema(
        operation_id="contacts_read", summary="One contact", responses=ContactRow, tags=["contacts"]
    )
    def get(self, request: Request, id: str) -> Response:
        return Response(shown(ContactRow, self._contact(id)))

    @extend_schema(
        operation_id="contacts_change",
        summary="Change a contact",
        request=ContactBody,
        responses=ContactRow,
        tags=["contacts"],
    )
    def patch(self, request: Request, id: str) -> Response:
        contact = self._contact(id)
        self.refuse_with_limits()
        fields = self.read(ContactBody)
        with refusals():
            contact = contacts.update(
                contact=contact, now=self.now, attributes=fields.pop("attributes", None), **fields
            )
        return Response(shown(ContactRow, contact))

    @extend_schema(
        operation_id="contacts_erase",
        summary="Erase a person",
        description="The person and their words are forgotten for good; scores stay, without a name.",
        responses={204: None},
        tags=["contacts"],
    )
    def delete(self, request: Request, id: str) -> Response:
        contact = self._contact(id)
        self.refuse_with_limits()
        contacts.erase(contact=contact, now=self.now, by=self.author)
        return Response(status=204)


class ContactExport(ContactDetail):
    resource = "exports"
    http_method_names = ["get"]

    @extend_schema(
        operation_id="contacts_export",
        summary="Everything about one person",
        description="A ZIP archive: person.json, a readable index.html, and a CSV of each table. It is written down "
        "in the audit log.",
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
        tags=["contacts"],
    )
    def get(self, request: Request, id: str) -> HttpResponseBase:  # type: ignore[override]  # a file, no JSON
        contact = self._contact(id)
        self.refuse_with_limits()
        file = person_export.export(contact=contact, now=self.now, by=self.author)
        return attachment(file=file, name=person_export.file_name(contact), content_type="application/zip")


# --- Surveys ------------------------------------------------------------------------------------------------------


class Surveys(SurveysEndpoint):
    resource = "surveys"

    @extend_schema(
        operation_id="surveys_list",
        summary="Surveys, newest first",
        parameters=[SurveyQuery, *PAGE_PARAMETERS],
        responses=SurveyPage,
        tags=["surveys"],
    )
    def get(self, request: Request) -> Response:
        found = rows.surveys(workspace=self.workspace).filter(**self.query(SurveyQuery))
        return paged(request, found, ordering=["-id"], show=partial(all_shown, SurveyRow))

    @extend_schema(
        operation_id="surveys_make",
        summary="Make a survey",
        description="A draft unless `status` says otherwise; `name` is required.",
        request=SurveyBody,
        responses={201: SurveyRow},
        tags=["surveys"],
    )
    def post(self, request: Request) -> Response:
        fields = self.read(SurveyBody)
        status = fields.pop("status", SurveyStatus.DRAFT.value)
        if "name" not in fields:
            raise invalid(FieldError("name", "REQUIRED", _("Give the survey a name.")))
        with refusals():
            survey = surveys.create(workspace=self.workspace, now=self.now, **fields)
            survey = set_status(survey, status, now=self.now)
        return Response(shown(SurveyRow, survey), status=201)


class SurveyDetail(SurveysEndpoint):
    resource = "surveys"

    def _survey(self, public_id: str) -> Survey:
        survey = rows.survey(workspace=self.workspace, public_id=public_id)
        if survey is None:
            raise not_found()
        return survey

    @extend_schema(operation_id="surveys_read", summary="One survey", responses=SurveyRow, tags=["surveys"])
    def get(self, request: Request, id: str) -> Response:
        return Response(shown(SurveyRow, self._survey(id)))

    @extend_schema(
        operation_id="surveys_change",
        summary="Change a survey, open it or close it",
        request=SurveyBody,
        responses=SurveyRow,
        tags=["surveys"],
    )
    def patch(self, request: Request, id: str) -> Response:
        survey = self._survey(id)
        fields = self.read(SurveyBody)
        status = fields.pop("status", survey.status)
        with refusals():
            if fields:
                survey = surveys.change(survey=survey, now=self.now, **fields)
            survey = set_status(survey, status, now=self.now)
        return Response(shown(SurveyRow, survey))


def set_status(survey: Survey, status: str, *, now: Any) -> Survey:
    """Open, close or archive `survey`; raises Problem for what cannot be undone."""
    if status == survey.status:
        return survey
    moves = {
        SurveyStatus.ACTIVE: surveys.activate,
        SurveyStatus.CLOSED: surveys.close,
        SurveyStatus.ARCHIVED: surveys.archive,
    }
    move = moves.get(SurveyStatus(status))
    if move is None:
        sentence = _("A survey that was opened is never a draft again: close it.")
        raise conflict("NOT_ALLOWED", sentence, FieldError("status", "NOT_ALLOWED", sentence))
    return move(survey=survey, now=now)


# --- Invitations --------------------------------------------------------------------------------------------------


class Invitations(SurveysEndpoint):
    resource = "invitations"

    @extend_schema(
        operation_id="invitations_list",
        summary="Invitations, newest first",
        parameters=[InvitationQuery, *PAGE_PARAMETERS],
        responses=InvitationPage,
        tags=["invitations"],
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(InvitationQuery)
        found = rows.invitations(workspace=self.workspace, sight=self.sight, status=wanted.pop("status", ""))
        if "contact" in wanted:
            found = found.filter(contact__public_id=wanted.pop("contact"))
        return paged(
            request, found.filter(**wanted), ordering=["-id"], show=partial(all_shown, InvitationRow)
        )

    @extend_schema(
        operation_id="invitations_make",
        summary="Ask somebody",
        description=(
            'PLANNED, or NOT_SENT with its one reason in `not_sent_because`. `channel: "SMS"` asks by text message, to the contact\'s'
            " `phone` in the international form (+4915112345678); without a gateway the reason is SMS_OFF. With `send: false` the link in `survey_url` is"
            " yours to hand out. `delay` never overrides how often a person may be asked; PLANNED with `wait_because` says what it"
            " waits for, and `askable_at` until when."
        ),
        request=InvitationBody,
        responses={201: InvitationRow},
        tags=["invitations"],
    )
    def post(self, request: Request) -> Response:
        given = self.read(InvitationBody)
        contact = self.contact(given["contact"])
        assert contact is not None
        invitation = invitations.invite(
            workspace=self.workspace,
            survey=given["survey"],
            contact=contact,
            touchpoint=self.touchpoint(given.get("touchpoint")),
            channel=given["channel"],
            send=given["send"],
            due_at=self.now + timedelta(seconds=given["delay"]),
            override_note=given["override"],
            override_by=self.author if given["override"] else None,
            now=self.now,
        )
        return Response(shown(InvitationRow, invitation), status=201)


class InvitationDetail(SurveysEndpoint):
    resource = "invitations"

    @extend_schema(
        operation_id="invitations_read",
        summary="One invitation",
        responses=InvitationRow,
        tags=["invitations"],
    )
    def get(self, request: Request, id: str) -> Response:
        invitation = rows.invitation(workspace=self.workspace, public_id=id, sight=self.sight)
        if invitation is None:
            raise not_found()
        return Response(shown(InvitationRow, invitation))
