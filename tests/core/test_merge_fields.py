import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.merge_fields import (
    MergeSyntaxError,
    UnfilledFields,
    fields,
    missing_fields,
    parse,
    render,
    unknown_fields,
)

ANA = {"first_name": "Ana", "company": "", "contact.city": "Graz", "age": 0, "nothing": None}


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("Dear {{ first_name }},", "Dear Ana,"),
        ("Dear {{first_name}},", "Dear Ana,"),
        ("Dear {{ First_Name }},", "Dear Ana,"),
        ('Dear {{ first_name | "friend" }},', "Dear Ana,"),
        ('At {{ company | "your company" }}.', "At your company."),
        ("At {{ company | 'your company' }}.", "At your company."),
        ("At {{ company | “your company” }}.", "At your company."),
        ("At {{ company|„Ihrer Firma“ }}.", "At Ihrer Firma."),
        (r'{{ company | "say \"hi\" \\ bye" }}', r'say "hi" \ bye'),
        ('{{ nickname | "friend" }}', "friend"),
        ('A{{ company | "" }}B', "AB"),
        ("in {{ contact.city }}", "in Graz"),
        ("{{ age }} years", "0 years"),
        ("{ first_name } and }} stay", "{ first_name } and }} stay"),
        ("", ""),
    ],
)
def test_fields_are_filled(text, rendered):
    assert render(text, ANA) == rendered


def test_all_unfilled_fields_are_named_at_once_each_once():
    text = '{{ nickname }} {{ company }} {{ first_name }} {{ company }} {{ nothing }} {{ other | "x" }}'
    with pytest.raises(UnfilledFields) as caught:
        render(text, ANA)
    assert caught.value.fields == ("nickname", "company", "nothing")
    assert (caught.value.unknown, caught.value.empty) == (("nickname",), ("company", "nothing"))
    assert missing_fields(text, ANA) == ["nickname", "company", "nothing"]


def test_a_value_of_only_space_is_empty():
    assert render('{{ name | "there" }}', {"name": " \t "}) == "there"


@pytest.mark.parametrize(
    "text",
    [
        "{{ }}",
        "{{ first name }}",
        "{{ first_name",
        "{{ first_name }",
        "{{{ first_name }}}",
        "{{ first_name | there }}",
        '{{ first_name | "there }}',
        '{{ first_name || "there" }}',
        "{{ first_name() }}",
        "{{ contact..name }}",
        "{{ 1st }}",
        "{{ first_name|upper }}",
        "{{ {{ first_name }} }}",
    ],
)
def test_what_looks_like_a_field_but_is_none_is_an_error_and_never_sent(text):
    with pytest.raises(MergeSyntaxError):
        render(text, ANA)


def test_every_bad_place_is_reported_with_line_and_column():
    with pytest.raises(MergeSyntaxError) as caught:
        parse("Hello {{ first name }},\nyours {{ company }}\n{{!}}")
    assert caught.value.places == ((1, 7, "{{ first name }},"), (3, 1, "{{!}}"))
    assert "line 3, column 1: {{!}}" in str(caught.value)


def test_values_are_never_read_again():
    values = {"a": "{{ b }}", "b": "secret", "c": '{{ b | "x" }} {% now %} %(b)s'}
    assert render("{{ a }} {{ c }}", values) == '{{ b }} {{ b | "x" }} {% now %} %(b)s'


def test_objects_cannot_be_reached_into():
    with pytest.raises(UnfilledFields):
        render("{{ user.__class__ }}", {"user": object()})


def test_values_and_fall_backs_are_escaped_when_asked_but_the_text_is_not():
    text = '<b>{{ name }}</b> {{ other | "<i>&" }}'
    assert render(text, {"name": "<script>\"'&"}, escape_values=True) == (
        "<b>&lt;script&gt;&quot;&#x27;&amp;</b> &lt;i&gt;&amp;"
    )
    assert render(text, {"name": "<script>"}) == "<b><script></b> <i>&"


def test_a_subject_cannot_be_given_a_second_header():
    values = {"name": "Ana\r\nBcc: all@example.com\u2028x"}
    assert render("Hello {{ name }}", values, single_line=True) == "Hello Ana Bcc: all@example.com x"


def test_fields_are_listed_once_in_order_and_strangers_are_known():
    text = '{{ first_name }} {{ company | "x" }} {{ First_name }} {{ frist_name | "x" }}'
    assert fields(text) == ["first_name", "company", "frist_name"]
    assert unknown_fields(text, {"first_name", "company"}) == ["frist_name"]


@given(st.text())
def test_a_text_without_double_braces_comes_out_unchanged(text):
    clean = text.replace("{{", "")
    while "{{" in clean:
        clean = clean.replace("{{", "")
    assert render(clean, {}) == clean


@given(st.text(), st.text(min_size=1).filter(str.strip))
def test_any_value_arrives_as_it_is_between_its_neighbours(text, value):
    around = text.replace("{", "")
    assert render(f"{around}{{{{ v }}}}{around}", {"v": value}) == f"{around}{value.strip()}{around}"


@given(st.text(alphabet="{}|\"'\\ ab_.\n“”", max_size=40))
def test_any_mix_of_marks_is_either_refused_or_leaves_no_open_field(text):
    try:
        rendered = render(text, {"a": "1", "b": "2", "ab": "3"})
    except (MergeSyntaxError, UnfilledFields):
        return
    for field in parse(text):
        assert text[field.start : field.end] not in rendered or "{{" in (field.fallback or "")


def test_a_hostile_text_is_refused_in_linear_time():
    with pytest.raises(MergeSyntaxError) as caught:
        parse('{{ a | "' + "\\a" * 50_000)
    assert len(caught.value.places) == 1
