"""Shows the progress of a long command on stderr.

A terminal has one line that changes. Other outputs get a line every few seconds.
"""

import sys
import time

_TERMINAL_SECONDS = 0.1
_LOG_SECONDS = 5.0
_ERASE = "\r\x1b[K"


class Progress:
    """Shows how much is done, how fast, and how long the rest may take.

    Args:
        what: the plural of what is counted, such as `users`.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self.count = 0
        self._started = self._shown = time.perf_counter()
        self._terminal = sys.stderr.isatty()
        self._has_line = False

    def advance(self, count: int, part: float | None = None) -> None:
        """Add to the count, and show the progress if enough time has passed.

        Args:
            count: how many were done since the last call.
            part: the part of the whole work that is done, from 0 to 1, if it is known.
        """
        self.count += count
        now = time.perf_counter()
        if now - self._shown >= (_TERMINAL_SECONDS if self._terminal else _LOG_SECONDS):
            self._shown = now
            self._show(now - self._started, part)

    def finish(self) -> float:
        """Erase the line on a terminal. Return how many seconds the work took."""
        if self._has_line:
            print(_ERASE, end="", file=sys.stderr, flush=True)
            self._has_line = False
        return time.perf_counter() - self._started

    def _show(self, seconds: float, part: float | None) -> None:
        line = f"{self.count:,} {self.what}"
        if part:
            line += f" ({part:.0%})"
        line += f", {self.count / seconds:,.0f}/s"
        if part:
            line += f", {duration(seconds * (1 / part - 1))} left"
        if self._terminal:
            self._has_line = True
            print(_ERASE + line, end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)


def duration(seconds: float) -> str:
    """Format a number of seconds for people.

    >>> duration(0.34), duration(75), duration(7300)
    ('0.3 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
