import re
from html.parser import HTMLParser
from typing import Any

import pytest

from accounts.models import Workspace
from core import colours
from outbox.rendering import BadTemplate, UnknownMail, compile_mjml, mails, one_line, person_name, render
from tests.outbox.conftest import FACTS, SCORES

EXPECTED = [
    "case_acknowledged", "case_assigned", "case_escalated", "case_reply", "case_waiting", "loop_closed",
    "password_reset", "password_reset_unknown", "resurvey", "sla_breach", "sla_warning", "survey_invitation",
]  # fmt: skip
LINKS = {
    "survey_invitation": "link", "resurvey": "link", "password_reset": "password_reset_url",
    "case_assigned": "url", "case_escalated": "url", "sla_breach": "url", "sla_warning": "url",
}  # fmt: skip


class Links(HTMLParser):
    """Every link of a page with the text of its element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(dict(attrs))


def rendered(mail: str, workspace: Workspace | None = None, **more: Any) -> Any:
    words = (
        {"subject": "About your order", "text": "I am sorry, <b>Maya</b> & co."}
        if mail == "case_reply"
        else {}
    )
    return render(mail=mail, context={"company": "Acme", **FACTS, **more}, workspace=workspace, **words)


def test_the_mails_are_those_the_product_sends() -> None:
    assert mails() == EXPECTED


@pytest.mark.parametrize("mail", EXPECTED)
def test_every_mail_renders_in_both_parts_with_its_link(mail: str) -> None:
    made = rendered(mail)
    assert (made.subject.strip() == made.subject) & (0 < len(made.subject) <= 200)
    assert ("<mj-" in made.html, "{%" in made.html + made.text, "{{" in made.html + made.text) == (
        False,
        False,
        False,
    )
    assert len(made.html.encode()) < 102_000  # beyond this, large providers cut the mail
    assert "Acme" in made.text
    assert "Acme" in made.html
    if mail in LINKS:
        link = FACTS[LINKS[mail]]
        assert link in made.text
        assert link in [found["href"] for found in Links(made.html).found]
    assert (
        re.findall(r"(?:src|href)=\"(?!https://feedback\.example/)[^\"]*", made.html) == []
    )  # nothing is loaded from elsewhere


@pytest.mark.parametrize("mail", ["survey_invitation", "resurvey"])
def test_the_eleven_numbers_are_links_in_both_parts(mail: str) -> None:
    made = rendered(mail)
    numbers = [link for link in Links(made.html).found if "?score=" in str(link["href"])]
    assert [link["href"] for link in numbers] == [score["url"] for score in SCORES]
    assert [link["aria-label"] for link in numbers] == [f"Choose {value} of 10" for value in range(11)]
    looks = [re.search(r"background-color:(#\w+);color:(#\w+)", str(link["style"])) for link in numbers]
    assert [look.groups() for look in looks if look] == (
        [("#b23a27", "#ffffff")] * 7 + [("#e2a72e", "#2a1c00")] * 2 + [("#1c7c5e", "#ffffff")] * 2
    )
    assert re.findall(r"^ ?(\d+).*: (https://\S+)$", made.text, re.MULTILINE) == [
        (str(score["value"]), score["url"]) for score in SCORES
    ]
    assert "0 = Not at all likely" in made.html
    assert "10 = Extremely likely" in made.html
    assert "prefers-color-scheme: dark" in made.html


def test_facts_of_the_workspace_fill_in_what_the_caller_left_out(acme: Workspace) -> None:
    acme.phone, acme.website, acme.accent = "+49 30 901820", "https://acme.example", "#ffcc00"
    made = render(mail="loop_closed", context={"what_was_done": "Refunded."}, workspace=acme)
    assert "+49 30 901820" in made.html
    assert made.text.splitlines()[-2:] == ["+49 30 901820", "https://acme.example"]
    breach = render(mail="sla_breach", context=FACTS, workspace=acme)
    assert re.search(rf"background:#ffcc00[^>]*color:{colours.DARK_INK}", breach.html)


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("he-IL", "rtl"), ("de", "ltr")])
def test_the_mail_says_its_language_and_direction(language: str, direction: str) -> None:
    assert (
        f'<html lang="{language}" dir="{direction}"' in rendered("survey_invitation", language=language).html
    )


def test_words_of_people_are_escaped_in_html_and_plain_in_text() -> None:
    made = rendered("case_reply")
    assert "I am sorry, &lt;b&gt;Maya&lt;/b&gt; &amp; co." in made.html
    assert "I am sorry, <b>Maya</b> & co." in made.text


def test_words_of_people_are_never_a_template() -> None:
    made = render(
        mail="case_reply", context={}, workspace=None, subject="{{ 7|add:7 }}", text="{% now 'Y' %}"
    )
    assert made.subject == "{{ 7|add:7 }}"
    assert made.text.startswith("{% now 'Y' %}")


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("Hello\r\nBcc: all@acme.example", "Hello Bcc: all@acme.example"),
        ("a\x00b\x85c\u2028d", "a b c d"),
        ("مرحبا بالعالم", "مرحبا بالعالم"),
        ("half \ud83d a face", "half ? a face"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_a_subject_is_one_line(given: str, line: str) -> None:
    assert one_line(given) == line
    assert render(mail="case_reply", context={}, workspace=None, subject=given, text="x").subject == line


def test_a_name_holds_nothing_that_reads_as_an_address() -> None:
    assert (
        person_name('Maya "Boss" <evil@x.example>, Keller;\r\nBcc: y')
        == "Maya Boss evil x.example Keller Bcc y"
    )


def test_invisible_characters_do_not_reach_the_parts() -> None:
    made = render(mail="case_reply", context={}, workspace=None, subject="x", text="a\x00b\x08c\x1b[31m\td")
    assert made.text.startswith("abc[31m\td")
    assert "\x00" not in made.html


def test_a_colour_that_is_none_never_reaches_the_page() -> None:
    assert "expression" not in rendered("sla_breach", accent="red;x:expression(1)").html


def test_an_unknown_mail_is_named() -> None:
    with pytest.raises(UnknownMail, match="no_such_mail"):
        render(mail="no_such_mail", context={}, workspace=None)


def test_broken_mjml_names_the_mail() -> None:
    with pytest.raises(BadTemplate, match="my_mail"):
        compile_mjml("my_mail", "<mjml><mj-body></mjml>")
