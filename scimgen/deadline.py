"""A time limit for a call as a whole: the timeout of a single read does not stop a server that sends slowly."""

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class Overdue(Exception):
    """The time is over and the work is not done."""


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """What `work` gives, or raises, if it is done in time.

    It runs in a separate thread, because headers that come byte by byte cannot be interrupted otherwise; a thread that
    is late is left behind and goes with the process.

    Raises:
        Overdue: it is not done after so many seconds.

    >>> within(5, lambda: 1 + 1)
    2
    """
    done: queue.Queue[tuple[Result | None, BaseException | None]] = queue.Queue()

    def run() -> None:
        try:
            done.put((work(), None))
        except BaseException as error:
            done.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        result, error = done.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise Overdue(f"no whole answer after {seconds:.3g} seconds") from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # without an error there is a result
