from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User, Workspace
from detractors.models import Case, Remedy
from followups.enums import TemplateKind
from followups.models import MessageTemplate, TemplateVersion
from followups.queries import message_templates as queries
from followups.services import templates
from surveys.models import Contact
from tests.conftest import MONDAY_9AM
from tests.followups.conftest import LATER

pytestmark = pytest.mark.django_db

ENGLISH = {
    "subject": "Your parcel",
    "body": 'Hello {{ first_name | "there" }}, *we* are sorry. {{ agent_name }}',
}
GERMAN = {"subject": "Ihr Paket", "body": "Guten Tag {{ name }}, es tut uns leid. {{ agent_name }}"}


def made(workspace: Workspace, by: User, **given: Any) -> MessageTemplate:
    facts = {
        "kind": TemplateKind.MAIL,
        "name": "Late parcel",
        "language": "en",
        "words": {"en": ENGLISH, "de": GERMAN},
    }
    return templates.create(workspace=workspace, by=by, now=MONDAY_9AM, **{**facts, **given})


def speaks(case: Case, language: str) -> None:
    assert case.contact is not None
    case.contact.language = language
    case.contact.save()


@pytest.mark.parametrize(
    ("wanted", "spoken", "is_fallback", "begins"),
    [
        ("de", "de", False, "Guten Tag Ines Iglesias"),
        ("de-AT", "de", False, "Guten Tag Ines Iglesias"),
        ("fr", "en", True, "Hello Ines"),
    ],
)
def test_words_are_in_the_customers_language_or_in_the_templates_own(
    acme: Workspace, bob: User, case: Case, wanted: str, spoken: str, is_fallback: bool, begins: str
) -> None:
    speaks(case, wanted)
    words = templates.words_for(template=made(acme, bob), case=case, by=bob, now=LATER)
    assert (words.language, words.is_fallback, words.body.startswith(begins)) == (spoken, is_fallback, True)


def test_a_mail_is_formatted_and_a_text_message_stays_as_it_was_typed(
    acme: Workspace, bob: User, case: Case
) -> None:
    mail = templates.words_for(template=made(acme, bob), case=case, by=bob, now=LATER)
    text = made(acme, bob, kind=TemplateKind.SMS, words={"en": ENGLISH})
    sms = templates.words_for(template=text, case=case, by=bob, now=LATER)
    assert (mail.subject, "<strong>we</strong>" in mail.html or "<em>we</em>" in mail.html) == (
        "Your parcel",
        True,
    )
    assert (sms.subject, sms.body, sms.html) == ("", "Hello Ines, *we* are sorry. Bob Brown", "")


def test_what_has_no_value_and_no_fall_back_is_named_instead_of_sent(
    acme: Workspace, bob: User, case: Case
) -> None:
    words = {
        "en": {
            "subject": "{{ product }}",
            "body": "Dear {{ first_name }}, {{ remedy }} on [date]. {{ product }}",
        }
    }
    with pytest.raises(templates.Unfilled) as caught:
        templates.words_for(template=made(acme, bob, words=words), case=case, by=bob, now=LATER)
    assert (caught.value.fields, caught.value.places) == (("product", "remedy"), ("[date]",))


def test_a_call_script_leaves_places_to_the_one_who_speaks(acme: Workspace, bob: User, case: Case) -> None:
    words = {"en": {"body": "Hello, this is {{ agent_first_name }}. [their story]"}}
    script = made(acme, bob, kind=TemplateKind.CALL, words=words)
    said = templates.words_for(template=script, case=case, by=bob, now=LATER)
    assert said.body == "Hello, this is Bob. [their story]"


def test_somebody_without_a_case_is_spoken_to_by_name(acme: Workspace, bob: User, ines: Contact) -> None:
    words = templates.words_for(template=made(acme, bob), contact=ines, by=bob, now=LATER)
    assert words.body.startswith(f"Hello {ines.first_name}, ")


def test_the_promise_is_said_in_the_customers_language_and_never_once_it_is_over(
    acme: Workspace, bob: User, case: Case
) -> None:
    speaks(case, "de")
    words = {"en": {"body": "By {{ promise }}"}, "de": {"body": 'Bis {{ promise | "bald" }}'}}
    template = made(acme, bob, words=words)
    soon = templates.words_for(template=template, case=case, by=bob, now=MONDAY_9AM).body
    late = templates.words_for(template=template, case=case, by=bob, now=MONDAY_9AM + timedelta(days=90)).body
    assert (soon.split(" ")[1] in ("Montag", "Dienstag"), late) == (True, "Bis bald")


def test_the_product_is_the_contacts_attribute_of_that_name(
    acme: Workspace, bob: User, ines: Contact
) -> None:
    ines.attributes = {"Product": "E-bike"}
    template = made(acme, bob, words={"en": {"body": "Your {{ product }}"}}, name="Product")
    with pytest.raises(templates.TemplateError):
        made(acme, bob, words={"en": {"body": "{{ attribute.nothing }}"}})
    assert templates.words_for(template=template, contact=ines, now=LATER).body == "Your E-bike"


