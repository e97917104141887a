"""Parts of a page that are the same again and again: drawn by Django once, then only filled in.

    {% stencil slug=slug may_assign=may_assign fill query=query csrf_token=csrf_token %} ... {% endstencil %}

The part sees what it is given and nothing else: no request, no row, no moment. What stands before `fill` may be anything
that can be compared, and the part is drawn anew for each other value; what stands behind it (a mapping, or by name) is text
that differs every time: the part may write it and ask whether it is empty, and nothing more. So what was drawn before is
exactly what would be drawn now, for whomever, and a part that looks at anything else shows nothing there, for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import template
from django.template.base import token_kwargs
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from core.tokens import new_token

KEPT = 256  # drawings of one part: the values before `fill`, and which of those behind it are empty
# Nobody writes what looks like a hole; digits, which no filter writes otherwise.
_SECRET = [str(int.from_bytes(new_token().encode(), "big")) for _half in range(2)]
_HOLE = re.compile(f"\ue000{_SECRET[0]}:([0-9]+):{_SECRET[1]}\ue001")


class Stencil:
    """What is kept of one part of a page."""

    def __init__(self) -> None:
        self._kept: dict[Any, tuple[list[str], list[int]]] = {}

    def filled(
        self, draw: Callable[[dict[str, Any]], str], given: Mapping[str, Any], fill: Mapping[str, Any]
    ) -> SafeString:
        """What `draw` makes of `given`, values to be compared, and `fill`, texts of which only being empty is looked at."""
        same = tuple((name, isinstance(value, SafeString), value) for name, value in given.items())
        holes = tuple((name, bool(value)) for name, value in fill.items())
        key = (get_language(), same, holes)
        kept = self._kept.get(key)
        if kept is None:
            kept = _cut(draw, given, holes)
            if len(self._kept) >= KEPT:
                self._kept = {}
            self._kept[key] = kept
        pieces, places = kept
        texts = [conditional_escape(value) for value in fill.values()]
        parts = list(pieces)
        parts[1::2] = [texts[place] for place in places]
        return mark_safe("".join(parts))  # every text was escaped right here


def _cut(
    draw: Callable[[dict[str, Any]], str], given: Mapping[str, Any], holes: Iterable[tuple[str, bool]]
) -> tuple[list[str], list[int]]:
    """What is drawn once, with room between for the texts, and which text belongs where."""
    marks = {
        name: f"\ue000{_SECRET[0]}:{place}:{_SECRET[1]}\ue001" if is_there else ""
        for place, (name, is_there) in enumerate(holes)
    }
    pieces = _HOLE.split(draw({**given, **marks}))
    if any(half in piece for piece in pieces[0::2] for half in _SECRET):
        raise template.TemplateSyntaxError("A stencil writes what fills it, and does nothing else with it.")
    return pieces, [int(place) for place in pieces[1::2]]


class StencilNode(template.Node):
    """`{% stencil name=value ... fill mapping name=value ... %}`, the mapping and all else if wanted."""

    def __init__(
        self, nodelist: Any, given: Mapping[str, Any], fill: Mapping[str, Any], more: Any = None
    ) -> None:
        self.nodelist = nodelist
        self._given, self._fill, self._more = given, fill, more
        self._stencil = Stencil()

    def render(self, context: template.Context) -> SafeString:
        def draw(names: dict[str, Any]) -> str:
            alone = template.Context(names, autoescape=context.autoescape)
            alone.template = context.template
            return str(self.nodelist.render(alone))

        given = {name: value.resolve(context) for name, value in self._given.items()}
        fill = {name: value.resolve(context) for name, value in self._fill.items()}
        if self._more is not None:
            fill |= self._more.resolve(context)
        return self._stencil.filled(draw, given, fill)


def parse(parser: Any, token: Any) -> StencilNode:
    """The tag `stencil`, see above."""
    words = token.split_contents()[1:]
    given = token_kwargs(words, parser)
    more = None
    if words and words[0] == "fill":
        del words[0]
        if words and "=" not in words[0]:
            more = parser.compile_filter(words.pop(0))
    fill = token_kwargs(words, parser)
    if words:
        raise template.TemplateSyntaxError(f"stencil: {words[0]!r} is no name=value")
    nodelist = parser.parse(("endstencil",))
    parser.delete_first_token()
    return StencilNode(nodelist, given, fill, more)
