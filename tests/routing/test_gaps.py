"""When nobody is behind a post."""

from hypothesis import given
from hypothesis import strategies as st

from sosbox.routing.hours import MINUTES_A_DAY, WEEKDAYS, parse_schedule
from sosbox.routing.rota import MINUTES_A_WEEK, Gap, weekly_gaps
from sosbox.routing.rules import Shift

DAY = MINUTES_A_DAY


def _shift(weekdays: str, *hours: str, people: tuple[int, ...] = (1,)) -> Shift:
    return Shift(parse_schedule(weekdays.split(), hours=hours), people)


def test_a_post_without_shifts_is_never_manned() -> None:
    assert weekly_gaps([]) == [Gap(0, MINUTES_A_WEEK)]


def test_a_shift_of_every_day_all_day_leaves_no_gap() -> None:
    assert weekly_gaps([_shift("")]) == []


def test_a_night_over_the_end_of_the_week_covers_monday_morning() -> None:
    gaps = weekly_gaps(
        [_shift("", "06:30-22:00"), _shift("mon tue wed thu fri sun", "22:00-06:30")]
    )
    assert gaps == [Gap(5 * DAY + 22 * 60, 6 * DAY + 6 * 60 + 30)]


def test_a_gap_over_the_end_of_the_week_is_one() -> None:
    gaps = weekly_gaps(
        [_shift("tue wed thu fri sat", "08:00-20:00"), _shift("tue wed thu fri", "20:00-08:00")]
    )
    assert gaps == [Gap(5 * DAY + 20 * 60, 7 * DAY + DAY + 8 * 60)]


def test_a_day_on_which_nobody_is_wanted_is_no_gap() -> None:
    assert weekly_gaps([_shift("mon", people=()), _shift("tue wed thu fri sat sun")]) == []


def test_exceptions_do_not_count() -> None:
    exception = Shift(parse_schedule(dates=["2026-12-24"]), (1,))
    assert weekly_gaps([exception]) == [Gap(0, MINUTES_A_WEEK)]


CLOCKS = st.tuples(st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
SHIFTS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(WEEKDAYS), max_size=4),
        st.lists(st.tuples(CLOCKS, CLOCKS).filter(lambda it: it[0] != it[1]), max_size=2),
    ),
    max_size=5,
)


@given(SHIFTS)
def test_gaps_are_exactly_the_minutes_that_no_shift_holds(
    drawn: list[tuple[list[str], list[tuple[tuple[int, int], tuple[int, int]]]]],
) -> None:
    shifts = [
        Shift(
            parse_schedule(
                days, hours=[f"{a:02}:{b:02}-{c:02}:{d:02}" for (a, b), (c, d) in spans]
            ),
            (1,),
        )
        for days, spans in drawn
    ]
    covered: set[int] = set()
    for shift in shifts:
        for day in shift.schedule.weekdays or range(7):
            for start, end in shift.schedule.hours or ((0, DAY),):
                length = end - start if end > start else end - start + DAY
                covered |= {(day * DAY + start + n) % MINUTES_A_WEEK for n in range(length)}
    gaps = weekly_gaps(shifts)
    free = [minute % MINUTES_A_WEEK for gap in gaps for minute in range(gap.start, gap.end)]
    assert sorted(free) == sorted(set(range(MINUTES_A_WEEK)) - covered)
    assert gaps == sorted(gaps)
