from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from core import merge_fields
from detractors.models import Case
from followups import ready_made
from followups.enums import TemplateKind
from followups.models import Playbook, PlaybookStep
from followups.queries import merging
from followups.queries import message_templates as queries
from followups.rules import cursor, template_words, tone
from followups.services import ready_templates, templates
from outbox import text_rules
from tests.conftest import MONDAY_9AM
from tests.followups.conftest import LATER

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "de")
TO_THE_UNHAPPY = (
    "first-delivery", "first-price", "first-billing", "first-staff", "first-defect", "no-words", "still-on-it",
    "put-right", "could-not",
)  # fmt: skip


def test_there_are_good_words_for_every_kind_in_two_languages() -> None:
    kinds = [one.kind for one in ready_made.ALL]
    assert (len({one.key for one in ready_made.ALL}), set(kinds)) == (16, set(TemplateKind.values))
    assert all(set(table) == {one.key for one in ready_made.ALL} for table in ready_made.WORDS.values())


def test_every_one_can_be_copied_and_said_to_any_customer(acme: Workspace, bob: User, case: Case) -> None:
    case.resolution = "A new parcel is on its way."
    asking = []
    for ready in ready_made.ALL:
        template = ready_templates.copy(workspace=acme, key=ready.key, by=bob, now=MONDAY_9AM)
        for language in LANGUAGES:
            try:
                words = templates.words_for(
                    template=template, case=case, by=bob, language=language, now=LATER
                )
            except templates.Unfilled as error:
                asking.append(f"{ready.key} {language}: {len(error.fields)}")
                continue
            assert (words.language, "{{" in words.body + words.subject) == (language, False)
    assert asking == ["could-not en: 0", "could-not de: 0"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", TO_THE_UNHAPPY)
def test_what_an_unhappy_customer_reads_holds_all_they_should_read(
    acme: Workspace, bob: User, case: Case, key: str, language: str
) -> None:
    ready = ready_made.one(key)
    assert ready is not None
    said = ready.words[language]
    late = MONDAY_9AM + timedelta(days=90)  # nothing is promised any more: the fall-back stands
    for now in (LATER, late):
        values = merging.merge_values(case=case, by=bob, now=now, language=language)
        values["what_was_done"] = "A new parcel."
        body = merge_fields.render(cursor.without(said["body"]), values)
        missing = [
            check.code for check in tone.checks(body, language=language, names=["Ines"]) if not check.is_there
        ]
        assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_stays_within_two_parts_and_the_alphabet_of_the_networks(
    acme: Workspace, bob: User, case: Case, language: str
) -> None:
    for ready in ready_made.ALL:
        if ready.kind == TemplateKind.SMS:
            values = merging.merge_values(case=case, by=bob, now=LATER, language=language)
            size = text_rules.size(merge_fields.render(ready.words[language]["body"], values))
            assert (size.alphabet, size.parts <= 2) == (text_rules.GSM, True)


def test_only_what_a_person_must_finish_asks_for_it() -> None:
    asking = {
        one.key for one in ready_made.ALL
        if one.kind != TemplateKind.CALL and template_words.asks_writer(one.words["en"]["body"])
    }  # fmt: skip
    assert asking == {"could-not"}


def test_a_second_copy_is_a_template_of_its_own_and_the_first_keeps_the_key(
    acme: Workspace, bob: User
) -> None:
    first = ready_templates.ensure(workspace=acme, key="promoter", by=bob, now=LATER)
    same = ready_templates.ensure(workspace=acme, key="promoter", by=bob, now=LATER)
    second = ready_templates.copy(workspace=acme, key="promoter", by=bob, now=LATER)
    assert (same.pk, second.name, second.key) == (first.pk, "Thanks to promoters (2)", "")
    assert queries.copied_keys(workspace=acme) == {"promoter"}
    with pytest.raises(templates.TemplateError):
        ready_templates.copy(workspace=acme, key="nothing", by=bob, now=LATER)


def test_where_words_are_used_is_known(acme: Workspace, bob: User) -> None:
    mail = ready_templates.copy(workspace=acme, key="promoter", by=bob, now=LATER)
    ready_templates.copy(workspace=acme, key="sms-missed", by=bob, now=LATER)
    assert queries.used_by(workspace=acme) == {}
    playbook = Playbook(
        workspace=acme, name="After a 10", event="PROMOTER", created_at=LATER, updated_at=LATER
    )  # fmt: skip
    playbook.save()
    for place, until in ((1, None), (2, None), (3, 2)):
        PlaybookStep(
            workspace=acme, playbook=playbook, position=place, kind="MAIL", does={"template": mail.public_id},
            until_version=until, created_at=LATER,
        ).save()  # fmt: skip
    assert queries.used_by(workspace=acme) == {mail.public_id: [playbook]}
    assert [(row.pk, version.number) for row, version in queries.in_use(workspace=acme, kind="MAIL")] == [
        (mail.pk, 1)
    ]
