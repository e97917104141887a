"""Server programs: which are known, and in what order."""

from config.embedded.programs import LEAST_POSTGRES, postgres_programs, redis_programs


def test_the_machines_programs_come_first_newest_first_and_the_wheels_last() -> None:
    for found in (postgres_programs(), redis_programs()):
        assert [program.from_wheel for program in found] == sorted(program.from_wheel for program in found)
        assert found[-1].from_wheel is True
    own = [program.major for program in postgres_programs() if not program.from_wheel]
    assert own == sorted(own, reverse=True)


def test_every_program_exists_and_is_new_enough() -> None:
    for program in postgres_programs():
        assert (program.path.exists(), program.initdb.exists(), program.major >= LEAST_POSTGRES) == (
            True,
            True,
            True,
        )
    for program in redis_programs():
        assert (program.path.exists(), program.major >= 7) == (True, True)
