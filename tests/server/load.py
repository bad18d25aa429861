"""Mixed load by several clients, who write down what was acknowledged to them and compare it with what is there.

Where the outcome of a write is unknown (no answer, or 503) the client looks: it must have happened as a whole or not at
all.
"""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from tests.server.processes import HEADERS
from tests.server.steps import PATCH, Json

GRANTS = ("lic-free", "lic-pro", "admin", "agent")
SEATS = 2
"""How many may hold `seat-a`, by `every.scim.yaml`."""


@dataclass(frozen=True)
class State:
    """What a client has written of a user."""

    name: str
    title: str = ""
    held: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    @classmethod
    def of(cls, user: Json) -> "State":
        """The state of a user as it is sent."""
        values = [one["value"] for name in ("roles", "entitlements") for one in user.get(name, [])]
        groups = frozenset(one["value"] for one in user.get("groups", []))
        assert len(values) == len(set(values)), user
        return cls(user["userName"], user.get("title", ""), frozenset(values), groups)


class Unknown(Exception):
    """Nobody knows whether a write has happened."""


@dataclass
class Ledger:
    """What all clients know together."""

    users: dict[str, State] = field(default_factory=dict)
    events: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """The events of acknowledged writes: their name, the user, the title or the value granted."""
    counted: int = 0
    perhaps_counted: int = 0
    tags: set[str] = field(default_factory=set)
    perhaps_tags: set[str] = field(default_factory=set)
    races: Counter[int] = field(default_factory=Counter)
    raced: set[str] = field(default_factory=set)
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Load:
    """Clients of some servers over one database.

    Args:
        urls: the base URLs of the servers; every request goes to any of them.
        clients: how many there are.
        faults: whether servers may be gone now and then.
        seed: of what they choose to do.
    """

    def __init__(self, urls: Sequence[str], *, clients: int = 8, faults: bool = False, seed: int = 1) -> None:
        self.urls = list(urls)
        self.clients = clients
        self.faults = faults
        self.ledger = Ledger()
        self.seed = seed
        self.stopping = False
        self._numbers = itertools.count(1)
        self.shared = ""
        self.groups: list[str] = []

    async def prepare(self) -> None:
        """The user and the groups that all clients change."""
        async with httpx.AsyncClient(headers=HEADERS, timeout=60) as client:
            made = (await client.post(f"{self.urls[0]}/Users", json={"userName": "shared", "title": "0"})).json()
            self.shared = made["id"]
            for number in range(3):
                group = await client.post(f"{self.urls[0]}/Groups", json={"displayName": f"Group {number}"})
                self.groups.append(group.json()["id"])

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """The load goes on until the block is left; then every client finishes what it has begun."""
        self.stopping = False
        async with httpx.AsyncClient(headers=HEADERS, timeout=60, limits=httpx.Limits(max_connections=100)) as http:
            tasks = [asyncio.create_task(_Client(self, http, next(self._numbers)).run()) for _ in range(self.clients)]
            try:
                yield
            finally:
                self.stopping = True
                await asyncio.gather(*tasks)

    async def check(self) -> None:
        """Everything that was acknowledged is there, and nothing else."""
        ledger = self.ledger
        assert not ledger.wrong, ledger.wrong[:5]
        found: dict[str, State] = {}
        shared: Json = {}
        async with httpx.AsyncClient(base_url=self.urls[0], headers=HEADERS, timeout=60) as client:
            total = (await client.get("/Users", params={"count": "0"})).json()["totalResults"]
            start = 1
            while start <= total:
                page = (await client.get("/Users", params={"startIndex": str(start), "count": "200"})).json()
                assert page["totalResults"] == total
                for user in page["Resources"]:
                    if user["id"] == self.shared:
                        shared = user
                    elif not user["userName"].startswith("race-"):
                        found[user["id"]] = State.of(user)
                    else:
                        ledger.raced.discard(user["userName"])
                start += len(page["Resources"])
            assert len(found) + len(ledger.races) <= total
            holders = await client.get("/Users", params={"filter": 'entitlements[value eq "seat-a"]'})
            assert holders.json()["totalResults"] <= SEATS
        assert found == ledger.users
        assert not ledger.raced, "an acknowledged user is gone"
        assert ledger.counted <= int(shared["title"]) <= ledger.counted + ledger.perhaps_counted
        tags = set(shared["urn:acme:scim:schemas:extension:crm:1.0:User"].get("tags", []))
        assert ledger.tags <= tags <= ledger.tags | ledger.perhaps_tags
        assert all(wins == 1 for wins in ledger.races.values())


