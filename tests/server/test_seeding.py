"""Values of the catalog and of the description at startup: a wrong one is refused alone, and logged once."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scimgen_server import Application, ScimApp, Settings, Store, build_app
from tests.server.apps import every_application
from tests.server.inside import client

ROLES = "/Roles"


def application() -> Application:
    """The application, whose roles the catalog manages."""
    every = every_application()
    types = [replace(one, managed="catalog") if one.name == "Role" else one for one in every.resource_types]
    return replace(every, resource_types=tuple(types), values=lambda name: [])


def entries(text: str, event: str) -> list[dict[str, Any]]:
    """The entries of a log with an event."""
    found = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return [entry for entry in found if entry["event"] == event]


def start(store: Store, values: list[dict[str, Any]], user: dict[str, Any] | None = None) -> list[str]:
    """Start the app with some values of its catalog, and stop it. Returns the ids of the stored values."""
    settings = Settings(tokens=("t",), weak_secrets=True)

    def catalog(name: str) -> list[dict[str, Any]]:
        return values if name == "Role" else []

    app = ScimApp(application(), settings=settings, store=store, catalog=catalog)

    async def run() -> list[str]:
        async with app.lifespan(), client(build_app(app)) as session:
            if user:
                assert (await session.post("/Users", json=user)).status_code == 201
            found = (await session.get(ROLES)).json()
            return [one["id"] for one in found["Resources"]]

    return asyncio.run(run())


def value(number: int) -> dict[str, Any]:
    """A value of the catalog."""
    return {"id": f"c{number}", "displayName": f"Value {number}"}


def test_a_value_without_an_id_is_refused_alone(
    new_store: Callable[[], Store], capsys: pytest.CaptureFixture[str]
) -> None:
    """The log names it. The server starts with the others."""
    nameless = {"displayName": "Nameless"}
    assert start(new_store(), [value(1), nameless, value(2) | {"id": None}, value(3)]) == ["c1", "c3"]
    refused = entries(capsys.readouterr().err, "value refused")
    assert "'Nameless' of the catalog has no id" in refused[0]["detail"]
    assert len(refused) == 2


def test_a_change_to_a_wrong_value_is_refused_alone(
    new_store: Callable[[], Store], capsys: pytest.CaptureFixture[str]
) -> None:
    """The stored value stays as it is."""
    start(new_store(), [value(1), value(2)])
    wrong = value(1) | {"displayName": {"not": "a text"}}
    assert start(new_store(), [wrong, value(2), value(3)]) == ["c1", "c2", "c3"]
    assert [entry["id"] for entry in entries(capsys.readouterr().err, "value refused")] == ["c1"]


def test_a_value_that_is_kept_is_logged_once(
    new_store: Callable[[], Store], capsys: pytest.CaptureFixture[str]
) -> None:
    """Not at each start."""
    start(new_store(), [value(1)], {"userName": "ada", "roles": [{"value": "c1"}]})
    for expected in (1, 0, 0):
        assert start(new_store(), []) == ["c1"]
        assert len(entries(capsys.readouterr().err, "value kept")) == expected
