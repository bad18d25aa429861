"""How far a long command got, on stderr: one line that changes on a terminal, else a line every few seconds."""

import sys
import time

_TERMINAL_SECONDS = 0.1
_LOG_SECONDS = 5.0
_ERASE = "\r\x1b[K"


class Progress:
    """Told after each step, shows what is done, how fast, and how long the rest may take.

    Args:
        what: what is counted, such as `users`.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self.count = 0
        self._began = self._shown = time.perf_counter()
        self._terminal = sys.stderr.isatty()
        self._standing = False

    def advance(self, count: int, part: float | None = None) -> None:
        """So many more are done.

        Args:
            part: how much of all that is, from 0 to 1, where that is known.
        """
        self.count += count
        now = time.perf_counter()
        if now - self._shown >= (_TERMINAL_SECONDS if self._terminal else _LOG_SECONDS):
            self._shown = now
            self._show(now - self._began, part)

    def finish(self) -> float:
        """Take the line away; how many seconds it took."""
        if self._standing:
            print(_ERASE, end="", file=sys.stderr, flush=True)
            self._standing = False
        return time.perf_counter() - self._began

    def _show(self, seconds: float, part: float | None) -> None:
        line = f"{self.count:,} {self.what}"
        if part:
            line += f" ({part:.0%})"
        line += f", {self.count / seconds:,.0f}/s"
        if part:
            line += f", {duration(seconds * (1 / part - 1))} left"
        if self._terminal:
            self._standing = True
            print(_ERASE + line, end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)


def duration(seconds: float) -> str:
    """Seconds as people say them.

    >>> duration(0.34), duration(75), duration(7300)
    ('0.3 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
