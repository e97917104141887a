"""A believable workspace for the first run: a bicycle shop with a delivery problem in spring, a fix, and a recovery.

Bulk history comes from services.synthetic; on top of it a few scenes are played through the real services with the
clock moved by hand, so that the newcomer finds cases of every kind and mails that can be clicked.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.enums import Role
from accounts.models import BusinessCalendar, Holiday, Team, User, Workspace
from accounts.services import checklist, members, workspaces
from core.tokens import new_token
from dashboards.services import (
    demo_ahead,
    demo_alerts,
    demo_arising,
    demo_channels,
    demo_closing,
    demo_desk,
    demo_homes,
    demo_mail,
    demo_outer,
    demo_plan,
    demo_playbooks,
    demo_texts,
    demo_work,
    synthetic,
)
from detractors.enums import Priority
from detractors.models import Case, RootCause, SlaPolicy
from detractors.rules.clock import Span
from detractors.services import cases, decisions, policies, promise_keeping, sla, tasks
from detractors.services.promise_keeping import Kept
from followups.queries import reply_event
from followups.services import replies
from surveys.enums import SurveyStatus, TouchpointKind, Trust
from surveys.models import Contact, Survey
from surveys.services import (
    audiences,
    bulk_edits,
    campaigns,
    contacts,
    following,
    preparing,
    responses,
    sending,
    touchpoints,
)

SLUG = "demo"
COMPANY = "Linden Bikes"
CONTACTS, RESPONSES, CASES, DAYS, SEED = 600, 1_900, 320, 365, 7

# Sign-in, name, role, whether cases are given to them.
PEOPLE = (
    ("olga@linden-bikes.example", "Olga Hartmann", Role.OWNER, False),
    ("marc@linden-bikes.example", "Marc Delacroix", Role.MANAGER, False),
    ("ana@linden-bikes.example", "Ana Ferreira", Role.AGENT, True),
    ("ben@linden-bikes.example", "Ben Adeyemi", Role.AGENT, True),
    ("tess@linden-bikes.example", "Tess Nowak", Role.ANALYST, False),
)

ASKED_HOURS_AGO = 1

# The people the survey of this morning went to: nobody has answered yet, their mails wait in the mailbox.
ASKED_TODAY = (
    ("Frida Sommer", "Sommer Logistik"), ("Kofi Mensah", ""), ("Yuki Sato", ""), ("Léa Fontaine", "Atelier Fontaine"),
    ("Piotr Zielinski", ""), ("Hannah Vogt", "Kita Regenbogen"), ("Samir Haddad", ""), ("Ingrid Dahl", ""),
    ("Rosa Esposito", "Pizzeria Rosa"), ("Tom Becker", ""), ("Amina Diallo", ""), ("Viktor Horvat", ""),
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """One unhappy customer of the last days. `ago` is the working time since the answer, roughly, in hours."""

    name: str
    company: str
    value: int
    score: int
    words: str
    ago: float
    touchpoint: str
    then: str  # what has happened since: "", "replied", "waiting", "resolved"


SCENES = (
    Scene("Clara Winter", "Winter Catering", 18_400, 1, "The cargo bike came with a cracked battery cover and nobody answers the phone. We deliver food with it!", 5.4, "Delivery", ""),
    Scene("Jonas Lund", "", 1_450, 4, "Waited six days for a call back about my brake noise.", 0.5, "Support", ""),
    Scene("Priya Raman", "Raman Physio", 7_900, 2, "Invoice shows two bikes, I bought one. Third mail about it.", 3.0, "Purchase", "replied"),
    Scene("Emil Novotny", "", 980, 5, "Assembly instructions are for another model.", 20.0, "Onboarding", "waiting"),
    Scene("Greta Olsen", "Olsen Blumen", 12_300, 3, "Delivery slot changed twice without a word. I closed the shop for nothing.", 30.0, "Delivery", "resolved"),
)  # fmt: skip


@dataclass(frozen=True)
class SignIn:
    """An address, its password and what the person is."""

    email: str
    password: str
    role: str


AUDIENCES: dict[str, list[dict[str, str]]] = {
    "Promoters in the north": [
        {"field": "last_segment", "op": "is", "value": "PROMOTER"},
        {"field": "attribute:region", "op": "is", "value": "North"},
    ],
    "Large accounts not asked for 90 days": [
        {"field": "account_value", "op": "at_least", "value": "10000"},
        {"field": "last_asked_at", "op": "before_days", "value": "90"},
    ],
}


@transaction.atomic
def build(*, now: datetime, responses_wanted: int = RESPONSES) -> list[SignIn]:
    """Make the demo workspace and return the sign-ins. All of it or nothing. Raises workspaces.SlugTaken."""
    sign_ins, people = _people(now)
    workspace = workspaces.create(
        name=COMPANY,
        slug=SLUG,
        owner=people[Role.OWNER][0],
        now=now - timedelta(days=DAYS + 30),
        time_zone="Europe/Berlin",
        sender_name=COMPANY,
        reply_to="care@linden-bikes.example",
        accent="#0f6b5c",
        phone="+49 40 5550 1234",
        email="care@linden-bikes.example",
        address="Lindenallee 12, 20259 Hamburg",
        website="https://linden-bikes.example",
        social_links=[{"label": "Mastodon", "url": "https://social.example/@lindenbikes"}],
    )
    checklist.hide(workspace=workspace, now=now)  # this one is furnished
    _join(workspace, people, now)
    survey = _survey(workspace, now)
    synthetic.load(
        workspace=workspace,
        contacts=CONTACTS,
        responses=responses_wanted,
        cases=CASES,
        days=DAYS,
        seed=SEED,
        now=now,
    )
    for name, conditions in AUDIENCES.items():
        audiences.create(
            workspace=workspace,
            name=name,
            filter={"match": "all", "conditions": conditions},
            by=people[Role.OWNER][0],
            now=now,
        )
    demo_channels.furnish(workspace=workspace, survey=survey, owner=people[Role.OWNER][0], now=now)
    demo_plan.plan(workspace=workspace, by=people[Role.OWNER][0], now=now)
    demo_plan.place_history(workspace=workspace, now=now)
    _tidied(workspace, people[Role.MANAGER][0], now)
    # In the order in which it happened, so that numbers, turns and the mailbox tell the same story.
    _promises(workspace, people[Role.OWNER][0], now)
    scenes = sorted(SCENES, key=lambda scene: -scene.ago)
    for scene in (scene for scene in scenes if scene.ago > ASKED_HOURS_AGO):
        _play(workspace, survey, people[Role.AGENT], scene, now)
    _ask_today(workspace, survey, people[Role.OWNER][0], now)
    for scene in (scene for scene in scenes if scene.ago <= ASKED_HOURS_AGO):
        _play(workspace, survey, people[Role.AGENT], scene, now)
    _scanned(workspace, survey, now)
    demo_work.furnish(workspace=workspace, people=people, now=now)
    demo_alerts.furnish(
        workspace=workspace, owner=people[Role.OWNER][0], agent=people[Role.AGENT][0], now=now
    )
    demo_mail.furnish(workspace=workspace, owner=people[Role.OWNER][0], now=now)
    demo_texts.play(workspace=workspace, survey=survey, now=now)
    demo_desk.furnish(workspace=workspace, people=people, now=now)
    demo_arising.furnish(workspace=workspace, survey=survey, people=people, now=now)
    demo_outer.furnish(workspace=workspace, people=people, now=now)
    demo_closing.furnish(workspace=workspace, people=people, now=now)
    demo_playbooks.furnish(workspace=workspace, by=people[Role.MANAGER][0], now=now)
    demo_homes.furnish(workspace=workspace, agent=people[Role.AGENT][0], now=now)
    demo_ahead.furnish(workspace=workspace, by=people[Role.OWNER][0], now=now)
    sla.enforce(now=now)  # whoever looks first sees promises that are kept watch over
    return sign_ins


def _tidied(workspace: Workspace, manager: User, now: datetime) -> None:
    """Yesterday's bulk edit: some contacts of an import had no language."""
    ids = Contact.objects.of(workspace).order_by("pk").values_list("pk", flat=True)[:40]
    bulk_edits.start(
        workspace=workspace, selection={"contacts": list(ids)}, field="language", value="de", by=manager,
        now=now - timedelta(days=1),
    )  # fmt: skip