class _Client:
    """One client: what it has made is its own, `Load.shared` everybody's."""

    def __init__(self, load: Load, http: httpx.AsyncClient, number: int) -> None:
        self.load = load
        self.ledger = load.ledger
        self.http = http
        self.number = number
        self.random = random.Random(f"{load.seed} {number}")
        self.own: dict[str, State] = {}
        self.numbers = itertools.count(1)

    async def run(self) -> None:
        deeds = [self.create, self.change, self.change, self.grant, self.grant, self.join, self.delete]
        deeds += [self.look, self.look, self.list, self.count, self.tag, self.race, self.sit]
        while not self.load.stopping:
            try:
                await self.random.choice(deeds)()
            except AssertionError as error:
                self.ledger.wrong.append(f"{type(error).__name__}: {error}")
                return

    async def send(self, method: str, path: str, *allowed: int, **more: Any) -> httpx.Response:
        """Send a request to one of the servers; Unknown where it was not answered, or with 503."""
        url = self.random.choice(self.load.urls) + path
        try:
            response = await self.http.request(method, url, **more)
        except httpx.TransportError as error:
            assert self.load.faults, f"{method} {path}: {error!r}"
            self.ledger.statuses["none"] += 1
            await asyncio.sleep(0.05)
            raise Unknown from None
        self.ledger.statuses[str(response.status_code)] += 1
        if response.status_code == 503:
            assert "database cannot be used" in response.json()["detail"], response.text
            await asyncio.sleep(0.05)
            raise Unknown
        assert response.status_code in allowed, f"{method} {path}: {response.status_code} {response.text}"
        return response

    async def ask(self, path: str, *allowed: int, **parameters: str) -> httpx.Response:
        """Read, until there is an answer."""
        for _ in range(2000):
            try:
                return await self.send("GET", path, *allowed, params=parameters)
            except Unknown:
                continue
        raise AssertionError(f"GET {path}: no server answers")

    async def write(
        self, method: str, path: str, user: str, after: State | None, events: list[tuple[str, str]], body: Json
    ) -> None:
        """Write, and note what is there then."""
        try:
            await self.send(method, path, 200, 204, json=body)
        except Unknown:
            seen = await self.state(user)
            assert seen in (self.own[user], after), f"neither {self.own[user]} nor {after}, but {seen}"
            if seen != after:
                return
        self.note(user, after, events)

    def note(self, user: str, after: State | None, events: list[tuple[str, str]]) -> None:
        for name, detail in events:
            self.ledger.events[name, user, detail] += 1
        if after is None:
            del self.own[user], self.ledger.users[user]
        else:
            self.own[user] = self.ledger.users[user] = after

    async def state(self, user: str) -> State | None:
        response = await self.ask(f"/Users/{user}", 200, 404)
        return State.of(response.json()) if response.status_code == 200 else None

    def any(self) -> str | None:
        return self.random.choice(list(self.own)) if self.own else None

    async def create(self) -> None:
        name = f"user-{self.number}-{next(self.numbers)}@example.com"
        held = self.random.sample(GRANTS[:2], self.random.randint(0, 2))
        body: Json = {"userName": name, "title": "new", "entitlements": [{"value": one} for one in held]}
        try:
            user = (await self.send("POST", "/Users", 201, json=body)).json()
        except Unknown:
            found = (await self.ask("/Users", 200, filter=f'userName eq "{name}"')).json()
            if not found["totalResults"]:
                return
            (user,) = found["Resources"]
        state = State(name, "new", frozenset(held))
        assert State.of(user) == state
        self.note(user["id"], state, [("user_created", ""), *(("granted", one) for one in held)])

    async def change(self) -> None:
        if user := self.any():
            title = f"{self.number}-{next(self.numbers)}"
            after = replace(self.own[user], title=title)
            await self.patch(user, after, [("user_changed", title)], {"op": "replace", "path": "title", "value": title})

    async def patch(self, user: str, after: State, events: list[tuple[str, str]], operation: Json) -> None:
        body = {"schemas": [PATCH], "Operations": [operation]}
        await self.write("PATCH", f"/Users/{user}", user, after, events, body)

    async def grant(self) -> None:
        """Grant what is not held, revoke what is."""
        if user := self.any():
            value = self.random.choice(GRANTS)
            path = "roles" if value in GRANTS[2:] else "entitlements"
            before = self.own[user]
            after = replace(before, held=before.held ^ {value})
            if value in before.held:
                operation: Json = {"op": "remove", "path": f'{path}[value eq "{value}"]'}
            else:
                operation = {"op": "add", "path": path, "value": [{"value": value}]}
            await self.patch(user, after, [("revoked" if value in before.held else "granted", value)], operation)

    async def join(self) -> None:
        """Join a group that others join and leave at the same time, or leave it."""
        if user := self.any():
            group = self.random.choice(self.load.groups)
            before = self.own[user]
            after = replace(before, groups=before.groups ^ {group})
            if group in before.groups:
                operation: Json = {"op": "remove", "path": f'members[value eq "{user}"]'}
            else:
                operation = {"op": "add", "path": "members", "value": [{"value": user}]}
            body = {"schemas": [PATCH], "Operations": [operation]}
            await self.write("PATCH", f"/Groups/{group}", user, after, [], body)

    async def delete(self) -> None:
        if (user := self.any()) and len(self.own) > 5:
            path, revoked = f"/Users/{user}", [("revoked", one) for one in self.own[user].held]
            try:
                await self.send("DELETE", path, 204)
            except Unknown:
                seen = await self.state(user)
                assert seen in (self.own[user], None)
                if seen:
                    return
            self.note(user, None, [*revoked, ("user_deleted", "")])

    async def look(self) -> None:
        """Whichever server is asked, it knows what another has acknowledged."""
        if user := self.any():
            seen = await self.state(user)
            assert seen == self.own[user], f"{seen}, not {self.own[user]}"

    async def list(self) -> None:
        """A user that no other client changes is in a page as it was written."""
        page = (await self.ask("/Users", 200, filter='entitlements[value eq "lic-pro"]', count="50")).json()
        for user in page["Resources"]:
            if user["id"] in self.own:
                assert "lic-pro" in self.own[user["id"]].held and State.of(user) == self.own[user["id"]], user
        names = [one["userName"] for one in (await self.ask("/Users", 200, count="50")).json()["Resources"]]
        assert len(names) == len(set(names))

    async def count(self) -> None:
        """Count up what all count up, each only on top of what it has seen."""
        path = f"/Users/{self.load.shared}"
        seen = await self.ask(path, 200)
        operation = {"op": "replace", "path": "title", "value": str(int(seen.json()["title"]) + 1)}
        body, headers = {"schemas": [PATCH], "Operations": [operation]}, {"If-Match": seen.headers["etag"]}
        try:
            response = await self.send("PATCH", path, 200, 412, json=body, headers=headers)
        except Unknown:
            self.ledger.perhaps_counted += 1
            return
        self.ledger.counted += response.status_code == 200

    async def tag(self) -> None:
        """Add to a list that all add to, without a look at it."""
        tag = f"tag-{self.number}-{next(self.numbers)}"
        path = "urn:acme:scim:schemas:extension:crm:1.0:User:tags"
        body = {"schemas": [PATCH], "Operations": [{"op": "add", "path": path, "value": [tag]}]}
        self.ledger.perhaps_tags.add(tag)
        try:
            await self.send("PATCH", f"/Users/{self.load.shared}", 200, json=body)
        except Unknown:
            return
        self.ledger.tags.add(tag)

    async def race(self) -> None:
        """Create a user that other clients create at the same time."""
        number = sum(self.ledger.races.values()) + self.random.randint(0, 1)
        try:
            response = await self.send("POST", "/Users", 201, 409, json={"userName": f"race-{number}"})
        except Unknown:
            return
        if response.status_code == 201:
            self.ledger.races[number] += 1
            self.ledger.raced.add(f"race-{number}")

    async def sit(self) -> None:
        """Take one of the few seats, and give it back."""
        if not (user := self.any()):
            return
        before = self.own[user]
        add = {"op": "add", "path": "entitlements", "value": [{"value": "seat-a"}]}
        body = {"schemas": [PATCH], "Operations": [add]}
        try:
            taken = (await self.send("PATCH", f"/Users/{user}", 200, 400, json=body)).status_code == 200
        except Unknown:
            seen = await self.state(user)
            taken = seen == replace(before, held=before.held | {"seat-a"})
            assert taken or seen == before
        if not taken:
            return
        self.note(user, replace(before, held=before.held | {"seat-a"}), [("granted", "seat-a")])
        holders = (await self.ask("/Users", 200, filter='entitlements[value eq "seat-a"]')).json()["totalResults"]
        assert 1 <= holders <= SEATS, f"{holders} hold what {SEATS} may hold"
        remove = {"op": "remove", "path": 'entitlements[value eq "seat-a"]'}
        while "seat-a" in self.own[user].held:
            await self.patch(user, before, [("revoked", "seat-a")], remove)
