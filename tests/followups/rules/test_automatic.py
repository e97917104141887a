"""What a mail is taken for. The samples were there first; see docs/evidence/inbound.md for the locked half."""

from collections import Counter

import pytest

from bench.inbound import measure
from followups.enums import MailKind
from followups.rules.automatic import Facts, classify


def facts(**given: object) -> Facts:
    return Facts(**{"headers": {}, "sender": "ines@customer.example", "subject": "Re: Your parcel", "text": "No.", **given})  # type: ignore[arg-type]  # fmt: skip


@pytest.mark.parametrize("half", ["open", "locked"])
def test_no_person_is_taken_for_a_program_and_hardly_a_program_for_a_person(half: str) -> None:
    judged = measure.judge_all(half)
    people = Counter(one.taken_for for one in judged if not one.is_automatic)
    programs = Counter(one.taken_for for one in judged if one.is_automatic)
    assert (people[measure.PROGRAM], people[measure.DOUBTFUL]) == (0, 0)
    assert programs[measure.PERSON] <= 1
    assert programs[measure.PROGRAM] >= 0.85 * sum(programs.values())


def test_asking_others_for_silence_says_nothing_of_who_wrote() -> None:
    assert classify(facts(headers={"x-auto-response-suppress": "All"})).kind == MailKind.HUMAN


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"headers": {"auto-submitted": "no"}}, MailKind.HUMAN),
        ({"headers": {"auto-submitted": "auto-generated"}}, MailKind.AUTOMATIC),
        ({"headers": {"list-id": "<a.b>"}}, MailKind.LIST),
        ({"report": "delivery-status"}, MailKind.BOUNCE),
        ({"report": "disposition-notification"}, MailKind.RECEIPT),
        ({"has_empty_sender": True}, MailKind.AUTOMATIC),
        ({"is_ours": True}, MailKind.OWN),
        ({"sender": "no-reply@shop.example"}, MailKind.AUTOMATIC),
        ({"subject": "Out of office? No, I am here"}, MailKind.HUMAN),
        ({"subject": "Automatic reply: Your parcel"}, MailKind.DOUBTFUL),
    ],
)
def test_what_is_told_by_one_sign(given: dict[str, object], kind: MailKind) -> None:
    assert classify(facts(**given)).kind == kind
