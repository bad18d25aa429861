"""What is asked of the servers: from the number of a request to its bytes."""

import json
import random
from collections.abc import Callable
from urllib.parse import quote

from users import LICENSE, first_held, members, user, user_id

TOKEN = "a-token-for-the-bench"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
PAGE = 100

Make = Callable[[int], bytes]

COUNTS = {
    "page of 100": 5,
    "page of members": 5,
    "last page": 5,
    "next page": 5,
    "cursor page": 5,
    "random page": 15,
    "active eq true": 15,
    "holders": 5,
    "grant": 3,
    "member": 3,
}
"""The divisor of the number of requests, for slow operations."""

VALUES = ("/Licenses", "/PermissionSets", "/Roles")
"""Where crm has its entitlements and roles."""

FLOOR = ("GET id", "filter eq", "page of 100", "POST", "POST, all rows", "PATCH")
"""What the floor can do as well."""

PEER = ("GET id", "filter eq", "page of 100", "POST")
"""What is asked of scim2-server, which knows no entitlements."""


def request(method: str, path: str, body: object = None) -> bytes:
    """One HTTP request."""
    content = json.dumps(body).encode() if body is not None else b""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: application/scim+json\r\nContent-Length: {len(content)}\r\n"
        "Accept: */*\r\n\r\n"
    )
    return head.encode() + content


class Operations:
    """The operations on one server.

    Args:
        base: the base path.
        users: how many there are.
        run: makes the names of new users differ from one server to the next.
        ids: the ids of the users, where the server has chosen them.
        rows: where the server stores all rows of a user. Only the floor has another path for it.
    """

    def __init__(
        self, base: str, users: int, run: str, ids: list[str] | None = None, *, rows: str = "/Users"
    ) -> None:
        self.base = base
        self.users = users
        self.run = run
        self.ids = ids
        self.rows = rows
        self.made = 0
        self.granted = 0
        self.joined = 0
        self.cursor = ""
        self._chosen = random.Random(1)

    def all(self) -> dict[str, Make]:
        """By name, in the order in which they are run."""
        return {
            "GET id": lambda number: request("GET", f"{self.base}/Users/{self._some_id()}"),
            "filter eq": lambda number: self._listed(
                f'userName eq "user{self._some()}@example.com"'
            ),
            "page of 100": lambda number: self._page(
                1 + first_held(self.users) + number % 20 * PAGE
            ),
            "GET member": lambda number: request("GET", f"{self.base}/Users/{self._member_id()}"),
            "page of members": lambda number: self._page(
                1 + self.users - members(self.users) + number % 20 * PAGE
            ),
            "POST": lambda number: self._created(number, "/Users"),
            "POST, all rows": lambda number: self._created(number, self.rows),
            "PATCH": self._changed,
            "last page": lambda number: self._page(1 + self.users - PAGE),
            "next page": lambda number: self._page(1 + number * PAGE % (self.users // 2)),
            "random page": lambda number: self._page(1 + self._some()),
            "cursor page": lambda number: request(
                "GET", f"{self.base}/Users?count={PAGE}&cursor={self.cursor}"
            ),
            "active eq true": lambda number: self._listed("active eq true"),
            "holders": lambda number: self._listed(f'entitlements[value eq "{LICENSE}"]'),
            "grant": self._granted,
            "member": self._joined,
        }

    def full_import(self) -> list[bytes]:
        """What Okta asks to import everything: what there is, the groups, the values, all users
        page by page.
        """
        whole = [
            "/ServiceProviderConfig",
            "/ResourceTypes",
            "/Schemas",
            f"/Groups?startIndex=1&count={PAGE}",
        ]
        whole += [f"{path}?startIndex=1&count={PAGE}" for path in VALUES]
        asked = [request("GET", f"{self.base}{path}") for path in whole]
        return asked + [self._page(start) for start in range(1, 1 + self.users, PAGE)]

    def _some(self) -> int:
        """A user who holds the licence and is in no group."""
        return self._chosen.randrange(first_held(self.users), self.users - members(self.users))

    def _member_id(self) -> str:
        return user_id(self.users - 1 - self._chosen.randrange(members(self.users)))

    def _some_id(self) -> str:
        return self.ids[self._some()] if self.ids else user_id(self._some())

    def _listed(self, condition: str) -> bytes:
        return request("GET", f"{self.base}/Users?filter={quote(condition)}&count={PAGE}")

    def _page(self, start: int) -> bytes:
        return request("GET", f"{self.base}/Users?startIndex={start}&count={PAGE}")

    def _created(self, number: int, path: str) -> bytes:
        self.made += 1
        name = f"{self.run}-{self.made}"
        licensed = self.ids is None
        new = user(number, licensed=licensed) | {
            "userName": f"{name}@example.com",
            "externalId": name,
        }
        return request("POST", f"{self.base}{path}", new)

    def _patch(self, path: str, operation: dict[str, object]) -> bytes:
        return request(
            "PATCH", f"{self.base}{path}", {"schemas": [PATCH], "Operations": [operation]}
        )

    def _changed(self, number: int) -> bytes:
        self.made += 1
        operation = {"op": "replace", "value": {"title": f"{self.run} {self.made}"}}
        return self._patch(f"/Users/{self._some_id()}", operation)

    def _granted(self, number: int) -> bytes:
        """A licence that nine of ten hold, to one who does not."""
        self.granted += 1
        number = self.granted % first_held(self.users)
        return self._patch(
            f"/Users/{user_id(number)}",
            {"op": "add", "path": "entitlements", "value": [{"value": LICENSE}]},
        )

    def _joined(self, number: int) -> bytes:
        """One member more to the large group."""
        self.joined += 1
        value = user_id(self.joined % (self.users - members(self.users)))
        return self._patch(
            "/Groups/everybody", {"op": "add", "path": "members", "value": [{"value": value}]}
        )
