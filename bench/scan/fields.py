"""What a view reads of a request: the names in its source and its forms, and the forms and links of the pages."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django import forms

from bench.scan.routes import answered_by

Fields = dict[str, str]

OURS = ("accounts", "config", "core", "dashboards", "detractors", "followups", "outbox", "surveys", "allauth")
EDGES = re.compile(r"\.(views|forms|filters|access|\w*_forms|sso|internal|base)\b")  # where a request is read
DEPTH = 3

_READ = re.compile(r"\b(GET|POST)(?:\.get|\.getlist|\.pop)?[(\[]\s*[\"'](\w+)[\"']")
_OF_FILTERS = re.compile(
    r"(?:\.get(?:list)?\(|\[)\s*[\"'](\w+)[\"']"
)  # a filter's module reads nothing but the query
_WORD = re.compile(r"\b([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?")
_NEVER = ("csrfmiddlewaretoken",)


@cache
def read_by(view: Callable[..., Any]) -> tuple[Fields, Fields, Fields]:
    """The names a view reads from the query, those it reads from what it is sent, and the fields of the forms it
    names; each with a value that might do."""
    seen: set[int] = set()
    query: Fields = {}
    form: Fields = {}
    sent: Fields = {}
    start = getattr(view, "view_class", None) or getattr(view, "cls", None) or inspect.unwrap(view)
    for thing in _reached(start, DEPTH, seen):
        if isinstance(thing, type) and issubclass(thing, forms.BaseForm):
            for name, field in getattr(thing, "base_fields", {}).items():
                form.setdefault(name, value_for(name, field))
            continue
        source = _source(thing)
        for kind, name in _READ.findall(source):
            (query if kind == "GET" else sent).setdefault(name, value_for(name))
        names = _OF_FILTERS.findall(source) if thing.__module__.endswith(".filters") else []
        if "GET.get(name" in source:
            names += re.findall(r"[\"'](\w+)[\"']", " ".join(re.findall(r"for name in \(([^)]*)\)", source)))
        query.update({name: value_for(name) for name in names if name not in query})
    return query, sent, form


def _reached(thing: Any, depth: int, seen: set[int]) -> Iterator[Any]:
    """A view, and the functions, classes and forms of the edges that its source names."""
    if id(thing) in seen or depth < 0:
        return
    seen.add(id(thing))
    yield thing
    if isinstance(thing, type):
        for base in thing.__mro__[1:]:
            if base.__module__.split(".")[0] in OURS:
                yield from _reached(base, depth, seen)
        for name in ("form_class", "get_form_class"):
            named = getattr(thing, name, None)
            if isinstance(named, type):
                yield from _reached(named, depth, seen)
    module = sys.modules.get(getattr(thing, "__module__", ""))
    for table in vars(module).values() if isinstance(thing, type) and module else ():
        act = getattr(thing, "act", "")  # one of several acts, each with its form in a table of the module
        if isinstance(table, dict) and act and _is_form(table.get(act)):
            yield from _reached(table[act], depth - 1, seen)
    for word, attribute in set(_WORD.findall(_source(thing))):
        found = getattr(module, word, None)
        if isinstance(found, ModuleType) and attribute:
            found = getattr(found, attribute, None)
        if not (inspect.isfunction(found) or isinstance(found, type)):
            continue
        home = found.__module__
        if home.split(".")[0] in OURS and (EDGES.search(home) or _is_form(found)):
            yield from _reached(found, depth - 1, seen)


def _is_form(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, forms.BaseForm)


def _source(thing: Any) -> str:
    try:
        return inspect.getsource(thing)
    except (OSError, TypeError):
        return ""


def value_for(name: str, field: forms.Field | None = None) -> str:
    """A value that a field of this kind, or of this name, is likely to take."""
    choices = [str(code) for code, _words in _choices(field) if str(code)]
    if choices:
        return choices[0]
    by_kind: list[tuple[type[forms.Field], str]] = [
        (forms.EmailField, "ines@customer.example"), (forms.URLField, "https://shop.example"),
        (forms.IntegerField, "3"), (forms.DateTimeField, "2027-03-01 09:00"), (forms.DateField, "2027-03-01"),
        (forms.TimeField, "09:00"), (forms.BooleanField, "on"),
    ]  # fmt: skip
    for kind, value in by_kind:
        if isinstance(field, kind):
            return value
    by_name = {"email": "ines@customer.example", "date": "2027-03-01", "since": "2026-01-01", "until": "2027-01-01",
               "page": "1", "score": "7", "password": "a password of nobody"}  # fmt: skip
    return by_name.get(name, "1" if field is None else "words")


def _choices(field: forms.Field | None) -> list[tuple[Any, Any]]:
    found = getattr(field, "choices", None)
    if isinstance(field, forms.ModelChoiceField) or found is None:
        return []
    return [
        (inner[0] if isinstance(words, list | tuple) and words else code, words)
        for code, words in found
        for inner in ((words[0] if isinstance(words, list | tuple) and words else (code,)),)
    ]


class Page(HTMLParser):
    """The forms and the links of one page: (method, path, fields)."""

    def __init__(self, url: str, text: str) -> None:
        super().__init__()
        self.url = url
        self.found: list[tuple[str, str, Fields]] = []
        self.form: tuple[str, str, Fields] | None = None
        self.choosing = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for method in ("get", "post"):
            if f"hx-{method}" in given:
                self._note(method, given[f"hx-{method}"], {})
        if tag == "a" and "href" in given:
            self._note("get", given["href"], {})
        elif tag == "form":
            self.form = (given.get("method", "get").upper(), given.get("action", ""), {})
            self._note(*self.form)
        elif tag in ("input", "select", "textarea", "button") and given.get("name") and self.form:
            self._take(tag, given)
        elif tag == "option" and self.choosing and self.form:
            was = self.form[2].get(self.choosing)
            self.form[2][self.choosing] = (
                given.get("value", "") if "selected" in given else was or given.get("value", "")
            )

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.choosing = ""

    def _take(self, tag: str, given: dict[str, str]) -> None:
        assert self.form is not None
        name, fields = given["name"], self.form[2]
        self.choosing = name if tag == "select" else ""
        if name in _NEVER or given.get("type") == "file":
            return
        if given.get("type") in ("radio", "checkbox") and "checked" not in given:
            fields.setdefault(name, given.get("value", "on"))
        else:
            fields[name] = given.get("value", "")

    def _note(self, method: str, target: str, fields: Fields) -> None:
        parts = urlsplit(urljoin(self.url, target))
        if parts.netloc != urlsplit(self.url).netloc:
            return
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            fields.setdefault(name, value)
        self.found.append((method.upper(), parts.path, fields))


class Seen:
    """What the pages hold for each route: the fields by method, a path that leads to it, and links with a query."""

    def __init__(self) -> None:
        self.fields: dict[tuple[str, str], Fields] = {}
        self.paths: dict[str, str] = {}
        self.links: dict[str, list[str]] = {}

    def read(self, url: str, text: str) -> None:
        for method, path, fields in Page(url, text).found:
            pattern = answered_by(path)
            if pattern:
                if method == "GET" and fields:
                    self.links.setdefault(pattern, []).append(f"{path}?{urlencode(fields)}")
                self.paths.setdefault(pattern, path)
                known = self.fields.setdefault((pattern, method), {})
                known.update({name: value for name, value in fields.items() if value or name not in known})
