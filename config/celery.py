"""The Celery application. A message is a hint; the rows are the truth (see core/queue.py)."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_init, worker_process_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import embedded

embedded.prepare_environment()

from config.schedule import beat_schedule  # noqa: E402  after the environment

app = Celery("amends")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    result_backend=None,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=1_000,
    worker_eta_task_limit=100,
    worker_cancel_long_running_tasks_on_connection_loss=False,  # a doubled run is harmless, a send cut in half is not
    worker_soft_shutdown_timeout=10.0,
    worker_hijack_root_logger=False,
    task_soft_time_limit=300,  # seconds; an import or a campaign works in batches shorter than this
    task_time_limit=330,
    enable_utc=True,
    timezone="UTC",
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": 400,  # longer than any task may run
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 3,
        "socket_connect_timeout": 3,
        "socket_keepalive": True,
        "max_retries": 1,  # a hint that cannot be published is dropped: the sweep finds its row
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    },
    task_publish_retry=False,
    task_default_queue="amends",
    beat_schedule=beat_schedule(),
    beat_max_loop_interval=1,
    beat_sync_every=1,  # its file shows that it is alive (scripts/health.py)
)
app.autodiscover_tasks()


@worker_init.connect
def load_what_work_needs(**_facts: object) -> None:
    """Once for all processes of the worker, and again for none that follows one of them: what judges rules, and the addresses
    of pages, which the first mail with a link would wait for."""
    from django.urls import reverse

    from detractors.rules import expressions

    expressions.library()
    reverse("detractors:queue", kwargs={"slug": "-"})


@worker_process_init.connect
def spare_the_program(**_facts: object) -> None:
    """The program itself is never garbage: who makes thousands of rows does not search it again and again."""
    gc.freeze()


@worker_ready.connect
def introduce_sweeps(**_facts: object) -> None:
    """A worker is there: each sweep has its time to beat for the first time (an hourly one has not yet on a new site)."""
    from django.utils import timezone

    from config.schedule import SWEEPS
    from core import heartbeat

    heartbeat.introduce(names=[sweep.task for sweep in SWEEPS], now=timezone.now())


@task_prerun.connect
def begin_acting(task: Any, **_facts: object) -> None:
    """What a task changes in the configuration is recorded under the task's name."""
    from core.acting import acting

    task.request.acting = acting(lambda: {"label": task.name})
    task.request.acting.__enter__()


@task_postrun.connect
def end_acting(task: Any, **_facts: object) -> None:
    """The next task is another actor."""
    if opened := getattr(task.request, "acting", None):
        opened.__exit__(None, None, None)
