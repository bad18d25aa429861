"""Checks whether the answers that clients got at the same time can be explained by some order of their operations.

A history has the operations on one object: what was sent, when, and what was answered. It is linearizable if each
operation can take effect at one moment between its start and its end, so that all answers are those of a server that
does one thing after another. `find_order` searches for such an order (Wing and Gong, with remembered configurations).

Objects are checked one by one: a resource, a unique name, the holders of an entitlement with a limit.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import or_
from typing import Any, NamedTuple, TypeAlias

UNKNOWN = object()
"""The answer of an operation that was not answered: it may have happened or not."""

LATE_SECONDS = 10
"""How long after the client's error an operation without an answer can still take effect."""

MAX_CONFIGURATIONS = 300_000

State: TypeAlias = Hashable


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation on one object.

    Args:
        kind: what it does, in the words of the object's model.
        start: when it was sent, in seconds.
        end: when it was answered, or when the client knew that there is no answer.
        sent: what was sent.
        answer: what was answered; UNKNOWN if nothing was.
    """

    kind: str
    start: float
    end: float
    sent: Any = None
    answer: Any = UNKNOWN

    @property
    def optional(self) -> bool:
        """Whether it may not have happened."""
        return self.answer is UNKNOWN

    def __str__(self) -> str:
        answer = "no answer" if self.optional else self.answer
        return f"{self.start:.4f}-{self.end:.4f} {self.kind} {self.sent} -> {answer}"


Step: TypeAlias = Callable[[Any, Operation], Iterable[State]]
"""The states after an operation, if its answer fits to the state before; none if it does not."""


Never: TypeAlias = Callable[[Any, Operation], bool]
"""Whether an operation is not possible after this state, whatever comes between. It saves much of the search."""


class _Configuration(NamedTuple):
    """How far an order has come.

    Args:
        low: all required operations before this position are done.
        window: the bits of the required operations from `low` that are done.
        optional: the bits of the optional operations that are done, or that can no longer happen.
        state: of the object.
    """

    low: int
    window: int
    optional: int
    state: State


class _Search:
    def __init__(self, operations: Iterable[Operation], step: Step, never: Never) -> None:
        ordered = sorted(operations, key=lambda one: one.start)
        self.required = [one for one in ordered if not one.optional]
        self.optional = [one for one in ordered if one.optional]
        expiring = sorted((one.end + LATE_SECONDS, number) for number, one in enumerate(self.optional))
        self.expiries = [time for time, _ in expiring]
        self.expired = [0, *accumulate((1 << number for _, number in expiring), or_)]
        self.step = step
        self.never = never
        self.seen: set[_Configuration] = set()
        self.deepest = _Configuration(0, 0, 0, None)

    def run(self, initial: State) -> bool:
        stack = [_Configuration(0, 0, 0, initial)]
        self.deepest = stack[0]
        while stack:
            configuration = stack.pop()
            if configuration.low == len(self.required):
                return True
            if configuration in self.seen:
                continue
            self.seen.add(configuration)
            assert len(self.seen) < MAX_CONFIGURATIONS, "the history has too many possible orders"
            if configuration.low >= self.deepest.low:
                self.deepest = configuration
            candidates = self.candidates(configuration)
            if any(self.never(configuration.state, self.required[one]) for one in candidates):
                continue
            # The last one is tried first: a required operation, the one that ended first.
            stack += self.with_optional(configuration, candidates)
            stack += self.with_required(configuration, candidates)
        return False

    def candidates(self, configuration: _Configuration) -> list[int]:
        """The required operations that can be next: they started before any other that is not done has ended."""
        low, window, _, _ = configuration
        bound, position, found = math.inf, low, list[int]()
        while position < len(self.required) and self.required[position].start <= bound:
            if not window >> (position - low) & 1:
                bound = min(bound, self.required[position].end)
                found.append(position)
            position += 1
        return [one for one in found if self.required[one].start <= bound]

    def with_required(self, configuration: _Configuration, candidates: Sequence[int]) -> Iterable[_Configuration]:
        for position in sorted(candidates, key=lambda one: self.required[one].end, reverse=True):
            for state in self.step(configuration.state, self.required[position]):
                low = configuration.low
                window = configuration.window | 1 << (position - low)
                while window & 1:
                    low, window = low + 1, window >> 1
                over = self.expired[bisect_left(self.expiries, self.now(low, window))]
                yield _Configuration(low, window, configuration.optional | over, state)

    def now(self, low: int, window: int) -> float:
        """The earliest moment at which the last of the operations that are done can have happened."""
        last = low + window.bit_length() - 1
        return self.required[last].start if last >= 0 else -math.inf

    def with_optional(self, configuration: _Configuration, candidates: Sequence[int]) -> Iterable[_Configuration]:
        low, window, done, before = configuration
        bound = min(self.required[one].end for one in candidates)
        for number, operation in enumerate(self.optional):
            if operation.start > bound:
                break
            if done >> number & 1:
                continue
            for state in self.step(before, operation):
                # Without an effect it need not have happened.
                if state != before:
                    yield _Configuration(low, window, done | 1 << number, state)

    def stuck(self) -> str:
        """Where the longest order ends."""
        nearest = [self.required[one] for one in self.candidates(self.deepest)]
        before = self.required[max(0, self.deepest.low - 4) : self.deepest.low]
        lines = [f"state {self.deepest.state}", *(f"  done: {one}" for one in before)]
        return "\n".join([*lines, *(f"  not possible: {one}" for one in nearest)])


def find_order(
    operations: Iterable[Operation], step: Step, initial: State = None, never: Never = lambda state, operation: False
) -> str | None:
    """Search for an order that explains all answers.

    Args:
        operations: on one object.
        step: the model of the object.
        initial: its state before.
        never: what the model knows about the operations that a state excludes.

    Returns:
        None if there is an order, otherwise where the longest one ends.
    """
    search = _Search(operations, step, never)
    return None if search.run(initial) else search.stuck()