def _scanned(workspace: Workspace, survey: Survey, now: datetime) -> None:
    """An answer a mail scanner gave this morning: held, with what was seen of it."""
    then = now - timedelta(hours=ASKED_HOURS_AGO) + timedelta(minutes=3)
    contact = _contact(workspace, "Henrik Sand", "Sand Logistik", 22_000, then)
    response = responses.record(
        workspace=workspace, survey=survey, contact=contact, score=0, channel="EMAIL",
        trust=Trust.LIKELY_SCANNER, now=then,
    )  # fmt: skip
    response.evidence = {
        "seconds_after_delivery": 4.2, "agent": "browser", "script": True, "gesture": False, "seconds_on_page": 0.6,
        "visits": 13, "own_visits": 13, "clients": 0, "from_mailbox": False,
        "signs": [{"code": code, "fact": fact} for code, fact in SCANNED],
    }  # fmt: skip
    response.save(update_fields=["evidence"])
    decisions.decide_pending(now=then)


SCANNED = (
    ("QUICK", "4"),
    ("ALL_LINKS", "11"),
    ("HIDDEN_LINK", ""),
    ("INSTANT", "0.6"),
    ("NO_GESTURE", ""),
)  # what the rules say of a gateway that follows everything


def _people(now: datetime) -> tuple[list[SignIn], dict[str, list[User]]]:
    sign_ins: list[SignIn] = []
    people: dict[str, list[User]] = {}
    for email, name, role, _takes in PEOPLE:
        password = new_token(9)
        user = members.ensure_user(email=email, name=name, password=password, now=now)
        user.set_password(
            password
        )  # a person left over from an earlier demo gets the password that is printed now
        user.save(update_fields=["password"])
        people.setdefault(str(role), []).append(user)
        sign_ins.append(SignIn(email, password, str(role.label)))
    return sign_ins, people


