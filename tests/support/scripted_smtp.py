"""A mail server that misbehaves as told, on the event loop of the test."""

import asyncio


class ScriptedServer:
    """Answers as a good server does, unless `answers` says otherwise for a command.

    An answer is what is sent, `HANG` to say nothing more, `HANG_UP` to close the connection,
    `DRIBBLE` to begin one and never come to its end.
    `answers["."]` is for the end of a mail. `num_mails` counts the mails that came whole.
    """

    HANG = "hang"
    HANG_UP = "hang up"
    DRIBBLE = "dribble"

    def __init__(self, **answers: str) -> None:
        self.answers = {
            "GREETING": "220 scripted",
            "EHLO": "250 scripted",
            "MAIL": "250 OK",
            "RCPT": "250 OK",
            "DATA": "354 Go on",
            ".": "250 OK",
            "QUIT": "221 Bye",
            **{name.upper(): answer for name, answer in answers.items()},
        }
        self.has_visitor = asyncio.Event()
        self.num_connections = 0
        self.num_mails = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "ScriptedServer":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await self.hang_up_on_all()

    async def hang_up_on_all(self) -> None:
        """Closes every connection that is open, as a server does that restarts."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.num_connections += 1
        self.has_visitor.set()
        task = asyncio.create_task(self._talk(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._say(writer, "GREETING")
            while line := await reader.readline():
                command = line.decode().split()[0].upper()
                await self._say(writer, command)
                if command == "DATA" and self.answers["DATA"].startswith("354"):
                    while await reader.readline() != b".\r\n":
                        pass
                    self.num_mails += 1
                    await self._say(writer, ".")
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _say(self, writer: asyncio.StreamWriter, command: str) -> None:
        answer = self.answers.get(command, "500 What?")
        if answer == self.HANG:
            await asyncio.Event().wait()
        if answer == self.HANG_UP:
            raise ConnectionAbortedError
        while answer == self.DRIBBLE:
            writer.write(b"2")
            await writer.drain()
            await asyncio.sleep(0.001)
        writer.write(answer.encode("utf-8", "surrogateescape") + b"\r\n")
        await writer.drain()
