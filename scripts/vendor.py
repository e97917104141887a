"""Fetch the front-end files kept in this repository, by name and version.

Run by hand when a version in `PACKAGES` changes; nothing else ever needs Node:

    python scripts/vendor.py            fetch and rewrite every folder
    python scripts/vendor.py --check    compare the kept files with their SHA256SUMS, no network

`npm pack` brings the packages, so the machine's own npm settings decide where from. Source-map comments are
cut (the hashed static storage refuses to point at maps that are not kept).
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
SVG = "http://www.w3.org/2000/svg"

# Every icon the templates may name. Adding one: write it here, run this script, use it.
ICONS = [
    "activity", "address-book", "adjustments", "alarm", "alarm-off", "alert-circle", "alert-triangle",
    "archive", "arrow-back-up", "arrow-down", "arrow-down-right", "arrow-forward-up", "arrow-left",
    "arrow-right", "arrow-up", "arrow-up-right", "arrows-shuffle", "at", "ban", "bell", "bell-off",
    "bell-ringing", "bolt", "bookmark", "briefcase", "brush", "building", "bulb", "calendar",
    "calendar-check", "calendar-event", "calendar-off", "calendar-plus", "calendar-time", "category",
    "chart-bar", "chart-histogram", "chart-line", "chart-pie", "check", "checks", "chevron-down",
    "chevron-left", "chevron-right", "chevron-up", "circle-check", "circle-dashed", "circle-minus",
    "circle-plus", "circle-x", "clipboard", "clipboard-check", "clipboard-list", "clock", "clock-check",
    "clock-exclamation", "clock-off", "clock-pause", "clock-play", "cloud", "cloud-upload", "code", "coin",
    "copy", "copy-check", "corner-up-left", "corner-up-right", "credit-card", "database", "device-desktop",
    "device-floppy", "device-laptop", "device-mobile", "dots", "dots-vertical", "download", "edit",
    "external-link", "eye", "eye-check", "eye-off", "file-download", "file-import", "file-spreadsheet",
    "file-text", "filter", "filter-off", "flag", "flag-check", "flame", "folder", "forms", "gauge", "gift",
    "git-merge", "hand-stop", "hash", "headset", "heart-handshake", "help", "help-circle", "hierarchy",
    "history", "home", "hourglass", "hourglass-high", "id", "inbox", "inbox-off", "info-circle",
    "info-square", "key", "keyboard", "language", "layout-dashboard", "lifebuoy", "link", "list",
    "list-check", "list-details", "loader-2", "lock", "lock-open", "logout", "mail", "mail-check",
    "mail-forward", "mail-off", "mail-opened", "mail-pause", "mail-plus", "mail-x", "map-pin", "menu-2",
    "message", "message-2", "message-check", "message-circle", "message-off", "message-plus",
    "message-reply", "message-x", "minus", "mood-happy", "mood-neutral", "mood-sad", "mood-smile", "moon",
    "note", "package", "palette", "paperclip", "password", "pencil", "percentage", "phone", "phone-call",
    "phone-incoming", "phone-outgoing", "phone-x", "photo", "pin", "player-pause", "player-play",
    "player-stop", "plug", "plug-connected", "plus", "point", "printer", "progress", "qrcode", "quote",
    "receipt-refund", "refresh", "repeat", "report-analytics", "rocket", "rotate", "route", "ruler",
    "scale", "search", "search-off", "seedling", "selector", "send", "server", "settings", "share",
    "shield", "shield-check", "shield-off", "sitemap", "sort-ascending", "sort-descending", "speakerphone",
    "square-check", "star", "stopwatch", "sun", "table", "tag", "tags", "target", "template", "thumb-down",
    "thumb-up", "ticket", "timeline", "toggle-left", "tool", "trash", "trending-down", "trending-up",
    "truck", "truck-delivery", "unlink", "upload", "user", "user-check", "user-circle", "user-cog",
    "user-minus", "user-off", "user-plus", "user-search", "user-up", "user-x", "users", "users-group",
    "variable", "versions", "wand", "webhook", "wifi-off", "world", "world-www", "writing", "x",
    "zoom-check",
]  # fmt: skip


@dataclass(frozen=True)
class Package:
    """One package to keep: `files` maps a path inside it to the name kept here; `icons` makes a sprite."""

    name: str
    version: str
    files: dict[str, str] = field(default_factory=dict)
    licences: tuple[str, ...] = ("LICENSE",)
    into: str = "static/vendor"
    icons: bool = False

    @property
    def folder(self) -> Path:
        """Where the files are kept: `<into>/<name>-<version>`, the scope's slash written as a dash."""
        return ROOT / self.into / f"{self.name.lstrip('@').replace('/', '-')}-{self.version}"