def _join(workspace: Workspace, people: dict[str, list[User]], now: datetime) -> None:
    team = Team.objects.of(workspace).get()
    takes = {email: takes for email, _name, _role, takes in PEOPLE}
    for role, users in people.items():
        for user in users:
            members.add(
                workspace=workspace, user=user, role=role, team=team, takes_cases=takes[user.email], now=now
            )
    team.lead = people[Role.MANAGER][0]
    team.save(update_fields=["lead"])
    calendar = BusinessCalendar.objects.of(workspace).get(is_default=True)
    for year in (now.year, now.year + 1):
        for month, day, name in (
            (1, 1, "New Year"),
            (5, 1, "Labour Day"),
            (10, 3, "Day of German Unity"),
            (12, 25, "Christmas Day"),
            (12, 26, "Boxing Day"),
        ):
            Holiday(
                workspace=workspace, calendar=calendar, holiday_on=date(year, month, day), name=name
            ).save()


def _promises(workspace: Workspace, owner: User, now: datetime) -> None:
    """A next response for everybody, and a quicker promise for urgent cases."""
    usual = SlaPolicy.objects.of(workspace).select_related("calendar", "workspace").get(is_default=True)
    policies.change(
        policy=usual,
        wanted=policies.Wanted(
            first_response=Span(usual.first_response_minutes),
            next_response=Span(240),
            resolution=Span(usual.resolution_minutes),
            calendar=usual.calendar,
        ),
        by=owner,
        now=now,
    )
    policies.add(
        workspace=workspace,
        wanted=policies.Wanted(
            name="Urgent",
            priority=Priority.URGENT,
            first_response=Span(30),
            next_response=Span(60),
            resolution=Span(480),
            warn_percent=60,
            calendar=usual.calendar,
        ),
        by=owner,
        now=now,
    )


def _survey(workspace: Workspace, now: datetime) -> Survey:
    survey: Survey = Survey.objects.of(workspace).filter(status=SurveyStatus.ACTIVE).order_by("pk").first()
    survey.name = "Customer NPS"
    survey.updated_at = now
    survey.save(update_fields=["name", "updated_at"])
    return survey


