"""Very many messages from one place: a puzzle, and quarantine for those who do not solve it."""

import asyncio
import re
from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from sosbox.box import Box
from sosbox.cases.rules import QUARANTINE_RANK
from sosbox.cases.tables import Case, Message
from sosbox.lib.clock import FrozenClock
from sosbox.web.bursts import CHALLENGE_LIFETIME, WINDOW_S, Bursts, is_solved, new_challenge
from tests.support.console import field_of
from tests.support.puzzles import challenge_in, solve
from tests.support.venue import NOON, ROOM_TOKEN, TABLE_TOKEN, Venue

Phone = AsyncTestClient[Litestar]
PAGE = f"/p/{ROOM_TOKEN}"
OTHER_PAGE = f"/p/{TABLE_TOKEN}"
JSON = {"Accept": "application/json"}
LIMIT = 4


class Stopwatch:
    """A clock that runs only when it is told to."""

    def __init__(self) -> None:
        self.time_s = 1_000.0

    def __call__(self) -> float:
        return self.time_s


@pytest.fixture
def watch(phone: Phone) -> Stopwatch:
    """The limit is four; time stands still."""
    watch = Stopwatch()
    phone.app.state.bursts = Bursts(LIMIT, watch)
    return watch


async def _send(phone: Phone, number: int, page: str = PAGE, **fields: str) -> str:
    """Sends a message and returns what was done with it: "" or "held"."""
    form = {"text": f"Number {number}", "submission_id": f"id-{number}", **fields}
    answer = await phone.post(page, data=form)
    assert answer.status_code == 303
    row = await Message.select(Message.hold).order_by(Message.id, ascending=False).first()
    assert row is not None
    return str(row["hold"])


async def _reach_limit(phone: Phone) -> None:
    for number in range(LIMIT):
        assert await _send(phone, number) == ""


async def test_a_quiet_place_has_no_puzzle_on_its_page(phone: Phone, watch: Stopwatch) -> None:
    await _send(phone, 1)
    page = (await phone.get(PAGE)).text
    assert challenge_in(page) == ""
    assert "puzzle" not in page


async def test_the_page_carries_a_puzzle_before_the_limit_is_reached(
    phone: Phone, watch: Stopwatch
) -> None:
    await _send(phone, 1)
    await _send(phone, 2)
    page = (await phone.get(PAGE)).text
    assert challenge_in(page)
    # What is typed is kept by the other script, which has to find the puzzle's promise.
    assert re.search(r"puzzle\.\w+\.js.*guest\.\w+\.js", page, re.DOTALL)
    solver = re.search(r'data-solver="([^"]+)"', page)
    assert solver is not None
    assert (await phone.get(solver.group(1))).status_code == 200
    assert challenge_in((await phone.get(OTHER_PAGE)).text) == ""


async def test_beyond_the_limit_a_message_without_a_solution_waits_in_quarantine(
    phone: Phone, watch: Stopwatch
) -> None:
    await _reach_limit(phone)
    assert await _send(phone, 5) == "held"
    case = await Case.select().order_by(Case.id, ascending=False).first()
    assert case is not None
    assert (case["is_quarantined"], case["state_rank"]) == (True, QUARANTINE_RANK)
    assert await Case.count() == LIMIT + 1
    assert await _send(phone, 6, OTHER_PAGE) == ""


async def test_whoever_solves_the_puzzle_is_heard_as_always(phone: Phone, watch: Stopwatch) -> None:
    await _reach_limit(phone)
    page = (await phone.get(PAGE)).text
    challenge, submission_id = challenge_in(page), field_of(page, "submission_id")
    solved = {
        "submission_id": submission_id,
        "challenge": challenge,
        "solution": solve(challenge, submission_id),
    }
    assert await _send(phone, 5, **solved) == ""
    assert await Case.count().where(Case.is_quarantined.eq(True)) == 0


async def test_a_refused_form_comes_back_with_a_puzzle_that_still_fits(
    phone: Phone, watch: Stopwatch
) -> None:
    await _reach_limit(phone)
    refused = await phone.post(PAGE, data={"text": "", "submission_id": "mine"})
    assert refused.status_code == 422
    challenge = challenge_in(refused.text)
    solution = solve(challenge, "mine")
    fields = {"submission_id": "mine", "challenge": challenge, "solution": solution}
    assert await _send(phone, 5, **fields) == ""


async def test_held_or_not_the_guest_gets_the_same_receipt(phone: Phone, watch: Stopwatch) -> None:
    pages, programs = [], []
    for name in ("before", "in the burst"):
        form = {"text": "The tap drips"}
        answer = await phone.post(PAGE, data={**form, "submission_id": name})
        program = await phone.post(PAGE, data={**form, "submission_id": name + "!"}, headers=JSON)
        receipt = await phone.get(answer.headers["location"])
        pages.append((answer.status_code, receipt.status_code, _words(receipt.text)))
        programs.append((program.status_code, sorted(program.json())))
        await _send(phone, 1)
        await _send(phone, 2)
    assert await Message.count().where(Message.hold == "held") == 2
    assert pages[0] == pages[1]
    assert "We have your message" in pages[0][2]
    assert programs[0] == programs[1] == (201, ["receipt_code", "receipt_url", "reference"])


