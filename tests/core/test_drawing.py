import pytest

from core import drawing


def test_a_trend_spans_the_whole_box_from_its_lowest_to_its_highest_value():
    spark = drawing.spark([10, 30, 20])
    assert spark.lines == ["0.0,29.0 60.0,3.0 120.0,16.0"]
    assert (spark.first, spark.last, spark.end) == (10.0, 20.0, (120.0, 16.0))


def test_a_gap_splits_the_line_and_is_never_drawn_as_zero():
    spark = drawing.spark([1, None, 3, 2])
    assert spark.lines == ["0.0,29.0", "80.0,3.0 120.0,16.0"]
    assert spark.areas[1] == "80.0,32 80.0,3.0 120.0,16.0 120.0,32"


def test_a_flat_trend_runs_through_the_middle():
    assert drawing.spark([5, 5]).lines == ["0.0,16.0 120.0,16.0"]


@pytest.mark.parametrize("values", [[], [None], [None, None]])
def test_no_value_is_no_picture(values):
    assert drawing.spark(values) is None


def test_parts_of_a_whole_follow_each_other_and_add_up():
    parts = drawing.parts([("DETRACTOR", 1), ("PASSIVE", 0), ("PROMOTER", 3)])
    assert [(part.segment, part.count, part.x, part.share) for part in parts] == [
        ("DETRACTOR", 1, 0.0, 25.0),
        ("PASSIVE", 0, 25.0, 0.0),
        ("PROMOTER", 3, 25.0, 75.0),
    ]


def test_an_empty_whole_has_no_parts():
    assert drawing.parts([("DETRACTOR", 0), ("PROMOTER", 0)]) == []


def test_the_scale_groups_neighbouring_steps_of_one_segment():
    segments = ["DETRACTOR"] * 7 + ["PASSIVE"] * 2 + ["PROMOTER"] * 2
    cells, groups, width = drawing.scale([{"value": v, "segment": s} for v, s in enumerate(segments)])
    assert [(group.segment, group.low, group.high) for group in groups] == [
        ("DETRACTOR", 0, 6),
        ("PASSIVE", 7, 8),
        ("PROMOTER", 9, 10),
    ]
    assert (cells[-1].x + drawing.CELL, groups[-1].end, width) == (612, 612, 612)


def test_a_scale_without_steps_has_no_width():
    assert drawing.scale([]) == ([], [], 0)
