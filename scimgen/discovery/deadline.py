"""The limits of a call as a whole: its time, and the size of its decoded body.

The timeout of a single read does not stop a server that sends slowly, and a small body can decode
to gigabytes.
"""

import queue
import threading
import zlib
from collections.abc import Callable, Iterable
from typing import TypeVar

from scimgen.errors import ScimgenError

Result = TypeVar("Result")


class Overdue(ScimgenError):
    """The time is over and the work is not done."""


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Call `work` with a time limit.

    `work` runs in a separate thread, because a read of headers that come byte by byte cannot be
    interrupted. A thread that is too slow is not waited for, and ends with the process.

    Returns:
        The result of `work`. If `work` raises, its exception is raised.

    Raises:
        Overdue: `work` is not done after `seconds`.

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


class TooLarge(ScimgenError):
    """A body is larger than the limit."""


def decoded_body(parts: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Decode the body of a response, at most `limit` bytes of it.

    Args:
        parts: The bytes as they were sent.
        encoding: The Content-Encoding. Only gzip and deflate are decoded, and only once (RFC 9110
            section 8.4).
        limit: The greatest size of the decoded body in bytes.

    Raises:
        TooLarge: The decoded body is larger.
        ValueError: The body cannot be decoded.

    >>> decoded_body([b"ab", b"c"], "", 3)
    b'abc'
    """
    name = encoding.strip().lower()
    if name not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise ValueError(f"the Content-Encoding {encoding} was not requested")
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 32) if name not in ("", "identity") else None
    body = bytearray()
    for part in parts:
        try:
            body += decoder.decompress(part, limit + 1 - len(body)) if decoder else part
        except zlib.error as error:
            raise ValueError(f"the body is not {name}: {error}") from error
        if len(body) > limit:
            raise TooLarge
    if decoder and not decoder.eof:
        raise ValueError(f"the body is not complete {name}")
    return bytes(body)
