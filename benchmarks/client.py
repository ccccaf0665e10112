"""A load generator that costs little itself: raw HTTP/1.1 over kept connections.

It must leave the processor to the server: a full HTTP client would be the bottleneck and make every
server look alike.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Load:
    """What a run has measured; times in seconds."""

    duration_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    num_failures: int = 0

    @property
    def per_second(self) -> float:
        return len(self.latencies_s) / self.duration_s

    def percentile_ms(self, percent: float) -> float:
        ordered = sorted(self.latencies_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000


class _Client(asyncio.Protocol):
    """One connection; sends the next request as soon as the answer is there."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._buffer = b""
        self._waiter: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if len(body) >= length and self._waiter is not None:
            self._buffer = b""
            waiter, self._waiter = self._waiter, None
            waiter.set_result(head)

    def connection_lost(self, error: Exception | None) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error or ConnectionResetError())

    async def request(self, data: bytes) -> bytes:
        """Sends a request and returns the head of the answer."""
        assert self.transport is not None
        self._waiter = asyncio.get_running_loop().create_future()
        self.transport.write(data)
        return await self._waiter


def form_request(host: str, path: str, body: bytes) -> bytes:
    """A form as a browser posts it."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nAccept-Language: es\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def saturate(
    port: int, make_request: Callable[[int], bytes], *, num_clients: int, num_requests: int
) -> Load:
    """Sends requests as fast as the server answers."""
    load = Load()
    numbers = iter(range(num_requests))

    async def run() -> None:
        _, client = await asyncio.get_running_loop().create_connection(_Client, "127.0.0.1", port)
        for number in numbers:
            await _timed(client, make_request(number), load)
        assert client.transport is not None
        client.transport.close()

    started = time.perf_counter()
    await asyncio.gather(*(run() for _ in range(num_clients)))
    load.duration_s = time.perf_counter() - started
    return load


async def at_rate(
    port: int,
    make_request: Callable[[int], bytes],
    *,
    per_second: float,
    num_requests: int,
    num_clients: int = 16,
) -> Load:
    """Sends requests at a steady rate, whether or not the earlier ones have been answered."""
    load = Load()
    loop = asyncio.get_running_loop()
    clients = [
        (await loop.create_connection(_Client, "127.0.0.1", port))[1] for _ in range(num_clients)
    ]
    free: asyncio.Queue[_Client] = asyncio.Queue()
    for client in clients:
        free.put_nowait(client)

    async def run(number: int) -> None:
        client = await free.get()
        await _timed(client, make_request(number), load)
        free.put_nowait(client)

    started = time.perf_counter()
    tasks = []
    for number in range(num_requests):
        await asyncio.sleep(max(0.0, started + number / per_second - time.perf_counter()))
        tasks.append(asyncio.create_task(run(number)))
    await asyncio.gather(*tasks)
    load.duration_s = time.perf_counter() - started
    for client in clients:
        assert client.transport is not None
        client.transport.close()
    return load


async def _timed(client: _Client, request: bytes, load: Load) -> None:
    started = time.perf_counter()
    head = await client.request(request)
    load.latencies_s.append(time.perf_counter() - started)
    if not head.startswith((b"HTTP/1.1 2", b"HTTP/1.1 3")):
        load.num_failures += 1
