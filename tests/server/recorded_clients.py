"""Clients that write down each request with its times and its answer, for the checks of `recorded_histories`.

All of them change the same few users, groups and licences, often on top of an old version.
"""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.server.history_models import Content, Write
from tests.server.processes import HEADERS
from tests.server.records import LINKS, MOST, NAME, SEAT, STATIC, Record, body_of, content_of
from tests.server.steps import PATCH, Json

NAMES = [f"name-{number}@example.com" for number in range(20)]
STILL = 25
"""How many users are never changed, so that every walk over the pages must find them."""


@dataclass
class Recorder:
    """What all clients know together.

    Args:
        urls: the base URLs of the servers; every request goes to any of them.
        records: all requests, in the order of their answers.
        known: the resources that exist as far as is known, by their types and ids, as last seen.
    """

    urls: Sequence[str]
    clients: int = 6
    seed: int = 1
    records: list[Record] = field(default_factory=list)
    known: dict[str, dict[str, Content]] = field(default_factory=lambda: {name: {} for name in MOST})
    still: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    stopping: bool = False

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """The clients work until the block is left; then each finishes what it has begun."""
        async with httpx.AsyncClient(headers=HEADERS, timeout=30) as http:
            await RecordedClient(self, http, 0).create_still_users()
            tasks = [asyncio.create_task(RecordedClient(self, http, one + 1).run()) for one in range(self.clients)]
            try:
                yield
            finally:
                self.stopping = True
                await asyncio.gather(*tasks)
                await RecordedClient(self, http, 99).read_all()


