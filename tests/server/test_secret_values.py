"""Secret parts of values: a write sets exactly what it names, and no answer depends on what is stored."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from scimgen.serving import application_of
from scimgen_server.testing.server import TOKEN
from tests.server.apps import load_app
from tests.server.commands import rows
from tests.server.servers import bearer, serving
from tests.server.steps import Json, new_user, patch, put, read, refused, send_patch

SECRETS = Path(__file__).with_name("secrets.scim.yaml")
VAULT = "urn:acme:scim:schemas:extension:vault:1.0:User"
DEVICES = f"{VAULT}:devices"
FACTORS = f"{VAULT}:factors"


class Vault(httpx.Client):
    """A client of a server with secrets in every place, which can look into the database."""

    database = ""

    def stored(self, user: Json) -> Json:
        """What the database has of a user's extension."""
        statement = f"SELECT coalesce(whole, body) FROM resources WHERE id = '{user['id']}'"
        ((document,),) = rows(self.database, statement)
        return dict(json.loads(document).get(VAULT, {}))

    def devices(self, user: Json) -> Any:
        """The devices of a user in the database."""
        return self.stored(user).get("devices")


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """A running server over SQLite: where a secret is stored does not depend on the database."""
    database = f"sqlite:///{tmp_path_factory.mktemp('vault')}/scim.db"
    application = application_of(load_app(SECRETS))
    with (
        serving(application, tokens=(TOKEN,), database_url=database) as url,
        Vault(base_url=f"{url}/scim/v2", headers=bearer(TOKEN), timeout=30) as client,
    ):
        client.database = database
        yield client


def owner(vault: Vault, **attributes: Any) -> Json:
    """A new user with attributes of the extension."""
    return new_user(vault, **{VAULT: attributes})


def test_a_patch_add_sets_the_new_secret_of_a_value(vault: Vault) -> None:
    """The value is found by its readable parts."""
    user = owner(vault, devices=[{"serial": "A", "pin": "1"}, {"serial": "B", "pin": "2"}])
    patch(vault, user, {"op": "add", "path": DEVICES, "value": [{"serial": "A", "pin": "9"}]})
    assert vault.devices(user) == [{"serial": "A", "pin": "9"}, {"serial": "B", "pin": "2"}]


def test_a_patch_add_of_secrets_alone_is_another_value(vault: Vault) -> None:
    """Nothing readable identifies it. The same secret is not stored twice."""
    user = owner(vault, factors=[{"seed": "1"}])
    for seed in ("2", "2", "1"):
        patch(vault, user, {"op": "add", "path": FACTORS, "value": [{"seed": seed}]})
    assert vault.stored(user)["factors"] == [{"seed": "1"}, {"seed": "2"}]


def test_values_that_differ_in_a_display_alone_are_two_values(vault: Vault) -> None:
    """If they have no other readable part. The second one does not take the place of the first."""
    user = owner(vault, devices=[{"display": "Phone", "pin": "1"}])
    patch(vault, user, {"op": "add", "path": DEVICES, "value": [{"display": "Watch", "pin": "2"}]})
    patch(vault, user, {"op": "add", "path": DEVICES, "value": [{"display": "Phone", "pin": "3"}]})
    assert vault.devices(user) == [{"display": "Phone", "pin": "3"}, {"display": "Watch", "pin": "2"}]


@pytest.mark.parametrize("pin", ["1", "wrong"])
def test_a_patch_remove_by_a_secret_removes_nothing(vault: Vault, pin: str) -> None:
    """Whether the secret is right or wrong: otherwise it could be guessed."""
    user = owner(vault, devices=[{"serial": "A", "pin": "1"}, {"serial": "B", "pin": "2"}])
    response = send_patch(vault, user, {"op": "remove", "path": DEVICES, "value": [{"pin": pin}]})
    assert "never returned" in refused(response, 400, "invalidValue")
    assert len(vault.devices(user)) == 2
    patch(vault, user, {"op": "remove", "path": DEVICES, "value": [{"serial": "B", "pin": pin}]})
    assert vault.devices(user) == [{"serial": "A", "pin": "1"}]


