"""The scan: a product of its own is started, looked round, scanned by sqlmap and wapiti, and stopped again.

    python -m bench.scan [--only PART-OF-A-PATTERN] [--routes FILE] [--seconds 60] [--at-once 2] [--no-wapiti] [--again] [--report FILE]

Nothing leaves loopback: the whole run is in a network of its own (bench/scan/alone.py).
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bench.product import Product, remove, running
from bench.scan import alone, tally
from config.embedded.environment import exit_on_signals
from config.embedded.layout import CLONE

PROGRAMS = ("sqlmap", "wapiti")


def main(arguments: list[str]) -> int:
    """Run from the command line; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.scan", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", help="only routes whose pattern contains this")
    parser.add_argument("--routes", type=Path, help="only routes whose pattern is a line of this file")
    parser.add_argument("--seconds", type=float, default=60, help="for one address, at most")
    parser.add_argument("--at-once", type=int, default=2, help="runs of sqlmap side by side")
    parser.add_argument("--again", action="store_true", help="on the data of the run before")
    parser.add_argument("--no-wapiti", action="store_true")
    parser.add_argument("--report", default="var/scan/report.md", help="where the report is written")
    given = parser.parse_args(arguments)
    named = frozenset(given.routes.read_text(encoding="utf-8").split()) if given.routes else None
    missing = [program for program in PROGRAMS if not _is_installed(program)]
    if missing:
        print(
            f"Not installed: {', '.join(missing)} (Debian: apt-get install sqlmap wapiti).", file=sys.stderr
        )
        return 2
    try:
        alone.leave_the_network()
    except alone.NotAlone as error:
        print(f"No network of one's own here ({error}): a scan must not reach anybody else.", file=sys.stderr)
        return 2
    exit_on_signals()
    data = CLONE / "var" / "scan"
    if not given.again:
        remove(data)
    log = data / "access.log"
    log.unlink(missing_ok=True)
    product = Product(
        data, mail="outbox:", say=say,
        settings={"GUNICORN_CMD_ARGS": tally.arguments(log), "AMENDS_API_RATE": "1000000/minute"},
    )  # fmt: skip
    with running(product):
        say(f"the product runs at {product.base_url}")
        product.run_module("config.embedded.prepare_site", "--demo")
        os.environ.update(product.environment)
        return _scan(product, given, named, log, arguments)


def _scan(
    product: Product, given: argparse.Namespace, named: frozenset[str] | None, log: Path, arguments: list[str]
) -> int:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from bench.scan import report
    from bench.scan.work import Work

    work = Work(
        product, log, only=given.only, named=named, seconds=given.seconds, at_once=given.at_once, say=say
    )
    work.result.command = " ".join(("python -m bench.scan", *arguments))
    result = work.run(with_wapiti=not given.no_wapiti)
    Path(given.report).write_text(report.write(result), encoding="utf-8")
    for sentence in result.failures:
        say(f"FAILED: {sentence}")
    say(f"the report is in {given.report}; what the scanners said is in {work.folder}")
    return 1 if result.failures else 0


def _is_installed(program: str) -> bool:
    return any((Path(folder) / program).exists() for folder in os.environ.get("PATH", "").split(os.pathsep))


def say(sentence: str) -> None:
    print(f"   {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
