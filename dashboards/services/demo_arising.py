"""What arises in the bicycle shop: a batch of displays that fail, three lessons of the past, a case the owner stands behind."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.enums import Role
from accounts.models import Team, User, Workspace
from detractors.enums import LessonState
from detractors.models import Case, Lesson, MatrixCell, RootCause
from detractors.services import decisions, library, spikes, sponsoring, stages
from surveys.enums import TouchpointKind
from surveys.models import Survey
from surveys.services import contacts, responses, touchpoints

# Since last night: the same display, the same update. Name, company, score, words, hours ago.
DISPLAYS = (
    ("Nils Petersen", "", 3, "Since the update the display stays black. I cannot even see how fast I go.", 9.0),
    ("Marta Kowalska", "Kowalska Kurier", 2, "Four of our bikes show a black display after your firmware update!", 8.4),
    ("Jean Moreau", "", 4, "Display black after the firmware, the bike only pedals.", 7.7),
    ("Silke Brandt", "Praxis Brandt", 1, "Your update killed the display on my way to a patient.", 6.9),
    ("Ole Lindqvist", "", 3, "Black display since yesterday's firmware. The app says all is fine.", 5.5),
    ("Fatima Zahra", "", 2, "The firmware update left the display black, and now it will not start.", 4.8),
    ("Georg Huber", "Huber Installationen", 4, "Display dead after the update. Please give me the old firmware back.", 3.9),
    ("Beatrice Conti", "", 3, "Black display, no lights, after the firmware. In the dark!", 3.1),
    ("Dario Petrov", "", 2, "My display is black since the update and nobody says why.", 2.2),
    ("Lotte Vermeer", "Vermeer Bloemen", 3, "Firmware update, black display, shop closed for a day.", 1.4),
)  # fmt: skip
LESSONS: tuple[dict[str, str], ...] = (
    {
        "title": "The carrier changed the slot and told nobody", "scenario": "Get it delivered", "failure": "Late or never", "cause": "Late delivery",
        "happened": "[customer] runs a shop and closed it for a delivery that did not come. The carrier had moved the slot twice in its own app. We learned of it from the customer.",
        "done": "[colleague] called within the hour, refunded the delivery fee and stayed on the line with the carrier until a new hour was fixed. The carrier now calls an hour before it arrives.",
        "went_well": "The call came before the customer wrote a second time, and one person kept the case to the end.",
        "lesson": "A moved slot is ours to tell, whoever moved it. Ask for a fixed hour before you promise a day.",
    },
    {
        "title": "Three mails about one wrong invoice", "scenario": "Buy a bike", "failure": "Wrong bill", "cause": "",
        "happened": "[company] bought one bike and was billed for two. Two mails were answered with the standard text about payment terms, and the reminder went out all the same.",
        "done": "The double booking was found in the shop, the whole sum was refunded on the same day, and the reminder was taken back in writing.",
        "went_well": "",
        "lesson": "Open the order before you answer a mail about a bill. Who writes a second time gets a call, not a text.",
    },
    {
        "title": "The manual of another model", "scenario": "Get started", "failure": "Damaged or wrong", "cause": "",
        "happened": "[customer] put the bike together with the manual that lay in the box. It was for another frame, and the fork was mounted the wrong way round.",
        "done": "We stopped the ride by phone, sent the mechanic to [address] the next morning, and put the right manual into every box of that week.",
        "went_well": "Safety came first: the customer was told not to ride before anything else was discussed.",
        "lesson": "If a part can be mounted the wrong way, ask for a photo before the first ride. One wrong box means more wrong boxes.",
    },
)  # fmt: skip


def furnish(*, workspace: Workspace, survey: Survey, people: dict[str, list[User]], now: datetime) -> None:
    """The spike is found by the very sweep, the lessons are published by the manager, the owner stands behind a large case."""
    _displays(workspace, survey, now)
    spikes.look(workspace=workspace, now=now)
    for place, lesson in enumerate(LESSONS):
        _publish(workspace, lesson, people[Role.MANAGER][0], now - timedelta(days=40 * (place + 1)))
    owner = people[Role.OWNER][0]
    sponsoring.appoint(workspace=workspace, users=[owner.pk], by=owner, now=now)
    large = Case.objects.of(workspace).open().filter(contact__name="Clara Winter").first()
    if large is not None:
        sponsoring.give(case=large, to=owner, by=people[Role.MANAGER][0], now=now)
    stages.rebuild(workspace=workspace)


def _displays(workspace: Workspace, survey: Survey, now: datetime) -> None:
    place = touchpoints.ensure(
        workspace=workspace, name="Firmware update", kind=TouchpointKind.TRANSACTIONAL, now=now
    )
    Team.objects.of(workspace).get_or_create(
        workspace=workspace, name="Workshop", defaults={"created_at": now - timedelta(days=200)}
    )
    for name, company, score, words, ago in DISPLAYS:
        then = now - timedelta(hours=ago)
        address = name.lower().replace(" ", ".")
        contact = contacts.upsert(
            workspace=workspace, email=f"{address}@customer.example", name=name, company=company,
            attributes={"region": "South", "product": "E-bike"}, now=then,
        )[0]  # fmt: skip
        responses.record(
            workspace=workspace, survey=survey, contact=contact, score=score, comment=words, channel="EMAIL", touchpoint=place,
            now=then,
        )  # fmt: skip
        decisions.decide_pending(now=then)


def _publish(workspace: Workspace, told: dict[str, str], manager: User, at: datetime) -> None:
    texts = {name: told[name] for name in library.FIELDS}
    cell = (
        MatrixCell.objects.of(workspace)
        .filter(scenario__name=told["scenario"], failure__name=told["failure"])
        .first()
    )
    cause = RootCause.objects.of(workspace).filter(name=told["cause"]).first()
    Lesson(
        workspace=workspace, state=LessonState.PUBLISHED, cell=cell, root_cause=cause, confirmed=list(library.FIELDS),
        words="\n".join(text for text in texts.values() if text), created_at=at, updated_at=at, published_at=at,
        published_by=manager, **texts,
    ).save()  # fmt: skip
