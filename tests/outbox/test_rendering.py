import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template import Context
from django.utils.safestring import mark_safe

from accounts.models import Workspace
from core import colours
from outbox import rendering
from outbox.rendering import (
    BadTemplate,
    Press,
    Rendered,
    UnknownMail,
    compile_mjml,
    mails,
    one_line,
    person_name,
    render,
)
from tests.outbox.conftest import FACTS, SCORES

EXPECTED = [
    "account_notice", "archive_ready", "case_acknowledged", "case_assigned", "case_escalated", "case_reply",
    "case_waiting", "cases_handed_over", "cases_of_today", "chat_target_off", "gathering", "improvement_done", "key_expires", "login_code",
    "loop_closed", "member_invitation", "notification_digest", "password_reset", "password_reset_unknown",
    "playbook_step", "remedy_asked", "resurvey", "sla_breach", "sla_digest", "sla_warning", "source_check", "survey_invitation",
    "task_question", "texts_waiting",
]  # fmt: skip
LINKS = {
    "account_notice": "security_url", "member_invitation": "link",
    "survey_invitation": "link", "resurvey": "link", "password_reset": "password_reset_url",
    "case_assigned": "url", "case_escalated": "url", "cases_handed_over": "url", "sla_breach": "url",
    "notification_digest": "url", "sla_digest": "url", "task_question": "url", "sla_warning": "url", "source_check": "url",
    "remedy_asked": "act_url", "gathering": "answer_url", "cases_of_today": "url", "chat_target_off": "url",
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
        if mail in ("case_reply", "improvement_done", "gathering")  # a person's own words
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


NASTY = {
    name: f"<i>{value}</i> & \"{{{{ question }}}}\" '%s'" if isinstance(value, str) else value
    for name, value in FACTS.items()
}


@pytest.mark.parametrize("mail", EXPECTED)
@pytest.mark.parametrize("more", [{}, NASTY, {"first_name": "", "intro": "", "comment": ""}])
def test_a_mail_reads_the_same_with_and_without_others_before_it(mail: str, more: dict[str, Any]) -> None:
    words = {"subject": "About your order", "text": "I am sorry."} if mail == "case_reply" else {}
    press = Press()
    facts = {"company": "Acme", **FACTS}
    press.render(mail=mail, context={**facts, "first_name": "Zoë"}, workspace=None, **words)  # type: ignore[arg-type]
    second = press.render(mail=mail, context={**facts, **more}, workspace=None, **words)  # type: ignore[arg-type]
    assert second == plainly(mail, {**facts, **more}, **words)


def plainly(mail: str, facts: dict[str, Any], subject: str | None = None, text: str = "") -> Rendered:
    """The mail as Django's templates make it from all facts at once."""
    folder = rendering._load(mail)
    scale, scale_text = rendering._scale(facts["scores"], {**facts, "language": "en"})
    facts = {**rendering._about(None), "dir": "ltr", "subject": subject or "", **facts, "text": text}
    facts |= {"scale": scale, "scale_text": scale_text, "accent_text": colours.ink_on(facts["accent"])}
    if subject is None:
        facts["subject"] = one_line(folder.subject.render(Context(facts, autoescape=False)))
    plain = rendering._tidy(folder.text.render(Context(facts, autoescape=False)))
    return Rendered(facts["subject"], plain, folder.html.render(Context(facts)))


def test_equal_facts_that_read_differently_are_not_shared() -> None:
    press = Press()
    made = [
        press.render(mail="sla_breach", context={**FACTS, "promise": promise}, workspace=None).html
        for promise in ("<b>1</b>", mark_safe("<b>1</b>"), 1, True)
    ]
    assert ["&lt;b&gt;1" in made[0], "<b>1</b>" in made[1]] == [True, True]
    assert len(set(made)) == 4


@pytest.mark.parametrize(
    ("source", "holes"),
    [
        ("{{ a }}{% if b %}{{b}}{% endif %}", {"a", "b"}),
        ("{{ a }}{{ a|upper }}{{ b }}", {"b"}),
        ("{{ a }}{% if a == b %}{% endif %}{{ c.d }}{{ c }}", set()),
        ("{% for a in b %}{{ a }}{% endfor %}{{ b }}{{ c }}", {"c"}),
        ("{% blocktranslate %}Hello {{ a }}{% endblocktranslate %}", {"a"}),
        ("{% blocktranslate with b=a %}{{ b }}{% endblocktranslate %}{{ a }}", set()),
        ("{{ a }}{% include 'x' %}", set()),
        ("{{ a }}{{ subject|upper }}", set()),
        ("{{ logo }}{{ a }}", {"a"}),
        ("{% for c in b %}{{ c.d }}{% endfor %}{{ d }}", {"d"}),
        ('{{ a }}{% translate "the a of b" %}{{ b }}', {"a", "b"}),
    ],
)
def test_holes_are_facts_that_stand_only_as_they_are(source: str, holes: set[str]) -> None:
    assert rendering._holes(source) == holes


def test_the_mails_of_a_campaign_differ_only_in_holes() -> None:
    own = {"first_name", "question", "link", "scale", "scale_text", "unsubscribe_url", "subject"}
    assert [own - rendering._load(mail).holes for mail in ("survey_invitation", "resurvey")] == [set(), set()]


def test_the_notices_of_a_sweep_differ_only_in_holes() -> None:
    own = {"case_number", "customer", "score", "comment", "url", "due_at", "promise", "level"}
    mails = ("sla_warning", "sla_breach", "case_escalated")
    assert [own - rendering._load(mail).holes for mail in mails] == [set()] * 3


def test_an_unknown_mail_is_named() -> None:
    with pytest.raises(UnknownMail, match="no_such_mail"):
        render(mail="no_such_mail", context={}, workspace=None)


def test_broken_mjml_names_the_mail() -> None:
    with pytest.raises(BadTemplate, match="my_mail"):
        compile_mjml("my_mail", "<mjml><mj-body></mjml>")
