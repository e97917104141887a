from typing import Any

import pytest
from django.test import Client

from accounts.models import User, Workspace
from detractors.models import Case
from followups.models import MessageTemplate, TemplateVersion
from followups.queries import message_templates as queries
from followups.services import playbooks, ready_templates, templates
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
HOME = "/w/acme/templates/"


@pytest.fixture
def mail(acme: Workspace, alice: User) -> MessageTemplate:
    words = {
        "en": {"subject": "Your parcel", "body": 'Hello {{ first_name | "there" }}, we are sorry.'},
        "de": {"subject": "Ihr Paket", "body": "Guten Tag {{ name }}, es tut uns leid."},
    }
    return templates.create(
        workspace=acme, kind="MAIL", name="Late parcel", language="en", words=words, by=alice, now=MONDAY_9AM
    )


def url(template: MessageTemplate, rest: str = "") -> str:
    return f"{HOME}{template.public_id}/{rest}"


def fields(client: Client, template: MessageTemplate, language: str) -> dict[str, Any]:
    """The form of a language as it is drawn."""
    form = client.get(url(template), {"language": language}).context["form"]
    return {"language": language, **{name: form[name].value() or "" for name in form.fields}}


def test_a_manager_writes_a_language_keeps_a_draft_and_publishes_it(
    alice: User, mail: MessageTemplate, case: Case
) -> None:
    manager = signed_in(alice)
    typed = fields(manager, mail, "fr") | {
        "subject": "Votre colis",
        "body": "Bonjour {{ name }}",
        "act": "save",
    }
    assert manager.post(url(mail), typed).status_code == 302
    drawn = manager.get(url(mail), {"language": "fr"})
    assert (drawn.context["is_draft"], drawn.context["tried"].draft.body) == (True, "Bonjour Ines Iglesias")
    manager.post(url(mail), {"act": "publish-draft"})
    mail.refresh_from_db()
    live = queries.live(template=mail)
    assert live is not None
    assert (mail.live_number, set(live.words)) == (2, {"en", "de", "fr"})


def test_words_somebody_else_changed_are_not_overwritten_unless_it_is_meant(
    alice: User, mail: MessageTemplate
) -> None:
    manager = signed_in(alice)
    typed = fields(manager, mail, "en") | {"body": "Mine", "act": "publish"}
    templates.write_language(template=mail, language="en", subject="", body="Theirs", by=None, now=MONDAY_9AM)
    refused = manager.post(url(mail), typed)
    assert (refused.status_code, "Mine" in refused.content.decode()) == (409, True)
    again = {**typed, "seen": refused.context["form"].data["seen"]}
    assert manager.post(url(mail), again).status_code == 302
    assert [row.words["en"]["body"] for row in queries.versions(template=mail)][:2] == ["Mine", "Theirs"]


def test_an_agent_reads_and_tries_it_but_writes_nothing(bob: User, mail: MessageTemplate, case: Case) -> None:
    agent = signed_in(bob)
    page = agent.get(url(mail), {"language": "de"})
    assert (page.context["form"], page.context["tried"].draft.body) == (
        None, "Guten Tag Ines Iglesias, es tut uns leid.",
    )  # fmt: skip
    assert agent.get(HOME).status_code == 200
    assert agent.post(url(mail), {"act": "retire"}).status_code == 403
    assert agent.get(f"{HOME}new/").status_code == 403
    assert agent.post(f"{HOME}ready-made/", {"key": "promoter"}).status_code == 403
    assert TemplateVersion.objects.across_workspaces().filter(template=mail).count() == 1


def test_a_draft_is_shown_to_nobody_who_cannot_write(bob: User, alice: User, mail: MessageTemplate) -> None:
    words = {"en": {"body": "Secret plan"}}
    templates.write(template=mail, words=words, by=alice, now=MONDAY_9AM, publish=False)
    agent = signed_in(bob)
    assert agent.get(url(mail, "versions/2/")).status_code == 404
    assert [row["version"].number for row in agent.get(url(mail, "versions/")).context["rows"]] == [1]
    assert "Secret plan" not in agent.get(url(mail)).content.decode()
    assert signed_in(alice).get(url(mail, "versions/2/")).status_code == 200


def test_a_stranger_finds_nothing(charlie: User, mail: MessageTemplate) -> None:
    stranger = signed_in(charlie)
    for page in (HOME, f"{HOME}ready-made/", url(mail), url(mail, "versions/"), url(mail, "versions/1/")):
        assert stranger.get(page).status_code == 404
    assert signed_in(charlie).get(f"/w/globex/templates/{mail.public_id}/").status_code == 404


def test_the_live_preview_says_what_is_missing_and_what_a_text_costs(alice: User, case: Case) -> None:
    manager = signed_in(alice)
    typed = {
        "kind": "SMS",
        "language": "en",
        "body": "{{ company }}: {{ first_name }}, {{ product }}",
        "case": "1",
    }
    found = manager.post(f"{HOME}preview/", typed).context["tried"]
    assert (found.draft.is_blocked, found.draft.body, found.size) == (
        True, "Acme: Ines, {{ product }}", "1 part, 29 characters",
    )  # fmt: skip
    nobody = manager.post(f"{HOME}preview/", {**typed, "case": "nobody"}).context["tried"]
    assert len(nobody.draft.findings) == 2
    assert manager.post(f"{HOME}preview/", {"kind": "FAX"}).status_code == 404
    mail = manager.post(f"{HOME}preview/", {"kind": "MAIL", "language": "en", "body": "Hi {{ first name"})
    assert (mail.status_code, mail.context["tried"].draft.is_blocked) == (200, True)


