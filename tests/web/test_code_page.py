"""Typing the sixteen digits by hand."""

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from sosbox.errors import TooManyError
from sosbox.lib.text import group_digits
from sosbox.ui.limits import BURST, SECONDS_PER_GUESS, GuessLimit
from tests.support.venue import ROOM_TOKEN

Phone = AsyncTestClient[Litestar]


@pytest.fixture
async def code(phone: Phone) -> str:
    headers = {"Accept": "application/json"}
    answer = await phone.post(f"/p/{ROOM_TOKEN}", data={"text": "Hello"}, headers=headers)
    found: str = answer.json()["receipt_code"]
    return found


async def test_the_digits_lead_to_the_receipt(phone: Phone, code: str) -> None:
    for typed in (code, group_digits(code), group_digits(code).replace(" ", "-")):
        answer = await phone.post("/t", data={"code": typed})
        assert answer.status_code == 303
        assert (await phone.get(answer.headers["location"])).status_code == 200


@pytest.mark.parametrize("zero", ["٠", "۰", "０"])
async def test_a_phone_may_write_the_digits_of_another_script(
    phone: Phone, code: str, zero: str
) -> None:
    typed = "".join(chr(ord(zero) + int(digit)) for digit in code)
    answer = await phone.post("/t", data={"code": group_digits(typed)})

    assert answer.status_code == 303


async def test_the_digits_may_stand_in_the_address(phone: Phone, code: str) -> None:
    answer = await phone.get("/t", params={"code": code})
    assert answer.status_code == 303


@pytest.mark.parametrize("typed", ["", "123", "abcd efgh ijkl mnop", "²" * 16, "1" * 17, "1" * 50])
async def test_what_is_no_code_is_explained_and_kept(phone: Phone, typed: str) -> None:
    answer = await phone.post("/t", data={"code": typed})

    assert answer.status_code == 422
    assert "A receipt code has sixteen digits." in answer.text
    assert f'value="{typed[:40]}"' in answer.text


async def test_a_wrong_code_finds_nothing(phone: Phone, code: str) -> None:
    wrong = f"{(int(code) + 1) % 10**16:016d}"
    answer = await phone.post("/t", data={"code": wrong})

    assert answer.status_code == 404
    assert "There is no receipt with this code" in answer.text


async def test_after_many_wrong_codes_even_the_right_one_has_to_wait(
    phone: Phone, code: str
) -> None:
    for number in range(BURST):
        await phone.post("/t", data={"code": f"{number:016d}"})
    answer = await phone.post("/t", data={"code": code})

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) <= SECONDS_PER_GUESS + 1


def test_the_limit_lets_a_guess_through_again_after_a_while() -> None:
    now = 0.0
    limit = GuessLimit(now=lambda: now)
    for _ in range(BURST):
        limit.check()
        limit.count_wrong()
    with pytest.raises(TooManyError):
        limit.check()

    now = SECONDS_PER_GUESS
    limit.check()
    limit.count_wrong()
    with pytest.raises(TooManyError):
        limit.check()


async def test_right_codes_do_not_use_up_the_limit(phone: Phone, code: str) -> None:
    for _ in range(BURST * 2):
        assert (await phone.post("/t", data={"code": code})).status_code == 303
