"""Every client profile is complete, and every list of clients comes from the table."""

import ast
import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
import yaml

import scimgen
import scimgen.clients
from scimgen.clients import CLIENTS, PROFILES, ClientProfile, chosen_profiles
from scimgen.comparison import all_kinds, find_kind
from scimgen.data import folder
from scimgen.emit.docs.setup import SetupMaker
from scimgen.rules import all_rules
from scimgen.rules.pages import page
from tests.in_process import scimgen as command
from tests.support import EXAMPLES

EACH = pytest.mark.parametrize("profile", PROFILES, ids=CLIENTS)


def test_every_module_is_in_the_table() -> None:
    """A profile is one module, and `PROFILES` has it."""
    modules = {module.name for module in iter_modules(scimgen.clients.__path__)} - {"profile"}
    assert modules == set(CLIENTS)
    assert len(set(CLIENTS)) == len(CLIENTS)


@EACH
def test_a_profile_has_rules_of_its_own(profile: ClientProfile) -> None:
    """Each rule module has a rule of this client, and no rule of the client is in another module."""
    found = {rule.check.__module__.rpartition(".")[2] for rule in all_rules() if rule.client == profile.id}
    assert found == set(profile.rules)
    for name in profile.rules:
        import_module(f"scimgen.rules.{name}")


@EACH
def test_a_profile_has_titles_and_a_source(profile: ClientProfile) -> None:
    """Texts name the client, and cite a document."""
    assert profile.title and profile.short and profile.source
    assert f"## {profile.title}\n\nWith `--client {profile.id}`." in page()


@EACH
def test_its_effects_are_of_kinds_of_change(profile: ClientProfile) -> None:
    """Each effect has a kind. A profile with effects has one for each breaking change of what clients discover."""
    assert [id for id in profile.changes if find_kind(id) is None] == []
    if profile.changes:
        assert {"schema-removed", "type-removed", "endpoint-changed", "schema-urn-changed"} <= profile.changes.keys()


@EACH
def test_its_steps_exist(profile: ClientProfile) -> None:
    """`scimgen docs` has the steps that connect the app."""
    path = folder("templates") / "docs" / "clients" / f"{profile.id}.yaml"
    assert path.is_file() is profile.has_setup
    if profile.has_setup:
        content = yaml.safe_load(path.read_text("utf-8"))
        assert content["title"].startswith(f"Connect {profile.title}")
        assert content["before"] and content["steps"]


@EACH
def test_its_steps_use_known_words(profile: ClientProfile) -> None:
    """An unknown condition, list or placeholder of a step is an error for the users of `scimgen docs`."""
    if not profile.has_setup:
        return
    app, _ = scimgen.load(EXAMPLES["crm"])
    assert app is not None
    maker = SetupMaker(app, "https://x")
    content = yaml.safe_load((folder("templates") / "docs" / "clients" / f"{profile.id}.yaml").read_text("utf-8"))
    lines = [*content["before"], *content["steps"], *content.get("after", ())]
    for step in content["steps"]:
        lines += step.get("points", ())
    for line in (one for one in lines if isinstance(one, dict)):
        assert line.get("when", "bearer") in maker.conditions
        assert line.get("each", "roles") in maker.lists
    assert maker.make(profile.id).steps


def test_the_pages_name_every_client() -> None:
    """They have the list for people, which is not generated."""
    for name in ("docs/description.md", "docs/validate.md", "schemas/scimgen.schema.json"):
        text = (folder("templates").parent / name).read_text("utf-8")
        assert [client for client in CLIENTS if client not in text] == [], name


def test_a_profile_without_effects_is_not_affected() -> None:
    """The audiences of a change name clients by the table."""
    assert {name for kind in all_kinds() for name in kind.affects} >= {"Okta", "Entra", "stored data"}


def test_the_schema_of_the_language_has_every_client() -> None:
    """An editor completes them."""
    schema = json.loads((folder("schemas") / "scimgen.schema.json").read_text("utf-8"))
    assert schema["properties"]["clients"]["items"]["enum"] == list(CLIENTS)


@pytest.mark.parametrize("arguments", [("validate", "--client", "octa"), ("rules", "--client", "octa")])
def test_the_command_line_has_every_client(arguments: tuple[str, ...]) -> None:
    """A wrong one is answered with all of them."""
    ran = command(*arguments, COLUMNS="200")
    assert ran.returncode == 2
    assert all(f"'{client}'" in ran.stderr for client in CLIENTS)


def test_profiles_are_chosen_in_the_order_of_the_table() -> None:
    """Whatever the order and the other names are."""
    assert [profile.id for profile in chosen_profiles(["entra", "none", "okta"])] == ["okta", "entra"]


def test_no_other_module_asks_for_a_client() -> None:
    """A fact about one client is in its profile, or in a rule of the profile."""
    own = {"clients", *(f"rules/{name}.py" for profile in PROFILES for name in profile.rules)}
    known = {"probe"}  # it acts as Okta
    root = Path(scimgen.__file__).parent
    for path in root.rglob("*.py"):
        name = path.relative_to(root).as_posix()
        if name.startswith(tuple(own | known)):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        # The dialects have the names of clients as well, and are compared with `==`.
        compared = [
            node for node in ast.walk(tree) if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In)
        ]
        texts = {part.value for node in compared for part in ast.walk(node) if isinstance(part, ast.Constant)}
        assert not texts & set(CLIENTS), name
