import re
import sys
from importlib import util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_spec = util.spec_from_file_location("vendor", ROOT / "scripts" / "vendor.py")
vendor = util.module_from_spec(_spec)
sys.modules["vendor"] = vendor  # dataclasses look their module up
_spec.loader.exec_module(vendor)


def test_the_kept_files_are_those_that_were_fetched():
    assert vendor.changed() == []


def test_a_changed_file_is_noticed(tmp_path):
    (tmp_path / "a.js").write_text("1")
    before = vendor.sums(tmp_path)
    (tmp_path / "a.js").write_text("2")
    assert vendor.sums(tmp_path) != before


def test_the_sums_do_not_cover_their_own_file(tmp_path):
    (tmp_path / "a.js").write_text("")
    (tmp_path / "SHA256SUMS").write_text("anything")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert vendor.sums(tmp_path) == f"{empty}  a.js\n"


def test_source_maps_are_cut_in_both_languages():
    assert vendor.without_source_map("a{}\n/*# sourceMappingURL=a.css.map */\n") == "a{}\n"
    assert vendor.without_source_map("f();\n//# sourceMappingURL=a.js.map\n") == "f();\n"


def test_the_sprite_holds_exactly_the_icons_asked_for():
    drawn = (ROOT / "static" / "vendor" / "tabler-icons-3.51.0" / "sprite.svg").read_text()
    assert re.findall(r'<symbol id="([^"]+)"', drawn) == sorted(vendor.ICONS)