def _words(page: str) -> str:
    """What is to be read on a page, without what is another on every receipt."""
    text = re.sub(r"<[^>]*>", " ", page)
    return re.sub(r"/t/[\w-]+|\b(?:\d{4} ){3}\d{4}\b|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", "…", text)


async def test_after_ten_minutes_all_is_quiet_again(phone: Phone, watch: Stopwatch) -> None:
    await _reach_limit(phone)
    watch.time_s += WINDOW_S
    assert await _send(phone, 5) == ""
    assert challenge_in((await phone.get(PAGE)).text) == ""


async def test_the_same_submission_again_is_not_counted_and_not_held(
    phone: Phone, watch: Stopwatch
) -> None:
    for _ in range(LIMIT * 2):
        assert await _send(phone, 1) == ""
    assert await Case.count() == 1
    assert await _send(phone, 2) == ""


async def test_those_who_come_at_the_same_moment_do_not_slip_through(
    phone: Phone, watch: Stopwatch
) -> None:
    forms = [{"text": f"Number {number}"} for number in range(LIMIT + 3)]
    answers = await asyncio.gather(*(phone.post(PAGE, data=form) for form in forms))

    assert {answer.status_code for answer in answers} == {303}
    assert await Message.count().where(Message.hold == "held") == 3


async def test_what_is_refused_is_not_counted(phone: Phone, watch: Stopwatch) -> None:
    for _ in range(LIMIT * 2):
        assert (await phone.post(PAGE, data={"text": ""})).status_code == 422
    assert await _send(phone, 1) == ""


async def test_a_text_that_is_added_to_a_case_in_a_burst_is_held_and_the_case_stays(
    phone: Phone, watch: Stopwatch
) -> None:
    await _reach_limit(phone)
    assert await _send(phone, 1, text="And another thing") == "held"
    assert await Case.count().where(Case.is_quarantined.eq(True)) == 0


async def test_without_a_limit_nothing_is_ever_held(phone: Phone) -> None:
    phone.app.state.bursts = Bursts(0)
    for number in range(50):
        assert await _send(phone, number) == ""
    assert challenge_in((await phone.get(PAGE)).text) == ""


def test_each_place_costs_little_memory() -> None:
    bursts = Bursts(3)
    for _ in range(10_000):
        bursts.begin(1)
        bursts.end(1, is_new=True)
    assert len(bursts._moments[1]) == 3


def test_a_solution_is_good_for_its_submission_and_place_until_it_expires(
    box: Box, venue: Venue
) -> None:
    challenge = new_challenge(box.keys, venue.room_id, now=NOON)
    solution = solve(challenge, "mine")

    def is_good(point: int, submission: str, challenge: str, after: timedelta) -> bool:
        return is_solved(
            box.keys,
            point,
            submission,
            challenge=challenge,
            solution=solution,
            now=NOON + after,
        )

    moment = timedelta(seconds=1)
    assert is_good(venue.room_id, "mine", challenge, CHALLENGE_LIFETIME - moment)
    assert not is_good(venue.room_id, "mine", challenge, CHALLENGE_LIFETIME)
    assert not is_good(venue.table_id, "mine", challenge, moment)
    assert not is_good(venue.room_id, "yours", challenge, moment)
    later = str(int(challenge.partition(".")[0]) + 60)
    assert not is_good(venue.room_id, "mine", later + challenge[len(later) :], moment)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "0",
        ".".join(["0"] * 16),
        ".".join(["-1"] * 16),
        ".".join(["9" * 10] * 16),
        ".".join(["٣"] * 16),
        "9" * 100_000,
        "." * 100_000,
        "\x00",
    ],
)
def test_a_wrong_solution_is_none(box: Box, venue: Venue, wrong: str) -> None:
    challenge = new_challenge(box.keys, venue.room_id, now=NOON)
    solution = solve(challenge, "mine")
    for given, solved in (
        (challenge, wrong),
        (wrong, solution),
        (challenge + wrong[:5] + "x", solution),
        (challenge, solution + ".1"),
        (challenge, solution.rpartition(".")[0]),
    ):
        assert not is_solved(
            box.keys, venue.room_id, "mine", challenge=given, solution=solved, now=NOON
        )


async def test_a_challenge_of_yesterday_is_worth_nothing(
    phone: Phone, watch: Stopwatch, clock: FrozenClock
) -> None:
    await _reach_limit(phone)
    page = (await phone.get(PAGE)).text
    challenge, submission_id = challenge_in(page), field_of(page, "submission_id")
    clock.set(NOON + timedelta(days=1))
    fields = {
        "submission_id": submission_id,
        "challenge": challenge,
        "solution": solve(challenge, submission_id),
    }
    assert await _send(phone, 5, **fields) == "held"
