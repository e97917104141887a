"""Every mail of a workspace, as the one who got it sees it."""

import re
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import WorkspaceView
from accounts.queries import role_offered
from accounts.rules.permissions import Permission, may_grant
from core.numbers import whole
from core.views import forbidden
from outbox import queries, text_rules
from outbox.channels.envelope import headers
from outbox.conditions import REASONS, condition
from outbox.enums import Channel, Kind, State
from outbox.models import OutboundMessage
from outbox.services import messages

AUDIENCES = [
    ("", gettext_lazy("All"), "mail"),
    ("customers", gettext_lazy("To customers"), "users"),
    ("staff", gettext_lazy("To staff"), "user"),
]
CONDITIONS = [
    ("", gettext_lazy("Any state"), ""),
    ("waiting", gettext_lazy("Waiting"), "clock"),
    ("sent", gettext_lazy("Sent"), "mail-forward"),
    ("trouble", gettext_lazy("In trouble"), "alert-triangle"),
    ("skipped", gettext_lazy("Not sent"), "ban"),
]
# A survey opened from here was opened by one of us, so what it looks like says nothing about a mail scanner.
_SURVEY_LINK = re.compile(r"(/s/[A-Za-z0-9_-]{44}/)(\?score=\d+)?(?=[\"'])")
_ACT_LINK = re.compile(r"/act/[A-Za-z0-9_.-]{20,}/")
_SHORT_LINK = re.compile(r"https?://[^\s/]+/m/[A-Za-z0-9_-]{22}/")
# The mail is shown in a frame that may do nothing but open links in a new tab.
FRAME_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


class Mailbox(WorkspaceView):
    """All mails, newest first."""

    permission = Permission.VIEW_MAILBOX

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        chosen = {
            "to": request.GET.get("to", ""),
            "state": request.GET.get("state", ""),
            "search": request.GET.get("search", "").strip()[:254].replace("\x00", ""),
        }
        page = queries.mailbox(
            workspace=self.workspace,
            audience=chosen["to"],
            condition=chosen["state"],
            search=chosen["search"],
            older_than=whole(request.GET.get("older", "")),
            newer_than=whole(request.GET.get("newer", "")),
        )
        return render(
            request,
            "outbox/mailbox.html",
            {
                "title": _("Mailbox"),
                "lead": _("Nothing leaves this installation: every mail is kept here, and its links work.")
                if settings.MAIL.is_kept
                else _("Every mail of this workspace, as the receiver sees it."),
                "rows": [
                    {
                        "message": message,
                        "condition": condition(message),
                        "is_text": message.channel == Channel.SMS,
                        "is_chat": message.channel == Channel.CHAT,
                    }
                    for message in page.messages
                ],
                "has_texts": any(message.channel == Channel.SMS for message in page.messages),
                "audiences": [_chip(chosen, "to", *entry) for entry in AUDIENCES],
                "conditions": [_chip(chosen, "state", *entry) for entry in CONDITIONS],
                "chosen": chosen,
                "is_filtered": any(chosen.values()),
                "older_url": _page_url(chosen, "older", page.older),
                "newer_url": _page_url(chosen, "newer", page.newer),
            },
        )


class MessageView(WorkspaceView):
    """A page about one mail."""

    permission = Permission.VIEW_MAILBOX

    def may_read(self, message: OutboundMessage) -> bool:
        """Whoever reads the words of an invitation could use its link.

        Where mail leaves, nobody here reads them; where it is kept, those who may give the role of the invitation.
        """
        offered = role_offered(workspace=self.workspace, about=message.about)
        if offered is None:
            return True
        return settings.MAIL.is_kept and may_grant(self.request.membership.role, offered)