def _ask_today(workspace: Workspace, survey: Survey, owner: User, now: datetime) -> None:
    """This morning's campaign: its mails are in the mailbox, ready to be clicked."""
    moment = now - timedelta(hours=ASKED_HOURS_AGO)
    ids = []
    for name, company in ASKED_TODAY:
        contact = _contact(workspace, name, company, None, moment)
        ids.append(contact.pk)
    campaign = campaigns.create(
        workspace=workspace,
        name="After delivery, this week",
        survey=survey,
        audience={"contacts": ids},
        touchpoint="Delivery",
        by=owner,
        now=moment,
    )
    campaigns.start(campaign=campaign, by=owner, now=moment)
    preparing.prepare(now=moment)
    sending.send_due(now=moment)
    following.follow_mail(now=moment)
    waits = campaigns.create(
        workspace=workspace,
        name="After each closed ticket",
        survey=survey,
        audience={"all": True},
        touchpoint="Support",
        by=owner,
        now=moment,
        kind="TRIGGERED",
        trigger="support.ticket_closed",
        delay_seconds=2 * 3600,
        window={"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "18:00"},
        keeps_capacity=True,
    )
    campaigns.start(campaign=waits, by=owner, now=moment)
    campaigns.create(
        workspace=workspace,
        name="Relationship, every quarter",
        survey=survey,
        audience={"all": True},
        by=owner,
        now=moment,
        kind="RECURRING",
        first_after_days=30,
        every_days=90,
        sample_percent=50,
        reminders=[campaigns.Reminder(5, "A minute for {{ company }}?")],
    )


def _contact(workspace: Workspace, name: str, company: str, value: int | None, now: datetime) -> Contact:
    first, last = name.split(" ", 1)
    address = "".join(
        letter for letter in f"{first}.{last}".lower() if letter.isascii() and letter not in " '"
    )
    contact: Contact = contacts.upsert(
        workspace=workspace,
        email=f"{address}@customer.example",
        name=name,
        company=company,
        account_value=value,
        attributes={"region": "North", "plan": "Business" if company else "Standard", "product": "Cargo"},
        now=now,
    )[0]
    return contact


def _play(workspace: Workspace, survey: Survey, agents: list[User], scene: Scene, now: datetime) -> None:
    """Record the answer in the past, decide it then, and let the agents do what they have done since."""
    then = now - timedelta(hours=scene.ago)
    contact = _contact(workspace, scene.name, scene.company, scene.value, then)
    touchpoint = touchpoints.ensure(
        workspace=workspace, name=scene.touchpoint, kind=TouchpointKind.TRANSACTIONAL, now=then
    )
    response = responses.record(
        workspace=workspace,
        survey=survey,
        contact=contact,
        score=scene.score,
        comment=scene.words,
        channel="EMAIL",
        touchpoint=touchpoint,
        now=then,
    )
    decisions.decide_pending(now=then)
    case = Case.objects.of(workspace).get(response=response)
    agent = case.owner or agents[0]
    soon = then + timedelta(minutes=25)
    if scene.then:
        _reply(case, agent, soon, is_kept=scene.then == "resolved")
    if scene.then == "waiting":
        cases.wait(
            case=case, by=agent, waiting_for="the model name on the frame", now=soon + timedelta(minutes=5)
        )
    if scene.then == "resolved":
        cases.note_issue(
            case=case, by=agent, stated_complaint=scene.words, now=soon,
            underlying_issue="The carrier changes slots in its own app and does not tell us.",
        )  # fmt: skip
        cases.resolve(
            case=case,
            by=agent,
            root_cause=RootCause.objects.of(workspace).get(name="Late delivery"),
            resolution="We refunded the delivery fee, and the carrier now calls an hour before it arrives.",
            now=soon + timedelta(hours=3),
        )


def _reply(case: Case, agent: User, now: datetime, *, is_kept: bool) -> None:
    """A reply, and what it promises as a task; kept an hour later, or still open."""
    mail = replies.send(
        case=case,
        by=agent,
        subject="About your answer",
        body=REPLY,
        submission=f"demo-{case.pk}",
        now=now,
    )
    found = promise_keeping.read(case=case, text=mail.body, zone=case.workspace.time_zone, now=now)
    promises = [Kept(promise.title, promise.due_at) for promise in found]
    event = reply_event(mail=mail, case=case)
    for task in promise_keeping.keep(case=case, by=agent, promises=promises, event=event, now=now):
        if is_kept:
            tasks.done(task=task, by=agent, now=now + timedelta(hours=1))


REPLY = """Dear {{ first_name | "customer" }},

thank you for telling us so openly, and I am sorry: this is not how it should be. I have your case and I am finding out right now what went wrong.

**You will hear from me by tomorrow noon**, with an answer and not with an excuse:

- what happened,
- what we do about it,
- and what we do so that it does not happen again.

Kind regards
{{ agent_name }}
"""


def sign_in_sheet(*, sign_ins: list[SignIn], base_url: str) -> str:
    """The text of demo-sign-ins.txt."""
    lines = [f"Amends demo: {base_url}/", ""]
    lines += [f"{one.role:<24}{one.email:<32}{one.password}" for one in sign_ins]
    lines += ["", f"Mailbox (every mail, as the customer sees it): {base_url}/w/{SLUG}/mailbox/", ""]
    return "\n".join(lines)
