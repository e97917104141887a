"""/metrics: what an operator watches, for those who may."""

from datetime import timedelta

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from core import heartbeat, metrics
from core.metrics import Reading
from tests.conftest import MONDAY_9AM


def values(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_readings_become_prometheus_text() -> None:
    readings = [
        Reading("a_total_things", "Things.", 3, {"kind": "x"}),
        Reading("a_total_things", "Things.", 4, {"kind": "y"}),
    ]
    assert values(metrics.exposition(readings=readings).decode()) == {
        ("a_total_things", (("kind", "x"),)): 3.0,
        ("a_total_things", (("kind", "y"),)): 4.0,
    }


@pytest.mark.django_db
def test_the_age_of_a_sweep_is_told() -> None:
    heartbeat.beat(name="outbox.sweep", now=MONDAY_9AM - timedelta(seconds=90))
    ages = {
        tuple(one.labels.values()): one.value
        for one in metrics.sweeps(MONDAY_9AM)
        if one.name == "amends_sweep_age_seconds"
    }
    assert (ages[("outbox.sweep",)], ages[("surveys.send_due",)]) == (90.0, 31_536_000.0)


def test_a_broker_that_is_away_is_a_reading_not_an_error(settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert [(one.name, one.value) for one in metrics.queue(MONDAY_9AM)] == [
        ("amends_broker_up", 0.0),
        ("amends_queue_length", 0.0),
    ]


@pytest.mark.parametrize(
    ("token", "meta", "status"),
    [
        ("", {"REMOTE_ADDR": "127.0.0.1"}, 200),
        ("", {"REMOTE_ADDR": "::1"}, 200),
        ("", {"REMOTE_ADDR": "10.0.0.7"}, 401),
        ("", {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.7"}, 401),
        ("", {"REMOTE_ADDR": ""}, 401),
        ("s3cret", {"REMOTE_ADDR": "127.0.0.1"}, 401),
        ("s3cret", {"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": "Bearer s3cret"}, 200),
        ("s3cret", {"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": "Bearer s3cre"}, 401),
    ],
)
@pytest.mark.django_db
def test_the_token_or_this_machine_may_read(settings, token: str, meta: dict[str, str], status: int) -> None:
    settings.METRICS_TOKEN = token
    assert Client().get("/metrics", **meta).status_code == status