class MessagePage(MessageView):
    """One mail: its words, where it went, what became of it."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        message = _masked(_find(self.workspace, public_id), request.user)
        return render(
            request,
            "outbox/message.html",
            {
                "title": message.subject,
                "crumbs": [
                    {"label": _("Mailbox"), "url": reverse("outbox:mailbox", kwargs={"slug": slug})},
                    {"label": message.subject, "url": ""},
                ],
                "message": message,
                "condition": condition(message),
                "reason": REASONS.get(message.skipped_because, ""),
                "headers": headers(message).items(),
                "files": queries.files_of(message) if message.file_count else [],
                "sender": settings.DEFAULT_FROM_EMAIL,
                "reports": queries.reports_on(message=message),
                "can_retry": message.state in (State.UNKNOWN, State.FAILED, State.DEAD)
                and not message.forgotten_at,
                "is_doubtful": message.state == State.UNKNOWN,
                "is_private": not self.may_read(message),
                "is_text": message.channel != Channel.EMAIL,
                "is_sms": message.channel == Channel.SMS,
                "shown_text": _linked(message.text) if message.channel != Channel.EMAIL else "",
                "size": text_rules.size(message.text),
            },
        )


class MessageHtml(MessageView):
    """The HTML part alone, for the frame of MessagePage."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        message = _masked(_find(self.workspace, public_id), request.user)
        if not self.may_read(message):
            return forbidden(request, _("This mail holds an invitation: an owner or admin can help."))
        html = message.html.replace("<head>", '<head><base target="_blank">', 1)
        html = _SURVEY_LINK.sub(_from_mailbox, html)
        response = HttpResponse(html)
        response["Content-Security-Policy"] = FRAME_POLICY
        response["X-Frame-Options"] = "SAMEORIGIN"
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "no-store"
        return response


class Retry(WorkspaceView):
    """Try a message again that was refused, given up or may not have been sent."""

    permission = Permission.VIEW_MAILBOX

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        message = _find(self.workspace, public_id)
        try:
            messages.retry(message=message, by=request.user, now=timezone.now())
            notes.success(request, _("The mail is sent again."))
        except messages.NotRetryable:
            notes.error(request, _("This mail cannot be sent again."))
        return redirect("outbox:message", slug=slug, public_id=public_id)


def _from_mailbox(link: re.Match[str]) -> str:
    return f"{link[0]}&amp;from=mailbox" if link[2] else f"{link[0]}?from=mailbox"


def _linked(text: str) -> SafeString:
    """The words of a text, escaped, with the short link to press; like a mail's it says that it was opened from here."""
    pieces, at = [], 0
    for link in _SHORT_LINK.finditer(text):
        anchor = '{}<a href="{}?from=mailbox" target="_blank" rel="noopener noreferrer">{}</a>'
        pieces.append(format_html(anchor, text[at : link.start()], link[0], link[0]))
        at = link.end()
    return format_html("{}{}", mark_safe("".join(pieces)), text[at:])  # each piece is escaped already


def _find(workspace: Any, public_id: str) -> OutboundMessage:
    message = queries.message_of(workspace=workspace, public_id=public_id)
    if message is None:
        raise Http404
    return message


def _masked(message: OutboundMessage, viewer: Any) -> OutboundMessage:
    """The words as `viewer` may read them: a link by which somebody acts as its reader is theirs alone."""
    if message.kind == Kind.STAFF and message.to.casefold() != viewer.email.casefold():
        message.text = _ACT_LINK.sub("/act/…/", message.text)
        message.html = _ACT_LINK.sub("/act/…/", message.html)
    return message


def _query(facts: dict[str, str]) -> str:
    return "?" + urlencode({name: value for name, value in facts.items() if value})


def _chip(chosen: dict[str, str], name: str, code: str, label: Any, icon: str) -> dict[str, Any]:
    return {
        "label": label,
        "url": _query({**chosen, name: code}),
        "active": chosen[name] == code,
        "icon": icon,
    }


def _page_url(chosen: dict[str, str], name: str, value: int | None) -> str:
    return _query({**chosen, name: str(value)}) if value is not None else ""
