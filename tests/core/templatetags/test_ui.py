from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.urls import NoReverseMatch

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Words(HTMLParser):
    """The text a reader gets."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.extend(data.split())


def render(source: str, **context) -> str:
    return Template(source).render(Context(context))


def words(source: str, **context) -> str:
    reader = Words()
    reader.feed(render(source, **context))
    return " ".join(reader.found)


def request(path: str = "/w/acme/settings/", **facts) -> SimpleNamespace:
    made = RequestFactory().get(path)
    made.workspace = SimpleNamespace(slug="acme", name="Acme")
    for name, value in facts.items():
        setattr(made, name, value)
    return made


def test_a_workspace_link_stays_in_its_workspace():
    assert render('{% workspace_url "accounts:settings" %}', request=request()) == "/w/acme/settings/"


def test_a_workspace_link_can_lead_to_another_workspace():
    globex = SimpleNamespace(slug="globex")
    assert (
        render('{% workspace_url "accounts:settings" workspace=w %}', request=request(), w=globex)
        == "/w/globex/settings/"
    )


def test_an_unknown_page_is_an_error_outside_debug_and_harmless_in_it(settings):
    source = '{% workspace_url "accounts:nothing_of_the_kind" %}'
    with pytest.raises(NoReverseMatch):
        render(source, request=request())
    settings.DEBUG = True
    assert render(source, request=request()) == "#"


def test_exactly_the_page_shown_is_marked_in_the_navigation(settings):
    settings.DEBUG = True  # pages of other apps may be absent here
    html = render("{% navigation %}", request=request("/w/acme/settings/people/"))
    assert html.count("aria-current") == 1
    assert 'href="/w/acme/settings/" aria-current="page"' in html


@pytest.mark.parametrize(
    ("path", "own"),
    [("/w/acme/answers/enter/", "/w/acme/contacts/"), ("/w/acme/answers/", "/w/acme/dashboard/")],
)
def test_a_page_that_stands_elsewhere_is_marked_where_it_is_reached_from(settings, path, own):
    settings.DEBUG = True  # pages of other apps may be absent here
    html = render("{% navigation %}", request=request(path))
    assert html.count("aria-current") == 1
    assert f'href="{own}" aria-current="page"' in html


def test_an_inlined_style_sheet_carries_the_nonce_of_the_page():
    html = render('{% inline_css "css/answer.css" %}', request=request(csp_nonce="n0nce"))
    assert html[:22] == '<style nonce="n0nce">*'[:21] + html[21]
    assert html.endswith("</style>")
    assert "/*" not in html


def test_a_lazy_nonce_is_read_although_it_is_false_until_then():
    class Lazy:
        def __bool__(self) -> bool:
            return False

        def __str__(self) -> str:
            return "l4zy"

    html = render("{% brand_css brand %}", brand={"accent": "#123456"}, request=request(csp_nonce=Lazy()))
    assert html == '<style nonce="l4zy">:root{--accent:#123456}</style>'


def test_a_missing_style_sheet_is_an_error():
    with pytest.raises(TemplateSyntaxError):
        render('{% inline_css "css/none.css" %}', request=request())


@pytest.mark.parametrize(
    "colour", ["red", "#fff", "#12345g", "#123456;}body{display:none", "</style>", "", None]
)
def test_a_brand_colour_that_is_no_colour_is_left_out(colour):
    assert render("{% brand_css brand %}", brand={"accent": colour}, request=request()) == ""


def test_an_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in render('{% icon "phone" %}')
    assert 'role="img" aria-label="Call"' in render('{% icon "phone" "Call" %}')


def test_a_badge_says_its_word_or_the_workspaces_own():
    assert words('{% badge "segment" "DETRACTOR" %}') == "Detractor"
    assert (
        words('{% badge "status" "WAITING" label="Waiting for the carrier" %}') == "Waiting for the carrier"
    )
    assert words('{% badge "status" code %}', code=None) == ""


def test_a_score_says_its_segment_to_those_who_do_not_see_the_colour():
    assert words('{% score 3 "DETRACTOR" %}') == "3 Detractor"
    assert words("{% score value %}", value=None) == "– no score"
    assert words('{% score 0 "DETRACTOR" %}') == "0 Detractor"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Maya Keller", "MK"),
        ("bob", "B"),
        ("Ana María de Souza", "AS"),
        ("a.b@acme.example", "AE"),
        ("", "?"),
    ],
)
def test_initials_are_the_first_and_the_last_word(name, letters):
    assert words("{% avatar name %}", name=name) == letters


def test_what_a_customer_wrote_is_escaped_everywhere():
    evil = '<script>alert("1")</script>'
    html = render(
        '{% verbatim_quote x %}{% avatar x %}{% pill x %}{% badge "status" "NEW" label=x %}{% facts pairs %}'
        "{% stat_tile label=x value=x %}{% moment x by=x %}{{ x }}{% endmoment %}{% card title=x %}{{ x }}{% endcard %}"
        "{% button x name=x %}{% progress 1 caption=x %}",
        x=evil,
        pairs=[(evil, evil)],
    )
    assert "<script" not in html


def test_a_button_with_an_address_is_a_link():
    assert (
        render('{% button "Open" href="/x/" %}').strip() == '<a class="btn btn-secondary" href="/x/">Open</a>'
    )
    assert (
        render('{% button "Save" "primary" name="do" hx_post="/x/" %}').strip()
        == '<button class="btn btn-primary" name="do" hx-post="/x/" type="submit">Save</button>'
    )


def test_a_local_time_is_a_machine_readable_moment_in_words():
    assert (
        render("{{ at|local_time:zone }}", at=NOON, zone="Europe/Berlin")
        == '<time datetime="2026-11-23T12:00:00Z" title="Europe/Berlin">23 Nov 2026, 13:00 CET</time>'
    )
    assert render("{{ at|local_time }}", at=None) == ""


@pytest.mark.parametrize(("number", "shown"), [(6.4, "+6"), (-3, "−3"), (0.4, "0"), (-0.4, "0"), (None, "–")])
def test_a_change_shows_its_sign_and_zero_has_none(number, shown):
    assert render("{{ n|signed }}", n=number) == shown


@pytest.mark.parametrize(
    ("state", "kind", "said"),
    [
        ("RUNNING", "running", "in 23 min Mon 23 Nov, 12:23 UTC"),
        ("DUE_SOON", "running", "in 23 min Mon 23 Nov, 12:23 UTC"),
        ("PAUSED", "still", "Paused Mon 23 Nov, 12:23 UTC"),
        ("MET", "still", "Met Mon 23 Nov, 12:23 UTC"),
    ],
)
def test_a_countdown_says_the_moment_and_what_is_left(state, kind, said):
    source = '{% countdown due "UTC" state now=now %}'
    context = {"due": NOON + timedelta(minutes=23), "state": state, "now": NOON}
    assert words(source, **context) == said
    assert f'data-countdown="{kind}"' in render(source, **context)


def test_a_breached_countdown_says_how_long_ago():
    due = NOON - timedelta(minutes=14)
    assert words('{% countdown due "UTC" "BREACHED" now=now %}', due=due, now=NOON).startswith(
        "14 min overdue"
    )


def test_no_deadline_is_no_countdown():
    assert render("{% countdown due %}", due=None) == ""


def test_a_figure_without_data_is_no_data_and_never_zero():
    assert words('{% stat_tile label="NPS" value=v change="+9" n=0 %}', v=None) == "NPS No data"
    assert (
        words('{% stat_tile label="NPS" value=v n=412 margin="± 7" %}', v=0) == "NPS 0 ± 7 · from 412 answers"
    )
    assert words('{% stat_tile label="NPS" value=1 n=1 %}') == "NPS 1 from 1 answer"


def test_the_segment_bar_says_counts_and_percent():
    said = words("{% segment_bar detractors=1 passives=1 promoters=2 %}")
    assert said == "Detractors 1 (25 %) Passives 1 (25 %) Promoters 2 (50 %)"
    assert words("{% segment_bar detractors=0 passives=0 promoters=0 %}") == "No answers yet"


def test_pictures_write_numbers_for_machines_in_every_language(settings):
    from django.utils import translation

    with translation.override("de"):
        html = render("{% segment_bar 1 1 1 %}{% progress 1 3 %}{% sparkline values %}", values=[1.5, 2.5])
    assert 'width="33.333333333333336"' in html
    assert 'width="33.33"' in html
    assert "0.0,29.0 120.0,3.0" in html
    assert "M120.0 3.0h0" in html


def test_the_scale_picture_says_its_groups():
    scale = [{"value": 6, "segment": "DETRACTOR"}, {"value": 7, "segment": "PASSIVE"}]
    html = render("{% scale_legend scale %}", scale=scale)
    assert 'role="img" aria-label="Detractors 6–6; Passives 7–7"' in html


@pytest.mark.parametrize(
    ("value", "maximum", "percent"), [(-1, 10, 0), (5, 10, 50), (11, 10, 100), (1, 0, 0)]
)
def test_progress_never_leaves_its_bar(value, maximum, percent):
    assert words('{% progress v m caption="Import" %}', v=value, m=maximum) == f"Import {percent} %"


def test_parts_with_a_body_keep_it():
    assert words('{% card title="Customer" %}<p>Maya</p>{% endcard %}') == "Customer Maya"
    assert words('{% notice tone="bad" title="Not sent" %}Why.{% endnotice %}') == "Not sent Why."
    assert 'role="alert"' in render('{% notice tone="bad" %}x{% endnotice %}')
    assert words('{% dialog ident="d" title="Resolve" %}Body{% enddialog %}') == "Resolve Body"
    assert (
        words('{% moment "Resolved" at=at by="Alice" zone="UTC" %}Refunded.{% endmoment %}', at=NOON)
        == "Resolved Alice 23 Nov 2026, 12:00 UTC Refunded."
    )


def test_facts_without_a_value_are_left_out():
    assert (
        words("{% facts pairs %}", pairs=[("Phone", "1"), ("Company", ""), ("Cases", 0)]) == "Phone 1 Cases 0"
    )
