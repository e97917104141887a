"""The house as tests: migrations, sizes, words."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from core.tenant_keys import OUR_APPS

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (*OUR_APPS, "core", "config")

# `_at` and `_by` fields of one name that are not a pair, with the reason.
UNPAIRED: dict[str, str] = {}


def sources() -> list[Path]:
    return [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_migration_is_named_by_a_machine() -> None:
    assert [
        path.name for path in sources() if path.parent.name == "migrations" and "_auto_" in path.name
    ] == []


def test_no_migration_imports_our_code() -> None:
    offenders = [
        path.name
        for path in sources()
        if path.parent.name == "migrations"
        and re.search(
            rf"^(from|import) ({'|'.join(OUR_APPS)})\.(?!models\.\w+ import new_|(\w+_)?enums)",
            path.read_text(),
            re.M,
        )
        and "accounts.models" not in path.read_text()
    ]
    assert offenders == []


def test_no_file_holds_two_ideas() -> None:
    long = {
        str(path.relative_to(ROOT)): path.read_text().count("\n")
        for path in sources()
        if path.parent.name != "migrations" and path.read_text().count("\n") > 600
    }
    assert long == {}


def test_what_was_done_and_by_whom_come_in_pairs() -> None:
    loose = []
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in OUR_APPS:
            continue
        names = {field.name for field in model._meta.concrete_fields}
        for name in names:
            partner = f"{name[:-3]}_by"
            if name.endswith("_at") and partner in names and model._meta.get_field(name).null:
                pinned = [
                    constraint
                    for constraint in model._meta.constraints
                    if isinstance(constraint, models.CheckConstraint) and partner in str(constraint.condition)
                ]
                if not pinned:
                    loose.append(f"{model._meta.label}.{name}")
    assert set(loose) == set(UNPAIRED)


def test_public_functions_of_the_domain_say_what_they_promise() -> None:
    silent = []
    for path in sources():
        if not {"services", "rules", "queries"} & set(path.parts) and path.name not in (
            "services.py",
            "queries.py",
        ):
            continue
        for node in ast.parse(path.read_text()).body:
            if (
                isinstance(node, ast.FunctionDef)
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ):
                silent.append(f"{path.relative_to(ROOT)}:{node.name}")
    # A name that says all needs no sentence: at most a few, and they are listed.
    assert silent == []


def test_every_variable_is_documented() -> None:
    read = set()
    for path in (ROOT / "config").rglob("*.py"):
        read |= set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', path.read_text()))
    example = (ROOT / ".env.example").read_text()
    manual = (ROOT / "docs" / "operations.md").read_text()
    assert [name for name in sorted(read) if name not in example] == []
    assert [name for name in sorted(read) if name not in manual] == []
