"""The one thing a widget key can do, and everything it cannot."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from surveys import widget_api
from surveys.enums import SurveyStatus
from surveys.models import Contact, Response, Survey, Touchpoint, WidgetKey
from surveys.rules import signed_identity
from surveys.rules.questions import Condition
from surveys.services import questions, responses, widget_keys, wordings
from surveys.services.help_links import Given, put
from tests.api import Api, errors
from tests.conftest import MONDAY_9AM
from tests.surveys.conftest import settle

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/widget/answers/"
SHOP, BLOG = "https://shop.example", "https://blog.example:8443"


@pytest.fixture
def key(acme: Workspace, owner: User) -> WidgetKey:
    return widget_keys.issue(
        workspace=acme, survey=Survey.objects.of(acme).get(), name="Shop", origins=[SHOP, BLOG], by=owner,
        now=MONDAY_9AM,
    )  # fmt: skip


def send(key: WidgetKey | str, origin: str | None = SHOP, address: str = "203.0.113.7", **body: Any) -> Any:
    headers = {"Origin": origin} if origin is not None else {}
    given = {"key": getattr(key, "public_id", key), "score": 9, **body}
    return Client().post(
        ADDRESS, given, content_type="application/json", headers=headers, REMOTE_ADDR=address
    )


def preflight(origin: str | None) -> Any:
    headers = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    return Client().options(ADDRESS, headers={**headers, **({"Origin": origin} if origin else {})})


def cors(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("Access-Control")}


def test_an_answer_is_recorded_without_a_name_and_marked(acme: Workspace, key: WidgetKey) -> None:
    touchpoint = Touchpoint(workspace=acme, name="Checkout", created_at=MONDAY_9AM)
    touchpoint.save()
    answer = send(key, score=2, comment="Too slow", answers={"device": "phone"}, touchpoint="Checkout")
    row = Response.objects.of(acme).get()
    assert (answer.status_code, answer.json()) == (
        201,
        {"id": row.public_id, "segment": "DETRACTOR", "questions": [], "help": [], "help_title": ""},
    )
    assert (row.score, row.comment, row.answers, row.touchpoint) == (
        2,
        "Too slow",
        {"device": "phone"},
        touchpoint,
    )
    assert (row.survey, row.contact, row.channel, row.trust) == (key.survey, None, "WEB", "UNVERIFIED")
    assert (Contact.objects.of(acme).count(), answer["Cache-Control"]) == (0, "no-store")
    assert answer.cookies == {}


@pytest.mark.parametrize("origin", [SHOP, BLOG])
def test_its_own_origins_may_ask_and_send(key: WidgetKey, origin: str) -> None:
    asked, sent = preflight(origin), send(key, origin)
    assert (asked.status_code, asked.content, asked["Vary"]) == (204, b"", "Origin")
    assert cors(asked) == {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": "600",
        "Access-Control-Expose-Headers": "Retry-After",
    }
    assert (sent.status_code, sent["Access-Control-Allow-Origin"], sent["Vary"]) == (201, origin, "Origin")
    assert "Access-Control-Allow-Credentials" not in sent


@pytest.mark.parametrize(
    "origin",
    [None, "", "null", "*", "http://shop.example", "https://shop.example/", "https://shop.example:443",
     "https://SHOP.example", "https://a.shop.example", "https://shop.example.evil.example", "https://blog.example",
     "https://evil.example"],
)  # fmt: skip
def test_any_other_origin_or_none_is_refused(acme: Workspace, key: WidgetKey, origin: str | None) -> None:
    for answer in (preflight(origin), send(key, origin)):
        assert (answer.status_code, answer.json()["code"], cors(answer)) == (403, "ORIGIN_NOT_ALLOWED", {})
        assert answer["Vary"] == "Origin"
    assert Response.objects.of(acme).count() == 0


def test_the_origin_of_another_key_is_not_enough(
    acme: Workspace, globex: Workspace, owner: User, charlie: User, key: WidgetKey
) -> None:
    theirs = widget_keys.issue(
        workspace=globex, survey=Survey.objects.of(globex).get(), name="Theirs",
        origins=["https://globex.example"], by=charlie, now=MONDAY_9AM,
    )  # fmt: skip
    assert preflight("https://globex.example").status_code == 204
    assert send(key, "https://globex.example").status_code == 403
    assert send(theirs, SHOP).status_code == 403
    assert (Response.objects.of(acme).count(), Response.objects.of(globex).count()) == (0, 0)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_what_a_browser_sends_without_asking_is_refused(
    acme: Workspace, key: WidgetKey, content_type: str
) -> None:
    body = f'{{"key": "{key.public_id}", "score": 9}}'
    answer = Client().generic("POST", ADDRESS, body, content_type=content_type, headers={"Origin": SHOP})
    assert (answer.status_code, Response.objects.of(acme).count()) == (415, 0)


@pytest.mark.parametrize(
    "given", ["pk_" + "x" * 22, "", "pk_", "pk_ä", "pk_\0", 7, None, ["pk_"], "abcdefgh.0123456789"]
)
def test_an_unknown_key_is_401(key: WidgetKey, given: Any) -> None:
    answer = Client().post(
        ADDRESS, {"key": given, "score": 9}, content_type="application/json", headers={"Origin": SHOP}
    )
    assert (answer.status_code, answer.json()["code"], cors(answer)) == (401, "AUTHENTICATION_FAILED", {})
    assert "WWW-Authenticate" in answer


def test_a_key_ends_with_its_rotation_or_at_once_and_its_origins_with_it(key: WidgetKey, owner: User) -> None:
    now = timezone.now()
    new = widget_keys.rotate(key=key, by=owner, until=now + timedelta(hours=1), now=now)
    assert [send(one).status_code for one in (key, new)] == [201, 201]
    WidgetKey.objects.of(key.workspace_id).filter(pk=key.pk).update(expires_at=now)
    assert [send(one).status_code for one in (key, new)] == [401, 201]
    widget_keys.revoke(key=new, by=owner, now=now)
    assert (send(new).status_code, preflight(SHOP).status_code) == (401, 403)


def test_it_opens_nothing_else(acme: Workspace, key: WidgetKey) -> None:
    for path in ("contacts/", "surveys/", "responses/", "cases/", "metrics/nps/", "widget/answers/"):
        answer = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {key.public_id}"})
        assert (path, answer.status_code) == (path, 401)
    named = Client().get(ADDRESS, {"key": key.public_id})
    assert (named.status_code, named.json()["code"]) == (401, "AUTHENTICATION_FAILED")
    plain = Client().get(ADDRESS)
    assert (plain.status_code, plain["Allow"]) == (405, "POST, OPTIONS")


def test_other_addresses_send_no_cors_header(acme: Workspace, key: WidgetKey) -> None:
    api = Api(acme)
    for path in ("contacts/", "responses/", "openapi.json"):
        answer = api.client.get(
            f"/api/v1/{path}", headers={"Origin": SHOP, "Authorization": f"Bearer {api.secret}"}
        )
        assert (path, answer.status_code, cors(answer)) == (path, 200, {})


def test_an_api_key_is_no_widget_key(acme: Workspace, key: WidgetKey) -> None:
    api = Api(acme)
    answer = api.client.post(
        ADDRESS, {"score": 9}, content_type="application/json",
        headers={"Origin": SHOP, "Authorization": f"Bearer {api.secret}"},
    )  # fmt: skip
    assert (answer.status_code, Response.objects.of(acme).count()) == (401, 0)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"score": 11}, ("score", "MAX_VALUE")),
        ({"score": "9"}, ("score", "INVALID")),
        ({"score": None}, ("score", "NULL")),
        ({"email": "ines"}, ("email", "UNKNOWN_FIELD")),
        ({"trust": "CONFIRMED"}, ("trust", "UNKNOWN_FIELD")),
        ({"answers": [1]}, ("answers", "INVALID")),
        ({"comment": "x" * 100_000}, ("comment", "MAX_LENGTH")),
        ({"touchpoint": "Made up"}, ("touchpoint", "UNKNOWN")),
    ],
)
def test_what_does_not_fit_is_named_and_the_page_may_read_why(
    acme: Workspace, key: WidgetKey, body: dict[str, Any], expected: tuple[str, str]
) -> None:
    answer = send(key, **body)
    assert (answer.status_code, errors(answer), answer["Access-Control-Allow-Origin"]) == (
        400,
        [expected],
        SHOP,
    )
    assert (
        Response.objects.of(acme).count(),
        Touchpoint.objects.of(acme).filter(name="Made up").count(),
    ) == (0, 0)


def test_a_survey_that_is_not_open_takes_nothing(acme: Workspace, key: WidgetKey) -> None:
    Survey.objects.of(acme).update(status=SurveyStatus.CLOSED)
    answer = send(key)
    assert (answer.status_code, answer.json()["code"], cors(answer) != {}) == (409, "SURVEY_CLOSED", True)
    assert Response.objects.of(acme).count() == 0


def test_a_network_that_sends_too_much_waits_and_others_do_not(
    acme: Workspace, key: WidgetKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(widget_api, "RATE", "3/minute")
    answers = [send(key) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [201] * 3 + [429] * 2
    assert answers[-1]["Retry-After"] in ("59", "60")
    assert (answers[-1].json()["code"], answers[-1]["Access-Control-Allow-Origin"]) == (
        "TOO_MANY_REQUESTS",
        SHOP,
    )
    assert send(key, address="203.0.113.8").status_code == 201
    assert Response.objects.of(acme).count() == 4


def test_half_a_minute_of_answers_a_second_is_the_limit() -> None:
    assert widget_api.RATE == "30/minute"


def test_the_last_use_is_noted(key: WidgetKey) -> None:
    send(key)
    assert WidgetKey.objects.of(key.workspace_id).get().last_used_at is not None


# --- Known customers ----------------------------------------------------------------------------------------


@pytest.fixture
def secret(key: WidgetKey, owner: User) -> str:
    return widget_keys.renew_secret(key=key, by=owner, now=MONDAY_9AM)


@pytest.mark.parametrize("who", ["ines@customer.example", "Ines@Customer.example", "C-4711"])
def test_a_signed_contact_is_confirmed_and_known(
    acme: Workspace, key: WidgetKey, secret: str, who: str
) -> None:
    signed = signed_identity.signature(secret=secret, contact=who)
    assert send(key, contact=who, signature=signed).status_code == 201
    row = Response.objects.of(acme).select_related("contact").get()
    assert (row.trust, row.channel) == ("CONFIRMED", "WEB")
    assert (row.contact.email or row.contact.external_id) == ("C-4711" if who == "C-4711" else who.lower())


def test_without_a_signature_a_contact_counts_for_nothing(
    acme: Workspace, key: WidgetKey, secret: str
) -> None:
    assert send(key, contact="ines@customer.example").status_code == 201
    row = Response.objects.of(acme).get()
    assert (row.trust, row.contact, Contact.objects.of(acme).count()) == ("UNVERIFIED", None, 0)


def test_a_wrong_signature_is_refused_and_stores_nothing(
    acme: Workspace, key: WidgetKey, secret: str, owner: User
) -> None:
    right = signed_identity.signature(secret=secret, contact="ines@customer.example")
    for who, given in (("dora@customer.example", right), ("ines@customer.example", "0" * 64)):
        assert errors(send(key, contact=who, signature=given)) == [("signature", "WRONG_SIGNATURE")]
    widget_keys.renew_secret(key=key, by=owner, now=MONDAY_9AM)
    assert errors(send(key, contact="ines@customer.example", signature=right)) == [
        ("signature", "WRONG_SIGNATURE")
    ]
    assert (Response.objects.of(acme).count(), Contact.objects.of(acme).count()) == (0, 0)


def test_a_key_without_a_secret_knows_nobody(key: WidgetKey) -> None:
    forged = signed_identity.signature(secret="", contact="ines@customer.example")
    assert errors(send(key, contact="ines@customer.example", signature=forged)) == [
        ("signature", "WRONG_SIGNATURE")
    ]


def test_what_can_be_nobody_is_refused_though_signed(acme: Workspace, key: WidgetKey, secret: str) -> None:
    signed = signed_identity.signature(secret=secret, contact="@@")
    assert errors(send(key, contact="@@", signature=signed)) == [("contact", "INVALID")]
    assert Response.objects.of(acme).count() == 0


def test_one_form_sent_twice_is_one_answer(acme: Workspace, key: WidgetKey) -> None:
    form = "A" * 22
    first = send(key, score=3, submission=form)
    again = send(key, score=4, comment="Slow", submission=form)
    row = Response.objects.of(acme).get()
    assert (first.json()["id"], again.json()["id"], row.score, row.comment) == (
        row.public_id, row.public_id, 4, "Slow",
    )  # fmt: skip
    assert errors(send(key, submission="short")) == [("submission", "SUBMISSION")]


# Further questions --------------------------------------------------------------------------------------------------


FORM = "a" * 22


@pytest.fixture
def asks(key: WidgetKey) -> tuple[Any, Any]:
    """Of the unhappy: what it was; of those who say "Speed": how slow, which needs an answer. In German as well."""
    what = questions.add(
        survey=key.survey, kind="SINGLE", text="What was it?", options=["Price", "Speed"], now=MONDAY_9AM,
        condition=Condition(classes=("DETRACTOR",)),
    )  # fmt: skip
    slow = questions.add(
        survey=key.survey, kind="TEXT", text="How slow?", is_required=True, now=MONDAY_9AM,
        condition=Condition(question=what.public_id, answers=(what.options[1]["id"],)),
    )  # fmt: skip
    wordings.write(
        survey=key.survey, language="de", texts={f"question:{what.public_id}": "Was war es?"}, now=MONDAY_9AM
    )
    return what, slow


def test_what_is_asked_next_follows_from_the_answer_as_on_the_page(
    acme: Workspace, key: WidgetKey, asks: tuple[Any, Any]
) -> None:
    what, slow = asks
    speed = what.options[1]["id"]
    assert send(key, score=9, submission="b" * 22).json()["questions"] == []
    first = send(key, score=3, comment="Bad", submission=FORM).json()["questions"]
    assert first == [
        {
            "id": what.public_id,
            "kind": "SINGLE",
            "text": "What was it?",
            "options": what.options,
            "is_required": False,
        }
    ]
    row = Response.objects.of(acme).get(submission=FORM)
    assert (row.score, row.comment, row.is_complete) == (3, "Bad", False)
    then = send(key, score=3, submission=FORM, answers={what.public_id: speed}).json()["questions"]
    assert [one["id"] for one in then] == [slow.public_id]
    links = [Given("https://help.example/slow", {"en": "Make it faster"})]
    put(workspace=acme, reason=f"option:{what.public_id}:{speed}", links=links, now=MONDAY_9AM)
    missing = send(key, score=3, submission=FORM, answers={slow.public_id: None})
    assert (missing.status_code, errors(missing)) == (400, [(f"answers.{slow.public_id}", "REQUIRED")])
    last = send(key, score=3, submission=FORM, answers={slow.public_id: "A week"})
    assert (last.status_code, last.json()["questions"]) == (201, [])
    assert last.json()["help"] == [{"url": "https://help.example/slow", "label": "Make it faster"}]
    assert last.json()["help_title"] == "This may help you right away"
    row.refresh_from_db()
    assert (row.answers, row.comment, row.is_complete) == (
        {what.public_id: speed, slow.public_id: "A week"}, "Bad", True,
    )  # fmt: skip
    assert Response.objects.of(acme).count() == 2


def test_a_question_left_out_is_not_put_again(acme: Workspace, key: WidgetKey, asks: tuple[Any, Any]) -> None:
    what, _slow = asks
    send(key, score=3, submission=FORM)
    assert send(key, score=3, submission=FORM, answers={what.public_id: None}).json()["questions"] == []
    row = Response.objects.of(acme).get()
    assert (row.answers, row.is_complete) == ({what.public_id: None}, True)


def test_questions_come_in_the_language_the_page_was_shown_in(
    acme: Workspace, key: WidgetKey, asks: tuple[Any, Any]
) -> None:
    said = send(key, score=3, submission=FORM, language="de-AT").json()["questions"]
    assert ([one["text"] for one in said], Response.objects.of(acme).get().language) == (
        ["Was war es?"],
        "de",
    )


def test_who_names_no_form_is_asked_nothing_more(
    acme: Workspace, key: WidgetKey, asks: tuple[Any, Any]
) -> None:
    assert send(key, score=3).json()["questions"] == []
    settle(acme)
    assert Response.objects.of(acme).get().is_complete


def test_the_form_of_another_page_is_neither_shown_nor_changed(
    acme: Workspace, key: WidgetKey, asks: tuple[Any, Any]
) -> None:
    what, _slow = asks
    responses.record_by_link(
        survey_public_id=key.survey.public_id, submission=FORM, score=3, comment="", now=timezone.now()
    )
    answer = send(key, score=3, submission=FORM, answers={what.public_id: what.options[0]["id"]})
    assert answer.json()["questions"] == []
    assert Response.objects.of(acme).get().answers == {}
