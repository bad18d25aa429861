"""Models of the objects whose histories are checked: a resource, a unique name, the holders of an entitlement.

Each is a `Step` of `histories.find_order`.
"""

from collections.abc import Iterable
from typing import NamedTuple

from tests.server.histories import Operation, Step

NO_LINKS: frozenset[str] = frozenset({"not read"})


class Content(NamedTuple):
    """A resource as it is read. `links` are its grants or members; NO_LINKS if they were not read with the rest."""

    version: int
    name: str
    title: str
    links: frozenset[str]


class Write(NamedTuple):
    """What a PUT or a PATCH does to a resource. None leaves a part as it is.

    Args:
        if_match: the version that it needs.
        links: replace all links.
        add, remove: single links.
    """

    if_match: int | None = None
    name: str | None = None
    title: str | None = None
    links: frozenset[str] | None = None
    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()

    def apply(self, before: Content) -> Content:
        """The resource after it. Without a change the version stays."""
        links = before.links if self.links is None else self.links
        after = before._replace(
            name=before.name if self.name is None else self.name,
            title=before.title if self.title is None else self.title,
            links=(links | self.add) - self.remove,
        )
        return before if after == before else after._replace(version=before.version + 1)


class Answer(NamedTuple):
    """A response: its status, and what it has of the resource."""

    status: int
    version: int | None = None
    content: Content | None = None

    def fits(self, status: int, content: Content | None) -> bool:
        """Whether a server with this content would answer so."""
        if self.status != status:
            return False
        if self.version is not None and (content is None or content.version != self.version):
            return False
        if self.content is None or content is None:
            return self.content is None
        return self.content in (content, content._replace(links=NO_LINKS))


def resource(state: Content | None, operation: Operation) -> Iterable[Content | None]:
    """A resource: `create`, `write`, `delete`; `unlink`, when another one is deleted; `present`, `absent`.

    A GET is two operations, `read` and `read links`: the server reads the links after the rest of the resource, so they
    can be newer than the version.
    """
    sent, answer = operation.sent, operation.answer
    match operation.kind:
        case "create":
            return [sent] if state is None and (operation.optional or answer.fits(201, sent)) else []
        case "read":
            return [state] if answer.fits(404 if state is None else 200, state) else []
        case "read links":
            return [state] if answer == (state.links if state else frozenset()) else []
        case "write" | "delete":
            return _changed(state, operation)
        case "unlink":
            if state is None or sent not in state.links:
                return [state]
            return [state._replace(version=state.version + 1, links=state.links - {sent})]
        case "present":
            return [state] if state is not None else []
        case _:
            return [state] if state is None else []


def _changed(state: Content | None, operation: Operation) -> Iterable[Content | None]:
    sent, answer = operation.sent, operation.answer
    if state is None:
        status, after = 404, state
    elif sent.if_match not in (None, state.version):
        status, after = 412, state
    elif operation.kind == "delete":
        status, after = 204, None
    else:
        status, after = 200, sent.apply(state)
    if operation.optional:
        return [after]
    if status == 200 and answer.status in (400, 409):
        # What a limit, a unique name or a missing target refuses is checked with their histories.
        return [state]
    if operation.kind == "delete":
        return [after] if answer.status == status else []
    return [after] if answer.fits(status, after) else []


def is_older(state: Content | None, operation: Operation) -> bool:
    """Whether a resource has passed the version that an operation has seen: for `find_order`."""
    answer = operation.answer
    if state is None or not isinstance(answer, Answer) or answer.version is None:
        return False
    return answer.version < state.version


def unique_name(holder: str | None, operation: Operation) -> Iterable[str | None]:
    """A unique name, and the id of the resource that has it: `claim`, `release`, `find`."""
    sent, answer = operation.sent, operation.answer
    match operation.kind:
        case "claim":
            if answer is False:
                return [holder] if holder not in (None, sent) else []
            return [sent] if holder in (None, sent) else []
        case "release":
            return [None if holder == sent else holder]
        case _:
            return [holder] if answer == ({holder} - {None}) else []


def limited(limit: int) -> Step:
    """The holders of an entitlement that at most `limit` may hold: `take`, `leave`, `holders`."""

    def step(holders: frozenset[str], operation: Operation) -> Iterable[frozenset[str]]:
        sent, answer = operation.sent, operation.answer
        match operation.kind:
            case "take":
                after = holders | {sent}
                if answer is False:
                    return [holders] if len(after) > limit else []
                return [after] if len(after) <= limit else []
            case "leave":
                return [holders - {sent}]
            case _:
                return [holders] if answer == holders else []

    return step
