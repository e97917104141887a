"""The rooms of the settings, in one table: the index, its search and the side of every settings page are drawn from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.rules.permissions import Permission

YOU, COMPANY, PEOPLE, CASES, PROGRAMS = (
    _("You"), _("Company and mail"), _("People and access"), _("Cases"), _("Programs and data"),
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """One room; `url_name` may belong to an app above, which is only known by its name.

    `words` are what else people look for it by.
    """

    group: Any
    url_name: str
    label: Any
    says: Any
    icon: str
    permission: Permission
    words: Any = ""


SECTIONS = (
    Section(YOU, "accounts:profile", _("You"), _("Your name, time zone and days away."), "user", Permission.VIEW_CASES, _("profile holiday absence vacation leave")),
    Section(YOU, "accounts:security", _("Your sign-in"), _("Password, passkeys, second factor, and where you are signed in."), "lock", Permission.VIEW_CASES, _("2fa mfa totp authenticator recovery codes sessions devices browsers security")),
    Section(YOU, "detractors:alerts", _("Alerts"), _("Of what you are told, how, your quiet hours, your day by mail."), "bell", Permission.VIEW_CASES, _("notifications mail quiet hours do not disturb digest daily escalation links")),
    Section(YOU, "followups:my_replies", _("My replies"), _("Beginnings you keep for yourself, with shortcuts."), "template", Permission.WORK_CASES, _("reply templates canned macros snippets personal")),
    Section(COMPANY, "accounts:workspace_settings", _("Company"), _("Name, sender, contact details, how often people are asked, colour and logo."), "building", Permission.MANAGE_SETTINGS, _("brand time zone language reply-to phone address website workspace quiet days frequency")),
    Section(COMPANY, "surveys:contact_policy", _("Contact policy"), _("How often one person is written to, quiet hours, holidays, and what your team can answer."), "calendar", Permission.MANAGE_SETTINGS, _("quiet hours days frequency cap limit fatigue budget opt-out capacity")),
    Section(COMPANY, "dashboards:figures_settings", _("Figures"), _("Whose answers the NPS of your pages leaves out."), "chart-line", Permission.MANAGE_SETTINGS, _("nps employees competitors public respondent type left out exclude dashboard report")),
    Section(COMPANY, "outbox:sender", _("Sender"), _("Who mails seem to come from, and whether the world believes it."), "mail-check", Permission.MANAGE_SETTINGS, _("spf dkim dmarc dns domain from name reply-to deliverability spam")),
    Section(COMPANY, "followups:intake", _("Incoming mail"), _("Where your customers' answers come in, and what becomes of them."), "mail-opened", Permission.MANAGE_SETTINGS, _("inbound imap mailbox replies reopen complaint reply address")),
    Section(COMPANY, "outbox:suppressions", _("Suppression list"), _("Addresses that get no mail, and why."), "mail-off", Permission.VIEW_MAILBOX, _("bounce complaint unsubscribe block e-mail")),
    Section(COMPANY, "surveys:sms_gateway", _("Text messages"), _("The provider, your number, and how many may leave in a day."), "device-mobile", Permission.MANAGE_SETTINGS, _("sms text twilio vonage messagebird gateway phone number stop replies")),
    Section(PEOPLE, "accounts:people", _("People"), _("Who works here, as what, and who gets cases; invitations."), "users", Permission.MANAGE_PEOPLE, _("members colleagues roles permissions invite users owner admin agent sees")),
    Section(PEOPLE, "accounts:teams", _("Teams"), _("Who belongs together, and who leads."), "users-group", Permission.MANAGE_PEOPLE, _("groups lead")),
    Section(PEOPLE, "accounts:sign_in_settings", _("Sign-in"), _("Whether everybody needs a second factor, and single sign-on."), "shield-check", Permission.MANAGE_SETTINGS, _("sso oidc saml 2fa mfa identity provider google microsoft security password")),
    Section(CASES, "accounts:hours", _("Working hours"), _("When promises run: hours, breaks, holidays."), "calendar", Permission.MANAGE_SLA, _("calendar opening closed public holidays week time zone")),
    Section(CASES, "detractors:promises", _("Promises"), _("How fast customers are answered, and who hears if not."), "alarm", Permission.MANAGE_SLA, _("sla deadline escalation warning breach first response resolution")),
    Section(CASES, "detractors:escalations", _("Escalation"), _("Who hears when of a promise that is not kept, and what becomes of the case."), "alert-triangle", Permission.MANAGE_SLA, _("chain levels lead manager executive breach reassign alert")),
    Section(CASES, "detractors:rehearsals", _("Rehearsals"), _("What a change would have done to the cases of 90 days."), "history", Permission.MANAGE_SLA, _("what if simulation dry run test sla matrix rule")),
    Section(CASES, "detractors:rules", _("Rules"), _("Which answers open a case, whose it is, how it is treated."), "route", Permission.MANAGE_SLA, _("routing assign round robin owner queue automation skill language dry run")),
    Section(CASES, "detractors:ranking", _("Ranking"), _("What moves a case forward in the queue, in minutes."), "sort-ascending", Permission.MANAGE_SLA, _("priority weights order urgent sum")),
    Section(CASES, "detractors:matrix", _("Matrix"), _("What can go wrong where, and what is planned for it."), "table", Permission.VIEW_CASES, _("journey scenario failure unpleasant touchpoint owning team")),
    Section(CASES, "detractors:statuses", _("Statuses"), _("Your own names for where a case stands."), "flag", Permission.MANAGE_SLA, _("stages states pipeline open waiting resolved closed custom status")),
    Section(CASES, "detractors:closing", _("Closing a case"), _("What must be there before a case is resolved."), "circle-check", Permission.MANAGE_SLA, _("close discipline resolve required note issue promise")),
    Section(CASES, "detractors:tags", _("Tags"), _("Words on cases: rename, merge, colour."), "tag", Permission.MANAGE_IMPROVEMENTS, _("labels keywords categories colours")),
    Section(CASES, "detractors:causes", _("Root causes"), _("Why things go wrong: the list people choose from when they resolve a case."), "tags", Permission.MANAGE_IMPROVEMENTS, _("reasons categories improvements")),
    Section(CASES, "detractors:loss_reasons", _("Reasons for loss"), _("Why customers leave: the list people choose from when one is lost."), "users", Permission.MANAGE_IMPROVEMENTS, _("churn retention kept lost cancelled")),
    Section(CASES, "followups:reply_templates", _("Kept replies"), _("Good beginnings for what people write to customers."), "template", Permission.EDIT_PLAYBOOKS, _("reply templates canned macros snippets answers")),
    Section(CASES, "followups:templates", _("Templates"), _("Words for mails, texts and calls, in every language, with their versions."), "file-text", Permission.VIEW_CASES, _("template mail sms call script merge fields languages translation versions library tone")),
    Section(CASES, "detractors:remedy_limits", _("Remedies"), _("What each role may give without asking, the month's budget, and codes."), "gift", Permission.MANAGE_SETTINGS, _("refund voucher coupon code budget limit approval compensation goodwill")),
    Section(CASES, "followups:customer_pages", _("Customers' pages"), _("What customers see of their case, without a login."), "external-link", Permission.EDIT_PLAYBOOKS, _("self-service status portal call-back link page customer not solved")),
    Section(CASES, "detractors:help_links", _("Help links"), _("Pages that may help right away, by what went wrong."), "lifebuoy", Permission.EDIT_SURVEYS, _("self-service faq knowledge base articles links reasons thank-you page")),
    Section(PROGRAMS, "outbox:chat_targets", _("Chat"), _("Slack, Teams, Mattermost, Discord or your own program hears of cases."), "message-circle", Permission.MANAGE_SETTINGS, _("slack microsoft teams mattermost discord webhook alerts room channel")),
    Section(PROGRAMS, "surveys:sources", _("Sources of mentions"), _("Review feeds, webhooks, files and the complaint form."), "speakerphone", Permission.EDIT_SURVEYS, _("reviews rss atom feed social complaints webhook csv trustpilot")),
    Section(PROGRAMS, "accounts:keys", _("API keys"), _("Keys for your own programs."), "key", Permission.MANAGE_KEYS, _("token rest integration scopes rotate")),
    Section(PROGRAMS, "surveys:widget_keys", _("Widget keys"), _("Public keys for answers from your own web pages."), "world", Permission.MANAGE_KEYS, _("website embed cors origin public key")),
    Section(PROGRAMS, "surveys:attributes", _("Contact attributes"), _("What your data says about contacts: labels, kinds, figures."), "tags", Permission.MANAGE_CONTACTS, _("fields columns custom types import numbers dates")),
    Section(PROGRAMS, "accounts:privacy", _("Privacy"), _("How long what is kept, and what was removed."), "eye-off", Permission.MANAGE_SETTINGS, _("gdpr retention erase delete personal data keep")),
    Section(PROGRAMS, "accounts:audit", _("Audit log"), _("Who changed what, when and from where."), "history", Permission.VIEW_AUDIT, _("record changes security trail export")),
)  # fmt: skip


def rooms(*, slug: str, may: Callable[[Permission], bool], current: str = "") -> list[dict[str, Any]]:
    """The rooms the viewer may enter, as the templates draw them; one whose app has no such page is left out."""
    found = []
    for section in SECTIONS:
        url = _url(section.url_name, slug) if may(section.permission) else ""
        if url:
            found.append(
                {"group": section.group, "url": url, "label": section.label, "says": section.says,
                 "icon": section.icon, "words": section.words, "active": section.url_name == current}
            )  # fmt: skip
    return found


def matching(found: Sequence[dict[str, Any]], query: str) -> list[dict[str, Any]]:
    """The rooms in which every word of `query` occurs: in label, line, group or other words."""
    wanted = query.casefold().split()
    return [
        room
        for room in found
        if all(
            word in f"{room['label']} {room['says']} {room['group']} {room['words']}".casefold()
            for word in wanted
        )
    ]


def _url(name: str, slug: str) -> str:
    for kwargs in ({"slug": slug}, {}):
        try:
            return reverse(name, kwargs=kwargs)
        except NoReverseMatch:
            continue
    return ""
