"""Every route of the product with an address to scan it at, read from the resolver: a new route is here by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.utils.regex_helper import normalize

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
BROWSER = ("GET", "POST")  # what a browser sends; a view that names no methods is asked with these

# What an address is filled with when nobody knows better: a well-formed value that nothing has.
UNKNOWN = {
    "int": "999999",
    "slug": "unknown-thing",
    "str": "AbCdEfGhIjKlMnOpQrStUv",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "path": "unknown/thing",
}
# Expressions that cannot be turned round.
SAMPLES = {r"^accounts/(?:3rdparty|social)/.+$": "accounts/3rdparty/anything/"}
NAMED_BY_EXPRESSION = {
    "uidb36": "1",
    "key": "set-password",
}  # allauth's: user and token of a password reset

# Routes no scanner is sent to, each with its reason. A route that no longer exists fails the guard.
NOT_SCANNED: dict[str, str] = {}

_PART = re.compile(r"<(?:(?P<kind>[a-z_]+):)?(?P<name>[A-Za-z_]\w*)>")


@dataclass(frozen=True)
class Route:
    """One address pattern. `pattern` is what the resolver calls it when it has matched; `parts` are name and kind."""

    pattern: str
    name: str
    parts: tuple[tuple[str, str], ...]
    methods: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("api/")

    @property
    def is_staff(self) -> bool:
        return self.pattern.startswith("w/")


def every_route() -> list[Route]:
    """All routes in the order of the site map; of two with the same pattern only the first is ever asked."""
    found: dict[str, Route] = {}
    for pattern, name, entry in _walk(get_resolver(), "", ""):
        parts = tuple((part["name"], part["kind"] or "str") for part in _PART.finditer(pattern))
        named = tuple((part, "expression") for part in re.findall(r"\(\?P<(\w+)>", pattern))
        found.setdefault(
            pattern, Route(pattern, name, named or parts, _methods(entry.callback), entry.callback)
        )
    return list(found.values())


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[tuple[str, str, URLPattern]]:
    for entry in resolver.url_patterns:
        own = str(entry.pattern)
        pattern = prefix + (own.removeprefix("^") if prefix else own)  # as ResolverMatch.route joins them
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern, space + (f"{entry.namespace}:" if entry.namespace else ""))
        else:
            yield pattern, space + entry.name if entry.name else "", entry


def _methods(view: Callable[..., Any]) -> tuple[str, ...]:
    made_of: Any = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if made_of is None:
        return BROWSER
    allowed = [method for method in METHODS if method.lower() in made_of.http_method_names]
    own = tuple(method for method in allowed if hasattr(made_of, method.lower()))
    if own == METHODS:  # answers whatever comes, as a redirect does
        return BROWSER
    return own or ("GET",)


def address(route: Route, values: Mapping[str, object], mark: str = "", *, of_numbers: bool = True) -> str:
    """The path of a route with `values` in its parts, or values nothing has.

    `mark` follows each part but the slug of the workspace, which is marked on its own front page only (it is the same
    converter and the same look-up everywhere), and without `of_numbers` but those that let nothing but digits through.

    Raises ValueError for an expression that needs a line in SAMPLES.
    """
    if route.pattern in SAMPLES:
        return f"/{SAMPLES[route.pattern]}"
    if any(kind == "expression" for _name, kind in route.parts) or re.search(r"[\^$(]", route.pattern):
        return _turned_round(route, values, mark)
    is_front = route.pattern == "w/<slug:slug>/"

    def fill(part: re.Match[str]) -> str:
        name, kind = part["name"], part["kind"] or "str"
        value = values.get(name, UNKNOWN.get(kind))
        if value is None:
            raise ValueError(f"{route.pattern}: tell bench/scan/routes.py what a {kind} looks like")
        is_marked = (is_front or name != "slug") and (of_numbers or kind != "int")
        return f"{value}{mark if is_marked else ''}"

    return "/" + _PART.sub(fill, route.pattern)


def _turned_round(route: Route, values: Mapping[str, object], mark: str) -> str:
    try:
        template, names = normalize(route.pattern)[0]
    except NotImplementedError:
        raise ValueError(f"{route.pattern}: give bench/scan/routes.py a sample of it") from None
    filled = {
        name: f"{values.get(name, NAMED_BY_EXPRESSION.get(name, UNKNOWN['str']))}{mark}" for name in names
    }
    return "/" + template % filled


def answered_by(path: str) -> str:
    """The pattern of the route that answers a path; "" when none does."""
    try:
        return str(resolve(path).route)
    except Resolver404:
        return ""


def why_not(route: Route, values: Mapping[str, object] | None = None) -> str:
    """The reason why no scanner is sent to a route; "" when it is to be scanned."""
    if route.pattern in NOT_SCANNED:
        return NOT_SCANNED[route.pattern]
    path = address(route, values or {})
    other = answered_by(path)
    return "" if other == route.pattern else f"never reached: {path} is answered by {other or 'nobody'}"
