"""Open pages as the server sees them: each holds its stream and counts what it receives."""

import asyncio
from dataclasses import dataclass

from bench.offices import SeatInfo


@dataclass
class OpenStreams:
    """port: the server’s. events: received, without pings. ended: streams that the server closed."""

    port: int
    events: int = 0
    ended_by_server: int = 0

    async def open(self, seats: list[SeatInfo], number: int, *, before: int = 0) -> list["asyncio.Task[None]"]:
        """Opens one page for each seat, half of them lists, a few at a time, then a second page.

        `before`: how many are open already.
        """
        reading = []
        for turn in range(before, before + number):
            seat, on_list = seats[turn % len(seats)], (turn + turn // len(seats)) % 2
            listed, case = (
                f"/flux?depuis={seat['since_list']}",
                f"/demandes/{seat['case']}/flux?depuis={seat['since_case']}",
            )
            opened = await self._ask(seat, listed if on_list else case)
            reading.append(asyncio.create_task(self._read(opened)))
            if turn % 20 == 0:
                await asyncio.sleep(0.05)
        return reading

    async def _ask(self, seat: SeatInfo, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
        writer.write(f"{asked}Cookie: {seat['cookie']}={seat['session']}\r\n\r\n".encode())
        await writer.drain()
        status = await reader.readline()
        assert b" 200 " in status, status
        return reader, writer

    async def _read(self, opened: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        reader, writer = opened
        try:
            while line := await reader.readline():
                self.events += line.startswith(b"id:")
            self.ended_by_server += 1
        finally:
            writer.close()