def test_a_ready_made_one_is_copied_and_then_its_own(alice: User, acme: Workspace) -> None:
    manager = signed_in(alice)
    answer = manager.post(f"{HOME}ready-made/", {"key": "first-delivery"}, follow=True)
    made = MessageTemplate.objects.of(acme).get()
    assert (made.key, answer.redirect_chain[-1][0]) == ("first-delivery", url(made))
    assert manager.post(f"{HOME}ready-made/", {"key": "none"}).status_code == 404
    page = manager.get(f"{HOME}ready-made/")
    assert page.content.decode().count("Copied") == 1


def test_a_new_one_needs_what_it_needs_and_keeps_what_was_typed(alice: User, acme: Workspace) -> None:
    manager = signed_in(alice)
    typed = {"kind": "CALL", "name": "", "language": "en", "body": "Hello", "act": "publish"}
    refused = manager.post(f"{HOME}new/", typed)
    assert (refused.status_code, refused.context["form"].errors["name"]) == (
        422, ["Please write something here."],
    )  # fmt: skip
    manager.post(f"{HOME}new/", {**typed, "name": "First call"})
    assert [(row.name, row.kind, row.live_number) for row in MessageTemplate.objects.of(acme)] == [
        ("First call", "CALL", 1)
    ]


def test_a_version_shows_what_it_changed_and_comes_back(alice: User, mail: MessageTemplate) -> None:
    manager = signed_in(alice)
    templates.write(template=mail, words={"en": {"body": "Hello, we were late."}}, by=alice, now=MONDAY_9AM)
    page = manager.get(url(mail, "versions/2/"))
    assert "<ins>" in page.content.decode()
    assert {one["code"] for one in page.context["differences"]} == {"en", "de"}
    assert manager.post(url(mail, "versions/1/")).status_code == 302
    mail.refresh_from_db()
    assert mail.live_number == 3
    assert manager.post(url(mail, "versions/9/")).status_code == 404


def test_it_is_renamed_retired_and_brought_back(alice: User, mail: MessageTemplate, acme: Workspace) -> None:
    manager = signed_in(alice)
    refused = manager.post(url(mail), {"act": "about", "name": "Parcels", "language": "fr"})
    assert refused.status_code == 422
    manager.post(url(mail), {"act": "about", "name": "Parcels", "language": "de"})
    manager.post(url(mail), {"act": "retire"})
    mail.refresh_from_db()
    assert (mail.name, mail.language, mail.is_live) == ("Parcels", "de", False)
    assert "1 retired" in manager.get(HOME).content.decode()
    manager.post(url(mail), {"act": "bring-back"})
    manager.post(url(mail), {"act": "drop", "language": "en"})
    newest = queries.newest(template=mail)
    assert newest is not None
    assert (MessageTemplate.objects.of(acme).get().archived_at, newest.is_draft, set(newest.words)) == (
        None, True, {"de"},
    )  # fmt: skip
    assert manager.post(url(mail), {"act": "guess"}).status_code == 404


def test_a_list_of_many_costs_as_many_queries_as_one_of_few(
    acme: Workspace, alice: User, mail: MessageTemplate, django_assert_max_num_queries: Any
) -> None:
    manager = signed_in(alice)
    for key in ("promoter", "passive", "call-once", "sms-missed"):
        ready_templates.copy(workspace=acme, key=key, by=alice, now=MONDAY_9AM)
    manager.get(HOME)
    with django_assert_max_num_queries(12):
        assert len(manager.get(HOME).context["rows"]) == 5


def test_thanks_are_not_asked_for_an_apology(alice: User, acme: Workspace, case: Case) -> None:
    client, said = signed_in(alice), {"kind": "MAIL", "language": "en", "subject": "", "body": "Thank you."}
    address = "/w/acme/templates/preview/"
    unhappy = client.post(address, said).content.decode()
    assert "Apology" in unhappy
    thanks = ready_templates.copy(workspace=acme, key="promoter", by=alice, now=MONDAY_9AM)
    content = client.post(address, {**said, "template": thanks.public_id}).content.decode()
    assert "What a customer you thank should read" in content
    assert "Apology" not in content
    own = templates.create(
        workspace=acme, kind="MAIL", name="Our thanks", language="en", by=alice, now=MONDAY_9AM,
        words={"en": {"subject": "Thanks", "body": "Thank you."}},
    )  # fmt: skip
    playbooks.create(
        workspace=acme, name="Thank promoters again", event="PROMOTER", now=MONDAY_9AM,
        steps=[{"kind": "MAIL", "does": {"template": own.public_id}}],
    )  # fmt: skip
    assert "Apology" not in client.get(f"/w/acme/templates/{own.public_id}/").content.decode()