def test_the_newest_remedy_that_was_agreed_is_named_with_its_worth(
    acme: Workspace, bob: User, case: Case
) -> None:
    for what, state in (("A refund", "GRANTED"), ("A bicycle", "WAITING")):
        Remedy(
            workspace=acme, case=case, kind="REFUND", what=what, value=Decimal("12.50"), state=state, created_by=bob,
            created_at=LATER, granted_at=LATER if state == "GRANTED" else None,
        ).save()  # fmt: skip
    template = made(
        acme, bob, words={"en": {"body": '{{ remedy }}, {{ remedy_value }} {{ remedy_code | "-" }}'}}
    )
    assert (
        templates.words_for(template=template, case=case, by=bob, now=LATER).body == "A refund, 12.50 EUR -"
    )


def test_writing_makes_a_version_and_what_was_published_stays_as_it_was(acme: Workspace, bob: User) -> None:
    template = made(acme, bob)
    templates.write(template=template, words={"en": {"body": "Second"}}, by=bob, now=LATER)
    same = templates.write(template=template, words={"en": {"body": " Second "}}, by=bob, now=LATER)
    assert (same.number, template.live_number, [v.number for v in queries.versions(template=template)]) == (
        2, 2, [2, 1],
    )  # fmt: skip
    first = queries.version(template=template, number=1)
    assert first is not None
    assert first.words == {"en": ENGLISH, "de": GERMAN}


def test_a_draft_is_used_by_nobody_until_it_is_published(acme: Workspace, bob: User, case: Case) -> None:
    template = made(acme, bob, words={"en": {"body": "First"}}, publish=False)
    with pytest.raises(templates.NotPublished):
        templates.words_for(template=template, case=case, by=bob, now=LATER)
    templates.publish(template=template, now=LATER)
    draft = templates.write(
        template=template, words={"en": {"body": "Next"}}, by=bob, now=LATER, publish=False
    )
    templates.write(template=template, words={"en": {"body": "Later"}}, by=bob, now=LATER, publish=False)
    assert templates.words_for(template=template, case=case, by=bob, now=LATER).body == "First"
    published = templates.publish(template=template, now=LATER)
    assert published is not None
    assert (published.pk, published.number, templates.publish(template=template, now=LATER)) == (
        draft.pk,
        2,
        None,
    )
    assert templates.words_for(template=template, case=case, by=bob, now=LATER).body == "Later"


def test_a_former_version_is_said_again_as_a_new_one(acme: Workspace, bob: User, case: Case) -> None:
    template = made(acme, bob, words={"en": {"body": "First"}})
    templates.write(template=template, words={"en": {"body": "Second"}}, by=bob, now=LATER)
    again = templates.restore(template=template, number=1, by=bob, now=LATER)
    assert (again.number, again.restored_from, template.live_number) == (3, 1, 3)
    with pytest.raises(templates.TemplateError):
        templates.restore(template=template, number=9, by=bob, now=LATER)


def test_two_writers_of_one_language_do_not_overwrite_each_other(acme: Workspace, bob: User) -> None:
    template = made(acme, bob)
    given = {"template": template, "by": bob, "now": LATER, "subject": "", "body": "Mine"}
    templates.write_language(language="en", seen=templates.mark_of(ENGLISH), **given)
    templates.write_language(language="de", seen=templates.mark_of(GERMAN), **given)
    with pytest.raises(templates.ChangedMeanwhile):
        templates.write_language(language="en", seen=templates.mark_of(ENGLISH), **given)
    newest = queries.newest(template=template)
    assert newest is not None
    assert set(newest.words) == {"en", "de"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"kind": "FAX"}, "kind"),
        ({"words": {"en": {"body": "Dear {{ gadget }}"}}}, "body"),
        ({"words": {"en": {"subject": "{{ first name }}", "body": "x"}}}, "subject"),
        ({"words": {"en": {"body": "x" * 10_001}}}, "body"),
        ({"kind": "SMS", "words": {"en": {"body": "x" * 1_531}}}, "body"),
        ({"words": {"de": GERMAN}}, "body"),
        ({"words": {"en": ENGLISH, "German": GERMAN}}, "language"),
    ],
)
def test_what_could_never_be_used_is_not_kept_and_the_field_is_named(
    acme: Workspace, bob: User, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(templates.TemplateError) as caught:
        made(acme, bob, **given)
    assert (caught.value.field, MessageTemplate.objects.of(acme).count()) == (field, 0)


def test_a_name_is_free_again_once_its_template_is_retired(acme: Workspace, bob: User) -> None:
    first = made(acme, bob, key="late")
    with pytest.raises(templates.TemplateError):
        made(acme, bob, name="late PARCEL")
    templates.retire(template=first, now=LATER)
    second = made(acme, bob, key="late")
    with pytest.raises(templates.TemplateError):
        templates.retire(template=first, now=None)
    assert (first.is_live, second.is_live, second.key) == (False, True, "")


def test_the_database_keeps_one_draft_at_most(acme: Workspace, bob: User) -> None:
    template = made(acme, bob, publish=False)
    with pytest.raises(IntegrityError, match="template_version_one_draft"), transaction.atomic():
        TemplateVersion(workspace=acme, template=template, number=2, words={}, at=LATER).save()