class RecordedClient:
    """One client."""

    def __init__(self, recorder: Recorder, http: httpx.AsyncClient, number: int) -> None:
        self.recorder = recorder
        self.http = http
        self.number = number
        self.chance = random.Random(f"{recorder.seed} {number}")
        self.numbers = itertools.count(1)

    async def run(self) -> None:
        """Do one thing after another."""
        deeds: list[Callable[[], Any]] = [self.create, self.create, self.put, self.put, self.rename, self.delete]
        deeds += [self.change_title] * 3 + [self.grant] * 4 + [self.revoke] * 2 + [self.join] * 3 + [self.read] * 6
        deeds += [self.find, self.find, self.holders, self.holders, self.count, self.walk]
        while not self.recorder.stopping:
            try:
                await self.chance.choice(deeds)()
            except Exception as error:
                self.recorder.wrong.append(f"{type(error).__name__}: {error}")
                return

    async def send(self, record: Record, method: str, path: str, **more: Any) -> Json | None:
        """Send a request to one of the servers and write it down. Returns the body of a success."""
        response = None
        while response is None:
            url = self.chance.choice(self.recorder.urls) + path
            record.start = time.monotonic()
            try:
                response = await self.http.request(method, url, **more)
            except httpx.ConnectError:  # nothing was sent
                await asyncio.sleep(0.02)
            except httpx.TransportError:
                break
        record.end = time.monotonic()
        self.recorder.records.append(record)
        if response is None or response.status_code == 503:
            self.recorder.statuses["no answer" if response is None else "503"] += 1
            await asyncio.sleep(0.02)
            return None
        record.status, record.request = response.status_code, response.headers["x-request-id"]
        self.recorder.statuses[str(record.status)] += 1
        allowed = (200, 201, 204, 400, 404, 409, 412)
        assert record.status in allowed, f"{method} {path}: {record.status} {response.text}"
        if "etag" in response.headers:
            record.version = int(response.headers["etag"].strip('W/"'))
        if not record.is_done:
            record.detail = response.json()["detail"]
            if record.status == 404:
                self.recorder.known.get(record.type, {}).pop(record.id, None)
            return None
        return dict(response.json()) if response.content else {}

    async def send_one(self, record: Record, method: str, path: str, **more: Any) -> None:
        """Send a request about one resource, and remember the resource in the answer."""
        body = await self.send(record, method, path, **more)
        if body:
            record.content = content_of(record.type, body)
            assert record.version == record.content.version, body
            record.id = body["id"]
            self.recorder.known[record.type][record.id] = record.content

    async def send_write(self, record: Record, method: str, **more: Any) -> None:
        headers = {} if record.write.if_match is None else {"If-Match": f'W/"{record.write.if_match}"'}
        await self.send_one(record, method, f"/{record.type}/{record.id}", headers=headers, **more)

    def text(self) -> str:
        """A text that nobody else sends."""
        return f"{self.number}-{next(self.numbers)}"

    def any(self, type_name: str) -> tuple[str, Content] | None:
        known = list(self.recorder.known[type_name].items())
        return self.chance.choice(known) if known else None

    def if_match(self, seen: Content) -> int | None:
        return seen.version if self.chance.random() < 0.6 else None

    def any_entitlement(self) -> str:
        licences = list(self.recorder.known["Licenses"])
        return self.chance.choice([*STATIC, SEAT, *licences, *licences])

    async def create_still_users(self) -> None:
        for number in range(STILL):
            content = Content(1, f"still-{number}@example.com", "", frozenset())
            record = Record("create", "Users", made=content)
            await self.send_one(record, "POST", "/Users", json=body_of("Users", content))
            self.recorder.still.append(record.id)
        self.recorder.known["Users"].clear()

    async def create(self) -> None:
        type_name = self.chance.choice([*MOST, "Users", "Users"])
        if len(self.recorder.known[type_name]) >= MOST[type_name]:
            return await self.read()
        users = list(self.recorder.known["Users"])
        name, links = self.text(), frozenset[str]()
        if type_name == "Users":
            name, links = self.chance.choice(NAMES), frozenset({self.any_entitlement()})
        elif type_name == "Groups":
            links = frozenset(self.chance.sample(users, min(2, len(users))))
        content = Content(1, name, self.text() if type_name == "Users" else "", links)
        record = Record("create", type_name, made=content)
        await self.send_one(record, "POST", f"/{type_name}", json=body_of(type_name, content))
        if not record.status:
            await self.look_for(record)

    async def look_for(self, record: Record) -> None:
        """Find out the id of a resource whose creation was not answered."""
        assert record.made
        found = await self.list(f'{NAME[record.type]} eq "{record.made.name}"', record.type)
        for body in found:
            seen = content_of(record.type, body)
            if seen.title == record.made.title:
                record.id = body["id"]
                self.recorder.known[record.type][record.id] = seen

    async def list(self, condition: str, type_name: str = "Users") -> list[Json]:
        """Resources, without a record."""
        while True:
            url = self.chance.choice(self.recorder.urls)
            try:
                response = await self.http.get(f"{url}/{type_name}", params={"filter": condition})
            except httpx.TransportError:
                response = None
            if response is not None and response.status_code == 200:
                return list(response.json()["Resources"])
            await asyncio.sleep(0.05)

    async def put(self) -> None:
        type_name = self.chance.choice(["Users", "Users", "Groups"])
        if not (one := self.any(type_name)):
            return
        resource_id, seen = one
        links, title = seen.links, ""
        if type_name == "Users":
            title = self.text()
            links = links ^ {self.any_entitlement()} if self.chance.random() < 0.5 else links
        elif user := self.any("Users"):
            links = links ^ {user[0]}
        write = Write(self.if_match(seen), seen.name, title, links)
        record = Record("write", type_name, resource_id, write=write)
        await self.send_write(record, "PUT", json=body_of(type_name, Content(0, seen.name, title, links)))

    async def patch(self, type_name: str, resource_id: str, write: Write, operation: Json) -> None:
        body = {"schemas": [PATCH], "Operations": [operation]}
        await self.send_write(Record("write", type_name, resource_id, write=write), "PATCH", json=body)

    async def set(self, write: Write, user: str, path: str, value: str) -> None:
        await self.patch("Users", user, write, {"op": "replace", "path": path, "value": value})

    async def change_title(self) -> None:
        if one := self.any("Users"):
            title = self.text()
            await self.set(Write(self.if_match(one[1]), title=title), one[0], "title", title)

    async def rename(self) -> None:
        if one := self.any("Users"):
            name = self.chance.choice(NAMES)
            await self.set(Write(self.if_match(one[1]), name=name), one[0], "userName", name)

    async def grant(self) -> None:
        if one := self.any("Users"):
            await self.add("Users", *one, self.any_entitlement())

    async def revoke(self) -> None:
        if (one := self.any("Users")) and one[1].links:
            await self.remove("Users", *one, self.chance.choice(sorted(one[1].links)))

    async def join(self) -> None:
        """Add a member to a group, or remove one."""
        if (group := self.any("Groups")) and (user := self.any("Users")):
            change = self.remove if user[0] in group[1].links else self.add
            await change("Groups", *group, user[0])

    async def add(self, type_name: str, resource_id: str, seen: Content, link: str) -> None:
        write = Write(self.if_match(seen), add=frozenset({link}))
        operation = {"op": "add", "path": LINKS[type_name], "value": [{"value": link}]}
        await self.patch(type_name, resource_id, write, operation)

    async def remove(self, type_name: str, resource_id: str, seen: Content, link: str) -> None:
        write = Write(self.if_match(seen), remove=frozenset({link}))
        operation = {"op": "remove", "path": f'{LINKS[type_name]}[value eq "{link}"]'}
        await self.patch(type_name, resource_id, write, operation)

    async def delete(self) -> None:
        type_name = self.chance.choice([*MOST, "Users"])
        if one := self.any(type_name):
            record = Record("delete", type_name, one[0], write=Write(self.if_match(one[1])))
            await self.send_write(record, "DELETE")
            if record.status == 204:
                self.recorder.known[type_name].pop(one[0], None)

    async def read(self) -> None:
        type_name = self.chance.choice([*MOST, "Users", "Users"])
        if one := self.any(type_name):
            await self.send_one(Record("read", type_name, one[0]), "GET", f"/{type_name}/{one[0]}")

    async def find(self) -> None:
        name = self.chance.choice(NAMES)
        record = Record("find", "Users", write=Write(name=name))
        await self.send_list(record, {"filter": f'userName eq "{name}"'})

    async def holders(self) -> None:
        await self.send_list(Record("holders", "Users"), {"filter": f'entitlements[value eq "{SEAT}"]'})

    async def count(self) -> None:
        await self.send_list(Record("count", "Users"), {"count": "0"})

    async def send_list(self, record: Record, parameters: dict[str, str]) -> Json | None:
        body = await self.send(record, "GET", "/Users", params=parameters)
        if body is not None:
            record.found = tuple(one["id"] for one in body.get("Resources", []))
            record.total = body["totalResults"]
        return body

    async def walk(self) -> None:
        """Follow the cursors from the first page to the last."""
        whole = Record("walk", "Users", start=time.monotonic(), status=200)
        cursor: str | None = ""
        while cursor is not None:
            page = Record("page", "Users")
            body = await self.send_list(page, {"cursor": cursor, "count": "7"})
            if body is None:
                assert not page.status, page
                continue
            whole.found += page.found
            cursor = body.get("nextCursor")
        whole.end = time.monotonic()
        self.recorder.records.append(whole)

    async def read_all(self) -> None:
        """Read each resource that was ever known, and look for those whose creation was not answered."""
        for record in [*self.recorder.records]:
            if record.deed == "create" and not record.status and not record.id:
                await self.look_for(record)
        created = {(one.type, one.id) for one in self.recorder.records if one.deed == "create" and one.id}
        for type_name, resource_id in sorted(created):
            record = Record("read", type_name, resource_id)
            while not record.status:
                record = Record("read", type_name, resource_id)
                await self.send_one(record, "GET", f"/{type_name}/{resource_id}")
