"""Every operation of the API's own document, with a query and a body made from it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from bench.scan.routes import answered_by

BODIES = ("post", "put", "patch")


@dataclass(frozen=True)
class Operation:
    """One operation: the pattern of its route, the names of its query, and a body or None."""

    method: str
    pattern: str
    path: str
    query: dict[str, str]
    body: Any


def every_operation(document: bytes) -> list[Operation]:
    """All operations of an OpenAPI document."""
    read = json.loads(document)
    found = []
    for path, item in read["paths"].items():
        for method, operation in item.items():
            if method not in ("get", "delete", *BODIES):
                continue
            named = operation.get("parameters", [])
            query = {one["name"]: _text(sample(read, one["schema"])) for one in named if one["in"] == "query"}
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            body = sample(read, content["schema"]) if content else None
            found.append(Operation(method.upper(), pattern_of(path), path, query, body))
    return found


def pattern_of(path: str) -> str:
    """The route behind a path of the document."""
    return answered_by(re.sub(r"\{[a-z_]+\}", "some-thing", path.replace("{number}", "1")))


def sample(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A value of this schema, with everything that may be in it."""
    if "$ref" in schema:
        target: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return sample(document, target)
    for name in ("example", "default", "const"):
        if schema.get(name) is not None:
            return schema[name]
    if schema.get("enum"):
        return schema["enum"][0]
    for name in ("oneOf", "anyOf", "allOf"):
        if name in schema:
            real = [one for one in schema[name] if one.get("type") != "null" and "Null" not in str(one)]
            return sample(document, (real or schema[name])[0])
    kind = schema.get("type", "object")
    kind = next((one for one in kind if one != "null"), "string") if isinstance(kind, list) else kind
    if kind == "object":
        return {name: sample(document, one) for name, one in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(document, schema.get("items", {"type": "string"}))]
    plain = {"integer": max(int(schema.get("minimum", 0)), 3), "number": 3, "boolean": True}
    return plain.get(kind, _words(schema))


def _words(schema: dict[str, Any]) -> str:
    formats = {"email": "ines@customer.example", "date": "2027-03-01", "date-time": "2027-03-01T09:00:00Z",
               "uri": "https://shop.example"}  # fmt: skip
    return formats.get(schema.get("format", ""), "words")


def _text(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
