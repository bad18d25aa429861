"""The floor that the generated server is measured against: what a SCIM server of this stack cannot
do without.

A minimal Starlette app over SQLite: the token is hashed, a row is read by its key, one query asks
for links, one line is logged, stored bytes are sent. It knows no schema, checks nothing and
projects nothing.

    python floor.py PORT DATABASE COPY    (started by servers.py, which fills the databases)

A POST to /Users writes one row. A POST to /Rows writes all the rows that a user has in the tables
of the generated server, into a copy of its database: the cost of indexes, grants and the audit
trail in SQLite.
"""

import hmac
import json
import sqlite3
import sys
import time
import uuid
from datetime import UTC, datetime
from hashlib import sha256

import uvicorn
from rows import write_rows
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TOKEN = sha256(b"a-token-for-the-bench").digest()
TABLES = """
CREATE TABLE users (key INTEGER PRIMARY KEY, id TEXT UNIQUE, name TEXT UNIQUE,
    version INTEGER, body BLOB);
CREATE TABLE links (source INTEGER, target TEXT, display TEXT,
    PRIMARY KEY (source, target)) WITHOUT ROWID;
CREATE TABLE total (users INTEGER);
"""
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
HEAD = f'{{"schemas":["{LIST}"],"totalResults":%d,"Resources":['


def main(port: int, database: str, copy: str) -> None:
    """Serve until stopped."""
    app = _app(Floor(_opened(database), _opened(copy)))
    config = uvicorn.Config(app, port=port, log_config=None, access_log=False, server_header=False)
    uvicorn.Server(config).run()


def _opened(database: str) -> sqlite3.Connection:
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _answer(body: bytes, status: int, method: str, began: float) -> Response:
    line = {"time": datetime.now(UTC).isoformat(), "method": method, "status": status}
    sys.stderr.write(json.dumps(line | {"ms": time.perf_counter() - began}) + "\n")
    return Response(body, status, media_type="application/scim+json")


def _admitted(request: Request) -> float:
    """When the request began, once its token is known to be right."""
    token = sha256(request.headers["authorization"].removeprefix("Bearer ").encode()).digest()
    if not hmac.compare_digest(token, TOKEN):
        raise PermissionError
    return time.perf_counter()


class Floor:
    """The handlers.

    Args:
        connection: to the tables of `TABLES`.
        copy: to the copy of the generated server's database.
    """

    def __init__(self, connection: sqlite3.Connection, copy: sqlite3.Connection) -> None:
        self.connection = connection
        self.copy = copy

    def render(self, rows: list[tuple[int, bytes]]) -> list[bytes]:
        """Stored bytes with their links."""
        marks = ",".join("?" * len(rows))
        links: dict[int, list[str]] = {}
        for source, target, display in self.connection.execute(
            f"SELECT source, target, display FROM links WHERE source IN ({marks})",
            [key for key, _ in rows],
        ):
            links.setdefault(source, []).append(f'{{"value":"{target}","display":"{display}"}}')
        return [
            b'%b,"entitlements":[%b]}' % (body[:-1], ",".join(links.get(key, ())).encode())
            for key, body in rows
        ]

    async def get(self, request: Request) -> Response:
        """A user by id."""
        began = _admitted(request)
        statement = "SELECT key, body FROM users WHERE id = ?"
        row = self.connection.execute(statement, (request.path_params["id"],)).fetchone()
        return _answer(self.render([row])[0], 200, "GET", began)

    async def find(self, request: Request) -> Response:
        """A user by name, or a page."""
        began = _admitted(request)
        condition = request.query_params.get("filter")
        if condition:
            name = condition.split('"')[1]
            rows = self.connection.execute(
                "SELECT key, body FROM users WHERE name = ?", (name,)
            ).fetchall()
            total = len(rows)
        else:
            start, count = (
                int(request.query_params["startIndex"]),
                int(request.query_params["count"]),
            )
            statement = "SELECT key, body FROM users WHERE key >= ? ORDER BY key LIMIT ?"
            rows = self.connection.execute(statement, (start, count)).fetchall()
            total = self.connection.execute("SELECT users FROM total").fetchone()[0]
        return _answer(
            (HEAD % total).encode() + b",".join(self.render(rows)) + b"]}", 200, "GET", began
        )

    async def create(self, request: Request) -> Response:
        """One row, and the total."""
        began = _admitted(request)
        user = {"id": str(uuid.uuid4())} | json.loads(await request.body())
        body = json.dumps(user).encode()
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute(
            "INSERT INTO users VALUES (NULL, ?, ?, 1, ?)", (user["id"], user["userName"], body)
        )
        self.connection.execute("UPDATE total SET users = users + 1")
        self.connection.execute("COMMIT")
        return _answer(body, 201, "POST", began)

    async def create_rows(self, request: Request) -> Response:
        """All rows of a user."""
        began = _admitted(request)
        user = {"id": str(uuid.uuid4())} | json.loads(await request.body())
        body = json.dumps(user).encode()
        self.copy.execute("BEGIN IMMEDIATE")
        write_rows(self.copy, user, body)
        self.copy.execute("COMMIT")
        return _answer(body, 201, "POST", began)

    async def change(self, request: Request) -> Response:
        """Replace attributes."""
        began = _admitted(request)
        operations = json.loads(await request.body())["Operations"]
        self.connection.execute("BEGIN IMMEDIATE")
        statement = "SELECT key, body FROM users WHERE id = ?"
        key, body = self.connection.execute(statement, (request.path_params["id"],)).fetchone()
        body = json.dumps(json.loads(body) | operations[0]["value"]).encode()
        self.connection.execute(
            "UPDATE users SET version = version + 1, body = ? WHERE key = ?", (body, key)
        )
        self.connection.execute("COMMIT")
        return _answer(self.render([(key, body)])[0], 200, "PATCH", began)


def _app(floor: Floor) -> Starlette:
    return Starlette(
        routes=[
            Route("/scim/v2/Users/{id}", floor.get),
            Route("/scim/v2/Users", floor.find),
            Route("/scim/v2/Users", floor.create, methods=["POST"]),
            Route("/scim/v2/Rows", floor.create_rows, methods=["POST"]),
            Route("/scim/v2/Users/{id}", floor.change, methods=["PATCH"]),
        ]
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
