"""A remedy waits for somebody's word: those who may give it hear of it by the bell and by mail.

Chat rooms that want it hear of it too. The mail says all there is to decide on, and leads to a page on which it is decided without opening the product (see
services.acting). In somebody's quiet time it waits.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import with_role
from core.links import absolute_url
from detractors import pacing
from detractors.enums import AlertKind, NotificationKind
from detractors.models import Case, Remedy
from detractors.notifications import Notices
from detractors.queries import acting as links
from detractors.queries import remedies as queries
from detractors.queries.sight import Onlookers
from detractors.remedy_words import WHY
from detractors.rules import act_link, quiet
from detractors.rules import remedies as rules
from detractors.services import telling
from outbox.enums import Kind
from outbox.services.messages import EmailRequest, queue_emails

BUDGET_KEEPERS = ("OWNER", "ADMIN")


def ask(*, case: Case, remedy: Remedy, by: User, now: datetime) -> list[User]:
    """Tell those whose word is enough, without `by` and without who may not see the case; returns who that is."""
    limits = queries.limits(workspace=case.workspace)
    roles = [
        role for role in ("MANAGER", "ADMIN", "OWNER")
        if (rules.OVER_BUDGET not in remedy.why_asked or role in BUDGET_KEEPERS)
        and ((once := limits[role].once) is None or remedy.cost <= once)
    ]  # fmt: skip
    people = [user for user in with_role(workspace=case.workspace, roles=roles) if user.pk != by.pk]
    people = Onlookers().of(case, people)
    wishes = {
        user.pk: pacing.choice_in(links.choice(workspace=case.workspace_id, user=user.pk)) for user in people
    }
    telling.tell(
        case=case, users=people, kind=NotificationKind.REMEDY_ASKED, key=asked_key(remedy.pk), by=by, now=now,
    )  # fmt: skip
    left = left_of_budget(remedy=remedy, now=now)
    mailed = [user for user in people if AlertKind.REMEDY not in wishes[user.pk].no_mail]
    with translation.override(case.workspace.language):
        queue_emails([_mail(case, remedy, by, user, wishes[user.pk], left, now) for user in mailed], now=now)
        notices = Notices(now=now)
        notices.remedy_asked(case=case, key=asked_key(remedy.pk), because=_in_a_line(remedy, by))
        notices.queue()
    return people


def asked_key(remedy_id: int) -> str:
    """What makes "this remedy waits" told once."""
    return f"remedy:{remedy_id}:asked"


def _in_a_line(remedy: Remedy, by: User) -> str:
    """“Bob Brown asks for: Refund, 1 month free, 40.00 EUR”."""
    currency = queries.settings_of(workspace=remedy.workspace).currency
    what = ", ".join(one for one in (str(remedy.get_kind_display()), remedy.what) if one)
    return _("%(person)s asks for: %(what)s, %(cost)s") % {
        "person": by.display_name, "what": what, "cost": f"{remedy.cost} {currency}",
    }  # fmt: skip


def left_of_budget(*, remedy: Remedy, now: datetime) -> Decimal | None:
    """What is left of the month's budget before this remedy; None where there is no budget."""
    found = queries.spent(workspace=remedy.workspace, now=now, zone=ZoneInfo(remedy.workspace.time_zone))
    return None if found.budget is None else found.budget - found.total


def _mail(
    case: Case,
    remedy: Remedy,
    by: User,
    user: User,
    wishes: pacing.Choice,
    left: Decimal | None,
    now: datetime,
) -> EmailRequest:
    workspace = case.workspace
    token = act_link.token_of(
        case_id=case.pk, user_id=user.pk, ends_at=now + act_link.LIFE, salt=wishes.links_nonce
    )
    currency = queries.settings_of(workspace=workspace).currency
    context = {
        "asker": by.display_name,
        "case_number": str(case.number),
        "customer": case.contact.display_name if case.contact else "",
        "kind": str(remedy.get_kind_display()),
        "what": remedy.what,
        "value": f"{remedy.value} {currency}",
        "cost": f"{remedy.cost} {currency}",
        "left": "" if left is None else f"{left} {currency}",
        "because": ", ".join(str(WHY[code]) for code in remedy.why_asked if code in WHY),
        "url": absolute_url("detractors:case", slug=workspace.slug, number=case.number),
        "act_url": absolute_url("detractors:act_remedy", token=token, public_id=remedy.public_id),
    }
    return EmailRequest(
        mail="remedy_asked", to=user.email, to_name=user.display_name, context=context, workspace=workspace,
        dedupe_key=f"{asked_key(remedy.pk)}:{user.pk}", kind=Kind.STAFF, about=f"case:{case.pk}",
        send_at=quiet.ends_at(wishes.quiet, zone=user.time_zone or workspace.time_zone, now=now),
        expires_at=now + act_link.LIFE,
    )  # fmt: skip
