"""Clients that attack a server, as a process: `python -m tests.server.slow_clients PORT COUNT KIND`.

Each connects again a second after it was closed. At the end of its input the process prints how many connections it
has made.
"""

import asyncio
import sys

from tests.server.wire import head

BEGINNINGS = (
    b"",
    b"GET /scim/v2/Users HTTP/1.1\r\nHost: h\r\nA: ",
    head("POST", "/scim/v2/Users", "Content-Length: 1000", token="wrong"),
    b"POST /oauth/token HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 1000\r\n\r\n",
)
"""What a slow client sends at once: nothing, a part of a head, a refused head, a head whose body the app reads."""


class Clients:
    """Slow or endless clients of a server on this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.made = 0

    async def slow(self, number: int) -> None:
        """Send a beginning, then a byte every five seconds."""
        beginning = BEGINNINGS[number % len(BEGINNINGS)]
        await asyncio.sleep(number / 500)
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                self.made += 1
                writer.write(beginning)
                drip = asyncio.create_task(_drip(writer if beginning else None))
                while await reader.read(4096):
                    pass
            except OSError:
                pass
            else:
                drip.cancel()
                writer.close()
            await asyncio.sleep(1)

    async def endless(self, number: int) -> None:
        """Send a header without end, as fast as the server reads it."""
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                self.made += 1
                writer.write(BEGINNINGS[1])
                while True:
                    writer.write(b"x" * 65536)
                    await writer.drain()
            except OSError:
                pass
            await asyncio.sleep(1)


async def _drip(writer: asyncio.StreamWriter | None) -> None:
    while writer:
        await asyncio.sleep(5)
        writer.write(b"x")


async def attack(port: int, count: int, kind: str) -> None:
    """Attack until the standard input ends."""
    clients = Clients(port)
    client = clients.slow if kind == "slow" else clients.endless
    tasks = [asyncio.create_task(client(number)) for number in range(count)]
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    print(clients.made)


if __name__ == "__main__":
    asyncio.run(attack(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
