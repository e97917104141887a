from surveys.rules.sampling import is_drawn, lot, seed


def test_a_person_has_the_same_lot_each_time_and_another_in_another_round():
    first, second = seed(campaign="abc"), seed(campaign="abc", of_round=2)
    assert [lot(seed=first, contact=7) for _ in range(3)] == [lot(seed=first, contact=7)] * 3
    assert [lot(seed=first, contact=n) for n in range(50)] != [lot(seed=second, contact=n) for n in range(50)]


def test_a_sample_has_about_its_percentage_and_grows_with_it():
    drawn = {
        percent: {n for n in range(10_000) if is_drawn(seed="s:1", contact=n, percent=percent)}
        for percent in (10, 50, 100)
    }
    assert abs(len(drawn[10]) - 1_000) < 120
    assert abs(len(drawn[50]) - 5_000) < 200
    assert len(drawn[100]) == 10_000
    assert drawn[10] < drawn[50]
