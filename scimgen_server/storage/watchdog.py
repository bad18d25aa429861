"""The deadline of an answer of the database, which also holds if the database is frozen or lost.

PostgreSQL enforces `statement_timeout` itself, so a server that has stopped never does. A timer per
statement would cost as much as a short statement. One timer for all connections costs nothing.
"""

import asyncio
from math import ceil, inf

_TICK_SECONDS = 0.5
_MORE_SECONDS = 2
"""How much later than `statement_timeout` the deadline is: PostgreSQL should report it first."""

_ROWS_PER_TICK = 1000
"""How many rows of a statement that runs once for each row make the deadline a tick later."""


class Watchdog:
    """Ends waits that take too long.

    The time is counted in ticks, not taken from a clock. A pause of this process is then one tick,
    and answers that arrived in the meantime are read before the next one.
    """

    def __init__(self) -> None:
        self.seconds: float = inf
        """How long an answer may take."""

        self._ticks: float = inf
        self._now = 0
        self._waits: set[Wait] = set()
        self._timer: asyncio.TimerHandle | None = None

    def limit(self, statement: float) -> None:
        """Set the time limit of a statement in seconds, 0 for none."""
        if statement:
            self.seconds = statement + _MORE_SECONDS
            self._ticks = ceil(self.seconds / _TICK_SECONDS)

    def add(self, wait: "Wait") -> None:
        """Watch a wait from now on."""
        self._waits.add(wait)
        wait.until = self.until()
        if self._timer is None and self._ticks != inf:
            self._start()

    def remove(self, wait: "Wait") -> None:
        """Stop watching a wait."""
        self._waits.discard(wait)

    def until(self, rows: int = 0) -> float:
        """Return the last tick at which a statement that begins now may still run."""
        return self._now + self._ticks + rows // _ROWS_PER_TICK

    def _start(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_TICK_SECONDS, self._tick)

    def _tick(self) -> None:
        self._now += 1
        self._timer = None
        late = [wait for wait in self._waits if wait.until < self._now]
        for wait in late:
            self.remove(wait)
            wait.end()
        if self._waits:
            self._start()


class Wait:
    """The statements on one connection, one after another.

    Args:
        watchdog: watches it.
    """

    __slots__ = ("_watchdog", "until")

    def __init__(self, watchdog: Watchdog) -> None:
        self._watchdog = watchdog
        self.until = inf

    def restart(self, rows: int = 0) -> None:
        """Begin another statement, which runs once for each of this number of rows."""
        if self.until != inf:
            self.until = self._watchdog.until(rows)

    def lift(self) -> None:
        """Let this and all further statements take any time."""
        self.until = inf

    def end(self) -> None:
        """End the statement that runs, with an error."""
        raise NotImplementedError
