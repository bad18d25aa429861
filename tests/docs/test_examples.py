"""The requests that the pages print, sent to the real server: the answers are those on the pages."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scimgen.emit.docs.samples import ID
from tests.docs.support import CASES, Printed, pages_of, requests_of
from tests.support import Running, emit_into, running, running_here


@pytest.fixture(scope="module", params=CASES)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Path]]:
    """The server of each example and case. That of crm is the emitted one, in a process."""
    path, data = CASES[request.param], tmp_path_factory.mktemp("data")
    if request.param == "crm":
        project = tmp_path_factory.mktemp("project")
        server = running(emit_into(path, project), project, data)
    else:
        server = running_here(path, data)
    with server as started:
        yield started, path


def test_the_server_answers_every_printed_request_as_printed(
    served: tuple[Running, Path], request: pytest.FixtureRequest
) -> None:
    """Created, read, granted and found, in the order of the page; only times, versions and new ids are others."""
    server, path = served
    printed = requests_of(pages_of(path, base_url=server.base_url)["reference.md"])
    users = [entry for entry in printed if entry.url == f"{server.base_url}/Users"]
    assert len(users) == 1, "the user that the grants are for is created on the page"
    with server.client() as client:
        known: dict[str, str] = {}
        # The user first: a grant needs somebody.
        for entry in sorted(printed, key=lambda entry: entry not in users):
            response = send(client, entry, known.get("user", ID))
            assert response.status_code == entry.status, (entry, response.text)
            answer = response.json()
            if entry in users:
                known["user"] = answer["id"]
            created = {known["user"], *([answer["id"]] if entry.method == "POST" else [])}
            assert plain(answer, created) == plain(entry.response, {ID}), entry.url


def send(client: Any, request: Printed, user: str) -> Any:
    """The request, its user being the one that was created."""
    body = json.dumps(request.body).replace(ID, user) if request.body else None
    headers = {"Content-Type": "application/scim+json"}
    return client.request(request.method, request.url.replace(ID, user), content=body, headers=headers)


def plain(answer: Any, ids: set[str]) -> Any:
    """An answer without what differs from run to run."""
    text = json.dumps(answer)
    for id_ in (*ids, ID):
        text = text.replace(id_, "ID")
    found = json.loads(text)
    for resource in found.get("Resources", [found]):
        for name in ("created", "lastModified", "version") if "meta" in resource else ():
            assert resource["meta"].pop(name)
    return found


def test_every_type_has_a_request_unless_the_app_itself_has_its_values(served: tuple[Running, Path]) -> None:
    """Read or created: the endpoint is on the page in a request; of what is readOnly nothing can be created."""
    server, path = served
    urls = [request.url for request in requests_of(pages_of(path, base_url=server.base_url)["reference.md"])]
    for type_ in server.app.resource_types:
        created = any(attribute.mutability != "readOnly" for attribute in type_.schema.attributes)
        if type_.managed != "catalog" and (type_.values or (type_.managed == "scim" and created)):
            assert any(url.startswith(f"{server.base_url}{type_.endpoint}") for url in urls), type_.name
