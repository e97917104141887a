"""The same POST twice is done once, however many send it at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event

import pytest
from django.db import connection, transaction

from core import idempotency
from core.idempotency import Answer
from core.models import Heartbeat, IdempotencyKey
from tests.conftest import MONDAY_9AM

PRINT = idempotency.fingerprint(method="POST", path="/a", body=b"{}")


def once(work, *, key: str = "k", print_: str = PRINT, scope: str = "one", now: datetime = MONDAY_9AM):
    return idempotency.once(scope=scope, key=key, print_=print_, now=now, work=work)


@pytest.mark.django_db
def test_the_second_time_the_stored_answer_is_given() -> None:
    done = []

    def work() -> Answer:
        done.append(1)
        return Answer(201, '{"a":1}')

    assert once(work) == (Answer(201, '{"a":1}'), False)
    assert once(work) == (Answer(201, '{"a":1}'), True)
    assert done == [1]


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused() -> None:
    once(lambda: Answer(201, "{}"))
    other = idempotency.fingerprint(method="POST", path="/a", body=b'{"b":2}')
    with pytest.raises(idempotency.KeyReused):
        once(lambda: Answer(201, "{}"), print_=other)


@pytest.mark.django_db
def test_two_clients_may_choose_the_same_key() -> None:
    assert once(lambda: Answer(201, "1"), scope="one") == (Answer(201, "1"), False)
    assert once(lambda: Answer(201, "2"), scope="two") == (Answer(201, "2"), False)


@pytest.mark.django_db
def test_what_fails_leaves_neither_work_nor_key() -> None:
    def work() -> Answer:
        Heartbeat(name="half", beat_at=MONDAY_9AM).save()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        once(work)
    assert (Heartbeat.objects.count(), IdempotencyKey.objects.count()) == (0, 0)
    assert once(lambda: Answer(200, "{}")) == (Answer(200, "{}"), False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("later", "is_replay"), [(timedelta(hours=24) - timedelta(seconds=1), True), (timedelta(hours=24), False)]
)
def test_a_key_is_kept_for_a_day(later: timedelta, is_replay: bool) -> None:
    once(lambda: Answer(201, "first"))
    answer = once(lambda: Answer(201, "second"), now=MONDAY_9AM + later)
    assert answer == (Answer(201, "first" if is_replay else "second"), is_replay)
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "ä", "x" * 256, "a\n"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(idempotency.BadKey):
        idempotency.check_key(key)


@pytest.mark.parametrize("key", ["x", "x" * 255, "3f0e-~!"])
def test_keys_are_printable_ascii(key: str) -> None:
    assert idempotency.check_key(key) == key


def _in_thread(function):
    try:
        return function()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_while_the_first_runs_the_second_is_told_so() -> None:
    started, go_on = Event(), Event()

    def slow() -> Answer:
        started.set()
        go_on.wait(10)
        return Answer(201, "slow")

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(_in_thread, lambda: once(slow))
        started.wait(10)
        with pytest.raises(idempotency.StillRunning):
            once(lambda: Answer(201, "never"))
        go_on.set()
        assert first.result() == (Answer(201, "slow"), False)
    assert once(lambda: Answer(201, "never")) == (Answer(201, "slow"), True)


@pytest.mark.django_db(transaction=True)
def test_eight_racers_do_the_work_once() -> None:
    def race(number: int):
        def run():
            def work() -> Answer:
                Heartbeat(name=f"racer {number}", beat_at=MONDAY_9AM).save()
                return Answer(201, str(number))

            try:
                return once(work)[0]
            except idempotency.StillRunning:
                return None

        return _in_thread(run)

    with ThreadPoolExecutor(8) as pool:
        answers = {answer for answer in pool.map(race, range(40)) if answer is not None}
    [heartbeat] = Heartbeat.objects.all()
    assert answers == {Answer(201, heartbeat.name.removeprefix("racer "))}


@pytest.mark.django_db(transaction=True)
def test_a_connection_killed_in_the_middle_frees_the_key_at_once() -> None:
    started, killed = Event(), Event()
    pids = []

    def doomed() -> Answer:
        Heartbeat(name="half", beat_at=MONDAY_9AM).save()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.append(cursor.fetchone()[0])
        started.set()
        killed.wait(10)
        Heartbeat(name="other half", beat_at=MONDAY_9AM).save()
        return Answer(201, "never")

    def run() -> str:
        try:
            once(doomed)
        except Exception as error:
            return type(error).__name__
        return "survived"

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(_in_thread, run)
        started.wait(10)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", pids)
        killed.set()
        assert first.result() in ("OperationalError", "InterfaceError")
    assert Heartbeat.objects.count() == 0
    assert once(lambda: Answer(201, "again")) == (Answer(201, "again"), False)
