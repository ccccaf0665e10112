"""A mail server that takes everything and notes when: `python -m benchmarks.mail_sink TIMES_FILE`.

A process of its own, and as little of a mail server as the box needs, so that what is measured is
the box. Prints its port.
"""

import asyncio
import os
import re
import sys
import time
from contextlib import suppress
from pathlib import Path

_DELIVERY = re.compile(rb"^X-Sosbox-Delivery: (\d+)\r?$", re.MULTILINE)
_PORT_LINE = "port {port}"


async def _serve(times_file: Path) -> None:
    with times_file.open("w", buffering=1) as times:

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 sink\r\n")
            with suppress(ConnectionResetError):  # the box is killed at the end of a measurement
                await converse(reader, writer)

        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while line := await reader.readline():
                command = line[:4].upper()
                if command in {b"EHLO", b"HELO"}:
                    writer.write(b"250-sink\r\n250 8BITMIME\r\n")
                elif command == b"DATA":
                    writer.write(b"354 go on\r\n")
                    mail = await reader.readuntil(b"\r\n.\r\n")
                    found = _DELIVERY.search(mail)
                    times.write(f"{int(found.group(1)) if found else 0} {time.time()}\n")
                    writer.write(b"250 taken\r\n")
                elif command == b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                else:
                    writer.write(b"250 ok\r\n")
            writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=2**20)
        print(_PORT_LINE.format(port=server.sockets[0].getsockname()[1]), flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    os.nice(5)  # a mail server is another machine: it must not take the processor from the box
    asyncio.run(_serve(Path(sys.argv[1])))
