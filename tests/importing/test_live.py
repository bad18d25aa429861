"""A live server: one of a description, the emitted one, and servers that are none."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from scimgen.description import load_file
from scimgen.documents import list_response, resource_type_to_json, schema_to_json
from scimgen.model import Value
from tests.importing.support import described, plain_documents
from tests.importing.test_command import run
from tests.support import EXAMPLES, TOKEN, Running, answering, emit_into, running, running_here

Answer = Callable[[str, int], tuple[int, Any]]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The server of the collaboration example, with its 500 values."""
    with running_here(EXAMPLES["collaboration"], tmp_path_factory.mktemp("data")) as server:
        yield server


def test_a_server_becomes_a_description_with_its_values(live: Running, tmp_path: Path) -> None:
    """Discovery and every value, page by page with progress; the same documents and values come out of it."""
    ran = run(live.base_url, "--values", "--token", TOKEN, "-o", "tandem.scim.yaml", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    app = described((tmp_path / "tandem.scim.yaml").read_text(encoding="utf-8"))
    assert plain_documents(app) == plain_documents(live.app)
    for type_, other in zip(app.resource_types, live.app.resource_types, strict=True):
        hidden = {a.name for e in other.extensions for a in e.schema.attributes if a.returned in ("request", "never")}
        for value, expected in zip(type_.values, other.values, strict=True):
            assert row(value, set()) == row(expected, hidden)
    assert "Workspace: the values have no monthlyBudget, keyDigest, because" in ran.stderr
    assert "/Workspaces: 100 of " in ran.stderr
    assert "2 parts of what was read cannot be described, see above" in ran.stderr
    assert "equal in content" not in ran.stderr, "attributes that are not returned are lost"


def row(value: Value, hidden: set[str]) -> dict[str, Any]:
    """A value flat, without what a server does not return by default, each item of a list once."""
    flat: dict[str, Any] = {}
    for key, part in value.resource.items():
        flat |= part if isinstance(part, dict) and ":" in key else {key: part}
    once = {
        key: [x for i, x in enumerate(part) if x not in part[:i]] for key, part in flat.items() if type(part) is list
    }
    return {key: part for key, part in (flat | once).items() if key not in hidden and key != "schemas"}


SERVED = """
scimgen: 1
app: crm
vendor: acme
user:
  description: A person
  base:
    without: [photos, x509Certificates, name.honorificPrefix]
    attributes: {userName: {caseExact: true}, id: {caseExact: true, mutability: readOnly}, badge: integer}
  enterprise: {without: [division]}
  attributes: {region: string}
  extensions: {Payroll: {attributes: {centre: string}}}
group: {extensions: {Payroll: }}
resources:
  Room:
    base: {name: Hall}
    attributes: {displayName: {required: true}}
    extensions: {Fire: {attributes: {exits: integer}}}
"""


def test_a_server_with_changed_schemas_and_many_extensions_comes_back(tmp_path: Path) -> None:
    """The emitted server runs on them, and its users have these attributes."""
    for name in ("project", "data"):
        (tmp_path / name).mkdir()
    (tmp_path / "crm.scim.yaml").write_text(SERVED, encoding="utf-8")
    app = emit_into(tmp_path / "crm.scim.yaml", tmp_path / "project")
    payroll = "urn:acme:scim:schemas:extension:crm:1.0:Payroll"
    with running(app, tmp_path / "project", tmp_path / "data") as server:
        with server.client() as client:
            user = {"schemas": [app.resource_types[0].schema.id, payroll], "userName": "Ann", "badge": 7}
            made = client.post("/Users", json=user | {payroll: {"centre": "north"}}).json()
            assert (made["badge"], made[payroll]) == (7, {"centre": "north"})
            assert client.post("/Users", json=user | {"userName": "ann"}).status_code == 201
        ran = run(server.base_url, "--token", TOKEN, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert plain_documents(described(ran.stdout)) == plain_documents(app)


def test_without_values_there_are_none(live: Running, tmp_path: Path) -> None:
    """Discovery alone."""
    ran = run(live.base_url, "--token", TOKEN, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert all(not type_.values for type_ in described(ran.stdout).resource_types)


def test_without_a_token_it_says_so(live: Running, tmp_path: Path) -> None:
    """Exit code 2, nothing on stdout."""
    ran = run(live.base_url, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "give a token" in ran.stderr


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    """A server that answers discovery for the crm example, and other paths as requested; gives the base URL."""
    app, _ = load_file(EXAMPLES["crm"])
    assert app
    discovery = {
        "/ResourceTypes": list_response(map(resource_type_to_json, app.resource_types)),
        "/Schemas": list_response(map(schema_to_json, app.schemas())),
    }

    def respond(request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        path = parts.path.removeprefix("/scim/v2")
        start = int(parse_qs(parts.query).get("startIndex", ["1"])[0])
        status, content = (200, discovery[path]) if path in discovery else answer(path, start)
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        request.send_response(status)
        if status == 302:
            request.send_header("Location", "http://elsewhere.example/scim/v2")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    with answering(respond) as url:
        yield f"{url}/scim/v2"


def page(total: int, *ids: str) -> tuple[int, Any]:
    """A page of values."""
    return 200, {"totalResults": total, "Resources": [{"id": id_, "displayName": id_} for id_ in ids]}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda path, start: (500, {}), "/Roles: answers 500"),
        (lambda path, start: (200, b"<html>"), "not a ListResponse"),
        (lambda path, start: (200, []), "not a ListResponse"),
        (lambda path, start: (200, {"totalResults": True, "Resources": []}), "not a ListResponse"),
        (lambda path, start: (302, {}), "redirects to another server"),
        (lambda path, start: page(9, "a"), "repeats earlier values"),
        (lambda path, start: page(9) if start > 1 else page(9, "a"), "1 values were returned, but totalResults is 9"),
        (lambda path, start: (200, {"totalResults": 1, "Resources": [{"displayName": "x"}]}), "without an id"),
    ],
)
def test_a_server_that_does_not_page_is_reported_at_once(answer: Answer, expected: str, tmp_path: Path) -> None:
    """Values that are not whole are none: exit code 2."""
    with server(answer) as url:
        ran = run(url, "--values", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert expected in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_server_without_a_config_is_described_all_the_same(tmp_path: Path) -> None:
    """The members of a ServiceProviderConfig have defaults."""
    with server(lambda path, start: (404, {})) as url:
        ran = run(url, cwd=tmp_path)
    assert ran.returncode == 0
    assert "ServiceProviderConfig: answers 404" in ran.stderr
    assert described(ran.stdout).name == "crm"


def test_values_that_a_description_refuses_are_left_out_with_their_reason(tmp_path: Path) -> None:
    """An id that cannot be one, a member that the type does not have, a value of another type."""
    urn = "urn:acme:scim:schemas:extension:crm:1.0:License"
    licences = [
        {"id": "good", "displayName": "Good", "type": "License", "shade": "red", urn: {"tier": "pro", "seats": 3}},
        {"id": "a/b", "displayName": "Bad", "type": "License", urn: {"tier": "pro"}},
        {"id": "text", "displayName": "Text", "type": "License", urn: {"tier": "pro", "seats": "three"}},
        {"id": "none", "displayName": "None", "type": "License"},
    ]
    answers = {"/Licenses": (200, {"totalResults": 4, "Resources": licences})}
    with server(lambda path, start: answers.get(path, page(0))) as url:
        ran = run(url, "--values", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    (licence,) = (type_ for type_ in described(ran.stdout).resource_types if type_.name == "License")
    assert [(value.id, value.resource[urn]) for value in licence.values] == [
        ("good", {"tier": "pro", "seats": 3}),
        ("text", {"tier": "pro"}),
    ]
    assert "shade of 1 values is left out" in ran.stderr
    assert ran.stdout.count("# Left out, ") == 3
