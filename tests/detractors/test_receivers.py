"""An answer, once committed, wakes the sweep that decides; nothing else does."""

from collections.abc import Callable
from typing import Any

import pytest
from celery.signals import before_task_publish

import config.celery  # noqa: F401  hints go to the tests' own broker
from core import queue
from detractors.receivers import DECIDE
from surveys.models import Response


@pytest.mark.django_db
def test_an_answer_wakes_the_decisions_once_it_is_committed(
    answer: Callable[..., Response],
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "_last_nudge", {})  # no nudge of another test is the last one of a burst
    monkeypatch.setattr(queue, "_state", {"closed_until": 0.0})
    hints: list[str] = []

    def hear(sender: str, **_facts: Any) -> None:
        hints.append(sender)

    before_task_publish.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            answer(3)
            assert hints == [], "nothing is committed yet"
    finally:
        before_task_publish.disconnect(hear)
    assert hints == [DECIDE]
