"""The rest of the bicycle shop: reviews and complaints, links and a kiosk, the widget of its own shop, a second language,
further questions with their answers, and a survey of another kind. Nothing here calls out of the house.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User, Workspace
from detractors.services import decisions, decisions_of_mentions
from surveys import library
from surveys.enums import QuestionKind, ResponseChannel, SourceKind
from surveys.models import Survey, SurveyQuestion
from surveys.queries import spoken
from surveys.rules.mentions import Heard
from surveys.rules.nps import DETRACTOR_TO
from surveys.rules.questions import Condition
from surveys.services import (
    comments,
    complaining,
    contacts,
    further,
    mentions,
    public_links,
    questions,
    responses,
    sources,
    surveys,
    touchpoints,
    widget_keys,
    wordings,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SHOP = "https://shop.linden-bikes.example"

# Days ago, stars, author, title, words.
REVIEWS = (
    (19.2, 5, "M. Petersen", "Rides like a dream", "Bought the cargo bike for two children and the shopping. After 1,000 km nothing rattles."),
    (15.7, 4, "Karo", "Good bike, slow paperwork", "The bike is great. The leasing papers took two weeks."),
    (11.4, 5, "Deniz A.", "", "Best bike shop in Hamburg, they took their time with me."),
    (8.1, 3, "anna_k", "Decent", "Fine, but the bell broke after a month."),
    (5.3, 3, "R. Lohmann", "Delivery chaos", "Three delivery slots, none of them kept. In the end a neighbour signed for it."),
    (2.2, 5, "Joost", "", "Repaired while I had a coffee. Thank you!"),
    (0.6, 1, "Familie Thiel", "Brakes again", "Third time at the workshop for the same squeaking brake. Nobody calls back."),
)  # fmt: skip

# Of the language: the question's own words, by key; further questions follow their ids.
GERMAN = {
    "question": "Wie wahrscheinlich ist es, dass Sie {{ company }} Freunden oder Kollegen empfehlen?",
    "subject": "Eine Frage zu Ihrem Rad",
    "prompt_detractor": "Was ist schiefgegangen, und wie können wir es wiedergutmachen?",
}

# Score, words, what to improve (place of the option), how easy help was; through which link, how many days ago.
HEARD = (
    (9, "Nice people at the counter.", None, None, 0, 6.4), (7, "", 0, None, 1, 6.1), (8, "More colours, please.", 3, None, 0, 5.8),
    (10, "", None, None, 1, 5.2), (7, "Waited long for the first service.", 1, 2, 0, 5.0), (8, "", 1, 4, 2, 4.7),
    (7, "The app lost my booking.", 1, 3, 0, 4.1), (10, "Keep it up!", None, None, 1, 3.9), (9, "", None, None, 1, 3.3),
    (7, "", 2, None, 0, 3.0), (8, "", 0, None, 2, 2.8), (7, "Lock was sold out for weeks.", 3, None, 1, 2.5),
    (9, "", None, None, 2, 2.1), (8, "Fair price.", 2, None, 0, 1.9), (7, "", 0, None, 1, 1.4), (10, "", None, None, 0, 1.2),
    (9, "Great test ride.", None, None, 2, 0.8), (8, "", 1, 5, 1, 0.5),
)  # fmt: skip

# Scores and words from the widget after checkout.
CHECKOUT = (
    (10, "Quick and clear."), (9, ""), (7, "I missed a way to pay on invoice."), (10, ""),
    (4, "The discount code vanished when I went back one step."), (8, ""),
)  # fmt: skip

# Satisfaction after a visit to the workshop, 1 to 5.
WORKSHOP = (5, 5, 4, 5, 3, 5, 4, 4, 2, 5, 5, 4, 1, 5, 4, 5, 5, 3, 4, 5, 5, 4, 5, 2, 4, 5, 5, 5, 4, 5, 3, 4, 5, 5)  # fmt: skip


NEWCOMERS = 84
FIRST = ("Anke", "Bodo", "Carla", "Detlef", "Elif", "Falk", "Gesa")
LAST = ("Albrecht", "Brandt", "Conrad", "Dietz", "Ebert", "Fuchs", "Graf", "Hahn", "Iske", "Jahn", "Kunz")


def furnish(*, workspace: Workspace, survey: Survey, owner: User, now: datetime) -> None:
    """All of it, with the clock moved by hand, in a few hundred statements."""
    improve, easy = _further_questions(survey, now - 30 * DAY)
    _links(workspace, survey, owner, improve, easy, now)
    _widget(workspace, survey, owner, now)
    _workshop(workspace, owner, now)
    _reviews(workspace, owner, now)
    _complaints(workspace, owner, now)
    _newcomers(workspace, now)
    comments.read_new(now=now)


def _further_questions(survey: Survey, now: datetime) -> tuple[SurveyQuestion, SurveyQuestion]:
    """What to improve, of all but promoters; and how easy help was to get, of those who name the support."""
    improve = questions.add(
        survey=survey,
        kind=QuestionKind.SINGLE,
        text="What should we improve first?",
        options=["Delivery", "Help and service", "Prices", "Choice of products"],
        condition=Condition(classes=("PASSIVE", "DETRACTOR")),
        now=now,
    )
    easy = questions.add(
        survey=survey,
        kind=QuestionKind.RATING,
        text="How easy was it to get help?",
        condition=Condition(question=improve.public_id, answers=(improve.options[1]["id"],)),
        now=now,
    )
    words = {
        f"{spoken.QUESTION}{improve.public_id}": "Was sollten wir zuerst verbessern?",
        f"{spoken.QUESTION}{easy.public_id}": "Wie leicht war es, Hilfe zu bekommen?",
    }
    for option, text in zip(
        improve.options, ("Lieferung", "Hilfe und Service", "Preise", "Auswahl"), strict=True
    ):
        words[f"{spoken.OPTION}{improve.public_id}:{option['id']}"] = text
    wordings.write(survey=survey, language="de", texts={**GERMAN, **words}, now=now)
    return improve, easy


def _links(
    workspace: Workspace,
    survey: Survey,
    owner: User,
    improve: SurveyQuestion,
    easy: SurveyQuestion,
    now: datetime,
) -> None:
    counter = touchpoints.ensure(workspace=workspace, name="Purchase", now=now)
    made = now - 20 * DAY
    links = [
        public_links.create(workspace=workspace, survey=survey, source="Newsletter", by=owner, now=made),
        public_links.create(
            workspace=workspace, survey=survey, source="Counter Hamburg", touchpoint=counter, is_kiosk=True, by=owner,
            now=made,
        ),
        public_links.create(
            workspace=workspace, survey=survey, source="Rechnung", language="de", by=owner, now=made
        ),
    ]  # fmt: skip
    for place, (score, words, option, help_rating, link, days) in enumerate(HEARD):
        then, submission = now - days * DAY, f"demo-answer-{place:010}"
        responses.record_by_link(
            survey_public_id=links[link].public_id,
            submission=submission,
            score=score,
            comment=words,
            now=then,
        )
        if option is None:
            continue
        said: dict[str, Any] = {improve.public_id: improve.options[option]["id"]}
        for answers in (said, {easy.public_id: help_rating} if help_rating else {}):
            further.keep_by_link(
                survey_public_id=links[link].public_id, submission=submission, asked_ids=list(answers),
                given=answers, now=then,
            )  # fmt: skip


def _widget(workspace: Workspace, survey: Survey, owner: User, now: datetime) -> None:
    key = widget_keys.issue(
        workspace=workspace, survey=survey, name="Shop, after checkout", origins=[SHOP], by=owner, now=now - 14 * DAY
    )  # fmt: skip
    key = widget_keys.change_settings(
        key=key, settings={"urls": ["/checkout/done*"], "delay": 3, "percent": 25}
    )
    for place, (score, words) in enumerate(CHECKOUT):
        then = now - (len(CHECKOUT) - place) * 31 * HOUR
        widget_keys.record_answer(
            key=key, score=score, comment=words, submission=f"demo-widget-{place:010}", now=then
        )
        if (
            score <= DETRACTOR_TO
        ):  # decided in its time; the others open nothing and are decided with the rest
            decisions.decide_pending(now=then)


def _workshop(workspace: Workspace, owner: User, now: datetime) -> None:
    """A survey of another kind, so that its report shows shares of satisfied customers instead of an NPS."""
    start = next(one for one in library.all_starts() if one.metric == "CSAT")
    survey = surveys.create_from(
        workspace=workspace, start=start, name="After the workshop", now=now - 60 * DAY
    )
    survey = surveys.change(
        survey=survey, question="How satisfied are you with your visit to our workshop?", now=now - 60 * DAY
    )
    survey = surveys.activate(survey=survey, now=now - 60 * DAY)
    place = touchpoints.ensure(workspace=workspace, name="Support", now=now)
    for at, score in enumerate(WORKSHOP):
        responses.record(
            workspace=workspace, survey=survey, score=score, channel=ResponseChannel.KIOSK, touchpoint=place,
            responded_at=now - (len(WORKSHOP) - at) * 37 * HOUR, now=now,
        )  # fmt: skip
    decisions.decide_pending(now=now)


def _newcomers(workspace: Workspace, now: datetime) -> None:
    """Customers of the dealers taken over in the east: nobody has asked them anything yet."""
    rows = [
        {
            "email": f"dealer-customer-{place:03}@customer.example",
            "name": f"{FIRST[place % len(FIRST)]} {LAST[place % len(LAST)]}",
            "attributes": {
                "region": "East" if place % 5 else "South",
                "plan": ("Standard", "Plus", "Business")[place % 3],
                "product": ("City bike", "Child seat", "Trailer")[place % 3],
            },
        }
        for place in range(NEWCOMERS)
    ]
    contacts.upsert_many(workspace=workspace, rows=rows, now=now - 3 * DAY)


def _reviews(workspace: Workspace, owner: User, now: datetime) -> None:
    shop = sources.add(
        workspace=workspace, kind=SourceKind.WEBHOOK, name="Reviews of the shop", channel=ResponseChannel.REVIEW, by=owner,
        now=now - 25 * DAY,
    )  # fmt: skip
    for place, (days, stars, author, title, words) in enumerate(REVIEWS):
        then = now - days * DAY
        heard = Heard(
            external_id=f"review-{place}", text=words, title=title, author=author, stars=stars, published_at=then,
            url=f"https://reviews.example/linden-bikes/{place}", language="en",
        )  # fmt: skip
        mentions.take(source=shop, heard=[heard], now=then + HOUR)
        if stars <= 2:
            decisions_of_mentions.decide_pending(now=then + HOUR)


def _complaints(workspace: Workspace, owner: User, now: datetime) -> None:
    form = sources.add(
        workspace=workspace, kind=SourceKind.FORM, name="Complaint form", channel=ResponseChannel.WEB, by=owner,
        now=now - 40 * DAY,
    )  # fmt: skip
    complaining.write(
        source=form,
        text="I was charged for a service that your colleague had promised for free, see invoice 20418.",
        email="mateo.silva@customer.example",
        name="Mateo Silva",
        once="demo-complaint-1",
        now=now - 0.4 * HOUR,
    )
    decisions_of_mentions.decide_pending(now=now - 0.4 * HOUR)
