"""A server that misbehaves as told, whatever it should speak."""

import asyncio
from typing import Self

_MAX_WHOLE_BYTES = 1_000_000


class RudeServer:
    """Takes connections on the event loop of the test and does to each what `script` says.

    WHOLE: reads what the visitor has to say. Bytes: are sent. DRIBBLE: sends one sign after the
    other, for ever. SILENCE: says nothing more. At the end of the script it hangs up.
    buffer_bytes: how much it takes in unread, at least.
    """

    WHOLE = "whole"
    DRIBBLE = "dribble"
    SILENCE = "silence"

    def __init__(self, *script: str | bytes, buffer_bytes: int = _MAX_WHOLE_BYTES) -> None:
        self._script = script
        self._buffer_bytes = buffer_bytes
        self.has_visitor = asyncio.Event()
        self.num_visitors = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", 0, limit=self._buffer_bytes
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.num_visitors += 1
        self.has_visitor.set()
        task = asyncio.create_task(self._play(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for act in self._script:
                if act == self.WHOLE:
                    await self._read_whole(reader)
                elif act == self.SILENCE:
                    await asyncio.Event().wait()
                elif act == self.DRIBBLE:
                    await _dribble(writer)
                else:
                    assert isinstance(act, bytes)
                    writer.write(act)
                    await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _read_whole(self, reader: asyncio.StreamReader) -> None:
        raise NotImplementedError


async def _dribble(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.001)
