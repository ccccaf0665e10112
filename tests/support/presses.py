"""A press that draws nothing, for pages that only have to ask one."""

import asyncio
from typing import Any

from sosbox.errors import SosboxError
from sosbox.printing.layout import Picture, PrintJob
from sosbox.printing.press import Press, Printed
from tests.support.pictures import make_png

PICTURE = make_png()


class QuietPress(Press):
    """Answers at once with the same picture, and remembers what it was asked for.

    trouble: raised instead. gate: while it is there, nothing is answered before it is set.
    """

    def __init__(self) -> None:
        super().__init__(program=["false"])
        self.jobs: list[PrintJob] = []
        self.pictures: list[Picture] = []
        self.trouble: SosboxError | None = None
        self.gate: asyncio.Event | None = None
        self.is_asked = asyncio.Event()

    async def print(self, job: PrintJob, **_options: Any) -> Printed:
        self.jobs.append(job)
        self.is_asked.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        return Printed(PICTURE, 1)

    async def check_logo(self, logo: Picture) -> None:
        self.pictures.append(logo)
