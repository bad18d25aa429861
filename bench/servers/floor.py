"""The floor that the emitted server is measured against: what a SCIM server of this stack cannot do without.

A minimal Starlette app over SQLite: the token is hashed, a row is read by its key, one query asks for links, one line
is logged, stored bytes are sent. It knows no schema, checks nothing and projects nothing.

    python floor.py PORT DATABASE COPY    (started by servers.py, which fills the databases)

A POST to /Users writes one row. A POST to /Rows writes all the rows that a user is in the emitted server's tables, into
a copy of its database: what SQLite alone asks for indexes, grants and the audit trail.
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
CREATE TABLE users (key INTEGER PRIMARY KEY, id TEXT UNIQUE, name TEXT UNIQUE, version INTEGER, body BLOB);
CREATE TABLE links (source INTEGER, target TEXT, display TEXT, PRIMARY KEY (source, target)) WITHOUT ROWID;
CREATE TABLE total (users INTEGER);
"""
HEAD = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":%d,"Resources":['


def main(port: int, database: str, copy: str) -> None:
    """Serve until stopped."""
    config = uvicorn.Config(
        _app(_opened(database), _opened(copy)), port=port, log_config=None, access_log=False, server_header=False
    )
    uvicorn.Server(config).run()


def _opened(database: str) -> sqlite3.Connection:
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _app(connection: sqlite3.Connection, copy: sqlite3.Connection) -> Starlette:
    def answer(request: Request, body: bytes, status: int, began: float) -> Response:
        line = {"time": datetime.now(UTC).isoformat(), "method": request.method, "status": status}
        sys.stderr.write(json.dumps(line | {"ms": time.perf_counter() - began}) + "\n")
        return Response(body, status, media_type="application/scim+json")

    def check(request: Request) -> float:
        token = sha256(request.headers["authorization"].removeprefix("Bearer ").encode()).digest()
        if not hmac.compare_digest(token, TOKEN):
            raise PermissionError
        return time.perf_counter()

    def render(rows: list[tuple[int, bytes]]) -> list[bytes]:
        marks = ",".join("?" * len(rows))
        links: dict[int, list[str]] = {}
        for source, target, display in connection.execute(
            f"SELECT source, target, display FROM links WHERE source IN ({marks})", [key for key, _ in rows]
        ):
            links.setdefault(source, []).append(f'{{"value":"{target}","display":"{display}"}}')
        return [b'%b,"entitlements":[%b]}' % (body[:-1], ",".join(links.get(key, ())).encode()) for key, body in rows]

    async def get(request: Request) -> Response:
        began = check(request)
        statement = "SELECT key, body FROM users WHERE id = ?"
        row = connection.execute(statement, (request.path_params["id"],)).fetchone()
        return answer(request, render([row])[0], 200, began)

    async def find(request: Request) -> Response:
        began = check(request)
        condition = request.query_params.get("filter")
        if condition:
            name = condition.split('"')[1]
            rows = connection.execute("SELECT key, body FROM users WHERE name = ?", (name,)).fetchall()
            total = len(rows)
        else:
            start, count = int(request.query_params["startIndex"]), int(request.query_params["count"])
            statement = "SELECT key, body FROM users WHERE key >= ? ORDER BY key LIMIT ?"
            rows = connection.execute(statement, (start, count)).fetchall()
            total = connection.execute("SELECT users FROM total").fetchone()[0]
        return answer(request, (HEAD % total).encode() + b",".join(render(rows)) + b"]}", 200, began)

    async def create(request: Request) -> Response:
        began = check(request)
        resource_id = str(uuid.uuid4())
        user = {"id": resource_id} | json.loads(await request.body())
        body = json.dumps(user).encode()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO users VALUES (NULL, ?, ?, 1, ?)", (resource_id, user["userName"], body))
        connection.execute("UPDATE total SET users = users + 1")
        connection.execute("COMMIT")
        return answer(request, body, 201, began)

    async def create_rows(request: Request) -> Response:
        began = check(request)
        resource_id = str(uuid.uuid4())
        user = {"id": resource_id} | json.loads(await request.body())
        body = json.dumps(user).encode()
        copy.execute("BEGIN IMMEDIATE")
        write_rows(copy, user, body)
        copy.execute("COMMIT")
        return answer(request, body, 201, began)

    async def change(request: Request) -> Response:
        began = check(request)
        resource_id = request.path_params["id"]
        operations = json.loads(await request.body())["Operations"]
        connection.execute("BEGIN IMMEDIATE")
        key, body = connection.execute("SELECT key, body FROM users WHERE id = ?", (resource_id,)).fetchone()
        body = json.dumps(json.loads(body) | operations[0]["value"]).encode()
        connection.execute("UPDATE users SET version = version + 1, body = ? WHERE key = ?", (body, key))
        connection.execute("COMMIT")
        return answer(request, render([(key, body)])[0], 200, began)

    return Starlette(
        routes=[
            Route("/scim/v2/Users/{id}", get),
            Route("/scim/v2/Users", find),
            Route("/scim/v2/Users", create, methods=["POST"]),
            Route("/scim/v2/Rows", create_rows, methods=["POST"]),
            Route("/scim/v2/Users/{id}", change, methods=["PATCH"]),
        ]
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