PACKAGES = [
    Package(
        "@tabler/core",
        "1.6.1",
        {"dist/css/tabler.min.css": "tabler.min.css"},
        licences=(),  # the package ships none; its MIT notice is the head comment of both files
    ),
    Package("@tabler/icons", "3.51.0", icons=True),
    Package("echarts", "6.1.0", {"dist/echarts.min.js": "echarts.min.js"}, licences=("LICENSE", "NOTICE")),
    Package("axe-core", "4.14.1", {"axe.min.js": "axe.min.js"}, into="tests/vendor"),
]


def sprite(icons: Path) -> str:
    """One SVG file, a `<symbol>` per name in `ICONS`; FileNotFoundError for a name Tabler does not draw."""
    ElementTree.register_namespace("", SVG)
    sheet = ElementTree.Element(f"{{{SVG}}}svg")
    for name in sorted(set(ICONS)):
        drawing = ElementTree.parse(icons / f"{name}.svg").getroot()
        symbol = ElementTree.SubElement(sheet, f"{{{SVG}}}symbol", id=name, viewBox="0 0 24 24")
        for shape in drawing:
            # The first path of every icon is an invisible 24 x 24 square of the drawing program.
            if shape.get("stroke") != "none":
                shape.tail = None
                symbol.append(shape)
    return ElementTree.tostring(sheet, encoding="unicode") + "\n"


def without_source_map(text: str) -> str:
    """The text without its `sourceMappingURL` comment, in either language."""
    text = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)
    return re.sub(r"(?m)^//# sourceMappingURL=.*$", "", text).rstrip() + "\n"


def sums(folder: Path) -> str:
    """The text of SHA256SUMS for every other file of the folder, in the format `sha256sum -c` reads."""
    kept = sorted(path for path in folder.iterdir() if path.name != "SHA256SUMS")
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in kept)


def fetch(package: Package, scratch: Path) -> None:
    """Replace the kept folder of one package by what `npm pack` brings now."""
    spec = f"{package.name}@{package.version}"
    packed = subprocess.run(
        ["npm", "pack", spec, "--silent"], cwd=scratch, check=True, stdout=subprocess.PIPE, text=True
    )
    unpacked = scratch / "unpacked" / spec.replace("/", "-")
    with tarfile.open(scratch / packed.stdout.split()[-1]) as archive:
        archive.extractall(unpacked, filter="data")
    source = unpacked / "package"
    for old in package.folder.parent.glob(package.folder.name.rsplit("-", 1)[0] + "-[0-9]*"):
        shutil.rmtree(old)
    package.folder.mkdir(parents=True)
    for inside, kept in package.files.items():
        text = without_source_map((source / inside).read_text(encoding="utf-8"))
        (package.folder / kept).write_text(text, encoding="utf-8")
    if package.icons:
        (package.folder / "sprite.svg").write_text(sprite(source / "icons" / "outline"), encoding="utf-8")
    for licence in package.licences:
        shutil.copyfile(source / licence, package.folder / licence)
    (package.folder / "SHA256SUMS").write_text(sums(package.folder), encoding="utf-8")


def changed() -> list[str]:
    """The kept folders that are missing or differ from their SHA256SUMS."""
    found = []
    for package in PACKAGES:
        listed = package.folder / "SHA256SUMS"
        if not listed.exists() or listed.read_text(encoding="utf-8") != sums(package.folder):
            found.append(str(package.folder.relative_to(ROOT)))
    return found


def main() -> int:
    """Fetch, or with --check compare; the exit code is 1 when something kept is not what was fetched."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare with SHA256SUMS only")
    if not parser.parse_args().check:
        with tempfile.TemporaryDirectory() as scratch:
            for package in PACKAGES:
                fetch(package, Path(scratch))
    for folder in (wrong := changed()):
        print(f"{folder}: not the files that were fetched; run scripts/vendor.py again", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
