"""Every task has its own name, takes ids by keyword and survives arguments of a newer release."""

import inspect
import re
from pathlib import Path

from config.celery import app
from config.schedule import SWEEPS
from core.tenant_keys import OUR_APPS

ROOT = Path(__file__).resolve().parents[2]


def our_tasks() -> dict[str, object]:
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if not name.startswith(("celery.", "tests."))}


def test_every_task_is_named_after_its_app() -> None:
    assert [name for name in our_tasks() if name.split(".")[0] not in (*OUR_APPS, "core")] == []


def test_every_task_takes_keywords_only_and_tolerates_more() -> None:
    wrong = []
    for name, task in our_tasks().items():
        parameters = inspect.signature(task.run, follow_wrapped=False).parameters.values()  # type: ignore[attr-defined]
        kinds = {parameter.kind for parameter in parameters}
        if not kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD} or (
            inspect.Parameter.VAR_KEYWORD not in kinds
        ):
            wrong.append(name)
    assert wrong == []


def test_every_scheduled_and_every_hinted_task_exists() -> None:
    hinted = {
        found
        for folder in (*OUR_APPS, "core")
        for path in (ROOT / folder).rglob("*.py")
        for found in re.findall(r'(?:enqueue|nudge)_on_commit\(\s*"([a-z_.]+)"', path.read_text())
    }
    wanted = {sweep.task for sweep in SWEEPS} | hinted
    assert wanted - set(our_tasks()) == set()


def test_nothing_relies_on_the_broker_to_remember_a_moment() -> None:
    offenders = [
        str(path.relative_to(ROOT))
        for folder in (*OUR_APPS, "core", "config")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\b(countdown|eta)=[^\"{]|apply_async|\.delay\(", path.read_text())
    ]
    assert offenders == []


def test_every_sweep_expires_before_its_next_turn() -> None:
    entries = app.conf.beat_schedule
    assert {sweep.task for sweep in SWEEPS} == set(entries)
    assert [
        name for name, entry in entries.items() if entry["options"]["expires"] >= entry["schedule"] > 1
    ] == []


def test_a_task_that_takes_the_id_of_a_row_takes_its_workspace_too() -> None:
    """Ids come through Redis: the row decides whose it is, and a task refuses one that is not of its workspace."""
    taking = {
        name: {parameter for parameter in inspect.signature(task.run).parameters if parameter.endswith("_id")}  # type: ignore[attr-defined]
        for name, task in our_tasks().items()
    }
    assert {name for name, ids in taking.items() if ids} == {"outbox.deliver"}
    assert [name for name, ids in taking.items() if ids and "workspace_id" not in ids] == []


def test_whoever_starts_a_task_for_a_row_names_its_workspace() -> None:
    wrong = []
    for folder in (*OUR_APPS, "core"):
        for path in (ROOT / folder).rglob("*.py"):
            for call in re.findall(r"enqueue_on_commit\((\s*\"[^)]*)\)", path.read_text()):
                if "_id=" in call and "workspace_id=" not in call:
                    wrong.append(f"{path.relative_to(ROOT)}: {call}")
    assert wrong == []
