"""Known vulnerabilities in the locked dependencies: `make audit`.

pip-audit runs in an environment of its own, `.venv-audit`, so that it adds nothing to the product's. What it asks is
pip-audit's default source (AMENDS_AUDIT_URL: the query address of another service that speaks OSV).

Exit code 0: nothing known, or not checked because the source could not be reached (it says which); 1: findings, one a
line; 2: the audit itself could not be set up.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import bootstrap

CLONE = Path(__file__).resolve().parent.parent
FILES = ("base", "dev")  # the second holds all of the first and what tests and checks need


def main() -> int:
    """Audit every locked file; the exit code."""
    bootstrap.VENV = CLONE / ".venv-audit"
    bootstrap.PYTHON = bootstrap.VENV / "bin" / "python"
    bootstrap.STAMP = bootstrap.VENV / "installed.json"
    bootstrap.SETS = {"audit": ["audit"]}
    if bootstrap.ensure("audit"):
        print("amends: not checked: pip-audit could not be installed (see above).")
        return 2
    return max(audit(CLONE / "requirements" / f"{name}.txt", bootstrap.PYTHON) for name in FILES)


def audit(requirements: Path, python: Path) -> int:
    """Ask about one locked file; the exit code for it."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            str(python), "-m", "pip_audit", "--requirement", str(requirements), "--require-hashes", "--disable-pip",
            "--progress-spinner", "off", "--timeout", "15", "--format", "json", "--output", str(report),
        ]  # fmt: skip
        if source := os.environ.get("AMENDS_AUDIT_URL"):
            command += ["--vulnerability-service", "osv", "--osv-url", source]
        done = subprocess.run(command, capture_output=True, text=True)
        try:
            found = json.loads(report.read_text(encoding="utf-8"))["dependencies"]
        except (OSError, ValueError, KeyError):
            print(f"amends: {requirements.name}: not checked: {reason(done.stderr)}")
            return 0
    skipped = [one for one in found if "skip_reason" in one]
    findings = [(one, hole) for one in found for hole in one.get("vulns", [])]
    for one, hole in findings:
        cure = ", ".join(hole["fix_versions"]) or "none yet"
        print(f"amends: {requirements.name}: {one['name']} {one['version']}: {hole['id']}, fixed in {cure}")
    for one in skipped:
        print(f"amends: {requirements.name}: not checked: {one['name']}: {one['skip_reason']}")
    if not findings:
        print(f"amends: {requirements.name}: {len(found) - len(skipped)} packages, no known vulnerability.")
    return 1 if findings else 0


def reason(said: str) -> str:
    """The last line of what pip-audit said."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "pip-audit gave no report"


if __name__ == "__main__":
    sys.exit(main())
