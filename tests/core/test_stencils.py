import pytest
from django.template import Context, TemplateSyntaxError, engines
from django.utils.safestring import mark_safe

from core import stencils


def template(source: str):
    return engines["django"].from_string("{% load ui %}" + source).template


def test_a_part_is_drawn_once_for_each_value_and_filled_in_each_time(monkeypatch):
    drawn = []
    cut = stencils._cut
    monkeypatch.setattr(stencils, "_cut", lambda *args: drawn.append(args[1]) or cut(*args))
    page = template(
        "{% stencil kind=kind fill name=name word=word %}{{ kind }}:{% if word %}{{ name }}/{{ word }}/{{ name }}{% endif %}.{% endstencil %}"
    )
    asked = [("a", "Ann", "x"), ("a", "Bob", "<b>"), ("a", "Bob", ""), ("b", "Bob", "y"), ("a", "Eve", "z")]
    found = [page.render(Context({"kind": kind, "name": name, "word": word})) for kind, name, word in asked]
    assert found == ["a:Ann/x/Ann.", "a:Bob/&lt;b&gt;/Bob.", "a:.", "b:Bob/y/Bob.", "a:Eve/z/Eve."]
    assert drawn == [{"kind": "a"}, {"kind": "a"}, {"kind": "b"}]


def test_what_is_safe_stays_and_is_not_taken_for_the_same_text_that_is_not():
    page = template("{% stencil word=word fill more=more %}{{ word }}{{ more }}{% endstencil %}")
    words = ("<i>", mark_safe("<i>"), "<i>")  # texts of this test
    assert [page.render(Context({"word": word, "more": word})) for word in words] == [
        "&lt;i&gt;&lt;i&gt;", "<i><i>", "&lt;i&gt;&lt;i&gt;",
    ]  # fmt: skip


def test_a_part_sees_nothing_but_what_it_is_given():
    page = template("{{ secret }}{% stencil fill name=name %}{{ secret }}{{ name }}{% endstencil %}")
    assert page.render(Context({"secret": "s", "name": "n"})) == "sn"


def test_a_mapping_fills_too():
    page = template("{% stencil fill row more=more %}{{ a }}-{{ more }}{% endstencil %}")
    assert [page.render(Context({"row": {"a": n}, "more": "m"})) for n in (1, 2)] == ["1-m", "2-m"]


def test_nothing_is_done_with_what_fills_it():
    page = template("{% stencil fill name=name %}{{ name|slice:'3:' }}{% endstencil %}")
    with pytest.raises(TemplateSyntaxError, match="does nothing else"):
        page.render(Context({"name": "n"}))


def test_nobody_writes_a_hole():
    page = template("{% stencil word=word fill name=name %}{{ word }}{{ name }}{% endstencil %}")
    assert page.render(Context({"word": "\ue0000\ue001", "name": "n"})) == "\ue0000\ue001n"


def test_no_more_is_kept_than_fits(monkeypatch):
    monkeypatch.setattr(stencils, "KEPT", 2)
    page = template("{% stencil n=n %}{{ n }}{% endstencil %}")
    assert [page.render(Context({"n": n})) for n in (1, 2, 3, 1)] == ["1", "2", "3", "1"]
    assert len(page.nodelist[1]._stencil._kept) == 2


def test_what_is_no_name_and_value_is_a_mistake():
    with pytest.raises(TemplateSyntaxError, match="name=value"):
        template("{% stencil name %}{% endstencil %}")
