"""make bench: every benchmark against its yardstick in the same run, as a table and as bench/results/latest.json.

python -m bench            all
python -m bench answers    only those named
python -m bench queue:1000000    with what the bench can be told: here its largest size
"""

import importlib
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
BENCHES = ("answers", "queue", "sweep", "cases", "dashboard", "contacts", "mail")


def machine() -> dict[str, object]:
    """What the figures were taken on."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def main(names: list[str]) -> int:
    unknown = [name for name in names if name.partition(":")[0] not in BENCHES]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are {', '.join(BENCHES)}")
        return 2
    results: dict[str, object] = {"machine": machine()}
    for name in names or BENCHES:
        print(f"== {name}", flush=True)
        module, _mark, told = name.partition(":")
        outcome = importlib.import_module(f"bench.{module}").measure(*filter(None, [told]))
        results[module] = outcome
        for row in outcome["rows"]:
            print("   {what:<58} {figure:>14}   {ratio:>10}   {target}".format(**row), flush=True)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps(results, indent=2) + "\n")
    print(f"written to {RESULTS / 'latest.json'}")
    return 0


if __name__ == "__main__":
    from config import embedded

    embedded.prepare_environment()
    sys.exit(main(sys.argv[1:]))
