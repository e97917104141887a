"""The report of a scan, as docs/evidence/scan.md keeps it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench.scan import routes, sqlmap, verdict, wapiti

if TYPE_CHECKING:
    from bench.scan.work import Result

INTRODUCTION = """# Scanned by sqlmap and wapiti, every route

`make prove-scan` starts a whole product with the demo workspace (DEBUG off, servers of its own, a free port) in a network
of its own that has loopback and nothing else, signs in, and reads from the resolver and from the API's own document which
addresses there are. sqlmap is sent to each of them with each of its methods: with a session of the owner and its CSRF
token, the API key, or the token in the path, with rows made for this one address, which are put back while it is scanned,
and with every part marked: path, query, form, JSON body, and once each cookies, headers, an uploaded file and the
idempotency key. What is refused beside the rest is sent in a request of its own, so that the rest is read. wapiti walks a
workspace with one of everything as its owner. What was sent is not what the scanners say but what the
product's own web server has logged, by route. The run fails when a route or an operation got nothing (an answer of 429
is nothing), when an answer was 500 or above, when the product called anybody, and on a finding nobody has explained.
"""


def write(result: Result) -> str:
    """The whole report."""
    return "\n".join(_parts(result)) + "\n"


def _parts(result: Result) -> Iterator[str]:
    yield INTRODUCTION
    yield f"{'## The run' if result.is_whole else '## A run of some routes'}\n"
    yield from _facts(result)
    yield "\n## Findings\n"
    yield from _findings(result)
    yield "\n## Found by earlier runs, and mended\n"
    yield from [f"- {what} `{test}`" for what, test in verdict.MENDED]
    yield "\n## Requests of each route\n"
    yield (
        "`sqlmap` and `wapiti` count the requests that this route answered by this method; `reached` says how many of "
        "the requests of sqlmap's own run at this address were answered below 400. `places` are the marked parts, and "
        "how many of them got every payload; the others got those of sqlmap's heuristics, because time was up or "
        "(`?scanned=`) because the address reads nothing. A part that only digits fit into is marked for GET alone: "
        "what does not fit reaches no route.\n"
    )
    yield from _table(result)
    yield "\n## Routes without a scan, and why\n"
    reasons = [(route.pattern, routes.why_not(route)) for route in result.routes]
    yield from [f"- `/{pattern.removeprefix('^')}`: {why}" for pattern, why in reasons if why] or ["None."]


def _facts(result: Result) -> Iterator[str]:
    tally = result.tally
    sent = Counter[str]()
    for (by, _status), times in tally.statuses.items():
        sent[by] += times
    places = sum(outcome.target.marks for outcome in result.outcomes.values())
    tested = sum(outcome.tested for outcome in result.outcomes.values())
    statuses = Counter[int]()
    for (_by, status), times in tally.statuses.items():
        statuses[status // 100 * 100 if status != 429 else 429] += times
    cut = sum(
        outcome.is_quick and outcome.tested < outcome.target.marks for outcome in result.outcomes.values()
    )
    yield "| what | figure |\n|---|---|"
    yield f"| date | {result.begun:%Y-%m-%d %H:%M} UTC, {result.seconds / 60:.0f} minutes |"
    yield f"| machine | {os.cpu_count()} cores, busy with other work (load {result.load}), Python {platform.python_version()} |"
    yield f"| versions | sqlmap {_version('sqlmap', '--version')}, wapiti {_version('wapiti', '--version')} |"
    yield f"| routes, addresses (route and method) | {len(result.routes)}, {len(result.plans)} |"
    yield f"| requests | sqlmap {sent['sqlmap']:,}, wapiti {sent['wapiti']:,} |"
    yield f"| marked places | {places:,}; with every payload {tested:,} |"
    yield f"| addresses where time was up, or that read nothing | {cut} |"
    yield f"| answers | {', '.join(f'{_class(status)}: {times:,}' for status, times in sorted(statuses.items()))} |"
    yield f"| refused by a limit, not counted below | {sum(tally.refused.values()):,} |"
    yield f"| outside every route | {sum(tally.elsewhere.values()):,} |"
    yield f"| calls of the product to wapiti's listener | {len(result.called)} |"
    yield f"\n    {result.command}\n"
    yield f"    sqlmap -u ADDRESS --method METHOD {' '.join(sqlmap.OPTIONS)}"
    yield f"    wapiti -u PRODUCT --scope domain -m {','.join(wapiti.MODULES)} -s EVERY-PAGE -c SESSION --endpoint LISTENER"
    for visit in result.visits:
        yield (
            f"\nwapiti on {visit.visit.name}: {visit.seconds:.0f} s, {visit.visit.crawl_seconds} s to look round and "
            f"{visit.visit.attack_seconds} s for each module at most{', ended when time was up' if visit.is_cut else ''}; "
            f"ended with {visit.code}. Left alone, because they end the session it works with (sqlmap meets each with a "
            f"session of its own): {', '.join('`/' + path.split('/', 3)[3] + '`' for path in visit.visit.left_alone)}."
        )


def _class(status: int) -> str:
    return "429" if status == 429 else f"{status // 100}xx"


def _findings(result: Result) -> Iterator[str]:
    found = Counter((scanner, why) for scanner, _words, why in verdict.findings(result))
    for (scanner, why), times in sorted(found.items()):
        words = [said for who, said, reason in verdict.findings(result) if (who, reason) == (scanner, why)]
        yield f"- {scanner}, {times} times: {why or 'NOT EXPLAINED'}\n"
        yield from [f"    - `{said[:220]}`" for said in words[:3]]
    refuted = [
        f"{one.target.method} `/{one.target.pattern}` ({place})"
        for one in result.outcomes.values()
        for place in one.refuted
    ]
    if refuted:
        yield (
            f"- sqlmap thought {len(refuted)} places might be injectable and took it back after its own check, which asks "
            f"for what only a database could answer: {', '.join(refuted)}. The pages differ because each request changes them."
        )
    if not found and not refuted:
        yield "None."
    for (pattern, status), why in verdict.MEANT.items():
        times = sum(
            (line.status, routes.answered_by(line.path)) == (status, pattern) for line in result.tally.broken
        )
        if times:
            yield f"- answered {status}, {times} times, by `/{pattern}`, which is meant: {why}."
    broken = [line for line in result.tally.broken if not verdict.is_meant(line)]
    refused = sum(status == 403 for status in result.tokenless.values())
    yield f"\nForms sent with the session and without their token, and again with a file and a wrong one: {len(result.tokenless)}, answered 403: {refused}."
    yield f"\nAnswered 500 and above, unmeant: {len(broken)}.\n"
    yield from [f"- {line.status}: {line.by} {line.method} `{line.target[:200]}`" for line in broken]
    yield f"\nLines of errors in the logs of web, worker and schedule: {sum(result.errors.values())}.\n"
    yield from [f"- {times} times `{line}`" for line, times in result.errors.most_common(30)]


def _table(result: Result) -> Iterator[str]:
    yield "| route | method | sqlmap | reached | places | wapiti |\n|---|---|---:|---:|---:|---:|"
    for number, plan in enumerate(result.plans, start=1):
        outcome, pattern = result.outcomes.get(number), plan.route.pattern
        places = f"{outcome.tested}/{outcome.target.marks}" if outcome else "-"
        name = f"`/{pattern.removeprefix('^')}`" + (f" ({plan.variant})" if plan.variant else "")
        mine = result.tally.of("sqlmap", pattern, plan.method)
        theirs = result.tally.of("wapiti", pattern, plan.method)
        yield f"| {name} | {plan.method} | {mine:,} | {result.tally.good[number]:,} | {places} | {theirs:,} |"


def _version(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return "not installed"
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+\.\d+(?:\.\d+)?", said)
    return found.group() if found else "?"
