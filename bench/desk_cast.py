"""Ten customers who need somebody, for a desk that is worked through by keyboard; in the product's own environment:

    python -m bench.desk_cast SLUG PASSWORD

Ana, an agent, has nine cases; the tenth is nobody's. Prints {"cases": [numbers in the order of CUSTOMERS]}.
"""

import json
import os
import sys
import time
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.utils import timezone  # noqa: E402  after the set-up

from accounts.enums import Role  # noqa: E402
from accounts.models import Membership, Workspace  # noqa: E402
from accounts.services import members  # noqa: E402
from detractors.models import Case  # noqa: E402
from detractors.services import cases, decisions, statuses, tags  # noqa: E402
from followups.services import reply_templates  # noqa: E402
from surveys.models import Response, Survey  # noqa: E402
from surveys.services import contacts, responses  # noqa: E402

ANA, BEN = ("ana", "Ana Ferreira"), ("ben", "Ben Adeyemi")
CUSTOMERS = (  # name, company, score, words
    ("Greta Olsen", "Olsen Blumen", 0, "Delivery slot changed twice without a word. I closed the shop for nothing."),
    ("Maya Lindqvist", "Kita Sonnenhof", 1, "The brakes squeak since the service, and nobody calls back."),
    ("Yusuf Dupont", "Studio Linde", 2, "I was renewed although I had cancelled."),
    ("ليلى حداد", "", 2, "وصلت الدراجة متأخرة أسبوعين ولم يتصل بي أحد."),
    ("Paul Brandt", "Casa Verde", 3, "My order arrived damaged. I am really disappointed."),
    ("Noah Novak", "", 3, "Half of the order was missing."),
    ("Lina Silva", "Casa Verde", 4, "The parcel went to a neighbour I do not know."),
    ("Oskar Hansen", "", 4, ""),
    ("Dr. Alexandra Papadopoulou-Weatherby", "Vereinigte Fahrradwerkstätten am Alten Güterbahnhof", 5, "Fine bike, hopeless hotline: forty minutes of music."),
    ("Ines Iglesias", "Ibex", 6, "The app forgets my address each time."),
)  # fmt: skip
SORRY = 'Dear {{ first_name | "customer" }},\n\nThank you for telling us, and I am sorry. [What we do about it] By tomorrow you will hear from me.\n\nAna'


def main(slug: str, password: str) -> None:
    """Make the people, their words and their cases; print the numbers."""
    now = timezone.now()
    workspace = Workspace.objects.get(slug=slug)
    for login, name in (ANA, BEN):
        user = members.ensure_user(email=f"{login}@{slug}.example", name=name, password=password, now=now)
        members.add(workspace=workspace, user=user, role=Role.AGENT, now=now)
    Membership.objects.of(workspace).update(takes_cases=False)
    ana = (
        Membership.objects.of(workspace)
        .select_related("user")
        .get(user__email=f"{ANA[0]}@{slug}.example")
        .user
    )
    statuses.add(workspace=workspace, name="With the carrier", category="WAITING", now=now)
    statuses.add(workspace=workspace, name="Refunded", category="RESOLVED", now=now)
    tags.ensure(workspace=workspace, names=["Carrier", "Workshop"], now=now)
    reply_templates.add(
        workspace=workspace, name="Sorry", subject="Your bike", body=SORRY, shortcut="sorry", now=now
    )
    survey = Survey.objects.of(workspace).get()
    answers = []
    for place, (name, company, score, words) in enumerate(CUSTOMERS):
        person, _new = contacts.upsert(
            workspace=workspace, email=f"customer{place}@shop.example", name=name, company=company, now=now
        )
        answered = now - timedelta(minutes=60 - place)
        answers.append(
            responses.record(
                workspace=workspace, survey=survey, contact=person, score=score, comment=words, now=answered
            )
        )
    found = decided(workspace, answers)
    for case in found[:-1]:
        cases.assign(case=case, owner=ana, by=ana, now=now)
    numbers = [case.number for case in found]
    print(json.dumps({"cases": numbers}))


def decided(workspace: Workspace, answers: list[Response]) -> list[Case]:
    """The cases of these answers in their order, once the product's worker or this program has opened them all."""
    for _turn in range(100):
        decisions.decide_pending(now=timezone.now())
        rows = Case.objects.of(workspace).select_related("workspace").filter(response__in=answers)
        by_answer = {case.response_id: case for case in rows}
        if len(by_answer) == len(answers):
            return [by_answer[answer.pk] for answer in answers]
        time.sleep(0.3)
    raise RuntimeError("the answers were not decided")


if __name__ == "__main__":
    main(*sys.argv[1:3])