def test_a_patch_remove_by_a_display_removes_that_value_alone(vault: Vault) -> None:
    """Not every value, although `display` does not identify one that has more parts."""
    user = owner(vault, devices=[{"display": "Phone", "pin": "1"}, {"display": "Watch", "pin": "2"}])
    patch(vault, user, {"op": "remove", "path": DEVICES, "value": [{"display": "phone"}]})
    assert vault.devices(user) == [{"display": "Watch", "pin": "2"}]


ROUND_TRIPS = [
    [{"serial": "A", "pin": "1", "chip": "c", "note": "n"}, {"serial": "B"}],
    [{"serial": "A", "pin": "1"}, {"serial": "A", "pin": "2"}],
    [{"serial": "A", "pin": "1"}, {"pin": "2"}],
    [{"pin": "1"}, {"pin": "2"}],
    [{"note": "n"}],
]


@pytest.mark.parametrize("devices", ROUND_TRIPS)
@pytest.mark.parametrize("method", ["put", "put twice", "replace", "replace the extension"])
def test_writing_back_what_was_read_keeps_every_secret(vault: Vault, devices: list[Json], method: str) -> None:
    """Of values with the same readable parts, and of values without any."""
    user = owner(vault, devices=devices, factors=[{"seed": "1"}], region="x")
    before = vault.stored(user)
    seen = read(vault, user)
    if method.startswith("put"):
        for _ in method.split():
            assert put(vault, user, seen).status_code == 200
    elif method == "replace the extension":
        patch(vault, user, {"op": "replace", "path": VAULT, "value": seen[VAULT]})
    elif "devices" in seen[VAULT]:
        patch(vault, user, {"op": "replace", "path": DEVICES, "value": seen[VAULT]["devices"]})
    assert vault.stored(user) == before


def test_a_put_that_changes_a_display_keeps_the_secret(vault: Vault) -> None:
    """A part that describes a value does not identify it."""
    user = owner(vault, devices=[{"serial": "A", "display": "Phone", "pin": "1"}])
    put(vault, user, read(vault, user) | {VAULT: {"devices": [{"serial": "A", "display": "Watch"}]}})
    assert vault.devices(user) == [{"serial": "A", "display": "Watch", "pin": "1"}]


def test_a_put_sets_the_secrets_that_it_has(vault: Vault) -> None:
    """And removes those of values that it leaves out."""
    user = owner(vault, devices=[{"serial": "A", "pin": "1"}, {"serial": "B", "pin": "2"}, {"pin": "3"}])
    body = read(vault, user) | {VAULT: {"devices": [{"serial": "A", "pin": "7"}, {"pin": "8"}]}}
    assert put(vault, user, body).status_code == 200
    assert vault.devices(user) == [{"serial": "A", "pin": "7"}, {"pin": "8"}]


def test_a_replace_of_a_selected_value_keeps_its_secret(vault: Vault) -> None:
    """The client cannot send what it cannot read."""
    user = owner(vault, devices=[{"serial": "A", "display": "Phone", "pin": "1"}])
    path = f'{DEVICES}[serial eq "A"]'
    patch(vault, user, {"op": "replace", "path": path, "value": {"serial": "B"}})
    assert vault.devices(user) == [{"serial": "B", "pin": "1"}]


def test_a_patch_remove_without_a_value_removes_everything(vault: Vault) -> None:
    """Also the values without readable parts, which no PUT removes."""
    user = owner(vault, devices=[{"serial": "A", "pin": "1"}, {"pin": "2"}], factors=[{"seed": "1"}])
    patch(vault, user, {"op": "remove", "path": DEVICES}, {"op": "remove", "path": FACTORS})
    assert vault.stored(user) == {}


def test_a_condition_never_selects_a_value_without_readable_parts(vault: Vault) -> None:
    """A condition with `not` would show that there is one."""
    set_user, unset_user = owner(vault, devices=[{"pin": "1"}]), owner(vault)
    operation = {"op": "replace", "path": f'{DEVICES}[not (serial eq "A")].display', "value": "seen"}
    for user in (set_user, unset_user):
        refused(send_patch(vault, user, operation), 400, "noTarget")
    found = {"op": "replace", "path": f'{VAULT}:login[name eq "ada"].pass', "value": "new"}
    for user in (owner(vault, login={"pass": "old"}), owner(vault)):
        assert send_patch(vault, user, found).status_code == 200
        assert vault.stored(user)["login"] == {"name": "ada", "pass": "new"}
