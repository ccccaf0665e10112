"""What every channel has to keep, whatever it sends over.

A channel joins with a kit: something that stands for the other side, and says what came. They are
in `tests/contracts/kits/`.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from sosbox.channels.base import (
    HAS_TRANSLATION,
    NoticeEvent,
    RefusedError,
    RetryError,
    TranslationState,
)
from sosbox.channels.registry import CHANNEL_FACTORIES
from sosbox.deliveries.rules import CHANNELS
from sosbox.lib.tasks import cancel_all
from tests.contracts.kits import KITS
from tests.contracts.kits.base import ChannelKit, Misbehaviour
from tests.support.notices import TRANSLATIONS, foreign, notice

# Nobody is seen to wait for the first, and nothing is so slow that it would need the second.
IMPATIENT_S = 0.1
PATIENT_S = 60


@pytest.fixture(params=KITS)
async def kit(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ChannelKit]:
    kit = KITS[request.param](tmp_path)
    yield kit
    await kit.end()


def test_every_channel_is_held_to_this_contract() -> None:
    # The second kit of a channel says after its name what is different.
    names = {name.partition(" ")[0] for name in KITS}
    assert names == set(CHANNEL_FACTORIES) == set(CHANNELS)


async def test_its_name_is_the_one_that_addresses_carry(kit: ChannelKit) -> None:
    assert kit.channel.name in CHANNEL_FACTORIES


async def test_what_is_sent_arrives_once_and_whole(kit: ChannelKit) -> None:
    sent = notice(address=kit.address, text="Agua en el baño 💧\nدرجة الحرارة\n冷たい")
    await kit.channel.send(sent)
    await kit.channel.close()

    (text,) = kit.received()
    for line in sent.text.splitlines():
        assert line in text
    for fact in ("Hotel Mar", "Room 204", "R-204", "http://mar.example/admin/cases/3"):
        assert fact in text


@pytest.mark.parametrize("event", list(NoticeEvent))
async def test_every_event_can_be_told(kit: ChannelKit, event: NoticeEvent) -> None:
    await kit.channel.send(notice(address=kit.address, event=event))
    await kit.channel.close()

    assert len(kit.received()) == 1


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("state", TranslationState)
async def test_what_a_guest_wrote_arrives_so_that_it_can_be_read(
    kit: ChannelKit, language: str, state: TranslationState
) -> None:
    sent = foreign(language, state, address=kit.address)
    await kit.channel.send(sent)
    await kit.channel.close()

    (received,) = kit.received()
    readable = sent.translation if state in HAS_TRANSLATION else sent.text
    for line in readable.splitlines():
        assert line in received
    # What was written is in it, or behind its link.
    assert sent.text.splitlines()[0] in received or sent.case_url in received


async def test_many_are_sent_at_once(kit: ChannelKit) -> None:
    texts = [f"The tap of room {number:02} drips" for number in range(20)]
    sending = [
        kit.channel.send(notice(address=kit.address, delivery_id=number, text=text))
        for number, text in enumerate(texts)
    ]
    await asyncio.gather(*sending)
    await kit.channel.close()

    received = kit.received()
    assert len(received) == len(texts)
    assert [text for text in texts if sum(text in other for other in received) != 1] == []


async def test_a_possible_duplicate_is_marked(kit: ChannelKit) -> None:
    sent = notice(address=kit.address)
    await kit.channel.send(sent)
    await kit.channel.send(replace(sent, is_possible_duplicate=True))
    await kit.channel.close()

    first, again = kit.received()
    assert first != again


async def test_an_address_that_is_refused_is_not_tried_again(kit: ChannelKit) -> None:
    kit.refuse()
    with pytest.raises(RefusedError) as caught:
        await kit.channel.send(notice(address=kit.address))
    await kit.channel.close()

    assert caught.value.detail
    assert kit.received() == []


async def test_when_nobody_answers_it_is_tried_again(kit: ChannelKit) -> None:
    await kit.channel.send(notice(address=kit.address))
    kit.go_away()
    with pytest.raises(RetryError):
        await kit.channel.send(notice(address=kit.address, delivery_id=8))
    with pytest.raises(RetryError):
        await kit.channel.check(kit.address)
    kit.come_back()
    await kit.channel.check(kit.address)
    await kit.channel.send(notice(address=kit.address, delivery_id=8))
    await kit.channel.close()

    assert len(kit.received()) == 2


async def test_what_it_cannot_know_of_is_not_in_the_words_of_an_error(kit: ChannelKit) -> None:
    kit.refuse()
    with pytest.raises(RefusedError) as caught:
        await kit.channel.send(notice(address=kit.address, text="secret"))
    await kit.channel.close()

    # The words are an id in the catalogues: nothing may be filled in by the outbox later on.
    assert "{" not in caught.value.message
    assert kit.address not in caught.value.message
    assert "secret" not in caught.value.detail


async def test_closing_twice_does_no_harm(kit: ChannelKit) -> None:
    await kit.channel.send(notice(address=kit.address))
    await kit.channel.close()
    await kit.channel.close()


# The other side misbehaves ------------------------------------------------------------------------


async def test_a_no_for_now_is_tried_again(kit: ChannelKit) -> None:
    kit.refuse_for_now()
    with pytest.raises(RetryError) as caught:
        await kit.channel.send(notice(address=kit.address))
    await kit.channel.close()

    assert not caught.value.may_have_arrived
    assert kit.received() == []


async def test_one_who_breaks_off_at_the_end_may_have_taken_it(kit: ChannelKit) -> None:
    await kit.misbehave(Misbehaviour.HANGING_UP, timeout_s=PATIENT_S)
    with pytest.raises(RetryError) as caught:
        await kit.channel.send(notice(address=kit.address))
    await kit.channel.close()

    assert caught.value.may_have_arrived


@pytest.mark.parametrize("how", [Misbehaviour.SILENT, Misbehaviour.DRIBBLING])
async def test_one_who_never_comes_to_an_answer_is_given_up(
    kit: ChannelKit, how: Misbehaviour
) -> None:
    await kit.misbehave(how, timeout_s=IMPATIENT_S)
    with pytest.raises(RetryError):
        await kit.channel.send(notice(address=kit.address))
    await kit.channel.close()


async def test_while_one_is_waited_for_others_are_served(kit: ChannelKit) -> None:
    has_visitor = await kit.misbehave(Misbehaviour.SILENT, timeout_s=PATIENT_S)
    sending = asyncio.create_task(kit.channel.send(notice(address=kit.address)))
    # A channel that holds the event loop up would let this go on only once it has given up.
    await has_visitor.wait()
    assert not sending.done()
    await cancel_all([sending])
    await kit.channel.close()
