"""The customers of the fault run, outside the product: they answer, insist until they are thanked, and keep a ledger.

    python -m bench.fault_driver PLAN.json LEDGER.jsonl

A line of the ledger is written when the product has acknowledged an answer, or when the customer gives up:
{"number", "way", "score", "attempts", "is_acknowledged", "seconds", "last"}. An answer carries its number in its words.
"""

import json
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

WAYS = ("invitation", "form", "api")
CUSTOMERS = 12  # at once
TIMEOUT = (3.05, 20)  # seconds to connect, to answer
INSISTS = 240.0  # seconds until a customer gives up
PAUSE = 0.4
ANSWERS_PER_PERSON = 3  # by the API: so that answers join open cases


@dataclass(frozen=True)
class Answer:
    """What one customer is going to say, and by which way. `at` is in seconds after the start."""

    number: int
    way: str
    score: int
    at: float
    target: str  # the invitation's address, the form's, or the customer's id

    @property
    def words(self) -> str:
        """The comment, which names the answer."""
        return f"fault run answer {self.number}."


def plan(
    *, answers: int, seconds: float, links: list[str], ways: list[str], form: str, seed: int
) -> list[Answer]:
    """Who answers what and when: 40 % detractors, evenly over `seconds`, by all `ways` in turn."""
    chance = random.Random(seed)
    waiting = list(links)
    made = []
    for number in range(answers):
        way = ways[number % len(ways)]
        if way == "invitation" and not waiting:
            way = "form"
        if way == "invitation":
            target = waiting.pop()
        elif way == "form":
            target = f"{form}?n={number:022d}"
        else:
            target = f"person-{number // (len(ways) * ANSWERS_PER_PERSON)}"
        score = chance.randint(0, 6) if chance.random() < 0.4 else chance.randint(7, 10)
        made.append(Answer(number, way, score, seconds * number / answers, target))
    return made


class Driver:
    """Sends the answers of a plan and writes the ledger."""

    def __init__(self, facts: dict[str, Any], ledger: Path) -> None:
        self.base_url, self.key, self.survey = facts["base_url"], facts["api_key"], facts["survey"]
        self.answers = [Answer(**one) for one in facts["answers"]]
        self.ledger = ledger.open("a", encoding="utf-8")
        self.lock = threading.Lock()
        self.local = threading.local()
        self.started = time.monotonic()

    def run(self) -> None:
        """Let every customer answer."""
        with ThreadPoolExecutor(CUSTOMERS) as customers:
            for _done in customers.map(self.insist, self.answers):
                pass

    def insist(self, answer: Answer) -> None:
        """Send one answer until it is acknowledged, and write the ledger's line."""
        time.sleep(max(0.0, answer.at - (time.monotonic() - self.started)))
        begun = time.monotonic()
        attempts, last = 0, ""
        while time.monotonic() - begun < INSISTS:
            attempts += 1
            try:
                reply = self.send(answer)
            except requests.RequestException as error:
                last = type(error).__name__
            else:
                if reply.status_code in (200, 201):
                    self.write(answer, attempts, begun, is_acknowledged=True, last=str(reply.status_code))
                    return
                last = f"{reply.status_code} {reply.text[:300]}"
            time.sleep(PAUSE)
        self.write(answer, attempts, begun, is_acknowledged=False, last=last)

    def send(self, answer: Answer) -> requests.Response:
        """One attempt; the same words and, by the API, the same idempotency key each time."""
        if not hasattr(self.local, "session"):
            self.local.session = requests.Session()
        session: requests.Session = self.local.session
        if answer.way != "api":
            said = {"score": str(answer.score), "comment": answer.words}
            return session.post(answer.target, data=said, timeout=TIMEOUT)
        return session.post(
            f"{self.base_url}/api/v1/responses/",
            json={
                "survey": self.survey,
                "contact": {"external_id": answer.target, "name": answer.target},
                "score": answer.score,
                "comment": answer.words,
            },
            headers={"Authorization": f"Bearer {self.key}", "Idempotency-Key": f"answer-{answer.number}"},
            timeout=TIMEOUT,
        )

    def write(self, answer: Answer, attempts: int, begun: float, *, is_acknowledged: bool, last: str) -> None:
        """Append how it went with one answer."""
        outcome = {
            "number": answer.number,
            "way": answer.way,
            "score": answer.score,
            "attempts": attempts,
            "is_acknowledged": is_acknowledged,
            "seconds": round(time.monotonic() - begun, 3),
            "last": last,
        }
        with self.lock:
            self.ledger.write(json.dumps(outcome) + "\n")
            self.ledger.flush()


if __name__ == "__main__":
    Driver(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])).run()
