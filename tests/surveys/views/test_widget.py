"""What pages of other sites load: how much it weighs, who may read it, how long it is kept."""

import gzip
import hashlib
import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from surveys.models import Survey, WidgetKey
from surveys.services import questions, surveys, widget_keys
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
SHOP = "https://shop.example"
MOST = 15_000  # bytes compressed, the script with everything it loads


@pytest.fixture
def key(survey: Survey, owner: User) -> WidgetKey:
    return widget_keys.issue(
        workspace=survey.workspace, survey=survey, name="Shop", origins=[SHOP], by=owner, now=MONDAY_9AM
    )


def config(key: WidgetKey | str, origin: str | None = SHOP, **query: str) -> Any:
    headers = {"Origin": origin} if origin else {}
    return Client().get(f"/widget/{getattr(key, 'public_id', key)}.json", query, headers=headers)


def words() -> Iterator[str]:
    """Words of 16 letters and digits that compress as badly as any."""
    for n in itertools.count():
        yield hashlib.sha256(str(n).encode()).hexdigest()[:16]


def test_the_script_and_all_it_loads_weigh_at_most_15_kb_compressed(
    acme: Workspace, survey: Survey, key: WidgetKey, capsys: pytest.CaptureFixture[str]
) -> None:
    # Words as long as they may be, and a contact block.
    long = dict.fromkeys(("question", "prompt_promoter", "prompt_passive", "prompt_detractor"), "W" * 300)
    long |= dict.fromkeys(("thanks_promoter", "thanks_passive", "thanks_detractor"), "T" * 500)
    surveys.change(survey=survey, now=MONDAY_9AM, **long)
    acme.phone, acme.address, acme.website = "+49 30 901820", "A" * 300, "https://acme.example"
    acme.save()
    # Ten further questions of twenty choices each, of words that do not repeat.
    word = words()
    for _question in range(10):
        options = [next(word) for _option in range(20)]
        text = " ".join(next(word) for _word in range(4))
        questions.add(survey=survey, kind="SINGLE", text=text, options=options, now=MONDAY_9AM)
    body = {"key": key.public_id, "score": 9, "submission": "a" * 22}
    more = Client().post(
        "/api/v1/widget/answers/", body, content_type="application/json", headers={"Origin": SHOP}
    )
    assert len(more.json()["questions"]) == 10
    packed = {"Accept-Encoding": "gzip", "Origin": SHOP}
    script = Client().get("/widget.js", headers=packed)
    settings = Client().get(f"/widget/{key.public_id}.json", headers=packed)
    assert (script["Content-Encoding"], settings["Content-Encoding"]) == ("gzip", "gzip")
    sizes = len(script.content), len(settings.content), len(gzip.compress(more.content))
    with capsys.disabled():
        print(
            f"\nwidget: script {sizes[0]} + settings {sizes[1]} + questions {sizes[2]} = {sum(sizes)} bytes compressed"
        )
    assert sum(sizes) <= MOST
    assert json.loads(gzip.decompress(settings.content))["question"] == "W" * 300
    assert gzip.decompress(script.content) == Client().get("/widget.js").content


def test_the_script_may_be_kept_and_used_by_pages_of_others_and_sets_no_cookie() -> None:
    answer = Client().get("/widget.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not answer.cookies
    assert Client().get("/widget.js", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert Client().post("/widget.js").status_code == 405


def test_the_settings_hold_words_colours_and_how_it_asks_and_no_secret(key: WidgetKey, owner: User) -> None:
    secret = widget_keys.renew_secret(key=key, by=owner, now=MONDAY_9AM)
    widget_keys.change_settings(key=key, settings={"mode": "INLINE", "urls": ["/thanks/*"], "percent": 20})
    answer = config(key)
    shown = answer.json()
    assert shown["question"] == "How likely are you to recommend Acme to a friend or colleague?"
    assert [step[0] for step in shown["scale"]] == list(range(11))
    assert [shown[name] for name in ("mode", "urls", "percent", "delay")] == ["INLINE", ["/thanks/*"], 20, 5]
    key.refresh_from_db()
    assert secret not in answer.content.decode()
    assert key.secret not in answer.content.decode()


def test_only_pages_of_the_keys_sites_may_read_them(key: WidgetKey) -> None:
    ours, theirs, nobody = config(key), config(key, "https://evil.example"), config(key, None)
    assert (ours.status_code, ours["Access-Control-Allow-Origin"]) == (200, SHOP)
    assert ours["Cache-Control"] == "public, max-age=300"
    assert "Origin" in ours["Vary"]
    assert "Cookie" not in ours["Vary"]
    assert theirs.status_code == 403
    assert [answer.has_header("Access-Control-Allow-Origin") for answer in (theirs, nobody)] == [False, False]
    assert not any(answer.has_header("Access-Control-Allow-Credentials") for answer in (ours, theirs, nobody))
    assert not ours.cookies


def test_an_unknown_an_ended_and_a_closed_one_say_so(key: WidgetKey, survey: Survey, owner: User) -> None:
    assert config("pk_" + "A" * 22).status_code == 404
    surveys.close(survey=survey, now=MONDAY_9AM)
    assert (config(key).status_code, config(key)["Cache-Control"]) == (410, "no-store")
    now = timezone.now()
    widget_keys.rotate(key=key, by=owner, now=now - timedelta(hours=2), until=now - timedelta(hours=1))
    assert config(key).status_code == 404


def test_the_page_is_asked_in_a_language_the_survey_speaks(key: WidgetKey) -> None:
    assert config(key, lang="da").json()["lang"] == "en"
    assert config(key, lang="\x00" * 40).json()["lang"] == "en"


def test_a_rotated_key_asks_as_before_and_its_signatures_stay_right(key: WidgetKey, owner: User) -> None:
    widget_keys.renew_secret(key=key, by=owner, now=MONDAY_9AM)
    widget_keys.change_settings(key=key, settings={"delay": 30})
    key.refresh_from_db()
    heir = widget_keys.rotate(key=key, by=owner, now=MONDAY_9AM, until=MONDAY_9AM + timedelta(days=1))
    assert (heir.settings, heir.secret) == (key.settings, key.secret)
