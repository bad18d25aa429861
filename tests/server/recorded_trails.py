"""The audit trail and the events of the webhook against the records of all clients: complete, and in order."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from tests.server.commands import rows
from tests.server.history_models import Content
from tests.server.records import Record

AUDIT = "SELECT request, action, type, id FROM audit WHERE type IN ('User', 'Group') ORDER BY position"


def final_contents(records: Iterable[Record]) -> dict[str, Content | None]:
    """What the last read of each resource has found; None for a deleted one."""
    return {one.id: one.content for one in records if one.deed == "read" and one.status}


def wrong_audit(database: str, records: Sequence[Record]) -> Iterator[str]:
    """Entries that are missing, double, without a request, or not in the order of the versions."""
    entries: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for request, action, _, resource_id in rows(database, AUDIT):
        entries[resource_id].append((request, action))
    writes: defaultdict[str, dict[str, Record]] = defaultdict(dict)
    open_writes: Counter[str] = Counter()
    for one in records:
        if one.deed in ("create", "write", "delete"):
            writes[one.id][one.request] = one
            open_writes[one.id] += not one.status
    final = final_contents(records)
    deletions = {one.request for one in records if one.deed == "delete"}
    for resource_id, found in entries.items():
        if resource_id not in writes:
            yield f"{resource_id} was changed by nobody: {found}"
            continue
        yield from _wrong_entries(resource_id, found, writes[resource_id], deletions, open_writes[resource_id])
        content = final.get(resource_id)
        is_user = any(one.type == "Users" for one in writes[resource_id].values())
        if content and is_user and content.version != len(found):
            yield f"{resource_id} has version {content.version} and {len(found)} entries: {found}"


def _wrong_entries(
    resource_id: str, found: Sequence[tuple[str, str]], writes: Mapping[str, Record], deletions: set[str], lost: int
) -> Iterator[str]:
    count = Counter(request for request, _ in found)
    for request, number in count.items():
        if number > 1:
            yield f"{resource_id}: {number} entries of the request {request}"
    unknown = [request for request, action in found if request not in writes and action != "revoked"]
    if len(unknown) > lost:
        yield f"{resource_id}: entries of {unknown}, but only {lost} writes without an answer"
    for request, action in found:
        if action == "revoked" and request in writes and request not in deletions:
            yield f"{resource_id}: revoked by {request}, which deletes nothing"
    for one in writes.values():
        needs_entry = one.status == 201 or (one.deed == "delete" and one.status == 204)
        if needs_entry and not count[one.request]:
            yield f"{resource_id}: no entry of {one}"
    versions = [writes[request].version or 0 for request, _ in found if request in writes]
    known = [one for one in versions if one]
    if any(left >= right for left, right in pairwise(known)):
        yield f"{resource_id}: the entries are not in the order of the versions: {versions}"


def wrong_events(received: Mapping[int, Any], order: Sequence[int], records: Sequence[Record]) -> Iterator[str]:
    """Events of users that are missing or double, and events of users or groups in a wrong order.

    Args:
        received: the messages by the numbers of their events.
        order: the numbers as they arrived for the first time.
        records: of all clients.
    """
    events: defaultdict[str, list[tuple[str, Any]]] = defaultdict(list)
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for number in order:
        data = received[number]["data"]
        if "user" in data:
            events[data["user"]["id"]].append((received[number]["type"], data))
        elif "group" in data:
            groups[data["group"]["id"]].append(_version(data["group"]))
    for group, versions in groups.items():
        if versions != sorted(versions):
            yield f"{group}: events of the versions {versions}"
    final = final_contents(records)
    for user, found in events.items():
        yield from _wrong_versions(user, found, final.get(user), is_known=user in final)
        yield from _wrong_grants(user, found, final.get(user))
    for one in records:
        is_change = one.type == "Users" and one.is_done and one.deed in ("create", "write")
        if is_change and one.version not in _versions(events[one.id]):
            yield f"{one.id}: no event of version {one.version}: {one}"


def _versions(found: Sequence[tuple[str, Any]]) -> list[int]:
    changes = [data["user"] for name, data in found if name in ("user_created", "user_changed")]
    return [_version(one) for one in changes]


def _version(resource: Mapping[str, Any]) -> int:
    return int(resource["meta"]["version"].strip('W/"'))


def _wrong_versions(
    user: str, found: Sequence[tuple[str, Any]], content: Content | None, *, is_known: bool
) -> Iterator[str]:
    names = [name for name, _ in found]
    versions = _versions(found)
    if versions != list(range(1, len(versions) + 1)):
        yield f"{user}: events of the versions {versions}"
    if content and content.version != len(versions):
        yield f"{user} has version {content.version}, and events of the versions {versions}"
    is_deleted = is_known and content is None
    if names.count("user_deleted") != is_deleted or (is_deleted and names[-1] != "user_deleted"):
        yield f"{user}: {'deleted' if is_deleted else 'not deleted'}, but the events are {names}"


def _wrong_grants(user: str, found: Sequence[tuple[str, Any]], content: Content | None) -> Iterator[str]:
    held: set[str] = set()
    for name, data in found:
        if name not in ("granted", "revoked"):
            continue
        value = data["grant"]["value"]
        if (name == "granted") == (value in held):
            yield f"{user}: {name} {value} twice: {json.dumps(found)[:2000]}"
        held ^= {value}
    if content and held != content.links:
        yield f"{user} holds {sorted(content.links)}, by the events {sorted(held)}"
