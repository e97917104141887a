"""What the product takes the samples for: each is written out as a raw mail, read and judged as one that came in.

python -m bench.inbound.measure                      # the open half, with every miss
python -m bench.inbound.measure --report docs/evidence/inbound.md    # the locked half, figures alone
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

from followups import reading
from followups.enums import MailKind
from followups.rules import automatic

HERE = Path(__file__).resolve().parent
PERSON, PROGRAM, DOUBTFUL = "a person", "a program", "doubtful"


class Judged(NamedTuple):
    """A sample, what it was taken for and by what."""

    sample: dict[str, Any]
    is_automatic: bool
    taken_for: str
    kind: str
    why: str


def samples(name: str, half: str) -> Iterator[dict[str, Any]]:
    """The samples of one file that are in `half`."""
    for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        sample: dict[str, Any] = json.loads(line)
        if sample["half"] == half:
            yield sample


def raw(sample: dict[str, Any]) -> bytes:
    """The sample as it would come over the wire."""
    mail = EmailMessage()
    headers = dict(sample["headers"])
    kind = headers.pop("Content-Type", "")
    for name, value in headers.items():
        mail[name] = value
    mail["To"], mail["Subject"] = "reply@in.example", sample["subject"]
    mail.set_content(sample["text"])
    if not kind:
        return mail.as_bytes()
    outer = EmailMessage()
    for name, value in mail.items():
        if name.lower() not in {"content-type", "content-transfer-encoding", "mime-version"}:
            outer[name] = value
    outer["MIME-Version"], outer["Content-Type"] = "1.0", f'{kind}; boundary="report"'
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    head = b"--report\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return outer.as_bytes().rstrip() + b"\r\n\r\n" + head + body + b"\r\n--report--\r\n"


def judge(sample: dict[str, Any], *, is_automatic: bool) -> Judged:
    """What the product takes it for."""
    read = reading.read(raw(sample))
    verdict = automatic.classify(
        automatic.Facts(
            headers=read.headers, sender=read.sender, subject=read.subject, text=read.text, report=read.report,
            has_empty_sender=read.has_empty_sender,
        )
    )  # fmt: skip
    taken_for = {MailKind.HUMAN: PERSON, MailKind.DOUBTFUL: DOUBTFUL}.get(verdict.kind, PROGRAM)
    return Judged(sample, is_automatic, taken_for, verdict.kind, verdict.why)


def judge_all(half: str) -> list[Judged]:
    """Every sample of `half`."""
    return [
        judge(sample, is_automatic=name == "automatic")
        for name in ("automatic", "human")
        for sample in samples(name, half)
    ]


def report(judged: list[Judged]) -> str:
    """The figures as a page."""
    of = {
        is_automatic: Counter(one.taken_for for one in judged if one.is_automatic == is_automatic)
        for is_automatic in (True, False)
    }
    lines = [
        "# Evidence: who wrote it",
        "",
        "Made by `python -m bench.inbound.measure --report docs/evidence/inbound.md`. 200 automatic mails (absences, receipts of desks,",
        "bounces, challenges, lists, read receipts, loops) and 500 of people, put together by `bench/inbound/make_samples.py` from words",
        "written for it in 13 languages and headers of the systems that send them, committed before the first line of what judges them.",
        "The halves share no sentence: a hash of the words decides. Only the open half was looked at while the rules were written; the",
        "figures are those of the locked half. Each sample is written out as a raw mail, read and judged like one that came in.",
        "",
        "| locked half | taken for a program | doubtful: a person is asked | taken for a person | all |",
        "|---|---|---|---|---|",
    ]
    for is_automatic, label in ((True, "automatic"), (False, "written by people")):
        found = of[is_automatic]
        lines.append(
            f"| {label} | {found[PROGRAM]} | {found[DOUBTFUL]} | {found[PERSON]} | {sum(found.values())} |"
        )
    silent = [
        one for one in judged if one.is_automatic and ("words" in one.why or one.why in ("subject", ""))
    ]
    told = Counter(one.taken_for for one in silent)
    lines += [
        "",
        f"Of the automatic ones {len(silent)} carry no header that tells; of these {told[PROGRAM]} were told by subject and words together,",
        f"{told[DOUBTFUL]} were doubtful and {told[PERSON]} were taken for a person.",
        "",
        "What the figures do not say: the samples and the rules have one author, who knows how such mails read; real mail will be",
        "stranger. That is why a doubtful one is never decided by the program, and why nothing that was taken for a program is lost:",
        "it stands in the conversation, or among what came in.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Print or write."""
    parser = argparse.ArgumentParser(prog="python -m bench.inbound.measure", description=__doc__)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    judged = judge_all("locked" if options.report else "open")
    if options.report:
        options.report.write_text(report(judged), encoding="utf-8")
        return
    for one in judged:
        if one.taken_for != (PROGRAM if one.is_automatic else PERSON):
            print(one.taken_for, one.why, one.sample["what"], one.sample["subject"], one.sample["text"][:100])


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    main()
