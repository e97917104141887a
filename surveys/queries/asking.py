"""May this person be asked this survey? The facts of the contact policy, collected from where they are kept."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Workspace
from core import merge_fields
from outbox import queries as outbox
from outbox.enums import SuppressionReason
from surveys import wording
from surveys.enums import Purpose
from surveys.models import Contact, Survey
from surveys.queries.faces import Face
from surveys.rules import contact_policy
from surveys.rules.contact_policy import Facts, Policy, Verdict


def suppressed_addresses(*, workspace: Workspace, contacts: Iterable[Contact]) -> dict[str, str]:
    """Which of the contacts' addresses must get no survey, whatever the scope of their suppression, and its reason."""
    addresses = [contact.email for contact in contacts if contact.email]
    found = outbox.standing(workspace=workspace, addresses=addresses)
    return {address: reason for address, (_scope, reason) in found.items()}


def merge_values(*, survey: Survey, contact: Contact, touchpoint: str = "") -> dict[str, str]:
    """What the merge fields of the survey's texts stand for, for this person. `survey.workspace` is loaded."""
    return wording.values(
        company=survey.workspace.name,
        name=contact.name,
        customer_company=contact.company,
        touchpoint=touchpoint,
        attributes=contact.attributes,
    )


def missing_fields(*, face: Face, values: dict[str, str]) -> tuple[str, ...]:
    """Fields of the mail that this person's values leave empty and that have no fall-back."""
    texts = (face.question, face.subject, face.intro)
    return tuple(dict.fromkeys(name for text in texts for name in merge_fields.missing_fields(text, values)))


def verdict(
    *,
    survey: Survey,
    contact: Contact,
    now: datetime,
    suppressed_because: str = "",
    missing: tuple[str, ...] = (),
    purpose: str = Purpose.SURVEY,
    is_mailed: bool = True,
) -> Verdict:
    """Whether `contact` may be asked `survey` at `now`; `survey.workspace` is loaded.

    `suppressed_because` is the reason of the address's suppression, if it has one (see suppressed_addresses).

    A second question after a fix keeps no quiet period: the case rules its moment. Neither does a link that others
    hand out, nor does its mail have to arrive; but who asked not to be surveyed, or was erased, gets neither.
    """
    keeps_quiet = is_mailed and purpose == Purpose.SURVEY
    facts = Facts(
        has_address=bool(contact.email) or not is_mailed,
        opted_out=contact.opted_out_at is not None,
        suppressed=bool(suppressed_because) and is_mailed,
        undeliverable=contact.undeliverable_at is not None and is_mailed,
        erased=contact.erased_at is not None or suppressed_because == SuppressionReason.ERASED,
        survey_open=survey.is_active,
        last_asked_at=contact.last_asked_at if keeps_quiet else None,
        last_declined_at=contact.last_declined_at if keeps_quiet else None,
        missing_fields=missing if is_mailed else (),
    )
    policy = Policy(quiet_days=survey.workspace.quiet_days, survey_wait_days=survey.quiet_days)
    return contact_policy.may_ask(facts, policy, now=now)
