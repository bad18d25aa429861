"""From the records of all clients to the history of each object, and to what is wrong with them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tests.server.histories import UNKNOWN, Operation, Step, find_order
from tests.server.history_models import NO_LINKS, Answer, is_older, limited, resource, unique_name
from tests.server.records import LIMIT, SEAT, Record, met_limit, missing_target

Histories = defaultdict[str, list[Operation]]


def violations(records: Sequence[Record]) -> list[str]:
    """What no order of the requests explains."""
    found = [*_without_order("", resource_histories(records), resource, None)]
    found += _without_order("name ", name_histories(records), unique_name, None)
    found += _without_order("", {SEAT: seat_history(records)}, limited(LIMIT), frozenset())
    found += wrong_totals(records)
    found += wrong_walks(records)
    return found


def _without_order(what: str, histories: dict[str, list[Operation]], step: Step, initial: Any) -> Iterator[str]:
    for name, operations in histories.items():
        stuck = find_order(operations, step, initial, is_older)
        if stuck:
            yield f"{what}{name}: {stuck}"


def _operation(kind: str, record: Record, sent: Any = None, answer: Any = True) -> Operation:
    return Operation(kind, record.start, record.end, sent, answer if record.status else UNKNOWN)


def resource_histories(records: Sequence[Record]) -> Histories:
    """The operations on each resource, also those that another resource causes."""
    found: Histories = defaultdict(list)
    holders: defaultdict[str, set[str]] = defaultdict(set)
    created = {one.id for one in records if one.deed == "create" and one.id}
    for one in records:
        if one.id in created:
            found[one.id] += _own_operations(one)
        for link in one.links & created:
            if one.id:
                holders[link].add(one.id)
            if one.is_done:
                found[link].append(_operation("present", one))
        target = missing_target(one)
        if target in created:
            found[target].append(_operation("absent", one))
    for one in records:
        if one.deed == "delete" and one.status in (0, 204):
            for holder in holders[one.id]:
                found[holder].append(_operation("unlink", one, one.id))
    return found


def _own_operations(record: Record) -> Iterator[Operation]:
    """The operations of a request on its own resource."""
    version = record.version if record.is_done else None
    match record.deed:
        case "create":
            yield _operation("create", record, record.made, Answer(record.status, version, record.content))
        case "write" | "delete":
            status = 200 if record.deed == "write" and record.status == 204 else record.status
            yield _operation(record.deed, record, record.write, Answer(status, version, record.content))
        case "read" if record.content:
            content = record.content._replace(links=NO_LINKS)
            yield _operation("read", record, answer=Answer(200, version, content))
            yield _operation("read links", record, answer=record.content.links)
        case "read" if record.status:
            yield _operation("read", record, answer=Answer(record.status))
        case _:
            return


def name_histories(records: Sequence[Record]) -> Histories:
    """The claims and releases of each userName. A resource releases its other names when it claims one."""
    found: Histories = defaultdict(list)
    claimed: defaultdict[str, set[str]] = defaultdict(set)
    users = [one for one in records if one.type == "Users"]
    for number, one in enumerate(users):
        name = one.made.name if one.made else one.write.name
        if name is None:
            continue
        if one.deed == "find" and one.status:
            found[name].append(_operation("find", one, answer=frozenset(one.found)))
        elif one.deed in ("create", "write") and (one.is_done or one.status in (0, 409)):
            resource_id = one.id or f"unknown {number}"
            found[name].append(_operation("claim", one, resource_id, one.is_done))
            claimed[resource_id].add(name)
    for one in users:
        is_release = one.deed == "delete" or (one.deed == "write" and one.write.name)
        if is_release and one.status in (0, 200, 204):
            for name in claimed[one.id] - {one.write.name}:
                found[name].append(_operation("release", one, one.id))
    return found


def seat_history(records: Sequence[Record]) -> list[Operation]:
    """Who took the seat that only a few may have, and who gave it back."""
    users = [one for one in records if one.type == "Users"]
    takers = {one.id for one in users if SEAT in one.links}
    found: list[Operation] = []
    for number, one in enumerate(users):
        if one.deed == "holders" and one.status:
            found.append(_operation("holders", one, answer=frozenset(one.found)))
        elif one.deed in ("create", "write") and SEAT in one.links:
            if one.is_done or not one.status or met_limit(one):
                found.append(_operation("take", one, one.id or f"unknown {number}", one.is_done))
        elif one.id in takers and one.status in (0, 200, 204) and _leaves(one):
            found.append(_operation("leave", one, one.id))
    return found


def _leaves(record: Record) -> bool:
    return record.deed == "delete" or SEAT in record.write.remove or record.write.links is not None


def wrong_totals(records: Iterable[Record]) -> Iterator[str]:
    """Numbers of users that were possible at no moment of the request."""
    users = [one for one in records if one.type == "Users"]
    created = [one for one in users if one.deed == "create" and one.status in (0, 201)]
    deleted = [one for one in users if one.deed == "delete" and one.status in (0, 204)]
    for one in users:
        if one.deed == "count" and one.status:
            least = sum(other.status == 201 and other.end < one.start for other in created)
            least -= sum(other.start < one.end for other in deleted)
            most = sum(other.start < one.end for other in created)
            most -= sum(other.status == 204 and other.end < one.start for other in deleted)
            if not least <= one.total <= most:
                yield f"totalResults {one.total}, not {least} to {most}: {one}"


def wrong_walks(records: Sequence[Record]) -> Iterator[str]:
    """Walks over all pages that miss a user who existed all the time, or have one twice or after its deletion."""
    users = [one for one in records if one.type == "Users"]
    created = {one.id: one.end for one in users if one.deed == "create" and one.status == 201}
    attempts = [one for one in users if one.deed == "delete" and one.status in (0, 204)]
    first_attempt: dict[str, float] = {}
    for one in attempts:
        first_attempt[one.id] = min(one.start, first_attempt.get(one.id, one.start))
    gone = {one.id: one.end for one in attempts if one.status == 204}
    for walk in users:
        if walk.deed != "walk":
            continue
        seen = set(walk.found)
        if len(seen) != len(walk.found):
            yield f"a user is on two pages: {walk}"
        for user, time in created.items():
            if time < walk.start and first_attempt.get(user, walk.end) >= walk.end and user not in seen:
                yield f"no page has {user}: {walk}"
        for user in seen:
            if gone.get(user, walk.end) < walk.start:
                yield f"a page has {user}, who was deleted before: {walk}"
