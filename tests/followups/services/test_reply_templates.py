import pytest

from accounts.models import User, Workspace
from core import merge_fields
from detractors.models import Case
from followups import queries, wording
from followups.models import ReplyTemplate
from followups.queries import merging
from followups.services import replies, reply_templates
from followups.services.reply_templates import ReplyTemplateError
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def test_a_new_workspace_begins_with_replies_worth_sending(acme: Workspace, bob: User) -> None:
    assert [template.name for template in queries.templates(workspace=acme, user=bob)] == [
        "Ask for one detail",
        "First reply: thank, apologise, say what happens next",
        "Not done yet, and when it will be",
        "Offer a call",
        "What we did about it",
    ]


def test_every_first_reply_can_be_filled_for_any_case(case: Case, bob: User, acme: Workspace) -> None:
    known = merging.known_fields(workspace=acme)
    for template in queries.templates(workspace=acme, user=bob):
        draft = replies.draft(case=case, by=bob, subject=template.subject, body=template.body, now=MONDAY_9AM)
        assert (merge_fields.unknown_fields(template.body, known), draft.is_blocked) == ([], False)


def test_every_first_reply_but_the_first_asks_its_writer_to_fill_something_in(case: Case, bob: User) -> None:
    asked = {
        kept.name: replies.draft(case=case, by=bob, subject="", body=kept.body, now=MONDAY_9AM).needs_a_word
        for kept in wording.KEPT_REPLIES
    }
    assert [name for name, needs in asked.items() if not needs] == [wording.KEPT_REPLIES[0].name]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "offer a CALL"}, "name"),
        ({"body": " \n"}, "body"),
        ({"body": "Dear {{ nickname }}"}, "body"),
        ({"body": "Dear {{ first name }}"}, "body"),
        ({"subject": "About {{ gadget }}"}, "subject"),
        ({"subject": "x" * 201}, "subject"),
    ],
)
def test_what_could_never_be_sent_is_not_kept_and_the_field_is_named(
    acme: Workspace, words: dict[str, str], field: str
) -> None:
    with pytest.raises(ReplyTemplateError) as caught:
        reply_templates.add(
            workspace=acme,
            now=MONDAY_9AM,
            **{"name": "New", "subject": "", "body": "Dear {{ name }}", **words},
        )
    assert (caught.value.field, ReplyTemplate.objects.of(acme).count()) == (field, 5)


def test_another_workspace_may_use_the_same_name(acme: Workspace, globex: Workspace) -> None:
    for workspace in (acme, globex):
        reply_templates.add(workspace=workspace, name="Ours", subject="", body="Hello", now=MONDAY_9AM)
    assert ReplyTemplate.objects.across_workspaces().filter(name="Ours").count() == 2


def test_a_reply_is_changed_and_removed(acme: Workspace) -> None:
    template = reply_templates.add(workspace=acme, name="Ours", subject="", body="Hello", now=MONDAY_9AM)
    reply_templates.change(template=template, name="Ours", subject="Hi {{ first_name }}", body="Hello again")
    template.refresh_from_db()
    assert (template.subject, template.body) == ("Hi {{ first_name }}", "Hello again")
    reply_templates.remove(template=template)
    assert ReplyTemplate.objects.of(acme).filter(name="Ours").count() == 0
